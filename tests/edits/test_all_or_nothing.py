"""An edit happens whole or not at all: two admins at once, a crash at every statement, a process killed halfway."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import event, select

from duban.edits import PlanRefused, apply, plan
from duban.ledger import excerpts
from duban.ledger.database import open_ledger, reading, writing
from duban.ledger.tables import APPLIED_VERSION, OBLIGATION
from duban.notices.patrol import patrol
from duban.obligations import answers_in_portions, placings
from duban.obligations.opening import open_owed
from tests.edits.conftest import analysis, monthly_analysis, with_days_off
from tests.obligations.small_bureau import ROOT, SELLER, a_duty, a_project, at, monthly, quarterly
from tests.query_plans import steps

ON = "2023-10-09"


@pytest.fixture
def here(bureau):
    made = bureau(analysis(), monthly(), on=ON)
    made.open(ON)
    return made


def versions(here):
    with reading(here.ledger) as connection:
        return connection.execute(select(APPLIED_VERSION.c.id, APPLIED_VERSION.c.actor)).all()


def edit(here):
    """A plan that opens, supersedes, moves and carries over."""
    return here.plan(monthly_analysis(), monthly(due="当月第10个工作日"), on=ON)


def test_a_plan_waits_for_nobody_who_writes(here):
    before = here.everything()
    with writing(here.ledger):
        assert edit(here).duties
    assert here.everything() == before


def of_another_calendar(here):
    """A draft that moves whatever is owed."""
    return here.draft(
        analysis(), monthly(), calendar=with_days_off(here.ws.definitions.calendar, "2023-10-12")
    )


def test_a_plan_on_a_copy_leaves_none_nor_what_a_killed_one_left_days_ago(here):
    folder = Path(here.ledger.url.database or "").parent
    if here.ledger.dialect.name == "sqlite":
        for name, age in (("rehearsal-killed", 100_000), ("rehearsal-going-on", 0)):
            (folder / name).mkdir()
            (folder / name / "ledger.db").touch()
            os.utime(folder / name, (time.time() - age,) * 2)
        plan(here.ws, *of_another_calendar(here), at(ON))
        assert [each.name for each in folder.glob("rehearsal-*")] == ["rehearsal-going-on"]


def renamed(project):
    """The bureau's units as they are, one of them with another name: nothing that is owed moves by it."""
    county = project.units["350404"]
    return replace(project, units={**project.units, county.code: replace(county, name="三元分局")})


@pytest.mark.parametrize("other", [{}, {"project": renamed(a_project())}], ids=["the same", "a name"])
def test_what_moves_nothing_is_planned_without_looking_at_what_is_owed(here, other):
    draft = here.draft(analysis(), monthly(), **other)
    before = here.everything()
    if here.ledger.dialect.name == "sqlite":
        found = steps(here.ledger, lambda: plan(here.ws, *draft, at(ON)))
        assert found
        assert [line for _, line in found if "obligation" in line] == []
    planned = plan(here.ws, *draft, at(ON))
    assert (planned.duties, planned.problems) == ((), ())
    assert (here.everything(), versions(here)) == (before, [])


def test_an_edit_of_a_few_obligations_is_planned_without_a_copy_of_the_ledger(here, monkeypatch):
    folder = Path(here.ledger.url.database or "").parent
    copied = lambda since: folder.stat().st_mtime_ns > since
    if here.ledger.dialect.name == "sqlite":
        untouched = folder.stat().st_mtime_ns
        few = here.draft(monthly_analysis(), monthly(due="当月第10个工作日"))
        made = plan(here.ws, *few, at(ON))
        assert len(made.duties) == 2
        assert not copied(untouched)
        monkeypatch.setattr(excerpts, "MOST", 3)
        assert plan(here.ws, *few, at(ON)) == made
        assert copied(untouched), "four are too many"
        untouched = folder.stat().st_mtime_ns
        monkeypatch.undo()
        plan(here.ws, *of_another_calendar(here), at(ON))
        assert copied(untouched), "a calendar moves what was assigned once, too"


