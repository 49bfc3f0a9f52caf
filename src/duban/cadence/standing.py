"""Two counts against a bound (投诉按时办结率≥99.5%): exact, and how many more misses can be afforded.

| awkward case | rule |
|---|---|
| 198 of 199 against 99.5% | 99.497…%, missed: shares are compared as fractions, never as they print |
| 0 of 0 | no share at all, and no failure |
| 不低于100% | one miss can never be made good in the period |
| 不高于5% | each case that counts is a miss, the others make room |
| more counted than there are (corrections under way) | a part is never more than its whole: missed until the counts are put right |
| 增5%以上, nothing the year before | no share, and no failure |
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor


@dataclass(frozen=True)
class ShareStanding:
    """Two counts against a bound: `part` of `whole`, to be at least `bound`, or at most."""

    part: Fraction  #: What counts.
    whole: Fraction  #: What it is a share of.
    bound: Fraction  #: The share that must be reached, or not passed: exact.
    at_least: bool  #: Whether it must be reached.
    of_whole: bool = True  #: Whether it is a part of a whole, and not this year's count over last year's.

    @property
    def share(self) -> Fraction | None:
        """The exact share, None when there is nothing to take a share of."""
        return self.part / self.whole if self.whole else None

    @property
    def met(self) -> bool:
        """Whether the bound is kept; nothing to take a share of is no failure."""
        share = self.share
        if share is None:
            return True
        if not self.at_least:
            return share <= self.bound
        return share >= self.bound and not (self.of_whole and self.bound <= 1 < share)

    @property
    def affordable(self) -> int | None:
        """How many more misses the bound allows if nothing else comes; None: any number, or the bound is missed.

        A miss is a case that does not count where the share must be high, and one that does where it must be low.
        """
        if not self.met:
            return None
        if self.at_least:
            return floor(self.part / self.bound - self.whole) if self.bound else None
        if self.bound >= 1:
            return None
        return floor((self.bound * self.whole - self.part) / (1 - self.bound))

    @property
    def needed(self) -> int | None:
        """How many good cases running would bring a missed bound back; 0 when it is kept, None when nothing can."""
        if self.met:
            return 0
        if self.at_least:
            if self.bound >= 1 or self.part > self.whole:
                return None
            return ceil((self.bound * self.whole - self.part) / (1 - self.bound))
        return ceil(self.part / self.bound - self.whole) if self.bound else None


def standing(
    bound: Decimal,
    part: Fraction | int,
    whole: Fraction | int,
    *,
    at_least: bool = True,
    of_whole: bool = True,
) -> ShareStanding:
    """How `part` of `whole` stands against the bound; not `of_whole`, it may grow beyond it."""
    return ShareStanding(Fraction(part), Fraction(whole), Fraction(bound), at_least, of_whole)


def percent(share: Fraction, digits: int = 3) -> str:
    """A share as people read it, never rounded up to a bound it misses: 99.497%."""
    scaled = floor(share * 100 * 10**digits)
    text = f"{Decimal(scaled) / 10**digits:.{digits}f}".rstrip("0").rstrip(".")
    return f"{text}%"
