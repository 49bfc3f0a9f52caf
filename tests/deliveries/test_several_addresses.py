"""Each recipient is settled on its own: who has a message is not told again because another has not."""

from datetime import timedelta

import pytest

from duban.channels.channel import INBOX, Channel
from duban.deliveries.delivering import deliver
from tests.channels.mail_server import MailServer
from tests.deliveries.cast import OWNER, channels_of

MINUTE = timedelta(minutes=1)
THREE = "a@example.cn,b@example.cn,c@example.cn"


@pytest.fixture
def server():
    server = MailServer()
    yield server
    server.close()


def over(url):
    return channels_of(Channel("mail", "apprise", url, timeout=5))


def reached(server):
    return sorted(address for to, _ in server.mails for address in to)


class TestOneOfThree:
    @pytest.fixture(params=["in the channel's address", "in the post's address"])
    def channels(self, request, desk, server):
        if request.param == "in the channel's address":
            return over(server.url(THREE))
        desk.change_post(OWNER, addresses={"mail": THREE.replace(",", "，")})
        return over(server.url("{mail}"))

    def test_the_other_two_get_it_once_and_the_third_is_told_apart(self, desk, now, server, channels):
        desk.owe(now, to=((OWNER, "mail"),))
        server.refused["c@example.cn"] = "450 mailbox busy"

        first = deliver(desk, now, channels=channels)

        assert (first.sent, first.messages) == (1, 1)
        whole, third = desk.deliveries()
        assert (whole.state, whole.last_error) == ("sent", "c@example.cn: SMTP 450 mailbox busy")
        assert (third.channel, third.state, third.attempts) == ("mail/c@example.cn", "failed", 1)
        assert third.next_attempt_at == now + MINUTE

        server.refused.clear()
        assert deliver(desk, now + MINUTE, channels=channels).sent == 1
        assert reached(server) == ["a@example.cn", "b@example.cn", "c@example.cn"]

    def test_an_address_that_never_takes_it_is_given_up_alone(self, desk, now, server, channels):
        desk.owe(now, to=((OWNER, "mail"),))
        server.refused["c@example.cn"] = "550 no such user"
        moment = now
        for _ in range(6):
            deliver(desk, moment, channels=channels)
            moment = desk.in_office(moment + timedelta(hours=4))

        assert reached(server) == ["a@example.cn", "b@example.cn"]
        whole, third, inbox = desk.deliveries()
        assert (whole.state, third.state, inbox.channel) == ("sent", "dead", INBOX)
        assert "550 no such user" in desk.inbox(OWNER)[0].body

    def test_one_that_may_have_it_gets_it_again_under_the_same_number(self, desk, now, server, channels):
        desk.owe(now, to=((OWNER, "mail"),))
        server.cut_after = {"c@example.cn"}
        deliver(desk, now, channels=channels)
        _, third = desk.deliveries()
        assert (third.state, third.attempts) == ("unknown", 1)

        server.cut_after = set()
        deliver(desk, now + MINUTE, channels=channels)

        assert reached(server) == ["a@example.cn", "b@example.cn", "c@example.cn", "c@example.cn"]
        whole, third = desk.deliveries()
        assert (third.state, third.message_id) == ("sent", whole.message_id)


def test_an_address_that_is_no_longer_registered_is_told_to_the_inbox(sqlite_desk, now, server):
    sqlite_desk.change_post(OWNER, addresses={"mail": THREE})
    sqlite_desk.owe(now, to=((OWNER, "mail"),))
    server.refused["c@example.cn"] = "450 mailbox busy"
    deliver(sqlite_desk, now, channels=over(server.url("{mail}")))
    sqlite_desk.change_post(OWNER, addresses={"mail": "a@example.cn"})

    done = deliver(sqlite_desk, now + MINUTE, channels=over(server.url("{mail}")))

    assert (done.dead, done.sent) == (1, 1)
    assert "已不再登记地址 c@example.cn" in sqlite_desk.inbox(OWNER)[0].body


class TestAfterAnOutage:
    def test_what_may_have_been_taken_is_never_told_as_lost(self, sqlite_desk, now, server):
        sqlite_desk.owe(now, to=((OWNER, "mail"),))
        server.after_data = None
        channels = over(server.url())
        assert deliver(sqlite_desk, now, channels=channels).unknown == 1
        server.greeting = "421 closed for repair"
        moment = now
        for _ in range(12):
            moment = sqlite_desk.in_office(moment + timedelta(hours=4))
            done = deliver(sqlite_desk, moment, channels=channels)
            assert (done.unknown, done.dead, done.failed) == (1, 0, 0)
        [first] = sqlite_desk.deliveries()
        assert (first.state, sqlite_desk.inbox()) == ("unknown", [])

        server.greeting, server.after_data = "220 here", "250 kept"
        moment = sqlite_desk.in_office(moment + timedelta(hours=4))
        assert deliver(sqlite_desk, moment, channels=channels).sent == 1
        [settled] = sqlite_desk.deliveries()
        assert settled.message_id == first.message_id

    def test_what_was_never_tried_waits_and_is_charged_nothing(self, sqlite_desk, now, server):
        for number in range(9):
            sqlite_desk.add_post(f"350403/岗位{number}")
            sqlite_desk.owe(now, to=((f"350403/岗位{number}", "mail"),))
        server.greeting = "421 closed for repair"
        channels = over(server.url())

        done = deliver(sqlite_desk, now, channels=channels)

        assert (done.failed, done.held) == (3, 6)
        assert sorted(row.attempts for row in sqlite_desk.deliveries()) == [0] * 6 + [1] * 3
        server.greeting = "220 here"
        assert deliver(sqlite_desk, now + MINUTE, channels=channels).sent == 9
