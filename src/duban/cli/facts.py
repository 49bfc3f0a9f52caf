"""`duban fact add`: something dated that happened, put down by hand."""

import hashlib
import re

import typer

from duban.base.cases import BY_HAND, CASE_PARTICULARS
from duban.base.language import say
from duban.base.problems import there_is_no
from duban.cli.acting import Actor, acting
from duban.cli.fact_options import (
    About,
    Corrects,
    Data,
    Document,
    Kind,
    Number,
    On,
    Place,
    Reference,
    Source,
    Subject,
    Unit,
    Value,
    Withdrawn,
)
from duban.cli.failures import Refused, WrongUsage
from duban.cli.grouping import OBLIGATIONS, add_group
from duban.cli.opened import open_project, unit_meant
from duban.cli.options import Json, Project
from duban.cli.recorded import list_facts
from duban.cli.screen import show_json, tell
from duban.cli.subject_meant import find_subject


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_group(
        app,
        OBLIGATIONS,
        "fact",
        (
            "add",
            add,
            "手工记一条事实，如完成检查、抽检不合格。同样的只记一次。",
            "Put down one fact, such as an inspection done. The same fact is recorded once.",
        ),
        ("list", list_facts, "列出事实，各是谁记的。", "List facts, each with who recorded it."),
        zh="事实：已经发生、有日期的事。",
        en="Facts: dated things that happened.",
    )


def add(
    kind: Kind,
    *,
    on: On,
    subject: Subject = None,
    unit: Unit = None,
    number: Number = None,
    about: About = None,
    place: Place = None,
    document: Document = None,
    data: Data = None,
    value: Value = None,
    ref: Reference = None,
    source: Source = BY_HAND,
    corrects: Corrects = None,
    withdrawn: Withdrawn = False,
    by: Actor = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Record one fact."""
    from duban.duties.vocabulary import NUMBER
    from duban.facts import NewFact, record_facts, zero_report
    from duban.obligations.opening import open_owed
    from duban.runtime.wakeup import emit_wakeup

    case = {
        name: told
        for name, told in zip(CASE_PARTICULARS, (number, about, place, document), strict=True)
        if told
    }
    if (subject is None) == (unit is None):
        raise WrongUsage(zh="写 --subject 或 --unit，二选一", en="give either --subject or --unit")
    with open_project(project) as workspace:
        known = workspace.definitions.vocabulary.facts
        kinds = known if value is None else (*known, *workspace.definitions.vocabulary.subjects)
        if kind not in kinds:
            what = say(zh="事实种类", en="kind of fact")
            raise WrongUsage(there_is_no(what, kind, kinds, "duban import template"))
        code = unit_meant(workspace.definitions.project, unit) if unit else None
        if value is not None:
            if code is None or data or case or corrects or withdrawn:
                raise WrongUsage(
                    zh="零报告只写 --unit、--on，可以写 --ref、--source",
                    en="a zero report goes with --unit and --on, and may have --ref and --source",
                )
            fact = zero_report(kind, code, on, source, ref or _reference(kind, on.isoformat(), unit, value))
        else:
            numbers = {name for name, allowed in known[kind].data.items() if allowed == NUMBER}
            whose = find_subject(workspace, subject, known[kind].about) if subject else None
            data_said = {
                name: _number(each) if name in numbers else each for name, each in _pairs(data or []).items()
            }
            fact = NewFact(
                kind=kind,
                subject=(whose.kind, whose.code) if whose else None,
                subject_unit=whose.unit if whose else None,
                unit=code,
                happened_on=on,
                source=source,
                ref=ref
                or _reference(kind, on.isoformat(), subject, unit, *_told(case), data, corrects, withdrawn),
                data={**case, **data_said},
                revises=_revised(corrects),
                withdrawn=withdrawn,
            )
        now = workspace.clock.now()
        recorded = record_facts(
            workspace, [fact], now, acting(workspace, by, "fact add", f"{fact.source}/{fact.ref}")
        )
        opened = open_owed(workspace, now)
        if recorded.new:
            emit_wakeup(workspace.root, [fact.kind], workspace.clock.now())
    if recorded.refused:
        raise Refused("\n".join(each.reason for each in recorded.refused))
    closes_nothing = [each.told(workspace.definitions) for each in recorded.unmatched.values()]
    if as_json:
        show_json(
            {
                "new": recorded.new,
                "ref": fact.ref,
                "opened": opened.by_duty,
                "completed": opened.completed,
                "reported": opened.reported,
                "remarks": closes_nothing,
            }
        )
    elif recorded.new:
        if value is None:
            tell(zh=f"已记下：{known[kind].title}，{on}", en=f"recorded: {kind}, {on}")
        else:
            title = known[kind].title if kind in known else kind
            tell(zh=f"已记下零报告：没有“{title}”，{on}", en=f"recorded: no {kind}, {on}")
        if came := opened.words():
            tell(zh=f"由此{came}", en=f"obligations: {came}")
        for remark in closes_nothing:
            tell(zh=f"注意：{remark}", en=f"note: {remark}", style="yellow")
    else:
        tell(zh="这条事实已经记过，没有重复记", en="this fact was recorded before; nothing was added")


def _told(case: dict[str, str]) -> list[dict[str, str]]:
    """What tells a case apart, as a part of its reference; nothing where nothing was said."""
    return [case] if case else []


def _number(value: str) -> str | float:
    """A number where the kind of fact wants one; what is none is refused where it is taken down."""
    whole, part = re.fullmatch(r"\d+", value), re.fullmatch(r"\d+\.\d+", value)
    return int(value) if whole else float(value) if part else value


def _pairs(data: list[str]) -> dict[str, str]:
    pairs = dict(each.partition("=")[::2] for each in data)
    if wrong := [each for each in data if "=" not in each]:
        raise WrongUsage(zh=f"--data 要写成 键=值：{wrong[0]}", en=f"--data is written key=value: {wrong[0]}")
    return pairs


def _revised(written: str | None) -> tuple[str, str] | None:
    if written is None:
        return None
    source, slash, ref = written.partition("/")
    if not (source and slash and ref):
        raise WrongUsage(
            zh=f"--corrects 要写成 来源/编号：{written}",
            en=f"--corrects is written source/reference: {written}",
        )
    return source, ref


def _reference(*parts: object) -> str:
    """A reference made of the fact itself, so that the same fact put down twice is one fact."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
