"""A wrong command line in the reader's language. The library's own sentences are English only, and about its types."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from typer.exceptions import TyperException

from duban.base.language import say


def _one_of(known: str) -> str:
    listed = say(zh="、", en=", ").join(re.findall(r"'([^']*)'", known))
    return say(zh=f"可以写 {listed}", en=f"write one of {listed}")


_SENTENCES: tuple[tuple[str, Callable[[str], str]], ...] = (
    (r"Input should be greater than or equal to (\S+)", lambda n: say(zh=f"最小是 {n}", en=f"{n} at least")),
    (r"Input should be less than or equal to (\S+)", lambda n: say(zh=f"最大是 {n}", en=f"{n} at most")),
    (r"Input should be a valid integer()", lambda _: say(zh="要写整数", en="write a whole number")),
    (r"Input should be a valid number()", lambda _: say(zh="要写数字", en="write a number")),
    (r"Value error, .* is not one of (.*?)\.?$", _one_of),
    (r"(?:File|Path|Directory) (.*) does not exist", lambda path: say(zh=f"没有 {path}", en=f"no {path}")),
    (r"(?:File|Path) (.*) is a directory", lambda path: say(zh=f"{path} 是文件夹", en=f"{path} is a folder")),
    (
        r"Got unexpected extra argument\S* \((.*)\)",
        lambda more: say(zh=f"多写了 {more}", en=f"too much: {more}"),
    ),
    (r"No such command '(.*)'", lambda name: say(zh=f"没有命令 {name}", en=f"no such command: {name}")),
    (r"Missing command()", lambda _: say(zh="没有写是哪一个命令", en="which command?")),
)
"""What the library says, and what is said instead of it."""


def usage_line(error: TyperException) -> str:
    """What is wrong with a command line, in one line that begins with the option it speaks of."""
    named: Any = error
    parameter = getattr(named, "param", None)
    name = (
        parameter.get_error_hint().strip("'\"") if parameter is not None else getattr(named, "param_hint", "")
    )
    match type(error).__name__:
        case "NoSuchOption":
            command = getattr(getattr(named, "ctx", None), "command", None)
            known = [name for each in getattr(command, "params", ()) for name in each.opts]
            near = _of_the_same_meaning(named.option_name, known) or "、".join(named.possibilities or ())
            mend = say(zh=f"，是不是 {near}？", en=f", did you mean {near}?") if near else ""
            line = say(zh=f"没有选项 {named.option_name}", en=f"no such option: {named.option_name}") + mend
        case "MissingParameter":
            line = say(zh=f"缺少 {name}", en=f"missing {name}")
        case "BadParameter":
            said = _in_words(error.message)
            line = say(zh=f"{name}：{said}", en=f"{name}: {said}")
        case "BadOptionUsage":
            line = say(
                zh=f"选项 {named.option_name} 后面要写值", en=f"option {named.option_name} needs a value"
            )
            if "does not take a value" in error.message:
                line = say(
                    zh=f"选项 {named.option_name} 后面不写值", en=f"option {named.option_name} takes no value"
                )
        case _:
            line = _in_words(error.format_message())
    context = getattr(named, "ctx", None)
    command = context.command_path if context is not None else "duban"
    return line + say(zh=f"（用法见 {command} --help）", en=f" (see {command} --help)")


_SAME_MEANING = (
    {"--reason", "--because", "--why", "--note", "--comment", "--message"},
    {"--to", "--until", "--due", "--date", "--on"},
    {"--as", "--format", "--output", "--out"},
    {"--actor", "--who", "--user"},
    {"--project", "--root", "--dir", "--folder"},
)
"""Options that people take for each other, whose letters are not alike."""


def _of_the_same_meaning(written: str, known: Iterable[str]) -> str:
    """Those of the options a command knows that mean what was written; empty where none does."""
    alike = next((each for each in _SAME_MEANING if written in each), set())
    return "、".join(name for name in known if name in alike)


def _in_words(message: str) -> str:
    """What the library said, in the reader's language; what is duban's own stays as it is."""
    for pattern, words in _SENTENCES:
        if found := re.match(pattern, message):
            return words(found[1])
    return message
