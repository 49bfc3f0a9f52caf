"""How Prefect is set up for one project: where it keeps its files, which port, who may ask it, and that it calls nobody.

Prefect reads its settings from the environment when it is imported, so these are set before that.
"""

import os
import re
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from duban.runtime.login import prefect_login
from duban.runtime.private import closed_folder, may_write

RUNTIME_FOLDER = ".duban"
LOCAL = "127.0.0.1"
OWN_NAMES = (LOCAL, "localhost", "[::1]")
"""The names by which a browser on this machine reaches its own loopback."""
PROXIES = ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY")
_SPARED = re.compile(r"\*|\*?\.?[\w.-]+(:\d+)?(/\d+)?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+", re.ASCII)
"""What `NO_PROXY` may name: a host, a domain, an address, a range of IPv4 addresses."""


def runtime_folder(root: Path) -> Path:
    """The folder of everything a running project writes, made when it is missing; only its owner may enter."""
    return closed_folder(root / RUNTIME_FOLDER)


def prefect_file(root: Path) -> Path:
    """Where the project's own Prefect server keeps its state, unless it is told another place."""
    # A project in a deep folder must not make a path too long for SQLite's URL; Prefect wants it absolute.
    return runtime_folder(root) / "prefect" / "prefect.db"


def prefect_log(root: Path) -> Path:
    """Where what the project's own Prefect server prints is kept."""
    return runtime_folder(root) / "logs" / "prefect-server.log"


def prefect_file_url(root: Path) -> str:
    """That place as Prefect is told it."""
    return f"sqlite+aiosqlite:///{prefect_file(root)}"


def api_url(port: int) -> str:
    """Where the project's own Prefect server answers: on this machine alone, at `port`."""
    return f"http://{LOCAL}:{port}/api"


def own_origins(api: str) -> tuple[str, ...]:
    """The pages that may ask the Prefect server behind `api`: its own, and those `DUBAN_PREFECT_ORIGINS` names (behind a
    proxy).
    """
    more = os.environ.get("DUBAN_PREFECT_ORIGINS", "").replace(",", " ").split()
    at = urlsplit(api)
    own = [f"{at.scheme}://{at.netloc}"]
    if at.hostname == LOCAL:
        own = [f"{at.scheme}://{name}:{at.port}" for name in OWN_NAMES]
    return (*own, *(each.rstrip("/") for each in more))


def prefect_environment(root: Path, api: str) -> dict[str, str]:
    """The settings under which the Prefect server behind `api` and its runs work for the project at `root`.

    No telemetry, no promotion, no server that starts by itself, no work that outlives its retention: a run each
    minute would fill the disk in a year if Prefect kept them all (its own default is 90 days). Nobody is served
    without the project's login. Prefect's search for late runs is off: duban looks itself whether its rounds run, and
    that search holds SQLite's writer. The scheduler looks for what was registered lately every half minute, not every five
    seconds: hundreds of first runs made in between would take a quarter of the time that registering takes.
    """
    home = closed_folder(runtime_folder(root) / "prefect")
    login = prefect_login(runtime_folder(root))
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": api,
        "PREFECT_API_AUTH_STRING": login,
        "PREFECT_SERVER_API_AUTH_STRING": login,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ",".join(own_origins(api)),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": os.environ.get(
            "DUBAN_PREFECT_DATABASE_URL", prefect_file_url(root)
        ),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_UI_API_URL": api,
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "P7D",
        "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "30",
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P2D",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "",
        "DO_NOT_TRACK": "1",
        "DUBAN_PROJECT": str(root),
        **_pages(home),
        **past_the_proxy(),
    }


def _pages(home: Path) -> dict[str, str]:
    """Where Prefect lays its pages out: beside its program, else, where this account may not write there (a container, a
    program installed for everybody), in the project's folder. Prefect would log two errors and have no pages.
    """
    program = find_spec("prefect")
    if program is None or may_write(Path(str(program.origin)).parent / "server"):
        return {}
    return {"PREFECT_SERVER_UI_STATIC_DIRECTORY": str(closed_folder(home / "pages"))}


def past_the_proxy() -> dict[str, str]:
    """The settings with which no library asks a proxy for this machine's own loopback.

    A proxy that is not reached by HTTP is taken out (empty), SOCKS above all: neither Prefect's client nor the channels
    can speak to one, and both fail before they send anything when one is set, whatever `NO_PROXY` says. So they do over
    an entry of `NO_PROXY` that is no name and no address, a range of IPv6 addresses for one.
    """
    settings = {}
    for name in (each for upper in PROXIES for each in (upper, upper.lower())):
        if not _is_usable(os.environ.get(name, "").strip()):
            settings[name] = ""
    for name in ("NO_PROXY", "no_proxy"):
        written = os.environ.get(name, "").replace(";", ",").split(",")
        spared = [each.strip() for each in written if _SPARED.fullmatch(each.strip())]
        spared += [each for each in (LOCAL, "localhost", "::1") if each not in spared]
        settings[name] = ",".join(spared)
    return settings


def proxies_in_use() -> dict[str, tuple[str, int]]:
    """The proxies that libraries will ask, by the variable that names each: its host and port."""
    found = {}
    for name in (each for upper in PROXIES for each in (upper, upper.lower())):
        proxy = os.environ.get(name, "").strip()
        if proxy and _is_usable(proxy):
            parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
            found[name] = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    return found


def _is_usable(proxy: str) -> bool:
    """Whether a proxy is one that speaks HTTP, or none is set: `proxy.office:8080`, `http://user:secret@10.0.0.1:80`."""
    if not proxy:
        return True
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # a port that is no number, half an IPv6 address
        return False


def apply_environment(settings: dict[str, str]) -> None:
    """Put the settings into this process's environment; an empty one is taken out."""
    for name, value in settings.items():
        if value:
            os.environ[name] = value
        else:
            os.environ.pop(name, None)
