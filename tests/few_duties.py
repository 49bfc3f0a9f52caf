"""The starter project with few of its duties: what a test tells of must be short enough to read."""

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
    yaml = YAML()
    left = set(duties)
    for path in sorted((project / "duties").glob("*.yaml")):
        if path.name == "vocabulary.yaml":
            continue
        written = yaml.load(path)
        kept = [duty for duty in written["duties"] if duty["id"] in left]
        left -= {duty["id"] for duty in kept}
        (project / "duties" / "tests" / path.name).unlink(missing_ok=True)
        if kept:
            written["duties"] = kept
            yaml.dump(written, path)
        else:
            path.unlink()
    assert not left, f"no such duties: {left}"
    return project


def carried(project: Path, until: str = "2030-12-31") -> Path:
    """Carry the starter's plan of 2023 on to another day, for tests that live in later years; returns the project."""
    path = project / "duban.yaml"
    text = path.read_text(encoding="utf-8")
    own = "carried: {until: 2026-12-31,"
    assert text.count(own) == 1
    path.write_text(text.replace(own, f"carried: {{until: {until},"), encoding="utf-8")
    return project
