"""A script that plays whoever would harm the record with a station's or another county's token; it gets nothing.

The city has reported three failed samples of S1, which is in the charge of 列东所, and a confidential flight check is open.
"""

import dataclasses
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from duban.duties.reporters import Reporters
from duban.duties.vocabulary import FactKind
from duban.explanations.obligation import explain
from duban.ledger.access_log import noted_accesses
from duban.ledger.sessions import looking
from duban.ledger.short_ids import parse_short_id
from duban.obligations.opening import open_owed
from tests.obligations.small_bureau import SELLER, VOCABULARY, flight_check, quarterly
from tests.web.conftest import a_city, fact, problem

UPPER = Reporters(levels=("city", "county"))
DONE = "flight_check.done"


@pytest.fixture(params=["by whom the vocabulary says", "by anybody"])
def reporters(request):
    """Who may report samples and flight checks: the attacks fail whether or not a project says so."""
    return UPPER if request.param == "by whom the vocabulary says" else Reporters()


@pytest.fixture
def city(ledger, calendar, tmp_path, settings, reporters):
    city = a_city(ledger, calendar, tmp_path, settings)
    check = flight_check(done_by=DONE, evidence=("检查记录表",))
    city.bureau.use_duties([quarterly(), check])
    facts = {
        **VOCABULARY.facts,
        "sample.failed": dataclasses.replace(VOCABULARY.facts["sample.failed"], reported_by=reporters),
        DONE: FactKind(DONE, "完成飞行检查", (SELLER,), reported_by=reporters),
    }
    vocabulary = dataclasses.replace(VOCABULARY, facts=facts)
    definitions = dataclasses.replace(city.bureau.ws.definitions, vocabulary=vocabulary)
    city.ws = dataclasses.replace(city.bureau.ws, root=tmp_path, definitions=definitions)
    batch = [fact(f"{number}") for number in (1, 2, 3)]
    assert city.post("市局", "/facts", json={"facts": batch}).json()["new"] == 3
    follow(city)
    assert flight_checks(city) == ["open"]
    return city


def follow(city):
    open_owed(city.ws, city.now)


def flight_checks(city):
    told = []
    for state in ("open", "done", "withdrawn", "superseded", "waived"):
        found = city.get("市局", f"/obligations?duty=flight-check&state={state}").json()["obligations"]
        told += [each["state"] for each in found]
    return told


def sent(city, who, *rows):
    """What became of each row, and why."""
    answered = city.post(who, "/facts", json={"facts": list(rows)})
    follow(city)
    return [(row["outcome"], row["field"]) for row in answered.json()["rows"]]


@pytest.mark.parametrize("who", ["列东所", "沙县"])
@pytest.mark.parametrize("source", ["抽检系统", "我自己"])
@pytest.mark.parametrize("of", [{}, {"unit": "350400"}])
def test_another_s_sample_is_not_withdrawn(city, who, source, of):
    withdrawal = fact("w", source=source, corrects={"source": "抽检系统", "ref": "1", **of}, withdrawn=True)
    [(outcome, _)] = sent(city, who, withdrawal)
    assert outcome == "refused"
    own = fact(
        "w",
        source=source,
        corrects={"source": "抽检系统", "ref": "1", **of},
        subject={"kind": SELLER, "code": "S5"},
    )
    assert sent(city, who, own)[0][0] == "refused"
    assert flight_checks(city) == ["open"]


def test_the_county_the_subject_is_in_does_not_withdraw_the_city_s_either_and_is_told_whose_it_is(city):
    withdrawal = fact("w", corrects={"source": "抽检系统", "ref": "1"}, withdrawn=True)
    answered = city.post("三元", "/facts", json={"facts": [withdrawal]}).json()["rows"][0]
    assert (answered["outcome"], answered["field"]) == ("refused", "revises")
    assert answered["reason"] == "抽检系统/1 是三明市局报的，由三明市局或它的上级更正、撤销"


def test_the_city_withdraws_what_a_county_reported(city):
    assert sent(city, "三元", fact("7", happened_on="2023-10-07")) == [("new", None)]
    withdrawal = fact("w", corrects={"source": "抽检系统", "ref": "7"}, withdrawn=True)
    assert sent(city, "市局", withdrawal) == [("new", None)]


