"""The service from its start to its end: what comes up in which order, what happens when a part dies, a clean stop."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console

from duban.base.clock import SystemClock
from duban.base.language import current, say
from duban.channels.log_lines import logged
from duban.ledger.database import ledger_url
from duban.runtime.environment import apply_environment, prefect_environment, runtime_folder
from duban.runtime.lines import ServiceLines
from duban.runtime.prefect_api import answers
from duban.runtime.presence import AlreadyRunning, Presence
from duban.runtime.private import CLOSED, closed_folder
from duban.service.prefect_database import prefect_database
from duban.service.server import PrefectServer, WebChild, port_is_free
from duban.service.surroundings import close_files, say_proxies
from duban.service.turning import Turning

if TYPE_CHECKING:
    from duban.web.settings import WebSettings

PREFECT_PORT = 4200
REFUSED = 1
UNAVAILABLE = 3
LOOK_EVERY = 0.25
SECONDS_TO_STOP = 5.0
SLOW_START = 60.0


def up(
    root: Path,
    *,
    zone: ZoneInfo | None,
    prefect_port: int = PREFECT_PORT,
    web: WebSettings | None = None,
    console: Console | None = None,
    stop_after: float | None = None,
    when_ready: Callable[[], None] = lambda: None,
) -> int:
    """Serve the project at `root` until Ctrl-C or SIGTERM; the exit code.

    0 stopped as asked; 1 the project is already served on this machine; 3 a port is in use. `zone` is the project's, in
    which each line has its time; None: the machine's own, as long as the project's file cannot be read. `web` says where the HTTP
    API listens (default: 127.0.0.1:4280). `stop_after` ends the
    service so many seconds after it was ready and every deployment registered (for tests and demonstrations). Must be
    called in the main thread.
    """
    from duban.web.serving import AddressTaken, take_address
    from duban.web.settings import WebSettings

    root = root.absolute()
    web = web or WebSettings()
    os.umask(CLOSED)
    lines = ServiceLines(console or Console(), lambda: SystemClock().now().astimezone(zone))
    try:
        with Presence(root) as presence, logged("duban", runtime_folder(root) / "logs" / "engine.log"):
            closed_folder(runtime_folder(root) / "logs")
            close_files(root, lines)
            say_proxies(lines)
            if not port_is_free(prefect_port):
                lines.tell(
                    say(
                        zh=f"端口 {prefect_port} 已被占用，Prefect 起不来。请换一个：duban up --prefect-port {prefect_port + 1}",
                        en=f"port {prefect_port} is in use; choose another: duban up --prefect-port {prefect_port + 1}",
                    ),
                    "bad",
                )
                return UNAVAILABLE
            try:
                listening = take_address(web)
            except AddressTaken as why:
                lines.tell(str(why), "bad")
                return UNAVAILABLE
            # Threads do not see a language chosen in the main thread; the environment they all share.
            os.environ.setdefault("DUBAN_LANG", current())
            database = prefect_database(ledger_url(root), os.environ.get("DUBAN_PREFECT_DATABASE_URL"))
            if database.hindered:
                lines.tell(database.hindered, "bad")
            apply_environment({**prefect_environment(root, prefect_port), **database.settings})
            prefect, pages = (
                PrefectServer(root, prefect_port, database.settings),
                WebChild(root, listening),
            )
            service = _Service(root, prefect, pages, lines, when_ready)
            presence.announce(prefect.api, pages.address)
            return service.run(stop_after)
    except AlreadyRunning as other:
        lines.tell(
            say(
                zh=f"这个项目已经有一个 duban up 在运行（进程 {other.pid}），不再启动第二个",
                en=f"duban up is already running for this project (process {other.pid}); a second one is not started",
            ),
            "bad",
        )
        return REFUSED


class _Service:
    def __init__(
        self,
        root: Path,
        server: PrefectServer,
        web: WebChild,
        lines: ServiceLines,
        when_ready: Callable[[], None],
    ) -> None:
        from duban.deployment.side import PrefectSide

        self._began = time.monotonic()
        self._lines = lines
        self._when_ready = when_ready
        self._asked_to_stop = threading.Event()
        self._registered = threading.Event()
        self.server = server
        self._web = web
        self._page = server.api.removesuffix("/api")
        self._turning = Turning(root, lines, self._seconds_since, self._look_again)
        self._side = PrefectSide(
            root, self._turning.workspace, lines.registering, self._say_registered, self._say_trouble
        )
        self._side_started = False
        self._ready = False

    def run(self, stop_after: float | None) -> int:
        former = {name: signal.signal(name, self._on_signal) for name in (signal.SIGINT, signal.SIGTERM)}
        try:
            self._lines.tell(
                say(zh="启动中：引擎先转一次，同时启动 Prefect", en="starting the engine and Prefect"), "busy"
            )
            self.server.start()
            self._turning.start()
            self._web.start()
            stop_at: float | None = None
            while not self._asked_to_stop.wait(LOOK_EVERY):
                self._look_after_children()
                self._look_whether_ready()
                if stop_after is not None and stop_at is None and self._ready and self._registered.is_set():
                    stop_at = time.monotonic() + stop_after
                if stop_at is not None and time.monotonic() >= stop_at:
                    break
        finally:
            self._stop()
            for name, handler in former.items():
                signal.signal(name, handler)
        return 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop.set()

    def _look_again(self) -> None:
        self._side.look_again()

    def _seconds_since(self, flow: str) -> float | None:
        return self._side.seconds_since(flow)

    def _look_after_children(self) -> None:
        pause = self.server.look_after()
        if pause is not None:
            self._lines.tell(
                say(
                    zh=f"Prefect 服务意外停止，{pause:.0f} 秒后重新启动（原因见 .duban/logs/prefect-server.log）；催办不受影响",
                    en=f"Prefect's server died; started again in {pause:.0f} s (see .duban/logs/prefect-server.log); "
                    "reminders go on",
                ),
                "bad",
            )
        pause = self._web.look_after()
        if pause is not None:
            self._lines.tell(
                say(
                    zh=f"接口意外停止，{pause:.0f} 秒后重新启动（原因见 .duban/logs/web.log）；催办不受影响",
                    en=f"the API died; started again in {pause:.0f} s (see .duban/logs/web.log); reminders go on",
                ),
                "bad",
            )

    def _look_whether_ready(self) -> None:
        if self._ready and self._side_started:
            return
        waited = time.monotonic() - self._began
        if not self._side_started:
            if not answers(self.server.api, 0.5):
                if waited > SLOW_START:
                    self._lines.trouble(
                        "slow",
                        say(
                            zh="Prefect 一分钟还没有应答，继续等；催办由服务自己进行",
                            en="Prefect has not answered for a minute; still waiting, and reminding without it",
                        ),
                    )
                return
            self._side_started = True
            self._side.start()
        if self._turning.turned.is_set() and not self._ready:
            self._ready = True
            self._lines.tell(
                say(
                    zh=f"就绪，用时 {waited:.1f} 秒。Prefect 页面 {self._page}（口令用 duban prefect open 看）；接口 {self._web.address}/api/docs ；"
                    "看消息用 duban inbox；按 Ctrl-C 停止",
                    en=f"ready in {waited:.1f} s. Prefect: {self._page} (login: duban prefect open); API: {self._web.address}/api/docs ; "
                    "messages: duban inbox; Ctrl-C stops",
                ),
                "good",
            )
            self._when_ready()

    def _say_registered(self, result: object) -> None:
        from duban.deployment.register import RegistrationCount

        self._lines.registered()
        self._lines.over("prefect", say(zh="Prefect 恢复正常", en="Prefect works again"))
        if isinstance(result, RegistrationCount) and (result.altered or result.pool_started):
            self._lines.tell(
                say(
                    zh=f"Prefect 上有人暂停或改动过，已恢复：{'、'.join(result.altered) or '工作池 duban'}",
                    en=f"paused or altered in Prefect by hand, now mended: {', '.join(result.altered) or 'work pool duban'}",
                ),
                "bad",
            )
        if isinstance(result, RegistrationCount) and (
            result.pushed or result.removed or not self._registered.is_set()
        ):
            self._lines.tell(
                say(
                    zh=f"已向 Prefect 登记：更新 {result.pushed} 项，撤下 {result.removed} 项，未变 {result.unchanged} 项",
                    en=f"registered with Prefect: {result.pushed} pushed, {result.removed} removed, "
                    f"{result.unchanged} unchanged",
                ),
                "good",
            )
        self._registered.set()

    def _say_trouble(self, error: Exception) -> None:
        if not self.server.lives() or self._asked_to_stop.is_set():
            return
        self._lines.registered()
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        self._lines.trouble(
            "prefect",
            say(
                zh=f"Prefect 一侧有问题，稍后再试；催办不受影响：{first}",
                en=f"trouble on Prefect's side, tried again soon; reminders go on: {first}",
            ),
        )

    def _stop(self) -> None:
        self._lines.registered()
        self._lines.tell(say(zh="正在停止……", en="stopping…"), "busy")
        self._web.stop()
        self._web.close()
        clean = not self._side_started or self._side.stop(SECONDS_TO_STOP)
        clean = self._turning.stop(SECONDS_TO_STOP) and clean
        self.server.stop()
        from duban.workspace.standing import close_workspaces

        if clean:
            close_workspaces()
        self._lines.tell(say(zh="已停止，没有丢失任何事项", en="stopped; nothing is lost"), "good")
