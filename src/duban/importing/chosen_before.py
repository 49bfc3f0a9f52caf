"""A table whose heading nobody knows, read by the columns that its owner chose for an earlier one of the same headings.

So the refused rows that come back mended, and next month's table, are read without choosing anew.
"""

from typing import Final

from duban.importing.containers import UnusableFile
from duban.importing.forms import all_mappings
from duban.importing.handed_in import batch_of, choose, handed_in_by, path_of
from duban.importing.mending import heading_of
from duban.ledger.principals import Principal
from duban.ledger.tables import HandedInTable
from duban.workspace.workspace import Workspace

_LATEST: Final = 20
"""How many of the tables they handed in are looked at."""


def read_as_before(ws: Workspace, by: Principal, of: HandedInTable) -> None:
    """Let the table `of`, that `by` has just handed in, be read as the newest of theirs whose chosen headings all stand in it.

    One that is recognised by itself stays as it is. Raises ProblemsFound for a mistake in the mappings, UnusableFile for what
    is no table.
    """
    try:
        with batch_of(ws, of):
            return
    except UnusableFile:
        mappings = all_mappings(ws)
    for earlier in handed_in_by(ws, by, _LATEST):
        mapping = mappings.get(earlier.mapping or "")
        if mapping is None or not earlier.chosen:
            continue
        found = heading_of(path_of(ws, of), mapping)
        if found is not None and set(earlier.chosen.values()) <= set(found.texts):
            choose(ws, of, mapping.name, earlier.chosen, of.default_unit)
            return
