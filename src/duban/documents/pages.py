"""Self-contained HTML pages: what all of them share, and how they are put together. No request leaves them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template

SHADES = 4


def shade(count: int, worst: int) -> int:
    """How dark a number stands: 0 for nothing, else 1 to SHADES against the worst. The colour only repeats the number."""
    return 0 if count <= 0 else 1 + (count - 1) * SHADES // max(worst, 1)


@cache
def template(name: str, package: str = "duban.reports") -> Template:
    """The template `name` of a package; it may extend `page.html.j2`."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    def read(wanted: str) -> str:
        owner = package if wanted == name else "duban.documents"
        return files(owner).joinpath(wanted).read_text(encoding="utf-8")

    environment = Environment(
        loader=FunctionLoader(read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
