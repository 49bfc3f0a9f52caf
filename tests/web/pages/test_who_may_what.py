"""Who may do what: every address × every role × what is theirs, another county's, confidential.

The table below names every address of the pages; one that is not in it fails the first test. All of the cast but 高 belong to
三元 (350404). Theirs is the analysis 三元 owes, another county's that of 沙县, confidential the raid that 列东所 owes: it exists
for who may know (知) and for the post that owes it (所), and for nobody else. It is Monday 2023-10-30, and all are overdue.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from difflib import ndiff

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import insert, select, update
from starlette.routing import Mount

from duban.access.calendar_feeds import make_feed
from duban.access.links import make_link
from duban.access.mandates import Mandate
from duban.access.tokens import all_tokens
from duban.assignments.assigning import assign
from duban.assignments.drafts import AssignmentDraft
from duban.importing.handed_in import hand_in
from duban.ledger.database import reading, writing
from duban.ledger.principals import Principal
from duban.ledger.short_ids import short_id
from duban.ledger.tables import EVIDENCE_FILE, INBOX_MESSAGE, OBLIGATION, SUBJECT, SignIn
from duban.letters.issuing import issue, kind_named
from duban.obligations.evidence import FOLDER
from duban.obligations.listing import Filter
from duban.web.pages.refusals import is_page
from tests.obligations.small_bureau import POST, at
from tests.principals import OPERATOR
from tests.web.conftest import a_city
from tests.web.pages.conftest import Browser, an_account, hand

CAST = {
    "officer": Mandate("林经办", frozenset({"officer"}), "350404", frozenset({f"350404/{POST}"})),
    "supervisor": Mandate("王督办", frozenset({"supervisor"}), "350404"),
    "admin": Mandate("安管理", frozenset({"admin"}), "350404"),
    "auditor": Mandate("计审计", frozenset({"auditor"}), "350404"),
    "knows": Mandate("知情", frozenset({"supervisor"}), "350404", undisclosed=True),
    "owner": Mandate("所经办", frozenset({"officer"}), "350404-01", frozenset({f"350404-01/{POST}"})),
    "chief": Mandate("总管理", frozenset({"admin"}), "350400", undisclosed=True),
}
ROLES = ("officer", "supervisor", "admin", "auditor")
NOBODY, EVERYBODY = frozenset[str](), frozenset({*ROLES, "chief"})
"""The chief administers the city: whoever may change what every unit owes."""
WRITERS, ADMINS, OVERSEERS = (
    EVERYBODY - {"auditor"},
    frozenset({"admin", "chief"}),
    frozenset({"admin", "auditor", "chief"}),
)
CHIEFS = frozenset({"chief"})
OFFICER = frozenset({"officer"})
DONE = {200, 303, 409, 422}
"""Let in: carried out, or refused for what was sent, not for who sent it."""


@dataclass(frozen=True)
class Rule:
    """Who is let in at an address; nobody signed in ever is, unless it is open."""

    who: frozenset = EVERYBODY
    about: str = ""
    fields: tuple = ()
    open: bool = False


ONE = "obligation"
TABLE = {
    "GET /sign-in": Rule(open=True),
    "POST /sign-in": Rule(open=True),
    "GET /sign-in/sso": Rule(open=True),
    "GET /sign-in/sso/back": Rule(open=True),
    "POST /sign-out": Rule(open=True),
    "POST /language": Rule(open=True),
    "GET /welcome/{secret}": Rule(open=True, about="link"),
    "POST /welcome/{secret}": Rule(open=True, about="link"),
    "GET /": Rule(),
    "GET /me": Rule(),
    "POST /me/password": Rule(),
    "POST /me/sign-ins/others": Rule(),
    "POST /me/sign-ins/{number}": Rule(about="sign-in"),
    "POST /me/feed": Rule(),
    "POST /me/feed/revoke": Rule(),
    "GET /feed/{secret}.ics": Rule(open=True, about="feed"),
    "GET /admin/accounts": Rule(OVERSEERS),
    "POST /admin/accounts": Rule(ADMINS),
    "GET /admin/accounts/new": Rule(ADMINS),
    "GET /admin/accounts/{number}": Rule(OVERSEERS, "account"),
    "POST /admin/accounts/{number}": Rule(ADMINS, "account"),
    "POST /admin/accounts/{number}/link": Rule(ADMINS, "account"),
    "POST /admin/accounts/{number}/disable": Rule(ADMINS, "account"),
    "POST /admin/accounts/{number}/enable": Rule(ADMINS, "account"),
    "POST /admin/accounts/{number}/sign-out": Rule(ADMINS, "account"),
    "GET /admin/operations": Rule(OVERSEERS),
    "GET /admin/tokens": Rule(OVERSEERS),
    "POST /admin/tokens": Rule(ADMINS),
    "POST /admin/tokens/{number}/revoke": Rule(ADMINS, "token"),
    "GET /help": Rule(),
    "GET /admin/files": Rule(CHIEFS),
    "GET /admin/files/file": Rule(CHIEFS),
    "POST /admin/files/file": Rule(CHIEFS),
    "POST /admin/files/check": Rule(CHIEFS),
    "GET /admin/files/schema": Rule(CHIEFS),
    "POST /admin/files/new": Rule(CHIEFS),
    "GET /admin/files/beside": Rule(CHIEFS),
    "GET /admin/files/plan": Rule(CHIEFS),
    "POST /admin/files/plan": Rule(CHIEFS),
    "GET /admin/proposed/{plan}": Rule(CHIEFS),
    "POST /admin/proposed/{plan}": Rule(CHIEFS),
    "POST /admin/proposed/{plan}/withdraw": Rule(CHIEFS),
    "GET /admin/versions": Rule(CHIEFS),
    "GET /admin/changes": Rule(CHIEFS),
    "POST /admin/changes/{what}": Rule(CHIEFS),
    "GET /admin/versions/{version}": Rule(CHIEFS),
    "POST /admin/versions/{version}/drafts": Rule(CHIEFS),
    "GET /admin/letters": Rule(CHIEFS),
    "GET /admin/letters/{kind}.docx": Rule(CHIEFS),
    "POST /admin/letters/{kind}": Rule(CHIEFS),
    "POST /admin/letters/{kind}/back": Rule(CHIEFS),
    "GET /admin/imports": Rule(WRITERS),
    "POST /admin/imports": Rule(WRITERS),
    "GET /admin/imports/forms/{kind}.xlsx": Rule(WRITERS),
    "GET /admin/imports/{number}": Rule(OFFICER, "import"),
    "GET /admin/imports/{number}/refused.xlsx": Rule(OFFICER, "import"),
    "POST /admin/imports/{number}/columns": Rule(OFFICER, "import"),
    "POST /admin/imports/{number}/take": Rule(OFFICER, "import"),
    "POST /admin/imports/{number}/drop": Rule(OFFICER, "import"),
    "GET /admin/engine": Rule(OVERSEERS),
    "POST /admin/engine/resend": Rule(ADMINS),
    "POST /admin/engine/try": Rule(ADMINS),
    "POST /admin/engine/hold": Rule(ADMINS),
    "POST /admin/engine/hold/{number}": Rule(ADMINS, "hold"),
    "GET /board": Rule(),
    "GET /wall": Rule(),
    "GET /obligations": Rule(),
    "GET /obligations.xlsx": Rule(),
    "GET /obligations.csv": Rule(),
    "GET /review": Rule(),
    "GET /search": Rule(),
    "GET /subjects/{number}": Rule(about="subject"),
    "GET /obligations/{number}": Rule(about=ONE),
    "GET /obligations/{number}/files/{file}": Rule(about=ONE),
    "GET /obligations/{number}/files/{file}/thumbnail": Rule(about=ONE),
    "POST /obligations/{number}/acts/{act}": Rule(WRITERS, ONE),
    "POST /acts/preview": Rule(WRITERS, fields=(("act", "acknowledge"),)),
    "POST /acts/together": Rule(WRITERS, fields=(("act", "acknowledge"),)),
    "GET /assign": Rule(),
    "POST /assign": Rule(WRITERS),
    "GET /assign/{number}": Rule(about="assignment"),
    "GET /assign/{number}/files/{file}": Rule(about="assignment"),
    "POST /assign/{number}/recall": Rule(WRITERS, "assignment"),
    "GET /inbox": Rule(),
    "POST /inbox/read": Rule(WRITERS, fields=(("number", "1"),)),
    "GET /m/{message}": Rule(frozenset({"officer", "chief"}), "message"),
    "GET /duties": Rule(),
    "GET /duties/{duty_id}": Rule(),
    "GET /calendar": Rule(),
    "GET /calendar/{month}": Rule(),
    "GET /workload": Rule(),
    "GET /goals": Rule(),
    "GET /reports/overdue": Rule(),
    "GET /evidence.zip": Rule(),
    "GET /obligations/{number}/evidence.zip": Rule(about=ONE),
    "GET /letters": Rule(),
    "GET /letters/new": Rule(frozenset({"supervisor", "admin", "chief"})),
    "POST /letters/new": Rule(frozenset({"supervisor", "admin", "chief"})),
    "GET /letters/{letter}.{form}": Rule(about="letter"),
    "POST /letters/{letter}/receipt": Rule(frozenset({"supervisor", "admin", "chief"}), "letter"),
    "GET /reports": Rule(),
    "GET /reports/overdue.{form}": Rule(),
    "GET /reports/appraisal": Rule(),
    "GET /reports/appraisal.{form}": Rule(),
}


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


class Town:
    """The bureau with its cast, and what each address is asked about."""

    def __init__(self, city):
        self.city = city
        self.broken_at = None
        with reading(city.ws.ledger) as connection:
            owed = {
                (row.duty_id, row.unit): row.id
                for row in connection.execute(
                    select(OBLIGATION.c.id, OBLIGATION.c.duty_id, OBLIGATION.c.unit)
                )
            }
            subjects = dict(connection.execute(select(SUBJECT.c.code, SUBJECT.c.id)).tuples().all())
        self.numbers = {
            "own": owed["quarterly", "350404"],
            "other": owed["quarterly", "350405"],
            "confidential": owed["station-raid", "350404-01"],
        }
        self.owed = {name: short_id(number) for name, number in self.numbers.items()}
        self.accounts = {name: an_account(city, name, mandate) for name, mandate in CAST.items()}
        guest = an_account(city, "guest", Mandate("客", frozenset({"officer"}), "350404-01"))
        stranger = an_account(city, "stranger", Mandate("沈", frozenset({"officer"}), "350405"))
        tokens = {token.name: token.id for token in all_tokens(city.ws)}
        self.about = {
            "account": {"own": guest.id, "other": stranger.id},
            "token": {"own": tokens["列东所"], "other": tokens["沙县"]},
            "subject": {"own": subjects["S1"], "other": subjects["S5"]},
            "message": {"own": "MSG-OWN", "other": "MSG-OTHER"},
            "import": {
                "own": self.handed_in("officer", "350404"),
                "other": self.handed_in("stranger", "350405", stranger),
            },
            ONE: self.owed,
            "assignment": self._assignments(),
        }
        self.about["letter"] = {name: self.issue(number) for name, number in self.numbers.items()}
        self.files = {}
        with writing(city.ws.ledger) as connection:
            for name, unit in (("own", "350404"), ("other", "350405")):
                connection.execute(
                    insert(INBOX_MESSAGE).values(
                        recipient=f"{unit}/{POST}",
                        message_id=f"MSG-{name.upper()}",
                        title="信",
                        body="信",
                        received_at=city.now,
                    )
                )
            for name, number in self.numbers.items():
                file = insert(EVIDENCE_FILE).values(
                    obligation_id=number,
                    name="报告.txt",
                    sha256=name,
                    size=6,
                    stored_as=f"{name}.txt",
                    added_at=city.now,
                    added_by="某人",
                )
                self.files[name] = connection.execute(file.returning(EVIDENCE_FILE.c.id)).scalar_one()
        folder = city.ws.root / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.numbers:
            (folder / f"{name}.txt").write_text("报告")

    def _assignments(self):
        """What the city assigned to 三元 and to 沙县, each with a file."""
        order = self.city.ws.root / "批示.txt"
        order.write_text("请办")
        return {
            situation: assign(
                self.city.ws,
                AssignmentDraft(f"批示{situation}", (f"{unit}/{POST}",), "2023-12-01", f"{name}要办"),
                self.city.now,
                who=OPERATOR,
                files=[order],
            ).number
            for situation, unit, name in (("own", "350404", "三元"), ("other", "350405", "沙县区局"))
        }

    def handed_in(self, name, unit, account=None):
        """The number of a table somebody of the unit handed in, one row of which is refused."""
        account = account or self.accounts[name]
        by = Principal(
            name, unit, frozenset({unit}), "page", may_write=True, undisclosed=False, account=account.id
        )
        table = io.BytesIO("编号,监管对象编号,监管对象名称,检出不合格样品日期\n1,S9,无,2023-10-08\n".encode())
        return hand_in(self.city.ws, by, f"{name}.csv", table, self.city.now, None).id

    def issue(self, number):
        """A letter about one obligation, as it is issued by command."""
        done = issue(
            self.city.ws,
            kind_named("督办通知书"),
            [short_id(number)],
            self.city.now,
            actor="某人",
            reply_by=date(2023, 12, 1),
            shown_to=Filter(),
        )
        return done.id

    def browser(self, role):
        browser = Browser(self.city, address=f"10.3.0.{len(role)}")
        if role != "nobody":
            assert browser.sign_in(role).status_code == 303, role
        browser.get("/sign-in" if role == "nobody" else "/me")
        return browser

    def path(self, address, about, situation):
        """An address with what it is asked about filled in."""
        path = address
        if about in {"sign-in", "hold"}:
            path = path.replace("{number}", "999999")
        elif about == "link":
            secret = make_link(self.city.ws.ledger, self.accounts["owner"].id, hand(self.city))
            path = path.replace("{secret}", secret)
        elif about == "feed":
            path = path.replace("{secret}", self.feed("owner"))
        elif about:
            path = re.sub(r"\{(number|message|letter)\}", str(self.about[about][situation]), path)
        file = self.files.get(situation, 0)
        if about == "assignment":
            file = ("own", "other").index(situation) + 1
        for name, value in {
            "file": str(file),
            "act": "acknowledge",
            "duty_id": "quarterly",
            "month": "2023-10",
            "plan": "0000-000000",
            "version": "1",
            "kind": "催办单" if "/letters/" in path else "sample.failed",
            "what": "station",
            "form": "docx" if "/letters/" in path else "xlsx",
        }.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def feed(self, name):
        """The secret of the calendar feed of one of the cast."""
        return make_feed(self.city.ws.ledger, self.accounts[name].id, hand(self.city))

    def ask(self, browser, method, path, fields=()):
        if method == "GET":
            return browser.get(path)
        return browser.post(path, **dict(fields))


@pytest.fixture
def town(sqlite_ledger, calendar, tmp_path, settings):
    city = a_city(sqlite_ledger, calendar, tmp_path, settings)
    city.bureau.clock.moment = at("2023-10-30")
    return Town(city)


def the_pages(town):
    return {f"{method} {path}" for method, path in routes_of(town.city.app) if is_page(path)}


def rules(*methods):
    for key, rule in TABLE.items():
        method, _, address = key.partition(" ")
        if method in methods:
            yield method, address, rule


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
