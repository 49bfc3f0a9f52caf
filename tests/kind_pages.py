"""A page of documentation for each cadence kind, from what the schemas say of its keys and what the engine makes of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pydantic import BaseModel

from duban.base.language import Language, say, use
from duban.cadence.cadence import CadenceKind
from duban.cadence.registry import KINDS
from duban.definitions.definitions import Definitions, load_definitions
from duban.duties.entries import SharedKeys
from duban.explanations import explain_duty
from duban.workdays.period_keys import period_word
from duban.yamlfile.key import Key, key_of, models_in, written_names

SHOWN_FROM = date(2023, 1, 1)


def kind_pages(project: Path, language: Language) -> dict[str, str]:
    """File name → Markdown for every kind and an overview; examples are read in the surroundings of `project`."""
    with use(language):
        pages = {f"{kind.name}.md": _page(kind, project) for kind in KINDS}
        return {"README.md": _overview()} | pages


def _overview() -> str:
    rows = [f"| [{kind.title}]({kind.name}.md) | `{kind.key}` | {kind.purpose} |" for kind in KINDS]
    head = say(zh="| 叫什么 | 写哪个键 | 用在哪里 |", en="| kind | key | for |")
    return "\n".join(
        [f"# {say(zh='频次有哪几种', en='The kinds of cadence')}", "", head, "|---|---|---|", *rows, ""]
    )


def _page(kind: CadenceKind, project: Path) -> str:
    return "\n".join(
        [
            f"# {kind.title}{say(zh='：', en=': ')}`{kind.key}`",
            "",
            kind.purpose,
            "",
            f"## {say(zh='怎么写', en='How it is written')}",
            "",
            "```yaml",
            kind.example.rstrip(),
            "```",
            "",
            f"| {say(zh='键', en='key')} | {say(zh='意思', en='meaning')} | {say(zh='例如', en='for example')} |",
            "|---|---|---|",
            *(_row(name, key_named(name, kind)) for name in shown_keys(kind)),
            "",
            f"## {say(zh='会怎样', en='What comes of it')}",
            "",
            *_coming(kind, project),
            "",
        ]
    )


def _row(name: str, key: Key) -> str:
    examples = say(zh="、", en=", ").join(f"`{phrase}`" for phrase in key.examples)
    return f"| `{name}` | {key.meaning} | {examples} |"


def shown_keys(kind: CadenceKind) -> tuple[str, ...]:
    """The keys that the page of a kind explains."""
    return kind.explained or tuple(kind.keys.model_fields)


def key_named(name: str, kind: CadenceKind) -> Key:
    """A key of the kind, of what stands below one, or of any duty. Raises KeyError."""
    models: list[type[BaseModel]] = [*models_in(kind.keys), SharedKeys]
    for model in models:
        for field, written in written_names(model).items():
            key = key_of(model.model_fields[field])
            if written == name and key is not None:
                return key
    raise KeyError(name)


def _coming(kind: CadenceKind, project: Path) -> Iterator[str]:
    """What the engine makes of the example in the first days of a year whose calendar is known."""
    definitions = _definitions(kind, project)
    (duty_id,) = definitions.duties
    told = explain_duty(definitions, duty_id, SHOWN_FROM, root=definitions.root)
    yield say(
        zh=f"照上面的例子，从 {SHOWN_FROM} 看，接下来是：",
        en=f"With this example, seen from {SHOWN_FROM}, what comes is:",
    )
    yield ""
    if told.note:
        yield told.note
        yield ""
    period, opens = say(zh="周期", en="period"), say(zh="开办", en="opens")
    target, deadline = say(zh="应办日", en="target"), say(zh="最后期限", en="deadline")
    yield f"| {period} | {opens} | {target} | {deadline} |"
    yield "|---|---|---|---|"
    for coming in told.coming:
        named = " ".join(part for part in (period_word(coming.period_key), coming.condition) if part)
        yield f"| {named} | {coming.opens_on} | {coming.dates.target} | {coming.dates.deadline} |"


def _definitions(kind: CadenceKind, project: Path) -> Definitions:
    with tempfile.TemporaryDirectory(prefix="duban-kind-") as folder:
        root = Path(folder)
        for name in ("duban.yaml", "calendar", "notifications"):
            (root / name).symlink_to(project / name)
        (root / "duties").mkdir()
        (root / "duties" / "vocabulary.yaml").symlink_to(project / "duties" / "vocabulary.yaml")
        (root / "duties" / "example.yaml").write_text(kind.example, encoding="utf-8")
        return load_definitions(root)
