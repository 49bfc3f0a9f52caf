"""A program assigns once what a note, a letter or a meeting orders: to its own unit and below, once for one key."""

import base64

import pytest
from sqlmodel import col, select

from duban.ledger.database import reading
from duban.ledger.tables import AccessRecord
from tests.obligations.small_bureau import POST
from tests.web.conftest import problem

ORDER = {
    "title": "报送自查报告",
    "to": [f"县局/{POST}", f"列东所/{POST}"],
    "due": "2023-10-21",
    "document": "闽函5号",
}


def operations(city):
    """What stands in the access log, oldest first: what was done, and how it came out."""
    log = select(col(AccessRecord.act), col(AccessRecord.outcome)).order_by(col(AccessRecord.id))
    with reading(city.ws.ledger) as connection:
        return [tuple(row) for row in connection.execute(log)]


def test_it_is_rehearsed_assigned_once_listed_and_taken_back(city):
    rehearsed = city.post("三元", "/assignments?dry_run=true", json=ORDER)
    assert (rehearsed.status_code, rehearsed.json()["number"]) == (200, None)
    assert city.get("三元", "/assignments").json() == {"assignments": []}
    assert operations(city) == [], "what is only rehearsed is no operation"

    key = {"Idempotency-Key": "a1"}
    made = city.post("三元", "/assignments", json=ORDER, headers=key)
    again = city.post("三元", "/assignments", json=ORDER, headers=key)
    assert again.json() == made.json()
    assert made.json() == {
        "number": "2023-1",
        "called": "闽函5号",
        "summary": "三元区局 等 2 个单位 各 1 项，10月23日（星期一）到期",
        "remarks": ["10月21日（星期六）是休息日，期限顺延到 10月23日（星期一）"],
        "obligations": made.json()["obligations"],
    }
    [told] = city.get("三元", "/assignments").json()["assignments"]
    assert [(each["unit"], each["post"], each["state"]) for each in told["obligations"]] == [
        ("350404", POST, "open"),
        ("350404-01", POST, "open"),
    ]
    assert told["assigned_by"] == {"name": "三元", "unit": "350404", "entrance": "api"}

    back = city.post("三元", "/assignments/2023-1/recall", json={"reason": "重复"})
    assert back.json() == {"number": "2023-1", "withdrawn": 2}
    refused = city.post("三元", "/assignments/2023-1/recall", json={"reason": "重复"})
    assert (refused.status_code, problem(refused)) == (409, "move-refused")
    assert operations(city) == [
        *[("POST /api/v1/assignments", "200")] * 2,
        ("POST /api/v1/assignments/2023-1/recall", "200"),
        ("POST /api/v1/assignments/2023-1/recall", "409"),
    ]


def test_everything_that_is_wrong_is_said_by_its_field(city):
    answered = city.post("三元", "/assignments", json={**ORDER, "to": [f"沙县区局/{POST}"], "due": "昨天"})
    assert (answered.status_code, problem(answered)) == (422, "invalid")
    assert [each["field"] for each in answered.json()["errors"]] == ["to", "due"]


def test_a_file_goes_along_and_what_is_no_file_is_refused(city):
    file = {"name": "批示.txt", "base64": base64.b64encode(b"please").decode()}
    assert city.post("市局", "/assignments", json={**ORDER, "files": [file]}).status_code == 200
    assert city.get("市局", "/assignments").json()["assignments"][0]["files"] == ["批示.txt"]
    wrong = {**ORDER, "document": "", "files": [{"name": "x", "base64": "????"}]}
    assert problem(city.post("市局", "/assignments", json=wrong)) == "invalid"


@pytest.mark.parametrize("other", ["沙县", "列东所"])
def test_what_another_assigned_is_not_there_or_not_theirs_to_take_back(city, other):
    city.post("三元", "/assignments", json=ORDER)
    seen = bool(city.get(other, "/assignments").json()["assignments"])
    assert seen == (other == "列东所")
    answered = city.post(other, "/assignments/2023-1/recall", json={"reason": "不办"})
    assert problem(answered) == ("move-refused" if seen else "not-found")
    assert problem(city.post("大屏", "/assignments", json=ORDER)) == "read-only"
