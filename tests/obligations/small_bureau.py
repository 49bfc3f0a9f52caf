"""A small bureau on each database: a city, two counties, one station, and a workspace around it."""

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy import select

from duban.base.clock import SHANGHAI, FixedClock
from duban.bureau.posts import Post
from duban.bureau.project import OfficeHours, Project
from duban.bureau.units import Unit
from duban.cadence.conditions import CountRule, StreakRule
from duban.cadence.counting import Tally
from duban.cadence.kinds.before import BeforeCadence
from duban.cadence.kinds.campaign import CampaignCadence
from duban.cadence.kinds.frequency import FrequencyCadence
from duban.cadence.kinds.once import OnceCadence
from duban.cadence.kinds.periodic import PeriodicCadence
from duban.cadence.kinds.quota import QuotaCadence
from duban.cadence.kinds.ratio import RatioCadence
from duban.cadence.kinds.threshold import ThresholdCadence
from duban.cadence.kinds.within import WithinCadence
from duban.cadence.reading.goal_phrases import read_goal, read_share, read_term
from duban.cadence.reading.phrases import read_due, read_opens
from duban.cadence.rules import AtEndRule
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Basis, Duty, ForEach, Owner
from duban.duties.vocabulary import NUMBER, FactKind, SubjectKind, Vocabulary
from duban.facts import NewFact, NewSubject, record_facts, record_subjects
from duban.ladders.ladder import (
    Addressee,
    Ladder,
    Rung,
    Stage,
)
from duban.ledger.database import reading
from duban.ledger.short_ids import short_id
from duban.ledger.tables import OBLIGATION
from duban.obligations.actions import complete
from duban.obligations.opening import open_owed
from duban.workdays import Period, TimeGrain
from duban.workspace.workspace import Workspace, sync
from tests.principals import OPERATOR, by

ROOT = Path(__file__).resolve().parents[2]
SELLER = "食品销售者"
POST = "食品流通科"


def a_project():

    def unit(code, name, level, parent):
        return Unit(code, name, level, parent, {POST: Post(POST)})

    units = [
        unit("350400", "三明市局", "city", None),
        unit("350404", "三元区局", "county", "350400"),
        unit("350404-01", "列东所", "station", "350404"),
        unit("350405", "沙县区局", "county", "350400"),
    ]
    hours = OfficeHours(time(8, 30), time(17, 30), rest_days=False)
    return Project("三明市局", SHANGHAI, "zh-CN", hours, {each.code: each for each in units})


VOCABULARY = Vocabulary(
    {
        SELLER: SubjectKind(SELLER, {"业态": ("便利店", "商场超市")}, ("A", "B", "C", "D")),
        "食品生产者": SubjectKind("食品生产者", {}, ()),
    },
    {
        "certificate.issued": FactKind("certificate.issued", "取得许可证", (SELLER,)),
        "inspection.done": FactKind("inspection.done", "完成监督检查", (SELLER,)),
        "sample.failed": FactKind("sample.failed", "检出不合格样品", (SELLER,)),
        "grade.assigned": FactKind("grade.assigned", "评定风险等级", (SELLER,)),
        "analysis.held": FactKind("analysis.held", "开展形势分析", (), of_unit=True),
        "event.held": FactKind(
            "event.held", "举办活动", (), of_unit=True, data={"主题": ("计量", "标准化"), "场次": NUMBER}
        ),
        "complaint.tallied": FactKind(
            "complaint.tallied", "投诉月报", (), of_unit=True, data={"办结": NUMBER, "按时": NUMBER}
        ),
        "clue.received": FactKind("clue.received", "收到线索", (), of_unit=True, data={"编号": ()}),
        "clue.answered": FactKind("clue.answered", "反馈线索", (), of_unit=True, data={"编号": ()}),
        "zero.reported": FactKind("zero.reported", "零报告", (), of_unit=True, data={"事实": ()}),
        "banquet.reported": FactKind("banquet.reported", "报备聚餐", (), of_unit=True, ahead=True),
        "exam.taken": FactKind("exam.taken", "抽考", (SELLER,)),
    },
)
LADDERS = {
    "standard": Ladder("standard", (Rung("remind-1", Stage.REMIND, -5, "target", (Addressee(None),)),))
}


def a_duty(duty_id, cadence, *, level="county", subject=None, where=None, **more):
    return Duty(
        id=duty_id,
        title=duty_id,
        line="食品流通安全监督管理",
        basis=(Basis(quote="原文"),),
        owner=Owner(unit=level, post=POST),
        for_each=ForEach(subject=subject, where=where or {}),
        cadence=cadence,
        ladder="standard",
        **more,
    )


def quarterly(duty_id="quarterly", due="季度结束后10个工作日内", opens="季度结束后", **more):
    cadence = PeriodicCadence(every=TimeGrain.QUARTER, due=read_due(due).rule, opens=read_opens(opens).opens)
    return a_duty(duty_id, cadence, **more)


