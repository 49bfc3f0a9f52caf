"""Food poisoning found on a Saturday at ten: who hears when, until somebody signs. Everything by the starter project."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from duban.base.clock import SHANGHAI, FixedClock, Present
from duban.base.starter import copy_starter
from duban.bureau.unit_posts import UnitPost
from duban.cli.moves import line_of
from duban.deliveries.standings import unit_standings
from duban.explanations import explain
from duban.facts import NewFact, record_facts
from duban.ledger.database import reading, writing
from duban.ledger.short_ids import parse_short_id, short_id
from duban.ledger.tables import INBOX_MESSAGE, OBLIGATION
from duban.obligations import actions
from duban.obligations.acknowledgement import acknowledge
from duban.obligations.cause import Cause
from duban.obligations.feedback import Feedback, report
from duban.obligations.listing import Filter, ListEnd, how_many, listed
from duban.obligations.suspension import resume, suspend
from duban.reports import AppraisalPeriod, appraisal, overdue
from duban.reports.status import project_status
from duban.service.cycle import tick
from duban.views.board import unit_board
from duban.views.lists import ListQuery, list_page
from duban.views.sight import Sight
from duban.views.waiting import waiting_list
from duban.workspace.workspace import open_workspace
from tests.few_duties import carried, keep
from tests.obligations.small_bureau import OPERATOR
from tests.principals import by

COUNTY = "350404"
SATURDAY = "2026-06-06"  # the day before 高考, a rest day


def at(hour, day=SATURDAY):
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=SHANGHAI)


def present(hour, day=SATURDAY):
    return Present.of(at(hour, day), SHANGHAI)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("emergency") / "sanming"
    copy_starter(root)
    return keep(carried(root), ("cy-incident-report", "cy-school-exams"))


class Here:
    """The bureau on its Saturday, minute by minute."""

    def __init__(self, ws):
        self.ws = ws

    def lives(self, start, end, day=SATURDAY, *, every=5):
        now = at(start, day)
        while now <= at(end, day):
            self.ws.clock.moment = now
            tick(self.ws, self.ws.clock.now())
            now += timedelta(minutes=every)

    def reports(self, hour="10:00", ref="ZD-1", **data):
        told = {"时间": hour, "事由": "三元一中食堂疑似食物中毒", **data}
        fact = NewFact(
            "catering_incident.found",
            None,
            COUNTY,
            datetime.fromisoformat(SATURDAY).date(),
            "值班",
            ref,
            told,
        )
        assert record_facts(self.ws, [fact], self.ws.clock.now(), OPERATOR).new == 1

    def signs(self):
        number = self.emergency()["id"]
        cause = Cause("李四", self.ws.clock.now(), self.ws.clock.now().date())
        with writing(self.ws.ledger) as connection:
            acknowledge(connection, {number: {}}, cause)

    def emergency(self):
        with reading(self.ws.ledger) as connection:
            query = select(OBLIGATION).where(OBLIGATION.c.due_at.is_not(None))
            return connection.execute(query).mappings().one()

    def received(self):
        """Each message about the emergency: to which post of which unit, when, and the line with its hours."""
        with reading(self.ws.ledger) as connection:
            rows = connection.execute(select(INBOX_MESSAGE).order_by(INBOX_MESSAGE.c.id)).mappings().all()
        return [
            (row["recipient"], f"{row['received_at'].astimezone(SHANGHAI):%H:%M}", line.strip())
            for row in rows
            for line in row["body"].splitlines()
            if line.startswith("  限 ")
        ]

    def last_to(self, recipient):
        with reading(self.ws.ledger) as connection:
            query = select(INBOX_MESSAGE.c.body).where(INBOX_MESSAGE.c.recipient == recipient)
            return connection.execute(query.order_by(INBOX_MESSAGE.c.id.desc())).scalars().first()

    def titles_to(self, recipient):
        with reading(self.ws.ledger) as connection:
            query = select(INBOX_MESSAGE.c.title).where(INBOX_MESSAGE.c.recipient == recipient)
            return list(connection.execute(query.order_by(INBOX_MESSAGE.c.id)).scalars())

    def heard_by_hour(self):
        heard = {}
        for recipient, when, _ in self.received():
            heard.setdefault(when, set()).add(recipient.removeprefix("3504"))
        return heard


@pytest.fixture
def here(project, tmp_path):
    ws = open_workspace(project, FixedClock(at("09:50")), url=f"sqlite:///{tmp_path / 'ledger.db'}")
    yield Here(ws)
    ws.ledger.dispose()


def test_the_first_people_hear_at_once_on_a_saturday(here):
    here.lives("09:50", "09:55")
    here.reports()
    here.lives("10:01", "10:01")
    assert here.received() == [
        ("350404/餐饮科", "10:01", "限 2026-06-06 12:00 前办，还有 1小时59分钟；还没有人签收，请先签收"),
        (
            "350404/食品科负责人",
            "10:01",
            "限 2026-06-06 12:00 前办，还有 1小时59分钟；还没有人签收，请先签收",
        ),
    ]


def test_it_is_repeated_and_climbs_by_hours_until_somebody_signs(here):
    here.reports()
    here.lives("10:00", "11:10")
    assert here.heard_by_hour() == {
        "10:00": {"04/餐饮科", "04/食品科负责人"},
        "10:30": {"04/餐饮科", "04/食品科负责人", "04/分管领导"},
        "11:00": {
            *("04/餐饮科", "04/食品科负责人", "04/分管领导", "04/主要领导"),
            *("00/餐饮科", "00/分管食品副局长"),
        },
    }
    assert here.titles_to("350404/食品科负责人")[0].endswith("：本局 1 项紧急待办")
    assert here.titles_to("350404/分管领导")[0].endswith("：本局 1 项紧急待办")
    assert here.titles_to("350400/分管食品副局长")[0].endswith("：三元区市场监管局 1 项紧急，需督办")
    [third] = [line for to, when, line in here.received() if (to, when) == ("350404/餐饮科", "11:00")]
    assert third == "限 2026-06-06 12:00 前办，还有 1小时；还没有人签收，请先签收"
    assert "〔紧急·第 3 次提醒〕三元区市场监管局：三元一中食堂疑似食物中毒（编号 ZD-1）" in here.last_to(
        "350404/餐饮科"
    )


def test_at_its_hour_and_past_it_messages_say_so(here):
    here.reports()
    here.lives("10:00", "12:30")
    said = {when: line for to, when, line in here.received() if to == "350404/餐饮科"}
    assert said["12:00"] == "限 2026-06-06 12:00 前办，时限已到；还没有人签收，请先签收"
    assert said["12:30"] == "限 2026-06-06 12:00 前办，已超过 30分钟；还没有人签收，请先签收"
    titles = here.titles_to("350404/食品科负责人")
    assert titles[0].endswith("：本局 1 项紧急待办")
    assert titles[-1].endswith("：本局 1 项紧急，逾期未办")


def test_the_line_of_a_command_that_signs_for_it_names_the_hour(here):
    here.reports()
    here.lives("10:00", "10:00")
    owed = here.emergency()
    acted = actions.acknowledge(here.ws, short_id(owed["id"]), at("10:05"), who=OPERATOR)
    assert line_of(acted, SHANGHAI).endswith("：已签收，最后期限 2026-06-06 12:00")


def test_after_signing_only_the_deadline_is_watched(here):
    here.reports()
    here.lives("10:00", "10:10")
    here.signs()
    here.lives("10:15", "12:05")
    assert here.heard_by_hour() == {
        "10:00": {"04/餐饮科", "04/食品科负责人"},
        "12:00": {"04/餐饮科", "04/主要领导", "00/分管食品副局长"},
    }


def test_after_a_time_off_it_is_said_once_and_not_for_every_time_missed(here):
    here.reports()
    here.lives("10:00", "10:00")
    here.lives("11:50", "11:50")
    told = [when for to, when, _ in here.received() if to == "350404/餐饮科"]
    assert told == ["10:00", "11:50"]


def test_it_is_not_rolled_past_rest_days_and_says_why(here):
    here.lives("09:50", "09:55")
    here.reports("23:30", ref="ZD-2")
    here.lives("23:35", "23:35")
    row = here.emergency()
    assert row["deadline"].isoformat() == "2026-06-07"  # a Sunday
    assert row["due_at"].astimezone(SHANGHAI) == at("01:30", "2026-06-07")
    [step] = explain(here.ws, row["id"]).dates.steps
    assert step.text == "从 2026-06-06 23:30 起2小时，到 2026-06-07 01:30；按小时计，不因休息日顺延"
    assert "民法典" in step.basis


def test_its_explanation_tells_the_hour_of_each_thing(here):
    here.lives("09:50", "09:55")
    here.reports()
    here.lives("10:00", "10:30")
    told = explain(here.ws, here.emergency()["id"])
    assert (told.dates.in_hours, told.dates.hour) == (True, "12:00")
    assert [happening.text for happening in told.timeline][:2] == ["开办，期限 2026-06-06 12:00", "提醒"]
    ahead = {rung.stage: rung.at.astimezone(SHANGHAI) for rung in told.rungs if rung.decided_at is None}
    assert ahead == {"督办": at("11:00"), "通报": at("12:00"), "约谈": at("14:00")}


def test_without_an_hour_it_counts_from_the_report(here):
    here.lives("10:20", "10:20")
    fact = NewFact("catering_incident.found", None, COUNTY, at("10:20").date(), "值班", "ZD-3", {})
    record_facts(here.ws, [fact], here.ws.clock.now(), OPERATOR)
    here.lives("10:21", "10:21")
    assert here.emergency()["due_at"].astimezone(SHANGHAI) == at("12:20")


def test_it_stands_first_in_every_list_and_a_list_that_goes_on_skips_nothing(here):
    here.lives("09:50", "09:55")  # the examination's check was opened weeks ago and is due today
    here.reports("23:30")
    here.lives("23:35", "23:35")
    with reading(here.ws.ledger) as connection:
        everything = listed(connection, Filter(), present("23:35"), size=100)
        pages = []
        end = None
        while page := listed(connection, Filter(), present("23:35"), size=5, after=end):
            pages += page
            end = ListEnd(page[-1].deadline, parse_short_id(page[-1].id))
        offset = listed(connection, Filter(), present("23:35"), size=3, offset=1)
    assert everything[0].duty == "cy-incident-report"
    assert everything[0].deadline > everything[1].deadline
    assert [each.id for each in pages] == [each.id for each in everything]
    assert offset == everything[1:4]


def test_it_is_overdue_from_its_hour_and_what_was_reported_an_hour_late_stays_late(here):
    here.lives("09:50", "09:55")
    here.reports()
    here.lives("10:00", "10:00")
    number = here.emergency()["id"]

    def stands(hour):
        here.ws.clock.moment = at(hour)
        with reading(here.ws.ledger) as connection:
            [row] = listed(connection, Filter(duty="cy-incident-report"), present(hour), size=5)
            late = listed(connection, Filter(duty="cy-incident-report", overdue=True), present(hour), size=5)
        urgent = [each.short_id for each in overdue(here.ws, at(hour)).obligations if each.short_id == row.id]
        assert [each.id for each in late] == urgent
        return row.overdue, row.late, bool(urgent), explain(here.ws, number).overdue

    assert stands("11:55") == (False, False, False, False)
    assert stands("12:05") == (True, False, True, True)  # by the clock, before the engine has gone round
    here.lives("12:05", "12:05")
    assert stands("12:05") == (True, True, True, True)
    reviewer = UnitPost(COUNTY, "科室负责人")
    cause = Cause("李四", here.ws.clock.now(), here.ws.clock.now().date())
    with writing(here.ws.ledger) as connection:
        report(connection, {number: Feedback(cause.on, reviewer)}, cause)
    assert stands("12:05") == (False, True, False, False)
    of_june = appraisal(here.ws, at("12:10"), AppraisalPeriod.named("2026-06"), COUNTY)
    assert sum(each.now.done_late for each in of_june.units) == 1


def test_with_the_engine_off_every_count_and_filter_goes_by_the_hour(here):
    here.lives("09:50", "09:55")
    here.reports()
    here.lives("10:00", "10:00")

    def counted(hour):
        here.ws.clock.moment = at(hour)
        now = here.ws.clock.now()
        sight = Sight(here.ws, by("林"), now)
        red = [row.owed.duty for row in list_page(sight, ListQuery(light="red")).rows]
        blue = [row.owed.duty for row in list_page(sight, ListQuery(light="blue")).rows]
        board = unit_board(sight)
        waits = [row.owed.duty for row in waiting_list(sight).overdue]
        with reading(here.ws.ledger) as connection:
            total = how_many(connection, Filter(overdue=True), present(hour))
            units = {unit: late for unit, (_, late) in unit_standings(connection, present(hour)).items()}
        june = appraisal(here.ws, now, AppraisalPeriod.named("2026-06"), COUNTY)
        lying = sum(each.now.lying for each in june.units)
        assert (red == waits, len(red)) == (True, total)
        assert ("cy-incident-report" in red) != ("cy-incident-report" in blue)
        return (
            total,
            board.total.overdue,
            project_status(here.ws).overdue,
            units[COUNTY],
            lying,
        )

    assert counted("12:00") == (0, 0, 0, 0, 0)
    assert counted("12:01") == (1, 1, 1, 1, 1)


def test_what_was_suspended_past_its_hour_was_late(here):
    here.lives("09:50", "09:55")
    here.reports()
    here.lives("10:00", "10:00")
    number = here.emergency()["id"]

    def acts(hour, day, act, *given):
        now = at(hour, day)
        with writing(here.ws.ledger) as connection:
            act(connection, *given, Cause("李四", now, now.date()))

    acts("12:01", SATURDAY, suspend, {number: {}})
    acts("08:00", "2026-06-08", resume, here.ws.definitions, [number])
    owed = here.emergency()
    assert (str(owed["deadline"]), str(owed["missed"])) == ("2026-06-08", SATURDAY)


def test_reported_within_its_hours_it_is_never_late(here):
    here.lives("09:50", "09:55")
    here.reports()
    here.lives("10:00", "10:00")
    number = here.emergency()["id"]
    cause = Cause("李四", here.ws.clock.now(), here.ws.clock.now().date())
    with writing(here.ws.ledger) as connection:
        report(connection, {number: Feedback(cause.on, UnitPost(COUNTY, "科室负责人"))}, cause)
    here.lives("12:05", "12:05")
    assert here.emergency()["missed"] is None


def test_a_wrong_hour_is_refused(here):
    fact = NewFact(
        "catering_incident.found", None, COUNTY, at("09:00").date(), "值班", "ZD-9", {"时间": "上午十点"}
    )
    [refused] = record_facts(here.ws, [fact], here.ws.clock.now(), OPERATOR).refused
    assert "要写时刻" in refused.reason
