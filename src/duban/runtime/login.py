"""The login of the project's own Prefect server: made once, kept in a file only its owner can read.

Whoever reaches a port must show who he is: loopback is shared by every account of the machine and by every page in its
browsers.
"""

import os
import secrets
from pathlib import Path

from duban.runtime.private import write_closed

FILE = "prefect-login"
USER = "duban"


def prefect_login(folder: Path) -> str:
    """The login, `user:password`, of the Prefect server of the project whose runtime folder this is.

    `DUBAN_PREFECT_LOGIN` says it for several machines that share one server; else it is made at the first question and
    kept in `prefect-login`. Raises OSError when the folder cannot be written.
    """
    told = os.environ.get("DUBAN_PREFECT_LOGIN", "").strip()
    if told:
        return told
    return kept_login(folder) or _made(folder)


def kept_login(folder: Path) -> str | None:
    """The login as it stands in the folder, or None when none was made yet."""
    try:
        return (folder / FILE).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def _made(folder: Path) -> str:
    write_closed(folder / FILE, f"{USER}:{secrets.token_urlsafe(24)}\n")
    kept = kept_login(folder)
    if kept is None:
        raise OSError(f"{folder / FILE} is empty: delete it and start again")
    return kept
