"""Coverage: clause by clause, which duty carries a work plan out, and how sure the numbers in it are.

The plan often says 及时 or 定期 without a number. Such a duty runs on an assumption that a person confirms; no number
may come from nowhere. What cannot be told from the content (a clause that does not exist, a sentence the plan does not
have) is a finding with its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from duban.base.language import say
from duban.base.problems import Problem
from duban.cadence.reading.assumed import Assumption
from duban.definitions.definitions import Definitions
from duban.definitions.duty_places import DutyPlaces
from duban.definitions.quotations import basis_findings
from duban.duties.certainty import key_words
from duban.duties.decisions import PlanDecision, gone_clauses
from duban.duties.grammar import Duty
from duban.duties.unpicked import PlanItems
from duban.duties.work_plan import Clause, Quantification, WorkPlan


class Origin(StrEnum):
    """How the numbers are known by which a clause is carried out, surest first."""

    QUANTIFIED = "quantified"
    STATUTORY = "statutory"
    IMPLIED = "implied"
    ASSUMED = "assumed"
    UNEXPLAINED = "unexplained"
    UNCOVERED = "uncovered"

    @property
    def doubt(self) -> int:
        """0 for what the plan itself gives, up to 5 for what nothing carries out."""
        return list(Origin).index(self)


@dataclass(frozen=True)
class CoveringDuty:
    """One duty that carries a clause out."""

    duty_id: str  #: the duty's id, as its file has it
    title: str  #: Its title.
    kind: str  #: The kind of its cadence.
    known: Origin  #: How its numbers are known, for this clause.
    assumptions: tuple[Assumption, ...]  #: Its values that no text gives.
    sources: tuple[str, ...]  #: The statutes it names beside the plan.


@dataclass(frozen=True)
class ClauseCoverage:
    """One clause and the duties that carry it out."""

    clause: Clause  #: The clause.
    duties: tuple[CoveringDuty, ...]  #: In the order of the duties.

    @property
    def known(self) -> Origin:
        """How the numbers are known: that of the least sure of its duties."""
        return max(
            (duty.known for duty in self.duties),
            key=lambda known: known.doubt,
            default=Origin.UNCOVERED,
        )


@dataclass(frozen=True)
class LineTotal:
    """How one business line stands."""

    line: str  #: Its name.
    clauses: int  #: How many clauses the plan has for it.
    counts: Mapping[Origin, int]  #: How many of them are known in each way.

    @property
    def covered(self) -> int:
        """The clauses that some duty carries out."""
        return self.clauses - self.counts.get(Origin.UNCOVERED, 0)


@dataclass(frozen=True)
class AssumedValue:
    """One value that no text gives, for a person to confirm."""

    duty_id: str  #: the duty's id, as its file has it
    title: str  #: Its title.
    line: str  #: Its business line.
    clauses: tuple[str, ...]  #: The numbers of the clauses it carries out.
    key: str  #: The key the value stands at.
    reason: str  #: Why it was chosen.
    path: str  #: The duty's file, relative to the project.
    line_no: int  #: Where the duty stands in it, from 1.

    @property
    def value(self) -> str:
        """What is assumed as people call it, and the key that confirms it: 期限（within）."""
        return f"{key_words(self.key)}{say(zh=f'（{self.key}）', en=f' ({self.key})')}"


@dataclass(frozen=True)
class Coverage:
    """How far the duties carry the plan out."""

    bureau: str  #: Whose plan it is.
    clauses: tuple[ClauseCoverage, ...]  #: In the order of the plan.
    assumed: tuple[AssumedValue, ...]  #: What waits for a person.
    findings: tuple[Problem, ...]  #: What is wrong, in the order of files and lines.
    undecided: tuple[PlanDecision, ...] = ()  #: What a new plan changed and nobody has decided on.
    items: PlanItems = field(
        default_factory=PlanItems
    )  #: The plan's numbered items, and those without a clause.

    @property
    def total(self) -> int:
        """The clauses of the plan."""
        return len(self.clauses)

    @property
    def covered(self) -> int:
        """The clauses that some duty carries out."""
        return self.total - len(self.uncovered)

    @cached_property
    def uncovered(self) -> tuple[ClauseCoverage, ...]:
        """The clauses that no duty carries out."""
        return tuple(each for each in self.clauses if not each.duties)

    @cached_property
    def lines(self) -> tuple[LineTotal, ...]:
        """Each business line, in the order of the plan."""
        by_line: dict[str, Counter[Origin]] = {}
        for each in self.clauses:
            by_line.setdefault(each.clause.line, Counter())[each.known] += 1
        return tuple(LineTotal(line, counts.total(), counts) for line, counts in by_line.items())

    @cached_property
    def whole(self) -> LineTotal:
        """The sum of all lines; its `line` is empty."""
        return LineTotal("", self.total, Counter(each.known for each in self.clauses))

    def only(self, lines: Iterable[str]) -> Coverage:
        """The same for some business lines alone. Findings are kept whole: they are mistakes, not figures."""
        wanted = frozenset(lines)
        return Coverage(
            self.bureau,
            tuple(each for each in self.clauses if each.clause.line in wanted),
            tuple(each for each in self.assumed if each.line in wanted),
            self.findings,
            tuple(each for each in self.undecided if each.line in wanted),
            self.items,
        )


def coverage(
    definitions: Definitions, plan: WorkPlan, items: PlanItems, decisions: Iterable[PlanDecision] = ()
) -> Coverage:
    """How far the duties carry `plan` out, how its numbered `items` stand to its clauses, and which of the `decisions` a new
    plan asks for are still open.
    """
    decisions = tuple(decisions)
    duties = definitions.duties.values()
    covering: dict[str, list[CoveringDuty]] = {}
    for duty in duties:
        for clause in _clauses_of(duty, plan):
            covering.setdefault(clause.id, []).append(_covering(duty, clause, plan))
    return Coverage(
        bureau=definitions.project.bureau,
        clauses=tuple(
            ClauseCoverage(clause, tuple(covering.get(number, ()))) for number, clause in plan.clauses.items()
        ),
        assumed=tuple(assumed for duty in duties for assumed in _assumed(duty)),
        findings=tuple(sorted(set(_findings(definitions, plan, gone_clauses(decisions))))),
        undecided=tuple(each for each in decisions if each.undecided),
        items=items,
    )


def _clauses_of(duty: Duty, plan: WorkPlan) -> list[Clause]:
    numbers = dict.fromkeys(number for basis in duty.basis for number in basis.clauses)
    return [plan.clauses[number] for number in numbers if number in plan.clauses]


def _covering(duty: Duty, clause: Clause, plan: WorkPlan) -> CoveringDuty:
    known = _known(duty, clause, plan)
    return CoveringDuty(duty.id, duty.title, duty.kind, known, duty.assumptions, tuple(_statutes(duty)))


def _known(duty: Duty, clause: Clause, plan: WorkPlan) -> Origin:
    """A duty with any assumption is assumed: the plan may say how often and not by when."""
    if duty.assumptions:
        return Origin.ASSUMED
    if clause.given is Quantification.QUANTIFIED:
        return Origin.QUANTIFIED
    if any(_statutes(duty)):
        return Origin.STATUTORY
    given = {clause.given, *(other.given for other in _clauses_of(duty, plan))}
    if Quantification.QUANTIFIED in given:
        return Origin.QUANTIFIED
    return Origin.IMPLIED if Quantification.IMPLIED in given else Origin.UNEXPLAINED


def _statutes(duty: Duty) -> Iterator[str]:
    """The laws and rules a duty names beside the plan."""
    yield from dict.fromkeys(basis.source for basis in duty.basis if basis.source)
    if duty.cadence.statute:
        yield duty.cadence.statute


def _assumed(duty: Duty) -> Iterator[AssumedValue]:
    clauses = tuple(dict.fromkeys(number for basis in duty.basis for number in basis.clauses))
    for each in duty.assumptions:
        yield AssumedValue(
            duty.id, duty.title, duty.line, clauses, each.key, each.told, duty.path, duty.line_no
        )


def _findings(definitions: Definitions, plan: WorkPlan, gone: frozenset[str]) -> Iterator[Problem]:
    places = DutyPlaces(definitions)
    for duty in definitions.duties.values():
        yield from basis_findings(duty, plan, gone, places)
        for assumption in duty.assumptions:
            if not assumption.reason.strip():
                what = say(
                    zh=f"“{assumption.key}”写明是假定的，却没有写原因",
                    en=f"“{assumption.key}” is marked as assumed without a reason",
                )
                mend = say(
                    zh="例如 assumed: 计划未写期限，待确认", en="for example assumed: the plan names no day"
                )
                yield places.problem(duty, (), what, mend)
        unexplained = [
            clause.id
            for clause in _clauses_of(duty, plan)
            if _known(duty, clause, plan) is Origin.UNEXPLAINED
        ]
        if unexplained:
            yield places.problem(duty, (), *_from_nowhere(unexplained))


def _from_nowhere(clauses: list[str]) -> tuple[str, str]:
    return (
        say(
            zh=f"计划没有给数（{'、'.join(clauses)}），也没有写法规依据，频次、期限没有来历",
            en=f"the plan gives no number ({', '.join(clauses)}) and no statute is named: it comes from nowhere",
        ),
        say(
            zh="请写成 {value: …, assumed: 原因}，或在 basis 里写 source",
            en="write {value: …, assumed: the reason}, or name a source under basis",
        ),
    )
