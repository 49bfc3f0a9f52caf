"""The `duban` command: one module per group of commands, each calling the engine and showing what it says.

Importing this package is cheap; a command pays for what it uses when it runs.
"""

from duban.cli.run import main

__all__ = ["main"]
