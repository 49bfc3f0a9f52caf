"""The flows are thin: each hands one moment of one project to the engine and says in a line what came of it."""

import asyncio
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect.types import DateTime as PrefectMoment
from prefect.utilities.callables import parameter_schema
from sqlalchemy import func, select

from duban.base.clock import SHANGHAI, ShiftedClock
from duban.base.starter import copy_starter
from duban.cadence.registry import BY_NAME
from duban.deliveries.delivering import deliver as engine_deliver
from duban.deployment.artifacts import audit_table, audit_text, report_table, report_text
from duban.deployment.form import ROUNDS
from duban.deployment.loading import load_flow
from duban.deployment.runs import DutyRefused, business_moment, in_workspace, refuse
from duban.facts import NewFact, NewSubject, record_facts, record_subjects
from duban.ledger.database import reading
from duban.ledger.tables import INBOX_MESSAGE, LEASE, OBLIGATION
from duban.notices.patrol import patrol as engine_patrol
from duban.obligations.opening import open_owed
from duban.reports import overdue
from duban.reports.audit import audit as engine_audit
from duban.service.reporting import send_reports
from duban.workspace.ahead import MomentAhead
from duban.workspace.standing import close_workspaces, standing_workspace
from tests.few_duties import carried
from tests.principals import OPERATOR

FLOWS = Path(__file__).parents[2] / "flows"
MOST_LINES = 60
CERTIFIED = "工业产品生产许可证获证企业"
SELLER = "食品销售者"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The starter project on Monday 2 March 2026, with an enterprise in 永安市 that got its certificate that day."""
    monkeypatch.setenv("DUBAN_CLOCK", MONDAY.isoformat())
    monkeypatch.delenv("DUBAN_DATABASE_URL", raising=False)
    root = tmp_path / "项目"
    copy_starter(root)
    carried(root)
    monkeypatch.setenv("DUBAN_PROJECT", str(root))
    ws = standing_workspace(None)
    record_subjects(
        ws,
        [
            NewSubject(CERTIFIED, "GX1", "永安水泥（虚构）", "350481", None, {"发证方式": "告知承诺"}),
            NewSubject(SELLER, "JY1", "永安食品（虚构）", "350481", "D"),
        ],
        ws.clock.now(),
        OPERATOR,
    )
    yield root
    close_workspaces()


def run(flow, *arguments, **named):
    """The flow's own function, as Prefect would call it."""
    return asyncio.run(flow.fn(*arguments, **named))


def fact(kind, subject, on, ref):
    record_facts(standing_workspace(None), [NewFact(kind, subject, None, on, "登记", ref)], MONDAY, OPERATOR)


def it_is(moment):
    """Move the clock of the project."""
    standing_workspace(None).clock.moment = moment


def opened(duty):
    with reading(standing_workspace(None).ledger) as connection:
        query = select(func.count()).select_from(OBLIGATION).where(OBLIGATION.c.duty_id == duty)
        return connection.execute(query).scalar_one()


@pytest.mark.parametrize("path", sorted(FLOWS.glob("*.py")), ids=lambda path: path.stem)
def test_a_flow_file_is_thin_and_says_in_its_first_line_what_it_does(path):
    text = path.read_text()
    assert text.startswith('"""')
    assert len(text.splitlines()) <= MOST_LINES


def test_there_is_a_flow_for_every_kind_of_duty_and_for_every_round():
    kinds = {duty.kind for duty in _definitions().duties.values()}
    assert kinds == set(BY_NAME)
    for name in kinds | set(ROUNDS):
        found = load_flow(FLOWS.parent, name)
        assert found.name == name
        assert found.description
    assert {path.stem for path in FLOWS.glob("*.py")} == {"obligations", *ROUNDS}


def test_what_a_flow_takes_is_described_and_says_neither_when_nor_where():
    for name in ("periodic", "review", "report", "sweep", "patrol", "deliver", "audit"):
        taken = parameter_schema(load_flow(FLOWS.parent, name)).properties
        assert all(each["description"] for each in taken.values())
        assert set(taken) <= {"duty", "period", "duties"}


def _definitions():
    from duban.definitions.definitions import load_definitions

    return load_definitions(FLOWS.parent)


def test_periodic_opens_one_per_county_and_a_second_run_none(project):
    from flows.obligations import periodic

    assert run(periodic, "sl-control-check") == 11
    assert run(periodic, "sl-control-check") == 0
    assert opened("sl-control-check") == 11


def test_within_opens_what_a_fact_brought_about(project):
    from flows.obligations import within

    assert run(within, "cp-first-inspection") == 0
    fact("certificate.issued", (CERTIFIED, "GX1"), MONDAY.date(), "1")
    assert run(within, "cp-first-inspection") == 1


