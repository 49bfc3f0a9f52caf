"""What a person reads when a command cannot do what was asked: one clear line, and the exit code that goes with it."""

import errno
import sys
from dataclasses import dataclass
from enum import IntEnum

import typer
from typer.exceptions import TyperException

from duban.base.language import say
from duban.base.objections import Objection
from duban.base.system_words import system_line
from duban.cli.usage import usage_line


class ExitCode(IntEnum):
    """The exit codes of `duban`, documented in docs/commands.md."""

    DONE = 0
    REFUSED = 1
    WRONG_USAGE = 2
    UNAVAILABLE = 3
    DEFECT = 4
    INTERRUPTED = 130


@dataclass(frozen=True)
class Failure:
    """The exit code of a failed command and what it says on standard error."""

    code: ExitCode  #: the exit code
    line: str  #: what is said, in one line


class Refused(Objection):
    """The engine will not do what was asked; the text says why and what to do."""


class WrongUsage(Objection):
    """The command line itself is wrong; the text says what and how to write it."""


# Failures of the engine, by the module that declares them: looked up only where that module was loaded, so that
# a command pays for no more than it used.
_ENGINE_FAILURES = (
    ("duban.base.clock", "NoMoment", ExitCode.WRONG_USAGE),
    ("duban.base.problems", "ProblemsFound", ExitCode.REFUSED),
    ("duban.bureau.project", "ProjectNotFound", ExitCode.WRONG_USAGE),
    ("duban.bureau.line_names", "NoSuchLine", ExitCode.WRONG_USAGE),
    ("duban.bureau.unit_names", "NoSuchUnit", ExitCode.WRONG_USAGE),
    ("duban.bureau.unit_names", "SeveralHolders", ExitCode.REFUSED),
    ("duban.workdays", "UnknownYear", ExitCode.REFUSED),
    ("duban.workdays", "UnknownFestival", ExitCode.REFUSED),
    ("duban.base.starter", "FolderNotEmpty", ExitCode.REFUSED),
    ("duban.importing.containers", "UnusableFile", ExitCode.REFUSED),
    ("duban.access.mandates", "AccountRefused", ExitCode.REFUSED),
    ("duban.access.tokens", "TokenRefused", ExitCode.REFUSED),
    ("duban.facts.merger_refusals", "MergeRefused", ExitCode.REFUSED),
    ("duban.obligations.moves", "MoveRefused", ExitCode.REFUSED),
    ("duban.deliveries.holding", "HoldRefused", ExitCode.REFUSED),
    ("duban.deliveries.trial", "ChannelRefused", ExitCode.REFUSED),
    ("duban.edits.model", "PlanRefused", ExitCode.REFUSED),
    ("duban.rollover.drafting", "RolloverRefused", ExitCode.REFUSED),
    ("duban.backups.store", "BackupRefused", ExitCode.REFUSED),
    ("duban.ledger.unavailable", "LedgerUnavailable", ExitCode.UNAVAILABLE),
)


def explain_failure(error: Exception) -> Failure:
    """The exit code and the line for `error`, whatever it is."""
    if isinstance(error, TyperException):
        return Failure(ExitCode.WRONG_USAGE, usage_line(error))
    if isinstance(error, WrongUsage):
        return Failure(ExitCode.WRONG_USAGE, str(error))
    if isinstance(error, Refused):
        return Failure(ExitCode.REFUSED, str(error))
    if isinstance(error, typer.Abort):
        return Failure(ExitCode.REFUSED, say(zh="已取消，什么也没有改", en="cancelled; nothing was changed"))
    for module, name, code in _ENGINE_FAILURES:
        known = getattr(sys.modules.get(module), name, None)
        if known is not None and isinstance(error, known):
            return Failure(code, str(error))
    if isinstance(error, MemoryError):
        error = OSError(errno.ENOMEM, "")
    if isinstance(error, OSError):
        return Failure(ExitCode.UNAVAILABLE, system_line(error))
    return Failure(
        ExitCode.DEFECT,
        say(
            zh=f"duban 内部出错（{type(error).__name__}: {_one_line(error)}）。设 DUBAN_DEBUG=1 再运行可看到细节",
            en=f"a defect in duban ({type(error).__name__}: {_one_line(error)}); DUBAN_DEBUG=1 shows the details",
        ),
    )


def _one_line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else ""
