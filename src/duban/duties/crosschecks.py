"""Whether a duty fits its surroundings: units and posts, ladders, statutes; what it names is looked at in `named`.

What cannot be met is refused here, with its place, and not found out on the day it matters.
"""

from dataclasses import dataclass
from datetime import date

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.bureau.posts import nobody_has
from duban.bureau.project import Project
from duban.bureau.units import Level, level_word
from duban.cadence.opening import EachFact
from duban.cadence.reading.place import DutyPlace
from duban.duties.grammar import Duty
from duban.duties.named import check_names
from duban.duties.vocabulary import Vocabulary
from duban.ladders.ladder import Ladder, Rung
from duban.workdays import Festivals, statute_named


@dataclass(frozen=True)
class Surroundings:
    """What a duty may refer to. A part that could not be read is None, and what refers to it is not looked at."""

    project: Project | None = None  #: The units and their posts.
    ladders: dict[str, Ladder] | None = None  #: The ladders, by name.
    vocabulary: Vocabulary | None = None  #: The kinds of subjects and facts.
    festivals: Festivals | None = None  #: The named days and windows.


def cross_check(duty: Duty, place: DutyPlace, around: Surroundings, *, about_known: bool = True) -> None:
    """Note every way in which `duty` does not fit; its facts only where it is known what they must be about."""
    _effective(duty, place)
    _law(duty, place)
    if around.project is not None:
        _owner(duty, place, around.project)
        _review(duty, place, around.project)
    if around.ladders is not None:
        _ladder(duty, place, around.ladders)
    _urgent(duty, place)
    check_names(duty, place, around.vocabulary if about_known else None, around.festivals)


def _effective(duty: Duty, place: DutyPlace) -> None:
    first, last = duty.effective.from_, duty.effective.until
    if first is not None and last is not None and last < first:
        place.wrong(
            ("effective", "until"),
            zh=f"{last} 失效，却在 {first} 才生效",
            en=f"it ends on {last}, before it begins on {first}",
        )


def _law(duty: Duty, place: DutyPlace) -> None:
    law = duty.cadence.statute
    if law is None:
        return
    try:
        statute_named(law, duty.effective.from_ or date.max)
    except ValueError as error:
        place.wrong(("law",), zh=str(error), en=str(error))


def _urgent(duty: Duty, place: DutyPlace) -> None:
    """An emergency is counted in hours from an event, and nothing else is."""
    by_hours = _by_hours(duty)
    if duty.urgent and not by_hours:
        place.wrong(
            ("urgent",),
            zh="紧急事项由一件事引起，期限按小时计",
            en="an urgent duty follows an event and is counted in hours",
            mend=say(zh="例如 within: 2小时", en="for example within: 2 hours"),
            at_key=True,
        )
    if by_hours and not duty.urgent:
        place.wrong(
            ("within",),
            zh="按小时计的期限只用于紧急事项",
            en="only an urgent duty is counted in hours",
            mend=say(zh="请加 urgent: 是，或者改用工作日", en="add urgent: true, or count working days"),
        )


def _by_hours(duty: Duty) -> bool:
    opening = duty.cadence.opening
    return isinstance(opening, EachFact) and opening.by_hours


def _owner(duty: Duty, place: DutyPlace, project: Project) -> None:
    for level in duty.owner.levels:
        _owner_at(level, duty.owner.post, place, project)


def _owner_at(level: Level, post: str, place: DutyPlace, project: Project) -> None:
    units = project.units_at(level)
    name = level_word(level)
    if not units:
        place.wrong(
            ("owner", "unit"),
            zh=f"duban.yaml 里没有{name}这一级单位",
            en=f"duban.yaml has no unit at the level {name}",
        )
        return
    without = [unit for unit in units if post not in unit.posts]
    if len(without) == len(units):
        if post not in project.posts_known:
            what, mend = nobody_has(post, project.posts_known)
        else:
            what = say(zh=f"{name}没有岗位“{post}”", en=f"no {name} unit has the post “{post}”")
            mend = did_you_mean(post, {known for unit in units for known in unit.posts})
        place.problems.append(
            place.file.problem(place.where(("owner", "post")), what, mend, place.duty, unknown=True)
        )
    elif without:
        listed = "、".join(unit.name for unit in without[:5])
        place.wrong(
            ("owner", "post"),
            zh=f"这些单位没有岗位“{post}”：{listed}",
            en=f"these units lack the post “{post}”: {listed}",
            mend=say(zh="请在 duban.yaml 里补上", en="add it in duban.yaml"),
        )


def _review(duty: Duty, place: DutyPlace, project: Project) -> None:
    """Whoever is to review it must be there, wherever it is owed."""
    review = duty.reviewed_by
    if review is None or review.nobody:
        return
    post = review.post or duty.owner.post
    reviewing = (
        project.placed(unit.code, review.unit)
        for level in duty.owner.levels
        for unit in project.units_at(level)
    )
    units = {unit.code: unit for unit in reviewing}
    without = [
        unit for unit in units.values() if unit.asked_for(review.post, duty.line, duty.owner.post) is None
    ]
    if without:
        listed = "、".join(unit.name for unit in without[:5])
        place.wrong(
            ("reviewed_by",),
            zh=f"这些单位没有复核岗位“{post}”：{listed}",
            en=f"these units lack the post “{post}” that is to review it: {listed}",
            mend=did_you_mean(post, {name for unit in without for name in unit.posts}),
        )


def _ladder(duty: Duty, place: DutyPlace, ladders: dict[str, Ladder]) -> None:
    ladder = ladders.get(duty.ladder)
    if ladder is None:
        place.wrong(
            ("ladder",),
            zh=f"没有催办阶梯“{duty.ladder}”",
            en=f"there is no ladder “{duty.ladder}”",
            mend=did_you_mean(duty.ladder, ladders),
            unknown=True,
        )
        return
    if duty.urgent != ladder.by_hours:
        place.wrong(
            ("ladder",),
            zh=f"阶梯“{ladder.name}”{'不按小时' if duty.urgent else '按小时'}，{'紧急事项' if duty.urgent else '不是紧急的事项'}不能用",
            en=f"the ladder “{ladder.name}” is for {'days' if duty.urgent else 'emergencies'}: this duty cannot use it",
            mend=say(
                zh="请写 ladder: emergency（立即告知、按小时往上报的一种）"
                if duty.urgent
                else "请换一个阶梯，或者写 urgent: 是",
                en="write ladder: emergency" if duty.urgent else "choose another, or write urgent: true",
            ),
        )
        return
    length = None if _by_hours(duty) else duty.cadence.most_workdays()
    early = [rung for rung in ladder.rungs if length is not None and _days_before_due(rung) > length]
    if early:
        place.wrong(
            duty.cadence.length_key,
            zh=f"最多只有 {length:.0f} 个工作日，阶梯“{ladder.name}”却要在应办日前 {-early[0].offset} 个工作日"
            f"{early[0].stage.title()}，那时还没有开办",
            en=f"there are {length:.0f} working days at most, but the ladder “{ladder.name}” would "
            f"{early[0].stage.title()} {-early[0].offset} working days before the due day, before it opens",
            mend=say(
                zh="请换一个阶梯，例如 ladder: brief", en="choose another ladder, for example ladder: brief"
            ),
        )


def _days_before_due(rung: Rung) -> int:
    return 0 if rung.anchor == "opening" or rung.minutes is not None else -rung.offset