def test_threshold_opens_with_the_third_failed_batch(project):
    from flows.obligations import threshold

    for number in range(2):
        fact("sample.failed", (SELLER, "JY1"), MONDAY.date().replace(day=number + 1), str(number))
    assert run(threshold, "sl-flight-check") == 0
    fact("sample.failed", (SELLER, "JY1"), MONDAY.date(), "2")
    assert run(threshold, "sl-flight-check") == 1


def test_frequency_opens_the_visit_of_the_running_quarter(project):
    from flows.obligations import frequency

    assert run(frequency, "sl-graded-inspection") == 1


def test_a_run_works_for_the_moment_of_the_clock(project):
    from flows.obligations import periodic

    it_is(datetime(2026, 4, 1, 0, 10, tzinfo=SHANGHAI))
    run(periodic, "ts-quarterly-risk-analysis")
    with reading(standing_workspace(None).ledger) as connection:
        days = connection.execute(select(OBLIGATION.c.opened_on)).scalars().all()
    assert [day.isoformat() for day in days] == ["2026-04-01"]


def test_a_duty_that_has_left_the_files_opens_nothing_and_does_not_fail(project, caplog):
    from flows.obligations import periodic

    with caplog.at_level(logging.INFO, "duban.flows"):
        assert run(periodic, "no-longer-there") == 0
    assert "no-longer-there 已经不在文件里" in caplog.text


def test_a_refused_duty_fails_its_own_run_and_says_why(project):
    from flows.obligations import periodic

    it_is(datetime(2041, 1, 6, tzinfo=SHANGHAI))
    with pytest.raises(DutyRefused, match="工作日历里没有"):
        run(periodic, "sl-control-check")


def test_sweep_opens_everything_that_is_owed(project):
    from flows.sweep import sweep

    fact("certificate.issued", (CERTIFIED, "GX1"), MONDAY.date(), "1")
    assert run(sweep) > 11
    assert opened("cp-first-inspection") == 1
    assert run(sweep) == 0


def test_patrol_decides_and_deliver_sends_once(project):
    from flows.deliver import deliver
    from flows.patrol import patrol
    from flows.sweep import sweep

    run(sweep)
    it_is(datetime(2026, 4, 8, 10, 0, tzinfo=SHANGHAI))
    assert run(patrol) > 0
    assert run(patrol) == 0
    assert run(deliver) > 0
    assert run(deliver) == 0
    with reading(standing_workspace(None).ledger) as connection:
        assert connection.execute(select(func.count()).select_from(INBOX_MESSAGE)).scalar_one() > 0


def test_audit_beats_the_heart_of_a_sound_engine(project):
    from flows.audit import audit
    from flows.patrol import patrol
    from flows.sweep import sweep

    run(sweep)
    run(patrol)
    run(audit)
    with reading(standing_workspace(None).ledger) as connection:
        assert "heartbeat" in connection.execute(select(LEASE.c.name)).scalars().all()


def test_audit_fails_when_rungs_lie_undecided(project):
    from flows.audit import audit
    from flows.sweep import sweep

    run(sweep)
    it_is(datetime(2026, 4, 8, 10, 0, tzinfo=SHANGHAI))
    with pytest.raises(RuntimeError, match="自查没有通过"):
        run(audit)


def test_report_lays_the_figures_before_the_supervisors(project):
    from flows.report import report

    assert (
        run(report, "weekly") == 3 + 11
    )  # the city's deputies, each for their lines, and one of each county
    assert run(report, "weekly") == 0


class TestWhatTheLogSays:
    @pytest.fixture
    def said(self, caplog):
        caplog.set_level(logging.INFO, "duban.flows")
        return caplog

    def test_nothing_when_nothing_happened(self, project, said):
        from flows.deliver import deliver
        from flows.obligations import periodic
        from flows.patrol import patrol
        from flows.sweep import sweep

        run(periodic, "sl-control-check")
        run(sweep)
        run(patrol)
        run(deliver)
        said.clear()
        for flow, *arguments in ((periodic, "sl-control-check"), (sweep,), (patrol,), (deliver,)):
            run(flow, *arguments)
        assert said.messages == []

    def test_nothing_of_a_confidential_duty_by_whichever_flow_it_opens(self, project, said):
        from flows.obligations import threshold
        from flows.sweep import sweep

        for number in range(3):
            fact("sample.failed", (SELLER, "JY1"), MONDAY.date(), str(number))
        assert run(sweep, duties="confidential") == 1
        assert run(threshold, "sl-flight-check") == 0
        assert run(sweep) > 0
        assert opened("sl-flight-check") == 1
        told = "".join(said.messages)
        assert "sl-flight-check" not in told
        assert "飞行检查" not in told

    def test_a_confidential_duty_that_is_refused_fails_the_run_without_its_name(self, project):
        with pytest.raises(DutyRefused) as why:
            refuse({"sl-control-check": "工作日历里没有 2041 年"}, 2)
        assert str(why.value).splitlines() == [
            "sl-control-check: 工作日历里没有 2041 年",
            "保密事项有 2 个开不出来，原因见 duban doctor",
        ]


