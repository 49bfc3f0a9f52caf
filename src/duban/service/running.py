"""What can be started: the whole service on one machine, or its parts on several; each is made of the same parts."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from duban.base.clock import SystemClock
from duban.base.language import say
from duban.channels.log_lines import logged, printed_is_logged
from duban.deliveries.delivering import LEAVING
from duban.ledger.database import ledger_url
from duban.runtime.environment import apply_environment, prefect_environment, runtime_folder
from duban.runtime.lines import ServiceLines
from duban.runtime.presence import PARTS, REGISTRAR, SERVICE, AlreadyRunning, Presence
from duban.runtime.private import CLOSED, closed_folder
from duban.service.foreground import Foreground, ServicePart
from duban.service.prefect_database import ailment, prefect_database
from duban.service.prefect_side import PrefectDealings
from duban.service.server import PrefectServer, WebChild, attended_pages, attended_prefect, port_is_free
from duban.service.shared_prefect import shared_prefect
from duban.service.surroundings import close_files, say_logs, say_proxies
from duban.service.turning import EngineThread
from duban.service.watching import ContentWatch
from duban.web.settings import WebSettings

PREFECT_PORT = 4200
REFUSED = 1
UNAVAILABLE = 3


class _Leaving(ServicePart):
    """Stopped first: no round that still sends puts another message on the line."""

    def stop(self) -> bool:
        """Let the rounds know."""
        LEAVING.set()
        return True


class _Refused(Exception):
    """It cannot be started; the text says why."""

    def __init__(self, code: int, why: str) -> None:
        self.code = code
        super().__init__(why)


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

    0 stopped as asked; 1 the project is already served on this machine, or a newer program has taken its ledger over; 3 a
    port is in use. `zone` is the project's, in
    which each line has its time; None: the machine's own, as long as the project's file cannot be read. `web` says where
    the HTTP API listens (default: 127.0.0.1:4280). `stop_after` ends the service so many seconds after it was ready and
    every deployment registered (for tests and demonstrations). Must be called in the main thread.
    """
    from duban.web.settings import WebSettings

    with _beginning(root, console or Console(), zone, "duban up") as begun, begun.presence(PARTS) as presence:
        root, lines = begun.root, begun.lines
        if not port_is_free(prefect_port):
            raise _Refused(
                UNAVAILABLE,
                say(
                    zh=f"端口 {prefect_port} 已被占用，Prefect 起不来。请换一个：duban up --prefect-port {prefect_port + 1}",
                    en=f"port {prefect_port} is in use; choose another: duban up --prefect-port {prefect_port + 1}",
                ),
            )
        pages = _pages(root, web or WebSettings())
        database = prefect_database(ledger_url(root), os.environ.get("DUBAN_PREFECT_DATABASE_URL"))
        if database.hindered:
            lines.tell(database.hindered, "bad")
        server = PrefectServer(root, prefect_port, database.settings)
        apply_environment({**prefect_environment(root, server.api), **database.settings})
        dealings = PrefectDealings(root, server.api, lines, registers=True, works=True, lives=server.lives)
        turning = EngineThread(
            root, lines, dealings.side.seconds_since, dealings.side.look_again, lambda: ailment(root)
        )

        def ready(seconds: float) -> None:
            lines.tell(
                zh=f"就绪，用时 {seconds:.1f} 秒。Prefect 页面 {server.api.removesuffix('/api')}（口令用 duban prefect open 看）；"
                f"接口 {pages.address}/api/docs ；看消息用 duban inbox；按 Ctrl-C 停止",
                en=f"ready in {seconds:.1f} s. Prefect: {server.api.removesuffix('/api')} (login: duban prefect open); "
                f"API: {pages.address}/api/docs ; messages: duban inbox; Ctrl-C stops",
                mark="good",
            )
            when_ready()

        presence.announce(server.api, pages.address)
        lines.tell(
            zh="启动中：引擎先转一次，同时启动 Prefect", en="starting the engine and Prefect", mark="busy"
        )
        parts = [
            attended_prefect(server, lines, dealings.side.look_again),
            turning,
            dealings,
            attended_pages(pages, lines),
        ]
        begun.run(parts, ready, stop_after)
    return begun.code


def register(root: Path, *, zone: ZoneInfo | None, console: Console, stop_after: float | None = None) -> int:
    """Keep what should stand in the Prefect server that several machines share; the exit code, as of `up`.

    `zone`, `console` and `stop_after` as in `up`. One is enough for all machines. A second does no harm: both bring the same to the same.
    """
    with _beginning(root, console, zone, "duban register") as begun, begun.presence((REGISTRAR,)) as presence:
        api = begun.shared()
        dealings = PrefectDealings(
            begun.root, api, begun.lines, registers=True, works=False, lives=lambda: True
        )
        watch = ContentWatch(begun.root, begun.lines, dealings.side.look_again)
        presence.announce(api)
        ready = begun.say_ready(
            zh=f"开始向 {api} 登记；按 Ctrl-C 停止", en=f"registering with {api}; Ctrl-C stops"
        )
        begun.run([dealings, watch], ready, stop_after)
    return begun.code


