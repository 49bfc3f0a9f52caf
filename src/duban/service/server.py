"""The two servers of `duban up`, each a child: Prefect's own, and that of the pages and the API."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

from duban.runtime.environment import LOCAL, api_url, prefect_environment
from duban.service.child import Child
from duban.web.serving import address_of


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
            **prefect_environment(root, port),
            **(database or {}),
            "PREFECT__SERVER_FINAL": "1",
            "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
        }
        super().__init__(
            root, "duban.service.server_child", [str(port)], log="prefect-server.log", settings=settings
        )
        self.port = port
        self.api = api_url(port)


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
            settings={},
            handed=[handed],
        )
        self.address = address_of(listening)
        self._listening = listening

    def close(self) -> None:
        """Let go of the address, once the child is stopped for good."""
        self._listening.close()
