"""The one place that talks to Apprise: a message and an address in, an answer for each address out.

Apprise 1.x answers with a bool or None, 2.x with a result object; both are read. "Nothing matched" is a failure: a
message nobody took was not sent. Where a plugin of ours said more, its word counts.
"""

import inspect
import logging
import mimetypes
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

from duban.base.language import say
from duban.channels.addresses import scheme_of
from duban.channels.allowed_hosts import only_to
from duban.channels.answers import ACCEPTED, Answer, answers
from duban.channels.carriers import Carrier, carrier_of
from duban.channels.channel import Channel, Destination
from duban.channels.kept import KeptConnections
from duban.channels.redaction import RedactingFilter, redact, remember

if TYPE_CHECKING:
    from duban.deliveries.message import AttachedList

_UNSURE = re.compile(
    r"(?i)read timed out|read timeout|connection aborted|remote ?disconnected|unexpectedly closed|^.*\btimed out"
    r"|connection broken|incompleteread|error=504\b|gateway time-?out"
)
_TOO_FAST = re.compile(r"(?i)error=429\b|too many requests")
_NEVER_REACHED = re.compile(
    r"(?i)connect timeout|connecttimeout|refused|newconnection|name or service|resolve"
)
_TOLD = re.compile(r"Socket Exception|Response Details|SMTP|Exception:")
_LONGEST_ERROR = 500
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MEDIA = {"xlsx": f"{_OFFICE}spreadsheetml.sheet", "docx": f"{_OFFICE}wordprocessingml.document"}
for _ending, _media in _MEDIA.items():
    mimetypes.add_type(
        _media, f".{_ending}"
    )  # Apprise takes only kinds that Python knows: many a server has no list of them


class Sender:
    """Sends over Apprise, for one thread and one round: what it opens is kept from message to message."""

    def __init__(self) -> None:
        self._kept = KeptConnections()
        self._lines: dict[tuple[str, str], Any] = {}

    def send(
        self,
        channel: Channel,
        place: Destination,
        title: str,
        body: str,
        *,
        only: str = "",
        attached: "AttachedList | None" = None,
    ) -> tuple[Answer, ...]:
        """Send plain text (`title`, `body`), with the list `attached` where the carrier takes files, to the destination
        `place` of a channel: one answer for each of its addresses, or for the one that `only` names. Never raises.
        """
        try:
            line = self._line(channel, place)
            plugin = line[0]
            # A plugin of ours answers for itself: Apprise's account of each call, which costs as much again, is for others'.
            send = partial(_notify, plugin if _is_ours(plugin) else line, title, body, attached)
            with only_to(channel.hosts):
                return tuple(_to_each(plugin, channel.carrier, send, only))
        except Exception as error:
            return (_failed([f"{type(error).__name__}: {error}"]),)

    def send_to(self, plugin: Any, title: str, body: str) -> Answer:
        """Send plain text over a plugin object of ours, for example an inbox. Never raises."""
        return _notify(plugin, title, body)

    def close(self) -> None:
        """Close what was kept open."""
        self._kept.close()
        self._lines.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failed: object) -> None:
        self.close()

    def _line(self, channel: Channel, place: Destination) -> Any:
        key = (channel.name, place.url)
        if key not in self._lines:
            line = _open(place.url, channel.timeout)
            for plugin in line:
                if hasattr(plugin, "kept"):
                    plugin.kept = self._kept
                if hasattr(plugin, "accepted"):
                    plugin.accepted = channel.accepted
            self._lines[key] = line
        return self._lines[key]


def _is_ours(plugin: object) -> bool:
    """Whether a plugin is one of `duban.channels.carriers`, and no other that Apprise found."""
    return type(plugin).__module__.startswith("duban.")


def _to_each(plugin: Any, carrier: Carrier, send: Callable[[], Answer], only: str) -> Iterator[Answer]:
    """The message to each address on its own, where the carrier has several."""
    everybody = list(getattr(plugin, carrier.addresses, ())) if carrier.addresses else []
    if len(everybody) < 2:
        yield send()
        return
    try:
        for each in everybody:
            name = each if isinstance(each, str) else str(each[-1])
            if not only or name == only:
                setattr(plugin, carrier.addresses, [each])
                yield replace(send(), address=name)
    finally:
        setattr(plugin, carrier.addresses, everybody)


def problem_with(url: str) -> str:
    """Why Apprise would not take this address, without secrets; empty when it would. Sends nothing."""
    with _listening(closely=False) as heard:
        try:
            _open(url, 1)
        except Exception as error:
            return redact("; ".join(dict.fromkeys([*heard, str(error)])))[:_LONGEST_ERROR]
    return ""


def plugin_class(url: str) -> Any:
    """The plugin for one of the addresses an office uses, or None for Apprise to find it among all of its own.

    Finding it means loading the hundred and more that are not needed.
    """
    scheme = scheme_of(url) or ""
    place = carrier_of(scheme).plugins.get(scheme)
    if place is None:
        return None
    module, _, name = place.partition(":")
    with warnings.catch_warnings():
        # Importing Apprise's mail plugin loads `imghdr`, which Python 3.11 and 3.12 call deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        return getattr(import_module(module), name)