@pytest.mark.parametrize("more", [{"active": False}, {"unit": "350404"}, {"name": "别的店"}, {"grade": "A"}])
def test_a_station_changes_no_enterprise(city, more):
    row = {"kind": SELLER, "code": "S1", "name": "S1 店", "unit": "350404-01", **more}
    for method in (city.put, city.post):
        [told] = method("列东所", "/subjects", json={"subjects": [row]}).json()["rows"]
        assert (told["outcome"], told["field"]) == ("refused", "unit")
    follow(city)
    assert city.get("市局", "/subjects?code=S1").json()["subjects"][0]["active"] is True
    assert flight_checks(city) == ["open"]


@pytest.mark.parametrize("code", ["S1", "S2", "S5", "S9"])
def test_nor_is_it_told_which_codes_there_are(city, code):
    """S1 is its own, S2 its county's, S5 another county's, S9 nobody's."""
    city.bureau.register("S2", unit="350404")
    row = {"kind": SELLER, "code": code, "name": "某店", "unit": "350404-01"}
    [told] = city.put("列东所", "/subjects", json={"subjects": [row]}).json()["rows"]
    assert told["reason"] == "监管对象的登记、变更和合并由县局、市局办理，列东所不能办"
    merger = {"kind": SELLER, "code": code, "into": "S1", "merged_on": "2023-10-08"}
    answered = city.post("列东所", "/subjects/merge", json=merger)
    assert (answered.status_code, answered.json()["detail"]) == (409, told["reason"])


def test_a_station_that_says_the_check_was_done_completes_nothing(city, reporters):
    [(outcome, field)] = sent(city, "列东所", fact("d", kind=DONE))
    assert (outcome, field) == (("refused", "kind") if reporters == UPPER else ("new", None))
    assert flight_checks(city) == ["open"]
    assert sent(city, "三元", fact("d", kind=DONE)) == [("new", None)]
    assert flight_checks(city) == ["done"]


def test_a_number_taken_first_stands_in_nobody_s_way(city):
    taken = fact("9", subject={"kind": SELLER, "code": "S5"})
    assert sent(city, "沙县", taken) == [("new", None)]
    assert sent(city, "三元", fact("9")) == [("new", None)]
    assert sent(city, "市局", fact("9", happened_on="2023-10-07")) == [("new", None)]
    row = {"kind": SELLER, "code": "S7", "name": "抢注", "unit": "350405"}
    city.put("沙县", "/subjects", json={"subjects": [row]})
    answered = city.put("三元", "/subjects", json={"subjects": [{**row, "name": "真店", "unit": "350404"}]})
    assert answered.json()["rows"][0]["outcome"] == "new"
    seen = city.get("三元", "/subjects?code=S7").json()["subjects"]
    assert [each["name"] for each in seen] == ["真店"]


def test_what_means_two_is_asked_back(city):
    """沙县 and 三元 have each registered S7: the city says whose it means, 三元 need not."""
    row = {"kind": SELLER, "code": "S7", "name": "同号店"}
    for who, unit in (("沙县", "350405"), ("三元", "350404")):
        city.put(who, "/subjects", json={"subjects": [{**row, "unit": unit}]})
    about = {"kind": SELLER, "code": "S7"}
    answered = city.post("市局", "/facts", json={"facts": [fact("20", subject=about)]}).json()["rows"][0]
    assert answered["reason"] == "食品销售者 S7 在沙县区局、三元区局各登记了一个，请写明归哪个单位管"
    assert sent(city, "市局", fact("20", subject={**about, "unit": "三元"})) == [("new", None)]
    assert sent(city, "三元", fact("21", subject=about)) == [("new", None)]
    assert len(city.get("沙县", "/facts?ref=20").json()["facts"]) == 0


@contextmanager
def statements(ledger):
    """The statements a ledger is asked, in order: what is asked alike is answered in the same time."""
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    event.listen(ledger, "before_cursor_execute", note)
    yield asked
    event.remove(ledger, "before_cursor_execute", note)


UNSAID = [{}, {"unit": "350400"}, {"unit": "三元"}, {"unit": "沙县"}, {"unit": "九县"}]


def probes(ref):
    """The facts by which 沙县 would learn whether 抽检系统 has a number: it corrects it, withdraws it, takes it itself."""
    own = {"subject": {"kind": SELLER, "code": "S5"}}
    for of in UNSAID:
        for withdrawn in (False, True):
            yield fact("p", corrects={"source": "抽检系统", "ref": ref, **of}, withdrawn=withdrawn, **own)
    yield fact(ref, **own)


