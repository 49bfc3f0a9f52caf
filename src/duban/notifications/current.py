"""The channels a running service uses: the project's file, or while it is wrong, that file as it last was right."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from duban.ledger.database import reading
from duban.ledger.tables import CONTENT_VERSION
from duban.notifications.channels import CHANNELS_FILE, Channels, channels_in, inbox_only, load_channels
from duban.problems import Problem, ProblemsFound
from duban.yamlfile.document import compose_text

if TYPE_CHECKING:
    from duban.workspace import Workspace

_VERSIONS_LOOKED_AT = 20


@dataclass(frozen=True)
class CurrentChannels:
    """What to send over now. `problems` are those of the file as it stands; `known` is False when no version of it
    ever was right, so that nobody can say which channels there are beside the inbox.
    """

    channels: Channels
    problems: tuple[Problem, ...] = ()
    known: bool = True


def current_channels(ws: "Workspace") -> CurrentChannels:
    """The project's channels, from the file as it stands or from the newest version the ledger keeps that is right."""
    try:
        return CurrentChannels(load_channels(ws.root))
    except ProblemsFound as found:
        problems = found.problems
    name = CHANNELS_FILE.as_posix()
    newest = select(CONTENT_VERSION.c.files).order_by(
        CONTENT_VERSION.c.recorded_at.desc(), CONTENT_VERSION.c.id.desc()
    )
    with reading(ws.ledger) as connection:
        versions = connection.execute(newest.limit(_VERSIONS_LOOKED_AT)).scalars().all()
    for files in versions:
        if name not in files:
            continue
        file, mistakes = compose_text(files[name], name)
        if file is None or mistakes:
            continue
        try:
            return CurrentChannels(channels_in(file, ws.root), problems)
        except ProblemsFound:
            continue
    return CurrentChannels(inbox_only(), problems, known=False)
