"""What is said of a project as `duban check` says it, without the command around it."""

from duban.base.clock import system_clock
from duban.checks.checking import examine


def check(root):
    """Every problem of every content file, sorted by place; empty when the project can be used."""
    return list(examine(root, system_clock()).problems)


def remarks(root, clock):
    """What is no mistake but deserves a look: empty posts, channels without an address."""
    return list(examine(root, clock).remarks)
