"""People with browsers: a cast of accounts at the small bureau of tests/web.

林 is an officer of 三元 (食品流通科), 沈 one of 沙县, 所 one of the station 列东所; 王 supervises 三元, 高 the whole city; 安
administers, 计 audits. It is Monday 2023-10-09, 09:00.
"""

import re

import anyio
import httpx

from duban.access.accounts import Hand, make_account
from duban.access.links import choose_by_link, make_link
from duban.access.mandates import Mandate

PASSWORD = "一句很长的口令 2023"


PEOPLE = {
    "林": Mandate("林经办", frozenset({"officer"}), "350404", frozenset({"350404/食品流通科"})),
    "沈": Mandate("沈经办", frozenset({"officer"}), "350405", frozenset({"350405/食品流通科"})),
    "所": Mandate("所经办", frozenset({"officer"}), "350404-01", frozenset({"350404-01/食品流通科"})),
    "王": Mandate("王局长", frozenset({"supervisor"}), "350404", undisclosed=True),
    "高": Mandate("高局长", frozenset({"supervisor"}), "350400", undisclosed=True),
    "安": Mandate("安管理", frozenset({"admin"}), "350400"),
    "计": Mandate("计审计", frozenset({"auditor"}), "350400"),
}


class Browser:
    """One person's browser: it keeps cookies, and sends a form with what the page's form held."""

    def __init__(self, city, address="10.0.0.1", agent="Chrome/86"):
        self.city = city
        self.address = address
        self.headers = {"User-Agent": agent, "Accept-Language": "zh-CN"}
        self.cookies = httpx.Cookies()
        self.token = ""

    def ask(self, method, path, **more):
        async def ask():
            transport = httpx.ASGITransport(self.city.app, client=(self.address, 40_000))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://duban", cookies=self.cookies
            ) as client:
                answer = await client.request(
                    method, path, headers={**self.headers, **more.pop("headers", {})}, **more
                )
                self.cookies = client.cookies
                return answer

        answer = anyio.run(ask)
        shown = re.search(r'name="form_token" value="(\w+)"', answer.text)
        self.token = shown[1] if shown else self.token
        return answer

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, headers=None, **fields):
        """Send a form, as the page that was looked at last would."""
        fields.setdefault("form_token", self.token)
        return self.ask("POST", path, data=fields, headers=headers or {})

    def sign_in(self, name, password=PASSWORD, **fields):
        self.get("/sign-in")
        return self.post("/sign-in", name=name, password=password, **fields)


def hand(city):
    return Hand("管理员", city.now)


def an_account(city, name, mandate, password=PASSWORD):
    """An account whose owner has chosen a password."""
    account = make_account(city.ws, name, mandate, hand(city))
    choose_by_link(city.ws.ledger, make_link(city.ws.ledger, account.id, hand(city)), password, hand(city))
    return account
