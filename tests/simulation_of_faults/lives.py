"""One life after another, with a bug put back where somebody wants to see it found."""

import shutil
from contextlib import nullcontext

from tests.simulation_of_faults.bugs import BUGS
from tests.simulation_of_faults.world import Life


def live(seed, ledger, *, steps=160, bug=None):
    """Live through one run; raises Violation where a promise was not kept. The ledger must be new and migrated."""
    with BUGS[bug]() if bug else nullcontext():
        life = Life(seed, ledger, steps=steps)
        try:
            life.live()
        finally:
            shutil.rmtree(life.root)
    return life
