"""Which files word the messages: the project's own templates, and those that came with the engine."""

from pathlib import Path
from typing import Final

from duban.base.language import Language, say
from duban.base.problems import Problem, did_you_mean

FOLDER: Final = Path("notifications") / "templates"
PARTS: Final = {
    "title": "title.{language}.txt.j2",
    "body": "digest.{language}.md.j2",
    "brief": "brief.{language}.txt.j2",
}
_LANGUAGES: Final[tuple[Language, ...]] = ("zh-CN", "en")
NAMES: Final = tuple(
    pattern.format(language=language) for language in _LANGUAGES for pattern in PARTS.values()
)


def shipped_folder() -> Path:
    """The folder of the templates that came with the engine: in the wheel, or in the source tree."""
    package = Path(__file__).resolve().parents[1]
    in_wheel = package / "starter" / FOLDER
    return in_wheel if in_wheel.is_dir() else package.parents[1] / FOLDER


def edited(root: Path) -> list[str]:
    """The names of the project's own templates whose text is not that of the shipped one."""
    shipped = shipped_folder()
    own = root / FOLDER
    return [name for name in NAMES if (own / name).is_file() and not _same(own / name, shipped / name)]


def _same(one: Path, other: Path) -> bool:
    try:
        return one.read_bytes() == other.read_bytes()
    except OSError:
        return False


def without_use(root: Path) -> list[Problem]:
    """The project's files of the folder that are called like no template."""
    return [
        Problem(
            path.relative_to(root).as_posix(),
            0,
            0,
            say(zh="没有叫这个名字的模板，不会读取", en="no template is called so: it is not read"),
            did_you_mean(path.name, NAMES),
        )
        for path in sorted((root / FOLDER).glob("*.j2"))
        if path.name not in NAMES
    ]
