"""Subjects over HTTP: POST registers, PUT brings up to date, and no county takes another's."""

import pytest

from tests.opening.small_bureau import SELLER
from tests.web.conftest import problem


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
    answered = city.put(
        "沙县", "/subjects", json={"subjects": [subject("S1", unit="350405"), subject("S6", unit="350404")]}
    )
    assert rows(answered) == [("refused", "code"), ("refused", "unit")]
    assert [each["code"] for each in city.get("沙县", "/subjects").json()["subjects"]] == ["S5"]


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
    [("unit=350404", ["S1"]), (f"kind={SELLER}", ["S1", "S5"]), ("active=false", []), ("grade=A", [])],
)
def test_filters(plain_city, query, found):
    told = plain_city.get("大屏", f"/subjects?{query}").json()["subjects"]
    assert [each["code"] for each in told] == found


def test_pages(plain_city):
    first = plain_city.get("大屏", "/subjects?limit=1")
    second = plain_city.get("大屏", first.links["next"]["url"])
    assert [each["code"] for each in second.json()["subjects"]] == ["S5"]
    assert "next" not in second.links
