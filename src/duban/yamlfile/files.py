"""From a file on disk to text: refused are more than 2 MB, any encoding but UTF-8, and what is no file at all."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound
from duban.base.system_words import system_reason
from duban.yamlfile.composing import compose_text
from duban.yamlfile.yaml_text import YamlFile

MOST_BYTES = 2_000_000


def read(path: Path, *, root: Path | None) -> YamlFile:
    """Read one YAML 1.2 file; problems name it as seen from `root`. Raises ProblemsFound for everything in it that is not
    readable.
    """
    file, problems = compose(path, root=root)
    if file is None or problems:
        raise ProblemsFound(problems)
    return file


def compose(path: Path, *, root: Path | None) -> tuple[YamlFile | None, list[Problem]]:
    """The file as far as it can be read, and what is wrong with it; no file when nothing can be made of it."""
    text, problems = read_text(path, root=root)
    return (None, problems) if text is None else compose_text(text, shown_path(path, root))


def read_text(path: Path, *, root: Path | None) -> tuple[str | None, list[Problem]]:
    """The text of a file of at most 2 MB in UTF-8, or None and what is wrong with it, named as seen from `root`."""
    name = shown_path(path, root)
    whole = partial(Problem, name, 0, 0)
    try:
        if not path.is_file():
            return None, [whole(say(zh="没有这个文件", en="there is no such file"))]
        size = path.stat().st_size
        if size > MOST_BYTES:
            return None, [_too_big(whole, size)]
        content = path.read_bytes()
    except OSError as error:
        return None, [
            whole(say(zh=f"读不了：{system_reason(error)}", en=f"cannot be read: {system_reason(error)}"))
        ]
    text, problem = _decode(name, content)
    return text, [problem] if problem else []


def shown_path(path: Path, root: Path | None) -> str:
    """The path as problems name it: relative to the project, with forward slashes."""
    if root is not None and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return path.as_posix()


def _too_big(whole: "partial[Problem]", size: int) -> Problem:
    return whole(
        say(
            zh=f"文件有 {size / 1_000_000:.1f} MB，超过 {MOST_BYTES // 1_000_000} MB",
            en=f"the file has {size / 1_000_000:.1f} MB, more than {MOST_BYTES // 1_000_000} MB",
        ),
        say(zh="这里只放规则，不放数据", en="rules belong here, data does not"),
    )


def misnamed(root: Path, folder: str) -> Iterator[Problem]:
    """The files of a folder of the project that are not read because their names end in .yml, sorted by name."""
    for path in sorted((root / folder).glob("*.yml")):
        what = say(zh="不会读取以 .yml 结尾的文件", en="files that end in .yml are not read")
        mend = say(zh=f"请改名为 {path.stem}.yaml", en=f"rename it {path.stem}.yaml")
        yield Problem(f"{folder}/{path.name}", 0, 0, what, mend)


def _decode(name: str, content: bytes) -> tuple[str | None, Problem | None]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None, _encoding(name, 0, 0, "UTF-16")
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line_start = before.rfind(b"\n") + 1
        column = len(before[line_start:].decode("utf-8", "replace")) + 1
        try:
            content.decode("gb18030")
            guess: str | None = "GBK"
        except UnicodeDecodeError:
            guess = None
        return None, _encoding(name, before.count(b"\n") + 1, column, guess)


def _encoding(name: str, line: int, column: int, guess: str | None) -> Problem:
    looks = say(zh=f"，看起来是 {guess}", en=f", it looks like {guess}") if guess else ""
    return Problem(
        name,
        line,
        column,
        say(zh=f"文件不是 UTF-8 编码{looks}", en=f"the file is not UTF-8{looks}"),
        say(zh="请另存为 UTF-8", en="save it as UTF-8"),
    )
