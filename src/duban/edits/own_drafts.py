"""Drafts (草稿) people write on the page: one for each file and account, kept beside the project until it is put in force.

A draft remembers the file as it was when its owner began. What somebody else has put into the folder meanwhile is then
seen, and neither loses what they wrote. The folder itself changes only when a change is put in force.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from duban.edits.files_in_place import replace_files
from duban.ledger.content import read_beside, read_content
from duban.runtime.private import closed_folder

PLACE = Path(".duban") / "drafts" / "accounts"


@dataclass(frozen=True)
class OwnDraft:
    """What one account has written of one file."""

    path: str  #: the file, relative to the project
    opened: str | None  #: the file as it was when they began; None: it was not there
    text: str | None  #: as they want it; None: it goes
    saved_at: datetime  #: aware UTC
    window: str = ""  #: the window of the page it was last kept in; empty where no editor was open

    def is_behind(self, root: Path) -> bool:
        """Whether somebody has changed the file in the folder since they began."""
        return text_of(root, self.path) != self.opened


_DRAFT = TypeAdapter(OwnDraft)


def text_of(root: Path, path: str) -> str | None:
    """A file that can be edited as it lies in the folder; None where it is not there or is no such file."""
    return editable(root).get(path)


def editable(root: Path) -> dict[str, str]:
    """Every file that can be edited, path → text: the content, the mappings for tables, the examples."""
    return {**read_content(root), **read_beside(root)}


def keep_draft(root: Path, account: int, draft: OwnDraft) -> None:
    """Keep the draft of the account of this number, in the project at `root`, in place of the one it had of the same file.

    One that says what the file said when they began is none: it goes.
    """
    if draft.text == draft.opened:
        drop_draft(root, account, draft.path)
        return
    name = _name(account, draft.path)
    closed_folder((root / name).parent)
    replace_files(root, {name.as_posix(): _DRAFT.dump_json(draft).decode()})


def drop_draft(root: Path, account: int, path: str) -> None:
    """Let the draft that `account` (its number) has of one file (`path` as in the project: `duties/计量.yaml`) go.

    Nothing happens where there is none.
    """
    (root / _name(account, path)).unlink(missing_ok=True)


def own_draft(root: Path, account: int, path: str) -> OwnDraft | None:
    """What the account (its number) has drafted of one file, `path` as in the project; None where it has not."""
    return _read(root / _name(account, path))


def own_drafts(root: Path, account: int) -> list[OwnDraft]:
    """Everything the account (its number) has drafted, sorted by path."""
    found = map(_read, (root / PLACE / str(account)).glob("*.json"))
    return sorted((each for each in found if each is not None), key=lambda each: each.path)


def others_drafting(root: Path, account: int, path: str) -> list[int]:
    """The numbers of the accounts besides `account` that have a draft of the file at `path`: who writes over whom is asked
    before, not found out after.
    """
    file = _name(account, path).name
    owners = [int(found.parent.name) for found in (root / PLACE).glob(f"*/{file}")]
    return sorted(owner for owner in owners if owner != account)


def _name(account: int, path: str) -> Path:
    return PLACE / str(account) / f"{hashlib.sha256(path.encode()).hexdigest()[:24]}.json"


def _read(file: Path) -> OwnDraft | None:
    try:
        return _DRAFT.validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
