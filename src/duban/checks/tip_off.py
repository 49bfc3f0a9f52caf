"""No tip-off (不得走漏风声): what a confidential duty keeps secret, an open one must not announce.

Three failed batches open a flight check that nobody is to know of. An open duty that the same facts open for the same kind
of subject would announce it the same morning, in the group. It has to wait for what the confidential one ends with.
"""

from collections.abc import Iterator

from duban.base.language import say
from duban.base.problems import Problem
from duban.cadence.opening import CalendarOpening
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.yamlfile import read


def tip_offs(definitions: Definitions) -> Iterator[Problem]:
    """Open duties that the facts of a confidential one open for the same subject, in the same way."""
    duties = definitions.duties.values()
    for secret in duties:
        if not secret.confidential:
            continue
        for told in duties:
            if not told.confidential and _opens_together(secret, told):
                yield _problem(definitions, secret, told)


def _opens_together(secret: Duty, told: Duty) -> bool:
    first, second = secret.cadence.opening, told.cadence.opening
    return (
        not isinstance(first, CalendarOpening)
        and type(first) is type(second)
        and secret.for_each.subject is not None
        and secret.for_each.subject == told.for_each.subject
        and bool(first.facts & second.facts)
        and not _apart(secret, told)
    )


def _apart(secret: Duty, told: Duty) -> bool:
    """Whether no subject is of both: under some attribute they want different values."""
    mine, theirs = secret.for_each.where, told.for_each.where
    return any(name in theirs and not set(values) & set(theirs[name]) for name, values in mine.items())


def _problem(definitions: Definitions, secret: Duty, told: Duty) -> Problem:
    file = read(definitions.root / told.path, root=definitions.root)
    number = next(place for place, each in enumerate(file.data["duties"]) if each["id"] == told.id)
    after = secret.done_by or "…"
    return Problem(
        file.path,
        *file.place(("duties", number)),
        say(
            zh=f"这些事实同时会开保密事项 {secret.id}，公开开办就走漏了风声",
            en=f"these facts open the confidential duty {secret.id} too: opened openly, it gives that away",
        ),
        say(
            zh=f"请等它办完再开，例如 within: 10个工作日、of: {after}；或者也写 confidential: 是",
            en=f"let it wait, for example within: 10 workdays, of: {after}; or make it confidential",
        ),
        told.id,
    )
