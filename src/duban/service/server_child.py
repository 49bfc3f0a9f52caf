"""Prefect's server, as a child of `duban up`: `python -m duban.service.server_child PORT`."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(port: int) -> None:
    """Serve Prefect's API and page on the loopback address until stopped or orphaned."""
    from duban.runtime.private import CLOSED, close_to_others
    from duban.service.child import go_with_parent

    os.umask(CLOSED)
    strike_secrets()
    go_with_parent()
    import uvicorn

    from duban.deployment.server_inside import prefect_application
    from duban.runtime.connections import TimedConnection
    from duban.runtime.environment import LOCAL, api_url, own_origins
    from duban.service.door import Door

    application = prefect_application()
    if pages := os.environ.get("PREFECT_SERVER_UI_STATIC_DIRECTORY"):
        close_to_others(Path(pages))  # they are laid out as open as they lie beside the program
    uvicorn.run(
        Door(application, own_origins(api_url(port))),
        host=LOCAL,
        port=port,
        http=TimedConnection,
        log_level="warning",
        timeout_keep_alive=5,
        timeout_graceful_shutdown=2,
    )


def strike_secrets() -> None:
    """Whatever Prefect prints, tracebacks of its own calls included, is kept in a log: without what this process knows."""
    from urllib.parse import urlsplit

    from duban.channels.operator_robot import operator_address
    from duban.channels.redaction import RedactingStream, remember

    login = os.environ.get("PREFECT_SERVER_API_AUTH_STRING", "")
    database = urlsplit(os.environ.get("PREFECT_SERVER_DATABASE_CONNECTION_URL", "")).password
    robot = operator_address(Path(os.environ["DUBAN_PROJECT"])) or ""
    for secret in (login, login.partition(":")[2], database, robot, urlsplit(robot).path):
        if secret:
            remember(secret)
    sys.stdout, sys.stderr = (
        RedactingStream(each.buffer, encoding="utf-8", write_through=True)
        for each in (sys.stdout, sys.stderr)
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
