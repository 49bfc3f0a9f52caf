"""What the made-up leaders assign once (临时交办): one that a county lets lie, and one to every county."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from duban.assignments.assigning import assign
from duban.assignments.drafts import AssignmentDraft
from duban.demo.habits import lazy_counties
from duban.demo.made_up import MARK
from duban.ledger.principals import operator
from duban.workspace.workspace import Workspace


class _Note(NamedTuple):
    days_ago: int
    owner: str
    due: str
    title: str
    words: str
    document: str


_NOTES = (
    _Note(
        21,
        "{county}/餐饮科",
        "5个工作日",
        "核查群众反映的学校周边餐饮店使用过期食材问题",
        "请核查清楚，依法处理，结果报市局",
        "明市监交办〔{year}〕3号",
    ),
    _Note(
        4,
        "县局/产品质量科",
        "10个工作日",
        "排查辖区内销售的电动自行车头盔",
        "按省局通知，排查辖区内销售的电动自行车头盔，结果汇总上报",
        "闽市监函〔{year}〕18号",
    ),
)


def assigned(ws: Workspace, now: datetime, on: date, today: date) -> int:
    """Assign at `now`, of business date `on`, what was due to be assigned by then and was not yet; how much is owed by it."""
    project = ws.definitions.project
    county = project.units[min(lazy_counties(project))].name
    [city] = project.units_at("city")
    leader = city.posts["主要领导"].holder or MARK
    made = 0
    for note in _NOTES:
        draft = AssignmentDraft(
            title=note.title + MARK,
            owners=(note.owner.format(county=county),),
            due=note.due,
            words=note.words + MARK,
            document=note.document.format(year=on.year) + MARK,
        )
        if today - timedelta(days=note.days_ago) <= on:
            order = assign(ws, draft, now, who=operator(project, leader), form=note.document)
            made += 0 if order.again else len(order.obligations)
    return made
