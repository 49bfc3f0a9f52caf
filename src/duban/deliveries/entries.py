"""One obligation in a message, and what a message about several asks for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal

from duban.base.language import say
from duban.ladders.stages import stage_word, weight

Aside = Literal["", "lacking", "review", "decide", "along", "ended", "lapsed"]


@dataclass(frozen=True)
class QuotedBasis:
    """The clause a duty rests on, and its words."""

    clause: str  #: chapter and clause as printed, or a statute's article
    quote: str  #: its words


@dataclass(frozen=True)
class Entry:
    """One obligation in a message. Days are working days."""

    ref: str  #: the short id people use: DB-000042
    whom: str  #: the subject's name, or the unit's where there is none, and the case it is owed for
    stage: str  #: the rung's stage: remind, urge …
    target: date  #: the day to act by: the last working day on or before the nominal day
    deadline: date  #: the last day, rolled forward over holidays where the rule says so
    provisional: bool  #: the holidays of that year are not published yet
    overdue: bool  #: the deadline is past
    #: working days past the deadline; None where the calendar ends, or not overdue
    overdue_days: int | None = None
    days_left: int | None = None  #: working days left to the target; None when it is past
    period: str = ""  #: the period's words; empty when a fact brought it about
    note: str = ""  #: why it comes, such as a message to another that did not arrive
    owner: str = ""  #: the post that owes it; empty when the message goes to that post itself
    past_target: bool = False  #: the target is past, the deadline not yet
    progress: str = ""  #: how far it has come, for what facts measure
    hours: str = ""  #: by when and how long there is left, of an emergency; it stands first
    title: str = ""  #: the duty's title
    about: str = ""  #: where the subject is, its code and who answers for it
    contact: str = ""  #: who holds the post that owes it, with the telephone; for who sees to it
    said: tuple[
        tuple[str, int], ...
    ] = ()  #: each stage that has spoken and how often, to whomever, this message included
    times: int = 1  #: the how-manieth message of its stage this is to who reads it
    county: str = ""  #: the county that owes it, or the city
    #: what the recipient has to do with it, where that is not to do it or see it done: hand in what its review lacks
    #: (lacking), review, decide on what is asked for, along (会办), ended, or lapsed, for who saw to it
    aside: Aside = ""
    last_day: str = ""  #: what the deadline is called: 法定期限 only where a statute sets it
    reported: bool = False  #: it waits for review; how late it is was settled when it was reported

    @property
    def stage_word(self) -> str:
        """The rung's stage as people say it, a repeat with its number: 催办, 第 2 次催办; what is reported waits for review."""
        if self.aside and self.aside != "along":
            return say(zh=_ASIDE[self.aside][0], en=_ASIDE[self.aside][1])
        word = repeated(stage_word(self.stage), self.times)
        if self.aside == "along":
            word = say(zh=f"会办·{word}", en=f"working along, {word}")
        return pressing(word) if self.hours else word

    @property
    def standing(self) -> str:
        """How far its day is or past, or was when it was reported; empty where the calendar does not say."""
        if self.overdue:
            late = (
                say(zh=f"已逾期 {self.overdue_days} 个工作日", en=f"{self.overdue_days} working days overdue")
                if self.overdue_days
                else say(zh="已逾期", en="overdue")
            )
            if self.reported:
                return say(
                    zh=f"已反馈待复核，反馈时{late}", en=f"reported, to be reviewed; {late} when it was"
                )
            return late
        if self.reported:
            return say(zh="已按期反馈待复核", en="reported in time, to be reviewed")
        if self.past_target:
            return say(zh="已过应办日", en="past its day")
        if self.days_left == 0:
            return say(zh="今天应办", en="due today")
        if self.days_left:
            return say(zh=f"还有 {self.days_left} 个工作日", en=f"{self.days_left} working days left")
        return ""

    @property
    def ended(self) -> bool:
        """Whether it is said that there is nothing to do any more."""
        return self.aside in ("ended", "lapsed")

    @property
    def before(self) -> str:
        """What has been said about it already, by this stage only where others than the reader were told; empty for nothing."""
        earlier = [
            (stage, count if stage != self.stage else count - 1)
            for stage, count in self.said
            if stage != self.stage or count > self.times
        ]
        told = [
            say(zh=f"{stage_word(stage)} {count} 次", en=f"{count} × {stage_word(stage)}")
            for stage, count in sorted(earlier, key=lambda each: weight(each[0]))
        ]
        return say(zh="、", en=", ").join(told)

    @cached_property
    def badness(self) -> tuple[bool, int, int, int, int, str]:
        """Sorts the worst first: emergencies, then the stage, then the days overdue, then the nearest date."""
        return (
            not self.hours,
            -weight(self.stage),
            -int(self.overdue),
            -(self.overdue_days or 0),
            self.target.toordinal(),
            self.ref,
        )


