"""Where a channel's address really stands: in the environment, in a file, or in the project's secrets file.

`env:NAME` reads the environment, `file:PATH` the first line of a file, `secret:NAME` the line `NAME=value` of the
secrets file: the one `DUBAN_SECRETS` names, else `.duban/secrets.env` in the project.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from duban.base.language import say
from duban.channels.redaction import remember

SOURCES = ("env", "file", "secret")


_VARIABLE = re.compile(r"\benv:(\w+)")


class NotConfigured(LookupError):
    """The place that should hold a secret is empty; the message says which, and never what it held."""


def is_reference(text: str) -> bool:
    """Whether `text` names a place of a secret instead of being the address itself."""
    source, divider, name = text.partition(":")
    return bool(divider) and source in SOURCES and bool(name) and not name.startswith("//")


def variables_named(text: str) -> set[str]:
    """The environment variables that a text, such as a file of channels, names as places of secrets: `env:NAME`."""
    return set(_VARIABLE.findall(text))


def fetch(reference: str, root: Path, environment: Mapping[str, str] | None = None) -> str:
    """The secret that `reference` names; it is struck out of every log from here on.

    `environment` stands for the process's own variables where it is given. Raises NotConfigured when the variable,
    the file or the line is missing or empty.
    """
    source, _, name = reference.partition(":")
    match source:
        case "env":
            value = (os.environ if environment is None else environment).get(name, "")
            where = say(zh=f"环境变量 {name}", en=f"environment variable {name}")
        case "file":
            value = _first_line(root / name)
            where = say(zh=f"文件 {name}", en=f"file {name}")
        case _:
            path = secrets_file(root, environment)
            value = _lines(path).get(name, "")
            where = say(zh=f"密钥文件 {path.name} 里的 {name}", en=f"{name} in the secrets file {path.name}")
    value = value.strip()
    if not value:
        raise NotConfigured(say(zh=f"{where} 没有设置", en=f"{where} is not set"))
    remember(value)
    return value


def file_of(reference: str, root: Path, environment: Mapping[str, str] | None = None) -> Path | None:
    """The file in which a secret stands, None for one in the environment."""
    source, _, name = reference.partition(":")
    return {"file": root / name, "secret": secrets_file(root, environment)}.get(source)


def secrets_file(root: Path, environment: Mapping[str, str] | None = None) -> Path:
    """The file with one `NAME=value` a line, readable by the service's account alone; whether it is there is not looked at.

    `DUBAN_SECRETS` of `environment` (None: the process's own) names it, else it lies in the project at `root`.
    """
    named = (os.environ if environment is None else environment).get("DUBAN_SECRETS", "").strip()
    return Path(named) if named else root / ".duban" / "secrets.env"


def _first_line(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    return lines[0] if lines else ""


def _lines(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return {}
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, divider, value = line.partition("=")
        if divider and not name.lstrip().startswith("#"):
            found[name.strip()] = value.strip().strip("'\"")
    return found
