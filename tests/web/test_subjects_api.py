"""Subjects over HTTP: POST registers, PUT brings up to date, and no county takes another's."""

from typing import ClassVar

import pytest

from tests.full_ledger import fill
from tests.obligations.small_bureau import SELLER
from tests.query_plans import read_whole, steps
from tests.web.conftest import a_city, problem


def subject(code="S2", **more):
    return {"kind": SELLER, "code": code, "name": f"{code} 店", "unit": "350404", **more}


def rows(answered):
    return [(row["outcome"], row["field"]) for row in answered.json()["rows"]]


def test_post_registers_and_refuses_what_is_there_with_other_content(city):
    assert rows(city.post("三元", "/subjects", json={"subjects": [subject(grade="B")]})) == [("new", None)]
    again = {"subjects": [subject(), subject(name="另一家店"), subject("S3", unit="350404-01")]}
    answered = city.post("三元", "/subjects", json=again)
    assert rows(answered) == [("unchanged", None), ("refused", "code"), ("new", None)]


def test_put_makes_it_what_is_written(city):
    city.put("三元", "/subjects", json={"subjects": [subject(attributes={"业态": "便利店"})]})
    answered = city.put("三元", "/subjects", json={"subjects": [subject(name="新名", active=False)]})
    assert rows(answered) == [("changed", None)]
    told = city.get("三元", "/subjects?code=S2").json()["subjects"][0]
    assert (told["name"], told["active"], told["attributes"]) == ("新名", False, {})


def test_a_county_neither_takes_nor_gives_away(city):
    """S1 is 三元's; of one code two counties each have their own, and neither hears of the other's."""
    batch = [subject("S1", unit="350405"), subject("S6", unit="350404")]
    answered = city.put("沙县", "/subjects", json={"subjects": batch})
    assert rows(answered) == [("new", None), ("refused", "unit")]
    told = city.get("大屏", "/subjects").json()["subjects"]
    assert [(each["code"], each["name"]) for each in told] == [
        ("S1", "S1 店"),
        ("S5", "S5 店"),
        ("S1", "S1 店"),
    ]
    assert [each["unit"] for each in told] == ["350404-01", "350405", "350405"]


def test_the_city_moves_a_subject_from_county_to_county(city):
    moved = subject("S1", name="S1 店", unit="350405")
    assert rows(city.put("市局", "/subjects", json={"subjects": [moved]})) == [("changed", None)]
    assert [each["code"] for each in city.get("沙县", "/subjects").json()["subjects"]] == ["S1", "S5"]


def test_all_or_nothing(city):
    batch = {"subjects": [subject(), subject("S3", unit="350499")]}
    answered = city.post("三元", "/subjects?all_or_nothing=true", json=batch)
    assert (answered.status_code, problem(answered)) == (422, "rows-refused")
    assert [each["code"] for each in city.get("三元", "/subjects").json()["subjects"]] == ["S1"]


@pytest.mark.parametrize("unit", ["350405", "350499", "不是单位"])
def test_a_unit_that_is_not_the_token_s_is_refused_alike_whether_it_is_there_or_not(city, unit):
    answered = city.get("三元", "/subjects", params={"unit": unit})
    assert (answered.status_code, problem(answered)) == (403, "outside")
    assert answered.json()["detail"] == f"单位“{unit}”不归令牌“三元”管"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("unit=350404", ["S1"]),
        (f"kind={SELLER}", ["S1", "S5"]),
        ("active=false", []),
        ("active=是", ["S1", "S5"]),
        ("grade=A", []),
    ],
)
def test_filters(plain_city, query, found):
    told = plain_city.get("大屏", f"/subjects?{query}").json()["subjects"]
    assert [each["code"] for each in told] == found


def test_pages(plain_city):
    first = plain_city.get("大屏", "/subjects?limit=1")
    second = plain_city.get("大屏", first.links["next"]["url"])
    assert [each["code"] for each in second.json()["subjects"]] == ["S5"]
    assert "next" not in second.links


