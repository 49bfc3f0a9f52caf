"""How Prefect is set up for one project: where it keeps its files, which port, and that it calls nobody.

Prefect reads its settings from the environment when it is imported, so these are set before that.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

RUNTIME_FOLDER = ".duban"
LOCAL = "127.0.0.1"


def runtime_folder(root: Path) -> Path:
    """The folder of everything a running project writes, made when it is missing."""
    folder = root / RUNTIME_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def api_url(port: int) -> str:
    """Where the project's own Prefect server answers."""
    return f"http://{LOCAL}:{port}/api"


def prefect_environment(root: Path, port: int) -> dict[str, str]:
    """The settings under which Prefect's server and its runs work for the project at `root`.

    No telemetry, no promotion, no server that starts by itself, no work that outlives its retention: a run each
    minute would fill the disk in a year if Prefect kept them all (its own default is 90 days).
    """
    home = runtime_folder(root) / "prefect"
    home.mkdir(exist_ok=True)
    # A project in a deep folder must not make a path too long for SQLite's URL; Prefect wants it absolute.
    database = f"sqlite+aiosqlite:///{home / 'prefect.db'}"
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": api_url(port),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": os.environ.get("DUBAN_PREFECT_DATABASE_URL", database),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_UI_API_URL": api_url(port),
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "P7D",
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P2D",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "",
        "DO_NOT_TRACK": "1",
        "DUBAN_PROJECT": str(root),
    }


def apply_environment(settings: dict[str, str]) -> None:
    """Put the settings into this process's environment; an empty one is taken out."""
    for name, value in settings.items():
        if value:
            os.environ[name] = value
        else:
            os.environ.pop(name, None)


def free_bytes(root: Path) -> int:
    """Free space, in bytes, on the disk the project writes to."""
    return shutil.disk_usage(runtime_folder(root)).free
