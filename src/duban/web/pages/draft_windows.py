"""In which window of its owner a draft is written: what one window has kept, an older one does not write over in silence."""

from __future__ import annotations

import hashlib
import secrets
from typing import NamedTuple

from duban.edits.own_drafts import OwnDraft


class DraftWindow(NamedTuple):
    """What a form knows of the draft it shows, as one word that it sends back."""

    #: the fingerprint of the file as it was when the draft was begun; empty for a form that says nothing
    opened: str
    #: the fingerprint of the draft as it was shown
    shown: str = ""
    #: the window's own name, made when it was opened
    name: str = ""

    @classmethod
    def showing(cls, draft: OwnDraft) -> DraftWindow:
        """A new window that shows a draft."""
        return cls(mark(draft.opened), mark(draft.text), secrets.token_hex(8))

    @classmethod
    def read(cls, word: str) -> DraftWindow:
        """The window that a form sent; only what it was begun on for a form of an older version."""
        return cls(*word.split("_", 2))

    def __str__(self) -> str:
        return "_".join(self)

    def is_passed(self, kept: OwnDraft | None) -> bool:
        """Whether another window has kept something else since this one was opened."""
        return bool(self.name and kept and kept.window != self.name and mark(kept.text) != self.shown)


def mark(text: str | None) -> str:
    """The fingerprint of a file, or of a draft; that of nothing where there is none."""
    return hashlib.sha256((text or "").encode()).hexdigest()[:16]
