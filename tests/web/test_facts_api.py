"""Facts over HTTP: a batch is told row by row, the same again changes nothing, and nothing leaves its county."""

import dataclasses

import pytest

from duban.cadence.kinds.within import WithinCadence
from duban.workdays import Period, TimeGrain
from tests.obligations.small_bureau import SELLER, a_duty
from tests.web.conftest import fact, problem


def outcomes(answered):
    return [(row["outcome"], row["field"]) for row in answered.json()["rows"]]


class TestSending:
    def test_each_row_is_told_what_became_of_it(self, city):
        batch = [
            fact("1"),
            fact("2", happened_on="2023-02-30"),
            fact("3", subject={"kind": SELLER, "code": "S9"}),
            fact("1"),
            fact("4", happend_on="2023-10-08"),
            "not a fact",
        ]
        answered = city.post("三元", "/facts", json={"facts": batch})
        assert answered.status_code == 200
        told = answered.json()
        assert (told["new"], told["unchanged"], told["refused"]) == (1, 1, 4)
        assert outcomes(answered) == [
            ("new", None),
            ("refused", "happened_on"),
            ("refused", "subject"),
            ("unchanged", None),
            ("refused", "happend_on"),
            ("refused", ""),
        ]
        assert told["rows"][1]["reason"] == "没有这一天：2023-02-30"
        assert told["rows"][1]["ref"] == "2"

    def test_an_answer_whose_number_matches_nothing_is_taken_and_told(self, city, tmp_path):
        cadence = WithinCadence(period=Period(10, TimeGrain.WORKDAY), of="clue.received")
        duty = a_duty("clue", cadence, done_by="clue.answered", done_same=("编号",))
        city.bureau.use_duties([duty])
        city.ws = dataclasses.replace(city.bureau.ws, root=tmp_path)
        batch = [
            fact(number, kind=kind, subject=None, unit="350404", data={"编号": number})
            for kind, number in (("clue.received", "1"), ("clue.answered", "2"))
        ]
        batch.append({**batch[1], "ref": "3", "data": {"编号": "1"}})
        told = city.post("三元", "/facts", json={"facts": batch}).json()
        assert told["new"] == 3
        assert [each["remark"] for each in told["rows"]] == [
            None,
            "“反馈线索”的编号 2 没有对应的“收到线索”，没有办结任何事项；编号写错了请更正这一条",
            None,
        ]

    def test_the_same_batch_twice_changes_nothing(self, city):
        batch = {"facts": [fact("1"), fact("2", data={"项目": "菌落总数", "批次": 3})]}
        assert city.post("三元", "/facts", json=batch).json()["new"] == 2
        again = city.post("三元", "/facts", json=batch).json()
        assert (again["new"], again["unchanged"], again["refused"]) == (0, 2, 0)

    def test_one_number_however_it_is_spelt(self, city):
        spelt = ["x1", "X1 ", " X1", "Ｘ1", "\u202aX1", "X1_x000D_"]
        told = city.post("三元", "/facts", json={"facts": [fact(ref) for ref in spelt]}).json()
        assert (told["new"], told["unchanged"], told["refused"]) == (1, 5, 0)
        for ref in ("x1", "Ｘ１", "X1\u200b"):
            asked = city.get("三元", "/facts", params={"ref": ref}).json()["facts"]
            assert [each["ref"] for each in asked] == ["X1"]

    def test_a_sample_number_with_another_result_is_refused(self, city):
        city.post("三元", "/facts", json={"facts": [fact("1", data={"项目": "菌落总数"})]})
        answered = city.post("三元", "/facts", json={"facts": [fact("1", data={"项目": "大肠菌群"})]})
        assert outcomes(answered) == [("refused", "data")]
        assert "更正要另写一条" in answered.json()["rows"][0]["reason"]

    @pytest.mark.parametrize("wrong", [{"happened_on": "2023-13-01"}, {"happened_on": "2023-10-10"}])
    def test_all_or_nothing_writes_nothing_when_one_row_is_refused(self, city, wrong):
        batch = {"facts": [fact("1"), fact("2", **wrong), fact("3")]}
        answered = city.post("三元", "/facts?all_or_nothing=true", json=batch)
        assert (answered.status_code, problem(answered)) == (422, "rows-refused")
        assert [(row["row"], row["field"]) for row in answered.json()["rows"]] == [(2, "happened_on")]
        assert city.get("三元", "/facts").json()["facts"] == []

    def test_a_zero_report_says_that_nothing_happened(self, city):
        zero = fact("0", kind="analysis.held", subject=None, unit="350404", value=0)
        assert city.post("三元", "/facts", json={"facts": [zero]}).json()["new"] == 1
        told = city.get("三元", "/facts?ref=0").json()["facts"][0]
        assert (told["kind"], told["data"]) == ("zero.reported", {"事实": "analysis.held"})

    def test_a_zero_report_about_a_subject_is_refused(self, city):
        answered = city.post("三元", "/facts", json={"facts": [fact("0", value=0)]})
        assert [row["outcome"] for row in answered.json()["rows"]] == ["refused"]

    def test_a_correction_and_a_withdrawal(self, city):
        city.post("三元", "/facts", json={"facts": [fact("1")]})
        back = fact("2", corrects={"source": "抽检系统", "ref": "1"}, withdrawn=True)
        assert city.post("三元", "/facts", json={"facts": [back]}).json()["new"] == 1
        told = city.get("三元", "/facts?ref=2").json()["facts"][0]
        assert (told["corrects"], told["withdrawn"], told["data"]) == (
            {"source": "抽检系统", "ref": "1", "unit": "350404"},
            True,
            {},
        )

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"data": {"withdrawn": True}}, "data"),
            ({"data": {"a": {"b": 1}}}, "data.a"),
            ({"data": {"a": "\x00"}}, "data.a"),
            ({"ref": "a\x00b"}, "ref"),
            ({"ref": " "}, "ref"),
            ({"ref": 1}, "ref"),
            ({"happened_on": 1696723200}, "happened_on"),
            ({"happened_on": "2023-10-08T00:00:00"}, "happened_on"),
            ({"kind": "sample.faild"}, "kind"),
            ({"subject": {"kind": SELLER}}, "subject.code"),
            ({"unit": "350404"}, "subject"),
            ({"corrects": "T1"}, "corrects"),
            ({"corrects": ["抽检系统", "T1"]}, "corrects"),
            ({"data": "项目: 菌落总数"}, "data"),
            ({"subject": "S1"}, "subject"),
        ],
    )
    def test_what_cannot_be_taken_is_refused_with_its_field(self, plain_city, wrong, field):
        answered = plain_city.post("三元", "/facts", json={"facts": [fact("1") | wrong]})
        assert answered.status_code == 200, answered.text
        assert outcomes(answered) == [("refused", field)]
        reason = answered.json()["rows"][0]["reason"]
        brackets = not isinstance(wrong.get(field, {}), dict) and field in ("corrects", "data", "subject")
        assert (reason == "应当是 {…} 这样的 JSON 对象") == brackets, reason

    @pytest.mark.parametrize("value", ["NaN", "1e999", '"\\ud800"', "[1]"])
    def test_a_value_that_cannot_be_kept_is_refused(self, plain_city, value):
        body = '{"facts": [{"kind": "sample.failed", "happened_on": "2023-10-08", "source": "s", "ref": "1", "data": {"x": VALUE}}]}'
        answered = plain_city.post(
            "三元",
            "/facts",
            content=body.replace("VALUE", value),
            headers={"Content-Type": "application/json"},
        )
        assert outcomes(answered) == [("refused", "data.x")]

    @pytest.mark.parametrize(
        "body", ["{", "[]", '{"facts": []}', '{"facts": 1}', '{"facts": [1], "more": 1}']
    )
    def test_a_batch_that_is_none_is_a_problem(self, plain_city, body):
        answered = plain_city.post(
            "三元", "/facts", content=body, headers={"Content-Type": "application/json"}
        )
        assert answered.status_code in (400, 422)
        assert problem(answered) in ("malformed", "invalid")

    def test_no_more_rows_than_a_batch_holds(self, plain_city):
        answered = plain_city.post("三元", "/facts", json={"facts": [fact()] * 10_001})
        assert problem(answered) == "invalid"
        assert answered.json()["errors"] == [{"field": "facts", "reason": "这个列表最多只能有 10000 项"}]

    def test_what_follows_is_opened_when_no_service_is_there_to_be_woken(self, city):
        batch = {"facts": [fact(f"{n}", happened_on=f"2023-0{n}-02") for n in (7, 8, 9)]}
        city.post("三元", "/facts", json=batch)
        raids = city.get("三元", "/obligations?duty=flight-check").json()["obligations"]
        assert [(raid["subject"]["code"], raid["confidential"]) for raid in raids] == [("S1", True)]


