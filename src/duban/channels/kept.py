"""Connections that a sender keeps from one message to the next, and closes when its round is over."""

import smtplib
import ssl
from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

import requests

from duban.channels.allowed_hosts import held_hosts
from duban.channels.timed_answers import TimedSession, within


@lru_cache(maxsize=2)
def tls(*, verify: bool) -> ssl.SSLContext:
    """The certificates this machine trusts, read once for the whole process: reading them takes longer than a mail."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class KeptConnections:
    """What one sender keeps open; used by one thread at a time."""

    def __init__(self) -> None:
        self.mail: dict[tuple[object, ...], smtplib.SMTP] = {}
        """Open connections to mail servers, by server and login."""
        self._web: dict[bool, TimedSession] = {}

    def web(self, host: str) -> TimedSession:
        """The connections to web servers. This machine's own are never reached through a proxy, nor is any where the servers
        messages may go to are listed: a proxy would look names up out of our sight.
        """
        own = is_own(host) or held_hosts() is not None
        if own not in self._web:
            session = self._web[own] = TimedSession()
            session.trust_env = not own
        return self._web[own]

    def close(self) -> None:
        """Say goodbye to the servers; one that has gone already is no matter."""
        for server in self.mail.values():
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
        self.mail.clear()
        for session in self._web.values():
            session.close()
        self._web.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failed: object) -> None:
        self.close()


def ask_once(method: str, address: str, seconds: float, **more: object) -> requests.Response:
    """Ask a web address over a connection of its own, no longer than `seconds` for looking it up, connecting and answering each.

    Raises RequestException.
    """
    try:
        host = urlsplit(address).hostname or ""
        with KeptConnections() as kept:
            return within(3 * seconds, lambda: kept.web(host).ask(method, address, timeout=seconds, **more))
    except TimeoutError as error:
        raise requests.Timeout(str(error)) from error
    except ValueError as error:
        raise requests.exceptions.InvalidURL(str(error)) from error


def is_own(host: str) -> bool:
    """Whether a host is this machine itself."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
