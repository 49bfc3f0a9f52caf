"""Ten bugs put back by hand, each of the kind that a change could bring: every one must be found by some seed.

| bug | what it does | what finds it |
|---|---|---|
| `settled_before_sent` | a message is written down as sent when it goes on the line | lost: nobody has it |
| `unknown_is_sent` | what was on the line when its sender died counts as sent | lost |
| `another_day_silences` | given another day, what has spoken once speaks no more | a rung was skipped |
| `never_expires` | nobody takes up what a dead sender had on the line | still waits |
| `not_read_again` | a message goes out as it was decided, done or not | sent though no longer owed |
| `another_number` | what may have arrived goes out again under another number | sent twice under two numbers |
| `skips_a_rung` | the ladder goes on from the rung after the next | a rung was skipped |
| `notice_alone` | a notice is kept, its deliveries are not | a notice without a delivery |
| `group_hears_all` | a group hears of what is confidential | a confidential item reached a group |
| `mark_moves_first` | a duty counts as opened up to a fact before it is | a certificate without its first inspection |
"""

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest import mock

from sqlalchemy import update

from duban.channels.channel import Channel
from duban.deliveries import contents, delivering, leasing, outbox, preparing
from duban.ledger.tables import DELIVERY
from duban.notices import decide, record
from duban.obligations import arming, opening


def settled_before_sent():
    real = outbox.put_on_line

    def wrong(connection, holder, parcel, ids):
        marked = real(connection, holder, parcel, ids)
        if marked:
            sent = update(DELIVERY).where(DELIVERY.c.id.in_(ids))
            connection.execute(sent.values(state="sent", settled_at=DELIVERY.c.not_before, lease_holder=None))
        return marked

    return mock.patch.object(outbox, "put_on_line", wrong)


def unknown_is_sent():
    def wrong(connection, now):
        lost = update(DELIVERY).where(DELIVERY.c.state == "sending", DELIVERY.c.lease_until <= now)
        return connection.execute(lost.values(state="sent", settled_at=now, lease_holder=None)).rowcount

    return mock.patch.object(delivering, "expire", wrong)


def another_day_silences():
    real = arming.next_rung_at
    return mock.patch.object(
        arming, "next_rung_at", lambda times, fired=(), since=None: None if fired else real(times, (), since)
    )


def never_expires():
    return mock.patch.object(delivering, "expire", return_value=0)


def not_read_again():
    closed = ("done", "suspended", "waived", "withdrawn", "superseded")
    return mock.patch.object(contents, "OPEN_STATES", (*contents.OPEN_STATES, *closed))


def another_number():
    from itertools import count

    numbers = count(900_000)
    return mock.patch.object(
        leasing,
        "_parcels",
        lambda rows, real=leasing._parcels: [
            replace(parcel, message_id=leasing.message_id_of(next(numbers))) if parcel.attempts else parcel
            for parcel in real(rows)
        ],
    )


def skips_a_rung():
    real = decide.Decider.decide

    def wrong(self, due):
        decisions, ahead = real(self, due)
        return decisions[1:] if len(decisions) > 1 else decisions, ahead

    return mock.patch.object(decide.Decider, "decide", wrong)


def notice_alone():
    real = record.insert_ignore

    def wrong(connection, table, rows):
        return real(connection, table, [] if table is record.DELIVERY and len(rows) < 3 else rows)

    return mock.patch.object(record, "insert_ignore", wrong)


def group_hears_all():
    return several(
        mock.patch.object(Channel, "hears_of", return_value=True),
        mock.patch.object(preparing, "_destinations", _without_asking(preparing._destinations)),
    )


@contextmanager
def several(*patches):
    with ExitStack() as stack:
        for each in patches:
            stack.enter_context(each)
        yield


def _without_asking(real):
    return lambda parcel, channel, recipient, only: real(
        replace(parcel, confidential=False), channel, recipient, only
    )


def mark_moves_first():
    real = opening.claim

    def wrong(connection, duty_id):
        mark = real(connection, duty_id)
        return None if mark is None else replace(mark, fact_id=mark.fact_id + 2)

    return mock.patch.object(opening, "claim", wrong)


BUGS = {
    bug.__name__: bug
    for bug in (
        settled_before_sent,
        unknown_is_sent,
        another_day_silences,
        never_expires,
        not_read_again,
        another_number,
        skips_a_rung,
        notice_alone,
        group_hears_all,
        mark_moves_first,
    )
}
