"""Slips of the pen, made at random in a YAML file: a value of another shape, a key misspelt, gone or twice.

Seeded, so that a failure names a mutant that can be made again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

PYTHON = re.compile(
    r"\{'|\['|\(\)|\bNone\b|\bTrue\b|\bFalse\b|\bdict\b|<class|Traceback|pydantic|Input should|Error\(|"
    r"ordereddict|\bTimeStamp|datetime\.|ScalarFloat|\bDecimal\("
)
"""What only a programmer reads."""
SHAPES = {
    "mapping": "{甲: 乙}",
    "list": "[甲, 乙]",
    "lists": "[[甲]]",
    "mappings": "[{甲: 乙}]",
    "number": "17",
    "negative": "-1",
    "fraction": "0.5",
    "huge": "9" * 40,
    "truth": "true",
    "nothing": "",
    "null": "null",
    "empty": '""',
    "day": "2023-02-30",
    "long": '"' + "长" * 3_000 + '"',
    "invisible": '"督\u200b办"',
    "unknown": "没有这回事",
    "colon": "甲: 乙",
    "full-width colon": "甲：乙",
}


@dataclass(frozen=True)
class Mutant:
    """A file with one slip in it."""

    name: str  #: what was done, and where
    text: str  #: the file


def mutants(text: str, seed: str, count: int) -> Iterator[Mutant]:
    """`count` mutants of a YAML text, always the same for one `seed`."""
    chance = random.Random(seed)
    root = YAML(typ="rt", pure=True).compose(text)
    places = list(_places(root))
    for _ in range(count):
        node, key = chance.choice(places)
        yield _mutant(text, node, key, chance)


def _places(node: Node, key: Node | None = None) -> Iterator[tuple[Node, Node | None]]:
    """Every value below a node, with the key before it."""
    if key is not None or not isinstance(node, MappingNode):
        yield node, key
    if isinstance(node, MappingNode):
        for name, value in node.value:
            yield from _places(value, name)
    elif isinstance(node, SequenceNode):
        for value in node.value:
            yield from _places(value)


def _mutant(text: str, node: Node, key: Node | None, chance: random.Random) -> Mutant:
    at = f"{node.start_mark.line + 1}:{node.start_mark.column + 1}"
    first, last = node.start_mark.index, node.end_mark.index
    if key is not None and chance.random() < 0.3:
        start, end = key.start_mark.index, key.end_mark.index
        word = text[start:end]
        match chance.choice(("misspelt", "gone", "wide", "twice")):
            case "misspelt":
                place = chance.randrange(len(word))
                return Mutant(
                    f"{at} {word} misspelt",
                    text[:start] + word[:place] + word[place + 1 :] + "x" + text[end:],
                )
            case "wide":
                return Mutant(f"{at} {word}： wide", text[:end] + "：" + text[end + 1 :])
            case "gone":
                return Mutant(f"{at} {word} gone", text[:start] + text[_over(text, last) :])
            case _:
                column = " " * key.start_mark.column
                if isinstance(node, ScalarNode):
                    return Mutant(
                        f"{at} {word} twice", f"{text[:start]}{text[start:last]}\n{column}{text[start:]}"
                    )
    shape = chance.choice(list(SHAPES))
    rest = (
        text[last:] if isinstance(node, ScalarNode) or text[last - 1 : last] in "]}" else "\n" + text[last:]
    )
    return Mutant(f"{at} {shape} instead of {text[first:last][:30]!r}", text[:first] + SHAPES[shape] + rest)


def _over(text: str, end: int) -> int:
    """Behind the blanks and the comma after a value."""
    found = re.match(r"[ ,]*\n? *", text[end:])
    return end + (found.end() if found else 0)
