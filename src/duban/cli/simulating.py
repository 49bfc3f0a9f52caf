"""`duban simulate`: the work plan lived ahead, a year in a second, with nothing written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import choose, say
from duban.bureau.line_names import line_meant
from duban.cli.bilingual import option
from duban.cli.failures import WrongUsage
from duban.cli.forms import As, Output, asked_form, hand_over, tell_written
from duban.cli.grouping import STARTING, add_commands
from duban.cli.opened import open_project, unit_meant
from duban.cli.options import Json, Project, read_date
from duban.cli.screen import progress

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.simulation import Conduct as How
    from duban.simulation import Premises

First = Annotated[
    date | None,
    option(
        "--from",
        "DATE",
        parser=read_date,
        zh="第一天；不写就是今年 1 月 1 日。",
        en="The first day; else 1 January of this year.",
    ),
]
Last = Annotated[
    date | None,
    option(
        "--to",
        "DATE",
        parser=read_date,
        zh="最后一天；不写就是第一天那年的年底。",
        en="The last day; else the end of the first day's year.",
    ),
]
Unit = Annotated[
    str | None,
    option(
        "--unit",
        "UNIT",
        zh="只看这个单位（代码或名称）及其下级办的。",
        en="Only what this unit (code or name) and those below it owe.",
    ),
]
Line = Annotated[str | None, option("--line", "LINE", zh="只看这条条线。", en="Only this business line.")]
WithLedger = Annotated[
    bool,
    option("--with-ledger", zh="用台账里的监管对象和事实。", en="Take the subjects and facts of the ledger."),
]
GivenFile = Annotated[
    Path | None,
    option(
        "--given",
        "FILE",
        zh="用这个 YAML 文件里写的监管对象和事实。",
        en="Take the subjects and facts of this YAML file.",
    ),
]
Acting = Annotated[
    str,
    option(
        "--acting",
        "HOW",
        zh="nobody：没有人办结，逐级催到底；on-target：人人在应办日办结；likely：照常，二十件里一件迟办十天。",
        en="nobody: nothing is completed, ladders run out; on-target: all is completed on its safe day; likely:"
        " so, but for one of twenty, which is ten days late.",
    ),
]
MostInMessage = Annotated[
    int,
    option(
        "--most-in-message",
        least=1,
        zh="一条消息里超过这么多项，就算把岗位淹没了。",
        en="More obligations than this in one message flood a post.",
    ),
]
MostInWeek = Annotated[
    int,
    option(
        "--most-in-week",
        least=1,
        zh="一周里超过这么多项，就算把岗位淹没了。",
        en="More obligations than this in one week flood a post.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        STARTING,
        (
            "simulate",
            simulate,
            "预演一段日子：会开办什么、催办多少、谁最忙、谁会被消息淹没。什么也不写进台账。",
            "Live a span of days ahead: what opens, what is sent, who is busiest. Nothing is written.",
        ),
    )


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
    from duban.simulation.as_object import as_object
    from duban.simulation.document import simulation_document

    wanted = asked_form(form, output, as_json=as_json, named=say(zh="预演", en="simulation"))
    if with_ledger and given_file is not None:
        raise WrongUsage(zh="--with-ledger 和 --given 只能写一个", en="either --with-ledger or --given")
    how = _acting(acting)
    definitions, given = _known(project, given_file, with_ledger=with_ledger)
    begins, ends = _span(definitions, first, last)
    if line is not None:
        definitions = _only_line(definitions, line)
    units = None if unit is None else set(definitions.project.below(unit_meant(definitions.project, unit)))
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
    hand_over(simulation_document(simulated), wanted, output, data=as_object(simulated))
    opened, dead = simulated.total, len(simulated.dead)
    tell_written(
        output,
        say(zh=f"开办 {opened:,} 项，不会触发 {dead} 个", en=f"{opened:,} obligations, {dead} never fire"),
    )


def _acting(named: str) -> How:
    from duban.simulation import Conduct as Known

    try:
        return Known(named)
    except ValueError:
        listed = say(zh="、", en=", ").join(Known)
        raise WrongUsage(zh=f"--acting 只能写 {listed}", en=f"--acting is one of {listed}") from None


def _known(
    project: Path | None, given_file: Path | None, *, with_ledger: bool
) -> tuple[Definitions, Premises | None]:
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


def _span(definitions: Definitions, first: date | None, last: date | None) -> tuple[date, date]:
    from duban.base.clock import business_date, system_clock

    today = business_date(system_clock().now(), definitions.project.zone)
    begins = first or date(today.year, 1, 1)
    ends = last or date(begins.year, 12, 31)
    if ends < begins:
        raise WrongUsage(zh=f"--to {ends} 早于 --from {begins}", en=f"--to {ends} is before --from {begins}")
    return begins, ends


def _only_line(definitions: Definitions, named: str) -> Definitions:
    """The definitions with the duties of one line: the one with this name, or the only one whose name holds it."""
    line = line_meant((duty.line for duty in definitions.duties.values()), named)
    duties = {duty.id: duty for duty in definitions.duties.values() if duty.line == line}
    return replace(definitions, duties=duties)
