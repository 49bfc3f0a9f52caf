"""A mail server and a webhook on this machine that write every message into a readable file.

For the demo and for trying out channels: nothing leaves the machine, and what would have been sent can be read.
"""

import json
import socket
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

_HOST = "127.0.0.1"


class _Folder:
    """A folder of numbered message files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._count = len(list(folder.glob("*.txt")))

    def keep(self, title: str, lines: list[str], raw: bytes = b"") -> None:
        """Keep a message to be read, and, where it is a mail, as it came, for a mail program."""
        with self._lock:
            self._count += 1
            number = self._count
        plain = "".join(sign if sign.isalnum() else "-" for sign in title)[:40].strip("-")
        path = self.folder / f"{number:04d}-{plain or 'message'}.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        if raw:
            path.with_suffix(".eml").write_bytes(raw)


def _free_port() -> int:
    # aiosmtpd connects to itself once it listens, so it must know its port beforehand.
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


class SmtpSink:
    """A mail server on 127.0.0.1:`port` (0: any free port) that keeps each mail as a text file in `folder`.

    Raises OSError if the port is in use.
    """

    def __init__(self, port: int, folder: Path) -> None:
        from aiosmtpd.controller import Controller

        self._folder = _Folder(folder)
        self.port = port or _free_port()
        self._controller = Controller(self, hostname=_HOST, port=self.port)

    def start(self) -> Self:
        """Begin to listen."""
        try:
            self._controller.start()
        except BaseException:
            if not self._controller.loop.is_running():
                self._controller.loop.close()
            raise
        return self

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        """Keep one mail: aiosmtpd calls this."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        part = mail.get_body(preferencelist=("plain", "html"))
        text = str(part.get_content()) if part is not None else ""
        title = str(mail.get("Subject", ""))
        head = [f"From: {mail.get('From', '')}", f"To: {', '.join(envelope.rcpt_tos)}", f"Subject: {title}"]
        kind = 'Content-Type: text/plain; charset="utf-8"'  # what this file is, for a program that reads it as a mail
        self._folder.keep(title, [*head, kind, "", text.rstrip()], envelope.content)
        return "250 kept"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *failed: object) -> None:
        self.stop()


class WebhookSink:
    """A webhook on 127.0.0.1:`port` (0: any free port) that keeps each posted message as a text file in `folder`.

    Raises OSError if the port is in use.
    """

    def __init__(self, port: int, folder: Path) -> None:
        kept = _Folder(folder)

        class _Hook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                try:
                    posted = json.loads(content)
                    title, text = str(posted.get("title", "")), str(posted.get("message", ""))
                except (ValueError, AttributeError):
                    title, text = "", content.decode("utf-8", "replace")
                kept.keep(title, [f"POST {self.path}", f"Title: {title}", "", text.rstrip()])
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing: the files speak."""

        self._server = ThreadingHTTPServer((_HOST, port), _Hook)
        self._thread = threading.Thread(target=self._server.serve_forever, name="webhook-sink", daemon=True)
        self.port = int(self._server.server_address[1])

    def start(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *failed: object) -> None:
        self.stop()
