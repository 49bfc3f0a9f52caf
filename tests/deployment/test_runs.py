"""Runs as Prefect's users see them: real runs on a real server, with their names, their artifacts and their logs."""

import logging
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from duban.base.clock import SHANGHAI
from duban.base.starter import copy_starter
from duban.ledger.database import reading
from duban.ledger.tables import OBLIGATION
from duban.runtime.presence import Presence
from duban.workspace.standing import close_workspaces, standing_workspace
from tests.few_duties import carried

pytestmark = pytest.mark.prefect

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("runs") / "项目"
    copy_starter(root)
    carried(root)
    return root


@pytest.fixture
def run(project, prefect_server, in_prefect, monkeypatch):
    """Run a flow of the project in this process, reported to the server: its run as the server has it."""
    from duban.deployment.loading import load_flow

    monkeypatch.setenv("DUBAN_PROJECT", str(project))
    monkeypatch.setenv("DUBAN_CLOCK", MONDAY.isoformat())

    def ended(name, *arguments):
        async def within(client):
            state = await load_flow(project, name)(*arguments, return_state=True)
            return await client.read_flow_run(state.state_details.flow_run_id)

        return in_prefect(within)

    yield ended
    close_workspaces()


def artifacts(server, run):
    rows = server.every("/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [str(run.id)]}}})
    return {(each["key"], each["type"]): each for each in rows}


def test_a_run_of_a_duty_says_duty_and_day(run):
    assert run("periodic", "sl-control-check").name == "sl-control-check 2026-03-02"


def test_a_run_of_a_confidential_duty_does_not(run):
    assert run("threshold", "sl-flight-check").name == "confidential 2026-03-02"


def test_a_report_leaves_its_figures_and_a_link_and_is_named_after_its_day(run, project, prefect_api):
    with Presence(project) as service:
        service.announce("http://127.0.0.1:9/api", "http://127.0.0.1:4280")
        done = run("report", "weekly")
    assert done.name == "report-weekly 2026-03-02"
    left = artifacts(prefect_api, done)
    assert set(left) == {
        ("report-weekly", "markdown"),
        ("report-weekly-board", "table"),
        ("report-weekly-page", "markdown"),
    }
    assert left["report-weekly", "markdown"]["data"].startswith("# 2026-03-02 逾期 0 项")
    assert "http://127.0.0.1:4280" in left["report-weekly-page", "markdown"]["data"]


def test_an_audit_leaves_what_it_found(run, prefect_api):
    run("sweep")
    done = run("audit")
    assert done.name == "audit 2026-03-02 09:00"
    left = artifacts(prefect_api, done)
    assert left["audit", "markdown"]["data"].startswith("# 自查")
    assert ("audit-findings", "table") in left


def test_a_step_that_fails_for_a_moment_is_tried_again_and_one_that_is_refused_is_not(run, monkeypatch):
    from duban.deployment import runs

    calls = []

    def locked_once(ws, moment, duties=None):
        calls.append(duties)
        if len(calls) == 1:
            raise OSError("database is locked")
        return original(ws, moment, duties)

    original = runs.open_owed
    monkeypatch.setattr(runs, "open_owed", locked_once)
    monkeypatch.setattr(runs, "_step", runs._step.with_options(retry_delay_seconds=0))
    assert run("periodic", "sl-control-check").state.is_completed()
    assert len(calls) == 2

    calls.clear()
    monkeypatch.setattr(
        runs, "open_owed", lambda *_: calls.append(1) or (_ for _ in ()).throw(ValueError("wrong"))
    )
    assert run("periodic", "sl-control-check").state.is_failed()
    assert len(calls) == 1


def test_a_run_that_the_worker_takes_up_a_moment_early_opens_what_is_owed_on_its_own_day(
    tmp_path, prefect_api, in_prefect, monkeypatch
):
    """Prefect's own clock is past the run's time; the engine's, on this machine, is three tenths of a second behind it."""
    from prefect.states import Scheduled
    from prefect.workers.process import ProcessJobConfiguration

    from duban.deployment.inhouse import InHouseWorker
    from duban.deployment.loading import load_flow
    from duban.deployment.register import ensure_work_pool

    new_year = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    root = tmp_path / "项目"
    copy_starter(root)
    carried(root)
    monkeypatch.setenv("DUBAN_PROJECT", str(root))
    monkeypatch.setenv("DUBAN_CLOCK", (new_year - timedelta(seconds=0.3)).isoformat())
    ws = standing_workspace(None)
    monkeypatch.delenv("DUBAN_CLOCK")  # a rehearsal knows best
    ensure_work_pool(prefect_api)

    async def taken_up(client):
        due = await client.create_flow_run(
            load_flow(root, "periodic"),
            parameters={"duty": "ts-quarterly-risk-analysis"},
            state=Scheduled(scheduled_time=new_year),
        )
        async with InHouseWorker(root) as worker:
            await worker.run(due, ProcessJobConfiguration())
        return await client.read_flow_run(due.id)

    try:
        assert in_prefect(taken_up).state.is_completed()
        with reading(ws.ledger) as connection:
            opened = dict(
                connection.execute(select(OBLIGATION.c.period_key, OBLIGATION.c.opened_on)).tuples().all()
            )
    finally:
        close_workspaces()
    assert opened["2026-Q1"] == new_year.date()


def test_prefect_s_own_lines_about_a_round_that_went_as_always_are_not_kept(caplog):
    from duban.deployment.inhouse import FLOW_RUNS, _hush_rounds

    _hush_rounds()
    logger = logging.getLogger(FLOW_RUNS)
    before = logger.filters[:]
    try:
        kept = [
            logger.filter(
                logger.makeRecord(FLOW_RUNS, level, "", 0, words, (), None, extra={"flow_name": flow})
            )
            for flow, level, words in (
                ("deliver", logging.INFO, "Beginning flow run 'x' for flow 'deliver'"),
                ("deliver", logging.INFO, "Finished in state Completed()"),
                ("deliver", logging.INFO, "发送：发出 2"),
                ("deliver", logging.ERROR, "Finished in state Failed('…')"),
                ("audit", logging.INFO, "Finished in state Completed()"),
            )
        ]
    finally:
        logger.filters[:] = before
    assert [bool(each) for each in kept] == [False, False, True, True, True]
