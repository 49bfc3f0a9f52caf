"""A message made to fit: the channel's limit in bytes, and what a person reads in one letter."""

from collections.abc import Callable, Sequence

from duban.deliveries.digests import LONGEST_LETTER, Digest

_SHORTEST_NAME, _LONGEST_NAME = 4, 40
"""How many signs of a name are left where there is room for little."""


def fitted(
    digest: Digest, most_bytes: int, put: Callable[[Digest], tuple[str, str]], *, one_page: bool = False
) -> tuple[str, str]:
    """The longest form of the message that fits into `most_bytes` of UTF-8, title included.

    No letter tells of more than thirty obligations; the rest is counted. Where fewer fit: some in full and others by their ids;
    then one line for each duty; then one line with its names cut. Each says what it is about, by when, and where to read on.
    `one_page`: who only sees to it that others act gets the line for each duty instead of the ids.
    """
    words = put(digest.one_letter)
    if _size(words) <= most_bytes:
        return words
    for form in (_worst_in_full, _line_by_duty, _names_cut)[int(one_page) :]:
        shorter = form(digest, lambda each: _size(put(each)) <= most_bytes)
        if shorter is not None:
            return put(shorter)
    return _cut_off(*put(digest.in_brief(1).clipped(_SHORTEST_NAME)), most_bytes)


def _worst_in_full(digest: Digest, fits: Callable[[Digest], bool]) -> Digest | None:
    """As many as possible in full, others by their ids, all within what a letter holds; what has no room is counted."""
    most = min(digest.count, LONGEST_LETTER)
    full = _most(range(1, most), lambda first: fits(digest.told_in_full(first, most - first)))
    if full is not None:
        return digest.told_in_full(full, most - full)
    named = _most(range(most), lambda named: fits(digest.told_in_full(1, named)))
    return None if named is None else digest.told_in_full(1, named)


def _line_by_duty(digest: Digest, fits: Callable[[Digest], bool]) -> Digest | None:
    duties = _most(range(1, len(digest.groups) + 1), lambda first: fits(digest.in_brief(first)))
    return None if duties is None else digest.in_brief(duties)


def _names_cut(digest: Digest, fits: Callable[[Digest], bool]) -> Digest | None:
    one = digest.in_brief(1)
    signs = _most(range(_SHORTEST_NAME, _LONGEST_NAME), lambda signs: fits(one.clipped(signs)))
    return None if signs is None else one.clipped(signs)


def _most(counts: Sequence[int], fits: Callable[[int], bool]) -> int | None:
    """The largest count that fits, if fewer always fit better than more; None if not even the first does."""
    low, high = -1, len(counts) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if fits(counts[middle]):
            low = middle
        else:
            high = middle - 1
    return counts[low] if low >= 0 else None


def _size(words: tuple[str, str]) -> int:
    title, body = words
    return len(title.encode()) + 2 + len(body.encode())


def _cut_off(title: str, body: str, most_bytes: int) -> tuple[str, str]:
    """Words of a template that knows no brief form: cut where they must be."""
    title = _first_bytes(title, most_bytes // 3)
    return title, _first_bytes(body, most_bytes - len(title.encode()) - 2)


def _first_bytes(text: str, most: int) -> str:
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode("utf-8", "ignore") + "…"
