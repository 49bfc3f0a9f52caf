"""Which obligations a filter written on the command line selects, one page at a time, nearest deadline first."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.base.clock import Present
from duban.base.language import say
from duban.base.problems import there_is_no
from duban.bureau.line_names import line_meant
from duban.bureau.project import Project
from duban.bureau.unit_names import NoSuchUnit, UnitNames
from duban.bureau.unit_tree import with_all_below
from duban.cli.failures import WrongUsage
from duban.ledger.tables import STATES, DutyVersion
from duban.ledger.units import known_units
from duban.obligations.listed import ListedObligation
from duban.obligations.listing import Filter, how_many, known_lines, listed
from duban.obligations.state_words import all_state_words, state_meant


@dataclass(frozen=True)
class WrittenFilter:
    """A filter as a person writes it: `unit` by code or name, with the units below it."""

    unit: str | None = None  #: a unit's code or name; None: every unit
    line: str | None = None  #: a business line's name
    duty: str | None = None  #: a duty's id
    state: str | None = None  #: a state, as the ledger names it
    overdue: bool = False  #: only what is past its deadline
    due_before: date | None = None  #: only deadlines before this local day


@dataclass(frozen=True)
class Page:
    """One page of a list and how many obligations the filter selects in all."""

    total: int  #: how many the filter selects
    page: int  #: which page, from 1
    size: int  #: how many a page holds at most
    obligations: tuple[ListedObligation, ...]  #: those on the page, nearest deadline first

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


def page_of_obligations(
    connection: Connection,
    project: Project,
    written: WrittenFilter,
    *,
    present: Present,
    page: int,
    size: int,
) -> Page:
    """Page `page`, from 1, of what `written` selects at `present`.

    Raises NoSuchUnit, NoSuchLine; WrongUsage for a duty or state that is not there.
    """
    wanted = _understood(connection, project, written)
    shown = listed(connection, wanted, present, size=size, offset=(page - 1) * size)
    return Page(how_many(connection, wanted, present), page, size, tuple(shown))


def _understood(connection: Connection, project: Project, written: WrittenFilter) -> Filter:
    line = state = None
    if written.line:
        line = line_meant(known_lines(connection), written.line)
    if written.duty and written.duty not in (known := _known_duties(connection)):
        raise WrongUsage(there_is_no(say(zh="事项", en="duty"), written.duty, known))
    if written.state and (state := state_meant(written.state)) is None:
        raise WrongUsage(
            there_is_no(
                say(zh="状态", en="state"),
                written.state,
                STATES if written.state.isascii() else all_state_words(),
            )
        )
    return Filter(
        units=units_below(connection, project, written.unit) if written.unit else None,
        line=line,
        duty=written.duty or None,
        state=state,
        overdue=written.overdue,
        due_before=written.due_before,
    )


def units_below(connection: Connection, project: Project, named: str) -> list[str]:
    """The codes of the unit somebody names, of today or of the ledger, and of every unit below it. Raises NoSuchUnit."""
    units = known_units(connection)
    try:
        found = [UnitNames(project).find(named)]
    except NoSuchUnit:
        found = [unit.code for unit in units if named in (unit.code, unit.name)]
        found = found or [unit.code for unit in units if named in unit.name]
        if not found:
            raise
    return sorted(with_all_below(units, found))


def _known_duties(connection: Connection) -> list[str]:
    return list(connection.execute(select(col(DutyVersion.duty_id)).distinct()).scalars())
