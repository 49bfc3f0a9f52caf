"""Adding one entry to `festivals.yaml` or `closures.yaml`: the lines of the entry come in, all others stay as they are.

As with a year's file, what was written is read again and compared with what was meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.holidays.year_text import laid_out_otherwise, quoted
from duban.workdays.closures import CLOSURES_FILE, Closure, Closures
from duban.workdays.festivals import Festivals, NoticedSpan, Window
from duban.yamlfile.composing import compose_text
from duban.yamlfile.files import read_text
from duban.yamlfile.models import validate
from duban.yamlfile.yaml_text import YamlFile

FESTIVALS = "calendar/festivals.yaml"
CLOSURES = f"calendar/{CLOSURES_FILE}"


@dataclass(frozen=True)
class FileInsertion:
    """A file with one entry more. `was` says what stood there for the same year or days, "" if nothing did."""

    path: str  #: the file, from the project's folder
    text: str  #: its new text
    was: str  #: what stood there for the same year or days; empty: nothing
    changes: bool  #: whether the text is another than before


def announce_window(root: Path, name: str, span: NoticedSpan) -> FileInsertion:
    """`festivals.yaml` of the project at `root` with the days (`span`) that a notice sets for the window `name`, in the year
    of their first day; those set for that year before are replaced. Nothing is written yet.

    Raises ProblemsFound for a name that is no window, and for a file that cannot be changed without spoiling it.
    """
    text = _text(root, FESTIVALS)
    file, festivals = _read(text, FESTIVALS, Festivals, names=True)
    number = _window(festivals, name)
    window = festivals.windows[number]
    same = [each for each in window.announced if each.from_.year == span.from_.year]
    was = f"{same[0].from_} — {same[0].to} {same[0].notice}" if same else ""
    if same == [span]:
        return FileInsertion(FESTIVALS, text, was, changes=False)
    announced = sorted(
        [*(each for each in window.announced if each not in same), span], key=lambda each: each.from_
    )
    meant = window.model_copy(update={"announced": tuple(announced)})
    lines = _with_window(text.replace("\r\n", "\n").split("\n"), file, number, meant, same)
    written = _joined(lines, text)
    windows = (*festivals.windows[:number], meant, *festivals.windows[number + 1 :])
    _prove(written, FESTIVALS, festivals.model_copy(update={"windows": windows}), names=True)
    return FileInsertion(FESTIVALS, written, was, changes=True)


def add_closure(root: Path, closure: Closure) -> FileInsertion:
    """`closures.yaml` with one closure more. Raises ProblemsFound for a file that cannot be changed."""
    text = _text(root, CLOSURES, missing="closures: []\n")
    file, read = _read(text, CLOSURES, Closures)
    if closure in read.closures:
        return FileInsertion(CLOSURES, text, "", changes=False)
    entry = [
        f'  - unit: "{closure.unit}"',
        f"    from: {closure.from_}",
        f"    to: {closure.to}",
        f"    reason: {quoted(closure.reason)}",
        f"    notice: {quoted(closure.notice)}",
    ]
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    if not read.closures:
        place = file.key_place(("closures",))[0] - 1
        lines = [*lines[:place], "closures:", *entry, *lines[place + 1 :]]
    else:
        lines += ["", *entry] if "" in lines[file.place(("closures", 0))[0] - 1 :] else entry
    written = _joined(lines, text)
    _prove(written, CLOSURES, Closures(closures=(*read.closures, closure)))
    return FileInsertion(CLOSURES, written, "", changes=True)


def _window(festivals: Festivals, name: str) -> int:
    for number, window in enumerate(festivals.windows):
        if name == window.name or name in window.aliases:
            return number
    if any(name == each.name or name in each.aliases for each in festivals.festivals):
        what = say(
            zh=f"“{name}”每年的日子是定的，不用等通知", en=f"“{name}” has its day by rule: no notice sets it"
        )
        raise ProblemsFound([Problem(FESTIVALS, 0, 0, what)])
    windows = [known for window in festivals.windows for known in (window.name, *window.aliases)]
    what = say(zh=f"没有时段“{name}”", en=f"there is no window “{name}”")
    raise ProblemsFound([Problem(FESTIVALS, 0, 0, what, did_you_mean(name, windows))])


def _with_window(
    lines: list[str], file: YamlFile, number: int, meant: Window, replaced: list[NoticedSpan]
) -> list[str]:
    at = ("windows", number)
    line, column = file.place(at)
    if lines[line - 1][column - 1 :].startswith("{"):
        return [
            *lines[: line - 1],
            *_unfolded(lines[line - 1], column, file.data["windows"][number], meant),
            *lines[line:],
        ]
    indent = " " * (column - 1)
    end = _end_of_window(lines, file, number)
    written = file.data["windows"][number].get("announced")
    added = [f"{indent}  - {_span(each)}" for each in meant.announced]
    if not written:
        key = [place for place in range(line - 1, end) if lines[place].startswith(f"{indent}announced:")]
        kept = [each for place, each in enumerate(lines[:end]) if place not in key]
        return [*kept, f"{indent}announced:", *added, *lines[end:]]
    starts = [file.place((*at, "announced", each))[0] - 1 for each in range(len(written))]
    if len(set(starts)) < len(starts) or starts[0] == file.key_place((*at, "announced"))[0] - 1:
        return lines  # written on one line: left to the proof to refuse
    kept_lines = {str(data["from"]): lines[start] for data, start in zip(written, starts, strict=True)}
    gone = {str(each.from_) for each in replaced}
    block = [
        kept_lines[str(each.from_)] if str(each.from_) in kept_lines.keys() - gone else new
        for each, new in zip(meant.announced, added, strict=True)
    ]
    return [*lines[: starts[0]], *block, *lines[starts[-1] + 1 :]]


def _unfolded(line: str, column: int, data: Mapping[str, object], meant: Window) -> list[str]:
    """A window written on one line, on a line for each key, with what was announced."""
    indent = " " * (column - 1)
    dash = line[: column - 1]
    pairs = []
    for key, value in data.items():
        if key == "announced":
            continue
        if isinstance(value, dict):
            value = "{" + ", ".join(f"{name}: {inner}" for name, inner in value.items()) + "}"  # noqa: PLW2901
        elif isinstance(value, list):
            value = "[" + ", ".join(quoted(str(each)) for each in value) + "]"  # noqa: PLW2901
        else:
            value = quoted(str(value))  # noqa: PLW2901
        pairs.append(f"{key}: {value}")
    _, _, behind = line.rpartition("}")
    first = f"{dash}{pairs[0]}" + (f"  {behind.strip()}" if behind.strip() else "")
    rest = [f"{indent}{pair}" for pair in pairs[1:]]
    return [first, *rest, f"{indent}announced:", *(f"{indent}  - {_span(each)}" for each in meant.announced)]


def _end_of_window(lines: list[str], file: YamlFile, number: int) -> int:
    """The line after the last one of a window that holds data."""
    start = file.place(("windows", number))[0] - 1
    following = [
        *(file.place(("windows", other))[0] - 1 for other in range(number + 1, len(file.data["windows"]))),
        *(file.key_place((key,))[0] - 1 for key in file.data),
        len(lines),
    ]
    end = min(place for place in following if place > start)
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _span(span: NoticedSpan) -> str:
    return f"{{from: {span.from_}, to: {span.to}, notice: {quoted(span.notice)}}}"


def _text(root: Path, path: str, *, missing: str | None = None) -> str:
    if missing is not None and not (root / path).exists():
        return missing
    text, problems = read_text(root / path, root=root)
    if text is None:
        raise ProblemsFound(problems)
    return text


def _read(text: str, path: str, model: type[Any], *, names: bool = False) -> tuple[YamlFile, Any]:
    file, problems = compose_text(text, path)
    if file is None or problems:
        raise ProblemsFound(problems)
    read, wrong = validate(file, file.data, model, context={"names": set()} if names else {})
    if wrong:
        raise ProblemsFound(wrong)
    return file, read


def _joined(lines: list[str], old: str) -> str:
    text = "\n".join(lines).rstrip("\n") + "\n"
    return text.replace("\n", "\r\n") if "\r\n" in old else text


def _prove(text: str, path: str, meant: object, *, names: bool = False) -> None:
    """That the new text says what was meant. Raises ProblemsFound with how to go on by hand."""
    try:
        written = _read(text, path, type(meant), names=names)[1]
    except ProblemsFound:
        written = None
    if written != meant:
        raise laid_out_otherwise(path)
