"""Reading `duties/*.yaml`: one file per business line, each duty judged on its own, every problem at once."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from duban.base.language import say
from duban.base.problems import Problem
from duban.bureau.year_plan import YearPlan
from duban.cadence.reading.assumed import Assumption, UnwrappedData, unwrap
from duban.cadence.reading.place import DutyPlace
from duban.duties.cadence_reading import read_cadence
from duban.duties.certainty import SOFT, soft_reason
from duban.duties.crosschecks import Surroundings, cross_check
from duban.duties.entries import (
    SOFT_WORDS,
    BasisEntry,
    DutiesFile,
    DutyEntry,
    DutyHead,
    EffectiveEntry,
    SharedKeys,
)
from duban.duties.for_each_reading import read_for_each
from duban.duties.grammar import Basis, Duty, Effective, ForEach
from duban.duties.owner_entries import owner_of
from duban.duties.review_entries import extension_of, reviewer_of
from duban.duties.sources import source_that_brings
from duban.duties.vocabulary import VOCABULARY_FILE
from duban.yamlfile import YamlFile, load_file, validate
from duban.yamlfile.files import misnamed, read_text

DUTIES_FOLDER = "duties"
STANDARD_LADDER = "standard"
_ID = re.compile(r"""^[-\s{]*id\s*[:：]\s*["']?([^\s"',}#]+)""", re.MULTILINE)


def load_duties(root: Path, around: Surroundings) -> tuple[dict[str, Duty], list[Problem]]:
    """Every duty that is in order, by id, file by file in the order of their names, and every problem of the others."""
    duties: dict[str, Duty] = {}
    problems: list[Problem] = []
    paths = duty_files(root)
    if not paths:
        problems.append(
            Problem(DUTIES_FOLDER, 0, 0, say(zh="没有一个事项文件", en="there is no file of duties"))
        )
    problems += misnamed(root, DUTIES_FOLDER)
    seen: dict[str, str] = {}
    for path in paths:
        for duty, problem in _load_file(path, root, around, seen):
            if duty is not None:
                duties[duty.id] = duty
            if problem is not None:
                problems.append(problem)
    return duties, problems


def duty_files(root: Path) -> list[Path]:
    """The files of duties of the project at `root`, sorted by name: `duties/*.yaml` without the vocabulary."""
    return sorted(path for path in (root / DUTIES_FOLDER).glob("*.yaml") if path != root / VOCABULARY_FILE)


def ids_written(root: Path, problems: Iterable[Problem]) -> set[str] | None:
    """The ids that stand in the files of duties, of those too that cannot be read.

    None while nobody can tell: one of the problems is about an id, or a file holds none.
    """
    wrong = {(problem.path, problem.line) for problem in problems}
    ids: set[str] = set()
    for path in duty_files(root):
        text = read_text(path, root=root)[0] or ""
        found = list(_ID.finditer(text))
        lines = {
            (path.relative_to(root).as_posix(), 1 + text.count("\n", 0, each.start(1))) for each in found
        }
        if not found or not wrong.isdisjoint(lines):
            return None
        ids |= {each[1] for each in found}
    return ids


def _load_file(
    path: Path, root: Path, around: Surroundings, seen: dict[str, str]
) -> Iterable[tuple[Duty | None, Problem | None]]:
    file, head, unreadable = load_file(path, DutiesFile, root=root)
    yield from ((None, problem) for problem in unreadable)
    if file is None or head is None:
        return
    shared = unwrap(head.defaults)
    defaults, problems = validate(file, shared.data, SharedKeys, at=("defaults",), relocate=shared.relocate)
    problems += _empty_or_unreasoned(file, ("defaults",), shared, None)
    yield from ((None, problem) for problem in problems)
    for number, raw in enumerate(head.duties):
        place = DutyPlace(file, ("duties", number), _named(raw), unwrap(raw), shared)
        duty = _read_duty(place, head.line, defaults or SharedKeys(), around, seen)
        place.problems = _without_repeats(place.problems, unreadable)
        yield from ((None, problem) for problem in place.problems)
        if not place.problems:
            yield duty, None


def _named(raw: object) -> str | None:
    named = raw.get("id") if isinstance(raw, dict) else None
    return named if isinstance(named, str) else None


def _read_duty(
    place: DutyPlace, line: str, defaults: SharedKeys, around: Surroundings, seen: dict[str, str]
) -> Duty | None:
    raw = place.written.data
    place.problems += _empty_or_unreasoned(place.file, place.at, place.written, place.duty)
    entry, problems = validate(
        place.file, raw, DutyEntry, at=place.at, duty=place.duty, relocate=place.written.relocate
    )
    place.problems += _without_repeats(problems, place.problems)
    if place.duty is not None:
        _once(place, place.duty, seen)
    if entry is None:
        return None
    told = len(place.problems)
    cadence = read_cadence(entry, place)
    place.problems[told:] = _not_of(_empty_keys(place.written), place.problems[told:])
    if cadence is not None and cadence.aim is not None and around.vocabulary is not None:
        source = source_that_brings(around.vocabulary.sources.values(), cadence.aim.facts)
        cadence = cadence.with_figures_after(source.grace) if source else cadence
    owner = entry.owner or defaults.owner
    if owner is None and "owner" not in (place.defaults.data or {}):  # a wrong one there is told there
        place.wrong(
            (),
            zh="缺少“owner”：由哪一级单位的哪个岗位承办",
            en="“owner” is missing: which post of which unit level owes it",
            mend=say(
                zh="例如 owner: {unit: 县局, post: 产品质量科}",
                en="for example owner: {unit: county, post: 产品质量科}",
            ),
        )
    if cadence is None or owner is None:
        return None
    owes = owner_of(owner)
    for_each = read_for_each(entry, defaults, cadence, owes, place)
    about_known = for_each is not None
    effective = entry.effective or defaults.effective
    done_by = entry.done_by or defaults.done_by
    if done_by is not None and done_by.amount is not None:
        place.wrong(
            ("done_by", "amount"),
            zh="办结看有没有，不看数量",
            en="a fact completes a duty or does not: no amount here",
            at_key=True,
        )
    _bases(entry.basis, place)
    duty = Duty(
        id=entry.id,
        title=entry.title,
        line=line,
        basis=tuple(
            Basis(
                clauses=basis.clause,
                source=basis.source or "",
                quote=basis.quote,
                checked=basis.checked or "",
            )
            for basis in entry.basis
        ),
        owner=owes,
        for_each=for_each or ForEach(level=owes.unit),
        cadence=cadence,
        ladder=entry.ladder or defaults.ladder or STANDARD_LADDER,
        evidence=_first(entry.evidence, defaults.evidence, ()),
        done_by=done_by.fact if done_by else None,
        done_where=done_by.where if done_by else {},
        done_same=done_by.same if done_by else (),
        credit=_first(entry.credit, defaults.credit, "shared"),
        urgent=_first(entry.urgent, defaults.urgent, False),
        reviewed_by=reviewer_of(entry.reviewed_by or defaults.reviewed_by),
        extension=extension_of(entry.extension or defaults.extension),
        confidential=_first(entry.confidential, defaults.confidential, False),
        effective=_effective(effective, _binding_plan(entry.basis, around)),
        catch_up=_first(entry.catch_up, defaults.catch_up, "all"),
        soft=entry.soft or "",
        assumptions=(*place.written.assumptions, *_inherited(place), *_striven_for(entry, place)),
        path=place.file.path,
        line_no=place.file.place(place.at)[0],
    )
    cross_check(duty, place, around, about_known=about_known)
    return duty


def _binding_plan(basis: Iterable[BasisEntry], around: Surroundings) -> YearPlan | None:
    """The plan a duty begins and ends with; a duty that a law states as well is owed with or without a plan."""
    if around.project is None or any(each.source for each in basis):
        return None
    return around.project.plan


def _effective(written: EffectiveEntry | None, plan: YearPlan | None) -> Effective:
    """When a duty is in force: what it says itself, and otherwise as long as the plan it belongs to."""
    begins, until, standing = (
        (written.from_, written.until, written.standing) if written else (None, None, False)
    )
    if plan is None or standing:
        return Effective(from_=begins, until=until)
    return Effective(from_=begins, until=until or plan.ends, ordered_on=plan.issued, late=plan.late)


def _first(own: object, shared: object, otherwise: object) -> Any:
    if own is not None:
        return own
    return shared if shared is not None else otherwise


def _inherited(place: DutyPlace) -> Iterable[Any]:
    """The assumptions among the defaults that this duty takes over."""
    return (
        assumption
        for assumption in place.defaults.assumptions
        if assumption.key.split(".")[0] not in place.written.data
    )


def _striven_for(entry: DutyHead, place: DutyPlace) -> Iterable[Assumption]:
    """That the plan only strives for it, as something to confirm like a value that no text gives; and that nobody said so."""
    known = any(each.key == SOFT for each in place.written.assumptions)
    if entry.soft and not known:
        yield Assumption(
            key=SOFT,
            reason=soft_reason(entry.soft),
        )
    said = next((word for word in SOFT_WORDS for basis in entry.basis if word in basis.quote), None)
    if said and not entry.soft:
        place.wrong(
            ("basis",),
            zh=f"原文写“{said}”，是努力目标",
            en=f"the text says “{said}”: a goal striven for",
            mend=say(zh=f"请加一行 soft: {said}", en=f"add soft: {said}"),
        )


def _empty_or_unreasoned(
    file: YamlFile, at: tuple[str | int, ...], unwrapped: UnwrappedData, duty: str | None
) -> list[Problem]:
    problems = []
    for key in _empty_keys(unwrapped):
        what = say(zh=f"“{key}”后面没有写内容", en=f"nothing is written after “{key}”")
        problems.append(file.problem((*at, *unwrapped.relocate((key,))), what, "", duty))
    for loc in unwrapped.without_reason:
        what = say(zh="assumed 要写明原因", en="assumed needs its reason")
        mend = say(zh="例如 assumed: 计划未写期限，待确认", en="for example assumed: the plan names no day")
        problems.append(file.problem((*at, *unwrapped.relocate(loc)[:-1], "assumed"), what, mend, duty))
    return problems


def _empty_keys(unwrapped: UnwrappedData) -> list[str]:
    data = unwrapped.data if isinstance(unwrapped.data, dict) else {}
    return [key for key, value in data.items() if value is None]


def _not_of(keys: list[str], problems: list[Problem]) -> list[Problem]:
    """The problems that speak of none of these keys: that nothing is written after them is told already."""
    return [problem for problem in problems if not any(f"“{key}”" in problem.what for key in keys)]


def _without_repeats(problems: list[Problem], known: list[Problem]) -> list[Problem]:
    places = {(problem.line, problem.column) for problem in known}
    return [problem for problem in problems if (problem.line, problem.column) not in places]


def _once(place: DutyPlace, duty_id: str, seen: dict[str, str]) -> None:
    line, _ = place.file.place((*place.at, *place.written.relocate(("id",))))
    here = f"{place.file.path}:{line}"
    if duty_id in seen:
        place.wrong(
            ("id",),
            zh=f"编号“{duty_id}”重复",
            en=f"the id “{duty_id}” is taken",
            mend=say(zh=f"{seen[duty_id]} 已经用了", en=f"{seen[duty_id]} has it"),
        )
    seen.setdefault(duty_id, here)


def _bases(bases: Iterable[BasisEntry], place: DutyPlace) -> None:
    for number, basis in enumerate(bases):
        if not basis.clause and not basis.source:
            place.wrong(
                ("basis", number),
                zh="依据要写 clause（计划条款编号）或 source（法规名称和条号）",
                en="a basis names its clause in the plan, or its source",
            )