def work(
    root: Path,
    *,
    zone: ZoneInfo | None,
    console: Console,
    alone: bool,
    stop_after: float | None = None,
) -> int:
    """Run what the shared Prefect server gives, and turn the engine when it gives nothing for minutes; the exit code.

    `alone`: without any Prefect, the engine turns every minute. Any number of machines may do either. `zone`, `console` and
    `stop_after` as in `up`.
    """
    with _beginning(root, console, zone, "duban work") as begun, begun.presence((SERVICE,)) as presence:
        if alone:
            engine = EngineThread(begun.root, begun.lines, None, lambda: None)
            presence.announce("")
            ready = begun.say_ready(
                zh="引擎每分钟转一次；按 Ctrl-C 停止", en="the engine turns every minute; Ctrl-C stops"
            )
            begun.run([engine], ready, stop_after)
            return begun.code
        api = begun.shared()
        dealings = PrefectDealings(
            begun.root, api, begun.lines, registers=False, works=True, lives=lambda: True
        )
        turning = EngineThread(begun.root, begun.lines, dealings.side.seconds_since, lambda: None)
        presence.announce(api)
        ready = begun.say_ready(
            zh=f"从 {api} 的工作池 duban 领活；按 Ctrl-C 停止",
            en=f"taking runs from the pool duban of {api}; Ctrl-C stops",
        )
        begun.run([turning, dealings], ready, stop_after)
    return begun.code


def serve(
    root: Path,
    settings: WebSettings,
    *,
    zone: ZoneInfo | None,
    console: Console,
    stop_after: float | None = None,
) -> int:
    """Serve the pages and the API alone; the engine runs elsewhere. The exit code, as of `up`.

    `settings` say where they listen; `zone`, `console` and `stop_after` as in `up`.
    """
    with _beginning(root, console, zone, "duban serve") as begun:
        pages = _pages(begun.root, settings)
        ready = begun.say_ready(
            zh=f"接口 {pages.address}/api/docs ；按 Ctrl-C 停止",
            en=f"API {pages.address}/api/docs ; Ctrl-C stops",
        )
        begun.run([attended_pages(pages, begun.lines)], ready, stop_after)
    return begun.code


class _Begun:
    """What every service has before its parts."""

    def __init__(self, root: Path, lines: ServiceLines, command: str) -> None:
        self.root = root.absolute()
        self.lines = lines
        self.command = command
        self.code = 0

    def presence(self, parts: Sequence[str]) -> Presence:
        """The right to be these parts on this machine."""
        return Presence(self.root, self.command, parts)

    def shared(self) -> str:
        """Where the Prefect server that several machines share answers; its settings are put into the environment."""
        try:
            settings = shared_prefect(self.root)
        except ValueError as why:
            raise _Refused(UNAVAILABLE, str(why)) from None
        apply_environment(settings)
        return settings["PREFECT_API_URL"]

    def run(
        self, parts: Sequence[ServicePart], ready: Callable[[float], None], stop_after: float | None
    ) -> None:
        """Run the parts to their end."""
        service = Foreground(self.lines, [*parts, _Leaving()], ready)
        went_well = service.run(stop_after)
        if service.clean:
            LEAVING.clear()
        if not went_well:
            self.code = REFUSED

    def say_ready(self, *, zh: str, en: str) -> Callable[[float], None]:
        """What says that all is ready."""
        return lambda _seconds: self.lines.tell(zh=zh, en=en, mark="good")


@contextmanager
def _beginning(root: Path, console: Console, zone: ZoneInfo | None, command: str) -> Iterator[_Begun]:
    """The surroundings of a service set right; what hinders its start said in one line, with the exit code for it."""
    console.file = console.file  # the terminal as it is now, whatever becomes of what is printed
    lines = ServiceLines(console, lambda: SystemClock().now().astimezone(zone))
    begun = _Begun(root, lines, command)
    os.umask(CLOSED)
    logs = closed_folder(runtime_folder(begun.root) / "logs")
    log = "registrar.log" if command == "duban register" else "engine.log"
    try:
        with logged("duban", logs / log), printed_is_logged("duban.printed"):
            close_files(begun.root, lines)
            say_logs(logs, lines)
            say_proxies(lines)
            yield begun
    except _Refused as why:
        lines.tell(str(why), "bad")
        begun.code = why.code
    except AlreadyRunning as other:
        lines.tell(
            zh=f"这个项目已经有一个 {other.command} 在运行（进程 {other.pid}），不再启动第二个",
            en=f"{other.command} is already running for this project (process {other.pid}); a second one is not started",
            mark="bad",
        )
        begun.code = REFUSED


def _pages(root: Path, settings: WebSettings) -> WebChild:
    """The server of pages and API, its address taken."""
    from duban.web.serving import AddressTaken, take_address

    try:
        return WebChild(root, take_address(settings))
    except AddressTaken as why:
        raise _Refused(UNAVAILABLE, str(why)) from None
