"""Simulation: the work plan lived through a span of days under a virtual clock, with nothing written.

The functions that open, remind and address in earnest are used here too, once for what many units share; what is shown
is what would happen.
"""

from duban.simulation.given import GivenFact, Premises, SubjectGroup, from_ledger
from duban.simulation.given_file import read_given
from duban.simulation.living import simulate
from duban.simulation.never import never_fires
from duban.simulation.notices import Acting
from duban.simulation.results import Limits, Simulation

__all__ = [
    "Acting",
    "GivenFact",
    "Limits",
    "Premises",
    "Simulation",
    "SubjectGroup",
    "from_ledger",
    "never_fires",
    "read_given",
    "simulate",
]
