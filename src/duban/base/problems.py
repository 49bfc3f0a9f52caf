"""What is wrong in the content folders, said to the person who can mend it.

A problem names its file, line and column, the duty it sits in, what is wrong and how to mend it. Syntax and
meaning share this one type; the command line, the service's log and the tests all show the same objects.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from duban.base.folding import is_unseen
from duban.base.language import say

MOST_PLACES = 5
"""So many places of one mistake are named."""
_LONG = re.compile(r"“([^“”]{60})[^“”]{20,}”")


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one place. Lines and columns count from 1; 0 means the whole file."""

    path: str  #: the file, from the project's folder
    line: int  #: from 1; 0: the whole file
    column: int  #: from 1; 0: the whole line
    what: str  #: what is wrong, in the reader's words
    mend: str = ""  #: how to mend it; empty where `what` says so
    duty: str | None = None  #: the id of the duty it is about, if of one
    unknown: bool = False  #: nothing defines the name it speaks of: the places that use it, in whatever file, are one mistake
    also: tuple[
        tuple[str, int, int], ...
    ] = ()  #: file, line and column of the other places of the same mistake

    def __str__(self) -> str:
        """`path:line:col: 事项 id: what, how to mend`, in the reader's language."""
        place = f"{self.path}:{self.line}:{self.column}: " if self.line else f"{self.path}: "
        whose = say(zh=f"事项 {self.duty}: ", en=f"duty {self.duty}: ") if self.duty else ""
        mend = say(zh=f"，{self.mend}", en=f", {self.mend}") if self.mend else ""
        more = say(zh="、", en=", ").join(
            f"{line}:{column}" if path == self.path else f"{path}:{line}:{column}"
            for path, line, column in self.also[:MOST_PLACES]
        )
        if self.also[MOST_PLACES:]:
            more += say(zh=f" 等 {len(self.also)} 处", en=f" … ({len(self.also)} places)")
        also = say(zh=f"（{more} 也是）".replace("处 ", "处"), en=f" (so at {more})") if more else ""
        return f"{place}{whose}{self.what}{mend}{also}"


class ProblemsFound(Exception):
    """The content folders cannot be used as they stand; `problems` holds every mistake, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = told_once(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def told_once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by place, each once: one mistake in what a file's duties share is nobody's in particular.

    Beside others, those that quote a text with a sign nobody sees (no post of that name) are left out: the sign itself is
    told where it stands.
    """
    found: dict[Problem, Problem] = {}
    told = list(problems)
    legible = [problem for problem in told if not any(map(is_unseen, problem.what + problem.mend))]
    for problem in legible or told:
        shared = replace(problem, what=_cut(problem.what), mend=_cut(problem.mend), duty=None)
        known = found.setdefault(shared, replace(shared, duty=problem.duty))
        if known.duty != problem.duty:
            found[shared] = shared
    return tuple(sorted(_by_name(sorted(found.values(), key=_by_place)), key=_by_place))


def _by_name(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Of what is said of one name that nothing defines, the first, with the places of the others."""
    first: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        if not problem.unknown:
            yield problem
            continue
        known = first.setdefault((problem.what, problem.mend), problem)
        if known is not problem:
            also = (*known.also, (problem.path, problem.line, problem.column), *problem.also)
            duty = known.duty if known.duty == problem.duty else None
            first[problem.what, problem.mend] = replace(known, duty=duty, also=also)
    yield from first.values()


def _cut(sentence: str) -> str:
    """The sentence with what it quotes cut to a length that can be read."""
    return _LONG.sub(lambda found: f"“{found[1]}…”", sentence)


def _by_place(problem: Problem) -> tuple[str, int, int, str]:
    return problem.path, problem.line, problem.column, problem.what


def there_is_no(what: str, name: str, known: Iterable[str], listed_by: str = "") -> str:
    """That there is no such thing of this name, with the nearest there is: 没有令牌“导入”，是不是“导入程序”？

    `what` is the thing's name in the reader's language, `known` are the names there are. With nothing near to offer
    it names the command that lists them (`listed_by`), or ends at the name.
    """
    near = did_you_mean(name, known)
    if not near and listed_by:
        near = say(zh=f"有哪些见 {listed_by}", en=f"{listed_by} lists them")
    return say(zh=f"没有{what}“{name}”，{near}", en=f"no {what} “{name}”, {near}").rstrip("，, ")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question that offers the nearest known word, or the whole list when it is short, or nothing."""
    choices = sorted(known)
    near = get_close_matches(word, choices, n=1, cutoff=0.6)
    if near:
        return say(zh=f"是不是“{near[0]}”？", en=f"did you mean “{near[0]}”?")
    if choices and len(choices) <= 12:
        listed = say(zh="、", en=", ").join(choices)
        return say(zh=f"可以写：{listed}", en=f"known: {listed}")
    return ""
