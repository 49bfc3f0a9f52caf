"""From what a person wrote to what a duty is owed for: each unit of a level, or each subject of a kind."""

from duban.base.language import say
from duban.cadence.cadence import Cadence
from duban.cadence.opening import CalendarOpening, OwedFor
from duban.cadence.reading.place import DutyPlace
from duban.duties.entries import DutyHead, SharedKeys
from duban.duties.grammar import ForEach, Owner
from duban.duties.owner_entries import ForEachEntry


def read_for_each(
    entry: DutyHead, defaults: SharedKeys, cadence: Cadence, owner: Owner, place: DutyPlace
) -> ForEach | None:
    """What the duty is owed for, or None when that cannot be told."""
    written = entry.for_each or defaults.for_each
    if owner.also and not _by_calendar_alone(cadence, written):
        place.wrong(
            ("owner", "unit"),
            zh="按监管对象、按事实开的，和要算数算率的，由管它的那一级承办，不能写几级",
            en="what is owed for subjects or facts, or measured, is owed at one level: by whoever has charge of it",
            mend=say(zh="上一级也要办的，另写一条", en="write another duty for the level above"),
        )
        return None
    if written is None:
        if cadence.owed_for in {OwedFor.UNITS, OwedFor.EITHER}:
            return ForEach(level=owner.unit)
        place.wrong(
            (),
            zh="缺少“for_each”：针对哪一类监管对象",
            en="“for_each” is missing: which kind of subject it is about",
            mend=say(
                zh="例如 for_each: {subject: 食品销售者}", en="for example for_each: {subject: 食品销售者}"
            ),
        )
        return None
    known = len(place.problems)
    if (written.level is None) == (written.subject is None):
        place.wrong(
            ("for_each",),
            zh="for_each 要写一级单位，或 subject，只能写一种",
            en="for_each is either a unit level or a subject",
        )
    elif written.subject is not None and cadence.owed_for is OwedFor.UNITS:
        place.wrong(
            ("for_each",),
            zh="这种频次由单位承担，每个单位一件，for_each 不写 subject",
            en="this cadence is owed by units, once each: for_each takes no subject here",
            mend=say(
                zh="请删除 subject；只数某类对象的，写在 of 或 among 里",
                en="remove it; what counts is narrowed down in of or among",
            ),
        )
    elif written.level is not None and cadence.owed_for is OwedFor.SUBJECTS:
        place.wrong(
            ("for_each",),
            zh="这种频次针对监管对象，要写 subject",
            en="this cadence is about subjects: write subject",
        )
    elif written.level is not None and written.level != owner.unit:
        place.wrong(
            ("for_each",),
            zh="for_each 的单位级别和 owner 的不一致",
            en="for_each names another unit level than owner",
            mend=say(
                zh="承办的是哪一级，就为哪一级各开一件",
                en="it is owed once by each unit of the owner's level",
            ),
        )
    elif written.level is not None and written.where:
        place.wrong(
            ("for_each", "where"), zh="where 只用于 subject", en="where belongs to subject", at_key=True
        )
    if len(place.problems) > known:
        return None
    return ForEach(level=written.level, subject=written.subject, where=written.where)


def _by_calendar_alone(cadence: Cadence, written: ForEachEntry | None) -> bool:
    """Whether each unit owes it as such, on days of the calendar."""
    about_subjects = written is not None and written.subject is not None
    return isinstance(cadence.opening, CalendarOpening) and cadence.aim is None and not about_subjects
