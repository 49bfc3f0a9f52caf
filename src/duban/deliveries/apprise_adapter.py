"""The one place that talks to Apprise: a message and an address in, an outcome out.

One Apprise object per address is built and kept. Apprise 1.x answers with a bool or None, 2.x with a result object;
both are read. "Nothing matched" is a failure: a message nobody took was not sent.
"""

import logging
import re
import warnings
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from duban.base.language import say
from duban.channels.redaction import RedactingFilter, redact, remember

_UNSURE = re.compile(
    r"(?i)read timed out|read timeout|connection aborted|remote ?disconnected|unexpectedly closed|^.*\btimed out"
)
_NEVER_REACHED = re.compile(
    r"(?i)connect timeout|connecttimeout|refused|newconnection|name or service|resolve"
)
_TOLD = re.compile(r"Socket Exception|Response Details|SMTP|Exception:")
_LONGEST_ERROR = 500
_heard: ContextVar[list[str] | None] = ContextVar("heard", default=None)
"""What Apprise said while a block listens; Apprise 2 calls a service in a thread of its own, with this context."""


@dataclass(frozen=True)
class Outcome:
    """What became of one message. `unsure` when it may have arrived although no answer came: `sent` is then False.

    `error` has no secrets in it.
    """

    sent: bool
    unsure: bool = False
    error: str = ""


SENT = Outcome(sent=True)


class Sender:
    """Sends over Apprise, with one Apprise object kept per address; used by one thread for each channel."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def send(self, url: str, title: str, body: str, *, timeout: float) -> Outcome:
        """Send plain text to `url`; connecting and answering may each take `timeout` seconds. Never raises."""
        with _listen() as heard:
            try:
                line = self._kept.get(url)
                if line is None:
                    line = self._kept[url] = _open(url, timeout)
                return _outcome(line.notify(body=body, title=title, body_format=_plain()), heard)
            except Exception as error:
                return _failure([*heard, f"{type(error).__name__}: {error}"])


def send_over(plugins: Iterable[Any], title: str, body: str) -> Outcome:
    """Send plain text over plugin objects, for example an inbox; sent when all of them took it. Never raises."""
    import apprise

    with _listen() as heard:
        try:
            line = apprise.Apprise(asset=_asset())
            for plugin in plugins:
                plugin.asset = line.asset  # one after the other, in this thread
                line.add(plugin)
            return _outcome(line.notify(body=body, title=title, body_format=_plain()), heard)
        except Exception as error:
            return _failure([*heard, f"{type(error).__name__}: {error}"])


def problem_with(url: str) -> str:
    """Why Apprise would not take this address, without secrets; empty when it would. Sends nothing."""
    with _listen() as heard:
        try:
            _open(url, 1)
        except Exception as error:
            return redact("; ".join([*heard, str(error)]))[:_LONGEST_ERROR]
    return ""


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
    # The channel's own rate is kept by the engine, between messages: no thread sleeps here.
    plugin.request_rate_per_sec = 0
    plugin.socket_connect_timeout = timeout
    plugin.socket_read_timeout = timeout
    line.add(plugin)
    return line


def plugin_class(url: str) -> Any:
    """The plugin for one of the addresses an office uses, or None for Apprise to find it among all of its own.

    Finding it means loading the hundred and more that are not needed.
    """
    place = PLUGINS.get(url.partition("://")[0].strip().lower())
    if place is None:
        return None
    with warnings.catch_warnings():
        # Importing Apprise's mail plugin loads `imghdr`, which Python 3.11 and 3.12 call deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        return getattr(import_module(place[0]), place[1])


_ROBOTS = "duban.channels.robots"
_APPRISE = "apprise.plugins"
PLUGINS: dict[str, tuple[str, str]] = {
    "wecombot": (_ROBOTS, "WeComRobot"),
    "dingtalk": (_ROBOTS, "DingTalkRobot"),
    "feishu": (_ROBOTS, "FeishuRobot"),
    "lark": (_ROBOTS, "LarkRobot"),
    "wechat": (f"{_APPRISE}.wechat", "NotifyWeChat"),
    "mailto": (f"{_APPRISE}.email.base", "NotifyEmail"),
    "mailtos": (f"{_APPRISE}.email.base", "NotifyEmail"),
    "json": (f"{_APPRISE}.custom_json", "NotifyJSON"),
    "jsons": (f"{_APPRISE}.custom_json", "NotifyJSON"),
    "form": (f"{_APPRISE}.custom_form", "NotifyForm"),
    "forms": (f"{_APPRISE}.custom_form", "NotifyForm"),
    "xml": (f"{_APPRISE}.custom_xml", "NotifyXML"),
    "xmls": (f"{_APPRISE}.custom_xml", "NotifyXML"),
    "ntfy": (f"{_APPRISE}.ntfy", "NotifyNtfy"),
    "ntfys": (f"{_APPRISE}.ntfy", "NotifyNtfy"),
    "smpp": (f"{_APPRISE}.smpp", "NotifySMPP"),
    "smpps": (f"{_APPRISE}.smpp", "NotifySMPP"),
}


def _asset() -> Any:
    import apprise

    return apprise.AppriseAsset(app_id="duban", app_desc="督办", async_mode=False, http_redirects=False)


def _plain() -> Any:
    import apprise

    return apprise.NotifyFormat.TEXT


def _outcome(answer: Any, heard: list[str]) -> Outcome:
    """Read what `notify` returned: a bool, None for nothing matched, or the result object of Apprise 2."""
    for name in ("success", "status", "ok"):
        inner = getattr(answer, name, None)
        if isinstance(inner, bool):
            answer = inner and bool(answer)
            break
    if answer is None:
        return _failure([*heard, say(zh="没有任何渠道接收这条消息", en="no service took the message")])
    return SENT if answer else _failure(heard)


def _failure(heard: list[str]) -> Outcome:
    error = redact("; ".join(heard)) or say(zh="渠道没有说明原因", en="the channel gave no reason")
    unsure = bool(_UNSURE.search(error)) and not _NEVER_REACHED.search(error)
    return Outcome(sent=False, unsure=unsure, error=error[:_LONGEST_ERROR])


class _Ear(RedactingFilter):
    """Hears what Apprise says, and lets only warnings pass on to the log, without secrets."""

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
        return loud


class _listen:  # noqa: N801 - reads as a verb in a with statement
    """Collect what Apprise logs for this sender while the block runs."""

    def __enter__(self) -> list[str]:
        _ear()
        heard: list[str] = []
        _heard.set(heard)
        return heard

    def __exit__(self, *_: object) -> None:
        _heard.set(None)


def _ear() -> _Ear:
    logger = logging.getLogger("apprise")
    for present in logger.filters:
        if isinstance(present, _Ear):
            return present
    ear = _Ear()
    logger.addFilter(ear)
    logger.setLevel(logging.DEBUG)
    return ear
