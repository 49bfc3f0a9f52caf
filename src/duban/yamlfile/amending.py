"""Changing one value of a YAML text where it stands: every other sign of it stays, comments and layout with it.

What was written is read again and compared with what was meant, so that a text this cannot change is refused, never spoilt.
"""

import copy
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from itertools import pairwise
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Place = tuple[str | int, ...]
Amendment = str | bool | date | Mapping[str, Any] | Sequence[Any]

_PLAIN = re.compile(r"[^\W\d_][\w.@/-]*")
_NOT_PLAIN = frozenset({"是", "否", "true", "false", "yes", "no", "on", "off", "null", "y", "n"})


class NotAmended(ValueError):
    """The text cannot be changed in this place without touching more of it."""


def amended(text: str, place: Place, value: Amendment | None) -> str:
    """The text with `value` at `place` (keys, and positions in lists); None takes the key out.

    Keys on the way that are missing are made. A position one past the end of a list adds to it. Raises NotAmended.
    """
    node: Node | None = YAML().compose(text)
    written = text
    for depth, key in enumerate(place):
        child = _child(node, key)
        rest = place[depth + 1 :]
        if child is None:
            if value is None:
                return text
            written = _inserted(text, node, key, _nested(rest, value))
            break
        if not rest:
            written = _removed(text, node, key) if value is None else _replaced(text, child, value)
            break
        if isinstance(child, ScalarNode):
            if child.value:
                raise NotAmended(".".join(map(str, place)))
            written = text if value is None else _replaced(text, child, _nested(rest, value))
            break
        node = child
    if _data(written) != _meant(_data(text), place, value):
        raise NotAmended(".".join(map(str, place)))
    return written


def flow(value: Amendment) -> str:
    """A value in one line, as a person would write it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _NOT_PLAIN
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, date):
        return value.isoformat()
    return "[" + ", ".join(map(flow, value)) + "]"


def _child(node: Node | None, key: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    if isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
        found: Node = node.value[key]
        return found
    return None


def _nested(rest: Place, value: Amendment) -> Amendment:
    for key in reversed(rest):
        value = [value] if isinstance(key, int) else {key: value}
    return value


def _replaced(text: str, node: Node, value: Amendment) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    if not getattr(node, "flow_style", True):
        raise NotAmended(flow(value))
    if start == end:  # a key with nothing after it
        start = end = len(text[:start].rstrip())
        return f"{text[:start]} {flow(value)}{text[end:]}"
    return f"{text[:start]}{flow(value)}{text[end:]}"


def _inserted(text: str, node: Node | None, key: str | int, value: Amendment) -> str:
    written = flow(value) if isinstance(key, int) else f"{flow(key)}: {flow(value)}"
    if not isinstance(node, MappingNode | SequenceNode):
        raise NotAmended(written)
    ends = [each[1] if isinstance(node, MappingNode) else each for each in node.value]
    if node.flow_style:
        at = ends[-1].end_mark.index if ends else node.end_mark.index - 1
        return f"{text[:at]}{', ' if ends else ''}{written}{text[at:]}"
    if isinstance(node, SequenceNode):
        at = len(text[: ends[-1].end_mark.index].rstrip())
        dash = " " * node.start_mark.column + "- "
        return _line_after(text, at, dash + written)
    indent = " " * node.value[0][0].start_mark.column
    short = [each for each in ends if _is_short(each)]
    if not short:
        at = node.value[0][0].start_mark.index
        return f"{text[:at]}{written}\n{indent}{text[at:]}"
    return _line_after(text, short[-1].end_mark.index, indent + written)


def _line_after(text: str, at: int, line: str) -> str:
    """The text with one line more, behind the line that `at` stands in."""
    end = text.find("\n", at)
    return f"{text[:end]}\n{line}{text[end:]}" if end >= 0 else f"{text}\n{line}\n"


def _is_short(node: Node) -> bool:
    """Whether a value stands in the lines of its key, so that a line can follow it."""
    if isinstance(node, ScalarNode):
        return node.style not in ("|", ">")
    return bool(getattr(node, "flow_style", False))


def _removed(text: str, node: Node | None, key: str | int) -> str:
    assert isinstance(node, MappingNode)  # noqa: S101 - only keys are taken out
    number = next(n for n, (name, _) in enumerate(node.value) if name.value == key)
    name, value = node.value[number]
    start, end = name.start_mark.index, value.end_mark.index
    if node.flow_style:
        if number:
            return text[: node.value[number - 1][1].end_mark.index] + text[end:]
        after = node.value[1][0].start_mark.index if len(node.value) > 1 else end
        return text[:start] + text[after:]
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip() or not _is_short(value):
        raise NotAmended(str(key))
    after = text.find("\n", end)
    return text[:line] + (text[after + 1 :] if after >= 0 else "")


def _data(text: str) -> object:
    return YAML(typ="safe").load(StringIO(text))


def _meant(data: Any, place: Place, value: Amendment | None) -> object:
    """The data with the value in its place, as it should be read again."""
    meant = copy.deepcopy(data)
    within = meant
    for key, below in pairwise(place):
        fresh: object = [] if isinstance(below, int) else {}
        if isinstance(within, list) and key == len(within):
            within.append(fresh)
        elif isinstance(within, dict) and within.get(key) is None:
            within[key] = fresh
        within = within[key]
    last = place[-1]
    if value is None:
        within.pop(last, None)
    elif isinstance(within, list) and last == len(within):
        within.append(_data(flow(value)))
    else:
        within[last] = _data(flow(value))
    return meant
