"""Where people reach the pages, as links in messages and on the screen name it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duban.bureau.project import Project

SETTING: Final = "DUBAN_WEB_ADDRESS"
"""The environment variable in which the operator says it; it goes before `page` in duban.yaml."""


def operators_address() -> str:
    """What the operator said that links begin with; empty where nothing."""
    return os.environ.get(SETTING, "").strip().rstrip("/")


def reached_at(project: Project) -> str:
    """What links to the project's pages begin with: what the operator said, else `page` in duban.yaml, else empty."""
    return operators_address() or project.page
