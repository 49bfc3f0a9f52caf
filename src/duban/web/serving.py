"""The server of pages and API: the address is taken before anything starts, so that one in use is one clear line."""

from __future__ import annotations

import errno
import gc
import logging
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.base.system_words import system_reason
from duban.channels.log_lines import kept_log
from duban.runtime.environment import runtime_folder
from duban.runtime.private import closed_folder
from duban.web.settings import WebSettings

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from duban.runtime.connections import Patience

SECONDS_TO_FINISH = 2
LOGGERS = ("duban.web", "uvicorn.error")


def log_file(root: Path) -> Path:
    """Where the server of the project at `root` notes what goes wrong; its folder is made."""
    folder = closed_folder(runtime_folder(root) / "logs")
    return folder / "web.log"


class AddressTaken(Exception):
    """The service cannot listen where it should; the text says why, and how to mend it."""


def take_address(settings: WebSettings) -> socket.socket:
    """A socket that listens at the host and port of `settings`; port 0 is any free one. Raises AddressTaken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=256)
    except OSError as error:
        raise AddressTaken(_why(settings, error)) from None


def address_of(listening: socket.socket) -> str:
    """Where a server at this socket is reached: `http://127.0.0.1:4280`."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def keep_what_stands() -> None:
    """Look no more for garbage in what was made so far: the addresses and the project stay for as long as the process lives, and
    going through all of them held up everybody for half a second, again and again.
    """
    gc.collect()
    gc.freeze()


class WebServer:
    """Serves an application at a socket until it is stopped, in a thread of its own or in the caller's.

    What goes wrong in it is noted in the file `log`, where the person at the terminal need not read it. `patience` is
    what it grants slow connections.
    """

    def __init__(
        self, app: FastAPI, listening: socket.socket, log: Path, patience: Patience | None = None
    ) -> None:
        import uvicorn

        from duban.runtime.connections import Patience, connection_kind

        self._socket = listening
        self._log = kept_log(log)
        self.address = address_of(listening)
        self._server: uvicorn.Server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=connection_kind(patience or Patience()),
                ws="none",
                log_level=logging.ERROR,
                log_config=None,
                access_log=False,
                proxy_headers=False,  # web.proxies believes those alone that the operator named
                server_header=False,
                lifespan="off",
                timeout_keep_alive=15,
                timeout_graceful_shutdown=SECONDS_TO_FINISH,
            )
        )
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._note()
        self._thread.start()

    def run(self) -> None:
        """Answer in this thread, the main one, until SIGTERM or SIGINT."""
        self._note()
        self._run()

    def _note(self) -> None:
        for name in LOGGERS:
            logger = logging.getLogger(name)
            logger.addHandler(self._log)
            logger.propagate = False

    def lives(self) -> bool:
        """Whether it still answers."""
        return self._thread.is_alive()

    def stop(self, seconds: float) -> bool:
        """Answer what has come in, and end; whether that came within `seconds`."""
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(seconds)
        self._socket.close()
        for name in LOGGERS:
            logger = logging.getLogger(name)
            logger.removeHandler(self._log)
            logger.propagate = True
        self._log.close()
        return not self._thread.is_alive()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def _why(settings: WebSettings, error: OSError) -> str:
    at = f"{settings.host}:{settings.port}"
    match error.errno:
        case errno.EADDRINUSE:
            return say(
                zh=f"端口 {settings.port} 已被占用，接口起不来。请换一个：--web-port {settings.port + 1}，或设 DUBAN_WEB_PORT",
                en=f"port {settings.port} is in use; choose another: --web-port {settings.port + 1}, or DUBAN_WEB_PORT",
            )
        case errno.EACCES:
            return say(
                zh=f"没有权限监听 {at}；1024 以下的端口要管理员权限，请换一个大的",
                en=f"not permitted to listen at {at}; ports below 1024 need privileges, choose a larger one",
            )
        case _:
            return say(
                zh=f"不能监听 {at}：{system_reason(error)}；请检查 DUBAN_WEB_HOST",
                en=f"cannot listen at {at}: {system_reason(error)}; check DUBAN_WEB_HOST",
            )
