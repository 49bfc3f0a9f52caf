"""A project whose files are edited on its pages.

It is the starter's with two duties: the quarterly analysis of special equipment, and a flight check, which is confidential.
安 and 宁 administer the city, 县 administers 三元; only 宁 may know of what is confidential. It is Friday 2026-10-09, 09:00.
"""

import dataclasses

from duban.access.mandates import Mandate
from duban.base.clock import system_clock
from duban.base.starter import copy_starter
from duban.ledger.content import applied_versions
from duban.ledger.database import reading
from duban.obligations.opening import open_owed
from duban.web.app import create_app
from duban.workspace.standing import standing_workspace
from tests.few_duties import keep
from tests.web.pages.people import Browser, an_account

ANALYSIS, SEALED = "duties/特种设备.yaml", "duties/食品流通.yaml"
FILE, PLAN = "/admin/files/file", "/admin/files/plan"
ADMINS = {
    "安": Mandate("安管理", frozenset({"admin"}), "350400"),
    "宁": Mandate("宁管理", frozenset({"admin"}), "350400", undisclosed=True),
    "县": Mandate("县管理", frozenset({"admin"}), "350404"),
}


@dataclasses.dataclass
class Office:
    """A real project, its pages and its admins."""

    root: object
    app: object = None

    @property
    def ws(self):
        return standing_workspace(self.root)

    @property
    def now(self):
        return system_clock().now()

    def text(self, path=ANALYSIS):
        return (self.root / path).read_text("utf-8")

    def versions(self):
        with reading(self.ws.ledger) as connection:
            return applied_versions(connection)


def an_office(root, settings, approval="", more=()):
    copy_starter(root)
    keep(root, ("ts-quarterly-risk-analysis", "sl-flight-check", *more))
    if approval:
        project = root / "duban.yaml"
        project.write_text(project.read_text("utf-8") + f"\napproval: {approval}\n", "utf-8")
    office = Office(root)
    open_owed(office.ws, office.now)
    office.app = create_app(lambda: office.ws, system_clock(), settings)
    for name, mandate in ADMINS.items():
        an_account(office, name, mandate)
    return office


def by(office, name):
    browser = Browser(office, address=f"10.5.0.{ord(name) % 250}")
    assert browser.sign_in(name).status_code == 303
    browser.get("/admin/accounts")
    return browser


def sent(browser, address, **fields):
    return browser.ask("POST", address, data={"form_token": browser.token, **fields})


def plan_id(page):
    return page.text.partition('name="plan" value="')[2].partition('"')[0]
