"""What a note, a letter or a meeting orders once, assigned on the page: seen before it is done, kept through mistakes, undone."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from duban.ledger.database import reading, writing
from duban.ledger.tables import ASSIGNMENT, ASSIGNMENT_FILE, OBLIGATION
from tests.obligations.small_bureau import POST
from tests.web.pages.people import Browser

FILLED = {"title": "报送自查报告", "unit": "350404", "post": POST, "day": "2023-10-20", "form": "f1"}


@pytest.fixture
def desk(signed_in):
    browser = signed_in("王")
    browser.get("/assign")
    return browser


def rows(door, table=OBLIGATION):
    with reading(door.ws.ledger) as connection:
        found = connection.execute(select(table).order_by(table.c.id)).all()
    return [row for row in found if table is not OBLIGATION or row.duty_id.startswith("assigned.")]


def test_it_is_seen_before_it_is_done_and_then_assigned_once(door, desk):
    seen = desk.post("/assign", step="rehearse", **FILLED, words="请于20日前报送")
    assert "会交办 交办〔2023〕1号：三元区局 1 项，10月20日（星期五）到期" in seen.text
    assert rows(door) == []
    assert 'value="报送自查报告"' in seen.text
    assert "请于20日前报送</textarea>" in seen.text

    done = desk.post("/assign", step="assign", **FILLED)
    again = desk.post("/assign", step="assign", **FILLED)
    assert (done.status_code, done.headers["location"]) == (303, "/assign/2023-1?done=assigned")
    assert again.headers["location"] == "/assign/2023-1?done=assigned"
    [row] = rows(door)
    assert (row.unit, row.state) == ("350404", "open")


def test_a_mistake_is_said_and_the_form_keeps_all_that_was_written_and_its_files(door, desk):
    answer = desk.ask(
        "POST",
        "/assign",
        data={**FILLED, "day": "2023-10-01", "document": "闽函5号", "form_token": desk.token},
        files=[("files", ("批示.txt", b"please", "text/plain"))],
    )
    assert answer.status_code == 422
    assert "期限 2023-10-01 已经过去" in answer.text
    for kept in ('value="报送自查报告"', 'value="闽函5号"', '<option value="350404" selected>', "批示.txt"):
        assert kept in answer.text
    [token] = re.findall(r'name="kept" value="([^"]+)"', answer.text)

    done = desk.post("/assign", step="assign", **FILLED, kept=token)
    assert done.status_code == 303
    [file] = rows(door, ASSIGNMENT_FILE)
    assert (file.name, file.size) == ("批示.txt", 6)
    saved = desk.get(f"/assign/2023-1/files/{file.id}")
    assert (saved.content, saved.headers["content-type"]) == (b"please", "application/octet-stream")


@pytest.mark.parametrize("kept", ["6~../../etc/passwd~x", "1~aa/" + "a" * 64 + "~x", "nonsense"])
def test_a_form_names_no_file_it_has_not_taken(door, desk, kept):
    assert desk.post("/assign", step="assign", **FILLED, kept=kept).status_code == 303
    assert rows(door, ASSIGNMENT_FILE) == []


def test_an_emergency_is_told_in_hours_whether_or_not_a_patrol_went_round(door, desk):
    desk.post("/assign", step="assign", **{**FILLED, "day": f"{door.bureau.clock.moment:%Y-%m-%d}"})
    [row] = rows(door)
    for left, said in ((60, "还有 1小时<"), (0, "时限已到"), (-65, "已过时限 1小时5分钟")):
        with writing(door.ws.ledger) as connection:
            hour = update(OBLIGATION).values(due_at=door.now + timedelta(minutes=left))
            connection.execute(hour.where(OBLIGATION.c.id == row.id))
        assert said in desk.get("/obligations?unit=350404").text


def test_units_without_a_post_and_two_terms_are_both_said(desk):
    answer = desk.post("/assign", **{**FILLED, "post": "", "within": "10个工作日"})
    assert answer.status_code == 422
    assert "请选由哪个岗位承办" in answer.text
    assert "期限只写一个：哪一天，或者多久" in answer.text


def test_it_is_undone_at_once_and_the_page_says_so(door, desk):
    desk.post("/assign", step="assign", **FILLED)
    page = desk.get("/assign/2023-1?done=assigned")
    assert "撤销" in page.text
    assert desk.post("/assign/2023-1/recall", reason="误交办，撤销").status_code == 303
    assert [row.state for row in rows(door)] == ["withdrawn"]
    assert "已撤回" in desk.get("/assign/2023-1").text
    refused = desk.post("/assign/2023-1/recall", reason="再来")
    assert refused.status_code == 422
    assert "没有可撤回的" in refused.text


def test_it_stands_among_what_waits_on_the_board_in_the_month_in_search_and_in_the_workload(
    door, desk, signed_in
):
    desk.post("/assign", step="assign", **{**FILLED, "day": "2023-10-10"}, document="闽函5号")
    owner = signed_in("林")
    assert "报送自查报告" in owner.get("/").text
    assert "报送自查报告" in owner.get("/obligations?line=临时交办").text
    assert POST in owner.get("/obligations?line=临时交办").text
    assert "临时交办" in desk.get("/board?by=share").text
    assert "报送自查报告" in owner.get("/calendar/2023-10").text
    for text in ("闽函5号", "自查"):
        assert "/assign/2023-1" in owner.get(f"/search?text={text}").text
    shown = owner.get("/duties/assigned.2023.1.1")
    assert shown.headers["location"] == "/assign/2023-1"


def test_what_is_confidential_is_offered_to_those_who_may_know(door, desk, signed_in):
    asked = {**FILLED, "unit": "350404-01", "confidential": "1"}
    officer = signed_in("林")
    officer.get("/assign")
    assert "不能知悉保密事项" in officer.post("/assign", **asked).text
    assert 'name="confidential"' not in officer.get("/assign").text


def test_whoever_may_only_read_sees_the_list_and_no_form(door, signed_in):
    reader = signed_in("计")
    assert "交办过的" in reader.get("/assign").text
    assert "<textarea" not in reader.get("/assign").text
    assert reader.post("/assign", **FILLED).status_code == 403
    assert rows(door, ASSIGNMENT) == []


def test_a_form_of_another_browser_is_refused(door, desk):
    other = Browser(door)
    other.get("/sign-in")
    desk.token = other.token
    assert desk.post("/assign", step="assign", **FILLED).status_code == 403
    assert rows(door) == []
