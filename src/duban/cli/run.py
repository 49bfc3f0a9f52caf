"""Running one command line: build the commands in the reader's language, run one, turn failures into one line."""

import gc
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from itertools import pairwise
from pathlib import Path

from duban.base.language import say
from duban.cli.failures import ExitCode, explain_failure

GARBAGE_AFTER = 50_000
"""A command looks for garbage after so many new objects (Python: after 700): nearly all that it reads, it keeps."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (that of the process unless given) and return its exit code.

    0 done; 1 problems in the content, or the engine refused; 2 wrong usage; 3 the ledger or a service cannot
    be reached; 4 a defect in duban; 130 interrupted. Set `DUBAN_DEBUG=1` to see the traceback of a failure.
    """
    gc.set_threshold(GARBAGE_AFTER)
    _able_to_speak()
    from duban.cli.commands import build_command

    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        answer = build_command(*given[:1]).main(given or ["--help"], prog_name="duban", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_left()
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:
        if os.environ.get("DUBAN_DEBUG"):
            raise
        failure = explain_failure(error)
        if failure.line:
            print(_of_its_option(failure.line, given), file=sys.stderr)
        return failure.code
    return answer if isinstance(answer, int) else ExitCode.DONE


def _able_to_speak() -> None:
    """Output that nobody takes (`>&-`) goes nowhere; a sign that the terminal's encoding lacks is a question mark there."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the program ends
        elif isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def _of_its_option(line: str, given: Sequence[str]) -> str:
    """The line behind the name of the option whose value it quotes, unless it speaks of an option already."""
    if "--" in line:
        return line
    for name, value in pairwise(given):
        if name.startswith("--") and f"“{value}”" in line:
            return f"{name}{say(zh='：', en=': ')}{line}"
    return line


def _reader_left() -> int:
    """`duban … | head` closed the pipe: say nothing more, also when Python flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.DONE
