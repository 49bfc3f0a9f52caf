"""Obligations over HTTP: each sees its own, a station no flight check before it is done, and moves are made once."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import insert

from duban.backups.retention import take_out
from duban.ledger.database import writing
from duban.ledger.short_ids import parse_short_id
from duban.ledger.tables import ARCHIVE
from tests.web.conftest import problem


def duties(answered):
    return sorted(each["duty"] for each in answered.json()["obligations"])


def the(city, who, duty="quarterly"):
    return city.get(who, f"/obligations?duty={duty}").json()["obligations"][0]["id"]


class TestListing:
    def test_each_sees_its_own(self, city):
        assert duties(city.get("三元", "/obligations")) == ["quarterly", "station-raid", "station-walk"]
        assert duties(city.get("沙县", "/obligations")) == ["quarterly"]
        assert len(duties(city.get("大屏", "/obligations"))) == 4

    def test_a_station_sees_no_confidential_obligation_before_it_is_done(self, city):
        raid = the(city, "三元", "station-raid")
        assert duties(city.get("列东所", "/obligations")) == ["station-walk"]
        assert duties(city.get("列东所", "/obligations?duty=station-raid")) == []
        hidden = city.get("列东所", f"/obligations/{raid}")
        nothing = city.get("列东所", "/obligations/DB-00999K")
        assert problem(hidden) == problem(nothing) == "not-found"
        assert problem(city.post("列东所", f"/obligations/{raid}/acknowledge")) == "not-found"

        assert city.post("三元", f"/obligations/{raid}/complete").status_code == 200
        assert city.get("列东所", f"/obligations/{raid}").json()["state"] == "done"
        assert duties(city.get("列东所", "/obligations?state=done")) == ["station-raid"]

    def test_it_names_who_works_along_in_the_list_and_alone(self, city):
        number = the(city, "三元", "station-walk")
        assert city.get("三元", f"/obligations/{number}").json()["co_handlers"] == []
        city.post("三元", f"/obligations/{number}/co-handle", json={"to": "350404/食品流通科"})
        listed = city.get("三元", "/obligations?duty=station-walk").json()["obligations"]
        assert [each["co_handlers"] for each in listed] == [["350404/食品流通科"]]
        assert city.get("三元", f"/obligations/{number}").json()["co_handlers"] == ["350404/食品流通科"]

    def test_another_county_s_obligation_is_not_there(self, city):
        number = the(city, "三元")
        for answered in (
            city.get("沙县", f"/obligations/{number}"),
            city.post("沙县", f"/obligations/{number}/acknowledge"),
            city.post("沙县", f"/obligations/{number}/waive", json={"reason": "不办了"}),
        ):
            assert (answered.status_code, problem(answered)) == (404, "not-found")
            assert answered.json()["detail"] == f"没有编号为 {number} 的应办事项"
        assert city.get("三元", f"/obligations/{number}").json()["events"] == []

    def test_one_that_was_archived_says_where_it_is_and_only_to_its_own(self, city):
        number = the(city, "三元")
        city.post("三元", f"/obligations/{number}/waive", json={"reason": "不办了"})
        with writing(city.ws.ledger) as connection:
            days = {"before": city.now, "read_back_at": city.now + timedelta(days=1)}
            connection.execute(
                insert(ARCHIVE).values(id=1, name="A", place="/归档", by="林晓", rows={}, **days)
            )
            take_out(connection, 1, [parse_short_id(number)])
        told = city.get("三元", f"/obligations/{number}")
        assert (told.status_code, problem(told)) == (404, "not-found")
        assert told.json()["detail"] == f"{number} 已归档，不再变动：归档 A，在 /归档"
        assert (
            city.get("沙县", f"/obligations/{number}").json()["detail"] == f"没有编号为 {number} 的应办事项"
        )

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("unit=350404", ["quarterly", "station-raid", "station-walk"]),
            ("unit=350404-01", ["station-raid", "station-walk"]),
            ("line=食品流通安全监督管理&duty=station-walk", ["station-walk"]),
            ("line=食品流通&duty=station-walk", ["station-walk"]),
            ("state=acknowledged", []),
            ("state=已签收", []),
            ("overdue=true", []),
            ("overdue=是", []),
            ("due_before=2023年10月19日&duty=station-walk", ["station-walk"]),
            ("due_before=2023-10-18", []),
            ("due_before=2023-10-19&duty=station-walk", ["station-walk"]),
            ("due_after=2023-10-18", []),
        ],
    )
    def test_filters(self, plain_city, query, found):
        assert duties(plain_city.get("大屏", f"/obligations?{query}")) == found

    @pytest.mark.parametrize("address", ["/obligations", "/duties"])
    def test_a_line_nobody_has_is_refused_and_a_part_of_a_name_is_enough(self, plain_city, address):
        refused = plain_city.get("大屏", f"{address}?line=特种设备安全监察")
        assert (refused.status_code, problem(refused)) == (422, "invalid")
        said = "没有条线“特种设备安全监察”，可以写：食品流通安全监督管理"
        assert refused.json()["errors"] == [{"field": "line", "reason": said}]
        whole, part = (
            plain_city.get("大屏", f"{address}?line={line}") for line in ("食品流通安全监督管理", "食品流通")
        )
        assert whole.json() == part.json()

    def test_overdue_begins_the_day_after_the_deadline(self, plain_city):
        plain_city.bureau.open("2023-10-19")
        told = plain_city.get("沙县", "/obligations?overdue=true").json()["obligations"]
        assert [(each["deadline"], each["overdue"]) for each in told] == [("2023-10-18", True)]

    def test_pages_by_deadline(self, plain_city):
        seen, answered = [], plain_city.get("大屏", "/obligations?limit=1")
        seen += answered.json()["obligations"]
        while "next" in answered.links:
            answered = plain_city.get("大屏", answered.links["next"]["url"])
            seen += answered.json()["obligations"]
        assert len({each["id"] for each in seen}) == 4

    @pytest.mark.parametrize(
        "query",
        ["state=lost", "due_before=tomorrow", "limit=0", "limit=501", "overdue=maybe", "subject_code=S1"],
    )
    def test_a_filter_that_means_nothing_is_refused(self, plain_city, query):
        assert problem(plain_city.get("三元", f"/obligations?{query}")) == "invalid"


class TestOne:
    def test_it_tells_its_basis_its_dates_and_its_history(self, city):
        number = the(city, "三元")
        city.post("三元", f"/obligations/{number}/acknowledge", json={"actor": "张三", "reason": "收到"})
        told = city.get("三元", f"/obligations/{number}").json()
        assert told["basis"][0]["quote"] == "原文"
        assert told["reckoning"]["deadline"] == told["deadline"] == "2023-10-18"
        assert [step["basis"] for step in told["reckoning"]["steps"]] == [
            "民法典第二百零一条",
            "国务院办公厅放假安排",
        ]
        [event] = told["events"]
        assert (event["kind"], event["actor"], event["reason"]) == ("acknowledge", "张三（三元）", "收到")
        assert told["moves"] == ["complete", "dispatch", "co-handle", "extend", "waive", "suspend"]

    @pytest.mark.parametrize("number", ["DB-00001Y", "1", "DB-" + "Y" * 37, "%00", "督办"])
    def test_a_number_that_is_none(self, plain_city, number):
        assert problem(plain_city.get("三元", f"/obligations/{number}")) == "not-found"

    def test_not_sent_again_until_it_changes(self, city):
        number = the(city, "三元")
        tag = city.get("三元", f"/obligations/{number}").headers["etag"]
        unchanged = {"If-None-Match": tag}
        assert city.get("三元", f"/obligations/{number}", headers=unchanged).status_code == 304
        moved = city.post("三元", f"/obligations/{number}/acknowledge")
        again = city.get("三元", f"/obligations/{number}", headers=unchanged)
        assert again.status_code == 200
        assert again.headers["etag"] == moved.headers["etag"] != tag


class TestMoves:
    def test_a_life(self, city):
        number = the(city, "三元")

        def move(name, **said):
            answered = city.post("三元", f"/obligations/{number}/{name}", json=said)
            assert answered.status_code == 200, answered.text
            return answered.json()

        assert move("acknowledge")["state"] == "acknowledged"
        assert move("extend", by="5 workdays", reason="台风")["deadline"] == "2023-10-25"
        assert move("extend", to="2023-10-28", reason="台风")["deadline"] == "2023-10-30"
        assert move("undo", reason="点错了")["deadline"] == "2023-10-25"
        assert move("suspend", reason="停业")["state"] == "suspended"
        assert move("resume")["state"] == "acknowledged"
        assert move("waive", reason="注销")["state"] == "waived"
        assert move("reopen", reason="误办")["state"] == "acknowledged"
        assert move("complete", reason="已办")["missing"] == ["形势分析报告"]
        events = city.get("三元", f"/obligations/{number}").json()["events"]
        assert [event["kind"] for event in events] == [
            "acknowledge", "extend", "extend", "undo", "suspend", "resume", "waive", "reopen", "complete",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("move", "said", "status", "kind"),
        [
            ("resume", {}, 409, "move-refused"),
            ("waive", {}, 422, "invalid"),
            ("waive", {"reason": "  "}, 422, "invalid"),
            ("extend", {"reason": "台风"}, 422, "invalid"),
            ("extend", {"reason": "台风", "by": "5 workdays", "to": "2023-10-28"}, 422, "invalid"),
            ("extend", {"reason": "台风", "by": "很久"}, 422, "invalid"),
            ("extend", {"reason": "台风", "to": "2023-10-17"}, 409, "move-refused"),
            ("extend", {"reason": "台风", "to": "9999-12-31"}, 409, "move-refused"),
            ("extend", {"reason": "台风", "by": "9999 years"}, 409, "move-refused"),
            ("acknowledge", {"actor": "张\n三"}, 422, "invalid"),
            ("acknowledge", {"acter": "张三"}, 422, "invalid"),
            ("vanish", {}, 404, "not-found"),
        ],
    )
    def test_what_cannot_be_done_says_why(self, plain_city, move, said, status, kind):
        number = the(plain_city, "三元")
        answered = plain_city.post("三元", f"/obligations/{number}/{move}", json=said)
        assert (answered.status_code, problem(answered)) == (status, kind)
        assert plain_city.get("三元", f"/obligations/{number}").json()["events"] == []

    def test_a_board_may_not_move_anything(self, city):
        answered = city.post("大屏", f"/obligations/{the(city, '三元')}/acknowledge")
        assert (answered.status_code, problem(answered)) == (403, "read-only")

    def test_somebody_who_has_not_seen_the_last_move_is_told(self, city):
        number = the(city, "三元")
        seen = city.get("三元", f"/obligations/{number}").headers["etag"]
        moved = city.post("市局", f"/obligations/{number}/acknowledge", headers={"If-Match": seen})
        assert moved.status_code == 200
        late = city.post(
            "三元",
            f"/obligations/{number}/extend",
            json={"reason": "台风", "by": "5 workdays"},
            headers={"If-Match": seen},
        )
        assert (late.status_code, problem(late)) == (412, "stale")
        now = {"If-Match": moved.headers["etag"]}
        assert city.post("三元", f"/obligations/{number}/complete", headers=now).status_code == 200

    @pytest.mark.parametrize("tag", ['"1"', '"0-"', "x", '"-"', '"中"'.encode()])
    def test_a_tag_nobody_gave_is_stale(self, plain_city, tag):
        number = the(plain_city, "三元")
        answered = plain_city.post("三元", f"/obligations/{number}/acknowledge", headers={"If-Match": tag})
        assert problem(answered) == "stale"


class TestEvidence:
    def test_a_text_named_like_the_required_piece_is_that_piece(self, city):
        number = the(city, "三元")
        evidence = [{"name": "形势分析报告", "text": "三季度形势平稳。"}]
        answered = city.post("三元", f"/obligations/{number}/complete", json={"evidence": evidence})
        assert answered.json()["missing"] == []
        [kept] = city.get("三元", f"/obligations/{number}").json()["evidence"]
        assert (kept["name"], kept["added_by"]) == ("形势分析报告", "三元")
        assert kept["sha256"] == hashlib.sha256("三季度形势平稳。".encode()).hexdigest()

    def test_files_are_kept_under_their_names_alone(self, city):
        number = the(city, "三元")
        files = [
            ("evidence", ("../../etc/形势分析报告.pdf", b"%PDF-1", "application/pdf")),
            ("evidence", ("C:\\照片\\现场.jpg", b"\xff\xd8", "image/jpeg")),
        ]
        answered = city.post("三元", f"/obligations/{number}/complete", files=files, data={"actor": "张三"})
        assert answered.json()["missing"] == []
        kept = city.get("三元", f"/obligations/{number}").json()["evidence"]
        assert [file["name"] for file in kept] == ["形势分析报告.pdf", "现场.jpg"]
        stored = sorted(path.name for path in (city.ws.root / ".duban/evidence").rglob("*.*"))
        assert [name.rpartition(".")[2] for name in stored] in (["jpg", "pdf"], ["pdf", "jpg"])

    def test_a_file_name_longer_than_a_disk_takes(self, plain_city):
        number = the(plain_city, "三元")
        name = "很长的文件名" * 60 + ".docx"
        answered = plain_city.post(
            "三元", f"/obligations/{number}/complete", files=[("evidence", (name, b"x"))]
        )
        assert answered.status_code == 200
        assert plain_city.get("三元", f"/obligations/{number}").json()["evidence"][0]["name"] == name[-200:]

    @pytest.mark.parametrize(
        ("sent", "status", "kind"),
        [
            ({"files": [("evidence", ("空.pdf", b""))]}, 422, "invalid"),
            ({"files": [("photo", ("现场.jpg", b"x"))]}, 422, "invalid"),
            ({"files": [("evidence", (f"{n}.txt", b"x")) for n in range(21)]}, 400, "malformed"),
            ({"json": {"evidence": [{"name": "报告"}]}}, 422, "invalid"),
            ({"json": []}, 422, "invalid"),
            ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400, "malformed"),
            ({"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415, "media-type"),
            (
                {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}},
                400,
                "malformed",
            ),
            ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "malformed"),
        ],
    )
    def test_what_cannot_be_taken_in_leaves_it_open(self, plain_city, sent, status, kind):
        number = the(plain_city, "三元")
        answered = plain_city.post("三元", f"/obligations/{number}/complete", **sent)
        assert (answered.status_code, problem(answered)) == (status, kind), answered.text
        assert plain_city.get("三元", f"/obligations/{number}").json()["state"] == "open"

    def test_where_a_file_lay_is_nobody_s_business(self, plain_city, monkeypatch):
        monkeypatch.setattr("duban.obligations.evidence.keep.__defaults__", (1,))
        number = the(plain_city, "三元")
        answered = plain_city.post(
            "三元", f"/obligations/{number}/complete", files=[("evidence", ("报告.pdf", b"xx"))]
        )
        assert problem(answered) == "invalid"
        assert answered.json()["detail"].startswith("文件 报告.pdf 超过")


def test_the_duties_in_force(city):
    told = city.get("大屏", "/duties?kind=within").json()["duties"]
    assert [(duty["id"], duty["done_by"], duty["cadence"]["of"]) for duty in told] == [
        ("first-inspection", "inspection.done", "certificate.issued")
    ]
    ids, answered = [], city.get("大屏", "/duties?limit=2")
    ids += [duty["id"] for duty in answered.json()["duties"]]
    while "next" in answered.links:
        answered = city.get("大屏", answered.links["next"]["url"])
        ids += [duty["id"] for duty in answered.json()["duties"]]
    assert ids == ["first-inspection", "flight-check", "quarterly", "station-raid", "station-walk"]
