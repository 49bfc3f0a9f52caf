"""Carrying a changed calendar out: proved with all the content, planned on the open obligations, put in force at once.

| moment of a crash | what the engine sees | what is in the folder |
|---|---|---|
| before the file is in place | the old calendar | the old file |
| after it, before the ledger's transaction has ended | the old calendar: it works on what was applied | the new file, a draft; the same command again applies it |
| after that | the new calendar, every open obligation dated by it | the new file |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from duban.definitions.definitions import Definitions, load_definitions
from duban.edits import (
    Applied,
    Plan,
    PlanRefused,
    Proposal,
    apply,
    plan,
    propose,
)
from duban.holidays.files import files_seen, replace_files
from duban.ledger.content import files_of, lay_out, newest_applied
from duban.ledger.database import reading

if TYPE_CHECKING:
    from duban.ledger.principals import Principal
    from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class Change:
    """Changed files of a project (path → text), proved together with the content in force.

    `definitions` is what the content then means; `plan` what becomes of obligations and messages. Other edits that lie
    in the folder are not part of it: they stay a draft.
    """

    ws: Workspace
    texts: Mapping[str, str]
    definitions: Definitions
    plan: Plan
    _seen: Mapping[str, bytes | None]

    @property
    def is_empty(self) -> bool:
        """Whether these files are in the folder and in force already."""
        there = all(self._seen[name] == text.encode() for name, text in self.texts.items())
        return there and self.plan.is_empty

    def put_in_force(self, now: datetime, *, by: Principal, reason: str) -> Applied | Proposal:
        """Put the files into the folder and in force, and date every open obligation anew with its reason in the journal.

        Where two persons have to agree it is proposed. Raises PlanRefused, ProblemsFound when somebody has changed one
        of the files meanwhile, and OSError; the files are then as they were.
        """
        if self.plan.problems:
            raise PlanRefused("\n".join(str(problem) for problem in self.plan.problems))
        replace_files(self.ws.root, self.texts, self._seen)
        try:
            if self.ws.definitions.project.approvers > 1:
                return propose(self.ws, self.plan, by=by, now=now, reason=reason)
            return apply(self.ws, self.plan, actor=by.name, now=now, reason=reason)
        except Exception:
            before = {name: old.decode() for name, old in self._seen.items() if old is not None}
            replace_files(self.ws.root, before)
            for name in self._seen.keys() - before.keys():
                (self.ws.root / name).unlink(missing_ok=True)
            raise


def proved(ws: Workspace, texts: Mapping[str, str], now: datetime) -> Change:
    """The change of these files, path under the project → text. Nothing is changed yet.

    Raises ProblemsFound for every mistake the content would then have, in whichever file.
    """
    seen = files_seen(ws.root, texts)
    with reading(ws.ledger) as connection:
        applied = newest_applied(connection)
        files = files_of(connection, applied.content_id) if applied else {}
    files = {**files, **texts}
    draft = load_definitions(lay_out(ws.root, files))
    return Change(ws, texts, draft, plan(ws, draft, files, now), seen)
