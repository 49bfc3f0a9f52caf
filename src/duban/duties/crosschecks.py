"""Whether a duty fits its surroundings: units and posts, ladders, the vocabulary, the calendar of a year.

What cannot be met is refused here, with its place, and not found out on the day it matters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.bureau.project import Project
from duban.duties.cadences import (
    AfterEnd,
    AfterStart,
    BeforeStart,
    ByPeriod,
    Cadence,
    Campaign,
    Counted,
    Frequency,
    Measured,
    Quota,
    Ratio,
    Registered,
    Review,
    Threshold,
    Within,
)
from duban.duties.grammar import Duty
from duban.duties.place import DutyPlace
from duban.duties.vocabulary import NUMBER, FactKind, SubjectKind, Vocabulary
from duban.ladders.ladder import Ladder, Rung
from duban.workdays import Festivals, Period, PeriodUnit, holiday_stem, statute_named
from duban.yamlfile import Loc

_LEVEL_NAMES = {"city": "市局", "county": "县局", "station": "监管所"}
_MOST_WORKDAYS = {
    PeriodUnit.WORKDAY: 1.0,
    PeriodUnit.DAY: 1.0,
    PeriodUnit.WEEK: 6.0,
    PeriodUnit.MONTH: 23.0,
    PeriodUnit.QUARTER: 68.0,
}


@dataclass(frozen=True)
class Surroundings:
    """What a duty may refer to. A part that could not be read is None, and what refers to it is not looked at."""

    project: Project | None = None
    ladders: dict[str, Ladder] | None = None
    vocabulary: Vocabulary | None = None
    festivals: Festivals | None = None


def cross_check(duty: Duty, place: DutyPlace, around: Surroundings, *, about_known: bool = True) -> None:
    """Note every way in which `duty` does not fit; its facts only where it is known what they must be about."""
    _effective(duty, place)
    _law(duty, place)
    if around.project is not None:
        _owner(duty, place, around.project)
    if around.ladders is not None:
        _ladder(duty, place, around.ladders)
    if around.vocabulary is not None and about_known:
        _subject(duty, place, around.vocabulary)
        _facts(duty, place, around.vocabulary)
    if around.festivals is not None and isinstance(duty.cadence, Campaign):
        _named_days(duty.cadence, place, around.festivals)


def _effective(duty: Duty, place: DutyPlace) -> None:
    first, last = duty.effective.from_, duty.effective.until
    if first is not None and last is not None and last < first:
        place.wrong(
            ("effective", "until"),
            zh=f"{last} 失效，却在 {first} 才生效",
            en=f"it ends on {last}, before it begins on {first}",
        )


def _law(duty: Duty, place: DutyPlace) -> None:
    law = duty.cadence.law if isinstance(duty.cadence, Within | Threshold) else None
    if law is None:
        return
    try:
        statute_named(law, duty.effective.from_ or date.max)
    except ValueError as error:
        place.wrong(("law",), zh=str(error), en=str(error))


def _owner(duty: Duty, place: DutyPlace, project: Project) -> None:
    level, post = duty.owner.unit, duty.owner.post
    units = project.units_at(level)
    name = say(zh=_LEVEL_NAMES[level], en=level)
    if not units:
        place.wrong(
            ("owner", "unit"),
            zh=f"duban.yaml 里没有{name}这一级单位",
            en=f"duban.yaml has no unit at the level {name}",
        )
        return
    without = [unit for unit in units if post not in unit.posts]
    if len(without) == len(units):
        known = {known for unit in units for known in unit.posts}
        place.wrong(
            ("owner", "post"),
            zh=f"{name}没有岗位“{post}”",
            en=f"no {name} unit has the post “{post}”",
            mend=did_you_mean(post, known),
        )
    elif without:
        listed = "、".join(unit.name for unit in without[:5])
        place.wrong(
            ("owner", "post"),
            zh=f"这些单位没有岗位“{post}”：{listed}",
            en=f"these units lack the post “{post}”: {listed}",
            mend=say(zh="请在 duban.yaml 里补上", en="add it in duban.yaml"),
        )


def _ladder(duty: Duty, place: DutyPlace, ladders: dict[str, Ladder]) -> None:
    ladder = ladders.get(duty.ladder)
    if ladder is None:
        place.wrong(
            ("ladder",),
            zh=f"没有催办阶梯“{duty.ladder}”",
            en=f"there is no ladder “{duty.ladder}”",
            mend=did_you_mean(duty.ladder, ladders),
        )
        return
    length = _at_most_workdays(duty.cadence)
    early = [rung for rung in ladder.rungs if length is not None and _days_before_due(rung) > length]
    if early:
        place.wrong(
            _length_loc(duty.cadence),
            zh=f"最多只有 {length:.0f} 个工作日，阶梯“{ladder.name}”却要在应办日前 {-early[0].offset} 个工作日"
            f"{early[0].stage.title()}，那时还没有开办",
            en=f"there are {length:.0f} working days at most, but the ladder “{ladder.name}” would "
            f"{early[0].stage.title()} {-early[0].offset} working days before the due day, before it opens",
            mend=say(
                zh="请换一个阶梯，例如 ladder: brief", en="choose another ladder, for example ladder: brief"
            ),
        )


def _days_before_due(rung: Rung) -> int:
    return 0 if rung.anchor == "opening" else -rung.offset


def _at_most_workdays(cadence: Cadence) -> float | None:
    """The most working days there can be between opening and due; None when there is plenty."""
    if isinstance(cadence, Within):
        return _workdays_in(cadence.period)
    if isinstance(cadence, Threshold):
        return _workdays_in(cadence.due)
    if isinstance(cadence, ByPeriod):
        return _periodic_workdays(cadence)
    if isinstance(cadence, Campaign) and isinstance(cadence.due, BeforeStart) and cadence.opens.before:
        return _workdays_in(cadence.opens.before)
    return None


def _periodic_workdays(cadence: ByPeriod) -> float | None:
    if cadence.opens.anchor == "due" and cadence.opens.before is not None:
        return _workdays_in(cadence.opens.before)
    if cadence.opens.anchor == "end" and isinstance(cadence.due, AfterEnd):
        return _workdays_in(cadence.due.period)
    if (
        cadence.opens.anchor == "start"
        and cadence.opens.before is None
        and isinstance(cadence.due, AfterStart)
    ):
        return _workdays_in(cadence.due.period)
    if (
        cadence.opens.anchor == "start"
        and cadence.opens.before is None
        and not isinstance(cadence.due, AfterEnd)
    ):
        return {PeriodUnit.DAY: 1.0, PeriodUnit.WEEK: 6.0}.get(cadence.every)
    return None


def _workdays_in(period: Period) -> float | None:
    most = _MOST_WORKDAYS.get(period.unit)
    return None if most is None else period.amount * most


def _length_loc(cadence: Cadence) -> Loc:
    if isinstance(cadence, Within):
        return ("within",)
    if isinstance(cadence, Review | Quota | Ratio):
        return (cadence.kind,)
    if isinstance(cadence, Campaign):
        return ("opens",)
    if isinstance(cadence, ByPeriod) and cadence.opens.anchor == "due":
        return ("opens",)
    return ("due",)


def _subject(duty: Duty, place: DutyPlace, vocabulary: Vocabulary) -> None:
    if duty.for_each.subject is None:
        return
    kind = vocabulary.subjects.get(duty.for_each.subject)
    if kind is None:
        place.wrong(
            ("for_each", "subject"),
            zh=f"没有监管对象“{duty.for_each.subject}”",
            en=f"there is no subject kind “{duty.for_each.subject}”",
            mend=did_you_mean(duty.for_each.subject, vocabulary.subjects),
        )
        return
    for attribute, values in duty.for_each.where.items():
        _attribute(place, kind, attribute, values, ("for_each", "where", attribute))
    if isinstance(duty.cadence, Frequency) and duty.cadence.by_grade is not None:
        _grades(place, kind, duty.cadence.by_grade)


def _attribute(place: DutyPlace, kind: SubjectKind, attribute: str, values: Iterable[str], loc: Loc) -> None:
    if attribute not in kind.attributes:
        place.wrong(
            loc,
            zh=f"“{kind.name}”没有属性“{attribute}”",
            en=f"“{kind.name}” has no attribute “{attribute}”",
            mend=did_you_mean(attribute, kind.attributes),
            at_key=True,
        )
        return
    allowed = kind.attributes[attribute]
    for value in values:
        if allowed and value not in allowed:
            place.wrong(
                loc,
                zh=f"“{attribute}”没有“{value}”这个值，永远没有对象符合",
                en=f"“{attribute}” is never “{value}”: no subject would match",
                mend=did_you_mean(value, allowed),
            )


def _grades(place: DutyPlace, kind: SubjectKind, by_grade: dict[str, int]) -> None:
    for grade in by_grade:
        if grade not in kind.grades:
            place.wrong(
                ("visits", grade),
                zh=f"“{kind.name}”没有等级“{grade}”",
                en=f"“{kind.name}” has no grade “{grade}”",
                mend=did_you_mean(grade, kind.grades),
                at_key=True,
            )
    missing = [grade for grade in kind.grades if grade not in by_grade]
    if missing:
        place.wrong(
            ("visits",),
            zh=f"没有写这些等级一年几次：{'、'.join(missing)}",
            en=f"these grades have no number: {', '.join(missing)}",
        )


def _facts(duty: Duty, place: DutyPlace, vocabulary: Vocabulary) -> None:
    if isinstance(duty.cadence, Within):
        _fact(duty, place, vocabulary, _named("of", place), duty.cadence.of)
        if duty.cadence.of in vocabulary.facts:
            _told_apart(vocabulary.facts[duty.cadence.of], duty.cadence.where, place, "of")
    if isinstance(duty.cadence, Threshold):
        for number, rule in enumerate(duty.cadence.rules):
            at: Loc = ("when", duty.cadence.combine, number, "of")
            _fact(duty, place, vocabulary, at, rule.of)
    if isinstance(duty.cadence, Measured):
        _counted(duty.cadence.of, place, vocabulary, "of")
        if duty.done_by is not None:
            place.wrong(
                ("done_by",),
                zh="数量和比率目标由 of 的事实计数办结，不写 done_by",
                en="what is counted from facts is done when the count is reached: no done_by",
                at_key=True,
            )
    elif duty.done_by is not None:
        _fact(duty, place, vocabulary, _named("done_by", place), duty.done_by)
        if duty.done_by in vocabulary.facts:
            _told_apart(vocabulary.facts[duty.done_by], duty.done_where, place, "done_by")
    if isinstance(duty.cadence, Ratio):
        match duty.cadence.among:
            case Counted() as among:
                _counted(among, place, vocabulary, "among")
            case Registered() as among:
                _registered(among, duty.cadence.of, place, vocabulary)


def _named_days(cadence: Campaign, place: DutyPlace, festivals: Festivals) -> None:
    """Names the calendar does not know, and those it knows no days for: such a campaign would never begin."""
    for number, name in enumerate(cadence.names):
        loc: Loc = (
            ("campaign", number) if isinstance(place.written.data.get("campaign"), list) else ("campaign",)
        )
        stem = holiday_stem(name, festivals)
        if name not in festivals.names and stem is None:
            place.wrong(
                loc,
                zh=f"不认识的节日或时段“{name}”",
                en=f"no festival or window “{name}”",
                mend=did_you_mean(name, festivals.names)
                or say(zh="请先写进 calendar/festivals.yaml", en="add it to calendar/festivals.yaml first"),
            )
        elif not festivals.has_days(stem or name):
            place.wrong(
                loc,
                zh=f"“{name}”没有惯常日期，也没有一年的通知，永远不会开办",
                en=f"“{name}” has neither usual days nor a notice of any year: it would never begin",
                mend=say(
                    zh="请在 calendar/festivals.yaml 里给它写 usual 或 announced",
                    en="give it usual or announced days in calendar/festivals.yaml",
                ),
            )


def _counted(counted: Counted, place: DutyPlace, vocabulary: Vocabulary, key: str) -> None:
    """Whether a counted fact exists, and may carry what it is told apart and counted by."""
    at = _named(key, place)
    fact = vocabulary.facts.get(counted.fact)
    if fact is None:
        place.wrong(
            at,
            zh=f"没有事实“{counted.fact}”",
            en=f"there is no fact kind “{counted.fact}”",
            mend=did_you_mean(counted.fact, vocabulary.facts),
        )
        return
    _told_apart(fact, counted.where, place, key)
    if counted.amount is not None and fact.data.get(counted.amount) != NUMBER:
        numbers = [name for name, allowed in fact.data.items() if allowed == NUMBER]
        place.wrong(
            (key, "amount"),
            zh=f"事实“{fact.name}”（{fact.title}）没有数字“{counted.amount}”",
            en=f"facts “{fact.name}” carry no number “{counted.amount}”",
            mend=did_you_mean(counted.amount, numbers)
            or say(
                zh="请在 duties/vocabulary.yaml 里给它写 data: {名称: 数字}",
                en="declare it in duties/vocabulary.yaml: data: {name: number}",
            ),
        )


def _named(key: str, place: DutyPlace) -> Loc:
    """Where the kind of fact stands: alone under its key, or under `fact` beside what tells the facts apart."""
    written = place.written.data.get(key, place.defaults.data.get(key))
    return (key, "fact") if isinstance(written, dict) else (key,)


def _told_apart(fact: FactKind, where: Mapping[str, tuple[str, ...]], place: DutyPlace, key: str) -> None:
    """Whether facts of a kind carry what a duty tells them apart by."""
    for name, values in where.items():
        allowed = fact.data.get(name)
        if allowed is None or allowed == NUMBER:
            place.wrong(
                (key, "where", name),
                zh=f"事实“{fact.name}”（{fact.title}）没有可以区分的内容“{name}”",
                en=f"facts “{fact.name}” are not told apart by “{name}”",
                mend=did_you_mean(name, fact.data)
                or say(
                    zh="请在 duties/vocabulary.yaml 里给它写 data",
                    en="give it data in duties/vocabulary.yaml",
                ),
                at_key=True,
            )
            continue
        for value in values:
            if allowed and value not in allowed:
                place.wrong(
                    (key, "where", name),
                    zh=f"“{name}”没有“{value}”这个值，永远数不到",
                    en=f"“{name}” is never “{value}”: nothing would count",
                    mend=did_you_mean(value, allowed),
                )


def _registered(among: Registered, of: Counted, place: DutyPlace, vocabulary: Vocabulary) -> None:
    kind = vocabulary.subjects.get(among.subject)
    if kind is None:
        place.wrong(
            ("among", "subject"),
            zh=f"没有监管对象“{among.subject}”",
            en=f"there is no subject kind “{among.subject}”",
            mend=did_you_mean(among.subject, vocabulary.subjects),
        )
        return
    for attribute, values in among.where.items():
        _attribute(place, kind, attribute, values, ("among", "where", attribute))
    fact = vocabulary.facts.get(of.fact)
    if fact is not None and among.subject not in fact.about:
        place.wrong(
            ("of",),
            zh=f"“{of.fact}”（{fact.title}）说的不是“{among.subject}”，永远数不到",
            en=f"“{of.fact}” is not about “{among.subject}”: nothing would count",
            mend=_facts_about(vocabulary, among.subject),
        )


def _fact(duty: Duty, place: DutyPlace, vocabulary: Vocabulary, loc: Loc, name: str) -> None:
    fact = vocabulary.facts.get(name)
    if fact is None:
        place.wrong(
            loc,
            zh=f"没有事实“{name}”",
            en=f"there is no fact kind “{name}”",
            mend=did_you_mean(name, vocabulary.facts),
        )
        return
    subject = duty.for_each.subject
    if subject is None and not fact.of_unit:
        place.wrong(
            loc,
            zh=f"“{name}”（{fact.title}）说的不是单位，这个事项永远等不到它",
            en=f"“{name}” is not about units: this duty would never see one",
            mend=_facts_about(vocabulary, None),
        )
    elif subject is not None and subject in vocabulary.subjects and subject not in fact.about:
        place.wrong(
            loc,
            zh=f"“{name}”（{fact.title}）说的不是“{subject}”，这个事项永远等不到它",
            en=f"“{name}” is not about “{subject}”: this duty would never see one",
            mend=_facts_about(vocabulary, subject),
        )


def _facts_about(vocabulary: Vocabulary, subject: str | None) -> str:
    def fits(fact: FactKind) -> bool:
        return fact.of_unit if subject is None else subject in fact.about

    fitting = [fact.name for fact in vocabulary.facts.values() if fits(fact)]
    return say(zh=f"可以写：{'、'.join(fitting)}", en=f"known: {', '.join(fitting)}") if fitting else ""
