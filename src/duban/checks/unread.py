"""Files in the content folders that look like content and that nothing reads."""

from collections.abc import Iterator
from pathlib import Path

from duban.base.language import say
from duban.base.problems import Problem
from duban.channels.loading import CHANNELS_FILE
from duban.definitions.definitions import CALENDAR_FOLDER
from duban.duties.loader import DUTIES_FOLDER
from duban.importing.mappings import MAPPINGS_FOLDER
from duban.ladders.ladder_file import LADDERS_FILE

NOTIFICATIONS_FOLDER = Path(LADDERS_FILE).parent.as_posix()
READ = (DUTIES_FOLDER, MAPPINGS_FOLDER, f"{DUTIES_FOLDER}/tests", CALENDAR_FOLDER, NOTIFICATIONS_FOLDER)
"""The folders whose own YAML files are read, or said not to be by whoever reads the others."""


NOTIFICATIONS = (LADDERS_FILE, CHANNELS_FILE.as_posix())
TOLD_BY_THEIR_READERS = (CALENDAR_FOLDER, DUTIES_FOLDER, MAPPINGS_FOLDER)
"""Folders whose readers say themselves which `.yml` they leave."""


def unread_files(root: Path) -> Iterator[Problem]:
    """YAML files where or named as nothing is read: whoever put them there thinks that they count."""
    for folder in (DUTIES_FOLDER, CALENDAR_FOLDER, NOTIFICATIONS_FOLDER):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix.lower() in (".yaml", ".yml") and (why := _unread(path.relative_to(root), folder)):
                yield Problem(path.relative_to(root).as_posix(), 0, 0, *why)


def _unread(path: Path, folder: str) -> tuple[str, str] | None:
    """Why a file, by its path in the project, is not read, and how to mend it; None when it is, or its reader says so."""
    within = path.parent.as_posix()
    if within not in READ:
        return (
            say(zh="子文件夹里的文件不会读取", en="files in this subfolder are not read"),
            say(
                zh=f"请移到 {folder}/；不要了就删除，或去掉 .yaml",
                en=f"move it to {folder}/; if it is done with, remove it or drop its .yaml",
            ),
        )
    if within == NOTIFICATIONS_FOLDER and path.as_posix() not in NOTIFICATIONS:
        known = "、".join(NOTIFICATIONS)
        return (
            say(zh="这个文件不会读取", en="this file is not read"),
            say(zh=f"请写进 {known}", en=f"write it into {known}"),
        )
    if path.suffix == ".yaml" or (path.suffix == ".yml" and within in TOLD_BY_THEIR_READERS):
        return None
    return (
        say(zh=f"不会读取以 {path.suffix} 结尾的文件", en=f"files that end in {path.suffix} are not read"),
        say(zh=f"请改名为 {path.stem}.yaml", en=f"rename it {path.stem}.yaml"),
    )
