"""Named windows held against the duties: one that no duty reads, and a duty whose window nobody has announced yet.

The days of 林博会 or of a 服务月 are set by a notice. Until it is entered (`duban calendar window`) what follows the window
does not open, and nobody would notice: so it is said at every check.
"""

from collections.abc import Iterable, Iterator

from duban.base.entrance import by_entrance
from duban.base.language import say
from duban.base.problems import Problem
from duban.cadence.references import NamedDays
from duban.definitions.definitions import CALENDAR_FOLDER, Definitions
from duban.duties.grammar import Duty
from duban.workdays import AwaitingNotice
from duban.workdays.festivals import FESTIVALS_FILE, Window
from duban.yamlfile import read


def duties_dated_by(duties: Iterable[Duty], window: Window) -> list[Duty]:
    """The duties whose dates follow a window (开学季) under any of its names: those an announcement of it moves."""
    names = {window.name, *window.aliases}
    return [duty for duty in duties if not names.isdisjoint(_names(duty))]


def window_remarks(definitions: Definitions, year: int) -> Iterator[Problem]:
    """Windows that no duty reads, and duties that follow one without days in `year`."""
    root = definitions.root
    file = read(root / CALENDAR_FOLDER / FESTIVALS_FILE, root=root)
    dated = [duty for duty in definitions.duties.values() if any(_names(duty))]
    for number, window in enumerate(definitions.calendar.festivals.windows):
        followers = duties_dated_by(dated, window)
        place = file.place(("windows", number, "name"))
        if not followers:
            what = say(
                zh=f"没有事项用到时段“{window.name}”", en=f"no duty follows the window “{window.name}”"
            )
            mend = say(
                zh="请在事项里写 campaign，或者删掉它", en="write a campaign that does, or take it out"
            )
            yield Problem(file.path, *place, what, mend)
        elif not _has_days(window, year):
            titles = say(zh="；", en="; ").join(duty.title for duty in followers)
            what = say(
                zh=f"“{window.name}”没有惯常日期，{year} 年的通知也没有填，这些事项不会为它开办：{titles}",
                en=f"“{window.name}” has no usual days and no notice of {year}: these duties do not open for it: {titles}",
            )
            mend = say(
                zh="收到通知后请"
                + by_entrance(
                    command=f"运行 duban calendar window {window.name} --from … --to … --notice …",
                    page="在“常改的”里填写时段的日子",
                ),
                en="when its notice comes: "
                + by_entrance(
                    command=f"duban calendar window {window.name} --from … --to … --notice …",
                    page="fill in its days under “What changes often”",
                ),
            )
            yield Problem(file.path, *place, what, mend)


def _names(duty: Duty) -> Iterator[str]:
    for reference in duty.cadence.references():
        if isinstance(reference, NamedDays):
            yield from reference.names


def _has_days(window: Window, year: int) -> bool:
    try:
        window.in_year(year)
    except AwaitingNotice:
        return False
    return True
