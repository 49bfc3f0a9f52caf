"""Who may do what: every address × every role × what is theirs, another county's, confidential.

The table in town.py names every address of the pages; one that is not in it fails the first test.
"""

import io
import re
import zipfile
from datetime import date
from difflib import ndiff

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import insert, select, update
from starlette.routing import Mount

from duban.ledger.database import reading, writing
from duban.ledger.tables import INBOX_MESSAGE, OBLIGATION, SignIn
from duban.web.pages.refusals import is_page
from tests.obligations.small_bureau import POST
from tests.web.pages.town import ONE, ROLES, TABLE, WRITERS, rules

DONE = {200, 303, 409, 422}
"""Let in: carried out, or refused for what was sent, not for who sent it."""


def routes_of(within, prefix=""):
    """Every address of an application or a router, those it includes too, and the method it is asked with."""
    for route in within.routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from routes_of(included, prefix + route.include_context.prefix)
        elif isinstance(route, APIRoute):
            for method in sorted(route.methods - {"HEAD"}):
                yield method, prefix + route.path
        elif not isinstance(route, Mount):
            yield "GET", prefix + route.path


def the_pages(town):
    return {f"{method} {path}" for method, path in routes_of(town.city.app) if is_page(path)}


def test_the_table_names_every_address_of_the_pages(town):
    assert the_pages(town) == set(TABLE)


def test_nobody_is_let_in_without_a_sign_in(town):
    wrong = {}
    for method, address, rule in rules("GET", "POST"):
        browser = town.browser("nobody")
        answer = town.ask(browser, method, town.path(address, rule.about, "own"), rule.fields)
        led = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
        asked = led or (answer.status_code == 401 and "重新登录" in answer.text)
        if rule.open == asked and address not in {"/sign-out", "/sign-in/sso", "/sign-in/sso/back"}:
            wrong[f"{method} {address}"] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("role", [*ROLES, "chief"])
def test_each_role_is_let_in_where_the_table_says(town, role):
    wrong = {}
    for method, address, rule in rules("GET", "POST"):
        if rule.open or rule.about == "sign-in":
            continue
        browser = town.browser(role)
        answer = town.ask(browser, method, town.path(address, rule.about, "own"), rule.fields)
        allowed = DONE if role in rule.who else {403}
        if rule.about == "message" and role not in rule.who:
            allowed = {404}  # a message is its posts', and of the cast the officer alone has that post
        if rule.about == "import" and role not in {"officer", "auditor"}:
            allowed = {404}  # a table is its owner's
        if "thumbnail" in address:
            allowed = {404}  # a text has none
        if role in rule.who and ("{plan}" in address or "{version}" in address):
            allowed = {404}  # nothing was ever put in force here
        if answer.status_code not in allowed:
            wrong[f"{method} {address}"] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("role", [*ROLES, "knows", "owner"])
def test_what_is_not_theirs_is_answered_as_what_is_not_there(town, role):
    """The same status and words as for a number nobody has; with the right to see it, it is there."""
    wrong = {}
    may_know = role in {"knows", "owner"}
    browser = town.browser(role)
    for method, address, rule in rules("GET", "POST"):
        abouts = {"account", "token", "subject", "message", "letter", "assignment", "import", ONE}
        situations = abouts & {rule.about}
        for about in situations:
            if role not in rule.who and not (may_know and rule.who >= WRITERS):
                continue
            missing = (
                re.sub(r"\{(number|message|file|letter)\}", "9999999", address)
                .replace("{form}", "docx")
                .replace("{act}", "acknowledge")
            )
            nothing = town.ask(browser, method, missing, rule.fields)
            for situation in ("other", "confidential") if about in {ONE, "letter"} else ("other",):
                path = town.path(address, about, situation)
                answer = town.ask(browser, method, path, rule.fields)
                if situation == "confidential" and may_know:
                    right = answer.status_code in DONE or "thumbnail" in address
                else:
                    right = (answer.status_code, without(answer.text, path)) == (
                        404,
                        without(nothing.text, missing),
                    )
                if not right:
                    wrong[f"{method} {address} {situation}"] = answer.status_code
    assert wrong == {}


def without(text, path):
    """The words of a page, without the address it was asked at."""
    return text.replace(path, "").replace(path.replace("/", "%2F"), "")


