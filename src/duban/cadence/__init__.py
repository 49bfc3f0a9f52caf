"""From a rhythm to days: when each kind of duty falls due. Pure functions; nothing here knows the ledger or the clock."""

from duban.cadence.occurrence import Occurrence
from duban.cadence.schedules import opening_days

__all__ = ["Occurrence", "opening_days"]
