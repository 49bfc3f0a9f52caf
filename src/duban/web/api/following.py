"""What follows from a change once it is answered: obligations open, close and pass on, in the background."""

import logging
from collections.abc import Sequence

from fastapi import Request

from duban.ledger.unavailable import LedgerUnavailable
from duban.obligations.opening import open_owed
from duban.runtime.wakeup import GatheredWakeups
from duban.web.gate import Caller

_LOG = logging.getLogger("duban.web")


def follow(request: Request, caller: Caller, kinds: Sequence[str] = ()) -> None:
    """Wake the duties that wait for facts of these kinds; without any, or where no service runs that could, open here.

    Should the ledger be out of reach, nothing is lost: the next sweep opens what follows.
    """
    wakeups: GatheredWakeups = request.app.state.wakeups
    try:
        if not kinds or not wakeups.emit(caller.ws.root, kinds, caller.now):
            open_owed(caller.ws, caller.now)
    except LedgerUnavailable as why:
        _LOG.warning("%s", why)
