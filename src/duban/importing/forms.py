"""The forms of a project at work: every mapping there is, and a form filled with a unit's own subjects."""

from collections.abc import Collection

from sqlmodel import col, select

from duban.base.clock import business_date
from duban.base.problems import ProblemsFound
from duban.duties.vocabulary import FactKind, SubjectKind, Vocabulary
from duban.importing.mappings import TableMapping, load_mappings
from duban.importing.registration_forms import registration_mappings, registration_name, write_registration
from duban.importing.templates import ListedSubject, template_mappings, write_template
from duban.ledger.database import reading
from duban.ledger.rows import rows_of
from duban.ledger.tables import Subject
from duban.workspace.workspace import Workspace


def all_mappings(ws: Workspace) -> dict[str, TableMapping]:
    """Every mapping by its name: those of the folder, and those that read the forms. Raises ProblemsFound.

    From the folder, not from what was applied: a mapping changes nothing until a person imports, and sees it rehearsed.
    """
    mappings, problems = load_mappings(ws.root, ws.definitions.vocabulary)
    if problems:
        raise ProblemsFound(problems)
    return {**form_mappings(ws.definitions.vocabulary), **mappings}


def form_mappings(vocabulary: Vocabulary) -> dict[str, TableMapping]:
    """The mappings of all forms, of facts and of subjects, by their names."""
    return {**registration_mappings(vocabulary), **template_mappings(vocabulary)}


def form_title(kind: FactKind | SubjectKind) -> str:
    """What the form of a kind is called, also as a file: 举办培训填报表, 市地方标准登记表."""
    if isinstance(kind, SubjectKind):
        return registration_name(kind)
    return f"{kind.title.replace('/', '-')}填报表"


def filled_form(ws: Workspace, kind: FactKind | SubjectKind, units: Collection[str]) -> tuple[bytes, int]:
    """The form of a kind of fact for these units (codes), with their active subjects, and how many subjects it offers; or the
    form with which subjects of a kind are registered.

    `kind` is what is reported or registered, `units` the codes of those whose subjects and names its drop-downs offer. Unknown
    codes are left out. Its days are those of the project's zone, on the day of the workspace's clock.
    """
    definitions = ws.definitions
    today = business_date(ws.clock.now(), definitions.project.zone)
    offered = [unit for unit in definitions.project.units.values() if unit.code in units]
    if isinstance(kind, SubjectKind):
        return write_registration(kind, offered, today), 0
    listed = (
        select(col(Subject.kind), col(Subject.code), col(Subject.name))
        .where(
            col(Subject.kind).in_(kind.about),
            col(Subject.active),
            col(Subject.unit).in_([unit.code for unit in offered]),
        )
        .order_by(col(Subject.kind), col(Subject.name))
    )
    with reading(ws.ledger) as connection:
        subjects = rows_of(connection, listed, ListedSubject)
    return write_template(kind, definitions.vocabulary, offered, subjects, today), len(subjects)
