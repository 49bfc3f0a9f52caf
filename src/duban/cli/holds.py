"""`duban hold`: delivery held until a person has looked; what is held, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.clock import local
from duban.base.language import say
from duban.cli.acting import Actor, acting
from duban.cli.bilingual import argument, option
from duban.cli.forms import As, Output, RowList, hand_over_list
from duban.cli.grouping import RUNNING, add_group
from duban.cli.opened import open_project
from duban.cli.options import Json, Project
from duban.cli.screen import show_json, tell

if TYPE_CHECKING:
    from duban.deliveries.holding import HeldDuty, HoldRecord
    from duban.workspace.workspace import Workspace

MOST_SHOWN = 15

Number = Annotated[
    int, argument("HOLD", zh="第几次缓发，见 hold list。", en="The hold's number; see hold list.")
]
Why = Annotated[str, option("--reason", "TEXT", zh="为什么，记在案。", en="Why, for the record.")]
Note = Annotated[str, option("--reason", "TEXT", zh="说明，记在案。", en="A note, for the record.")]
Duty = Annotated[
    str | None,
    option(
        "--duty", "DUTY", zh="只不发这个事项的，其余继续压着。", en="Of this duty only; the rest stays held."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_group(
        app,
        RUNNING,
        "hold",
        ("list", list_holds, "压住了什么，以前压过什么。", "What is held, and what was."),
        ("release", release, "放行：压住的照常发出。", "Let out what is held."),
        ("discard", discard, "不发：压住的取消，写明原因。", "Cancel what is held, with the reason."),
        ("again", again, "撤销放行或不发，重新压住。", "Undo a release or a discard: hold again."),
        ("place", place, "由人压住，写明原因。", "Hold delivery by hand, with the reason."),
        zh="缓发：一天的量反常时，消息先压住，人核实以后放行或不发。",
        en="Delivery held on an unlikely day, until a person releases or discards it.",
    )


def list_holds(
    *, form: As = None, output: Output = None, project: Project = None, as_json: Json = False
) -> None:
    """Show what is held, and the holds there were."""
    from duban.deliveries.holding import all_holds, held_duties
    from duban.ledger.database import reading
    from duban.ledger.principals import operator

    with open_project(project, say_draft=False) as ws:
        with reading(ws.ledger) as connection:
            found = all_holds(connection)
            stands = any(each.ended_at is None for each in found)
            held = held_duties(connection, ws, operator(ws.definitions.project, "")) if stands else []
        data = {"holds": [each._asdict() for each in found], "held": [each._asdict() for each in held]}
        hand_over_list(_list_of(ws, found, held), form, output, as_json=as_json, data=data)


def release(
    number: Number, *, reason: Note = "", by: Actor = None, project: Project = None, as_json: Json = False
) -> None:
    """Let out what is held."""
    from duban.deliveries.holding import release_hold

    with open_project(project, say_draft=False) as ws:
        who = acting(ws, by, "hold release", str(number))
        count = release_hold(ws, number, who, ws.clock.now(), reason)
    if as_json:
        show_json({"hold": number, "released": count})
        return
    tell(
        zh=f"已放行，{count:,} 条照常发出（几分钟内）。后悔：duban hold again {number}",
        en=f"released: {count:,} go out within minutes. To undo: duban hold again {number}",
    )


def discard(
    number: Number,
    *,
    reason: Why,
    duty: Duty = None,
    by: Actor = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Cancel what is held."""
    from duban.deliveries.holding import discard_held

    with open_project(project, say_draft=False) as ws:
        who = acting(ws, by, "hold discard", str(number))
        count = discard_held(ws, number, who, ws.clock.now(), reason, duty)
    if as_json:
        show_json({"hold": number, "discarded": count, "stands": duty is not None})
        return
    tell(zh=f"{count:,} 条不发，记在案", en=f"{count:,} will not be sent; it is on record")
    if duty is not None:
        tell(zh="其余继续压着", en="the rest stays held")
    else:
        tell(zh=f"后悔：duban hold again {number}", en=f"to undo: duban hold again {number}", style="dim")


def again(number: Number, *, by: Actor = None, project: Project = None, as_json: Json = False) -> None:
    """Undo a release or a discard."""
    from duban.deliveries.holding import hold_again

    with open_project(project, say_draft=False) as ws:
        who = acting(ws, by, "hold again", str(number))
        stands, back = hold_again(ws, number, who, ws.clock.now())
    if as_json:
        show_json({"hold": stands, "waiting_again": back})
        return
    tell(
        zh=f"又压住了（第 {stands} 次缓发）；取消过的 {back:,} 条重新等着，已经发出的收不回",
        en=f"held again (hold {stands}); {back:,} that were cancelled wait again, what has gone out has gone",
    )


def place(*, reason: Why, by: Actor = None, project: Project = None, as_json: Json = False) -> None:
    """Hold delivery by hand."""
    from duban.deliveries.holding import place_hold

    with open_project(project, say_draft=False) as ws:
        number = place_hold(ws, acting(ws, by, "hold place"), ws.clock.now(), reason)
    if as_json:
        show_json({"hold": number})
        return
    tell(
        zh=f"已压住（第 {number} 次缓发），紧急事项照发。放行：duban hold release {number}",
        en=f"delivery is held (hold {number}); what is urgent goes. Release: duban hold release {number}",
    )


def _list_of(ws: Workspace, found: list[HoldRecord], held: list[HeldDuty]) -> RowList:
    from duban.deliveries.holding import ENGINE, decision_word

    zone = ws.definitions.project.zone
    hints = [
        say(
            zh=f"压着 {each.duty} {each.title}：{each.deliveries:,} 条，{each.recipients} 个岗位",
            en=f"held, {each.duty} {each.title}: {each.deliveries:,} for {each.recipients} posts",
        )
        for each in held[:MOST_SHOWN]
    ]
    if len(held) > MOST_SHOWN:
        more = len(held) - MOST_SHOWN
        hints.append(say(zh=f"……还有 {more} 个事项，--json 看全", en=f"… {more} more duties: --json"))
    return RowList(
        title=say(zh="缓发", en="Holds"),
        headings=(
            say(zh="第几次", en="hold"),
            say(zh="从", en="since"),
            say(zh="谁压的", en="by"),
            say(zh="为什么", en="why"),
            say(zh="结果", en="outcome"),
        ),
        rows=(
            (
                each.id,
                local(each.at, zone),
                say(zh="引擎", en="the engine") if each.by == ENGINE else each.by,
                each.why,
                decision_word(each, zone),
            )
            for each in found
        ),
        nothing=say(zh="没有压住，也没有压过。", en="Nothing is held, and nothing was."),
        hints=hints,
    )
