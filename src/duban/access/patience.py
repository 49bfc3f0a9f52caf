"""Patience after a wrong password: the next try for the same name from the same address waits, and nobody else does.

There is no lock: whoever keeps trying somebody's name from elsewhere delays himself alone. The first three tries cost
nothing; then the wait doubles from two seconds up to five minutes, and is forgotten after an hour of quiet.
"""

import math
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session, col, delete, update

from duban.access.secret_words import fingerprint
from duban.ledger.bulk import insert_ignore
from duban.ledger.database import writing
from duban.ledger.sessions import looking
from duban.ledger.tables import REFUSED_SIGN_IN, RefusedSignIn

FREE_TRIES: Final = 3
LONGEST_WAIT: Final = timedelta(minutes=5)
_FORGOTTEN_AFTER: Final = timedelta(hours=1)


def wait_before(ledger: Engine, name: str, address: str, now: datetime) -> int:
    """The whole seconds, at `now` (aware UTC), until somebody at `address` may try to sign in as `name`; 0: at once.

    A name and an address are counted together: nobody elsewhere waits for what is tried here.
    """
    with looking(ledger) as session:
        refused = session.get(RefusedSignIn, _key(name, address))
    return 0 if refused is None else seconds_left(refused.times, refused.last_at, now)


def seconds_left(times: int, last_at: datetime, now: datetime) -> int:
    """The whole seconds still to wait at `now` after so many refusals in a row, the last of them at `last_at`."""
    if times < FREE_TRIES or now - last_at >= _FORGOTTEN_AFTER:
        return 0
    wait = min(timedelta(seconds=2 ** min(times - FREE_TRIES + 1, 20)), LONGEST_WAIT)
    return max(0, math.ceil((last_at + wait - now).total_seconds()))


def count_refusal(ledger: Engine, name: str, address: str, now: datetime) -> None:
    """Remember that `name` was refused from `address` at `now` (aware UTC); what is long past is forgotten."""
    key = _key(name, address)
    with writing(ledger) as connection:
        connection.execute(delete(RefusedSignIn).where(col(RefusedSignIn.last_at) < now - _FORGOTTEN_AFTER))
        # Two at once count twice, and neither stands in the other's way.
        insert_ignore(connection, REFUSED_SIGN_IN, [{"key": key, "times": 0, "last_at": now}])
        connection.execute(
            update(RefusedSignIn)
            .where(col(RefusedSignIn.key) == key)
            .values(times=col(RefusedSignIn.times) + 1, last_at=now)
        )


def forget_refusals(session: Session, name: str, address: str) -> None:
    """Count refusals anew for this sign-in name from this address: the right password was given there.

    What was refused from other addresses stays counted.
    """
    session.exec(delete(RefusedSignIn).where(col(RefusedSignIn.key) == _key(name, address)))


def _key(name: str, address: str) -> str:
    return fingerprint(f"{name}\n{address}")
