"""A loop says that it is alive: in the ledger, and to whoever watches it from outside.

| address in `DUBAN_HEARTBEAT` or `DUBAN_HEARTBEAT_PATROL` … | what it gets |
|---|---|
| `http(s)://…` | a GET each time the loop has gone round: a dead man's switch (healthchecks and the like) rings when none comes |
| any other Apprise address (`mailto://…`, `json://…`) | a message each hour at most |

`{loop}` in the address stands for the loop: opening, patrol, deliver, audit. What cannot be reached holds nothing up.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

import requests

from duban.base.clock import local
from duban.base.language import say
from duban.channels.channel import Channel, Destination
from duban.channels.kept import ask_once
from duban.channels.redaction import redact
from duban.channels.secret_places import NotConfigured, fetch
from duban.channels.timed_answers import within
from duban.deliveries.apprise_adapter import Sender
from duban.ledger.database import reading
from duban.ledger.heartbeats import EngineLoop, beat, loop_beats

if TYPE_CHECKING:
    from pathlib import Path

    from duban.workspace.workspace import Workspace

SETTING: Final = "DUBAN_HEARTBEAT"
OWN_SETTINGS: Final = {
    "opening": "DUBAN_HEARTBEAT_OPENING",
    "patrol": "DUBAN_HEARTBEAT_PATROL",
    "deliver": "DUBAN_HEARTBEAT_DELIVER",
    "audit": "DUBAN_HEARTBEAT_AUDIT",
}
SECONDS: Final = 5.0
MINUTE: Final = 60.0
"""Seconds that a message to an Apprise address may take; whoever does not answer then holds up no round."""
HOUR: Final = 3600
_LOG = logging.getLogger("duban.deliveries")


def went_round(ws: Workspace, loop: EngineLoop, now: datetime) -> None:
    """A loop has gone round at `now` (aware UTC) and ended well. An address that cannot be reached holds nothing up.

    Raises LedgerUnavailable: a round that can write nothing, not even this, is not well, however little it had to do.
    """
    with reading(ws.ledger) as connection:
        [before] = [each.at for each in loop_beats(connection, now) if each.loop == loop]
    beat(ws.ledger, loop.kept_as, now)
    watched(ws, loop, now, before)


def watched(ws: Workspace, loop: EngineLoop, now: datetime, before: datetime | None) -> None:
    """Tell whoever watches the loop from outside; `before` is when it went round the last time."""
    address = heartbeat_address(ws.root, loop)
    if address is None:
        return
    if address.lower().startswith(("http://", "https://")):
        try:
            ask_once("GET", address, SECONDS)
        except requests.RequestException as why:
            _LOG.warning("heartbeat of %s: %s", loop.name, redact(str(why)))
    elif before is None or _hour(before) != _hour(now):
        at = local(now, ws.definitions.project.zone)
        title = say(zh=f"督办：{loop.word}正常", en=f"duban: {loop.word} is alive")
        try:
            said = within(MINUTE, partial(_message, address, title, at))
        except TimeoutError as why:
            said = str(why)
        if said is not None:
            _LOG.warning("heartbeat of %s: %s", loop.name, said)


def _message(address: str, title: str, at: str) -> str | None:
    """Send the message; what is said against it, None where it was taken."""
    with Sender() as sender:
        [answer, *_] = sender.send(Channel(SETTING, "apprise"), Destination(address), title, at)
    return None if answer.accepted else answer.said


def _hour(moment: datetime) -> int:
    """Which hour it is, counted from the beginning of time."""
    return int(moment.timestamp()) // HOUR


def heartbeat_address(root: Path, loop: EngineLoop) -> str | None:
    """Where a loop's heartbeat goes: the loop's own setting, else the one for all; environment before secrets file."""
    for name in (OWN_SETTINGS[loop.name], SETTING):
        if os.environ.get(name, "").strip():
            return fetch(f"env:{name}", root).replace("{loop}", loop.name)
        with suppress(NotConfigured):
            return fetch(f"secret:{name}", root).replace("{loop}", loop.name)
    return None
