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


def words(root: Path, digest: Digest) -> tuple[str, str]:
    """Title and body of a message in the reader's language, from the project's templates.

    A project's template that is missing or fails is replaced by the shipped one, and the log says so.
    """
    language = current()
    body = "brief" if digest.brief else "body"
    return _part(root, "title", language, digest), _part(root, body, language, digest)


def _part(root: Path, part: str, language: Language, digest: Digest) -> str:
    name = PARTS[part].format(language=language)
    own = root / FOLDER / name
    if own.is_file():
        try:
            return _tidy(part, render(_source(own, own.stat().st_mtime_ns), digest))
        except Exception as error:
            # Whatever an edit did to the template, the message still goes out.
            logger.warning("%s: %s", own.relative_to(root).as_posix(), error)
    shipped = shipped_folder() / name
    return _tidy(part, render(_source(shipped, shipped.stat().st_mtime_ns), digest))


@lru_cache(maxsize=32)
def _source(path: Path, _changed: int) -> str:
    return path.read_text(encoding="utf-8")


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
