"""`duban calendar window` and `close`: the days a local notice sets for a window, or closes a unit on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from duban.base.language import say
from duban.cli.acting import Actor
from duban.cli.bilingual import argument, option
from duban.cli.calendar_changes import Consent, DryRun, Yes, carry_out, unchanged
from duban.cli.failures import WrongUsage
from duban.cli.opened import open_project, unit_meant
from duban.cli.options import Json, Project, read_date

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions

First = Annotated[date, option("--from", "DATE", parser=read_date, zh="第一天。", en="The first day.")]
Last = Annotated[
    date, option("--to", "DATE", parser=read_date, zh="最后一天（含）。", en="The last day, inclusive.")
]
Basis = Annotated[str, option("--notice", "TEXT", zh="所依据的通知。", en="The notice it rests on.")]
WindowName = Annotated[str, argument("NAME", zh="时段的名字，见 festivals.yaml。", en="The window's name.")]
UnitCode = Annotated[
    str, argument("UNIT", zh="停工的单位（代码或名称）。", en="The closed unit (code or name).")
]
Reason = Annotated[str, option("--reason", "TEXT", zh="停工的原因。", en="Why it is closed.")]


def window(
    name: WindowName,
    *,
    first: First,
    last: Last,
    notice: Basis,
    dry_run: DryRun = False,
    yes: Yes = False,
    by: Actor = None,
    project: Project = None,
    as_json: Json = False,
) -> int:
    """Enter the announced days of a window."""
    from duban.edits.changed_files import proved
    from duban.holidays.insertion import announce_window
    from duban.workdays.festivals import NoticedSpan

    how = Consent(dry_run, yes, by, as_json)
    _in_order(first, last)
    span = NoticedSpan.model_validate({"from": first, "to": last, "notice": _stated(notice, "--notice")})
    with open_project(project, say_draft=False) as workspace:
        inserted = announce_window(workspace.root, name, span)
        change = proved(workspace, {inserted.path: inserted.text}, workspace.clock.now())
        if change.is_empty:
            return unchanged((), notice, how)
        told = [say(zh=f"{name}：{first} 至 {last}（{notice}）", en=f"{name}: {first} to {last} ({notice})")]
        if inserted.was and inserted.changes:
            told.append(say(zh=f"原来写的是 {inserted.was}", en=f"it was {inserted.was}"))
        titles = _dated_by(name, change.definitions)
        listed = say(zh="；", en="; ").join(titles.values())
        told.append(
            say(zh=f"按它开办的事项：{listed}", en=f"duties that follow it: {listed}")
            if titles
            else say(zh="没有事项按它开办", en="no duty follows it")
        )
        return carry_out(change, told, None, (), notice, how, titles)


def _dated_by(name: str, definitions: Definitions) -> dict[str, str]:
    """The duties that the days of a window date, by id what each is called."""
    from duban.checks.windows import duties_dated_by

    duties = definitions.duties.values()
    windows = (each for each in definitions.calendar.festivals.windows if name in (each.name, *each.aliases))
    return {duty.id: duty.title for window in windows for duty in duties_dated_by(duties, window)}


def close(
    unit: UnitCode,
    *,
    first: First,
    last: Last,
    reason: Reason,
    notice: Basis,
    dry_run: DryRun = False,
    yes: Yes = False,
    by: Actor = None,
    project: Project = None,
    as_json: Json = False,
) -> int:
    """Close a unit and those below it for some days."""
    from duban.edits.changed_files import proved
    from duban.holidays.difference import difference
    from duban.holidays.insertion import add_closure
    from duban.workdays import Closure

    how = Consent(dry_run, yes, by, as_json)
    _in_order(first, last)
    stated = {
        "from": first,
        "to": last,
        "reason": _stated(reason, "--reason"),
        "notice": _stated(notice, "--notice"),
    }
    with open_project(project, say_draft=False) as workspace:
        unit = unit_meant(workspace.definitions.project, unit)
        inserted = add_closure(workspace.root, Closure.model_validate({"unit": unit, **stated}))
        change = proved(workspace, {inserted.path: inserted.text}, workspace.clock.now())
        if change.is_empty:
            return unchanged((), notice, how)
        present, draft = workspace.definitions, change.definitions
        chains = {code: {up.code for up in draft.project.chain(code)} for code in draft.project.units}
        names = [each.name for code, each in draft.project.units.items() if unit in chains[code]]
        told = [
            say(
                zh=f"{'、'.join(names)} {first} 至 {last} 停工：{reason}（{notice}）",
                en=f"{', '.join(names)} closed {first} to {last}: {reason} ({notice})",
            )
        ]
        changed = difference(present.calendar.for_unit(unit), draft.calendar.for_unit(unit))
        return carry_out(change, told, changed, (), notice, how)


def _in_order(first: date, last: date) -> None:
    if last < first:
        raise WrongUsage(zh=f"--to（{last}）早于 --from（{first}）", en="--to is before --from")


def _stated(text: str, option: str) -> str:
    if not text.strip():
        raise WrongUsage(zh=f"{option} 不能空", en=f"{option} must not be empty")
    return text.strip()
