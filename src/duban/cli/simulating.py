"""`duban simulate`: the work plan lived ahead, a year in a second, with nothing written."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import choose, say
from duban.base.problems import did_you_mean
from duban.cli.bilingual import both
from duban.cli.failures import WrongUsage
from duban.cli.opened import open_project
from duban.cli.options import Json, Project, read_date
from duban.cli.reporting import Form
from duban.cli.screen import progress, screen, show_json, tell
from duban.cli.units import find_unit

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.simulation import Acting as How
    from duban.simulation import Given, Simulation

PANEL = both(zh="建立与检查", en="Starting and checking")
FORMS = (Form.TERMINAL, Form.HTML, Form.EXCEL, Form.JSON)

First = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        show_default=False,
        help=both(zh="第一天；不写就是今年 1 月 1 日。", en="The first day; else 1 January of this year."),
    ),
]
Last = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="DATE",
        show_default=False,
        help=both(
            zh="最后一天；不写就是第一天那年的年底。",
            en="The last day; else the end of the first day's year.",
        ),
    ),
]
Unit = Annotated[
    str | None,
    typer.Option(
        "--unit",
        metavar="UNIT",
        show_default=False,
        help=both(
            zh="只看这个单位（代码或名称）及其下级办的。",
            en="Only what this unit (code or name) and those below it owe.",
        ),
    ),
]
Line = Annotated[
    str | None,
    typer.Option(
        "--line",
        metavar="LINE",
        show_default=False,
        help=both(zh="只看这条条线。", en="Only this business line."),
    ),
]
WithLedger = Annotated[
    bool,
    typer.Option(
        "--with-ledger",
        help=both(zh="用台账里的监管对象和事实。", en="Take the subjects and facts of the ledger."),
    ),
]
GivenFile = Annotated[
    Path | None,
    typer.Option(
        "--given",
        metavar="FILE",
        show_default=False,
        help=both(
            zh="用这个 YAML 文件里写的监管对象和事实。", en="Take the subjects and facts of this YAML file."
        ),
    ),
]
Acting = Annotated[
    str,
    typer.Option(
        "--acting",
        metavar="HOW",
        help=both(
            zh="nobody：没有人办结，逐级催到底；on-target：人人在应办日办结。",
            en="nobody: nothing is completed, ladders run out; on-target: all is completed on its target day.",
        ),
    ),
]
MostInMessage = Annotated[
    int,
    typer.Option(
        "--most-in-message",
        min=1,
        help=both(
            zh="一条消息里超过这么多项，就算把岗位淹没了。",
            en="More obligations than this in one message flood a post.",
        ),
    ),
]
MostInWeek = Annotated[
    int,
    typer.Option(
        "--most-in-week",
        min=1,
        help=both(
            zh="一周里超过这么多项，就算把岗位淹没了。",
            en="More obligations than this in one week flood a post.",
        ),
    ),
]
As = Annotated[
    Form | None,
    typer.Option(
        "--as",
        metavar="FORM",
        show_default=False,
        help=both(
            zh="terminal、html、xlsx 或 json；不写就看文件名后缀，再不然显示在终端。",
            en="terminal, html, xlsx or json; else by the file's ending, else on the terminal.",
        ),
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        "--out",
        metavar="FILE",
        show_default=False,
        help=both(zh="写进文件。", en="Write into a file."),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(
        "simulate",
        rich_help_panel=PANEL,
        help=both(
            zh="预演一段日子：会开办什么、催办多少、谁最忙、谁会被消息淹没。什么也不写进台账。",
            en="Live a span of days ahead: what opens, what is sent, who is busiest. Nothing is written.",
        ),
    )(simulate)


def simulate(
    *,
    first: First = None,
    last: Last = None,
    unit: Unit = None,
    line: Line = None,
    with_ledger: WithLedger = False,
    given_file: GivenFile = None,
    acting: Acting = "nobody",
    most_in_message: MostInMessage = 20,
    most_in_week: MostInWeek = 60,
    form: As = None,
    output: Output = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Simulate the plan from the first day to the last."""
    from duban import simulation

    wanted = Form.JSON if as_json else form or _form_of(output)
    _refuse(wanted, output, with_ledger=with_ledger, given_file=given_file)
    how = _acting(acting)
    definitions, given = _known(project, given_file, with_ledger=with_ledger)
    begins, ends = _span(definitions, first, last)
    if line is not None:
        definitions = _only_line(definitions, line)
    units = None if unit is None else _below(definitions, find_unit(definitions.project, unit))
    with progress(say(zh="预演", en="simulating"), len(definitions.duties)) as lived:
        simulated = simulation.simulate(
            definitions,
            begins,
            ends,
            given,
            units,
            acting=how,
            limits=simulation.Limits(most_in_message, most_in_week),
            lived=lived,
        )
    _show(simulated, wanted, output)


