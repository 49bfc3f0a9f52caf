"""The subject somebody names on the command line, by its code, or by its name where only one has it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from duban.base.language import say
from duban.cli.failures import WrongUsage
from duban.cli.opened import unit_meant

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

_MOST_NAMED = 5


class SubjectMeant(NamedTuple):
    """The subject somebody named."""

    kind: str  #: its kind
    code: str  #: its code
    unit: str  #: the code of the unit in whose charge it is


def find_subject(workspace: Workspace, written: str, among: Collection[str] | None = None) -> SubjectMeant:
    """The subject meant, of any kind or one `among` these.

    Raises WrongUsage when there is none, or several kinds or counties have the code.
    """
    from sqlalchemy import select
    from sqlmodel import col

    from duban.ledger.database import reading
    from duban.ledger.rows import columns_of, rows_of
    from duban.ledger.tables import Subject

    known = workspace.definitions.vocabulary.subjects if among is None else among
    rest, at, unit = written.rpartition("@")
    of = unit_meant(workspace.definitions.project, unit) if at else None
    rest = rest if at else written
    named, colon, code = rest.partition(":")
    if not colon or named not in workspace.definitions.vocabulary.subjects:
        named, code = "", rest
    of_kind = select(*columns_of(Subject, SubjectMeant)).where(
        col(Subject.kind).in_([named] if named else list(known))
    )
    project = workspace.definitions.project
    with reading(workspace.ledger) as connection:
        for is_meant in (col(Subject.code) == code, col(Subject.name) == code):
            found = [
                each
                for each in rows_of(connection, of_kind.where(is_meant), SubjectMeant)
                if of is None or project.county_of(each.unit) == project.county_of(of)
            ]
            if found:
                break
        alike = select(col(Subject.name)).where(col(Subject.name).contains(code, autoescape=True)).distinct()
        near = [] if found else connection.execute(alike.limit(_MOST_NAMED)).scalars().all()
    match found:
        case [one]:
            return one
        case []:
            listed = say(zh="、", en=", ").join(near)
            mend = say(zh=f"，是不是：{listed}", en=f", did you mean: {listed}") if near else ""
            raise WrongUsage(
                say(zh=f"台账里没有监管对象“{written}”", en=f"the ledger has no subject “{written}”") + mend
            )
        case _:
            kinds = {each.kind for each in found}
            shown = say(zh="、", en=", ").join(
                f"{each.kind}:{each.code}"
                if len(kinds) == len(found)
                else f"{each.kind}:{each.code}@{each.unit}"
                for each in found
            )
            raise WrongUsage(
                zh=f"{code} 不止一个，请写明：{shown}", en=f"{code} is several; say which: {shown}"
            )