def pressing(word: str) -> str:
    """A stage's word, of an emergency."""
    return say(zh=f"紧急·{word}", en=f"urgent, {word}")


def repeated(word: str, times: int) -> str:
    """A stage's word, with the how-manieth time it is said."""
    return word if times <= 1 else say(zh=f"第 {times} 次{word}", en=f"{word}, time {times}")


def asked(entries: Sequence[Entry], stage: str, *, home: str, top: bool) -> str:
    """What who sees to it is asked for: how many of whom, and what is to be done about them."""
    owed = to_be_done(entries)
    rest = beside(entries)
    if not owed:
        return rest
    pressing_ones = [entry for entry in owed if entry.hours]
    if pressing_ones:  # an emergency is what the message is about, whatever else has climbed how far
        stage = max((entry.stage for entry in pressing_ones), key=weight)
    heavy = pressing_ones or [entry for entry in owed if entry.stage == stage]
    others = len(owed) - len(heavy)
    counties = list(dict.fromkeys(entry.county for entry in heavy))
    n = len(heavy)
    if counties == [home]:
        whose = say(zh=f"本局 {n} 项", en=f"{n} of your own bureau")
        what = (_FOR_THE_TOP if top else _AT_HOME)[stage]
    else:
        whose = (
            say(zh=f"{counties[0]} {n} 项", en=f"{n} of {counties[0]}")
            if len(counties) == 1
            else _counties(len(counties), n, with_home=home in counties)
        )
        what = _FOR_THE_TOP[stage]
    if pressing_ones:
        late = any(entry.overdue for entry in pressing_ones)
        if late and stage == "remind":
            what = _FOR_THE_TOP["urge"]  # past its hour, whoever is reminded again
        what = (
            ("紧急待办", "urgent, to be done within hours")
            if stage in ("remind", "urge") and not late
            else (f"紧急，{what[0]}", f"urgent, {what[1]}")
        )
    told = whose + say(zh=what[0], en=f" {what[1]}")
    if others:
        told += say(zh=f"，另有 {others} 项", en=f", {others} others")
    return told + (say(zh="，", en=", ") + rest if rest else "")


def beside(entries: Sequence[Entry]) -> str:
    """What a message tells of beside what is to be done: 待复核 2 项，不用再办 1 项; empty for nothing."""
    counted = Counter(entry.aside for entry in entries)
    return say(zh="，", en=", ").join(
        say(zh=f"{zh} {counted[aside]} 项", en=f"{counted[aside]} {en}")
        for aside, (zh, en) in _ASIDE.items()
        if counted[aside]
    )


def to_be_done(entries: Sequence[Entry]) -> list[Entry]:
    """Those of a message that are to be done, by the recipient or whom it sees to."""
    return [entry for entry in entries if not entry.aside]


def _counties(count: int, n: int, *, with_home: bool) -> str:
    """So many obligations of so many counties; the reader's own bureau is none of them."""
    if with_home:
        return say(
            zh=f"{count - 1} 个县局和本局 {n} 项", en=f"{n} in {count - 1} counties and your own bureau"
        )
    return say(zh=f"{count} 个县局 {n} 项", en=f"{n} in {count} counties")


_ASIDE: Final[Mapping[Aside, tuple[str, str]]] = {
    "lacking": ("待补材料", "to hand in what is missing for"),
    "review": ("待复核", "to be reviewed"),
    "decide": ("待决定", "to be decided"),
    "along": ("会办", "to work along on"),
    "ended": ("不用再办", "nothing to do any more"),
    "lapsed": ("不用再督促", "nothing to see to any more"),
}
_FOR_THE_TOP = {
    "remind": ("快到期", "due soon"),
    "urge": ("逾期未办", "overdue"),
    "supervise": ("需督办", "to be supervised"),
    "circulate": ("需通报", "to be circulated"),
    "summon": ("需约谈", "to be summoned for"),
}
_AT_HOME = _FOR_THE_TOP | {
    "circulate": ("逾期未办，将被通报", "overdue, about to be circulated"),
    "summon": ("逾期未办，将被约谈", "overdue, about to be summoned for"),
}
