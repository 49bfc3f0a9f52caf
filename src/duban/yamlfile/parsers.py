"""The pieces of a YAML text (events), from ruamel.yaml's two parsers."""

from collections.abc import Callable, Iterator
from typing import Final


def compiled(text: str) -> Iterator[object]:
    """The events of the compiled parser, or of the plain one where that is not installed."""
    try:
        from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:
        yield from plain(text)
        return
    yield from iter(CParser(text).get_event, None)


def plain(text: str) -> Iterator[object]:
    """The events of the parser in plain Python: 25 times slower, and right about YAML 1.2."""
    from ruamel.yaml import YAML

    yield from YAML(typ="safe", pure=True).parse(text)


EVENTS: Final[tuple[Callable[[str], Iterator[object]], ...]] = (compiled, plain)
"""The parsers in the order they are tried: a text that the fast one cannot read may still be YAML 1.2."""
