"""Prefect's server, as a child of `duban up`: `python -m duban.service.server_child PORT`.

Its standard input is a pipe that the parent holds and never writes to. When the parent is gone, however it went,
the pipe ends and the child stops: no orphan keeps the port after a `kill -9`. This works wherever pipes do.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

SECONDS_TO_STOP = 5.0


def main(port: int) -> None:
    """Serve Prefect's API and page on the loopback address until stopped or orphaned."""
    from duban.runtime.private import CLOSED

    os.umask(CLOSED)
    threading.Thread(target=_stop_when_orphaned, name="parent-watch", daemon=True).start()
    import uvicorn

    from duban.deployment.server_inside import prefect_application
    from duban.runtime.environment import LOCAL, own_origins
    from duban.service.door import Door

    uvicorn.run(
        Door(prefect_application(), own_origins(port)),
        host=LOCAL,
        port=port,
        log_level="warning",
        timeout_keep_alive=5,
        timeout_graceful_shutdown=2,
    )


def _stop_when_orphaned() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_STOP)
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
