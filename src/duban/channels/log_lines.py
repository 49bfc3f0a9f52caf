"""The logs that a running service keeps: one line of JSON for each thing that happened, no secret in any of it.

| key | what |
|---|---|
| `at` | the moment, in UTC, ISO 8601 |
| `level`, `from` | how loud, and which part speaks: `duban.service`, `duban.web`, `duban.deliveries`; `duban.printed`: a library |
| `event` | what happened, in words |
| `exception` | the traceback, where there is one |
| others | the figures of the event: `opened`, `notices`, `sent`, `messages` |
"""

import io
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from logging.handlers import RotatingFileHandler
from math import isfinite
from pathlib import Path
from threading import local
from typing import Final

import structlog
from structlog.typing import EventDict, WrappedLogger

from duban.base.json_values import Json
from duban.channels.redaction import message_of, redact
from duban.runtime.private import closed_folder

_DEEPEST: Final = 5
"""How many lists within lists a line tells part by part."""
_KEEPING: Final = local()
"""Whether this thread is keeping what was printed (`begun`)."""
LARGEST_LOG: Final = 10_000_000
"""Bytes, after which a log begins anew; the one before is kept beside it."""


class _KeptLog(RotatingFileHandler):
    """A log that is made again when its file or folder was taken away, and that is no reason to stop or to complain."""

    def emit(self, record: logging.LogRecord) -> None:
        path = Path(self.baseFilename)
        message_of(record)
        if not os.path.lexists(path):  # nor does a folder it may not look into stop anything
            with suppress(OSError):
                self.close()
                closed_folder(path.parent)
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name logging gives it
        """A full disk, a folder without permission: what is told on the terminal is told there all the same."""


def kept_log(path: Path) -> RotatingFileHandler:
    """A handler that keeps what is logged in the file at `path`, which is made with the first line."""
    handler = _KeptLog(path, maxBytes=LARGEST_LOG, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(_json_lines())
    return handler


@contextmanager
def logged(name: str, path: Path) -> Iterator[None]:
    """While it lasts, what the logger `name` and those below it say from INFO upwards is kept at `path`."""
    logger, handler = logging.getLogger(name), kept_log(path)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)
        handler.close()


@contextmanager
def printed_is_logged(name: str) -> Iterator[None]:
    """While it lasts, what anything in this process prints is logged as `name` says it: a library that prints a traceback
    of its own where a person reads lines tells them nothing they could act on.

    Output is INFO, error output WARNING; each text that is printed at once is one record.
    """
    logger = logging.getLogger(name)
    with (
        redirect_stdout(_Printed(logger, logging.INFO)),
        redirect_stderr(_Printed(logger, logging.WARNING)),
    ):
        yield


class _Printed(io.TextIOBase):
    """A stream whose every text becomes a record; what keeping that record prints in its turn is dropped."""

    encoding = "utf-8"

    def __init__(self, logger: logging.Logger, level: int) -> None:
        self._logger = logger
        self._level = level

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, text: str) -> int:
        """Log the text, unless it is nothing but blanks."""
        said = text.strip()
        if said and not getattr(_KEEPING, "begun", False):
            _KEEPING.begun = True
            try:
                self._logger.log(self._level, "%s", said)
            finally:
                _KEEPING.begun = False
        return len(text)


def _json_lines() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            _struck_already,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _named,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _struck_already(_: WrappedLogger, __: str, said: EventDict) -> EventDict:
    """The traceback of a record that a filter has freed from its secrets, and so put into words, before."""
    struck = said["_record"].exc_text
    return said if not struck or "exc_info" in said else {**said, "exception": struck}


def _named(_: WrappedLogger, __: str, said: EventDict) -> EventDict:
    """The keys in the order people look for them, and every text without its secrets."""
    said["from"] = said.pop("logger", "")
    order = ["at", "level", "from", "event"]
    keys = [*(key for key in order if key in said), *(key for key in said if key not in order)]
    return {_text(key): _told(said[key]) for key in keys}


def _told(value: object, inside: int = 0) -> Json:
    """A value as a line can say it, however it is built: no secret in it, no sign that is none, no number JSON does not know."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    if inside < _DEEPEST and isinstance(value, Mapping):
        return {_text(key): _told(each, inside + 1) for key, each in value.items()}
    if inside < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [_told(each, inside + 1) for each in value]
    return _text(value)


def _text(value: object) -> str:
    try:
        text = str(value)
    except Exception as error:  # whatever it is: the line is kept
        text = type(error).__name__
    return redact(text).encode("utf-8", "backslashreplace").decode()
