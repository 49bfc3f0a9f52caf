"""What a share is taken of, as a person writes it: facts, cases with their answers, registered subjects, the year before."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from duban.base.language import say
from duban.cadence.counting import Among, Cohort, EarlierYear, RegisteredSubjects, Tally
from duban.cadence.reading.keys import PeriodEntry, Texts
from duban.cadence.reading.place import DutyPlace
from duban.yamlfile.key import Key
from duban.yamlfile.values import StrictModel, Text

YEAR_BEFORE = ("上年同期", "the year before")
"""How the same period of the year before is written."""


class AmongEntry(StrictModel):
    """`among:` what the share is taken of: facts, or the subjects on the register."""

    fact: Annotated[Text | None, Key("事实的名称", "the kind of fact")] = None
    subject: Annotated[Text | None, Key("在册的监管对象", "the subjects on the register")] = None
    where: Annotated[dict[str, Texts], Key("只要符合条件的", "only those that match")] = Field(
        default_factory=dict
    )
    amount: Annotated[Text | None, Key("按事实上的哪个数字数", "the number a fact counts for")] = None
    same: Annotated[
        Texts,
        Key(
            "一件一件对上号：of 的事实写着和这件相同的内容，这件才算办好",
            "matched one by one: an answer carries the same as what it answers",
            ("编号",),
            alone_too=True,
        ),
    ] = ()
    within: Annotated[
        PeriodEntry | None,
        Key(
            "各自在多久之内办好才算；当天不计入",
            "each counts when it was answered within so long",
            ("10个工作日",),
            phrase=True,
        ),
    ] = None


def _among(value: object) -> object:
    if value in YEAR_BEFORE:
        return "year_before"
    return {"fact": value} if isinstance(value, str) else value


AmongOrText = Annotated[AmongEntry | Literal["year_before"], BeforeValidator(_among)]


def read_among(among: AmongEntry | str | None, place: DutyPlace) -> Among | None:
    """What the share is taken of; None, with the reason noted in `place`, where it cannot be told."""
    if among is None:
        place.wrong(
            ("ratio",),
            zh="缺少“among”：在哪些里面占多少",
            en="“among” is missing: what the share is taken of",
            mend=say(
                zh="写一种事实、{subject: 监管对象} 或 上年同期",
                en="write a kind of fact, {subject: kind} or the year before",
            ),
        )
        return None
    if isinstance(among, str):
        return EarlierYear()
    matched = bool(among.same) or among.within is not None
    if among.fact and among.subject and matched and not among.amount:
        about = RegisteredSubjects(subject=among.subject, where=among.where)
        return Cohort(asked=Tally(fact=among.fact), about=about, same=among.same, within=among.within)
    if (among.fact is None) == (among.subject is None):
        place.wrong(
            ("among",),
            zh="among 要写 fact 或 subject，只能写一个",
            en="among is either a fact or a subject",
        )
        return None
    if among.subject is not None:
        of_facts = [key for key in ("amount", "same", "within") if getattr(among, key)]
        for key in of_facts:
            place.wrong(("among", key), zh=f"{key} 只用于事实", en=f"{key} belongs to facts", at_key=True)
        if of_facts:
            return None
        return RegisteredSubjects(subject=among.subject, where=among.where)
    asked = Tally(fact=among.fact or "", where=among.where, amount=among.amount)
    if matched:
        return Cohort(asked=asked, same=among.same, within=among.within)
    return asked
