"""The `duban` command: one module per group of commands, each calling the engine and showing what it says.

Importing this package is cheap; a command pays for what it uses when it runs.
"""

from collections.abc import Sequence

__all__ = ["main"]

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (that of the process unless given) and return its exit code, as `duban.cli.run.main` does; Ctrl-C
    while that is still being loaded ends it as quietly as later.
    """
    try:
        from duban.cli.run import main as run

        return run(arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