def test_a_page_of_a_unit_reads_only_what_it_shows(plain_city):
    found = steps(plain_city.ws.ledger, lambda: plain_city.get("三元", "/subjects?limit=1"))
    assert "SEARCH subject USING COVERING INDEX ix_subject_unit (unit=?)" in [line for _, line in found]
    assert not [line for _, line in found if line.startswith("SCAN subject")]


@pytest.mark.postgres
@pytest.mark.parametrize(
    "asked",
    [
        "/subjects?code=X9",
        "/facts?subject_code=X9",
        "/obligations?limit=2",
        "/obligations?state=done",
    ],
)
def test_a_page_of_a_unit_goes_through_no_table_on_postgresql(
    postgresql_ledger, calendar, tmp_path, settings, asked
):
    city = a_city(postgresql_ledger, calendar, tmp_path, settings)
    fill(postgresql_ledger, 9_000)
    assert read_whole(postgresql_ledger, lambda: city.get("三元", asked)) == set()


class TestMergers:
    MERGER: ClassVar = {
        "kind": SELLER,
        "code": "S1",
        "into": "S5",
        "merged_on": "2023-10-08",
        "actor": "王五",
    }

    def test_what_it_owes_passes_on_at_once(self, city):
        city.bureau.fact("certificate.issued", "2023-10-02")
        city.bureau.open("2023-10-09")
        before = city.get("三元", "/obligations?state=open").json()["obligations"]
        answered = city.post("市局", "/subjects/merge", json=self.MERGER)
        assert (answered.status_code, answered.json()) == (
            200,
            {
                "kind": SELLER,
                "code": "S1",
                "name": "S1 店",
                "into": "S5",
                "into_name": "S5 店",
                "merged_on": "2023-10-08",
                "changed": True,
            },
        )
        told = city.get("市局", "/subjects?code=S1").json()["subjects"][0]
        assert (told["active"], told["merged_into"], told["merged_on"]) == (False, "S5", "2023-10-08")
        about = [each["id"] for each in before if each["subject"] and each["subject"]["code"] == "S1"]
        passed_on = city.get("沙县", "/obligations?state=open").json()["obligations"]
        assert about
        assert set(about) <= {each["id"] for each in passed_on}

    def test_twice_is_once_and_back_is_back(self, city):
        city.post("市局", "/subjects/merge", json=self.MERGER)
        assert city.post("市局", "/subjects/merge", json=self.MERGER).json()["changed"] is False
        back = {"kind": SELLER, "code": "S1", "reason": "录错了"}
        assert city.post("市局", "/subjects/unmerge", json=back).status_code == 200
        told = city.get("市局", "/subjects?code=S1").json()["subjects"][0]
        assert (told["active"], told["merged_into"]) == (True, None)
        again = city.post("市局", "/subjects/unmerge", json=back)
        assert (again.status_code, problem(again), again.json()["field"]) == (409, "move-refused", "code")

    @pytest.mark.parametrize(
        ("who", "more", "field"),
        [
            ("三元", {}, "into"),
            ("沙县", {}, "code"),
            ("市局", {"into": "S1"}, "into"),
            ("市局", {"into": "S9"}, "into"),
            ("市局", {"merged_on": "2023-10-10"}, "merged_on"),
            ("市局", {"kind": "飞船"}, "kind"),
        ],
    )
    def test_what_cannot_be_is_refused_with_its_field(self, city, who, more, field):
        answered = city.post(who, "/subjects/merge", json={**self.MERGER, **more})
        assert (answered.status_code, problem(answered)) == (409, "move-refused")
        assert answered.json()["field"] == field

    def test_a_token_that_may_only_read_merges_nothing(self, city):
        answered = city.post("大屏", "/subjects/merge", json=self.MERGER)
        assert (answered.status_code, problem(answered)) == (403, "read-only")