class TestCounties:
    def test_another_county_s_subject_is_as_unknown_as_none(self, city):
        batch = {"facts": [fact("1"), fact("2", subject={"kind": SELLER, "code": "S9"})]}
        first, second = city.post("沙县", "/facts", json=batch).json()["rows"]
        assert first["outcome"] == second["outcome"] == "refused"
        assert first["reason"].replace("S1", "S9") == second["reason"]

    def test_each_sees_its_own(self, city):
        city.post("三元", "/facts", json={"facts": [fact("1")]})
        own = fact("2", subject={"kind": SELLER, "code": "S5"})
        city.post("沙县", "/facts", json={"facts": [own]})
        city.post(
            "市局",
            "/facts",
            json={"facts": [fact("3", kind="analysis.held", subject=None, unit="350404")]},
        )

        def refs(who):
            return [each["ref"] for each in city.get(who, "/facts").json()["facts"]]

        assert refs("三元") == ["1", "3"]
        assert refs("列东所") == ["1"]
        assert refs("沙县") == ["2"]
        assert refs("大屏") == ["1", "2", "3"]

    def test_a_station_reports_for_itself_only(self, city):
        rows = [
            fact("1"),
            fact("2", kind="analysis.held", subject=None, unit="350404-01"),
            fact("3", kind="analysis.held", subject=None, unit="350404"),
        ]
        answered = city.post("列东所", "/facts", json={"facts": rows})
        assert [outcome for outcome, _ in outcomes(answered)] == ["new", "new", "refused"]

    def test_a_board_may_not_write(self, city):
        answered = city.post("大屏", "/facts", json={"facts": [fact()]})
        assert (answered.status_code, problem(answered)) == (403, "read-only")


