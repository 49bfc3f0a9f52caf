"""Opening a project: the ledger learns what was applied, the folder is a draft, and its mistakes harm nothing."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select

from duban.base.problems import ProblemsFound
from duban.ledger.content import content_fingerprint, read_content
from duban.ledger.database import LedgerUnavailable, reading, writing
from duban.ledger.tables import (
    APPLIED_VERSION,
    CALENDAR_VERSION,
    CONTENT_VERSION,
    DUTY_VERSION,
    POST_HOLDER,
    UNIT,
)
from duban.workspace.workspace import open_workspace, sync


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


def test_the_first_start_puts_the_folder_in_force_as_it_is(opened):
    ws = opened()
    assert (ws.version, ws.draft.differs, ws.draft.problems) == (1, False, ())
    assert count(ws, UNIT) == len(ws.definitions.project.units)
    assert count(ws, DUTY_VERSION) == len(ws.definitions.duties)
    assert count(ws, CALENDAR_VERSION) == count(ws, CONTENT_VERSION) == 1
    with reading(ws.ledger) as connection:
        known = set(connection.execute(select(POST_HOLDER.c.unit, POST_HOLDER.c.post)).tuples())
        years = connection.execute(select(CALENDAR_VERSION.c.years)).scalar_one()
        files = connection.execute(select(CONTENT_VERSION.c.files)).scalar_one()
        actor, reason = connection.execute(select(APPLIED_VERSION.c.actor, APPLIED_VERSION.c.reason)).one()
    assert known == {
        (unit.code, post) for unit in ws.definitions.project.units.values() for post in unit.posts
    }
    assert (years["2023"], years["2030"]) == ("official", "provisional")
    assert files["duban.yaml"] == (ws.root / "duban.yaml").read_text(encoding="utf-8")
    assert (actor, reason) == ("duban", "首次启动")


def test_what_the_engine_does_not_read_is_no_content(opened, project):
    ws = opened()
    (project / "duties" / "README.md").write_text("改了说明", encoding="utf-8")
    (project / "duties" / "tests" / "特种设备.yaml").write_text("cases: []\n", encoding="utf-8")
    assert not opened().draft.differs
    with reading(ws.ledger) as connection:
        files = connection.execute(select(CONTENT_VERSION.c.files)).scalar_one()
    assert not [name for name in files if "tests" in name or "README" in name]
    assert "notifications/templates/digest.zh-CN.md.j2" in files


def test_what_the_first_start_works_by_is_what_every_later_one_reads(opened):
    first, later = opened().definitions, opened().definitions
    assert first.root == later.root
    assert first.fingerprint == later.fingerprint


def test_of_the_posts_those_that_changed_are_written_and_those_that_are_gone_go(opened, now):
    ws = opened()
    project = ws.definitions.project
    unit = project.units["350404"]
    changed, gone, *_ = unit.posts
    posts = {name: post for name, post in unit.posts.items() if name != gone}
    away = ((date(2023, 10, 9), date(2023, 10, 13)),)
    posts[changed] = replace(
        posts[changed], holder="林晓（虚构）", addresses={"mail": "lin@example.cn"}, away=away
    )
    before = post_rows(ws)
    units = {**project.units, unit.code: replace(unit, posts=posts)}
    sync(ws.ledger, replace(ws.definitions, project=replace(project, units=units)), {}, now)
    expected = {key: row for key, row in before.items() if key != (unit.code, gone)}
    expected[unit.code, changed] |= {
        "holder": "林晓（虚构）",
        "addresses": {"mail": "lin@example.cn"},
        "away": [["2023-10-09", "2023-10-13"]],
    }
    assert post_rows(ws) == expected


def post_rows(ws):
    with reading(ws.ledger) as connection:
        return {
            (row["unit"], row["post"]): dict(row)
            for row in connection.execute(select(POST_HOLDER)).mappings()
        }


def test_opening_again_writes_nothing(opened):
    opened()
    before = opened()
    said = []
    event.listen(before.ledger, "before_cursor_execute", lambda *given: said.append(given[2]))
    assert not sync(before.ledger, before.definitions, read_content(before.root), before.clock.now())
    assert not [line for line in said if line.split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert opened().version == 1


def test_processes_that_start_together_apply_the_folder_once(opened):
    with ThreadPoolExecutor(4) as processes:
        spaces = list(processes.map(lambda _: opened(), range(4)))
    assert {ws.version for ws in spaces} == {1}
    assert count(spaces[0], APPLIED_VERSION) == 1


def test_an_edit_of_the_folder_changes_nothing_and_is_said(opened, project):
    before = opened()
    edit(project / "duties" / "特种设备.yaml", "title: ", "title: 修订·")
    ws = opened()
    assert ws.draft.differs
    assert ws.draft.problems == ()
    assert ws.definitions.fingerprint == before.definitions.fingerprint
    assert count(ws, DUTY_VERSION) == len(before.definitions.duties)
    assert count(ws, CONTENT_VERSION) == 1


def test_what_is_written_back_as_it_was_is_in_force_again(opened, project):
    path = project / "duties" / "特种设备.yaml"
    original = path.read_bytes()
    opened()
    edit(path, "title: ", "title: 修订·")
    assert opened().draft.differs
    path.write_bytes(original)
    assert not opened().draft.differs


def test_mistakes_in_the_folder_are_said_and_harm_nothing(opened, project):
    good = opened()
    path = project / "duties" / "特种设备.yaml"
    path.write_text("line: 特种设备\n\tduties: []\n", encoding="utf-8")
    ws = opened()
    assert [(problem.path, problem.line) for problem in ws.draft.problems] == [("duties/特种设备.yaml", 2)]
    assert ws.definitions.fingerprint == good.definitions.fingerprint
    assert ws.root == project
    assert ws.definitions.root != project
    assert count(ws, CONTENT_VERSION) == 1


def test_a_file_that_is_gone_or_unreadable_is_a_mistake_too(opened, project):
    opened()
    (project / "notifications" / "ladders.yaml").unlink()
    assert "notifications/ladders.yaml" in {problem.path for problem in opened().draft.problems}
    (project / "duties" / "特种设备.yaml").write_bytes(b"line: \xff\xfe\n")
    assert "duties/特种设备.yaml" in {problem.path for problem in opened().draft.problems}


def test_what_was_laid_out_and_then_spoilt_is_laid_out_again(opened):
    ws = opened()
    edit(ws.definitions.root / "duties" / "特种设备.yaml", "title: ", "title: 偷改·")
    again = opened()
    assert again.definitions.fingerprint == ws.definitions.fingerprint
    assert content_fingerprint(read_content(again.definitions.root)) == content_fingerprint(
        read_content(ws.root)
    )


def test_content_an_upgraded_program_cannot_read_gives_way_to_the_folder(opened, project):
    ws = opened()
    files = read_content(project) | {"duties/特种设备.yaml": "line: 旧写法\n"}
    with writing(ws.ledger) as connection:
        from duban.ledger.content import record_applied

        record_applied(connection, files, ws.clock.now() + timedelta(hours=1), actor="旧程序", reason="")
    ws = opened()
    assert ws.version == 3
    assert "ts-quarterly-risk-analysis" in ws.definitions.duties


def test_with_mistakes_at_the_first_start_the_problems_are_raised(opened, project):
    (project / "duties" / "特种设备.yaml").write_text("\tbroken", encoding="utf-8")
    with pytest.raises(ProblemsFound, match=r"duties/特种设备\.yaml:1"):
        opened()


def test_the_projects_own_ledger_is_used_when_none_is_named(project, clock, monkeypatch):
    monkeypatch.delenv("DUBAN_DATABASE_URL", raising=False)
    ws = open_workspace(project, clock)
    assert count(ws, UNIT) == len(ws.definitions.project.units)
    assert (project / ".duban" / "ledger.db").is_file()
    ws.ledger.dispose()


def test_a_ledger_that_is_gone_is_not_begun_anew_in_silence(project, clock, monkeypatch):
    monkeypatch.delenv("DUBAN_DATABASE_URL", raising=False)
    open_workspace(project, clock).ledger.dispose()
    own = project / ".duban/ledger.db"
    kept = own.with_suffix(".kept")
    own.rename(kept)
    with pytest.raises(
        LedgerUnavailable, match=r"不见了，可是这个项目有过台账|is gone, but this project had one"
    ):
        open_workspace(project, clock)
    assert [
        path.name for path in own.parent.glob("ledger.db*")
    ] == []  # it would be taken for the restored one's

    kept.rename(own)
    ws = open_workspace(project, clock)
    assert count(ws, UNIT) == len(ws.definitions.project.units)
    ws.ledger.dispose()
    own.write_bytes(b"")
    for _ in range(2):  # what the refusal leaves behind changes nothing
        with pytest.raises(
            LedgerUnavailable, match=r"是空的，可是这个项目有过台账|is empty, but this project had one"
        ):
            open_workspace(project, clock)
    own.unlink()
    shutil.rmtree(project / ".duban/applied")
    assert open_workspace(project, clock).version == 1


def test_no_ledger_no_work(project, clock, tmp_path):
    with pytest.raises(LedgerUnavailable, match="打不开台账"):
        open_workspace(project, clock, f"sqlite:///{tmp_path}/nowhere/ledger.db")
