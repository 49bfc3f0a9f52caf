"""`duban assign`, `assigned`, `unassign`: what a note, a letter or a meeting orders once, and taking it back."""

from pathlib import Path
from typing import Annotated

import typer

from duban.base.language import say
from duban.cli.acting import Actor, acting, looking_on
from duban.cli.bilingual import argument, option
from duban.cli.failures import WrongUsage
from duban.cli.grouping import OBLIGATIONS, add_commands
from duban.cli.moves import Why
from duban.cli.opened import open_project
from duban.cli.options import Json, Project
from duban.cli.screen import show_json, show_table, tell

SHOWN = 100
Title = Annotated[str, argument("TITLE", zh="交办什么，一句话。", en="What is to be done.")]
Owners = Annotated[
    list[str],
    option(
        "--to",
        "UNIT/POST",
        zh="谁承办，可写多次：三元区局/产品质量科；县局/产品质量科 是每个县局各一项。",
        en="Who owes it, may be given again: 三元区局/产品质量科; county/产品质量科 is every county.",
    ),
]
Due = Annotated[
    str,
    option(
        "--due",
        "DAY|PERIOD",
        zh="期限：2026-10-20、2026年底前、10个工作日；4小时 是紧急事项，立即告知。",
        en="Until when: 2026-10-20, 10 workdays; “4 hours” is an emergency, told at once.",
    ),
]
Document = Annotated[
    str,
    option(
        "--document",
        "NUMBER",
        zh="文号；不写就按年编号，交办〔2026〕3号。",
        en="The document's number; else one of its own, by year.",
    ),
]
Words = Annotated[
    str,
    option(
        "--words", "TEXT", zh="批示、来文或决议的原话。", en="The words of the note, letter or resolution."
    ),
]
Line = Annotated[
    str,
    option("--line", "LINE", zh="归哪个条线；不写就是“临时交办”。", en="The business line; else 临时交办."),
]
LadderName = Annotated[
    str,
    option(
        "--ladder",
        "NAME",
        zh="催办阶梯；不写就是 assigned：当天告知，到期前再提醒。",
        en="The ladder; else `assigned`: told on the day, reminded before it is due.",
    ),
]
ReviewedBy = Annotated[
    str,
    option(
        "--review",
        "POST",
        zh="谁复核：科室负责人、上级/承办岗位、市局/产品质量科 或 无。",
        en="Who reviews it: a post, parent/owner, city/产品质量科, or none.",
    ),
]
Needs = Annotated[
    list[str] | None,
    option(
        "--needs", "NAME", zh="办结要交的材料，可写多次。", en="What has to be handed in; may be given again."
    ),
]
Files = Annotated[
    list[Path] | None,
    option("--file", "FILE", zh="附件，可写多次。", en="A file that goes along; may be given again."),
]
Confidential = Annotated[
    bool,
    option(
        "--confidential",
        zh="保密：办结以前只有承办的和可以知悉的人看到。",
        en="Kept out of groups until done.",
    ),
]
DryRun = Annotated[
    bool, option("--dry-run", zh="只说会怎样，不交办。", en="Say what would be, and assign nothing.")
]
Number = Annotated[str, argument("ASSIGNMENT", zh="交办编号，如 2026-3。", en="Its number, such as 2026-3.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        OBLIGATIONS,
        (
            "assign",
            assign,
            "临时交办：批示、来文、会议决议，交给一个或几个岗位限期办。",
            "Assign what a note, a letter or a meeting orders once.",
        ),
        ("assigned", list_assigned, "交办过的，最新的在前。", "What was assigned, newest first."),
        ("unassign", unassign, "撤回交办，写明理由。", "Take an assignment back, with the reason."),
    )


def assign(
    title: Title,
    *,
    to: Owners,
    due: Due,
    document: Document = "",
    words: Words = "",
    line: Line = "",
    ladder: LadderName = "",
    review: ReviewedBy = "",
    needs: Needs = None,
    files: Files = None,
    confidential: Confidential = False,
    dry_run: DryRun = False,
    actor: Actor = None,
    as_json: Json = False,
    project: Project = None,
) -> None:
    """Assign something once."""
    from duban.assignments.assigning import assign as make
    from duban.assignments.drafts import AssignmentDraft
    from duban.cli.moves import handed

    draft = AssignmentDraft(
        title, tuple(to), due, words, document, line, ladder, review, tuple(needs or ()), confidential
    )
    with open_project(project) as ws:
        who = looking_on(ws, actor) if dry_run else acting(ws, actor, "assign")
        pieces = handed(files)
        made = make(ws, draft, ws.clock.now(), who=who, files=pieces, rehearse=dry_run)
    if as_json:
        show_json(
            {
                "number": str(made.number),
                "called": made.called,
                "summary": made.summary,
                "remarks": made.remarks,
                "obligations": made.obligations,
            }
        )
        return
    did = say(zh="会交办", en="would assign") if dry_run else say(zh="已交办", en="assigned")
    tell(zh=f"{did} {made.called}：{made.summary}", en=f"{did} {made.called}: {made.summary}")
    for remark in made.remarks:
        tell(remark, "yellow")
    if not dry_run:
        numbers = " ".join(made.obligations)
        tell(
            zh=f"{numbers}（撤回：duban unassign {made.number}）",
            en=f"{numbers} (taken back by duban unassign {made.number})",
        )


def list_assigned(*, as_json: Json = False, project: Project = None) -> None:
    """List the assignments."""
    from duban.assignments.assignment_book import assignments
    from duban.base.clock import local

    with open_project(project, say_draft=False) as ws:
        found = assignments(ws, looking_on(ws), most=SHOWN)
        zone = ws.definitions.project.zone
    if as_json:
        show_json(
            [
                {
                    "number": str(each.number),
                    "called": each.assignment.number,
                    "title": each.assignment.title,
                    "assigned_by": each.assignment.assigned_by,
                    "assigned_at": each.assignment.assigned_at.isoformat(),
                    "owed": len(each.owed),
                    "open": each.open,
                    "done": each.done,
                }
                for each in found
            ]
        )
        return
    if not found:
        tell(zh="还没有交办过", en="nothing was assigned yet")
        return
    heads = (
        say(zh="编号", en="number"),
        say(zh="文号", en="called"),
        say(zh="事由", en="title"),
        say(zh="项数", en="owed"),
        say(zh="未办结", en="open"),
        say(zh="谁交办", en="by"),
        say(zh="何时", en="when"),
    )
    show_table(
        heads,
        [
            (
                str(each.number),
                each.assignment.number,
                each.assignment.title,
                len(each.owed),
                each.open,
                each.assignment.assigned_by,
                local(each.assignment.assigned_at, zone),
            )
            for each in found
        ],
    )


def unassign(number: Number, *, reason: Why, actor: Actor = None, project: Project = None) -> None:
    """Take an assignment back."""
    from duban.assignments.assigning import recall_assignment
    from duban.base.assignment_numbers import AssignmentNumber

    which = AssignmentNumber.parse(number)
    if which is None:
        raise WrongUsage(
            zh=f"交办编号写成 2026-3 这样，不是“{number}”",
            en=f"write the number like 2026-3, not “{number}”",
        )
    with open_project(project) as ws:
        who = acting(ws, actor, "unassign", number)
        count = recall_assignment(ws, which, ws.clock.now(), who=who, reason=reason)
    tell(zh=f"已撤回 {which}：{count} 项不再要办", en=f"taken back {which}: {count} are not owed any more")
