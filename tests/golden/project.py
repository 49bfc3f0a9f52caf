"""The starter project with the duties of the cast alone: a year of the whole plan would be too long to read."""

import shutil
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]


def lay_out(folder: Path, duties: list[str]) -> Path:
    """Copy the content into `folder`, each file of duties with those of `duties` it holds; returns the project."""
    shutil.copytree(ROOT / "calendar", folder / "calendar")
    shutil.copytree(ROOT / "notifications", folder / "notifications")
    shutil.copy(ROOT / "duban.yaml", folder)
    (folder / "duties").mkdir()
    shutil.copy(ROOT / "duties/vocabulary.yaml", folder / "duties")
    yaml = YAML()
    left = set(duties)
    for path in sorted((ROOT / "duties").glob("*.yaml")):
        if path.name == "vocabulary.yaml":
            continue
        written = yaml.load(path)
        kept = [duty for duty in written["duties"] if duty["id"] in left]
        left -= {duty["id"] for duty in kept}
        if kept:
            written["duties"] = kept
            yaml.dump(written, folder / "duties" / path.name)
    assert not left, f"no such duties: {left}"
    return folder
