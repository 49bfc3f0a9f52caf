"""A small bureau as different people see it. It is Monday 2023-10-09, 09:00."""

import pytest

from duban.base.language import use
from duban.bureau.unit_tree import with_all_below
from duban.ledger.principals import Principal
from duban.obligations import actions
from duban.views.sight import Sight
from duban.workdays import load_calendar
from tests.obligations.small_bureau import POST, ROOT, Bureau, a_duty, at, quarterly
from tests.principals import by

TODAY = "2023-10-09"


@pytest.fixture(autouse=True)
def chinese():
    with use("zh-CN"):
        yield


@pytest.fixture(scope="session")
def calendar():
    return load_calendar(ROOT / "calendar")


@pytest.fixture
def bureau(ledger, calendar):
    """The duty `quarterly` of Q2 was due on 2023-07-14, that of Q3 on 2023-10-20; the station walks, and raids in secret."""
    duties = [
        quarterly(),
        a_duty("station-walk", quarterly().cadence, level="station"),
        a_duty("station-raid", quarterly().cadence, level="station", confidential=True),
    ]
    bureau = Bureau(ledger, calendar, duties, "2023-05-01")
    bureau.open("2023-07-03")
    bureau.open(TODAY)
    bureau.clock.moment = at(TODAY)
    return bureau


@pytest.fixture
def seen_by(bureau):
    """What a person sees who belongs to a unit: `seen_by("350404")`."""

    def sight(unit="350400", *, posts=(), undisclosed=False, lines=None):
        project = bureau.ws.definitions.project
        units = None if unit == "350400" else with_all_below(project.units.values(), [unit])
        who = Principal(
            "林", unit, units, "page", may_write=True, undisclosed=undisclosed,
            posts=frozenset(posts), lines=lines,
        )  # fmt: skip
        return Sight(bureau.ws, who, bureau.clock.now())

    return sight


@pytest.fixture
def complete(bureau):
    """Complete an obligation by its number."""

    def act(number):
        return actions.complete(bureau.ws, number, bureau.clock.now(), who=by("林"))

    return act


FOOD_POST = POST
