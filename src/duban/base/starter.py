"""The starter project: the folders a bureau edits, as they come with duban, copied out by `duban init`.

In an installed wheel they lie beside the engine in `duban/starter/`; in a checkout they are the folders at its root.
"""

import shutil
from pathlib import Path

from duban.base.language import say
from duban.base.system_words import naming

FOLDERS = ("calendar", "duties", "notifications", "flows", "schemas")
PROJECT_FILE = "duban.yaml"
KEPT_OUT_OF_GIT = """# 运行时的数据、密钥、待导入的表格和导出的报表，不入版本库
/.duban/
*.env
.env*
/secrets/
secrets.*
/imports/
/*.xls*
/*.et
/*.ods
/*.csv
/*.docx
/*.pdf
/*.html
/*.zip
"""
"""What the guides have people write into the project folder, and what holds a secret."""


class FolderNotEmpty(Exception):
    """A new project is only laid into an empty folder: nothing of the reader's is overwritten."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            say(
                zh=f"{folder} 不是空文件夹，没有动它。请换一个新的文件夹名，例如 duban init 新项目",
                en=f"{folder} is not empty, so nothing was touched; name a new folder, for example duban init project",
            )
        )


def starter_project() -> Path:
    """The folder that holds the starter project. Raises FileNotFoundError if this duban came without one."""
    engine = Path(__file__).resolve().parents[1]
    for place in (engine / "starter", engine.parents[1]):
        if (place / PROJECT_FILE).is_file():
            return place
    raise FileNotFoundError(
        say(
            zh="这份 duban 没有带起始项目，请重新安装",
            en="this duban came without its starter project; install it again",
        )
    )


def copy_starter(into: Path) -> list[Path]:
    """Lay the starter project into `into`, which is made if it is missing; returns the files written, sorted.

    Raises FolderNotEmpty if `into` holds anything or is a file.
    """
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise FolderNotEmpty(into)
    source = starter_project()
    made = not into.exists()
    into.mkdir(parents=True, exist_ok=True)
    try:
        for folder in FOLDERS:
            for path in sorted((source / folder).rglob("*")):
                if path.is_file() and not _stays_behind(path.relative_to(source)):
                    _write(into / path.relative_to(source), path.read_bytes())
        _write(into / PROJECT_FILE, (source / PROJECT_FILE).read_bytes())
        _write(into / ".gitignore", KEPT_OUT_OF_GIT.encode())
    except OSError:  # half a project is none
        for left in [into] if made else [*into.iterdir()]:
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()
        raise
    return sorted(path for path in into.rglob("*") if path.is_file())


def _stays_behind(path: Path) -> bool:
    return path.suffix == ".pyc" or any(part.startswith((".", "__pycache__")) for part in path.parts)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with naming(path):
        path.write_bytes(content)
