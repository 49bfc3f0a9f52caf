"""What an example expects against what the engine did: every difference at the place of its expectation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from duban.base.language import say, yes_or_no
from duban.base.problems import Problem
from duban.base.weekdays import with_weekday
from duban.examples.examples import Example
from duban.examples.grammar import STATE_WORDS, Expectation
from duban.examples.rehearsal import ExampleObligation
from duban.ladders.ladder import Stage

_COMPARED = ("unit", "opens", "target", "deadline", "provisional", "state", "closed")


@dataclass(frozen=True)
class Mismatch:
    """One thing that is not as expected, and where that was written."""

    path: str  #: The file of the example.
    line: int  #: The line of what was expected.
    column: int  #: Its column.
    duty: str  #: The id of the duty.
    what: str  #: What is compared: the deadline, the state.
    expected: str  #: As written, in the reader's words.
    got: str  #: As it came.
    why: tuple[str, ...] = ()  #: The steps that made the engine's date.

    def __str__(self) -> str:
        """One line, in the form every mistake in the content has."""
        told = say(
            zh=f"{self.what}：期望 {self.expected}，实际 {self.got}",
            en=f"{self.what}: expected {self.expected}, got {self.got}",
        )
        return str(Problem(self.path, self.line, self.column, told, "", self.duty))


def compare(example: Example, owed: Sequence[ExampleObligation]) -> list[Mismatch]:
    """Every difference between what `example` expects and what is `owed`, in the order of the expectations."""
    pairs = _pairs(example.case.expect, owed)
    differences = []
    for number, expected in enumerate(example.case.expect):
        found = pairs.get(number)
        if found is None:
            differences.append(_missing(example, number, expected, owed))
        else:
            differences += _field_differences(example, number, expected, owed[found])
    unexpected = [each for number, each in enumerate(owed) if number not in pairs.values()]
    differences += [_unexpected(example, each) for each in unexpected]
    return differences


def _pairs(expected: Sequence[Expectation], owed: Sequence[ExampleObligation]) -> dict[int, int]:
    """Which obligation each expectation means: of those it can mean, the one that agrees with it most."""
    candidates = sorted(
        (-_agreement(wanted, each), i, j)
        for i, wanted in enumerate(expected)
        for j, each in enumerate(owed)
        if _may_mean(wanted, each)
    )
    pairs: dict[int, int] = {}
    for _, i, j in candidates:
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def _may_mean(wanted: Expectation, each: ExampleObligation) -> bool:
    return (
        wanted.about == each.about
        and wanted.period in (None, each.period)
        and wanted.fact in (None, each.fact)
    )


def _agreement(wanted: Expectation, each: ExampleObligation) -> int:
    same = sum(1 for name in _COMPARED if getattr(wanted, name) == getattr(each, name))
    return same + sum(each.rungs.get(stage) == days for stage, days in wanted.rungs.items())


def _field_differences(
    example: Example, number: int, wanted: Expectation, each: ExampleObligation
) -> Iterator[Mismatch]:
    for name in _COMPARED:
        want, got = getattr(wanted, name), getattr(each, name)
        if want is not None and want != got:
            why = each.steps if name in ("target", "deadline") else ()
            yield _difference(
                example, ("expect", number, name), _what(each, _name(name)), _shown(want), _shown(got), why
            )
    if wanted.progress is not None and wanted.progress not in each.progress:
        what = _what(each, say(zh="进度", en="progress"))
        yield _difference(
            example, ("expect", number, "progress"), what, wanted.progress, _shown(each.progress or None), ()
        )
    for stage, days in wanted.rungs.items():
        got = each.rungs.get(stage, ())
        if got != days:
            place = ("expect", number, "rungs", _written_stage(example, number, stage))
            yield _difference(example, place, _what(each, stage.title()), _shown(days), _shown(got), ())


def _written_stage(example: Example, number: int, stage: Stage) -> str:
    """The stage as the example's file writes it."""
    written = example.file.data["cases"][example.number]["expect"][number]["rungs"]
    return next((word for word in written if word in (stage.title(), stage.value)), stage.value)


def _missing(
    example: Example, number: int, wanted: Expectation, owed: Sequence[ExampleObligation]
) -> Mismatch:
    there = [_row(each) for each in owed if each.about == wanted.about]
    got = say(zh="；", en="; ").join(there) if there else say(zh="没有开办", en="nothing opened")
    named = " ".join(part for part in (wanted.about, wanted.period, wanted.fact) if part)
    expected = say(zh="开办", en="opened") + (f" {_shown(wanted.opens)}" if wanted.opens else "")
    return _difference(example, ("expect", number), named, expected, got, ())


def _unexpected(example: Example, each: ExampleObligation) -> Mismatch:
    expected = say(zh="没有写", en="not written")
    return _difference(
        example,
        ("expect",),
        _what(each, say(zh="多出的一件", en="one more")),
        expected,
        _row(each),
        each.steps,
    )


def _difference(
    example: Example, loc: tuple[str | int, ...], what: str, expected: str, got: str, why: tuple[str, ...]
) -> Mismatch:
    line, column = example.place(*loc)
    return Mismatch(example.file.path, line, column, example.duty.id, what, expected, got, why)


def _what(each: ExampleObligation, name: str) -> str:
    of = f"{each.about} {each.period}".strip()
    return say(zh=f"{of} 的{name}", en=f"{name} of {of}")


def _name(field: str) -> str:
    return {
        "unit": say(zh="单位", en="unit"),
        "opens": say(zh="开办日", en="opening day"),
        "target": say(zh="应办日", en="target"),
        "deadline": say(zh="最后期限", en="deadline"),
        "provisional": say(zh="暂定", en="provisional"),
        "state": say(zh="状态", en="state"),
        "closed": say(zh="办好的那天", en="closing day"),
    }[field]


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return say(zh="、", en=", ").join(_shown(each) for each in value) or say(zh="没有", en="none")
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, date):
        return with_weekday(value)
    if value in STATE_WORDS.values():
        return say(zh=next(word for word, state in STATE_WORDS.items() if state == value), en=value)
    return say(zh="没有", en="none") if value is None else str(value)


def _row(each: ExampleObligation) -> str:
    """An obligation in the words of an example."""
    parts = {
        "about": each.about,
        "period": each.period,
        "fact": each.fact,
        "opens": each.opens,
        "target": each.target,
        "deadline": each.deadline,
        "state": None if each.state == "open" else _shown(each.state),
    }
    return "{" + ", ".join(f"{key}: {value}" for key, value in parts.items() if value) + "}"
