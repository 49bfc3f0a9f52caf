"""A changed calendar in force: open obligations are dated anew, each with its reason, all of them or none."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from duban.base.clock import SHANGHAI, FixedClock
from duban.base.problems import ProblemsFound
from duban.base.starter import copy_starter
from duban.edits import PlanRefused
from duban.edits.changed_files import proved
from duban.facts import NewFact, NewSubject, record_facts, record_subjects
from duban.holidays import enter
from duban.holidays.insertion import add_closure
from duban.holidays.year_text import year_text
from duban.ledger.database import reading
from duban.ledger.tables import OBLIGATION, OBLIGATION_EVENT
from duban.obligations.opening import open_owed
from duban.workdays import Closure
from duban.workspace.workspace import open_workspace
from tests.few_duties import carried, keep
from tests.holidays.conftest import MADE_UP_2027, Folder
from tests.principals import OPERATOR, operator

WORKS = "工业产品生产许可证获证企业"
SANYUAN, SHAXIAN = "350404", "350405"
STORM = Closure(
    unit=SANYUAN, from_=date(2026, 11, 26), to=date(2026, 11, 27), reason="台风", notice="元政办5号"
)


class Bureau:
    """The starter project's first duties with one works in each of two counties, whose first inspections are open."""

    def __init__(self, root, database, issued, today):
        copy_starter(root)
        keep(carried(root))
        self.root, self.database, self.at_work = root, database, []
        self.clock = FixedClock(datetime(today.year, today.month, today.day, 9, 0, tzinfo=SHANGHAI))
        ws = self.opened()
        attributes = {"发证方式": "告知承诺", "产品类别": "水泥"}
        for unit in (SANYUAN, SHAXIAN):
            record_subjects(
                ws,
                [NewSubject(WORKS, unit, f"{unit} 厂", unit, attributes=attributes)],
                ws.clock.now(),
                OPERATOR,
            )
            fact = NewFact("certificate.issued", (WORKS, unit), None, issued, "测试", unit)
            assert record_facts(ws, [fact], self.now, OPERATOR).refused == []
        open_owed(ws, self.now, ["cp-first-inspection"])
        ws.ledger.dispose()

    @property
    def now(self):
        return self.clock.now()

    def opened(self):
        self.at_work.append(open_workspace(self.root, self.clock, self.database))
        return self.at_work[-1]

    def deadlines(self):
        query = select(OBLIGATION.c.unit, OBLIGATION.c.deadline, OBLIGATION.c.provisional)
        return {
            unit: (str(deadline), provisional)
            for unit, deadline, provisional in self._rows(
                query.where(OBLIGATION.c.duty_id == "cp-first-inspection")
            )
        }

    def journal(self):
        query = select(
            OBLIGATION.c.unit, OBLIGATION_EVENT.c.kind, OBLIGATION_EVENT.c.actor, OBLIGATION_EVENT.c.reason
        )
        return self._rows(query.join(OBLIGATION, OBLIGATION.c.id == OBLIGATION_EVENT.c.obligation_id))

    def _rows(self, query):
        ws = self.opened()
        try:
            with reading(ws.ledger) as connection:
                return [tuple(row) for row in connection.execute(query)]
        finally:
            ws.ledger.dispose()

    def closing(self, closure=STORM):
        inserted = add_closure(self.root, closure)
        return proved(self.opened(), {inserted.path: inserted.text}, self.now)


@pytest.fixture
def bureau(tmp_path, ledger_database):
    made = []

    def founded(issued=date(2026, 10, 27), today=date(2026, 11, 25)):
        made.append(Bureau(tmp_path / "project", ledger_database, issued, today))
        return made[-1]

    yield founded
    for ws in (ws for each in made for ws in each.at_work):
        ws.ledger.dispose()


def test_only_what_the_closed_county_owes_moves_and_its_journal_says_why(bureau):
    here = bureau()
    before = here.deadlines()
    change = here.closing()
    (moved,) = [each for duty in change.plan.duties for each in duty.moved]
    assert (moved.units, str(moved.was), str(moved.now)) == ((SANYUAN,), "2026-11-27", "2026-11-30")
    assert here.deadlines() == before

    change.put_in_force(here.now, by=operator("张三"), reason="元政办5号")

    assert here.deadlines() == {SANYUAN: ("2026-11-30", False), SHAXIAN: ("2026-11-27", False)}
    ((unit, kind, actor, reason),) = here.journal()
    assert (unit, kind, actor) == (SANYUAN, "redate", "张三")
    assert "台风，元政办5号" in reason
    assert here.opened().definitions.calendar.for_unit(SANYUAN).is_workday(date(2026, 11, 26)) is False


def test_a_notice_settles_what_was_provisional_and_moves_what_it_moves(bureau):
    here = bureau(issued=date(2027, 1, 11), today=date(2027, 1, 12))
    ws = here.opened()
    assert here.deadlines()[SANYUAN] == ("2027-02-11", True)
    notice = here.root / "通知.yaml"
    notice.write_text(MADE_UP_2027, "utf-8")
    folder = Folder(here.root / "calendar")
    entered = enter(folder.calendar, folder.read(notice))
    text = year_text(entered.year, folder.text(2027), "calendar/2027.yaml")

    proved(ws, {"calendar/2027.yaml": text}, here.now).put_in_force(
        here.now, by=operator("张三"), reason="通知"
    )

    assert here.deadlines()[SANYUAN] == ("2027-02-15", False)
    assert {kind for _, kind, _, _ in here.journal()} == {"redate"}
    assert folder.text(2027) == text


