"""Which facts stand: neither corrected by a later one nor withdrawn."""

from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.ledger.tables import Fact


def still_stands(fact: type[Fact] = Fact) -> ColumnElement[bool]:
    """That a fact was neither corrected by a later one nor is itself a withdrawal, in a statement over `fact`.

    Every withdrawal corrects something, so most facts need not be read to know that they are none.
    """
    later = aliased(Fact, name="later")
    corrected = select(col(later.id)).where(col(later.revises) == col(fact.id)).exists()
    withdrawal = and_(col(fact.revises).is_not(None), col(fact.data)["withdrawn"].as_boolean().is_(True))
    return and_(~corrected, not_(withdrawal))
