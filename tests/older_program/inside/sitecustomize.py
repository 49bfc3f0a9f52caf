"""Read by every Python of the trial when it starts, whichever duban it runs: the machine's clock stands where the trial put it,
the engine turns each second and says when it has.
"""

import os
import sys
from pathlib import Path

import pendulum

from duban.base import clock

_hand = Path(os.environ["TRIAL_CLOCK"])
clock.SystemClock.now = lambda _: pendulum.parse(_hand.read_text())

if "work" in sys.orig_argv:
    from duban.service import cycle, turning

    _turn = cycle.tick

    def _tick(ws, now):
        turned = _turn(ws, now)
        with Path(os.environ["TRIAL_TURNS"]).open("a") as told:
            told.write(f"{now.isoformat()}\n")
        return turned

    cycle.tick, turning.TURN_EVERY = _tick, 1.0
