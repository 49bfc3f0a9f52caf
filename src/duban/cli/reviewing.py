"""Review: what is reported, closed or sent back; what is asked for and decided."""

from datetime import date
from typing import Annotated

import typer

from duban.cli.acting import Actor
from duban.cli.bilingual import option
from duban.cli.dispatching import naming
from duban.cli.failures import WrongUsage
from duban.cli.grouping import OBLIGATIONS, add_commands
from duban.cli.moves import Evidence, Ids, Note, To, Why, act_on_each, handed
from duban.cli.options import Project, read_date

On = Annotated[
    date | None,
    option(
        "--on",
        "DATE",
        parser=read_date,
        zh="哪一天办好的；不写就是今天。",
        en="The day it was done; else today.",
    ),
]
NewDay = Annotated[
    date, option("--to", "DATE", parser=read_date, zh="重新办理的期限。", en="The new day it is due.")
]
Waiver = Annotated[
    bool, option("--waiver", zh="申请免办，不是延期。", en="Ask for a waiver, not a later day.")
]
Elsewhere = Annotated[
    str | None,
    option(
        "--transfer",
        "UNIT/POST",
        zh="申请转办：转给哪个单位的同名岗位，例如 三元区局/食品流通科。",
        en="Ask that another unit owe it: the post of the same name there, such as 三元区局/食品流通科.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        OBLIGATIONS,
        (
            "feedback",
            feedback,
            "反馈办好了，附材料，等复核人复核。",
            "Report obligations as done, with evidence, for review.",
        ),
        ("review", review, "复核通过，销号。", "Close what was reported."),
        (
            "return",
            send_back,
            "退回反馈，写明原因和新的期限。",
            "Send a report back, with the reason and a new day.",
        ),
        (
            "request",
            request,
            "申请延期、免办或转办，由复核人或上级决定。",
            "Ask for a later day, a waiver or a transfer; the reviewer or the section above decides.",
        ),
        ("grant", grant, "同意申请。", "Grant what was asked."),
        ("refuse", refuse, "不同意申请，写明理由。", "Refuse what was asked, with the reason."),
        (
            "recall",
            recall,
            "收回还没有复核的反馈或申请。",
            "Take back a report or a request that is not decided.",
        ),
    )


def feedback(
    ids: Ids,
    *,
    evidence: Evidence = None,
    on: On = None,
    actor: Actor = None,
    reason: Note = "",
    project: Project = None,
) -> int:
    """Report obligations as done."""
    from duban.obligations import review_actions

    return act_on_each(
        ids,
        project,
        actor,
        "feedback",
        review_actions.report,
        reason=reason,
        evidence=handed(evidence),
        on=on,
    )


def review(ids: Ids, *, reason: Note = "", actor: Actor = None, project: Project = None) -> int:
    """Close what was reported."""
    from duban.obligations import review_actions

    return act_on_each(ids, project, actor, "review", review_actions.approve, reason=reason)


def send_back(ids: Ids, *, reason: Why, to: NewDay, actor: Actor = None, project: Project = None) -> int:
    """Send a report back."""
    from duban.obligations import review_actions

    return act_on_each(ids, project, actor, "return", review_actions.send_back, reason=reason, to=to)


def request(
    ids: Ids,
    *,
    reason: Why,
    to: To = None,
    waiver: Waiver = False,
    transfer: Elsewhere = None,
    actor: Actor = None,
    project: Project = None,
) -> int:
    """Ask for a later day, for a waiver, or that another unit owe it."""
    from duban.obligations import review_actions

    if [to is not None, waiver, transfer is not None].count(True) != 1:
        raise WrongUsage(
            zh="写 --to 日期、--waiver、--transfer 单位/岗位，三选一",
            en="give one of --to DATE, --waiver and --transfer UNIT/POST",
        )
    if transfer is not None:
        act = naming(transfer, review_actions.request_transfer)
        return act_on_each(ids, project, actor, "request", act, reason=reason)
    if to is not None:
        return act_on_each(
            ids, project, actor, "request", review_actions.request_extension, reason=reason, to=to
        )
    return act_on_each(ids, project, actor, "request", review_actions.request_waiver, reason=reason)


def grant(ids: Ids, *, reason: Note = "", to: To = None, actor: Actor = None, project: Project = None) -> int:
    """Grant what was asked; a later day other than the one asked for with `to`."""
    from duban.obligations import review_actions

    return act_on_each(ids, project, actor, "grant", review_actions.grant, reason=reason, to=to)


def refuse(ids: Ids, *, reason: Why, actor: Actor = None, project: Project = None) -> int:
    """Refuse what was asked."""
    from duban.obligations import review_actions

    return act_on_each(ids, project, actor, "refuse", review_actions.refuse, reason=reason)


def recall(ids: Ids, *, reason: Note = "", actor: Actor = None, project: Project = None) -> int:
    """Take back what is not decided."""
    from duban.obligations import review_actions

    return act_on_each(ids, project, actor, "recall", review_actions.recall, reason=reason)
