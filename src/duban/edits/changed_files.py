"""Changed files, written for somebody by a command or a page: proved with all the content, planned on the open obligations,
put in force at once.

| moment of a crash | what the engine sees | what is in the folder |
|---|---|---|
| before the file is in place | the old content | the old file |
| after it, before the ledger's transaction has ended | the old content: it works on what was applied | the new file, a draft; the same command again applies it |
| after that | the new content, every open obligation carried over | the new file |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from duban.definitions.definitions import Definitions, load_definitions
from duban.edits.files_in_place import files_seen, replace_files
from duban.edits.model import AppliedPlan, Plan, PlanRefused
from duban.edits.planning import apply, plan
from duban.edits.proposals import Proposal, propose
from duban.ledger.content import files_of, is_content, lay_out, newest_applied
from duban.ledger.database import reading
from duban.ledger.principals import Principal
from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class Change:
    """Changed files of a project (path → text; None: the file goes), proved together with the content in force.

    `definitions` is what the content then means; `plan` what becomes of obligations and messages. Other edits that lie
    in the folder are not part of it: they stay a draft.
    """

    ws: Workspace  #: the project that is changed
    texts: Mapping[str, str | None]  #: by path from the project's folder, the new text; None: the file goes
    definitions: Definitions  #: what the changed files say
    plan: Plan  #: what applying them would do
    _seen: Mapping[str, bytes | None]

    @property
    def is_empty(self) -> bool:
        """Whether these files are in the folder and in force already."""
        there = all(self._seen[name] == _bytes(text) for name, text in self.texts.items())
        return there and self.plan.is_empty

    @property
    def lies_beside(self) -> bool:
        """Whether all of it lies beside the content (mappings, examples): no version, no obligation changes."""
        return not any(map(is_content, self.texts))

    def put_in_force(self, now: datetime, *, by: Principal, reason: str) -> AppliedPlan | Proposal | None:
        """Put the files into the folder and in force `by` a person, for a `reason` in their words, and date every open obligation
        anew as of `now` (aware UTC) with its reason in the journal.

        Where two persons have to agree it is proposed. Files that only lie beside the content (mappings, examples) are
        put into the folder, which is all they need: then there is no version (None). Raises PlanRefused, ProblemsFound when somebody has changed one
        of the files meanwhile, and OSError; the files are then as they were.
        """
        if self.plan.problems:
            raise PlanRefused("\n".join(str(problem) for problem in self.plan.problems))
        replace_files(self.ws.root, self.texts, self._seen)
        if self.lies_beside:
            return None
        try:
            if self.ws.definitions.project.approvers > 1:
                return propose(self.ws, self.plan, by=by, now=now, reason=reason)
            return apply(self.ws, self.plan, actor=by.name, now=now, reason=reason)
        except Exception:
            before = {name: None if old is None else old.decode() for name, old in self._seen.items()}
            replace_files(self.ws.root, before)
            raise


def proved(
    ws: Workspace,
    texts: Mapping[str, str | None],
    now: datetime,
    opened: Mapping[str, str | None] | None = None,
) -> Change:
    """The change that `texts` make of these files, path under the project → text, None for one that goes. Nothing is
    changed yet.

    `opened` holds the files as they were when somebody began to edit them; else they are taken as they are now.
    Raises ProblemsFound for every mistake the content would then have, in whichever file; PlanRefused as `plan`
    does.
    """
    seen = files_seen(ws.root, texts) if opened is None else {name: _bytes(opened[name]) for name in texts}
    files = with_texts(ws, texts)
    draft = load_definitions(lay_out(ws.root, files))
    return Change(ws, texts, draft, plan(ws, draft, files, now), seen)


def with_texts(ws: Workspace, texts: Mapping[str, str | None]) -> dict[str, str]:
    """The content in force, with those of these texts that are content instead of theirs."""
    with reading(ws.ledger) as connection:
        applied = newest_applied(connection)
        files = files_of(connection, applied.content_id) if applied else {}
    files |= {name: text for name, text in texts.items() if text is not None and is_content(name)}
    return {name: text for name, text in files.items() if texts.get(name, text) is not None}


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
