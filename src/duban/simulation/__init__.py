"""Simulation: the work plan lived through a span of days under a virtual clock, with nothing written.

The functions that open, remind and address in earnest are used here too, once for what many units share; what is shown
is what would happen.
"""

from duban.simulation.given import GivenFact, Premises, SubjectGroup, from_ledger, registered_subjects
from duban.simulation.given_file import read_given
from duban.simulation.living import simulate
from duban.simulation.load import weeks_of
from duban.simulation.never import never_fires
from duban.simulation.notices import Conduct
from duban.simulation.owed import SimulatedSpan, owed_as_far_as_known
from duban.simulation.results import Limits, Simulation

__all__ = [
    "Conduct",
    "GivenFact",
    "Limits",
    "Premises",
    "SimulatedSpan",
    "Simulation",
    "SubjectGroup",
    "from_ledger",
    "never_fires",
    "owed_as_far_as_known",
    "read_given",
    "registered_subjects",
    "simulate",
    "weeks_of",
]
