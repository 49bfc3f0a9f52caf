"""The number of a message: short, stable, and the same when the message is sent again.

It comes from the first delivery in the message. A delivery is in one message at a time, so no two messages that are
under way share a number; and one that may have arrived keeps its number until it is known to have.
"""

from duban.ledger.short_ids import PREFIX, parse_short_id, short_id

_PREFIX = "XX-"


def message_id_of(first_delivery: int) -> str:
    """`XX-00007K` (消息) for the message whose first delivery has this number in the ledger."""
    return _PREFIX + short_id(first_delivery).removeprefix(PREFIX)


def first_delivery_of(message_id: str) -> int:
    """The number of the first delivery of a message. Raises ValueError for what is no message's number."""
    return parse_short_id(PREFIX + message_id.removeprefix(_PREFIX))
