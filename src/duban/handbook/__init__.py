"""The documentation that comes with duban, read without a network: found in the wheel, named, made into pages.

| part | where |
|---|---|
| which pages there are, and which one is meant | `pages` |
| Markdown into HTML pages that lead to each other | `making` |
"""

from duban.handbook.making import make_pages
from duban.handbook.pages import NoSuchPage, front_page, page_called, page_names

__all__ = ["NoSuchPage", "front_page", "make_pages", "page_called", "page_names"]
