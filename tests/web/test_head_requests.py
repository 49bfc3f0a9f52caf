"""HEAD at every address that answers GET: the same head, no body; on the pages, the API and the files of the pages."""

import re

import pytest

from duban.access.mandates import Mandate
from duban.ledger.short_ids import short_id
from duban.web.pages import PARTS
from tests.web.pages.conftest import quick_hashes  # noqa: F401 - a fixture
from tests.web.pages.people import Browser, an_account

NAMED = {"number": short_id(1), "duty_id": "quarterly", "version": "1", "path": "duban.yaml", "kind": "x"}


def pages():
    return sorted({route.path for part in PARTS for route in part.router.routes if "GET" in route.methods})


def head(response):
    """What must be alike; a page that is made twice may count a second more."""
    return response.status_code, response.headers.get("content-type"), response.headers.get("location")


@pytest.fixture
def signed_in(plain_city):
    mandate = Mandate("总管理", frozenset({"admin", "officer"}), "350400", undisclosed=True)
    an_account(plain_city, "chief", mandate)
    browser = Browser(plain_city)
    browser.sign_in("chief")
    return browser


def test_every_page_answers_head_as_get_without_a_body(signed_in):
    for path in pages():
        address = re.sub(r"{(\w+)[^}]*}", lambda found: NAMED.get(found[1], "1"), path)
        asked, got = signed_in.ask("HEAD", address), signed_in.get(address)
        assert head(asked) == head(got), path
        assert asked.content == b"", path


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/api/openapi.json", "/api/docs", "/static/duban.css"]
)
def test_so_does_what_is_no_page(plain_city, path):
    browser = Browser(plain_city)
    asked = browser.ask("HEAD", path)
    assert (asked.status_code, asked.content) == (200, b"")


def test_what_is_only_sent_to_is_no_more_looked_at_by_head_than_by_get(plain_city):
    assert Browser(plain_city).ask("HEAD", "/sign-out").status_code == 405
