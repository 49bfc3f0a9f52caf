"""Confirming (确认) a value that no text gives: written beside it in its file, where an admin looks, comments kept.

A confirmation says what a rule rests on, so it stands in the rule and not in the ledger: one reads it where one reads the
number, it goes the way of every edit (`duban plan`, `duban apply`, a second person), stands in the history of versions with
who and why, and is taken back like any edit. Until it is applied nothing climbs.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from duban.base.language import Language, say, use
from duban.base.objections import Objection
from duban.base.problems import did_you_mean
from duban.definitions.definitions import Definitions
from duban.duties.certainty import soft_reason
from duban.duties.grammar import Duty

_KEY = "confirmed"


class NothingToConfirm(Objection, LookupError):
    """There is no such value, or it is confirmed already, or never was; the text says which there are."""


@dataclass(frozen=True)
class ConfirmedValue:
    """A value that was confirmed, or whose confirmation was taken back, in its file."""

    duty_id: str  #: the duty's id, as its file has it
    key: str  #: the key the value stands at
    path: str  #: the file, relative to the project
    line: int  #: where it stands there, from 1


def confirm(root: Path, definitions: Definitions, duty_id: str, key: str, words: str) -> ConfirmedValue:
    """Write `words` (who confirmed it, when, on which paper) beside the assumed value at `key` of a duty, in the
    folder at `root`.

    Raises KeyError for an unknown duty, NothingToConfirm.
    """
    duty = _with_value(definitions, duty_id, key, confirmed=False)
    quoted = json.dumps(words, ensure_ascii=False)
    path = root / duty.path
    text = path.read_text(encoding="utf-8")
    node = _value(text, duty, key)
    if isinstance(node, ScalarNode):  # soft: 力争
        written = text[node.start_mark.index : node.end_mark.index]
        reason = next(each.reason for each in duty.assumptions if each.key == key)
        new = f"{{value: {written}, assumed: {json.dumps(reason, ensure_ascii=False)}, {_KEY}: {quoted}}}"
        return _write(
            path, duty, key, node, text[: node.start_mark.index] + new + text[node.end_mark.index :]
        )
    last_value: Any = node.value[-1][1]
    if node.flow_style:
        at = last_value.end_mark.index
        return _write(path, duty, key, node, f"{text[:at]}, {_KEY}: {quoted}{text[at:]}")
    first_key: Any = node.value[0][0]
    at = len(text[: last_value.end_mark.index].rstrip())
    line = f"\n{' ' * first_key.start_mark.column}{_KEY}: {quoted}"
    return _write(path, duty, key, node, text[:at] + line + text[at:])


def take_back(root: Path, definitions: Definitions, duty_id: str, key: str) -> ConfirmedValue:
    """Take the confirmation of the value at `key` of a duty out of its file again.

    Raises KeyError for an unknown duty, NothingToConfirm.
    """
    duty = _with_value(definitions, duty_id, key, confirmed=True)
    path = root / duty.path
    text = path.read_text(encoding="utf-8")
    node = _value(text, duty, key)
    place = next(n for n, (name, _) in enumerate(node.value) if name.value == _KEY)
    begins = node.value[place - 1][1].end_mark.index if place else node.value[0][0].start_mark.index
    ends = node.value[place][1].end_mark.index
    begins = len(text[:begins].rstrip())
    word = _bare(node)
    if word is not None:
        return _write(
            path, duty, key, node, text[: node.start_mark.index] + word + text[node.end_mark.index :]
        )
    return _write(path, duty, key, node, text[:begins] + text[len(text[:ends].rstrip()) :])


def _bare(node: Node) -> str | None:
    """The word of a goal (力争) that stood alone before it was confirmed; None for what has a reason of its own."""
    word, reason = _scalar(_child(node, "value")), _scalar(_child(node, "assumed"))
    languages: tuple[Language, ...] = ("zh-CN", "en")
    for language in languages:
        with use(language):
            if word and reason == soft_reason(word):
                return word
    return None


def _with_value(definitions: Definitions, duty_id: str, key: str, *, confirmed: bool) -> Duty:
    duty = definitions.duties[duty_id]
    known = [each.key for each in duty.assumptions if bool(each.confirmed) is confirmed]
    if key in known:
        return duty
    none = (
        say(zh="没有要确认的值", en="there is nothing to confirm")
        if not confirmed
        else say(zh="没有确认过的值", en="nothing was confirmed")
    )
    what = say(zh=f"事项 {duty_id} 的“{key}”{none}", en=f"“{key}” of {duty_id}: {none}")
    raise NothingToConfirm(what + (say(zh="，", en="; ") + did_you_mean(key, known) if known else ""))


def _value(text: str, duty: Duty, key: str) -> Any:
    """The node of a value in its file. Raises NothingToConfirm where it stands under the file's `defaults`."""
    whole = YAML().compose(text)
    entry = next(
        each for each in _children(_child(whole, "duties")) if _scalar(_child(each, "id")) == duty.id
    )
    node: Node | None = entry
    for part in key.split("."):
        node = _marked(node) if node is not entry else node
        node = _child(node, part)
    if node is None:
        raise NothingToConfirm(
            zh=f"“{key}”写在 {duty.path} 的 defaults 里，本文件各事项共用，请在那里手工加上 confirmed",
            en=f"“{key}” stands under defaults in {duty.path}, for all its duties: add confirmed there by hand",
        )
    return node


def _marked(node: Node | None) -> Node | None:
    """The value itself, where a mark stands around it."""
    inner = _child(node, "value")
    return inner if inner is not None and _child(node, "assumed") is not None else node


def _child(node: Node | None, part: str) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for name, value in node.value if name.value == part), None)
    if isinstance(node, SequenceNode) and part.isdecimal() and int(part) < len(node.value):
        found: Node = node.value[int(part)]
        return found
    return None


def _children(node: Node | None) -> Iterator[Node]:
    yield from node.value if isinstance(node, SequenceNode) else ()


def _scalar(node: Node | None) -> str:
    return str(node.value) if isinstance(node, ScalarNode) else ""


def _write(path: Path, duty: Duty, key: str, node: Any, text: str) -> ConfirmedValue:
    path.write_text(text, encoding="utf-8", newline="")
    return ConfirmedValue(duty.id, key, duty.path, node.start_mark.line + 1)