class TestTwoAdmins:
    def test_the_second_is_told_to_plan_again(self, here):
        first, second = edit(here), here.plan(analysis(), on=ON)
        apply(here.ws, first, actor="甲", now=at(ON), reason="")
        before = here.everything()
        with pytest.raises(PlanRefused, match="已生效的版本在这之后变了"):
            apply(here.ws, second, actor="乙", now=at(ON), reason="")
        assert here.everything() == before
        assert [row.actor for row in versions(here)] == ["甲"]

    def test_at_the_same_moment_one_of_them_is(self, here, ledger_database):
        plan = edit(here)
        together = Barrier(2)

        def one(actor):
            ledger = open_ledger(ledger_database)
            ws = type(here.ws)(here.ws.root, here.ws.definitions, ledger, here.clock)
            together.wait()
            try:
                apply(ws, plan, actor=actor, now=at(ON), reason="")
            except PlanRefused:
                return "refused"
            else:
                return "applied"
            finally:
                ledger.dispose()

        with ThreadPoolExecutor(2) as admins:
            assert sorted(admins.map(one, ["甲", "乙"])) == ["applied", "refused"]
        assert len(versions(here)) == 1


class TestWhoStillWorksOnTheOldVersion:
    def test_opens_nothing_by_it(self, here):
        old = here.ws
        here.apply(monthly_analysis(), monthly(), on=ON)
        assert open_owed(type(old)(**{**vars(old), "version": 5}), at("2024-01-04")).total == 0

    def test_does_not_count_days_as_looked_at_by_it(self, here):
        old = here.ws
        here.apply(monthly_analysis(), monthly(), on=ON)
        assert open_owed(type(old)(**{**vars(old), "version": 5}), at("2023-10-20")).total == 0
        assert open_owed(here.ws, at("2023-11-01"), ["analysis"]).by_duty == {"analysis": 2}

    def test_reminds_of_nothing_by_it(self, here):
        old = here.ws
        here.apply(monthly_analysis(), monthly(), on=ON)
        assert patrol(type(old)(**{**vars(old), "version": 5}), at("2023-10-30")).notices == 0


def test_a_crash_at_any_statement_leaves_everything_as_it_was(here):
    plan = edit(here)
    before = here.everything()
    counted = 0

    class CrashError(Exception):
        pass

    def crash_at(number):
        seen = 0

        def listen(connection, cursor, statement, *rest):
            nonlocal seen, counted
            seen += 1
            counted = max(counted, seen)
            if seen == number:
                raise CrashError

        return listen

    number = 1
    while True:
        listen = crash_at(number)
        event.listen(here.ledger, "before_cursor_execute", listen)
        try:
            apply(here.ws, plan, actor="甲", now=at(ON), reason="")
        except CrashError:
            pass
        else:
            break
        finally:
            event.remove(here.ledger, "before_cursor_execute", listen)
        assert here.everything() == before, number
        assert versions(here) == []
        number += 7
    assert counted > 50
    assert here.everything() != before
    assert len(versions(here)) == 1


KILLED_APPLY = """
import os, signal, sys
from sqlalchemy import event
from duban.base.language import use
from duban.ledger.database import open_ledger
from duban.edits import apply
from duban.workdays import load_calendar
from tests.obligations.small_bureau import ROOT, at, monthly
from tests.edits.conftest import EditedBureau
from tests.edits.conftest import analysis, monthly_analysis, with_days_off

url, statement = sys.argv[1:]
ledger = open_ledger(url)
with use("zh-CN"):
    here = EditedBureau(ledger, load_calendar(ROOT / "calendar"), [analysis(), monthly()], "2023-10-09")
    plan = here.plan(monthly_analysis(), monthly(due="当月第10个工作日"), on="2023-10-09")

    @event.listens_for(ledger, "before_cursor_execute")
    def die(connection, cursor, sent, *rest):
        if sent.startswith(statement):
            os.kill(os.getpid(), signal.SIGKILL)

    apply(here.ws, plan, actor="王五", now=at("2023-10-09"), reason="")
print("was not killed")
"""


