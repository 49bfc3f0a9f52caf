"""Every address of the pages with who is let in there, and a town with a cast to ask for them.

All of the cast but 高 belong to 三元 (350404). Theirs is the analysis 三元 owes, another county's that of 沙县, confidential the
raid that 列东所 owes: it exists for who may know (知) and for the post that owes it (所), and for nobody else. It is Monday
2023-10-30, and all are overdue.
"""

import io
import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select

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
from duban.ledger.tables import EVIDENCE_FILE, INBOX_MESSAGE, OBLIGATION, SUBJECT
from duban.letters.issuing import issue, kind_named
from duban.obligations.evidence import FOLDER
from duban.obligations.listing import Filter
from tests.obligations.small_bureau import POST
from tests.principals import OPERATOR
from tests.web.pages.people import Browser, an_account, hand

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


def rules(*methods):
    for key, rule in TABLE.items():
        method, _, address = key.partition(" ")
        if method in methods:
            yield method, address, rule