def _refuse(wanted: Form, output: Path | None, *, with_ledger: bool, given_file: Path | None) -> None:
    if wanted not in FORMS:
        raise WrongUsage(_forms(say(zh=f"预演没有 {wanted.value} 格式", en=f"no form {wanted.value} here")))
    if wanted is Form.EXCEL and output is None and sys.stdout.isatty():
        raise WrongUsage(
            say(zh="Excel 要写进文件：加 -o 预演.xlsx", en="Excel goes into a file: add -o simulation.xlsx")
        )
    if with_ledger and given_file is not None:
        raise WrongUsage(say(zh="--with-ledger 和 --given 只能写一个", en="either --with-ledger or --given"))


def _acting(named: str) -> How:
    from duban.simulation import Acting as Known

    try:
        return Known(named)
    except ValueError:
        listed = say(zh="、", en=", ").join(Known)
        raise WrongUsage(say(zh=f"--acting 只能写 {listed}", en=f"--acting is one of {listed}")) from None


def _form_of(output: Path | None) -> Form:
    if output is None:
        return Form.TERMINAL
    suffix = output.suffix.removeprefix(".").lower()
    known = {form.value: form for form in FORMS if form is not Form.TERMINAL}
    if suffix not in known:
        raise WrongUsage(_forms(say(zh=f"看不出要什么格式：{output}", en=f"what form is {output}?")))
    return known[suffix]


def _forms(why: str) -> str:
    known = say(zh="、", en=", ").join(form.value for form in FORMS)
    return why + say(zh=f"，加 --as（{known}）", en=f" add --as ({known})")


def _known(
    project: Path | None, given_file: Path | None, *, with_ledger: bool
) -> tuple[Definitions, Given | None]:
    """The definitions, and the subjects and facts that are taken for granted (None: none were asked for)."""
    from duban.bureau.project import find_root
    from duban.definitions.definitions import load_definitions
    from duban.simulation import from_ledger, read_given

    if with_ledger:
        with open_project(project) as workspace:
            return workspace.definitions, from_ledger(workspace)
    definitions = load_definitions(find_root(project))
    choose(definitions.project.language)
    return definitions, None if given_file is None else read_given(given_file, definitions)


def _span(definitions: Definitions, first: str | None, last: str | None) -> tuple[date, date]:
    from duban.base.clock import business_date, system_clock

    today = business_date(system_clock().now(), definitions.project.zone)
    begins = read_date(first) if first else date(today.year, 1, 1)
    ends = read_date(last) if last else date(begins.year, 12, 31)
    if ends < begins:
        raise WrongUsage(
            say(zh=f"--to {ends} 早于 --from {begins}", en=f"--to {ends} is before --from {begins}")
        )
    return begins, ends


def _only_line(definitions: Definitions, named: str) -> Definitions:
    """The definitions with the duties of one line: the one with this name, or the only one whose name holds it."""
    lines = list(dict.fromkeys(duty.line for duty in definitions.duties.values()))
    matching = [each for each in lines if each == named] or [each for each in lines if named in each]
    if len(matching) != 1:
        near = did_you_mean(named, matching or lines)
        raise WrongUsage(
            say(zh=f"没有条线“{named}”，{near}", en=f"there is no line “{named}”, {near}").rstrip("，, ")
        )
    duties = {duty.id: duty for duty in definitions.duties.values() if duty.line == matching[0]}
    return replace(definitions, duties=duties)


def _below(definitions: Definitions, code: str) -> set[str]:
    """The unit and all below it."""
    project = definitions.project
    return {unit for unit in project.units if code in {above.code for above in project.chain(unit)}}


def _show(simulated: Simulation, wanted: Form, output: Path | None) -> None:
    from duban.simulation.as_object import as_object
    from duban.simulation.excel import as_xlsx
    from duban.simulation.html import as_html
    from duban.simulation.terminal import as_terminal

    match wanted:
        case Form.HTML:
            _put(as_html(simulated).encode(), output)
        case Form.EXCEL:
            _put(as_xlsx(simulated), output)
        case Form.JSON if output is None:
            show_json(as_object(simulated))
        case Form.JSON:
            import json

            from duban.cli.screen import plain

            _put(json.dumps(plain(as_object(simulated)), ensure_ascii=False, indent=2).encode(), output)
        case _:
            screen().print(as_terminal(simulated))
    if output is not None:
        tell(
            say(
                zh=f"已写入 {output}：开办 {simulated.total:,} 项，不会触发 {len(simulated.dead)} 个",
                en=f"{output} written: {simulated.total:,} obligations, {len(simulated.dead)} never fire",
            )
        )


def _put(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
