"""Every address of the API, asked by strangers: what is another's and what is not there are answered alike.

A row for each address says how it is asked for something of another's and for the same that is not there. An address that
has no row fails the test: whoever adds one says what a stranger hears.
"""

import re

import pytest

from tests.obligations.small_bureau import SELLER
from tests.web.conftest import a_city, fact

THERE = {"code": "S1", "unit": "350404", "ref": "R-1001", "assigned": "2023-1"}
"""What 三元 has: a subject, its unit, a fact of the city about it, what the city assigned to it; its obligation's number
comes from the ledger."""
NOWHERE = {"code": "S9", "unit": "350499", "ref": "R-9009", "number": "DB-00999K", "assigned": "2023-99"}
MOVES = {
    "acknowledge": {},
    "complete": {},
    "extend": {"reason": "x", "by": "10 workdays"},
    "waive": {"reason": "x"},
    "suspend": {"reason": "x"},
    "resume": {},
    "reopen": {"reason": "x"},
    "report": {},
    "approve": {},
    "return": {"reason": "x", "to": "2023-12-01"},
    "request-extension": {"reason": "x", "to": "2023-12-01"},
    "request-waiver": {"reason": "x"},
    "request-transfer": {"to": "350405/食品流通科", "reason": "x"},
    "grant": {},
    "refuse": {"reason": "x"},
    "recall": {},
    "dispatch": {"to": "350404-01/经办人"},
    "take-back": {},
    "transfer": {"to": "350405/食品流通科", "reason": "x"},
    "co-handle": {"to": "350404-01/经办人"},
    "release": {"to": "350404-01/经办人"},
    "contribute": {"reason": "x"},
    "undo": {},
}


def seller(thing):
    return {"kind": SELLER, "code": thing["code"]}


def reported(thing):
    about = fact("n", subject=seller(thing))
    own = {"kind": SELLER, "code": "S5"}
    corrected = fact("c", subject=own, corrects={"source": "抽检系统", "ref": thing["ref"]})
    of_unit = fact("u", kind="analysis.held", subject=None, unit=thing["unit"])
    return {"facts": [about, corrected, of_unit]}


def registered(thing):
    return {"subjects": [{"kind": SELLER, "code": "S8", "name": "某店", "unit": thing["unit"]}]}


def assigned(thing):
    return {"title": "清点", "to": [f"{thing['unit']}/食品流通科"], "due": "10个工作日", "ladder": "standard"}


ASKED = {
    "POST /api/v1/facts": [("/facts", reported)],
    "GET /api/v1/facts": [
        ("/facts?subject_kind=食品销售者&subject_code={code}", None),
        ("/facts?source=抽检系统&ref={ref}", None),
        ("/facts?unit={unit}", None),
        ("/facts?owner={unit}", None),
    ],
    "POST /api/v1/subjects": [("/subjects", registered)],
    "PUT /api/v1/subjects": [("/subjects", registered)],
    "GET /api/v1/subjects": [("/subjects?code={code}", None), ("/subjects?unit={unit}", None)],
    "GET /api/v1/subjects/changes": [("/subjects/changes?code={code}", None)],
    "POST /api/v1/subjects/merge": [
        ("/subjects/merge", lambda thing: {**seller(thing), "into": "S5", "merged_on": "2023-10-08"}),
        (
            "/subjects/merge",
            lambda thing: {**seller({"code": "S5"}), "into": thing["code"], "merged_on": "2023-10-08"},
        ),
    ],
    "POST /api/v1/subjects/unmerge": [("/subjects/unmerge", lambda thing: {**seller(thing), "reason": "x"})],
    "GET /api/v1/obligations": [
        ("/obligations?unit={unit}", None),
        ("/obligations?subject_kind=食品销售者&subject_code={code}", None),
    ],
    "GET /api/v1/obligations/{number}": [("/obligations/{number}", None)],
    **{
        f"POST /api/v1/obligations/{{number}}/{move}": [
            (f"/obligations/{{number}}/{move}", lambda _, said=said: said)
        ]
        for move, said in MOVES.items()
    },
    "GET /api/v1/assignments": [("/assignments", None)],
    "POST /api/v1/assignments": [("/assignments", assigned)],
    "POST /api/v1/assignments/{number}/recall": [
        ("/assignments/{assigned}/recall", lambda _: {"reason": "x"})
    ],
    "GET /api/v1/duties": [("/duties", None)],
    "GET /api/v1/holds": [("/holds", None)],
    "POST /api/v1/holds": [("/holds", lambda _: {"reason": "x"})],
    **{
        f"POST /api/v1/holds/{{number}}/{act}": [
            (f"/holds/{number}/{act}", lambda _, said=said: said) for number in (1, 99)
        ]
        for act, said in (("release", {}), ("discard", {"reason": "x"}), ("again", {}))
    },
    "GET /healthz": [],
}


