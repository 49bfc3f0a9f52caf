"""Sends over one webhook as a process of its own, and may be killed on the way.

Arguments: the ledger's address, the project's folder, the webhook, the moment, where to die, and the limit of a minute.
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from duban.channels.channel import Channel
from duban.deliveries import outbox, preparing
from duban.deliveries.delivering import deliver
from duban.ledger.database import open_ledger
from duban.workdays import load_calendar
from tests.deliveries.cast import Desk, bureau, channels_of


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


def main():
    ledger, folder, hook, moment, where, rate = sys.argv[1:]
    match where:
        case "between lease and line":
            preparing.read_again = die
        case "between line and send":
            outbox.Outbox.send = die
        case "between send and settle":
            outbox.judge = die
    calendar = load_calendar(Path(__file__).parents[2] / "calendar")
    desk = Desk(Path(folder), open_ledger(ledger), bureau(), calendar, new=False)
    channel = Channel("hook", "apprise", hook, timeout=20, rate=int(rate))
    deliver(desk, datetime.fromisoformat(moment), channels=channels_of(channel))


main()