class TestLooking:
    def test_pages_follow_one_another_whatever_is_added_meanwhile(self, city):
        city.post("三元", "/facts", json={"facts": [fact(f"{n}") for n in range(5)]})
        first = city.get("三元", "/facts?limit=2&kind=sample.failed")
        assert [each["ref"] for each in first.json()["facts"]] == ["0", "1"]
        city.post("三元", "/facts", json={"facts": [fact("5")]})
        seen, answered = [], first
        while "next" in answered.links:
            answered = city.get("三元", answered.links["next"]["url"])
            seen += [each["ref"] for each in answered.json()["facts"]]
        assert seen == ["2", "3", "4", "5"]
        assert answered.json()["next"] is None

    @pytest.mark.parametrize("cursor", ["x", "WzFd!", "WyJhIl0", "Wy0xXQ", "W10", "\u4e2d"])
    def test_a_cursor_nobody_gave_is_refused(self, plain_city, cursor):
        answered = plain_city.get("三元", "/facts", params={"cursor": cursor})
        assert problem(answered) == "invalid"
        assert answered.json()["errors"][0]["field"] == "cursor"

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("source=抽检系统&ref=1", ["1"]),
            (f"subject_kind={SELLER}&subject_code=S1", ["1", "2"]),
            ("since=2023-10-08", ["1"]),
            ("until=2023-10-07", ["2", "3"]),
            ("unit=350404", ["3"]),
            ("kind=analysis.held", ["3"]),
        ],
    )
    def test_filters(self, plain_city, query, found):
        rows = [
            fact("1"),
            fact("2", happened_on="2023-10-07"),
            fact("3", kind="analysis.held", subject=None, unit="350404", happened_on="2023-10-07"),
        ]
        assert plain_city.post("三元", "/facts", json={"facts": rows}).json()["new"] == 3
        told = plain_city.get("三元", f"/facts?{query}").json()["facts"]
        assert [each["ref"] for each in told] == found

    def test_what_has_not_changed_is_not_sent_again(self, city):
        first = city.get("三元", "/facts")
        again = city.get("三元", "/facts", headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        city.post("三元", "/facts", json={"facts": [fact()]})
        assert city.get("三元", "/facts", headers={"If-None-Match": first.headers["etag"]}).status_code == 200
