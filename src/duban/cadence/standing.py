"""Two counts against a bound (投诉按时办结率≥99.5%): exact, and what would still bring it in.

| awkward case | rule |
|---|---|
| 198 of 199 against 99.5% | 99.497…%, missed: shares are compared as fractions, never as they print |
| nobody has reported | no share, and not kept: silence is never compliance |
| 0 of 0, reported as zero | no share at all, and no failure |
| 不低于100% of cases that come one by one | one miss can never be made good in the period |
| … of a stock that is known (在册25户) | each one done brings it nearer: 25 are missing, however many are not done yet |
| … of cases whose time is not up | those may still be answered in time |
| 不高于5% | each case that counts is a miss, the others make room |
| more counted than there are (corrections under way) | a part is never more than its whole: missed until the counts are put right |
| 增5%以上, nothing the year before, reported as zero | no share, and no failure |
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor


class Whole(StrEnum):
    """What a share is taken of, as far as it decides what may still become of the share."""

    CASES = "cases"
    """Cases that come one by one: each good one adds to both counts, each miss to the whole alone."""
    STOCK = "stock"
    """So many as there are: only the part still grows."""
    LAST_YEAR = "last year"
    """The count of the year before: it is settled, and this year's may be more."""


@dataclass(frozen=True)
class ShareStanding:
    """Two counts against a bound: `part` of `whole`, to be at least `bound`, or at most."""

    part: Fraction  #: What counts.
    whole: Fraction  #: What it is a share of.
    bound: Fraction  #: The share that must be reached, or not passed: exact.
    at_least: bool  #: Whether it must be reached.
    of: Whole = Whole.CASES  #: What the whole is.
    pending: int = 0  #: How many of the whole may still come to count, because their time is not up.
    #: What has not been reported yet, by name (2023-02, 2022); empty when everything was.
    unreported: tuple[str, ...] = ()

    @property
    def share(self) -> Fraction | None:
        """The exact share, None when there is nothing to take a share of."""
        return self.part / self.whole if self.whole else None

    @property
    def met(self) -> bool:
        """Whether the bound is kept; never while something is unreported. Nothing to take a share of is no failure."""
        if self.unreported:
            return False
        share = self.share
        if share is None:
            return True
        if not self.at_least:
            return share <= self.bound
        return share >= self.bound and not self.beyond_whole

    @property
    def kept_so_far(self) -> bool:
        """Whether the bound is kept by what is settled, the cases whose time is not up left out: what is not due yet is no lag."""
        settled = self.bound * (self.whole - self.pending)
        return self.met or (
            self.at_least and bool(self.pending) and not self.unreported and self.part >= settled
        )

    @property
    def beyond_whole(self) -> bool:
        """Whether more counts than there is: the counts have to be put right."""
        return self.of is not Whole.LAST_YEAR and self.bound <= 1 < (self.share or 0)

    @property
    def affordable(self) -> int | None:
        """How many more misses the bound allows if nothing else comes; None: any number, or the bound is missed.

        A miss is a case that does not count where the share must be high, and one that does where it must be low.
        """
        if not self.met:
            return None
        settled = self.of is not Whole.CASES
        if self.at_least:
            return floor(self.part / self.bound - self.whole) if self.bound and not settled else None
        if settled:
            return floor(self.bound * self.whole - self.part)
        return None if self.bound >= 1 else floor((self.bound * self.whole - self.part) / (1 - self.bound))

    @property
    def needed(self) -> int | None:
        """How many good cases would bring a missed bound back, if each from now on is one; 0 when it is kept, None when
        nothing can. Of a stock: how many more of it have to be done.
        """
        if self.met:
            return 0
        lacking = self.bound * self.whole - self.part
        if self.of is not Whole.CASES:
            return max(ceil(lacking), 0) if self.at_least and not self.beyond_whole else None
        if not self.at_least:
            return ceil(self.part / self.bound - self.whole) if self.bound else None
        if self.part > self.whole:
            return None
        if lacking <= self.pending:
            return max(ceil(lacking), 0)
        if self.bound >= 1:
            return None
        return self.pending + ceil((lacking - self.pending) / (1 - self.bound))


def standing(
    bound: Decimal,
    part: Fraction | int,
    whole: Fraction | int,
    *,
    at_least: bool = True,
    of: Whole = Whole.CASES,
    pending: int = 0,
    unreported: tuple[str, ...] = (),
) -> ShareStanding:
    """How `part` of `whole` stands against the bound; the fields of `ShareStanding`.

    `at_least` says which side of the bound is kept; `pending` are cases that may still come to count,
    `unreported` names the periods without figures: while there are any, no bound is met.
    """
    return ShareStanding(Fraction(part), Fraction(whole), Fraction(bound), at_least, of, pending, unreported)


def percent(share: Fraction, digits: int = 3) -> str:
    """A share of 1 as people read it, with at most so many `digits` behind the point, never rounded up to a bound it
    misses: 99.497%.
    """
    scaled = floor(share * 100 * 10**digits)
    text = f"{Decimal(scaled) / 10**digits:.{digits}f}".rstrip("0").rstrip(".")
    return f"{text}%"
