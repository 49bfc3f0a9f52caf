"""The units of the bureau and who holds their posts, as the project file last named them."""

from typing import Final

from sqlmodel import Field

from duban.ledger.columns import LedgerRow, plain, table_of


class UnitRecord(LedgerRow, table=True):
    """A bureau or station of the project's tree, as last read. Kept when it leaves the tree: history names it."""

    __tablename__ = "unit"
    #: Its code, such as a 区划代码; what everything else calls it by.
    code: str = Field(primary_key=True)
    #: What people call it.
    name: str
    #: Its level, one of the project's.
    level: str
    #: The code of the unit above it; None at the top.
    parent: str | None = None


class PostHolder(LedgerRow, table=True):
    """Who holds a post of a unit, and where messages for the post go."""

    __tablename__ = "post_holder"
    #: The unit's code.
    unit: str = Field(primary_key=True, foreign_key="unit.code")
    #: The post in the unit, in the project's words.
    post: str = Field(primary_key=True)
    #: The person's name; None while nobody is named.
    holder: str | None = None
    #: Channel → where it reaches them.
    addresses: dict[str, str] = plain(default_factory=dict)
    #: Who stands in, as `unit/post`.
    deputy: str | None = None
    #: Whether the post stands empty.
    vacant: bool = False
    #: First and last local days of each absence, written as in ISO 8601.
    away: list[list[str]] = plain(default_factory=list)


UNIT: Final = table_of(UnitRecord)
POST_HOLDER: Final = table_of(PostHolder)
