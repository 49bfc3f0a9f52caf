"""Odd requests at every address of the pages: whatever is asked for or sent, somebody is answered, and nothing breaks.

schemathesis makes them from a description of the routes, which nobody but this test is shown; now and then what they name
is there. Each address is asked by the admin of the city, who may go furthest into it.
"""

from urllib.parse import urlencode

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import dictionaries, sampled_from
from starlette.responses import JSONResponse

from duban.access.mandates import Mandate
from duban.ledger.short_ids import short_id
from duban.web.pages import PARTS
from duban.web.pages.forms import HEADER
from duban.web.pages.visiting import COOKIE
from tests.web.pages.conftest import quick_hashes  # noqa: F401 - a fixture
from tests.web.pages.people import Browser, an_account

EXAMPLES = 5
LIKELY = {
    "number": [short_id(1), short_id(2), "1", "2023-1"],
    "act": ["acknowledge", "complete", "extend", "dispatch", "transfer", "request-transfer"],
    "duty_id": ["quarterly"],
    "month": ["2023-10"],
    "unit": ["350404", "350404-01"],
    "form": ["docx", "xlsx"],
    "what": ["station", "post"],
    "day": ["2023-10-20"],
    "after": ["2023-10-20~1"],
    "light": ["red", "green"],
    "item": [f"{short_id(1)}~0"],
    "to": ["2023-12-01"],
}


def described():
    """The routes of the pages as OpenAPI."""
    app = FastAPI()
    for part in PARTS:
        app.include_router(part.router)
    return get_openapi(title="pages", version="1", routes=app.routes)


OPERATIONS = [(method, path) for path, methods in described()["paths"].items() for method in methods]


@pytest.fixture
def asked(plain_city):
    """The city with its admin, and the description at an address of its own."""
    mandate = Mandate("总管理", frozenset({"admin", "officer"}), "350400", undisclosed=True)
    an_account(plain_city, "chief", mandate)
    told = JSONResponse(described())
    plain_city.app.add_api_route("/api/pages.json", lambda: told, include_in_schema=False)
    return plain_city, schemathesis.openapi.from_asgi("/api/pages.json", plain_city.app)


def test_no_page_breaks_whatever_is_asked_of_it(asked):
    city, schema = asked
    broken = {}
    for method, path in OPERATIONS:
        browser = Browser(city)
        browser.sign_in("chief")
        browser.get("/me")
        headers = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}", HEADER: browser.token}
        cases = schema[path][method.upper()].as_strategy()
        likely = dictionaries(sampled_from(sorted(LIKELY)), sampled_from(range(4)), max_size=len(LIKELY))

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases, likely=likely)
        def ask(case, likely):
            make_likely(case, likely)
            answer = case.call(headers=headers)  # noqa: B023 - asked at once
            if answer.status_code >= 500:
                broken[f"{case.method} {case.path}"] = (answer.status_code, sent(case))

        ask()
    assert broken == {}


def make_likely(case, likely):
    """Odd as the rest may be, often enough it is about something that is there."""
    for name, place in likely.items():
        value = LIKELY[name][place % len(LIKELY[name])]
        for part in (case.path_parameters, case.query, case.body):
            if isinstance(part, dict) and name in part:
                part[name] = value


def sent(case):
    return str(
        {**(case.path_parameters or {}), "query": urlencode(case.query or {}), "body": str(case.body)[:500]}
    )