class TestAllOrNothing:
    def test_a_crash_before_it_is_in_force_leaves_the_engine_as_it_was_and_the_next_run_ends_it(self, bureau):
        here = bureau()
        before = here.deadlines()
        change = here.closing()
        (here.root / "calendar/closures.yaml").write_text(change.texts["calendar/closures.yaml"], "utf-8")
        assert here.deadlines() == before
        assert here.opened().definitions.calendar.closures == ()
        again = here.closing()
        assert not again.is_empty
        again.put_in_force(here.now, by=operator("张三"), reason="元政办5号")
        assert here.deadlines()[SANYUAN] == ("2026-11-30", False)
        assert here.closing().is_empty

    def test_what_the_ledger_refuses_leaves_the_file_as_it_was(self, bureau):
        here = bureau()
        change, other = here.closing(), here.closing(STORM.model_copy(update={"unit": SHAXIAN}))
        before = (here.root / "calendar/closures.yaml").read_bytes()
        other.put_in_force(here.now, by=operator("李四"), reason="沙县")
        (here.root / "calendar/closures.yaml").write_bytes(before)
        with pytest.raises(PlanRefused):
            change.put_in_force(here.now, by=operator("张三"), reason="元政办5号")
        assert (here.root / "calendar/closures.yaml").read_bytes() == before

    def test_a_file_changed_meanwhile_stops_it_before_anything_is_in_force(self, bureau):
        here = bureau()
        change = here.closing()
        with (here.root / "calendar/closures.yaml").open("a", encoding="utf-8") as file:
            file.write("# 李四\n")
        with pytest.raises(ProblemsFound, match="刚才有人改了这个文件"):
            change.put_in_force(here.now, by=operator("张三"), reason="元政办5号")
        assert here.deadlines()[SANYUAN] == ("2026-11-27", False)

    def test_other_edits_in_the_folder_stay_a_draft(self, bureau):
        here = bureau()
        path = here.root / "calendar/festivals.yaml"
        path.write_text(path.read_text("utf-8") + "# 改了一半\n", "utf-8")
        (here.root / "duties/坏的.yaml").write_text("line: [\n", "utf-8")
        here.closing().put_in_force(here.now, by=operator("张三"), reason="元政办5号")
        ws = here.opened()
        assert ws.draft.differs
        assert len(ws.definitions.calendar.closures) == 1

    def test_where_two_persons_have_to_agree_it_waits_for_the_second(self, bureau):
        here = bureau()
        path = here.root / "duban.yaml"
        path.write_text(path.read_text("utf-8") + "\napproval: 两人\n", "utf-8")
        from duban.edits import (
            apply,
            approve,
            draft_of_folder,
            plan,
        )

        ws = here.opened()
        apply(ws, plan(ws, *draft_of_folder(ws), here.now), actor="管理员", now=here.now, reason="两人")
        change = here.closing()
        change.put_in_force(here.now, by=operator("张三"), reason="元政办5号")
        assert here.deadlines()[SANYUAN] == ("2026-11-27", False)
        approve(here.opened(), change.plan.id, by=operator("李四"), now=here.now)
        assert here.deadlines()[SANYUAN] == ("2026-11-30", False)


def test_reminders_follow_the_changed_working_days_even_where_the_due_day_stays(bureau):
    """Due 2026-12-04, reminded five working days before: with two of them closed, two days earlier."""
    here = bureau(issued=date(2026, 11, 4))

    def next_rungs():
        query = select(OBLIGATION.c.unit, OBLIGATION.c.next_rung_at).where(
            OBLIGATION.c.duty_id == "cp-first-inspection"
        )
        return {unit: f"{at.astimezone(SHANGHAI):%m-%d}" for unit, at in here._rows(query)}

    before = next_rungs()
    here.closing().put_in_force(here.now, by=operator("张三"), reason="元政办5号")
    assert here.deadlines() == {SANYUAN: ("2026-12-04", False), SHAXIAN: ("2026-12-04", False)}
    assert before == {SANYUAN: "11-27", SHAXIAN: "11-27"}
    assert next_rungs() == {SANYUAN: "11-25", SHAXIAN: "11-27"}


def test_a_closure_that_moves_nothing_yet_is_told_and_put_in_force_all_the_same(bureau):
    here = bureau()
    later = STORM.model_copy(update={"from_": date(2027, 8, 19), "to": date(2027, 8, 20)})
    change = here.closing(later)
    assert [each.key for each in change.plan.content] == [f"停工 {SANYUAN}"]
    (here.root / "calendar/closures.yaml").write_text(change.texts["calendar/closures.yaml"], "utf-8")
    again = here.closing(later)
    assert not again.is_empty
    again.put_in_force(here.now, by=operator("张三"), reason="元政办5号")
    assert here.closing(later).is_empty
