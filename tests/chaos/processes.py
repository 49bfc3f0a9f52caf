"""What a process of a chaos run does: turn the engine, tell a fact, act, serve the project. Any of them may be killed.

Each is a real process. What it is about to read again and what it puts on the line goes into the notebook, as the checker
of the seeded lives wants to know it; everything else is the engine as it is.
"""

import logging
import os
import sys
import time
import traceback
from pathlib import Path
from random import Random

from duban.base import clock
from duban.deliveries import outbox, preparing
from duban.facts import record_facts
from duban.ledger.unavailable import LedgerUnavailable
from duban.obligations.acting import MoveRefused
from duban.service.cycle import tick as turn
from duban.workspace.ahead import MomentAhead
from duban.workspace.workspace import open_workspace
from tests.chaos.databases import enter
from tests.chaos.place import WARM, Place
from tests.chaos.points import Trap
from tests.principals import OPERATOR
from tests.simulation_of_faults.bugs import BUGS
from tests.simulation_of_faults.deeds import an_act

BREATH = 0.05
logging.getLogger("duban").addHandler(logging.NullHandler())  # the notebook has it
if WARM in os.environ:  # what every process reads is read before they are forked
    open_workspace(
        Path(os.environ[WARM]), clock.SystemClock(), os.environ["DUBAN_DATABASE_URL"]
    ).ledger.dispose()


def engine(place, trap, network=None):
    """Turn the engine again and again, as the service does when Prefect does not."""
    _begin(place, network)
    while True:
        try:
            ws = _opened(place, trap)
            break
        except LedgerUnavailable as why:
            place.note("unavailable", why=str(why))
            time.sleep(BREATH)
    while True:
        _try(place, lambda: turn(ws, ws.clock.now()))
        time.sleep(BREATH)


def one_turn(place):
    """Turn the engine once, with nothing in its way."""
    _begin(place, None)
    ws = _opened(place, None)
    turn(ws, ws.clock.now())
    place.note("turned")


def clerk(place, trap, fact):
    """Tell one fact until somebody says that it is kept."""
    _begin(place, None)
    while True:
        try:
            ws = _opened(place, trap)
            taken = record_facts(ws, [fact], ws.clock.now(), OPERATOR)
        except LedgerUnavailable as why:
            place.note("unavailable", why=str(why))
            time.sleep(BREATH)
            continue
        place.note("refused" if taken.refused else "took", ref=fact.ref)
        return


def officer(place, trap, seed):
    """Do something about what is owed."""
    _begin(place, None)
    _try(place, lambda: _acts(_opened(place, trap), seed))


def _acts(ws, seed):
    an_act(Random(seed), ws, ws.clock.now())


def serve(role, root, url, port, point="", count="1"):
    """`duban up` or `duban work` itself, with the shared clock and the notebook."""
    place = Place(Path(root), url)
    clock.system_clock = lambda: place.clock
    _watch(place)
    if point:
        Trap(point, int(count)).set_up(None)
    from rich.console import Console

    from duban.base.clock import SHANGHAI
    from duban.deployment.inhouse import InHouseWorker
    from duban.service.running import up, work
    from duban.web.settings import WebSettings

    runs = InHouseWorker.run

    async def run(worker, *given, **named):
        result = await runs(worker, *given, **named)
        place.note("run by Prefect")
        return result

    InHouseWorker.run = run
    if role == "duban work":
        return work(place.root, zone=SHANGHAI, console=Console(), alone=False)
    return up(place.root, zone=SHANGHAI, prefect_port=int(port), web=WebSettings(port=0))


def _begin(place, network):
    if network is not None:
        enter(network)
    _watch(place)
    if place.bug:
        BUGS[place.bug]().__enter__()


def _opened(place, trap):
    ws = open_workspace(place.root, place.clock, place.url)
    if trap is not None:
        trap.set_up(ws.ledger)
    return ws


def _try(place, deed):
    """Do it; what the engine refuses or cannot reach is noted, and anything else breaks the run."""
    try:
        deed()
    except LedgerUnavailable as why:
        place.note("unavailable", why=str(why))
    except (MoveRefused, MomentAhead):
        pass
    except Exception:
        place.note("broken", why=traceback.format_exc())
        os._exit(1)


def _watch(place):
    read_again, put_on_line = preparing.read_again, outbox.put_on_line

    def reads(connection, parcel, holder, versions):
        place.note("read", number=parcel.message_id)
        return read_again(connection, parcel, holder, versions)

    def marks(connection, holder, parcel, ids):
        marked = put_on_line(connection, holder, parcel, ids)
        if marked:
            place.note("line", number=parcel.message_id, ids=list(ids), recipient=parcel.recipient)
        return marked

    preparing.read_again, outbox.put_on_line = reads, marks


if __name__ == "__main__":
    sys.exit(serve(*sys.argv[1:]))
