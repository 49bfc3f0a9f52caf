"""The units the ledger knows, those that have left the tree included: by name, and with all below them."""

from typing import NamedTuple

from sqlalchemy import Connection, select

from duban.bureau.unit_tree import with_all_below
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import UnitRecord


class PlaceInTree(NamedTuple):
    """A unit and what it stands under."""

    code: str  #: the unit's code
    name: str  #: what it is called
    parent: str | None  #: The code of the unit above it; None at the top.


def known_units(connection: Connection) -> list[PlaceInTree]:
    """Every unit that ever was in the project's tree, also those that have left it: what is owed by them stays theirs."""
    return rows_of(connection, select(*columns_of(UnitRecord, PlaceInTree)), PlaceInTree)


def units_within(connection: Connection, code: str) -> frozenset[str]:
    """The codes of the unit with this code and of every unit below it."""
    return with_all_below(known_units(connection), [code])
