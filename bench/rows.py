"""One line of the table of budgets (docs: the budgets of `bench/`)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A piece of work, how long we and the named peer took in one run, and whether the budget is met.

    `ours` and `peer` are what was measured, with their unit; `ratio` is the figure the `budget` speaks of. All are
    written out as the table shows them.
    """

    code: str
    work: str
    ours: str
    peer: str
    ratio: str
    budget: str
    met: bool
