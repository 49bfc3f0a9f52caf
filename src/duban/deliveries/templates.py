"""Messages in words: the Jinja2 templates of `notifications/templates/`, in a sandbox.

An administrator may edit them. A template that does not work is one clear problem in `duban check` (`template_trial`);
when sending, the shipped one takes its place, so that no message waits for a spelling mistake.
"""

import logging
import re
from functools import lru_cache
from pathlib import Path
from threading import Lock

from jinja2 import StrictUndefined, TemplateError

from duban.base.language import Language, current, say
from duban.deliveries.digests import Digest, DutyGroup
from duban.deliveries.entries import Entry, QuotedBasis
from duban.deliveries.leaders_page import CountyStanding, LeadersPage
from duban.deliveries.template_files import FOLDER, PARTS, shipped_folder
from duban.documents.sandbox import BoundedSandbox

logger = logging.getLogger("duban.deliveries")

_compiling = Lock()
_BLANKS = re.compile(r"\n{3,}")


class Templates:
    """A project's templates as they are when a run first needs them; an edit is for the next run."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._sources: dict[str, tuple[str | None, str]] = {}

    def words(self, digest: Digest) -> tuple[str, str]:
        """Title and body of a message in the reader's language, from the project's templates.

        A project's template that is missing or fails is replaced by the shipped one, and the log says so.
        """
        language = current()
        body = "brief" if digest.brief else "body"
        return self._part("title", language, digest), self._part(body, language, digest)

    def _part(self, part: str, language: Language, digest: Digest) -> str:
        name = PARTS[part].format(language=language)
        if name not in self._sources:
            self._sources[name] = _sources(self._root, name)
        own, shipped = self._sources[name]
        if own is not None:
            try:
                return _tidy(part, render(own, digest))
            except Exception as error:
                # Whatever an edit did to the template, the message still goes out.
                _say_unusable(name, error)
        return _tidy(part, render(shipped, digest))


def _sources(root: Path, name: str) -> tuple[str | None, str]:
    """What the project's own template says, None where it has none or it cannot be read, and the shipped one."""
    shipped = (shipped_folder() / name).read_text(encoding="utf-8")
    own = root / FOLDER / name
    if not own.is_file():
        return None, shipped
    try:
        return own.read_text(encoding="utf-8"), shipped
    except (OSError, ValueError) as error:
        _say_unusable(name, error)
        return None, shipped


def _say_unusable(name: str, error: Exception) -> None:
    """Say in the log that the shipped template takes the place of the project's own, and why."""
    logger.warning("%s: %s", (FOLDER / name).as_posix(), error)


def _tidy(part: str, text: str) -> str:
    return " ".join(text.split()) if part == "title" else _BLANKS.sub("\n\n", text).strip() + "\n"


def render(source: str, digest: Digest) -> str:
    """What a template makes of a message. Raises Jinja2's TemplateError, and whatever the template does wrong."""
    _environment().begin()
    with _compiling:  # of several senders that begin at once, one puts a template together for all
        template = _compiled(source)
    text: str = template.render(digest=digest)
    if not text.strip():
        raise TemplateError(say(zh="填出来是空的", en="it renders to nothing"))
    return text


@lru_cache(maxsize=32)
def _compiled(source: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return _environment().from_string(source)


class _Sandbox(BoundedSandbox):
    """A template may read what a message is made of, and nothing behind it."""

    def getattr(self, obj: object, attribute: str) -> object:
        """The public attributes of a message's parts without a long look; all else as the sandbox judges."""
        if type(obj) in _PARTS_OF_A_MESSAGE and not attribute.startswith("_"):
            try:
                return getattr(obj, attribute)
            except AttributeError:
                pass
        return super().getattr(obj, attribute)


_PARTS_OF_A_MESSAGE = frozenset((Digest, DutyGroup, Entry, QuotedBasis, LeadersPage, CountyStanding))


@lru_cache(maxsize=1)
def _environment() -> BoundedSandbox:
    # Messages are plain text: nothing is escaped, because no reader interprets it.
    return _Sandbox(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=False, autoescape=False)
