"""The files a page names, each with a mark of its content: a browser keeps them until they change."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC: Final = "/static"
FOLDER: Final = Path(str(files("duban.web.pages") / "static"))
_KEPT = "public, max-age=31536000, immutable"
_NAMED = ("duban.css", "icon.svg", "built/page.js", "built/editor.js")


@lru_cache(1)
def assets() -> Mapping[str, str]:
    """The address of each file by its name; a script that was not built is not among them."""
    found = {}
    for name in _NAMED:
        path = FOLDER / name
        if path.is_file():
            mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            found[name] = f"{STATIC}/{name}?{mark}"
    return found


class KeptFiles(StaticFiles):
    """The files themselves; one that is asked for with its mark may be kept."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or that there is none."""
        answer = await super().get_response(path, scope)
        if scope.get("query_string"):
            answer.headers["Cache-Control"] = _KEPT
        return answer
