"""The description of the API as one page: no script, nothing from elsewhere, one style whose hash the policy names."""

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from duban.base.language import current, say
from duban.web.problems import KINDS

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "h2{margin-top:2.5rem;border-bottom:1px solid #ccc}h3{margin:2rem 0 .3rem}"
    "code{font-family:ui-monospace,monospace;background:#f2f2f2;padding:.1rem .3rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border:1px solid #ccc}"
)


def docs_page(described: Mapping[str, object]) -> tuple[str, str]:
    """The page, and the source expression that lets its style through a content security policy."""
    from jinja2 import Environment

    text = files("duban.web").joinpath("docs.html.j2").read_text(encoding="utf-8")
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)
    page = template.render(
        described=described,
        kinds=KINDS,
        style=_STYLE,
        lang=current(),
        say=say,
        half=_half,
        named=_named,
        shape=_shape,
    )
    mark = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    return page, f"sha256-{mark}"


def _half(text: str) -> str:
    """The reader's half of a description in both languages."""
    zh, _, en = text.partition("\n\n")
    return say(zh=zh, en=en or zh)


def _named(described: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """The name of the schema of a body."""
    for media in content.values():
        name = media["schema"].get("$ref", "").rpartition("/")[2]
        if name in described["components"]["schemas"]:
            return str(name)
    return ""


def _shape(schema: Mapping[str, Any]) -> str:
    """What a value looks like, in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_shape(each) for each in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"[{_shape(schema.get('items', {}))}]"
    return str(schema.get("format", kind))
