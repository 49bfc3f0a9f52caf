"""Markdown into HTML pages that need nothing from elsewhere and lead to each other."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from html import escape
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from duban.base.system_words import naming
from duban.handbook.pages import FRONT, all_pages, front_page, handbook, page_called

if TYPE_CHECKING:
    from markdown_it.token import Token

_STYLE = """
body{font:16px/1.7 system-ui,"Noto Sans SC","Microsoft YaHei",sans-serif;color:#1f2328;max-width:62rem;margin:0 auto;
padding:1rem 1.5rem 4rem}nav{font-size:.9rem;border-bottom:1px solid #d0d7de;padding-bottom:.4rem}nav a{margin-right:1rem}
pre{background:#f6f8fa;padding:.8rem 1rem;overflow-x:auto}code{font-family:ui-monospace,Consolas,monospace;font-size:.9em}
table{border-collapse:collapse;display:block;overflow-x:auto}th,td{border:1px solid #d0d7de;padding:.3rem .7rem;
text-align:left;vertical-align:top}img{max-width:100%}
"""


def make_pages(into: Path) -> Path:
    """Write every page as HTML into the folder `into`; returns the front page in the reader's language."""
    root = handbook()
    pages = all_pages(root)
    for page in pages:
        file = into / _html(page)
        file.parent.mkdir(parents=True, exist_ok=True)
        with naming(file):
            file.write_text(_page(root, page, frozenset(pages)), "utf-8")
    shutil.copytree(root / "docs" / "images", into / "docs" / "images", dirs_exist_ok=True)
    return into / _html(front_page())


def guide(name: str, pictures: str) -> str:
    """One page of the handbook as HTML that stands within another page: its pictures lead under the address `pictures`,
    its links to other pages of the handbook become words. Raises NoSuchPage.
    """
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(page_called(name))
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", _anchor(tokens[place + 1].content))
        _lead(token.children or (), Path(f"{name}.md"), frozenset())
        for each in token.children or ():
            if each.type == "image":
                each.attrSet("src", f"{pictures}/{PurePosixPath(str(each.attrGet('src'))).name}")
                each.attrSet("loading", "lazy")
    return str(reader.renderer.render(tokens, reader.options, {}))


def page_pictures() -> Path | None:
    """The folder of the pictures that the guide of the pages shows; None where this duban came without them."""
    try:
        return handbook() / "docs" / "images" / "pages"
    except FileNotFoundError:
        return None


def _html(page: Path) -> Path:
    return page.with_suffix(".html")


def _page(root: Path, page: Path, pages: frozenset[Path]) -> str:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse((root / page).read_text("utf-8"))
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", _anchor(tokens[place + 1].content))
        _lead(token.children or (), page, pages)
    title = next((each.content for each in tokens if each.type == "inline"), "duban")
    language = "zh-CN" if "zh" in page.name or "zh" in page.parts else "en"
    up = "../" * (len(page.parts) - 1)
    fronts = (("中文首页", FRONT["zh-CN"]), ("English", FRONT["en"]))
    links = "".join(f'<a href="{up}{_html(Path(name))}">{told}</a>' for told, name in fronts)
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"<nav>{links}</nav>{reader.renderer.render(tokens, reader.options, {})}</html>\n"
    )


def _lead(inline: Sequence[Token], page: Path, pages: frozenset[Path]) -> None:
    """Let links lead to pages that are there; what comes without duban stays as words."""
    kept = True
    for token in inline:
        if token.type == "link_open":
            link, sign, anchor = str(token.attrGet("href") or "").partition("#")
            if "://" in link or not link:
                kept = True
                continue
            meant = Path(_joined(page.parent, link))
            kept = meant in pages
            token.attrSet("href", f"{PurePosixPath(link).with_suffix('.html')}{sign}{anchor}")
        if token.type in ("link_open", "link_close") and not kept:
            token.type, token.tag, token.nesting, token.content = "text", "", 0, ""


def _joined(folder: Path, link: str) -> str:
    parts: list[str] = list(folder.parts)
    for part in PurePosixPath(link).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _anchor(heading: str) -> str:
    """The name of a heading as links write it: lower case, blanks as hyphens, no punctuation."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
