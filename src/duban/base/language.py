"""The reader's language: every sentence a person sees is written in Chinese and in English, side by side.

Both forms stand at the place that speaks, so that neither can be forgotten or go stale.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, cast

Language = Literal["zh-CN", "en"]
DEFAULT: Language = "zh-CN"

_SIGNS = str.maketrans({"、": ", ", "，": ", ", "；": "; ", "：": ": ", "。": ".", "（": " (", "）": ")"})
_MOST_NAMED = 8
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

_chosen: ContextVar[Language | None] = ContextVar("duban_language", default=None)


def current() -> Language:
    """The language a person reads now: the one chosen with `use`, else `DUBAN_LANG`, else Chinese."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    return "en" if os.environ.get("DUBAN_LANG", "").lower().startswith("en") else DEFAULT


@contextmanager
def use(language: Language) -> Iterator[None]:
    """Speak `language` inside the block, for example to render one message for one recipient."""
    token = _chosen.set(language)
    try:
        yield
    finally:
        _chosen.reset(token)


def choose(language: str) -> None:
    """Speak `language` from here on: the project file's choice, unless `DUBAN_LANG` has already said."""
    if "DUBAN_LANG" not in os.environ and language in ("zh-CN", "en"):
        _chosen.set(cast("Language", language))


def say(*, zh: str, en: str) -> str:
    """The sentence in the reader's language."""
    return en if current() == "en" else zh


def sign(marks: str) -> str:
    """Chinese punctuation as the reader's language has it: `（` as ` (`."""
    return marks if current() != "en" else marks.translate(_SIGNS)


def yes_or_no(value: bool) -> str:
    """A truth as people write it: 是, 否."""
    return say(zh="是", en="yes") if value else say(zh="否", en="no")


def some_of(names: Sequence[str]) -> str:
    """The first eight of many names, and how many there are."""
    shown = say(zh="、", en=", ").join(names[:_MOST_NAMED])
    more = say(zh=f" 等 {len(names)} 个", en=f" … ({len(names)})")
    return shown + (more if len(names) > _MOST_NAMED else "")


def within_quotes(words: str) -> str:
    """Words as they stand within quotation marks: marks of their own become single ones."""
    return words.translate({ord("“"): "‘", ord("”"): "’"})


def as_written(words: str) -> str:
    """Words of a paper or of the bureau's own files, which nobody translates: an English reader is told that they are Chinese."""
    return f"{words} (in Chinese)" if current() == "en" and _CHINESE.search(words) else words
