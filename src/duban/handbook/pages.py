"""Which pages the documentation has, and which one somebody means.

In an installed wheel they lie beside the engine in `duban/handbook/text/`; in a checkout they are `docs/` and the two
front pages at its root. A page that stands in both languages is read in the reader's, Chinese unless English is asked for.
"""

from pathlib import Path

from duban.base.language import current, say
from duban.base.objections import Objection
from duban.base.problems import did_you_mean

FRONT = {"zh-CN": "README.zh-CN.md", "en": "README.md"}


class NoSuchPage(Objection, LookupError):
    """There is no page called so; the text says which one is near."""


def handbook() -> Path:
    """The folder that holds the front pages and `docs/`. Raises FileNotFoundError if this duban came without them."""
    here = Path(__file__).resolve().parent
    for place in (here / "text", here.parents[2]):
        if (place / FRONT["en"]).is_file() and (place / "docs").is_dir():
            return place
    raise FileNotFoundError(
        say(
            zh="这份 duban 没有带文档，请重新安装",
            en="this duban came without its documentation; install it again",
        )
    )


def all_pages(root: Path) -> list[Path]:
    """Every page, relative to `root`: the front pages first."""
    return [Path(name) for name in FRONT.values()] + [
        path.relative_to(root) for path in sorted((root / "docs").rglob("*.md"))
    ]


def front_page() -> Path:
    """The front page in the reader's language, relative to the handbook."""
    return Path(FRONT[current()])


def page_names(root: Path) -> dict[str, Path]:
    """The page behind each name somebody may write (`commands`, `kinds/quota`), in the reader's language."""
    found: dict[str, Path] = {}
    chinese = Path("docs") / "zh"
    pages = all_pages(root)[len(FRONT) :]
    own = [page for page in pages if page.is_relative_to(chinese)]
    others = [page for page in pages if not page.is_relative_to(chinese)]
    for page in (*own, *others) if current() == "en" else (*others, *own):
        within = page.relative_to(chinese if page in own else "docs")
        found[within.with_suffix("").as_posix()] = page
    return found


def page_called(name: str) -> str:
    """The text of the page somebody names, or calls by its title. Raises NoSuchPage."""
    root = handbook()
    names = page_names(root)
    titled = {_title(root / page): called for called, page in names.items()}
    name = titled.get(name, name)
    if name not in names:
        near = did_you_mean(name, names) or say(zh="有：", en="there are: ") + say(zh="、", en=", ").join(
            names
        )
        raise NoSuchPage(zh=f"没有这一页：{name}，{near}", en=f"there is no page {name}; {near}")
    return (root / names[name]).read_text("utf-8")


def _title(page: Path) -> str:
    """What a page is headed."""
    with page.open(encoding="utf-8") as file:
        return next((line[2:].strip() for line in file if line.startswith("# ")), "")