@pytest.fixture
def city(sqlite_ledger, calendar, tmp_path, settings):
    city = a_city(sqlite_ledger, calendar, tmp_path, settings)
    city.post(
        "市局",
        "/facts",
        json={"facts": [fact("R-1001"), fact("R-1005", subject={"kind": SELLER, "code": "S5"})]},
    )
    city.put(
        "三元", "/subjects", json={"subjects": [{**seller(THERE), "name": "改名店", "unit": "350404-01"}]}
    )
    answer = city.post("市局", "/assignments", json=assigned(THERE))
    assert answer.json()["number"] == THERE["assigned"]
    return city


def test_every_address_has_its_row(city):
    described = city.get(None, "/api/openapi.json").json()["paths"]
    there = {f"{method.upper()} {path}" for path, methods in described.items() for method in methods}
    assert there == set(ASKED)


@pytest.mark.parametrize("address", ASKED)
@pytest.mark.parametrize("who", ["沙县", "列东所"])
def test_another_s_and_nobody_s_are_answered_alike(city, who, address):
    """沙县 asks for what is 三元's; 列东所 for what is 沙县's, and for its own confidential obligation."""
    found = city.get("市局", "/obligations").json()["obligations"]
    there = (
        dict(THERE)
        if who == "沙县"
        else {"code": "S5", "unit": "350405", "ref": "R-1005", "assigned": "2023-1"}
    )
    there["number"] = next(
        each["id"] for each in found if each["duty"] == ("quarterly" if who == "沙县" else "station-raid")
    )
    for path, body in ASKED[address]:
        heard = [
            heard_by(city, who, address.split()[0], path.format(**thing), body and body(thing), thing)
            for thing in (there, NOWHERE)
        ]
        assert heard[0] == heard[1], path


@pytest.mark.parametrize("address", ASKED)
def test_a_board_writes_nothing(city, address):
    method = address.split()[0]
    if method == "GET":
        return
    for path, body in ASKED[address]:
        number = city.get("市局", "/obligations").json()["obligations"][0]["id"]
        answered = city.ask("大屏", method, path.format(**THERE, number=number), json=body(THERE))
        assert answered.status_code == 403, path


@pytest.mark.parametrize("address", ASKED)
def test_nobody_without_a_token_hears_anything(city, address):
    for path, body in ASKED[address]:
        answered = city.ask(None, address.split()[0], path.format(**NOWHERE), json=body and body(NOWHERE))
        assert answered.status_code == 401, path


def heard_by(city, who, method, path, body, thing):
    """Status, headers and words of an answer, without the names the asker itself has given."""
    answered = city.ask(who, method, path, **({"json": body} if body is not None else {}))
    words = answered.text
    for name, said in thing.items():
        words = words.replace(said, f"<{name}>")
    headers = {
        name: value for name, value in answered.headers.items() if name not in ("etag", "content-length")
    }
    return answered.status_code, headers, re.sub(r'"instance":"[^"]*"', "", words)
