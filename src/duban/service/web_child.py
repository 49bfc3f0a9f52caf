"""The pages and the API, as a child of `duban up`: `python -m duban.service.web_child ROOT DESCRIPTOR`.

The parent has taken the address; DESCRIPTOR is the number of the open socket it hands over.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path


def main(root: Path, descriptor: int) -> None:
    """Serve the project at `root` at the socket handed over, until stopped or orphaned."""
    from duban.runtime.private import CLOSED
    from duban.service.child import go_with_parent

    os.umask(CLOSED)
    go_with_parent()

    from duban.base.clock import system_clock
    from duban.web.app import create_app
    from duban.web.serving import WebServer, keep_what_stands, log_file
    from duban.web.settings import web_settings
    from duban.workspace.standing import standing_workspace

    workspace = partial(standing_workspace, root)
    app = create_app(workspace, system_clock(), web_settings())
    with suppress(Exception):  # who asks for a page is told why the project cannot be opened
        workspace()
    keep_what_stands()
    WebServer(app, socket.socket(fileno=descriptor), log_file(root)).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
