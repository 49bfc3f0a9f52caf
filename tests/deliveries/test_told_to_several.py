"""What several are told of the same obligation is put together once, and each still reads what is so for him, at that moment."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from duban.channels.channel import INBOX, Channel
from duban.deliveries import composing
from duban.deliveries.delivering import deliver
from duban.deliveries.headings import MOST_REMEMBERED, EntryMemory
from duban.deliveries.leasing import lease
from duban.deliveries.settling import put_on_line
from duban.ledger.database import writing
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION
from tests.deliveries.cast import LEADER, OWNER, SANYUAN, channels_of

SECTION = f"{SANYUAN}/综合科"
HOUR = timedelta(hours=1)


@pytest.fixture
def by_one_sender(hook):
    """A channel to the hook that sends one message after the other, in the order they were leased in."""
    return channels_of(Channel("hook", "apprise", hook.json_url, timeout=5, senders=1))


def say_once_more(desk, obligation, now, *, stage, rung, to):
    """Another notice of an obligation, on its way."""
    with writing(desk.ledger) as connection:
        values = {
            "obligation_id": obligation,
            "rung": rung,
            "stage": stage,
            "due_on": now.date(),
            "decided_at": now,
        }
        notice = connection.execute(insert(NOTICE).values(**values)).inserted_primary_key[0]
        for recipient, channel in to:
            connection.execute(
                insert(DELIVERY).values(
                    notice_id=notice,
                    obligation_id=obligation,
                    recipient=recipient,
                    channel=channel,
                    not_before=now,
                    next_attempt_at=now,
                )
            )


def test_who_owes_it_and_who_sees_to_it_each_read_their_own_words(desk, now):
    desk.owe(now, stage="supervise", rung="supervise-1", to=((OWNER, INBOX), (LEADER, INBOX)))
    assert deliver(desk, now).messages == 2
    [owner], [leader] = desk.inbox(OWNER), desk.inbox(LEADER)
    assert "承办：" not in owner.body
    assert "承办：三元区市场监督管理局产品质量科" in leader.body


def test_what_is_altered_between_two_messages_of_one_round_is_told_as_it_is_by_then(
    desk, now, hook, by_one_sender
):
    obligation, _ = desk.owe(
        now, deadline=date(2023, 10, 31), to=((LEADER, "hook"), (OWNER, "hook"), (SECTION, "hook"))
    )

    def another_day():
        if len(hook.got) == 1:
            with writing(desk.ledger) as connection:
                moved = update(OBLIGATION).where(OBLIGATION.c.id == obligation)
                connection.execute(moved.values(target=date(2023, 11, 6), deadline=date(2023, 11, 6)))
        return 200, b"{}"

    hook.answering = another_day
    assert deliver(desk, now, channels=by_one_sender).messages == 3
    told = [posted["message"] for _, posted in hook.got]
    assert ["应办日 2023-10-31" in each for each in told] == [True, False, False]
    assert ["应办日 2023-11-06" in each for each in told] == [False, True, True]


def test_what_was_decided_first_goes_out_first(desk, now, hook, by_one_sender):
    for name in ("丙", "甲", "丁", "乙"):
        desk.add_post(f"{SANYUAN}/{name}")
        desk.owe(now, subject=f"{name}公司", to=((f"{SANYUAN}/{name}", "hook"),))
    assert deliver(desk, now, channels=by_one_sender).messages == 4
    assert [posted["message"].split("：")[0][-1] for _, posted in hook.got] == ["丙", "甲", "丁", "乙"]


def test_two_who_are_told_the_same_one_after_the_other_have_one_entry(desk, now, by_one_sender, monkeypatch):
    made = []
    usual = composing._entry
    monkeypatch.setattr(composing, "_entry", lambda row, *more: made.append(row.id) or usual(row, *more))
    desk.owe(now, to=((OWNER, "hook"), (LEADER, "hook"), (SECTION, "hook")))
    assert deliver(desk, now, channels=by_one_sender).messages == 3
    assert len(made) == 2


class TestHowOftenItWasSaid:
    def test_the_first_time_nothing_is_counted(self, desk, now):
        desk.owe(now, to=((OWNER, INBOX),))
        deliver(desk, now)
        [message] = desk.inbox(OWNER)
        assert "〔催办〕" in message.body
        assert "此前" not in message.body

    def test_the_second_time_it_says_so(self, desk, now):
        obligation, _ = desk.owe(now, to=((OWNER, INBOX),))
        deliver(desk, now)
        say_once_more(desk, obligation, now + HOUR, stage="urge", rung="urge-2", to=((OWNER, INBOX),))
        deliver(desk, now + HOUR)
        assert "〔第 2 次催办〕" in desk.inbox(OWNER)[-1].body

    def test_who_is_told_for_the_first_time_reads_what_others_were_told(self, desk, now):
        obligation, _ = desk.owe(now, to=((OWNER, INBOX),))
        deliver(desk, now)
        say_once_more(
            desk, obligation, now + HOUR, stage="supervise", rung="supervise-1", to=((LEADER, INBOX),)
        )
        deliver(desk, now + HOUR)
        [message] = desk.inbox(LEADER)
        assert "〔督办〕" in message.body
        assert "此前：催办 1 次" in message.body

    def test_by_two_channels_is_once(self, desk, now, by_one_sender):
        desk.owe(now, to=((OWNER, INBOX), (OWNER, "hook")))
        deliver(desk, now, channels=by_one_sender)
        assert "〔催办〕" in desk.inbox(OWNER)[0].body


class TestAMessageOfSeveral:
    """It is marked as on the line whole, or not at all."""

    @pytest.fixture
    def parcel(self, desk, now):
        for name in ("甲公司", "乙公司"):
            desk.owe(now, subject=name, to=((OWNER, INBOX),))
        with writing(desk.ledger) as connection:
            [parcel] = lease(connection, now, holder="us", seconds=60, limit=10, most=10, tear=True)
        return parcel

    @pytest.mark.parametrize(
        "altered", [{"lease_holder": "another"}, {"recipient": LEADER}, {"state": "sending"}], ids=str
    )
    def test_of_which_one_is_no_longer_ours_stays_as_it_was(self, desk, parcel, altered):
        taken = update(DELIVERY).where(DELIVERY.c.id == parcel.deliveries[1]).values(**altered)
        with writing(desk.ledger) as connection:
            connection.execute(taken)
        before = desk.deliveries()
        with writing(desk.ledger) as connection:
            assert not put_on_line(connection, "us", parcel, parcel.deliveries)
        assert desk.deliveries() == before

    def test_that_is_still_ours_is_on_the_line(self, desk, parcel):
        with writing(desk.ledger) as connection:
            assert put_on_line(connection, "us", parcel, parcel.deliveries)
        assert [(row.state, row.attempts, row.message_id) for row in desk.deliveries()] == [
            ("sending", 1, parcel.message_id)
        ] * 2


class TestEntryMemory:
    def test_what_was_made_of_the_same_is_given_again_and_of_anything_else_is_not(self):
        remembered = EntryMemory()
        assert remembered.get(1, ("a",)) is None
        remembered.keep(1, ("a",), "made of a")
        assert remembered.get(1, ("a",)) == "made of a"
        assert remembered.get(1, ("b",)) is remembered.get(2, ("a",)) is None
        remembered.keep(1, ("b",), "made of b")
        assert remembered.get(1, ("a",)) is None
        assert remembered.get(1, ("b",)) == "made of b"

    def test_it_does_not_grow_without_end(self):
        remembered = EntryMemory()
        for number in range(MOST_REMEMBERED + 1):
            remembered.keep(number, None, number)
        assert [remembered.get(number, None) for number in (0, MOST_REMEMBERED)] == [None, MOST_REMEMBERED]
