"""Prefect's server, as a child of `duban up`: `python -m duban.service.server_child PORT`."""

from __future__ import annotations

import os
import sys


def main(port: int) -> None:
    """Serve Prefect's API and page on the loopback address until stopped or orphaned."""
    from duban.runtime.private import CLOSED
    from duban.service.child import go_with_parent

    os.umask(CLOSED)
    go_with_parent()
    import uvicorn

    from duban.deployment.server_inside import prefect_application
    from duban.runtime.connections import TimedConnection
    from duban.runtime.environment import LOCAL, api_url, own_origins
    from duban.service.door import Door

    uvicorn.run(
        Door(prefect_application(), own_origins(api_url(port))),
        host=LOCAL,
        port=port,
        http=TimedConnection,
        log_level="warning",
        timeout_keep_alive=5,
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