@pytest.mark.parametrize(
    "killed_before",
    [
        "INSERT INTO obligation_event",
        'INSERT INTO "obligation"',
        "UPDATE obligation",
        "INSERT INTO applied_version",
    ],
    ids=["writing history", "opening", "moving", "counting the version"],
)
def test_an_apply_killed_halfway_is_no_apply(here, ledger_database, killed_before):
    before = here.everything()
    child = subprocess.run(
        [sys.executable, "-c", KILLED_APPLY, ledger_database, killed_before],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        capture_output=True,
        text=True,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    with writing(here.ledger) as connection:  # PostgreSQL gives a dead client's locks back when it notices
        connection.execute(select(OBLIGATION.c.id).with_for_update()).all()
    assert here.everything() == before
    assert versions(here) == []
    assert edit(here).counts.superseded == 2
    here.apply(quarterly("analysis"), monthly(due="当月第10个工作日"), on=ON)
    assert len(versions(here)) == 1


def for_each_seller(name="each"):
    return a_duty(name, monthly().cadence, subject=SELLER, done_by="inspection.done")


class TestADutyOwedByAGreatManySubjects:
    """It opens in portions once the version is in force: a million in the edit's own transaction would keep all others waiting."""

    @pytest.fixture
    def here(self, bureau, monkeypatch):
        made = bureau(monthly(), on=ON)
        made.register("S1", "S2", "S3", "S4", "S5")
        made.open(ON)
        for name in ("AT_ONCE", "SMALLEST", "LARGEST"):
            monkeypatch.setattr(placings, name, 2)
        for module in (placings, answers_in_portions):
            monkeypatch.setattr(module, "let_others_write", lambda _: None)
        return made

    def test_opens_what_the_plan_says_and_others_write_between(self, here, monkeypatch):
        seen = []

        def somebody_writes(_):
            with writing(here.ledger) as connection:
                connection.execute(select(OBLIGATION.c.id).with_for_update()).all()
            seen.append((len(versions(here)), len(here.owed("id", duty_id="each"))))

        monkeypatch.setattr(placings, "let_others_write", somebody_writes)
        effect = here.edit(for_each_seller(), monthly(), on=ON)
        assert [(new.period, new.count) for new in effect.added] == [("2023-10", 5)]
        assert seen == [(1, 2), (1, 4), (1, 5)]
        assert here.open(ON).total == 0

    def test_owes_the_days_that_one_transaction_gives_it(self, here, monkeypatch):
        here.apply(for_each_seller(), monthly(), on=ON)
        monkeypatch.setattr(placings, "AT_ONCE", 5_000)
        same = for_each_seller("at-once")
        here.apply(for_each_seller(), same, monthly(), on=ON)
        columns = (
            "unit",
            "subject_id",
            "period_key",
            "opened_on",
            "target",
            "deadline",
            "next_rung_at",
            "state",
        )
        in_portions = here.owed(*columns, duty_id="each")
        assert len(in_portions) == 5
        assert in_portions == here.owed(*columns, duty_id="at-once")

    def test_goes_on_opening_where_a_program_died(self, here, monkeypatch):
        def dies(_):
            raise KeyboardInterrupt

        plan = here.plan(for_each_seller(), monthly(), on=ON)
        monkeypatch.setattr(placings, "let_others_write", dies)
        with pytest.raises(KeyboardInterrupt):
            apply(here.ws, plan, actor="王五", now=at(ON), reason="")
        monkeypatch.undo()
        here.ws = replace(here.ws, definitions=plan.definitions, version=1)
        assert len(here.owed("id", duty_id="each")) == 2
        assert here.open("2023-10-10").by_duty == {"each": 3}
