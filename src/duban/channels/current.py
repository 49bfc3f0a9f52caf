"""The channels in force: those of the content that was applied; their secrets stand in the project itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from duban.base.problems import Problem, ProblemsFound
from duban.channels.loading import CHANNELS_FILE, channels_in
from duban.channels.routes import Channels, inbox_only
from duban.yamlfile import YamlFile, read

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class CurrentChannels:
    """The channels in force, and whether they could be read."""

    channels: Channels  #: what to send over now
    problems: tuple[Problem, ...] = ()  #: mistakes of the channels file in force
    known: bool = (  #: False while it has any, so that nobody can say which channels there are beside the inbox
        True  #: False while it has any, so that nobody can say which channels there are beside the inbox
    )


def current_channels(ws: "Workspace", environment: Mapping[str, str] | None = None) -> CurrentChannels:
    """The channels of the content in force, the inbox alone while its file has mistakes (the first start takes it as it is).

    Their addresses are read from `environment` instead of this process's where it is given.
    """
    path = ws.definitions.root / CHANNELS_FILE
    if not path.exists():
        return CurrentChannels(inbox_only())
    stands = path.stat()
    try:
        written = _written(path, ws.definitions.root, stands.st_mtime_ns, stands.st_size)
        return CurrentChannels(channels_in(written, ws.root, environment))
    except ProblemsFound as found:
        return CurrentChannels(inbox_only(), found.problems, known=False)


@lru_cache(4)
def _written(path: Path, root: Path, changed_at: int, size: int) -> YamlFile:
    """The file as it was read once, until it changes: every page of an obligation asks for it."""
    return read(path, root=root)
