"""Files in the content folders that look like content and that nothing reads."""

from collections.abc import Iterator
from pathlib import Path

from duban.base.language import say
from duban.base.problems import Problem
from duban.definitions.definitions import CALENDAR_FOLDER
from duban.duties.loader import DUTIES_FOLDER
from duban.importing.mappings import MAPPINGS_FOLDER
from duban.ladders.ladder_file import LADDERS_FILE

NOTIFICATIONS_FOLDER = Path(LADDERS_FILE).parent.as_posix()
READ = (DUTIES_FOLDER, MAPPINGS_FOLDER, f"{DUTIES_FOLDER}/tests", CALENDAR_FOLDER, NOTIFICATIONS_FOLDER)
"""The folders whose own YAML files are read, or said not to be by whoever reads the others."""


def unread_files(root: Path) -> Iterator[Problem]:
    """YAML files in folders below the content folders: whoever put them there thinks that they count."""
    for folder in (DUTIES_FOLDER, CALENDAR_FOLDER, NOTIFICATIONS_FOLDER):
        for path in sorted((root / folder).rglob("*")):
            within = path.parent.relative_to(root).as_posix()
            if path.suffix in (".yaml", ".yml") and within not in READ:
                yield Problem(
                    path.relative_to(root).as_posix(),
                    0,
                    0,
                    say(zh="子文件夹里的文件不会读取", en="files in this subfolder are not read"),
                    say(
                        zh=f"请移到 {folder}/；不要了就删除，或去掉 .yaml",
                        en=f"move it to {folder}/; if it is done with, remove it or drop its .yaml",
                    ),
                )
