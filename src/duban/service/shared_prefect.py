"""A Prefect server that several machines share: where it answers, and what its own processes must know.

Several servers behind one address are one only if what happens in one is heard in the others: messages, the order of
events, limits and the queue of Prefect's own chores go through Redis (`DUBAN_REDIS_URL`), the state through PostgreSQL.
"""

import os
from importlib.util import find_spec
from pathlib import Path

from duban.base.language import say
from duban.base.objections import WrongValue
from duban.ledger.database import ledger_url
from duban.runtime.environment import prefect_environment, runtime_folder
from duban.runtime.login import kept_login
from duban.runtime.presence import known_api
from duban.service.prefect_database import prefect_database

OWN_API = "http://127.0.0.1:4200/api"


def shared_prefect(root: Path) -> dict[str, str]:
    """The settings under which this machine asks the Prefect server that `PREFECT_API_URL` names.

    Raises ValueError, with what to set, when no address or no login is known.
    """
    api = os.environ.get("PREFECT_API_URL", "").rstrip("/")
    if not api:
        raise WrongValue(
            zh="不知道共用的 Prefect 在哪里：设 PREFECT_API_URL（例如 http://prefect.example:4200/api）；"
            "只有一台机器就用 duban up",
            en="where is the shared Prefect server? set PREFECT_API_URL (http://prefect.example:4200/api); "
            "on a single machine use duban up",
        )
    named = os.environ.get("DUBAN_PREFECT_LOGIN") or os.environ.get("PREFECT_API_AUTH_STRING")
    login = named or kept_login(runtime_folder(root))
    if not login:
        raise ValueError(_no_login())
    return {**prefect_environment(root, api), "PREFECT_API_AUTH_STRING": login}


def prefect_server_settings(root: Path) -> dict[str, str]:
    """The settings of Prefect's own processes for the project: its API, its background services, its commands.

    What the environment says already is kept. Raises ValueError, with what to mend, when several servers could not be one.
    """
    redis = os.environ.get("DUBAN_REDIS_URL", "").strip()
    if redis and not os.environ.get("DUBAN_PREFECT_LOGIN"):
        raise ValueError(_no_login())
    database = prefect_database(ledger_url(root), os.environ.get("DUBAN_PREFECT_DATABASE_URL"))
    if redis and (
        database.hindered or not (database.settings or os.environ.get("DUBAN_PREFECT_DATABASE_URL"))
    ):
        raise ValueError(
            database.hindered
            or say(
                zh="几台机器共用的 Prefect 要 PostgreSQL：设 DUBAN_DATABASE_URL 或 DUBAN_PREFECT_DATABASE_URL",
                en="a Prefect server of several machines needs PostgreSQL: set DUBAN_DATABASE_URL or "
                "DUBAN_PREFECT_DATABASE_URL",
            )
        )
    if redis and find_spec("prefect_redis") is None:
        raise WrongValue(
            zh="设了 DUBAN_REDIS_URL，但是没有装 prefect-redis：pip install 'duban[machines]'",
            en="DUBAN_REDIS_URL is set, but prefect-redis is not installed: pip install 'duban[machines]'",
        )
    settings = {
        **prefect_environment(root, (known_api(root) or OWN_API).rstrip("/")),
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "INFO",
        **database.settings,
        **(_through_redis(redis) if redis else {}),
    }
    return {name: os.environ.get(name) or value for name, value in settings.items()}


def _through_redis(url: str) -> dict[str, str]:
    """Everything that Prefect keeps in memory unless told, in Redis; the tables made by `prefect server database upgrade`."""
    return {
        "PREFECT_SERVER_EVENTS_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_QUEUE_STORAGE": "prefect_redis.cleanup_queue",
        "PREFECT_REDIS_MESSAGING_URL": url,
        "PREFECT_REDIS_WORKER_CLEANUP_QUEUE_URL": url,
        "PREFECT_SERVER_DOCKET_URL": url,
        "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false",
    }


def _no_login() -> str:
    return say(
        zh="共用的 Prefect 要口令：在每台机器上设同一个 DUBAN_PREFECT_LOGIN（账号:口令）",
        en="the shared Prefect server asks for a login: set the same DUBAN_PREFECT_LOGIN (user:password) on each machine",
    )