class TestAMomentThatHasNotCome:
    """The engine itself refuses it, whoever asks: what went out half a year early cannot be called back."""

    @pytest.fixture
    def ws(self, project, monkeypatch):
        return replace(standing_workspace(None), clock=ShiftedClock(MONDAY - datetime.now(UTC)))

    @pytest.mark.parametrize(
        "work",
        [
            open_owed,
            engine_patrol,
            engine_deliver,
            engine_audit,
            lambda ws, now: send_reports(ws, now, "weekly"),
        ],
        ids=["open", "patrol", "deliver", "audit", "report"],
    )
    def test_is_refused_by(self, ws, work):
        with pytest.raises(MomentAhead, match="还没有到"):
            work(ws, MONDAY + timedelta(days=120))
        with pytest.raises(MomentAhead):
            work(ws, MONDAY + timedelta(minutes=10))
        work(ws, MONDAY)

    def test_nothing_was_opened(self, ws):
        with pytest.raises(MomentAhead):
            open_owed(ws, MONDAY + timedelta(days=120))
        assert opened("sl-control-check") == 0

    def test_a_run_that_somebody_started_for_a_day_to_come_is_refused(self, ws, monkeypatch):
        monkeypatch.delenv("DUBAN_CLOCK")
        monkeypatch.setattr("duban.deployment.runs.flow_run", _Run(MONDAY + timedelta(days=120)))
        with pytest.raises(MomentAhead):
            business_moment(ws)


class TestArtifacts:
    """Prefect's page has no roles: figures by line and county, nothing about a case."""

    @pytest.fixture
    def overdue_by_far(self, project):
        run_sweep_for(project)
        for number in range(3):
            fact("sample.failed", (SELLER, "JY1"), MONDAY.date(), str(number))
        open_owed(standing_workspace(None), MONDAY)
        it_is(datetime(2026, 9, 1, 9, 0, tzinfo=SHANGHAI))
        return overdue(standing_workspace(None), standing_workspace(None).clock.now())

    def test_a_report_says_how_much_is_overdue_where(self, overdue_by_far):
        report = overdue_by_far
        rows = report_table(report)
        assert sum(row["合计"] for row in rows) == report.total > 0
        assert report_text(report).startswith(f"# 2026-09-01 逾期 {report.total} 项")

    def test_and_names_no_duty_no_subject_and_nothing_confidential(self, overdue_by_far):
        report = overdue_by_far
        assert report.confidential
        shown = report_text(report) + json.dumps(report_table(report), ensure_ascii=False)
        for hidden in ("飞行检查", "永安食品", "JY1", *{each.title for each in report.obligations}):
            assert hidden not in shown

    def test_an_audit_is_told_in_sentences_and_numbers(self, overdue_by_far):
        result = engine_audit(standing_workspace(None), standing_workspace(None).clock.now())
        assert not result.clean
        assert audit_text(result).startswith("# 自查没有通过\n")
        assert {row["finding"]: row["count"] for row in audit_table(result)} == {
            finding.key: finding.count for finding in result.findings
        }


def run_sweep_for(project):
    from flows.sweep import sweep

    run(sweep)


class TestTheBusinessMomentOfARun:
    @pytest.fixture
    def ws(self, project):
        return standing_workspace(None)

    @pytest.fixture
    def scheduled(self, monkeypatch):
        """Say when Prefect had scheduled the run."""

        def at(moment):
            monkeypatch.setattr("duban.deployment.runs.flow_run", _Run(moment))

        return at

    def test_a_run_that_starts_a_moment_early_already_works_for_its_own_day(self, ws, scheduled, monkeypatch):
        new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
        ws.clock.moment = datetime(2026, 12, 31, 15, 59, 59, 700_000, tzinfo=UTC)
        monkeypatch.delenv("DUBAN_CLOCK")
        scheduled(PrefectMoment(2026, 12, 31, 16, 0, tzinfo=UTC))
        moment = business_moment(ws)
        assert moment == new_year
        # a moment of Prefect's own warns here that it will change: none goes further into the engine
        assert moment.replace(tzinfo=None) == datetime(2026, 12, 31, 16, 0)

    def test_a_run_that_comes_late_works_for_the_present(self, ws, scheduled, monkeypatch):
        monkeypatch.delenv("DUBAN_CLOCK")
        scheduled(datetime(2026, 2, 20, tzinfo=UTC))
        assert business_moment(ws) == MONDAY

    def test_a_rehearsed_clock_knows_best(self, ws, scheduled):
        scheduled(datetime(2031, 1, 1, tzinfo=UTC))
        assert business_moment(ws) == MONDAY

    def test_outside_prefect_it_is_the_clock_s(self, ws):
        assert asyncio.run(in_workspace(lambda _ws, moment: moment)) == MONDAY


class _Run:
    def __init__(self, scheduled_start_time):
        self.scheduled_start_time = scheduled_start_time
