"""No page speaks of a command line: who reads it has none. Only the operator's page, and what the operator reads, may."""

import ast
import re
from pathlib import Path

from jinja2 import Environment, nodes

SOURCE = Path(__file__).parents[2] / "src" / "duban"
COMMANDS = re.findall(
    r"^### `duban ([\w-]+)", (SOURCE.parents[1] / "docs/commands.md").read_text("utf-8"), re.MULTILINE
)
SPOKEN = re.compile(rf"\bduban (?:{'|'.join(sorted(set(COMMANDS)))})\b|(?<![\w-])--[a-z][\w-]+")
READ_ELSEWHERE = {
    "cli": "at a command line",
    "demo": "at a command line",
    "service": "at a command line",
    "deployment": "by the operator, in Prefect",
    "rollover": "at a command line",
    "simulation": "at a command line",
    "base/starter.py": "at a command line",
    "backups/retention.py": "at a command line",
    "bureau/project.py": "at a command line: without its project no page is served",
    "runtime/presence.py": "at a command line: a second service is refused there",
    "workspace/ahead.py": "at a command line",
    "reports/status.py": "by the operator",
    "reports/audit_checks.py": "by the operator",
    "reports/coverage_words.py": "at a command line",
    "reports/item_words.py": "at a command line",
    "web/serving.py": "at a command line",
    "web/gate.py": "by programs and who writes them",
    "web/api": "by programs and who writes them",
    "web/pages/templates/engine.html.j2": "by the operator",
}


def test_no_sentence_of_a_page_names_a_command_or_an_option():
    assert len(COMMANDS) > 20
    found = [f"{path}:{said}" for path, said in spoken() if not elsewhere(path)]
    assert found == [], "say it in the page's words: duban.base.entrance.by_entrance"


def test_what_is_read_elsewhere_is_still_there():
    assert {place for place in READ_ELSEWHERE if not any(under(path, place) for path, _ in spoken())} == set()


def elsewhere(path):
    return any(under(path, place) for place in READ_ELSEWHERE)


def under(path, place):
    return path == place or path.startswith(f"{place}/")


def spoken():
    """Every place of a sentence that names a command or an option: path, line and what it says."""
    for file in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        for said in _sentences(tree):
            if SPOKEN.search(said.value):
                yield file.relative_to(SOURCE).as_posix(), f"{said.lineno}: {said.value}"
    for file in sorted(SOURCE.rglob("*.html.j2")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if SPOKEN.search(line):
                yield file.relative_to(SOURCE).as_posix(), f"{number}: {line}"


def _sentences(node):
    """The texts of a tree; no docstrings, and nothing that is for the command line alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.keyword) and child.arg == "command":
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child
        yield from _sentences(child)


def test_no_page_has_chinese_punctuation_for_who_reads_english():
    """A sign of its own is written `'：' | sign`, within a sentence it stands in `say`."""
    found = [
        f"{file.name}:{number}: {written}"
        for file in sorted((SOURCE / "web/pages/templates").glob("*.html.j2"))
        for number, written in unspoken(Environment().parse(file.read_text("utf-8")))
        if re.search("[、，；：。（）]", written)
    ]
    assert found == []


def unspoken(node):
    """What a template writes without choosing the reader's language: line and words."""
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") == "say":
        return
    if isinstance(node, nodes.Filter) and node.name == "sign":
        return
    if isinstance(node, nodes.TemplateData):
        yield node.lineno, node.data
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.lineno, node.value
    for child in node.iter_child_nodes():
        yield from unspoken(child)
