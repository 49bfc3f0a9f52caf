"""A small bureau and the programs that call it, each with its token, on each database in turn.

三元 is a county's inspection system, 沙县 another county's, 列东所 the system of a station of 三元, and 大屏 the city's
read-only board. It is Monday 2023-10-09, 09:00.
"""

import dataclasses
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest

from duban.access.tokens import make_token
from duban.base.language import use
from duban.web.app import create_app
from duban.web.settings import WebSettings
from duban.workdays import load_calendar
from tests.obligations.small_bureau import ROOT, SELLER, Bureau, a_duty, at, first_inspection, flight_check
from tests.obligations.small_bureau import quarterly as a_quarterly

TODAY = "2023-10-09"
CAST = {
    "三元": ("350404", False),
    "沙县": ("350405", False),
    "列东所": ("350404-01", False),
    "大屏": ("350400", True),
    "市局": ("350400", False),
}


class City:
    """The bureau, its API, and whoever calls it."""

    def __init__(self, bureau, root, settings):
        self.bureau = bureau
        self.ws = dataclasses.replace(bureau.ws, root=root)
        self.broken = None
        self.app = create_app(self._open, bureau.clock, settings)
        self.secrets = {}
        for name, (unit, read_only) in CAST.items():
            _, self.secrets[name] = make_token(
                self.ws, unit, name, self.now, by="管理员", read_only=read_only
            )

    def _open(self):
        if self.broken is not None:
            raise self.broken
        return self.ws

    @property
    def now(self):
        return self.bureau.clock.now()

    def by(self, name, **headers):
        """What one of the cast sends with every request."""
        return {"Authorization": f"Bearer {self.secrets[name]}", **headers}

    def ask(self, who, method, path, **more):
        """One request by one of the cast (nobody: None), from its beginning to its end."""
        headers = dict(more.pop("headers", {}))
        if who is not None:
            headers = self.by(who, **headers)
        path = path if path.startswith(("/api", "/healthz")) else f"/api/v1{path}"

        async def ask():
            async with self.client() as client:
                return await client.request(method, path, headers=headers, **more)

        return anyio.run(ask)

    @asynccontextmanager
    async def client(self):
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://duban") as client:
            yield client

    def get(self, who, path, **more):
        return self.ask(who, "GET", path, **more)

    def post(self, who, path, **more):
        return self.ask(who, "POST", path, **more)

    def put(self, who, path, **more):
        return self.ask(who, "PUT", path, **more)


def problem(answered):
    """The kind of a problem, having looked that it is one."""
    assert answered.headers["content-type"] == "application/problem+json", answered.text
    told = answered.json()
    assert told["status"] == answered.status_code
    assert told["title"]
    assert told["detail"]
    return told["type"].removeprefix("/api/docs#")


def fact(ref="1", **more):
    """A failed sample of S1, as the inspection system sends it."""
    given = {
        "kind": "sample.failed",
        "subject": {"kind": SELLER, "code": "S1"},
        "happened_on": "2023-10-08",
        "source": "抽检系统",
        "ref": ref,
    }
    given.update(more)
    return {key: value for key, value in given.items() if value is not None}


@pytest.fixture(autouse=True)
def chinese():
    with use("zh-CN"):
        yield


@pytest.fixture(scope="session")
def calendar():
    return load_calendar(ROOT / "calendar")


@pytest.fixture
def settings():
    """How the service is set; a test that needs another way says so."""
    return WebSettings()


@pytest.fixture
def city(ledger, calendar, tmp_path, settings):
    """S1 is in the charge of 列东所 (三元), S5 of 沙县; each county owes a quarterly analysis, due 2023-10-20."""
    return a_city(ledger, calendar, tmp_path, settings)


@pytest.fixture
def plain_city(sqlite_ledger, calendar, tmp_path, settings):
    """The same on SQLite alone, for what is not about the database."""
    return a_city(sqlite_ledger, calendar, tmp_path, settings)


def a_city(ledger, calendar, root, settings):
    duties = [
        a_quarterly(evidence=("形势分析报告",)),
        first_inspection(),
        flight_check(),
        a_duty("station-walk", a_quarterly().cadence, level="station"),
        a_duty("station-raid", a_quarterly().cadence, level="station", confidential=True),
    ]
    bureau = Bureau(ledger, calendar, duties, "2023-01-01")
    bureau.register("S1")
    bureau.register("S5", unit="350405")
    bureau.open(TODAY)
    bureau.clock.moment = at(TODAY)
    return City(bureau, root, settings)
