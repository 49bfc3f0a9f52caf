"""What the tests of the pages ask for: the small bureau with its people, and who of them sits at a browser."""

import pytest

from duban.workspace.standing import close_workspaces
from tests.obligations.small_bureau import at
from tests.web.conftest import a_city
from tests.web.pages.dead_letters import a_delivery
from tests.web.pages.office import an_office
from tests.web.pages.people import PEOPLE, Browser, an_account
from tests.web.pages.sample_tables import MAPPING
from tests.web.pages.town import Town


@pytest.fixture(scope="session", autouse=True)
def quick_hashes():
    """Argon2 with the least work: what is tested is who comes in, not how long guessing takes."""
    from argon2 import PasswordHasher

    from duban.access import passwords

    with pytest.MonkeyPatch.context() as patched:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patched.setattr(passwords, "_hasher", lambda: quick)
        yield


@pytest.fixture
def door(plain_city):
    """The small bureau with its people."""
    plain_city.accounts = {name: an_account(plain_city, name, mandate) for name, mandate in PEOPLE.items()}
    return plain_city


@pytest.fixture
def browser(door):
    """A browser nobody is signed in with."""
    return Browser(door)


@pytest.fixture
def signed_in(door):
    """`signed_in("林")`: the browser of one of the cast, signed in."""

    def signed_in(name, **more):
        browser = Browser(door, **more)
        assert browser.sign_in(name).status_code == 303
        return browser

    return signed_in


@pytest.fixture
def at_nine(monkeypatch):
    monkeypatch.setenv("DUBAN_CLOCK", "2026-10-09T09:00:00+08:00")
    yield
    close_workspaces()


@pytest.fixture
def office(tmp_path, settings, at_nine):
    return an_office(tmp_path / "project", settings)


@pytest.fixture
def two_persons(tmp_path, settings, at_nine):
    return an_office(tmp_path / "project", settings, approval="两人")


@pytest.fixture
def town(sqlite_ledger, calendar, tmp_path, settings):
    city = a_city(sqlite_ledger, calendar, tmp_path, settings)
    city.bureau.clock.moment = at("2023-10-30")
    return Town(city)


@pytest.fixture
def with_mapping(door):
    folder = door.ws.root / "duties" / "imports"
    folder.mkdir(parents=True)
    (folder / "抽检.yaml").write_text(MAPPING, encoding="utf-8")
    return door


@pytest.fixture
def dead(door):
    """A dead letter of 三元's analysis, and one of 沙县's."""
    given_up = {"state": "dead", "attempts": 6, "settled_at": door.now, "last_error": "550 没有这个人"}
    return {unit: a_delivery(door, unit, "sms", **given_up) for unit in ("350404", "350405")}
