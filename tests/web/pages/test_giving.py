"""派单 and 会办 on the pages: given, seen, worked along on and taken back; for other counties it is not there."""

import re

import pytest
from sqlalchemy import update

from duban.ledger.database import writing
from duban.ledger.tables import OBLIGATION
from tests.web.pages.acting import number_in, seen_on, send

STATION = "350404-01/食品流通科"


@pytest.fixture
def given(signed_in):
    """林 looks at what 三元 owes: the browser, the number, and what the form of an act offers and sends."""
    lin = signed_in("林")
    return lin, number_in(lin.get("/obligations"))


def offered(browser, number, act):
    """Whom a form offers: the posts, as `unit/post`."""
    page = browser.get(f"/obligations/{number}?act={act}")
    assert page.status_code == 200
    return re.findall(r'<option value="([^"]+/[^"]+)"', page.text)


def act(browser, number, name, **fields):
    shown = browser.get(
        f"/obligations/{number}" if name == "acknowledge" else f"/obligations/{number}?act={name}"
    )
    seen = seen_on(shown)
    return send(browser, number, name, seen=seen, **fields)


def test_given_to_a_station_it_acts_and_the_county_takes_it_back(given, signed_in):
    lin, number = given
    station = signed_in("所")
    assert station.get(f"/obligations/{number}").status_code == 404
    assert offered(lin, number, "dispatch") == [STATION]

    assert act(lin, number, "dispatch", receiver=STATION, reason="请现场看").status_code == 303

    page = lin.get(f"/obligations/{number}").text
    assert "派给" in page
    assert "派单 · 林经办 · 请现场看" in page
    assert re.search("→ [^<]*列东[^<]*食品流通科", page)
    assert act(station, number, "acknowledge").status_code == 303
    assert act(lin, number, "take-back", reason="本局自己去").status_code == 303
    assert station.get(f"/obligations/{number}").status_code == 404


def test_who_works_along_sees_it_hands_in_and_closes_nothing(given, signed_in):
    lin, number = given
    station = signed_in("所")
    assert offered(lin, number, "co-handle") == [STATION]

    slip = act(lin, number, "co-handle", receiver=STATION)
    shown = lin.get(slip.headers["location"]).text
    undo = dict(
        re.findall(r'name="(act|reason|item|receiver)" value="([^"]*)"', shown.partition('role="status"')[2])
    )
    assert (undo["act"], undo["receiver"]) == ("release", STATION)
    assert "已撤销，恢复成原来的样子" in lin.post("/acts/together", **undo).text
    assert station.get(f"/obligations/{number}").status_code == 404
    assert act(lin, number, "co-handle", receiver=STATION, reason="请一起核").status_code == 303

    page = station.get(f"/obligations/{number}").text
    assert "会办" in page
    assert "?act=contribute" in page
    assert "?act=complete" not in page
    file = {"evidence": ("核查记录.txt", b"seen", "text/plain")}
    assert act(station, number, "contribute", reason="已核", files=file).status_code == 303
    assert "会办反馈 · 所经办 · 已核" in lin.get(f"/obligations/{number}").text
    assert send(station, number, "complete").status_code in (409, 422)

    assert offered(lin, number, "release") == [STATION]
    assert act(lin, number, "release", receiver=STATION).status_code == 303
    assert station.get(f"/obligations/{number}").status_code == 404
    assert "撤销会办 · 林经办" in lin.get(f"/obligations/{number}").text


def test_another_county_is_neither_offered_nor_told_and_finds_nothing(given, signed_in):
    lin, number = given
    shen = signed_in("沈")
    seen = seen_on(lin.get(f"/obligations/{number}"))
    for name in ("dispatch", "co-handle"):
        answer = act(lin, number, name, receiver="350405/食品流通科")
        assert answer.status_code in (409, 422)
        assert "不能" in answer.text
        assert shen.get(f"/obligations/{number}?act={name}").status_code == 404
        assert send(shen, number, name, seen=seen, receiver=STATION).status_code == 404
    assert send(shen, number, "contribute", seen=seen, reason="我来").status_code == 404


