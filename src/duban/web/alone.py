"""`duban serve`: the HTTP API alone, in the foreground; the engine runs elsewhere, or not at all."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from rich.console import Console

from duban.base.clock import SystemClock, system_clock
from duban.base.language import current, say
from duban.runtime.lines import ServiceLines
from duban.web.app import create_app
from duban.web.serving import AddressTaken, WebServer, log_file, take_address
from duban.web.settings import WebSettings
from duban.workspace.standing import close_workspaces, standing_workspace

SECONDS_TO_STOP = 5.0
LOOK_EVERY = 0.25
UNAVAILABLE = 3


def serve(
    root: Path,
    settings: WebSettings,
    *,
    zone: ZoneInfo | None,
    console: Console,
    stop_after: float | None = None,
    when_ready: Callable[[str], None] = lambda _address: None,
) -> int:
    """Serve the API of the project at `root` until Ctrl-C or SIGTERM; the exit code.

    0 stopped as asked; 3 the address is taken, or the server died. `zone` is the
    project's, in which each line has its time; None: the machine's own, as long as the project's file cannot be read.
    `when_ready` is told the address. Must be called in
    the main thread.
    """
    lines = ServiceLines(console, lambda: SystemClock().now().astimezone(zone))
    os.environ.setdefault("DUBAN_LANG", current())
    try:
        listening = take_address(settings)
    except AddressTaken as why:
        lines.tell(str(why), "bad")
        return UNAVAILABLE
    asked_to_stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        asked_to_stop.set()

    former = {name: signal.signal(name, ask) for name in (signal.SIGINT, signal.SIGTERM)}
    app = create_app(partial(standing_workspace, root), system_clock(), settings)
    server = WebServer(app, listening, log_file(root))
    try:
        server.start()
        lines.tell(
            say(
                zh=f"接口 {server.address}/api/docs ；按 Ctrl-C 停止",
                en=f"API {server.address}/api/docs ; Ctrl-C stops",
            ),
            "good",
        )
        when_ready(server.address)
        waited = 0.0
        while server.lives() and not asked_to_stop.wait(LOOK_EVERY):
            waited += LOOK_EVERY
            if stop_after is not None and waited >= stop_after:
                break
        died = not server.lives()
    finally:
        server.stop(SECONDS_TO_STOP)
        close_workspaces()
        for name, handler in former.items():
            signal.signal(name, handler)
    if died:
        lines.tell(say(zh="接口意外停止", en="the API stopped unexpectedly"), "bad")
        return UNAVAILABLE
    lines.tell(say(zh="已停止", en="stopped"), "good")
    return 0