def test_numbers_probed_tell_nothing(city):
    """抽检系统/1 is there, 7 is not; 沙县 hears the same, word for word, and by the same questions to the ledger."""
    sent(city, "沙县", fact("V", kind="inspection.done", subject={"kind": SELLER, "code": "S5"}))
    for there, nowhere in zip(probes("1"), probes("7"), strict=True):
        heard, asked = [], []
        for ref, probe in (("1", there), ("7", nowhere)):
            with statements(city.ws.ledger) as these:
                found = city.get("沙县", f"/facts?source=抽检系统&ref={ref}")
                answered = city.post("沙县", "/facts", json={"facts": [probe]})
            words = answered.text.replace(f"/{ref}", "/N").replace(f'"{ref}"', '"N"')
            heard.append((answered.status_code, words, found.text))
            asked.append(these)
        assert heard[0] == heard[1], there
        assert asked[0] == asked[1], there
        assert found.json()["facts"] == []
        expected = "refused" if "corrects" in there else "new"
        assert [row["outcome"] for row in answered.json()["rows"]] == [expected]
    assert flight_checks(city) == ["open"]


def test_everything_that_was_written_names_its_author(city):
    sent(city, "三元", fact("30"))
    row = {"kind": SELLER, "code": "S1", "name": "新名", "unit": "350404-01"}
    city.put("三元", "/subjects", json={"subjects": [row]})
    [told] = city.get("三元", "/facts?ref=30").json()["facts"]
    assert told["recorded_by"] == {"name": "三元", "unit": "350404", "entrance": "api"}
    [changed] = city.get("三元", "/subjects/changes?code=S1").json()["changes"]
    assert changed["recorded_by"]["name"] == "三元"
    assert changed["changed"] == {"name": ["S1 店", "新名"]}
    assert city.get("沙县", "/subjects/changes").json()["changes"] == []
    explained = explain(
        city.ws,
        parse_short_id(city.get("市局", "/obligations?duty=flight-check").json()["obligations"][0]["id"]),
    )
    assert "（来源 抽检系统，编号 1，市局（三明市局）记，补报于 2023-10-09）" in explained.facts[0]
    hidden = city.get("列东所", "/obligations?duty=flight-check").json()
    assert hidden["obligations"] == []
    assert problem(city.post("大屏", "/facts", json={"facts": [fact("31")]})) == "read-only"
    merger = {"kind": SELLER, "code": "S1", "into": "S5", "merged_on": "2023-10-08", "actor": "王五"}
    assert city.post("市局", "/subjects/merge", json=merger).status_code == 200
    merged = city.get("三元", "/subjects/changes?code=S1").json()["changes"][-1]
    assert merged["recorded_by"]["name"] == "王五（市局）"
    assert merged["changed"] == {"active": [True, False], "merged_into": [None, "S5"]}


class TestAccessLog:
    """Who wrote what, when and from where: refused or not, never what was said, never a secret."""

    def records(self, city):
        with looking(city.ws.ledger) as session:
            return noted_accesses(session, size=100)

    def test_every_write_is_noted_with_its_outcome_and_its_numbers(self, city):
        before = len(self.records(city))
        sent(city, "三元", fact("40"), fact("41", happened_on="2023-12-01"))
        city.get("三元", "/facts?ref=40")
        number = city.get("三元", "/obligations?duty=quarterly").json()["obligations"][0]["id"]
        city.post("三元", f"/obligations/{number}/acknowledge", json={"actor": "张三"})
        city.post("沙县", f"/obligations/{number}/acknowledge")
        city.post("大屏", "/facts", json={"facts": [fact("42")]})
        told = [
            (each.author.name, each.author.unit, each.act.partition("/api/v1")[2], each.outcome, each.touched)
            for each in self.records(city)[before:]
        ]
        assert told == [
            ("三元", "350404", "/facts", "200", ["40"]),
            ("三元", "350404", f"/obligations/{number}/acknowledge", "200", [number]),
            ("沙县", "350405", f"/obligations/{number}/acknowledge", "404", [number]),
            ("大屏", "350400", "/facts", "403", []),
        ]
        assert all(each.address == "127.0.0.1" and each.at == city.now for each in self.records(city))

    def test_no_secret_and_nothing_said_stands_in_it(self, city):
        city.post(
            "三元", "/facts?all_or_nothing=true", json={"facts": [fact("40", data={"项目": "菌落总数"})]}
        )
        told = "".join(each.act + "".join(each.touched) for each in self.records(city))
        assert "all_or_nothing" not in told
        assert "菌落总数" not in told
        assert not any(secret in told for secret in city.secrets.values())