def monthly(duty_id="monthly", due="当月最后一个工作日", **more):
    return a_duty(duty_id, PeriodicCadence(every=TimeGrain.MONTH, due=read_due(due).rule), **more)


def first_inspection(**more):
    cadence = WithinCadence(period=Period(1, TimeGrain.MONTH), of="certificate.issued")
    return a_duty("first-inspection", cadence, subject=SELLER, done_by="inspection.done", **more)


def before_banquet(opens=None, **more):
    cadence = BeforeCadence(event="banquet.reported", opens=read_opens(opens).opens if opens else None)
    return a_duty("before-banquet", cadence, **more)


def flight_check(**more):
    rules = (
        CountRule(count=3, of="sample.failed", within=Period(1, TimeGrain.YEAR)),
        StreakRule(length=3, grain=TimeGrain.QUARTER, of="sample.failed"),
    )
    cadence = ThresholdCadence(combine="any", rules=rules, due=Period(20, TimeGrain.WORKDAY))
    return a_duty("flight-check", cadence, subject=SELLER, confidential=True, **more)


def graded_visits(**more):
    cadence = FrequencyCadence(by_grade={"A": 1, "B": 2, "C": 3, "D": 4}, ungraded=1)
    return a_duty("visits", cadence, subject=SELLER, done_by="inspection.done", **more)


def number_to_reach(quota="全年不少于3场", **counted):
    goal = read_goal(quota)
    of = Tally(fact="event.held", **counted)
    return a_duty(
        "events", QuotaCadence(every=goal.each, at_least=goal.at_least, measure=goal.measure, of=of)
    )


def share_to_keep(ratio="每季度不低于99.5%", *, of=None, among=None, due=None):
    share = read_share(ratio)
    cadence = RatioCadence(
        every=share.each,
        bound=share.bound,
        at_least=share.at_least,
        of=of or Tally(fact="complaint.tallied", amount="按时"),
        among=among or Tally(fact="complaint.tallied", amount="办结"),
        due=read_due(due).rule if due else AtEndRule(),
    )
    return a_duty("on-time", cadence)


def holiday_supply():
    cadence = CampaignCadence(
        names=("中秋假期", "国庆假期"), due=read_due("节前").rule, opens=read_opens("开始前10个工作日").opens
    )
    return a_duty("supply", cadence)


def by_the_end_of(once):
    term = read_term(once)
    return a_duty("once", OnceCadence(first=term.first, last=term.last, rolls=term.rolls))


class Bureau:
    """The workspace, and what the tests do in it: bring facts, let days pass, look at what is owed."""

    def __init__(self, ledger, calendar, duties, on, sources=None):
        self.sources = sources or {}
        self.calendar = calendar
        self.ledger = ledger
        self.clock = FixedClock(at(on))
        self.numbers = 0
        self.use_duties(duties)

    def use_duties(self, duties, calendar=None):
        definitions = Definitions(
            ROOT,
            a_project(),
            calendar or self.calendar,
            LADDERS,
            replace(VOCABULARY, sources=self.sources),
            {duty.id: duty for duty in duties},
            "-".join(duty.fingerprint for duty in duties),
        )
        sync(self.ledger, definitions, {}, self.clock.now())
        self.ws = Workspace(ROOT, definitions, self.ledger, self.clock)

    def register(self, *codes, unit="350404-01", **more):
        return record_subjects(
            self.ws,
            [NewSubject(SELLER, code, f"{code} 店", unit, **more) for code in codes],
            self.ws.clock.now(),
            OPERATOR,
        )

    def fact(self, kind, day, *, code="S1", unit=None, ref=None, recorded_on=None, **more):
        self.numbers += 1
        about = None if unit else (SELLER, code)
        fact = NewFact(kind, about, unit, date.fromisoformat(day), "测试", ref or f"{self.numbers}", **more)
        moment = at(recorded_on) if recorded_on else max(self.clock.now(), at(day))
        recorded = record_facts(self.ws, [fact], moment, OPERATOR)
        assert recorded.new == 1, recorded.refused
        return recorded

    def open(self, day, *duty_ids):
        self.clock.moment = at(day)
        return open_owed(self.ws, self.clock.now(), duty_ids or None)

    def complete(self, unit, period, day, reason=""):
        """张三 says on a day that what the unit owes for the period is done."""
        (number,) = self.owed("id", unit=unit, period_key=period)
        return complete(self.ws, short_id(number), at(day), who=by("张三"), reason=reason)

    def owed(self, *columns, **where):
        names = columns or ("unit", "period_key")
        query = select(*(OBLIGATION.c[name] for name in names)).order_by(OBLIGATION.c.id)
        for name, value in where.items():
            query = query.where(OBLIGATION.c[name] == value)
        with reading(self.ledger) as connection:
            rows = [tuple(shown(value) for value in row) for row in connection.execute(query)]
        return [row[0] for row in rows] if len(names) == 1 else rows


def shown(value):
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def at(day):
    """09:00 in Shanghai on a day."""
    return datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=SHANGHAI)
