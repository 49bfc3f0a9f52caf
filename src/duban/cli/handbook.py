"""`duban docs`: the documentation that comes with duban, without a network."""

import os
import pydoc
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from duban import __version__
from duban.cli.bilingual import argument, option
from duban.cli.failures import WrongUsage
from duban.cli.grouping import STARTING, add_commands
from duban.cli.screen import tell

Page = Annotated[
    str | None,
    argument("[PAGE]", zh="只看这一页的文字，如 commands。", en="Read this page as text, such as commands."),
]
Into = Annotated[
    Path | None,
    option(
        "--to",
        "DIR",
        zh="网页写进这个文件夹；不写就放在缓存里。",
        en="Write the pages into this folder; else a cache.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        STARTING,
        (
            "docs",
            docs,
            "看随 duban 一起装的文档，不用联网：做成网页并打开，或直接显示一页。",
            "The documentation that comes with duban, offline: as pages in the browser, or one page as text.",
        ),
    )


def docs(page: Page = None, *, into: Into = None) -> None:
    """Make the pages and open them where there is a browser, or show one page."""
    from duban.handbook import NoSuchPage, make_pages, page_called

    if page is not None:
        try:
            text = page_called(page)
        except NoSuchPage as error:
            raise WrongUsage(str(error)) from None
        if sys.stdout.isatty():
            pydoc.pager(text)
        else:
            sys.stdout.write(text)
        return
    front = make_pages(into or _cache())
    tell(zh=f"文档在 {front}", en=f"the documentation is {front}")
    if sys.stdout.isatty() and (sys.platform in ("darwin", "win32") or _has_screen()):
        import webbrowser

        webbrowser.open(front.absolute().as_uri())


def _has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _cache() -> Path:
    """A folder of this account for this version's pages; a new one where the home cannot be written."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "duban" / f"docs-{__version__}"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="duban-docs-"))
    return cache
