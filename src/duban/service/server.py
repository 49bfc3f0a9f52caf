"""The two servers of a service, each a child: Prefect's own, and that of the pages and the API."""

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from duban.base.language import say
from duban.channels.loading import CHANNELS_FILE
from duban.channels.secret_places import variables_named
from duban.runtime.environment import (
    LOCAL,
    api_url,
    prefect_environment,
    prefect_file,
    prefect_file_url,
    prefect_log,
)
from duban.runtime.lines import ServiceLines
from duban.service.child import Child
from duban.service.foreground import ServicePart
from duban.service.prefect_database import SETTING, is_broken, put_aside, without_room
from duban.web.serving import address_of

_FOR_PREFECT = (
    "DUBAN_CLOCK",
    "DUBAN_LANG",
    "DUBAN_OPERATOR_WEBHOOK",
    "DUBAN_PREFECT_ORIGINS",
    "DUBAN_PROJECT",
)
"""Of duban's settings what its server of Prefect reads; the others hold secrets that are none of its business. The operator's
robot it calls itself: it must know what to strike from its log."""


def port_is_free(port: int) -> bool:
    """Whether a server could listen on `port` of this machine now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCAL, port))
        except OSError:
            return False
    return True


class PrefectServer(Child):
    """The child process that serves Prefect's API and page for one project.

    `database` are settings that say where it keeps its state; without them in the project's own file.
    """

    def __init__(self, root: Path, port: int, database: Mapping[str, str] | None = None) -> None:
        settings = {
            **dict.fromkeys(_none_of_its_business(root), ""),
            **prefect_environment(root, api_url(port)),
            **(database or {}),
            "PREFECT__SERVER_FINAL": "1",
            "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
        }
        super().__init__(
            root, "duban.service.server_child", [str(port)], log=prefect_log(root).name, settings=settings
        )
        self.port = port
        self.api = api_url(port)
        self.file = prefect_file(root) if settings[SETTING] == prefect_file_url(root) else None
        """Its own file, if that is where it keeps its state."""


def _none_of_its_business(root: Path) -> set[str]:
    """The environment variables that hold the secrets of others: duban's own settings, and what the project's channels name."""
    try:
        named = variables_named((root / CHANNELS_FILE).read_text("utf-8", errors="replace"))
    except OSError:
        named = set()
    settings = {each for each in os.environ if each.startswith("DUBAN_")}
    return (settings | named & set(os.environ)) - set(_FOR_PREFECT)


class WebChild(Child):
    """The child process that serves the pages and the API of one project at the socket `listening`.

    It is a process of its own so that nobody who calls can hold up the engine. The socket stays open in the parent: an
    address in use is known before anything starts, and one who calls while the child starts again waits.
    """

    def __init__(self, root: Path, listening: socket.socket) -> None:
        handed = listening.fileno()
        super().__init__(
            root,
            "duban.service.web_child",
            [str(root), str(handed)],
            log="web.log",
            settings=dict.fromkeys((SETTING, "DUBAN_PREFECT_DATABASE_URL"), ""),
            handed=[handed],
        )
        self.address = address_of(listening)
        self._listening = listening

    def close(self) -> None:
        """Let go of the address, once the child is stopped for good."""
        self._listening.close()


class ChildPart(ServicePart):
    """A child as a part of the service: started again when it dies, which `died` says, told in how many seconds.

    `last` is done once it is stopped for good.
    """

    def __init__(
        self,
        child: Child,
        lines: ServiceLines,
        died: Callable[[float], str],
        last: Callable[[], None] = lambda: None,
    ) -> None:
        self._child = child
        self._lines = lines
        self._died = died
        self._last = last

    def start(self) -> None:
        """Start the process."""
        self._child.start()

    def look_after(self) -> None:
        """Start it again when it has died."""
        pause = self._child.look_after()
        if pause is not None:
            self._lines.tell(self._died(pause), "bad")

    def stop(self) -> bool:
        """End the process."""
        self._child.stop()
        self._last()
        return True


def attended_prefect(server: PrefectServer, lines: ServiceLines, emptied: Callable[[], None]) -> ChildPart:
    """Prefect's own server as a part of the service; `emptied` is called when it begins again with nothing in it."""

    def died(pause: float) -> str:
        if server.file is not None and is_broken(server.file, prefect_log(server.root)):
            aside = put_aside(server.file)
            emptied()
            return say(
                zh=f"Prefect 自己的数据库坏了，已改名为 {aside}，{pause:.0f} 秒后用新的重新启动：登记会重做，"
                "只少了以前的运行记录；台账和催办不受影响",
                en=f"Prefect's own database was broken and is {aside} now; started again with a new one in {pause:.0f} s: "
                "all is registered anew, only the record of past runs is lost; ledger and reminders are not touched",
            )
        full = without_room(server.file) if server.file is not None else ""
        log = ".duban/logs/prefect-server.log"
        why = full or say(zh=f"原因见 {log}", en=f"see {log}")
        return say(
            zh=f"Prefect 服务意外停止，{pause:.0f} 秒后重新启动（{why}）；催办不受影响",
            en=f"Prefect's server died; started again in {pause:.0f} s ({why}); reminders go on",
        )

    return ChildPart(server, lines, died)


def attended_pages(web: WebChild, lines: ServiceLines) -> ChildPart:
    """Pages and API as a part of the service."""

    def died(pause: float) -> str:
        return say(
            zh=f"接口意外停止，{pause:.0f} 秒后重新启动（原因见 .duban/logs/web.log）；催办不受影响",
            en=f"the API died; started again in {pause:.0f} s (see .duban/logs/web.log); reminders go on",
        )

    return ChildPart(web, lines, died, web.close)
