"""Whether what a duty names exists: subjects and their attributes and grades, facts and what they carry, named days."""

from collections.abc import Iterable, Mapping

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.cadence.counting import RegisteredSubjects, Tally
from duban.cadence.reading.place import DutyPlace
from duban.cadence.references import (
    AwaitedFact,
    CountedFacts,
    CountedSubjects,
    MatchedFacts,
    NamedDays,
    NamedGrades,
)
from duban.duties.grammar import Duty
from duban.duties.matched import check_answer, check_cohort
from duban.duties.vocabulary import NUMBER, FactKind, SubjectKind, Vocabulary
from duban.workdays import Festivals, holiday_stem
from duban.yamlfile import Loc


def check_names(
    duty: Duty, place: DutyPlace, vocabulary: Vocabulary | None, festivals: Festivals | None
) -> None:
    """Note what does not exist; what would stand in a part that is None is not looked at."""
    if vocabulary is not None:
        _subject(duty, place, vocabulary)
    for reference in duty.cadence.references():
        match reference:
            case NamedDays() if festivals is not None:
                _named_days(reference, place, festivals)
            case AwaitedFact(fact, loc, where, ahead) if vocabulary is not None:
                _fact(duty, place, vocabulary, _named(loc, place), fact)
                if fact in vocabulary.facts:
                    _told_apart(vocabulary.facts[fact], where, place, str(loc[0]))
                    _told_ahead(vocabulary.facts[fact], place, loc, ahead=ahead)
            case CountedFacts(counted, key) if vocabulary is not None:
                _counted(counted, place, vocabulary, key)
            case MatchedFacts(cohort, of) if vocabulary is not None:
                check_cohort(cohort, of, place, vocabulary)
            case CountedSubjects(among, of) if vocabulary is not None:
                _registered(among, of, place, vocabulary)
            case NamedGrades() if vocabulary is not None:
                _grades(duty, place, vocabulary, reference)
    if vocabulary is not None and duty.done_by is not None:
        _done_by(duty, duty.done_by, place, vocabulary)


def _told_ahead(kind: FactKind, place: DutyPlace, loc: Loc, *, ahead: bool) -> None:
    """What is due before an event needs one that is told of before its day, and a period after a fact one that happened."""
    if ahead and not kind.ahead:
        place.wrong(
            loc,
            zh=f"“{kind.name}”（{kind.title}）要到了那一天才能报，之前办不了",
            en=f"“{kind.name}” can be reported only once it has happened: nothing is due before it",
            mend=say(
                zh="日子提前定下的，请在 duties/vocabulary.yaml 里给它写 ahead: 是",
                en="if its day is set beforehand, write ahead: true for it in duties/vocabulary.yaml",
            ),
        )


def _done_by(duty: Duty, done_by: str, place: DutyPlace, vocabulary: Vocabulary) -> None:
    if duty.cadence.measured:
        place.wrong(
            ("done_by",),
            zh="数量和比率目标由 of 的事实计数办结，不写 done_by",
            en="what is counted from facts is done when the count is reached: no done_by",
            at_key=True,
        )
        return
    _fact(duty, place, vocabulary, _named(("done_by",), place), done_by)
    if done_by in vocabulary.facts:
        _told_apart(vocabulary.facts[done_by], duty.done_where, place, "done_by")
        check_answer(duty, vocabulary.facts[done_by], place, vocabulary)


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
            unknown=True,
        )
        return
    for attribute, values in duty.for_each.where.items():
        _attribute(place, kind, attribute, values, ("for_each", "where", attribute))


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
    for number, value in enumerate(values):
        if allowed and value not in allowed:
            place.wrong(
                (*loc, number),
                zh=f"“{attribute}”没有“{value}”这个值，永远没有对象符合",
                en=f"“{attribute}” is never “{value}”: no subject would match",
                mend=did_you_mean(value, allowed),
            )


def _grades(duty: Duty, place: DutyPlace, vocabulary: Vocabulary, grades: NamedGrades) -> None:
    kind = vocabulary.subjects.get(duty.for_each.subject or "")
    if kind is None:
        return
    for grade in grades.named:
        if grade not in kind.grades:
            place.wrong(
                (grades.key, grade),
                zh=f"“{kind.name}”没有等级“{grade}”",
                en=f"“{kind.name}” has no grade “{grade}”",
                mend=did_you_mean(grade, kind.grades),
                at_key=True,
            )
    missing = [grade for grade in kind.grades if grade not in grades.named]
    if missing:
        place.wrong(
            (grades.key,),
            zh=f"没有写这些等级一年几次：{'、'.join(missing)}",
            en=f"these grades have no number: {', '.join(missing)}",
        )


def _named_days(days: NamedDays, place: DutyPlace, festivals: Festivals) -> None:
    """Names the calendar does not know, and those it knows no days for: such a campaign would never begin."""
    for number, name in enumerate(days.names):
        listed = isinstance(place.written.data.get(days.key), list)
        loc: Loc = (days.key, number) if listed else (days.key,)
        stem = holiday_stem(name, festivals)
        if name not in festivals.names and stem is None:
            place.wrong(
                loc,
                zh=f"不认识的节日或时段“{name}”",
                en=f"no festival or window “{name}”",
                mend=did_you_mean(name, festivals.names)
                or say(zh="请先写进 calendar/festivals.yaml", en="add it to calendar/festivals.yaml first"),
                unknown=True,
            )


def _counted(counted: Tally, place: DutyPlace, vocabulary: Vocabulary, key: str) -> None:
    """Whether a counted fact exists, and may carry what it is told apart and counted by."""
    at = _named((key,), place)
    fact = vocabulary.facts.get(counted.fact)
    if fact is None:
        place.wrong(
            at,
            zh=f"没有事实“{counted.fact}”",
            en=f"there is no fact kind “{counted.fact}”",
            mend=did_you_mean(counted.fact, vocabulary.facts),
            unknown=True,
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


def _named(loc: Loc, place: DutyPlace) -> Loc:
    """Where the kind of fact stands: alone under its key, or under `fact` beside what tells the facts apart."""
    if len(loc) > 1:
        return loc
    written = place.written.data.get(loc[0], place.defaults.data.get(loc[0]))
    return (*loc, "fact") if isinstance(written, dict) else loc


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
        for number, value in enumerate(values):
            if allowed and value not in allowed:
                place.wrong(
                    (key, "where", name, number),
                    zh=f"“{name}”没有“{value}”这个值，永远数不到",
                    en=f"“{name}” is never “{value}”: nothing would count",
                    mend=did_you_mean(value, allowed),
                )


def _registered(among: RegisteredSubjects, of: Tally, place: DutyPlace, vocabulary: Vocabulary) -> None:
    kind = vocabulary.subjects.get(among.subject)
    if kind is None:
        place.wrong(
            ("among", "subject"),
            zh=f"没有监管对象“{among.subject}”",
            en=f"there is no subject kind “{among.subject}”",
            mend=did_you_mean(among.subject, vocabulary.subjects),
            unknown=True,
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
            unknown=True,
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