@pytest.mark.parametrize("role", [*ROLES, "knows", "owner"])
def test_no_list_count_search_or_export_tells_of_it(town, role):
    """No page names what does not exist for somebody, and no search leads to it."""
    browser = town.browser(role)
    paths = [
        town.path(address, "", "own") for _, address, rule in rules("GET") if not rule.open and not rule.about
    ]
    paths += [
        f"/search?text={text}" for text in (town.owed["other"], town.owed["confidential"], "S5", "沙县")
    ]
    shown = {path: browser.get(path) for path in [*paths, f"/feed/{town.feed(role)}.ics"]}
    unknown = {"other"} if role in {"knows", "owner"} else {"other", "confidential"}
    for path, answer in shown.items():
        asked = path.partition("text=")[2] or "-"
        told = all_of(answer.content).replace(asked, "") + answer.headers.get("location", "")
        for word in (*(town.owed[situation] for situation in unknown), "沙县区局", "S5 店"):
            assert word not in told, f"{path} tells of {word}"
    listed = shown["/obligations"].text
    assert (town.owed["own"] in listed) == (role != "owner")
    assert (town.owed["confidential"] in listed) == (role in {"knows", "owner"})


def all_of(content):
    """Everything a file says, as text: of a workbook, a letter or a pack what every file in it says."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        written = "docProps/core.xml"  # when it was written
        return "\n".join(
            f"{each}: {all_of(packed.read(each))}" for each in packed.namelist() if each != written
        )


@pytest.mark.parametrize("role", ROLES)
def test_nothing_that_is_said_or_counted_hangs_on_what_does_not_exist_for_them(town, role):
    """Every page, export and feed reads the same, letter for letter, whatever becomes of the confidential one."""
    browser = town.browser(role)
    paths = [
        town.path(address, "", "own")
        for _, address, rule in rules("GET")
        if not rule.open and not rule.about and role in rule.who
    ]
    paths += ["/obligations?light=red", "/board?by=share", f"/feed/{town.feed(role)}.ics", "/search?text=DB"]

    def said():
        tokens = r'(name="form(_token)?" value=|nonce-|data-nonce=)"?[\w-]+'
        return {path: re.sub(tokens, "", all_of(browser.get(path).content)) for path in paths}

    before = said()
    moved = {"deadline": date(2023, 11, 20), "target": date(2023, 11, 17), "acknowledged_at": town.city.now}
    row = OBLIGATION.c.id == town.numbers["confidential"]
    with writing(town.city.ws.ledger) as connection:
        connection.execute(update(OBLIGATION).where(row).values(**moved))
    after = said()
    differs = {
        path: [line for line in ndiff(before[path].splitlines(), after[path].splitlines()) if line[0] in "+-"]
        for path in paths
        if before[path] != after[path]
    }
    assert differs == {}


@pytest.mark.parametrize("role", ROLES)
def test_a_message_is_read_by_the_posts_it_was_sent_to(town, role):
    """What the station was told of its raid is in no other inbox, and its address leads nowhere."""
    with writing(town.city.ws.ledger) as connection:
        connection.execute(
            insert(INBOX_MESSAGE).values(
                recipient=f"350404-01/{POST}",
                message_id="MSG-RAID",
                title="突击检查",
                body="突击检查",
                received_at=town.city.now,
            )
        )
    browser = town.browser(role)

    assert "突击检查" not in browser.get("/inbox").text
    assert browser.get("/m/MSG-RAID").status_code == 404
    assert "突击检查" in town.browser("owner").get("/inbox").text


def test_a_program_s_addresses_are_no_way_in_for_a_browser(town):
    """The cookie of somebody who is signed in says nothing to the API: it asks for a token at every address."""
    browser = town.browser("admin")
    asked = {
        f"{method} {path}": town.ask(browser, method, re.sub(r"\{\w+\}", "1", path)).status_code
        for method, path in routes_of(town.city.app)
        if path.startswith("/api/v1/")
    }
    assert len(asked) > 10
    assert set(asked.values()) == {401}


def test_opening_an_address_changes_nothing(town):
    """A reminder's link may be looked at by a mail scanner as often as it likes."""
    browser = town.browser("officer")

    def state():
        with reading(town.city.ws.ledger) as connection:
            return [
                connection.execute(select(table).order_by(*table.primary_key.columns)).all()
                for table in OBLIGATION.metadata.sorted_tables
                if table.name != SignIn.__tablename__
            ]

    made = {"link", "feed"}  # by asking for it
    links = [
        town.path(address, rule.about, "own") for _, address, rule in rules("GET") if rule.about not in made
    ]
    links.append(f"/feed/{town.feed('officer')}.ics")
    before = state()
    for path in links:
        browser.get(path)
    assert state() == before