def test_what_is_confidential_is_given_to_nobody_below(given, signed_in, door):
    lin, number = given
    with writing(door.ws.ledger) as connection:
        connection.execute(update(OBLIGATION).where(OBLIGATION.c.unit == "350404").values(confidential=True))
    assert "?act=request-transfer" not in lin.get(f"/obligations/{number}").text
    for name in ("dispatch", "co-handle"):
        assert offered(lin, number, name) == []
        answer = act(lin, number, name, receiver=STATION)
        assert answer.status_code in (409, 422)
        assert "只在本单位内" in answer.text
    assert signed_in("所").get(f"/obligations/{number}").status_code == 404


def test_transferred_to_another_county_it_is_there_and_no_longer_here(signed_in, door):
    door.bureau.fact("certificate.issued", "2023-10-08")
    door.bureau.open("2023-10-09")
    lin = signed_in("林")
    number = number_in(lin.get("/obligations"), "first-inspection")
    shen, city = signed_in("沈"), signed_in("高")
    assert "?act=transfer" not in lin.get(f"/obligations/{number}").text
    assert shen.get(f"/obligations/{number}").status_code == 404
    assert offered(city, number, "transfer") == [
        "350400/食品流通科",
        "350404-01/食品流通科",
        "350405/食品流通科",
    ]

    without = act(city, number, "transfer", receiver="350405/食品流通科")
    assert without.status_code == 422
    assert "转办要写明原因" in without.text
    slip = act(city, number, "transfer", receiver=STATION, reason="在列东所经营")
    button = city.get(slip.headers["location"]).text.partition('role="status"')[2].partition("</form>")[0]
    undo = dict(re.findall(r'name="(act|reason|item)" value="([^"]*)"', button))
    assert "已撤销，恢复成原来的样子" in city.post("/acts/together", **undo).text
    assert "撤销转办 · 高局长 · 撤销误操作" in lin.get(f"/obligations/{number}").text
    assert act(city, number, "transfer", receiver="350405/食品流通科", reason="在沙县经营").status_code == 303

    page = shen.get(f"/obligations/{number}").text
    assert re.search(
        "转办 · 高局长 · 在沙县经营 · [^<]*三元[^<]* 食品流通科 → [^<]*沙县[^<]* 食品流通科", page
    )
    assert lin.get(f"/obligations/{number}").status_code == 404
    assert act(shen, number, "acknowledge").status_code == 303
    assert send(lin, number, "acknowledge", seen=0).status_code == 404


def test_a_county_asks_that_another_owe_it_and_the_section_above_decides(signed_in, door):
    door.bureau.fact("certificate.issued", "2023-10-08")
    door.bureau.open("2023-10-09")
    lin = signed_in("林")
    number = number_in(lin.get("/obligations"), "first-inspection")
    shen, city = signed_in("沈"), signed_in("高")
    to = "350405/食品流通科"
    assert ">申请转办</a>" in lin.get(f"/obligations/{number}").text
    assert to in offered(lin, number, "request-transfer")
    assert act(lin, number, "request-transfer", receiver=to).status_code == 422, "a reason is required"

    assert (
        act(lin, number, "request-transfer", receiver=to, reason="在沙\u202e县\u200b经营").status_code == 303
    )

    page = lin.get(f"/obligations/{number}").text
    assert re.search("林经办 申请转给[^<]*沙县[^<]* 食品流通科", page)
    assert re.search("等 [^<]*三明[^<]* 食品流通科 决定", page)
    assert re.search("申请转办 · 林经办 · 在沙县经营 · → [^<]*沙县[^<]* 食品流通科", page)
    assert shen.get(f"/obligations/{number}").status_code == 404, "until it is decided, nobody there knows"
    assert f"/obligations/{number}?act=grant" not in lin.get("/review").text
    assert f"/obligations/{number}?act=grant" in city.get("/review").text

    granted = act(city, number, "grant")
    assert granted.status_code == 303
    assert 'name="act" value="undo"' in city.get(granted.headers["location"]).text

    assert re.search("转办 · 高局长", shen.get(f"/obligations/{number}").text)
    assert lin.get(f"/obligations/{number}").status_code == 404
