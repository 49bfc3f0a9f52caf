"""A file that is made for one answer and goes with it."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from duban.runtime.working_folder import working_folder


def passing_file(
    purpose: str, ending: str, write: Callable[[Path], object], media_type: str, headers: Mapping[str, str]
) -> FileResponse:
    """The answer with the file that `write` makes at a path with this ending.

    It is gone once it was sent; what a program that was killed meanwhile has left goes with the next.
    """
    with ExitStack() as until_sent:
        path = until_sent.enter_context(working_folder(purpose)) / f"{purpose}.{ending}"
        write(path)
        gone = until_sent.pop_all().close
    return FileResponse(path, media_type=media_type, headers=headers, background=BackgroundTask(gone))
