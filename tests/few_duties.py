"""The starter project with few of its duties: what a test tells of must be short enough to read."""

from functools import lru_cache
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

EARLY = (
    "cp-first-inspection",
    "cp-yearly-patrol",
    "ts-quarterly-risk-analysis",
    "sl-control-check",
    "sl-flight-check",
    "sl-yearly-regrading",
    "sl-graded-inspection",
    "sp-graded-inspection",
    "sp-quarterly-assessment",
    "cy-control-check",
    "cy-online-week-county",
    "cy-online-week-city",
    "cy-flight-check",
    "cy-stepped-up-supervision",
    "cy-graded-inspection",
)
"""One or two of each kind that a bureau meets first."""


def keep(project: Path, duties=EARLY) -> Path:
    """Leave only these duties in a project's folder, and the files and examples that have any; returns the project."""
    left = set(duties)
    for path in sorted((project / "duties").glob("*.yaml")):
        if path.name == "vocabulary.yaml":
            continue
        found, text = _only(path.read_text("utf-8"), frozenset(duties))
        left -= found
        (project / "duties" / "tests" / path.name).unlink(missing_ok=True)
        if found:
            path.write_text(text, "utf-8")
        else:
            path.unlink()
    assert not left, f"no such duties: {left}"
    return project


@lru_cache(256)
def _only(text, duties):
    """Which of these duties a file has, and its text with them alone: reading all of the plan takes half a second."""
    yaml, held = YAML(), StringIO()
    written = yaml.load(text)
    kept = [duty for duty in written["duties"] if duty["id"] in duties]
    if kept:
        written["duties"] = kept
        yaml.dump(written, held)
    return frozenset(duty["id"] for duty in kept), held.getvalue()


def carried(project: Path, until: str = "2030-12-31") -> Path:
    """Carry the starter's plan of 2023 on to another day, for tests that live in later years; returns the project."""
    path = project / "duban.yaml"
    text = path.read_text(encoding="utf-8")
    own = "carried: {until: 2026-12-31,"
    assert text.count(own) == 1
    path.write_text(text.replace(own, f"carried: {{until: {until},"), encoding="utf-8")
    return project
