"""The flows are thin: each hands one moment of one project to the engine and says in a line what came of it."""

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from duban.base.clock import SHANGHAI
from duban.base.starter import copy_starter
from duban.deployment.runs import DutyRefused, business_moment, in_workspace
from duban.facts import NewFact, NewSubject, record_facts, record_subjects
from duban.ledger.database import reading
from duban.ledger.tables import INBOX_MESSAGE, LEASE, OBLIGATION
from duban.workspace.standing import close_workspaces, standing_workspace

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
    monkeypatch.setenv("DUBAN_PROJECT", str(root))
    ws = standing_workspace(None)
    record_subjects(
        ws,
        [
            NewSubject(CERTIFIED, "GX1", "永安水泥（虚构）", "350481", None, {"发证方式": "告知承诺"}),
            NewSubject(SELLER, "JY1", "永安食品（虚构）", "350481", "D"),
        ],
    )
    yield root
    close_workspaces()


def run(flow, *arguments, **named):
    """The flow's own function, as Prefect would call it."""
    return asyncio.run(flow.fn(*arguments, **named))


def fact(kind, subject, on, ref):
    record_facts(standing_workspace(None), [NewFact(kind, subject, None, on, "登记", ref)], MONDAY)


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
    assert kinds | {"patrol", "deliver", "sweep", "report", "audit"} <= {
        path.stem for path in FLOWS.glob("*.py")
    }


def _definitions():
    from duban.definitions.definitions import load_definitions

    return load_definitions(FLOWS.parent)


def test_periodic_opens_one_per_county_and_a_second_run_none(project):
    from flows.periodic import periodic

    assert run(periodic, "sl-control-check") == 11
    assert run(periodic, "sl-control-check") == 0
    assert opened("sl-control-check") == 11


def test_within_opens_what_a_fact_brought_about(project):
    from flows.within import within

    assert run(within, "cp-first-inspection") == 0
    fact("certificate.issued", (CERTIFIED, "GX1"), MONDAY.date(), "1")
    assert run(within, "cp-first-inspection") == 1


def test_threshold_opens_with_the_third_failed_batch(project):
    from flows.threshold import threshold

    for number in range(2):
        fact("sample.failed", (SELLER, "JY1"), MONDAY.date().replace(day=number + 1), str(number))
    assert run(threshold, "sl-flight-check") == 0
    fact("sample.failed", (SELLER, "JY1"), MONDAY.date(), "2")
    assert run(threshold, "sl-flight-check") == 1


def test_frequency_opens_the_visit_of_the_running_quarter(project):
    from flows.frequency import frequency

    assert run(frequency, "sl-graded-inspection") == 1


def test_a_run_works_for_the_moment_it_is_given(project):
    from flows.periodic import periodic

    run(periodic, "ts-quarterly-risk-analysis", now=datetime(2026, 4, 1, 0, 10, tzinfo=SHANGHAI))
    with reading(standing_workspace(None).ledger) as connection:
        days = connection.execute(select(OBLIGATION.c.opened_on)).scalars().all()
    assert [day.isoformat() for day in days] == ["2026-04-01"]


def test_a_duty_that_has_left_the_files_opens_nothing_and_does_not_fail(project, caplog):
    from flows.periodic import periodic

    with caplog.at_level(logging.INFO, "duban.flows"):
        assert run(periodic, "no-longer-there") == 0
    assert "no-longer-there 已经不在文件里" in caplog.text


def test_a_refused_duty_fails_its_own_run_and_says_why(project):
    from flows.periodic import periodic

    with pytest.raises(DutyRefused, match="工作日历里没有"):
        run(periodic, "sl-control-check", now=datetime(2031, 1, 5, tzinfo=SHANGHAI))


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
    late = datetime(2026, 4, 8, 10, 0, tzinfo=SHANGHAI)
    assert run(patrol, now=late) > 0
    assert run(patrol, now=late) == 0
    assert run(deliver, now=late) > 0
    assert run(deliver, now=late) == 0
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
    with pytest.raises(RuntimeError, match="自查没有通过"):
        run(audit, now=datetime(2026, 4, 8, 10, 0, tzinfo=SHANGHAI))


def test_report_lays_the_figures_before_the_supervisors(project):
    from flows.report import report

    assert run(report, "weekly") == 12
    assert run(report, "weekly") == 0


def test_a_flow_of_another_project_is_told_its_root(project, monkeypatch):
    from flows.sweep import sweep

    monkeypatch.delenv("DUBAN_PROJECT")
    assert run(sweep, project=str(project)) > 0


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
        scheduled(new_year)
        assert business_moment(ws, None) == new_year

    def test_a_run_that_comes_late_works_for_the_present(self, ws, scheduled, monkeypatch):
        monkeypatch.delenv("DUBAN_CLOCK")
        scheduled(datetime(2026, 2, 20, tzinfo=UTC))
        assert business_moment(ws, None) == MONDAY

    def test_a_rehearsed_clock_knows_best(self, ws, scheduled):
        scheduled(datetime(2031, 1, 1, tzinfo=UTC))
        assert business_moment(ws, None) == MONDAY

    def test_a_moment_without_an_offset_is_local(self, ws):
        assert business_moment(ws, datetime(2026, 3, 2, 9, 0)) == MONDAY

    def test_outside_prefect_it_is_the_clock_s(self, ws):
        assert asyncio.run(in_workspace(None, None, lambda _ws, moment: moment)) == MONDAY


class _Run:
    def __init__(self, scheduled_start_time):
        self.scheduled_start_time = scheduled_start_time
