"""From a text to a YAML file's data and places.

The parser only names the pieces of the text (events); what they mean, where they stand and what is refused is decided
here, in one pass, so that a wrong file costs no more than a right one. Refused: tags, a second document, keys twice or
not text, nesting beyond 40 levels, anchors that unfold to more than 100,000 values, and slips of the hand that YAML
reads as something else (`slips.py`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn, cast

from duban.base.language import say
from duban.base.problems import Problem
from duban.yamlfile import parsers, slips
from duban.yamlfile.scalars import resolve
from duban.yamlfile.syntax import control_character, explain
from duban.yamlfile.yaml_text import Loc, ValuePlace, YamlFile, place_after_key

MOST_LEVELS = 40
MOST_VALUES = 100_000
MOST_SIGNS_READ_TWICE = 200_000
_REPEATED = "(repeated)"
_NOTICED_BELOW = ("end of stream", "could not find expected ':'")
"""Complaints of a parser about what it began to read lines above the one where it stopped."""


def compose_text(text: str, name: str) -> tuple[YamlFile | None, list[Problem]]:
    """`compose` for a text that is already at hand, for example the last good version kept in the ledger."""
    for parse in parsers.EVENTS:
        composer = _Composer(name, text, parse)
        try:
            return composer.compose(), composer.problems
        except _UnreadableError as error:
            if not (error.may_be_readable and len(text) < MOST_SIGNS_READ_TWICE):
                break
    return None, composer.problems


class _UnreadableError(Exception):
    """Nothing more can be read; the reason is among the problems.

    `may_be_readable` when it was the parser that stopped: the compiled one knows less of YAML 1.2 (`{at: 09:00}`).
    """

    def __init__(self, *, may_be_readable: bool = False) -> None:
        self.may_be_readable = may_be_readable
        super().__init__()


@dataclass
class _Open:
    """A list or mapping whose end has not been seen yet."""

    loc: Loc
    data: dict[str, object] | list[object]
    anchor: str | None
    values_before: int
    key: str | None = None
    key_at: tuple[int, int] | None = None
    key_end: tuple[int, int] = (0, 0)
    key_unquoted: bool = False
    keys: dict[str, int] = field(default_factory=dict)
    repeated: bool = False
    in_brackets: bool = False
    dash_lost: bool = False


@dataclass
class _Anchor:
    loc: Loc
    data: object
    values: int


class _Composer:
    """Turns the parser's events into data and places; one use each."""

    def __init__(self, name: str, text: str, parse: Callable[[str], Iterator[object]]) -> None:
        self.name, self.text, self.parse = name, text, parse
        self.lines = text.splitlines()
        self.hides = slips.may_hide(text, self.lines)  #: whether a sign nobody sees may stand in it
        self.problems: list[Problem] = []
        self.places: dict[Loc, ValuePlace] = {}
        self.aliases: dict[Loc, Loc] = {}
        self.spoilt: list[Loc] = []
        self.not_texts: list[Loc] = []
        self.anchors: dict[str, _Anchor] = {}
        self.stack: list[_Open] = []
        self.values = 0
        self.root: object = None

    def compose(self) -> YamlFile:
        documents = 0
        for event in self._events():
            kind = type(event).__name__
            mark = event.start_mark
            at = (mark.line + 1, mark.column + 1)
            if kind == "ScalarEvent":
                self._scalar(event, at)
            elif kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._stop(
                        at,
                        say(zh="一个文件只能有一份内容", en="a file holds one document"),
                        say(zh="请删除“---”或分成两个文件", en="remove the “---” or make two files"),
                    )
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                self._begin(event, at, {} if kind == "MappingStartEvent" else [])
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                self._end()
            elif kind == "AliasEvent":
                self._alias(event.anchor, at)
        if self.root is None:
            self.problems.append(Problem(self.name, 0, 0, say(zh="文件是空的", en="the file is empty")))
            raise _UnreadableError
        return YamlFile(self.name, self.root, self.places, self.aliases, self.spoilt, self.not_texts)

    def _events(self) -> Iterator[Any]:
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            yield from self.parse(self.text)
        except MarkedYAMLError as error:
            complaint = str(error.problem or error.context)
            begun_above = "flow" in str(error.context) or any(sign in complaint for sign in _NOTICED_BELOW)
            mark = (error.context_mark if begun_above else error.problem_mark) or error.problem_mark
            at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            noticed = error.problem_mark or mark
            row = noticed.line + 1 if noticed else 1
            slip = (
                slips.not_merged(self.lines)
                or slips.blamed_indent(self.lines, row)
                or slips.wide_colon(self.lines, at[0], row)
                or slips.dash_lost(self.lines, at[0])
            )
            if slip is None and noticed:
                slip = slips.behind_a_quote(self.lines, noticed.line, noticed.column)
            if slip is None:
                slip = at, explain(complaint, self.lines, at)
            if slip[0][0] not in {told.line for told in self.problems}:  # else that is the reason
                self._note(slip[0], *slip[1])
            raise _UnreadableError(may_be_readable=True) from None
        except YAMLError as error:
            at = control_character(self.text)
            self._note(at, *explain(str(error), self.lines, at))
            raise _UnreadableError from None

    def _scalar(self, event: Any, at: tuple[int, int]) -> None:
        if event.tag is not None:
            self._no_tag(event, at)
        written, end = event.value, event.end_mark
        plain = None if event.style else written
        value = resolve(written) if plain is not None else written
        is_key = self._is_key()
        slipped = isinstance(value, str) and self._slips(
            end, value, at, unquoted=plain is not None, is_key=is_key
        )
        if is_key:
            self._key(written, value, at, unquoted=plain is not None)
            self.stack[-1].key_end = (end.line, end.column)
            return
        if plain == "" and not event.anchor and self.stack and isinstance(self.stack[-1].data, dict):
            at = place_after_key(self.lines, *self.stack[-1].key_end)
        loc = self._put(value, at, plain)
        if slipped:
            self.spoilt.append(loc)
        self.values += 1
        if event.anchor:
            self.anchors[event.anchor] = _Anchor(loc, value, 1)

    def _slips(self, end: Any, value: str, at: tuple[int, int], *, unquoted: bool, is_key: bool) -> bool:
        """Note what YAML reads otherwise than it was meant in a text that stops at the mark `end`; whether there was anything."""
        slip = (
            slips.unseen_sign(value, self.lines, at, (end.line + 1, end.column + 1)) if self.hides else None
        )
        if slip is None and unquoted and end.line < len(self.lines):
            slip = slips.cut_off(self.lines[end.line], end.column, end.line + 1)
            if slip is None and end.line + 1 > at[0]:
                slip = slips.odd_indent(self.lines, at[0] + 1, end.line + 1)
            if slip is None and not is_key:
                owner = self.stack[-1] if self.stack else None
                listed = owner is not None and owner.in_brackets and isinstance(owner.data, list)
                slip = slips.full_width_sign(value, at, listed=listed)
        if slip is not None:
            self._note(slip[0], *slip[1])
        return slip is not None

    def _begin(self, event: Any, at: tuple[int, int], data: dict[str, object] | list[object]) -> None:
        if event.tag is not None:
            self._no_tag(event, at)
        if self._is_key():
            self._stop(
                at,
                say(zh="键不能是列表或映射", en="a key cannot be a list or a mapping"),
                say(
                    zh="含有花括号或方括号的文字请加引号",
                    en="put quotation marks around text with braces or brackets",
                ),
            )
        if len(self.stack) >= MOST_LEVELS:
            self._stop(
                at, say(zh=f"嵌套超过 {MOST_LEVELS} 层", en=f"nested more than {MOST_LEVELS} levels deep")
            )
        loc = self._put(data, at, None)
        if event.anchor:
            self.anchors.pop(event.anchor, None)
        self.stack.append(_Open(loc, data, event.anchor, self.values, in_brackets=bool(event.flow_style)))
        self.values += 1

    def _end(self) -> None:
        done = self.stack.pop()
        if done.anchor:
            self.anchors[done.anchor] = _Anchor(done.loc, done.data, self.values - done.values_before)

    def _alias(self, name: str, at: tuple[int, int]) -> None:
        anchor = self.anchors.get(name)
        if anchor is None:
            self._stop(
                at,
                say(
                    zh=f"“*{name}”引用的“&{name}”不存在或还没有写完",
                    en=f"“*{name}” refers to no finished “&{name}”",
                ),
                say(zh="以星号开头的文字请加引号", en="put quotation marks around text that begins with *"),
            )
        if self._is_key():
            self._stop(at, say(zh="键不能是引用", en="a key cannot be a reference"))
        self.values += anchor.values
        if self.values > MOST_VALUES:
            self._stop(
                at,
                say(
                    zh=f"引用“*{name}”层层展开后超过 {MOST_VALUES} 个值",
                    en=f"references unfold to more than {MOST_VALUES} values at “*{name}”",
                ),
                say(zh="请直接写出内容", en="write the content out"),
            )
        self.aliases[self._put(anchor.data, at, None)] = anchor.loc

    def _is_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].data, dict) and self.stack[-1].key is None

    def _key(self, text: str, value: object, at: tuple[int, int], *, unquoted: bool) -> None:
        owner = self.stack[-1]
        if not isinstance(value, str) and text not in owner.keys:
            self.not_texts.append((*owner.loc, text))
            what = say(zh=f"键 {text or '(空)'} 不是文字", en=f"the key {text or '(empty)'} is not text")
            self._note(at, what, say(zh=f'请加引号，写成 "{text}"', en=f'quote it: "{text}"'))
        if text == "<<":
            what = say(zh="YAML 1.2 没有“<<”合并", en="YAML 1.2 has no “<<” merging")
            self._note(at, what, say(zh="请直接写出内容", en="write the content out"))
        if text in owner.keys and not owner.dash_lost:
            begins = text == next(iter(owner.keys)) and bool(owner.loc) and not owner.in_brackets
            owner.dash_lost = begins and (isinstance(owner.loc[-1], int) or text in slips.BEGIN_ENTRIES)
            self._note(at, *slips.twice(text, owner.keys[text], entry_begins=owner.dash_lost))
            if owner.dash_lost and isinstance(owner.loc[-1], str):
                self.spoilt.append(owner.loc)
        owner.repeated = text in owner.keys
        owner.keys.setdefault(text, at[0])
        owner.key, owner.key_at, owner.key_unquoted = text, at, unquoted

    def _put(self, value: object, at: tuple[int, int], plain: str | None) -> Loc:
        if not self.stack:
            self.root = value
            self.places[()] = ValuePlace(None, at, plain)
            return ()
        owner = self.stack[-1]
        if isinstance(owner.data, list):
            loc: Loc = (*owner.loc, len(owner.data))
            owner.data.append(value)
            self.places[loc] = ValuePlace(None, at, plain)
            return loc
        key = cast("str", owner.key)
        owner.key = None
        if plain == "" and owner.key_unquoted and owner.key_at and (slip := slips.lost_colon(key)):
            self._note(owner.key_at, *slip)
            self.spoilt.append(owner.loc)
        if owner.repeated:
            return (*owner.loc, key, _REPEATED)
        loc = (*owner.loc, key)
        owner.data[key] = value
        self.places[loc] = ValuePlace(owner.key_at, at, plain)
        return loc

    def _no_tag(self, event: Any, at: tuple[int, int]) -> NoReturn:
        tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
        self._stop(
            at,
            say(zh=f"不能用标签“{tag}”", en=f"tags such as “{tag}” are not allowed"),
            say(zh="以叹号开头的文字请加引号", en="put quotation marks around text that begins with !"),
        )

    def _stop(self, at: tuple[int, int], what: str, mend: str = "") -> NoReturn:
        self._note(at, what, mend)
        raise _UnreadableError

    def _note(self, at: tuple[int, int], what: str, mend: str = "") -> None:
        self.problems.append(Problem(self.name, *at, what, mend))
