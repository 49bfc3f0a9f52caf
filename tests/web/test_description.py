"""The API describes itself: OpenAPI 3.1 in both languages, a page that needs nothing from elsewhere, and it keeps its word.

schemathesis makes odd requests from the description; no answer may be a 5xx, and each must be as described.
"""

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans, sampled_from
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from duban.web.problems import KINDS
from duban.web.settings import WebSettings
from tests.obligations.small_bureau import ROOT, SELLER
from tests.web.conftest import a_city, fact

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
OPERATIONS = [
    "recordFacts",
    "listFacts",
    "registerSubjects",
    "putSubjects",
    "listSubjects",
    "listSubjectChanges",
    "mergeSubject",
    "unmergeSubject",
    "listObligations",
    "getObligation",
    "acknowledgeObligation",
    "completeObligation",
    "reportObligation",
    "approveObligation",
    "returnObligation",
    "requestExtensionObligation",
    "requestWaiverObligation",
    "grantObligation",
    "refuseObligation",
    "recallObligation",
    "dispatchObligation",
    "takeBackObligation",
    "transferObligation",
    "requestTransferObligation",
    "coHandleObligation",
    "releaseObligation",
    "contributeObligation",
    "extendObligation",
    "waiveObligation",
    "suspendObligation",
    "resumeObligation",
    "reopenObligation",
    "undoObligation",
    "assign",
    "listAssignments",
    "recallAssignment",
    "listDuties",
    "listHolds",
    "placeHold",
    "releaseHold",
    "discardHold",
    "holdAgain",
    "health",
]


@pytest.fixture
def described(plain_city):
    return plain_city.get(None, "/api/openapi.json").json()


def operations(described):
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def chinese(text):
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


class TestDescription:
    def test_it_is_openapi_3_1_and_names_every_operation_of_this_test(self, described):
        assert described["openapi"] == "3.1.0"
        assert sorted(each["operationId"] for _, each in operations(described)) == sorted(OPERATIONS)

    def test_every_operation_and_parameter_is_described_in_both_languages(self, described):
        texts = {}
        for name, operation in operations(described):
            texts[name] = operation["description"]
            for parameter in operation.get("parameters", ()):
                texts[f"{name} {parameter['name']}"] = parameter["description"]
        for name, text in texts.items():
            zh, _, en = text.partition("\n\n")
            assert chinese(zh), name
            assert en, name
            assert not chinese(en), name

    def test_everything_but_health_needs_a_token(self, described):
        for name, operation in operations(described):
            assert bool(operation.get("security")) == (name != "get /healthz"), name

    def test_every_reference_leads_somewhere(self, described):
        known = set(described["components"]["schemas"])
        named = set(re.findall(r'"#/components/schemas/(\w+)"', str(described).replace("'", '"')))
        assert named <= known

    def test_every_problem_that_can_be_answered_is_on_the_page(self, plain_city):
        page = plain_city.get(None, "/api/docs").text
        for kind in KINDS:
            assert f'id="{kind}"' in page

    @pytest.mark.parametrize("lang", ["zh-CN", "en"])
    def test_the_page_names_everything_and_needs_nothing_from_elsewhere(self, plain_city, described, lang):
        answered = plain_city.get(None, "/api/docs", headers={"Accept-Language": lang})
        page = answered.text
        assert f'<html lang="{lang}">' in page
        for _, operation in operations(described):
            assert f'id="{operation["operationId"]}"' in page
        assert "<script" not in page
        assert re.findall(r'(?:src|href)="(?!#|openapi\.json)', page) == []
        assert "default-src 'none'" in answered.headers["content-security-policy"]
        (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
        assert style
        assert ("记事实" in page) == (lang == "zh-CN") or "Record facts" in page


@pytest.mark.parametrize("page", ["docs/api.md", "docs/zh/api.md"])
def test_the_guide_names_every_address_and_every_problem(described, page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for name, operation in operations(described):
        method, path = name.split()
        place = path.rpartition("/")[0] + "/…" if "{number}/" in path else path
        assert f"`{method.upper()} {place}`" in text, name
        if place != path:
            assert f"`{path.rpartition('/')[2]}`" in text, name
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query" and parameter["name"] not in {"limit", "cursor"}:
                assert parameter["name"] in text, f"{name} {parameter['name']}"
    for kind, (status, *_) in KINDS.items():
        assert f"| `{kind}` | {status} |" in text


@pytest.fixture
def asked(ledger, calendar, tmp_path):
    """The city as described, with something in it."""
    city = a_city(ledger, calendar, tmp_path, WebSettings(rate=1_000_000))
    city.post("市局", "/facts", json={"facts": [fact("1"), fact("2", data={"项目": "菌落总数"})]})
    return city, schemathesis.openapi.from_asgi("/api/openapi.json", city.app)


def test_odd_requests_get_answers_as_described(asked):
    city, schema = asked
    numbers = [each["id"] for each in city.get("市局", "/obligations").json()["obligations"]]
    for operation in OPERATIONS:
        cases = schema.find_operation_by_id(operation).as_strategy()

        @settings(max_examples=25, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(case=cases, number=sampled_from([*numbers, None]), known=booleans())
        def ask(case, number, known):
            make_likely(case, number, known=known)
            case.validate_response(case.call(headers=city.by("市局")), checks=CHECKS)

        ask()


def make_likely(case, number, *, known):
    """Odd as the rest may be, often enough it is about something that is there."""
    if number is not None and "number" in case.path_parameters:
        case.path_parameters["number"] = number
    if not known or not isinstance(case.body, dict):
        return
    for name, like in (
        (
            "facts",
            {"kind": "sample.failed", "subject": {"kind": SELLER, "code": "S1"}, "happened_on": "2023-10-08"},
        ),
        ("subjects", {"kind": SELLER, "unit": "350404"}),
    ):
        rows = case.body.get(name)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                row.update(like)
                row.pop("unit" if name == "facts" else "grade", None)
    if "by" in case.body or "to" in case.body:
        case.body.pop("to", None)
        case.body["by"] = "1 workday"


def test_every_day_that_is_sent_may_be_written_as_people_type_it(described):
    """A day that is read however it is typed is described by an example; one that is not would be a bare date."""
    schemas = described["components"]["schemas"]
    bare, seen, days = [], set(), 0

    def look(schema, where):
        nonlocal days
        if isinstance(schema, list):
            for each in schema:
                look(each, where)
            return
        if not isinstance(schema, dict):
            return
        if name := schema.get("$ref", "").removeprefix("#/components/schemas/"):
            if name not in seen:
                seen.add(name)
                look(schemas[name], name)
            return
        if schema.get("format") == "date":
            days += 1
            if schema.get("examples") != ["2026-01-31"]:
                bare.append(where)
            return
        for key, value in schema.items():
            if key not in ("default", "example", "examples"):
                look(value, f"{where}.{key}")

    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            look(operation.get("requestBody", {}), f"{method} {path}")
            look(operation.get("parameters", []), f"{method} {path}")
    assert bare == []
    assert days >= 8
