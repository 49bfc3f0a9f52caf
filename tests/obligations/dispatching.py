"""A county's obligation that is given to a post below, who is told of it, and who may do what with it."""

from sqlalchemy import select

from duban.bureau.unit_posts import UnitPost
from duban.ledger.database import reading
from duban.ledger.principals import Principal
from duban.ledger.tables import Obligation
from duban.ledger.visibility import visible
from duban.obligations import actions
from duban.obligations.act_standings import obligation_standings
from duban.obligations.permissions import allowed
from tests.obligations.desk import YOUXI
from tests.principals import by

ZHANG = by("张三")
STATION = f"{YOUXI}-01"
HANDLER = UnitPost(STATION, "经办人")
OWNER = UnitPost(YOUXI, "特种设备科")


def dispatch(desk, to=HANDLER, who=ZHANG, **more):
    return actions.dispatch(desk.ws, desk.number, desk.now, who=who, to=to, **more)


def on_page(*posts, unit=YOUXI, units=None):
    held = frozenset(map(str, posts))
    return Principal(
        "某人",
        unit,
        frozenset({unit}) if units is None else units,
        "page",
        may_write=True,
        undisclosed=False,
        posts=held,
    )


def may(desk, who, act):
    with reading(desk.ws.ledger) as connection:
        owed = obligation_standings(connection, desk.ws.definitions, [desk.id])[desk.id]
    return allowed(desk.ws.definitions, who, owed, act)


def sees(desk, who):
    with reading(desk.ws.ledger) as connection:
        found = connection.execute(select(Obligation.id).where(visible(who))).scalars()
        return desk.id in set(found)
