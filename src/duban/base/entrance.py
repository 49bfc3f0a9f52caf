"""Where somebody reads a sentence: at a command line or on a page. How to mend something is said in the words of that place."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_on_page: ContextVar[bool] = ContextVar("duban_on_page", default=False)


@contextmanager
def read_on_a_page() -> Iterator[None]:
    """Inside the block sentences are read in a browser, where nobody can type a command."""
    token = _on_page.set(True)
    try:
        yield
    finally:
        _on_page.reset(token)


def by_entrance(*, command: str, page: str) -> str:
    """The words for whoever reads: `command` may name commands and options, `page` names what stands on the pages."""
    return page if _on_page.get() else command
