"""A small city for simulations: every kind of unit, an empty post, one that is away, and a ladder with all its rungs.

`Lived` lets the real engine live through a span of days on a ledger, a turn each morning; what it wrote is compared
with what a simulation said.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from duban.base.clock import SHANGHAI, FixedClock, business_date
from duban.bureau.posts import Post
from duban.bureau.project import OfficeHours, Project
from duban.bureau.units import Unit
from duban.cadence.conditions import CountRule, StreakRule
from duban.cadence.counting import Tally
from duban.cadence.kinds.campaign import CampaignCadence
from duban.cadence.kinds.frequency import FrequencyCadence
from duban.cadence.kinds.once import OnceCadence
from duban.cadence.kinds.periodic import PeriodicCadence
from duban.cadence.kinds.quota import QuotaCadence
from duban.cadence.kinds.ratio import RatioCadence
from duban.cadence.kinds.review import ReviewCadence
from duban.cadence.kinds.threshold import ThresholdCadence
from duban.cadence.kinds.within import WithinCadence
from duban.cadence.reading.phrases import read_due, read_opens
from duban.cadence.rules import AfterEndRule, OpeningRule
from duban.definitions.definitions import Definitions
from duban.deliveries.delivering import deliver
from duban.duties.grammar import Basis, Duty, Effective, ForEach, Owner
from duban.duties.vocabulary import FactKind, SubjectKind, Vocabulary
from duban.facts import NewFact, NewSubject, record_facts, record_subjects
from duban.ladders.ladder import (
    Addressee,
    Ladder,
    Rung,
    Stage,
)
from duban.ledger.database import reading, writing
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION
from duban.notices.patrol import patrol
from duban.obligations.cause import Cause
from duban.obligations.completion import Fulfilment, complete
from duban.obligations.opening import open_owed
from duban.obligations.rungs import office_start
from duban.simulation import GivenFact, Premises, SubjectGroup
from duban.simulation.mail import Line
from duban.workdays import Period, TimeGrain
from duban.workspace.workspace import Workspace, sync
from tests.principals import OPERATOR

ONE_DAY = timedelta(days=1)
SELLER = "食品销售者"
CITY, SANYUAN, LIEDONG, SHAXIAN = "350400", "350404", "350404-01", "350405"
FOOD, HEAD, LEADER = "食品流通科", "科室负责人", "分管领导"


def a_project(*, empty=(), away=(), rest_days=False):
    """`empty` are posts (unit, name) nobody holds, `away` absences (unit, name, first, last)."""

    def unit(code, name, level, parent):
        posts = {}
        for post in (FOOD, HEAD, LEADER):
            absences = tuple(
                (first, last) for where, who, first, last in away if (where, who) == (code, post)
            )
            posts[post] = Post(post, vacant=(code, post) in empty, away=absences)
        return Unit(code, name, level, parent, posts)

    units = [
        unit(CITY, "三明市局", "city", None),
        unit(SANYUAN, "三元区局", "county", CITY),
        unit(LIEDONG, "列东所", "station", SANYUAN),
        unit(SHAXIAN, "沙县区局", "county", CITY),
    ]
    hours = OfficeHours(time(8, 30), time(17, 30), rest_days=rest_days)
    return Project("三明市局", SHANGHAI, "zh-CN", hours, {each.code: each for each in units})


VOCABULARY = Vocabulary(
    {SELLER: SubjectKind(SELLER, {"业态": ("便利店", "商场超市"), "备注": ()}, ("A", "B", "C", "D"))},
    {
        "certificate.issued": FactKind("certificate.issued", "取得许可证", (SELLER,)),
        "inspection.done": FactKind("inspection.done", "完成监督检查", (SELLER,)),
        "sample.failed": FactKind("sample.failed", "检出不合格样品", (SELLER,)),
        "analysis.held": FactKind("analysis.held", "开展形势分析", (), of_unit=True),
        "event.held": FactKind("event.held", "举办活动", (), of_unit=True),
        "complaint.tallied": FactKind("complaint.tallied", "投诉月报", (), of_unit=True),
    },
)
LADDERS = {
    "standard": Ladder(
        "standard",
        (
            Rung("remind-1", Stage.REMIND, -5, "target", (Addressee(None),)),
            Rung("remind-2", Stage.REMIND, -1, "target", (Addressee(None),)),
            Rung("urge-1", Stage.URGE, 1, "deadline", (Addressee(None), Addressee(HEAD))),
            Rung("supervise-1", Stage.SUPERVISE, 3, "deadline", (Addressee(LEADER),)),
            Rung("circulate-1", Stage.CIRCULATE, 5, "deadline", (Addressee(LEADER, "parent"),)),
            Rung("summon-1", Stage.SUMMON, 10, "deadline", (Addressee(LEADER, "city"),), urgent=True),
        ),
    ),
    "quick": Ladder(
        "quick",
        (
            Rung("now", Stage.REMIND, 0, "opening", (Addressee(None), Addressee(HEAD)), urgent=True),
            Rung("late", Stage.URGE, 1, "deadline", (Addressee(LEADER),)),
        ),
    ),
}


def a_duty(duty_id, cadence, *, level="county", subject=None, where=None, for_level=None, **more):
    return Duty(
        id=duty_id,
        title=duty_id,
        line=more.pop("line", "食品流通安全监督管理"),
        basis=(Basis(quote="原文"),),
        owner=Owner(unit=level, post=more.pop("post", FOOD)),
        for_each=ForEach(level=for_level, subject=subject, where=where or {}),
        cadence=cadence,
        ladder=more.pop("ladder", "standard"),
        **more,
    )


def monthly(duty_id="monthly", due="当月最后一个工作日", **more):
    return a_duty(duty_id, PeriodicCadence(every=TimeGrain.MONTH, due=read_due(due).rule), **more)


def quarterly(duty_id="quarterly", **more):
    due, opens = read_due("季度结束后10个工作日内").rule, read_opens("季度结束后").opens
    return a_duty(duty_id, PeriodicCadence(every=TimeGrain.QUARTER, due=due, opens=opens), **more)


def weekly(duty_id="weekly", **more):
    return a_duty(
        duty_id, PeriodicCadence(every=TimeGrain.WEEK, due=read_due("当周最后一个工作日").rule), **more
    )


def reviewed(duty_id="reviewed", **more):
    return a_duty(duty_id, ReviewCadence(every=TimeGrain.HALF_YEAR), **more)


def first_inspection(duty_id="first-inspection", **more):
    cadence = WithinCadence(period=Period(1, TimeGrain.MONTH), of="certificate.issued")
    return a_duty(duty_id, cadence, subject=SELLER, **more)


def after_analysis(duty_id="after-analysis", **more):
    return a_duty(duty_id, WithinCadence(period=Period(7, TimeGrain.WORKDAY), of="analysis.held"), **more)


def three_in_a_year(count=3):
    return CountRule(count=count, of="sample.failed", within=Period(1, TimeGrain.YEAR))


def three_quarters():
    return StreakRule(length=3, grain=TimeGrain.QUARTER, of="sample.failed")


def flight_check(*rules, combine="any", duty_id="flight-check", **more):
    rules = rules or (three_in_a_year(), three_quarters())
    cadence = ThresholdCadence(combine=combine, rules=rules, due=Period(20, TimeGrain.WORKDAY))
    return a_duty(duty_id, cadence, subject=SELLER, **more)


def visits(duty_id="visits", **more):
    cadence = FrequencyCadence(by_grade={"A": 1, "B": 2, "C": 3, "D": 4}, ungraded=1)
    return a_duty(duty_id, cadence, subject=SELLER, **more)


def before_due(duty_id="ahead", days=15, **more):
    """Due on the 20th of each month, opened so many natural days before."""
    cadence = PeriodicCadence(
        every=TimeGrain.MONTH,
        due=read_due("每月20日前").rule,
        opens=OpeningRule(anchor="due", before=Period(days, TimeGrain.DAY)),
    )
    return a_duty(duty_id, cadence, **more)


def events_held(duty_id="events", **more):
    return a_duty(
        duty_id, QuotaCadence(every=TimeGrain.QUARTER, at_least=2, of=Tally(fact="event.held")), **more
    )


def complaints_on_time(duty_id="on-time", **more):
    of, among = (Tally(fact="complaint.tallied", amount=name) for name in ("按时", "办结"))
    cadence = RatioCadence(every=TimeGrain.MONTH, bound=Decimal("0.995"), of=of, among=among)
    return a_duty(duty_id, cadence, **more)


def holiday_supply(duty_id="supply", *, names=("清明节假期", "劳动节假期", "端午节假期"), due=None, **more):
    opens = OpeningRule(anchor="start", before=Period(10, TimeGrain.WORKDAY))
    return a_duty(duty_id, CampaignCadence(names=names, opens=opens, **({"due": due} if due else {})), **more)


def done_once(duty_id="once", first=date(2023, 4, 1), last=date(2023, 5, 31), **more):
    return a_duty(duty_id, OnceCadence(first=first, last=last, rolls=True), **more)


EVERY_KIND = (
    monthly(),
    monthly("monthly-city", level="city"),
    monthly("monthly-station", level="station", post=HEAD, ladder="quick"),
    quarterly(),
    weekly(level="city", for_level="county"),
    reviewed(),
    before_due(),
    before_due("begun-later", effective=Effective(from_=date(2023, 4, 10), until=date(2023, 6, 30))),
    first_inspection(),
    first_inspection("first-of-shops", where={"业态": ("便利店",)}, level="station"),
    after_analysis(),
    flight_check(confidential=True),
    visits(),
    visits("visits-of-city", level="city", catch_up="latest"),
    monthly("monthly-of-sellers", subject=SELLER),
    events_held(),
    complaints_on_time(),
    holiday_supply(),
    holiday_supply(
        "after", due=AfterEndRule(period=Period(5, TimeGrain.WORKDAY)), level="station", ladder="quick"
    ),
    done_once(),
    done_once("once-running", date(2023, 1, 1), date(2023, 12, 31), level="city"),
)


def definitions_of(root, calendar, duties, project=None):
    duties = {duty.id: duty for duty in duties}
    fingerprint = "-".join(duty.fingerprint for duty in duties.values())
    return Definitions(root, project or a_project(), calendar, LADDERS, VOCABULARY, duties, fingerprint)


@dataclass
class Story:
    """Who there is and what happens: subjects (code, unit, grade, attributes, registered) and facts (kind, day, about)."""

    subjects: list = field(default_factory=list)
    facts: list = field(default_factory=list)

    def given(self):
        groups = {
            code: SubjectGroup(SELLER, unit, grade, attributes, registered)
            for code, unit, grade, attributes, registered in self.subjects
        }
        events = [
            GivenFact(kind, on, about=about, group=groups[about])
            if about in groups
            else GivenFact(kind, on, unit=about)
            for kind, on, about in self.facts
        ]
        return Premises(tuple(groups.values()), tuple(events))

    def told_on(self, day, first):
        """The facts that become known on `day`; on the first day also everything before."""
        codes = {code for code, *_ in self.subjects}
        for number, (kind, on, about) in enumerate(self.facts):
            if max(on, first) == day:
                subject = (SELLER, about) if about in codes else None
                yield NewFact(kind, subject, None if subject else about, on, "故事", str(number))


class Lived:
    """The same span lived by the real engine."""

    def __init__(self, ledger, definitions, first, last, story, *, act=False, send=False, strict=True):
        self.definitions, self.ledger = definitions, ledger
        self.clock = FixedClock(office_start(first, definitions.project))
        sync(ledger, definitions, {}, self.clock.now())
        self.ws = Workspace(definitions.root, definitions, ledger, self.clock)
        subjects = [
            NewSubject(SELLER, code, code, unit, grade, attributes, registered_on=registered)
            for code, unit, grade, attributes, registered in story.subjects
        ]
        assert not record_subjects(self.ws, subjects, self.ws.clock.now(), OPERATOR).refused
        day = first
        while day <= last:
            now = self.clock.moment = office_start(day, definitions.project)
            facts = sorted(story.told_on(day, first), key=lambda fact: fact.happened_on)
            assert not record_facts(self.ws, facts, now, OPERATOR).refused
            refused = open_owed(self.ws, now).refused
            assert not (strict and refused)
            patrol(self.ws, now)
            if send:
                deliver(self.ws, now)
            if act:
                self.complete_what_is_due(day, now)
            day += ONE_DAY

    def complete_what_is_due(self, day, now):
        with writing(self.ledger) as connection:
            due = select(OBLIGATION.c.id).where(OBLIGATION.c.closed_at.is_(None), OBLIGATION.c.target <= day)
            done = {number: Fulfilment(day) for number in connection.execute(due).scalars()}
            complete(connection, done, Cause("单位", now, day))

    def obligations(self):
        columns = ("duty_id", "unit", "opened_on", "target", "deadline", "provisional")
        query = select(
            *(OBLIGATION.c[name] for name in columns), OBLIGATION.c.period_key, OBLIGATION.c.fact_id
        )
        return Counter(
            (*row[:-2], "" if row.fact_id is not None else row.period_key) for row in self._rows(query)
        )

    def notices(self):
        query = select(
            OBLIGATION.c.duty_id,
            OBLIGATION.c.unit,
            OBLIGATION.c.target,
            NOTICE.c.rung,
            NOTICE.c.due_on,
            NOTICE.c.decided_at,
            NOTICE.c.late,
        ).join(NOTICE, NOTICE.c.obligation_id == OBLIGATION.c.id)
        return Counter(
            (*row[:5], business_date(row.decided_at, SHANGHAI), row.late) for row in self._rows(query)
        )

    def told(self, last):
        """How many deliveries go out to whom, over which channel, on which day."""
        query = select(DELIVERY.c.recipient, DELIVERY.c.channel, DELIVERY.c.not_before)
        rows = [(*row[:2], business_date(row.not_before, SHANGHAI)) for row in self._rows(query)]
        return Counter(row for row in rows if row[2] <= last)

    def messages(self):
        query = select(DELIVERY.c.recipient, DELIVERY.c.channel, DELIVERY.c.message_id).where(
            DELIVERY.c.state == "sent"
        )
        return Counter(row[:2] for row in set(self._rows(query)))

    def most_in_a_message(self):
        """The most obligations each recipient found in one message, and how many it was told of in all."""
        query = select(DELIVERY.c.recipient, DELIVERY.c.message_id, DELIVERY.c.obligation_id).where(
            DELIVERY.c.state == "sent"
        )
        found = {}
        for (recipient, _), count in Counter(row[:2] for row in set(self._rows(query))).items():
            most, told = found.get(recipient, (0, 0))
            found[recipient] = (max(most, count), told + count)
        return found

    def _rows(self, query):
        with reading(self.ledger) as connection:
            return [*connection.execute(query)]


def simulated_obligations(simulation):
    found = Counter()
    for each in simulation.obligations:
        owing, reckoning = each.owing, each.owing.reckoning
        for unit, count in owing.by_unit:
            found[
                owing.duty.id,
                unit,
                owing.opened_on,
                reckoning.target,
                reckoning.deadline,
                reckoning.provisional,
                owing.period_key,
            ] += count
    return found


def simulated_notices(simulation):
    found = Counter()
    for each in simulation.obligations:
        owing = each.owing
        for notice in each.notices:
            for unit, count in owing.by_unit:
                key = (notice.rung.key, notice.due_on, notice.decided_on, notice.late)
                found[owing.duty.id, unit, owing.reckoning.target, *key] += count
    return found


def by_day(received, first):
    """What a `Mail` says, in the shape of `Lived.told`."""
    line: Line
    found = Counter()
    for line, each in received.items():
        recipient, channel = line
        for number, count in enumerate(each.deliveries):
            if count:
                found[str(recipient), channel, first + number * ONE_DAY] = int(count)
    return found
