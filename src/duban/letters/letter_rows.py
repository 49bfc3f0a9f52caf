"""What a letter says of each obligation, in the columns of its table."""

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import col, select

from duban.base.clock import Present, local
from duban.duties.grammar import Basis, duty_from_content
from duban.duties.work_plan import clause_places
from duban.ledger.sessions import looking
from duban.ledger.short_ids import short_id
from duban.ledger.tables import DutyVersion, Obligation
from duban.letters.grounds import late_word
from duban.letters.kinds import day_word
from duban.obligations.listed import ShownObligation
from duban.workspace.workspace import Workspace


def letter_rows(
    ws: Workspace, about: Sequence[ShownObligation], present: Present
) -> Iterable[Mapping[str, object]]:
    """A row for each of these obligations as it stands at `present`, the nearest deadline first."""
    places = clause_places(ws.root)
    rests_on = _bases(ws, about)
    for count, each in enumerate(sorted(about, key=lambda row: (row.deadline, row.id)), 1):
        bases = rests_on[each.id]
        named = [places.get(clause, "") for basis in bases for clause in basis.clauses]
        named += [basis.source for basis in bases if basis.source]
        hour = local(each.due_at, ws.definitions.project.zone)[10:] if each.due_at else ""
        whom = each.subject_name or ""
        yield {
            "序号": count,
            "编号": short_id(each.id),
            "事项": f"{each.title}（{whom}）" if whom else each.title,
            "依据": "；".join(_shortened(dict.fromkeys(filter(None, named)))),
            "期限": day_word(each.deadline) + hour,
            "逾期": late_word(each, present, ws.definitions.calendar.for_unit(each.unit)),
            "单位": each.unit_name,
        }


def _bases(ws: Workspace, about: Sequence[ShownObligation]) -> dict[int, tuple[Basis, ...]]:
    """What each of these rests on, by its number, as its duty said when it opened."""
    query = (
        select(col(Obligation.id), col(DutyVersion.content))
        .join(DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id))
        .where(col(Obligation.id).in_([each.id for each in about]))
    )
    with looking(ws.ledger) as session:
        return {number: duty_from_content(content).basis for number, content in session.exec(query)}


def _shortened(places: Iterable[str]) -> Iterable[str]:
    """Places in papers, 某某工作要点 三、(一): the paper is named once for those that follow each other."""
    before = ""
    for place in places:
        paper, _, within = place.partition(" ")
        yield within if within and paper == before else place
        before = paper
