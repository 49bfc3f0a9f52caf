"""Opening a project: the ledger learns what the content says, and bad content does not stop the work."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from duban.ledger.database import LedgerUnavailable, reading
from duban.ledger.tables import CALENDAR_VERSION, CONTENT_VERSION, DUTY_VERSION, POST_HOLDER, UNIT
from duban.problems import ProblemsFound
from duban.workspace import _read_content, open_workspace, sync


def count(ws, table):
    with reading(ws.ledger) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def opened(project, clock, ledger_database):
    """Opens the project on the ledger under test; what was opened is let go at the end."""
    spaces = []

    def open_it():
        spaces.append(open_workspace(project, clock, ledger_database))
        return spaces[-1]

    yield open_it
    for ws in spaces:
        ws.ledger.dispose()


def test_the_ledger_learns_units_posts_duties_and_the_calendar(opened):
    ws = opened()
    assert ws.stale == ()
    assert count(ws, UNIT) == len(ws.definitions.project.units)
    assert count(ws, DUTY_VERSION) == len(ws.definitions.duties)
    assert count(ws, CALENDAR_VERSION) == count(ws, CONTENT_VERSION) == 1
    with reading(ws.ledger) as connection:
        known = set(connection.execute(select(POST_HOLDER.c.unit, POST_HOLDER.c.post)).tuples())
        years = connection.execute(select(CALENDAR_VERSION.c.years)).scalar_one()
        files = connection.execute(select(CONTENT_VERSION.c.files)).scalar_one()
    assert known == {
        (unit.code, post) for unit in ws.definitions.project.units.values() for post in unit.posts
    }
    assert (years["2023"], years["2030"]) == ("official", "provisional")
    assert files["duban.yaml"] == (ws.root / "duban.yaml").read_text(encoding="utf-8")


def test_opening_again_costs_one_look(opened, clock):
    opened()
    ws = opened()
    said = []
    event.listen(ws.ledger, "before_cursor_execute", lambda *given: said.append(given[2]))
    assert not sync(ws.ledger, ws.definitions, _read_content(ws.root), clock.now())
    assert [line.split()[0] for line in said if not line.startswith("BEGIN")] == ["SELECT"]
    assert count(ws, DUTY_VERSION) == len(ws.definitions.duties)


def test_an_edited_duty_becomes_a_second_version_and_the_first_stays(opened, project, clock):
    before = count(opened(), DUTY_VERSION)
    clock.advance(timedelta(hours=1))
    edit(project / "duties" / "特种设备.yaml", "title: ", "title: 修订·")
    ws = opened()
    assert count(ws, DUTY_VERSION) == before + 1
    assert count(ws, CONTENT_VERSION) == 2


def test_what_is_written_back_as_it_was_is_the_newest_again(opened, project, clock):
    path = project / "duties" / "特种设备.yaml"
    original = path.read_bytes()
    opened()
    clock.advance(timedelta(hours=1))
    edit(path, "title: ", "title: 修订·")
    opened()
    clock.advance(timedelta(hours=1))
    path.write_bytes(original)
    opened()
    path.write_text("\tbroken", encoding="utf-8")
    ws = opened()
    assert not any("修订·" in duty.title for duty in ws.definitions.duties.values())
    assert count(ws, CONTENT_VERSION) == 2


def test_a_renamed_unit_and_a_new_holder_are_known_at_once_and_a_removed_post_is_gone(opened, project):
    opened()
    path = project / "duban.yaml"
    edit(path, "name: 三明市市场监管局\n", "name: 三明市市监局\n  posts: {主要领导: {holder: 张三}}\n")
    edit(path, "主要领导, 分管领导, 科室负责人, 经办人,\n", "主要领导, 分管领导, 科室负责人,\n")
    ws = opened()
    with reading(ws.ledger) as connection:
        name = connection.execute(select(UNIT.c.name).where(UNIT.c.code == "350400")).scalar_one()
        posts = connection.execute(
            select(POST_HOLDER.c.post, POST_HOLDER.c.holder).where(POST_HOLDER.c.unit == "350400")
        ).tuples()
        holders = dict(iter(posts))
    assert name == "三明市市监局"
    assert holders["主要领导"] == "张三"
    assert "经办人" not in holders


def test_bad_content_is_said_and_the_last_good_one_is_used(opened, project):
    good = opened()
    path = project / "duties" / "特种设备.yaml"
    path.write_text("line: 特种设备\n\tduties: []\n", encoding="utf-8")
    ws = opened()
    assert [(problem.path, problem.line) for problem in ws.stale] == [("duties/特种设备.yaml", 2)]
    assert ws.definitions.digest == good.definitions.digest
    assert ws.root == project
    assert ws.definitions.root != project
    assert count(ws, CONTENT_VERSION) == 1


def test_mended_content_is_used_at_once(opened, project):
    path = project / "duties" / "特种设备.yaml"
    original = path.read_bytes()
    opened()
    path.write_text("\tbroken", encoding="utf-8")
    assert opened().stale
    path.write_bytes(original)
    ws = opened()
    assert ws.stale == ()
    assert ws.definitions.root == project


def test_a_file_that_is_gone_or_unreadable_is_bad_content_too(opened, project):
    opened()
    (project / "notifications" / "ladders.yaml").unlink()
    assert "notifications/ladders.yaml" in {problem.path for problem in opened().stale}
    (project / "duties" / "特种设备.yaml").write_bytes(b"line: \xff\xfe\n")
    assert "duties/特种设备.yaml" in {problem.path for problem in opened().stale}


def test_with_no_good_content_ever_the_problems_are_raised(opened, project):
    (project / "duties" / "特种设备.yaml").write_text("\tbroken", encoding="utf-8")
    with pytest.raises(ProblemsFound, match=r"duties/特种设备\.yaml:1"):
        opened()


def test_the_projects_own_ledger_is_used_when_none_is_named(project, clock, monkeypatch):
    monkeypatch.delenv("DUBAN_DATABASE_URL", raising=False)
    ws = open_workspace(project, clock)
    assert count(ws, UNIT) == len(ws.definitions.project.units)
    assert (project / ".duban" / "ledger.db").is_file()
    ws.ledger.dispose()


def test_no_ledger_no_work(project, clock, tmp_path):
    with pytest.raises(LedgerUnavailable, match="打不开台账"):
        open_workspace(project, clock, f"sqlite:///{tmp_path}/nowhere/ledger.db")
