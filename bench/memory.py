"""The memory this process has had at its most, by the kernel's own count of this program alone.

`ru_maxrss` will not do: it is handed on to a program that another one starts, so that a small one seems as large as the bench.
"""

import resource
from contextlib import suppress
from pathlib import Path

_STATUS, _FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def peak_memory() -> float:
    """In megabytes, since the program began or since `forget_peak`; where the kernel keeps no such count, `ru_maxrss`."""
    with suppress(OSError):
        for line in _STATUS.read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forget_peak() -> None:
    """Count from here on: the most becomes what is held now."""
    with suppress(OSError):
        _FORGET.write_text("5", "ascii")