def _open(url: str, timeout: float) -> Any:
    import apprise

    remember(url)
    asset = _asset()
    line = apprise.Apprise(asset=asset)
    known = plugin_class(url)
    if known is None:
        plugin = apprise.Apprise.instantiate(url, asset=asset)
    else:
        parsed = known.parse_url(url)
        plugin = known(**parsed, asset=asset) if parsed else None
    if plugin is None or not plugin.enabled:
        raise ValueError(
            say(zh="Apprise 不接受这个渠道地址", en="Apprise does not take this channel's address")
        )
    if known is not None:
        # What is sent is plain text, whatever an address asks for: nothing is turned into HTML or Markdown.
        plugin.notify_format = _plain()
    # The channel's own rate is kept by the engine, between messages: no thread sleeps here.
    plugin.request_rate_per_sec = 0
    plugin.socket_connect_timeout = timeout
    plugin.socket_read_timeout = timeout
    line.add(plugin)
    return line


def _asset() -> Any:
    import apprise

    wanted: dict[str, Any] = {
        "app_id": "duban",
        "app_desc": "督办",
        "async_mode": False,
        "http_redirects": False,
    }
    if _has_service_timeout():
        # Apprise 2 can give a service up from outside and leave its thread running; our connections have their own
        # time, and end.
        wanted["service_timeout"] = 0
    return apprise.AppriseAsset(**wanted)


def _plain() -> Any:
    import apprise

    return apprise.NotifyFormat.TEXT


@lru_cache(maxsize=1)
def _has_service_timeout() -> bool:
    import apprise

    return "service_timeout" in inspect.signature(apprise.AppriseAsset.__init__).parameters


def _notify(through: Any, title: str, body: str, attached: "AttachedList | None" = None) -> Answer:
    """Let a plugin of ours, or Apprise, send: what it returned, what our plugins said, and what it wrote to its log, in one."""
    with _listening(closely=not _is_ours(through)) as heard, answers() as given:
        try:
            returned = through.notify(body=body, title=title, body_format=_plain(), attach=_file(attached))
        except Exception as error:
            return _failed([*heard, f"{type(error).__name__}: {error}"])
    if given:
        refused = [each for each in given if not each.accepted]
        return replace(refused[0], said=redact(refused[0].said)[:_LONGEST_ERROR]) if refused else ACCEPTED
    return _understood(returned, heard)


def _file(attached: "AttachedList | None") -> object:
    """The list as Apprise takes it."""
    if attached is None:
        return None
    import apprise
    from apprise.attachment import memory

    in_memory: Any = memory.AttachMemory  # Apprise's own types are partial
    file: Any = in_memory(
        content=attached.content, name=attached.name, mimetype=_MEDIA[attached.name.rpartition(".")[2]]
    )
    return apprise.AppriseAttachment(file)


def _understood(returned: object, heard: list[str]) -> Answer:
    """What `notify` returned: a bool, None for nothing matched, or the result object of Apprise 2."""
    status = getattr(returned, "status", None)
    word = getattr(status, "name", "")
    if returned is None or word == "NOMATCH":
        return _failed([*heard, say(zh="没有任何渠道接收这条消息", en="no service took the message")])
    if returned:
        return ACCEPTED
    if word == "TIMEOUT":
        # The service may still be sending: nobody knows.
        heard = heard or [say(zh="等不到回答", en="no answer in time")]
        return replace(_failed(heard), unsure=True)
    return _failed(heard)


def _failed(heard: list[str]) -> Answer:
    error = redact("; ".join(dict.fromkeys(heard))) or say(
        zh="渠道没有说明原因", en="the channel gave no reason"
    )
    unsure = bool(_UNSURE.search(error)) and not _NEVER_REACHED.search(error)
    too_fast = bool(_TOO_FAST.search(error))
    return Answer(accepted=False, unsure=unsure, too_fast=too_fast, said=error[:_LONGEST_ERROR])


# Apprise 2 sends in a thread of its own, which sees the caller's context, but nothing local to the caller's thread.
_heard: ContextVar[list[str] | None] = ContextVar("duban_heard", default=None)


class _Ear(RedactingFilter):
    """Hears what Apprise says while we send; else it lets only warnings pass on to the log, without secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep what explains a failure; debug lines would print whole messages and stop here."""
        heard = _heard.get()
        loud = record.levelno >= logging.WARNING
        if loud or heard is not None:
            text = record.getMessage()
            if record.exc_info and record.exc_info[1] is not None:
                text = f"{text}: {record.exc_info[1]}"
            if heard is not None and (loud or _TOLD.search(text)):
                heard.append(" ".join(text.split()))
            super().filter(record)
        # What somebody listens to is told once, by him, with the channel it is about.
        return loud and heard is None


@contextmanager
def _listening(*, closely: bool = True) -> Iterator[list[str]]:
    """Collect what Apprise logs while the block runs, also in threads that it starts; `closely`: what it says below a warning, too,
    which is where it tells why a plugin failed.
    """
    logger = logging.getLogger("apprise")
    if not any(isinstance(present, _Ear) for present in logger.filters):
        logger.addFilter(_Ear())
    if closely:
        logger.setLevel(logging.DEBUG)
    heard: list[str] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)
