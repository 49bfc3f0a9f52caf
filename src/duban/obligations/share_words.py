"""How a share stands, in the reader's words: figures, what is not reported, what would still bring it in."""

from collections.abc import Iterable
from fractions import Fraction

from duban.base.language import say
from duban.cadence.standing import ShareStanding, Whole, percent
from duban.workdays.period_keys import period_word


def number(value: Fraction) -> str:
    """A count as people write it: 6, 2.5. Not for shares, which need all their digits."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def told_share(stands: ShareStanding) -> str:
    """198/199 = 99.497% against 99.5%, in the reader's words."""
    share = stands.share
    counted = f"{number(stands.part)}/{number(stands.whole)}"
    if share is None:
        return counted
    bound = percent(stands.bound, 6)
    return say(
        zh=f"{counted} = {percent(share)}（要求{'不低于' if stands.at_least else '不高于'} {bound}）",
        en=f"{counted} = {percent(share)} (to be at {'least' if stands.at_least else 'most'} {bound})",
    )


def told_unreported(stands: ShareStanding) -> str:
    """未报数, and of which periods; what was reported so far goes with it."""
    told = not_told(stands.unreported)
    return told if stands.share is None else told + say(zh="，已报的：", en="; so far: ") + told_share(stands)


def not_told(keys: Iterable[str]) -> str:
    """未报数, and of which periods, by their keys."""
    periods = say(zh="、", en=", ").join(map(period_word, keys))
    return say(zh=f"未报数（{periods}）", en=f"not reported ({periods})")


def told_result(stands: ShareStanding) -> str:
    """How a share came out when its period is over."""
    if stands.unreported:
        return told_unreported(stands)
    if stands.share is None:
        return say(zh="报的是零：本期没有发生，不作考核", en="reported as zero: nothing to take a share of")
    if stands.met:
        return say(zh=f"{told_share(stands)}，达到要求", en=f"{told_share(stands)}: kept")
    return say(zh=f"{told_share(stands)}，没有达到要求", en=f"{told_share(stands)}: missed")


def told_standing(stands: ShareStanding) -> str:
    """How a share stands while its period runs: what it can still afford, or what it takes, and on which assumption."""
    if stands.unreported:
        return told_unreported(stands)
    if stands.share is None:
        return say(zh="本期还没有发生", en="nothing to take a share of yet")
    return told_share(stands) + (_spare(stands) if stands.met else _lacking(stands))


def _spare(stands: ShareStanding) -> str:
    more = stands.affordable
    if more is None:
        return ""
    return say(
        zh=f"；假如不再增加别的，还能再错 {more} 件",
        en=f"; if nothing else comes, {more} more misses can be afforded",
    )


def _lacking(stands: ShareStanding) -> str:
    if stands.beyond_whole:
        return say(zh="；比全部还多，请核对上报的数", en="; more than there are: check what was reported")
    needed = stands.needed
    if needed is None:
        return say(
            zh="；已有没办好的，假如报的数没有错，本期不能再达到",
            en="; if the figures are right, it cannot be reached in this period any more",
        )
    if stands.of is Whole.STOCK:
        whole = number(stands.whole)
        return say(
            zh=f"；按现在在册的 {whole} 户，还差 {needed} 户",
            en=f"; {needed} of the {whole} on the register now are missing",
        )
    if stands.of is Whole.LAST_YEAR:
        return say(
            zh=f"；按上年同期的 {number(stands.whole)}，还差 {needed}",
            en=f"; against {number(stands.whole)} the year before, {needed} are missing",
        )
    if stands.pending and needed <= stands.pending:
        return say(
            zh=f"；还没到期的 {stands.pending} 件里要按时办好 {needed} 件",
            en=f"; of {stands.pending} whose time is not up, {needed} have to be done in time",
        )
    return say(
        zh=f"；假如以后每件都办好，还要 {needed} 件才能达到",
        en=f"; if each from now on is good, it takes {needed} of them",
    )


def figures_of(stands: ShareStanding) -> dict[str, str | list[str]]:
    """The figures that an event keeps."""
    figures: dict[str, str | list[str]] = {
        "part": number(stands.part),
        "whole": number(stands.whole),
        "bound": percent(stands.bound, 6),
    }
    return {**figures, "unreported": list(stands.unreported)} if stands.unreported else figures
