"""`duban versions`: what was put in force, and what waits for a second person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from duban.base.clock import local
from duban.base.language import say
from duban.cli.forms import As, Output, RowList, hand_over_list
from duban.cli.opened import open_project
from duban.cli.options import Json, Project

if TYPE_CHECKING:
    from duban.ledger.content import AppliedContent


def versions(
    *, form: As = None, output: Output = None, project: Project = None, as_json: Json = False
) -> None:
    """List the applied versions, newest first, and what waits for approval."""
    from duban.edits import waiting_proposals
    from duban.ledger.content import applied_versions
    from duban.ledger.database import reading

    with open_project(project, say_draft=False) as workspace:
        with reading(workspace.ledger) as connection:
            found = applied_versions(connection)
        waiting = waiting_proposals(workspace)
        zone = workspace.definitions.project.zone
        titles = {duty.id: duty.title for duty in workspace.definitions.duties.values()}
    listing = RowList(
        title=say(zh="生效过的版本", en="Versions"),
        headings=say(
            zh="版本 生效时间 谁 批准 为什么 改了什么", en="version applied by approved why what"
        ).split(),
        rows=(
            (
                each.number,
                local(each.applied_at, zone),
                each.actor,
                each.approved_by or "",
                each.reason,
                _what(each, titles),
            )
            for each in found
        ),
        nothing=say(zh="还没有生效过的版本", en="nothing was applied yet"),
        under=[
            say(
                zh=f"等待批准：{proposal.plan}（{proposal.proposed_by}：{proposal.reason}），"
                f"由另一个人运行 duban approve {proposal.plan}",
                en=f"waiting: {proposal.plan} ({proposal.proposed_by}: {proposal.reason}); "
                f"another person runs duban approve {proposal.plan}",
            )
            for proposal in waiting
        ],
    )
    told = {"versions": [_version(each) for each in found], "waiting": waiting}
    hand_over_list(listing, form, output, as_json=as_json, data=told)


def _version(each: AppliedContent) -> dict[str, object]:
    return {
        "version": each.number,
        "applied_at": each.applied_at,
        "by": each.actor,
        "approved_by": each.approved_by,
        "because": each.reason,
        "plan": each.plan,
        "changed": each.summary,
    }


def _what(version: AppliedContent, titles: Mapping[str, str]) -> str:
    from duban.edits.version_words import counted, version_words

    if not version.summary:
        return ""
    # What is not there any more, or was not before, has no words of its own: its id says which it was.
    known = {**{each: each for each in version.changed_duties}, **titles}
    names = list(version_words(version.summary, known))
    shown = say(zh="、", en=", ").join(names[:2]) + ("…" if len(names) > 2 else "")
    return say(zh="；", en="; ").join(part for part in (shown, counted(version.summary)) if part)
