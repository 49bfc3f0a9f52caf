"""How mail is handed in: each address on its own, over one connection, with the server's own words when it says no."""

import base64
import socket
from datetime import UTC
from email import message_from_bytes, message_from_string, policy
from email.header import decode_header, make_header

import pytest

from duban.channels.carriers.mail.written import EnclosedFile, written
from duban.channels.channel import Channel
from duban.deliveries.apprise_adapter import Sender
from tests.channels.mail_server import MailServer


@pytest.fixture
def server():
    server = MailServer()
    yield server
    server.close()


@pytest.fixture
def sender():
    with Sender() as sender:
        yield sender


def send(sender, url, *, timeout=5, only=""):
    channel = Channel("mail", "apprise", url, timeout=timeout)
    [place] = channel.destinations({})
    return sender.send(channel, place, "标题", "正文：<b>甲</b>\n.点开头的一行\n", only=only)


def test_the_mail_is_plain_text_and_says_what_it_was_given(server, sender):
    [answer] = send(sender, server.url())

    assert answer.accepted
    [(to, content)] = server.mails
    mail = message_from_string(content.replace("\r\n..", "\r\n."), policy=policy.default)
    assert to == ["a@example.cn"]
    assert (mail["Subject"], mail.get_content_type()) == ("标题", "text/plain")
    assert "<b>甲</b>" in mail.get_content()


def test_a_machine_with_a_chinese_name_sends_mail_too(server, sender, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "办公机.三明")
    monkeypatch.setattr(socket, "getfqdn", lambda *_: "办公机.三明")
    [answer] = send(sender, server.url())
    assert answer.accepted


@pytest.mark.parametrize(
    "said, words",
    [
        ("550 no such user", "SMTP 550 no such user"),
        ("450 mailbox busy", "SMTP 450 mailbox busy"),
    ],
)
def test_what_the_server_says_against_an_address_is_the_reason(server, sender, said, words):
    server.refused["a@example.cn"] = said

    [answer] = send(sender, server.url())

    assert (answer.accepted, answer.unsure, answer.said) == (False, False, words)
    assert server.mails == []


def test_a_mail_refused_after_its_content_is_refused(server, sender):
    server.after_data = "552 too large"

    [answer] = send(sender, server.url())

    assert (answer.accepted, answer.unsure, answer.said) == (False, False, "SMTP 552 too large")


def test_a_server_that_asks_to_go_slower_has_nothing_against_the_mail(server, sender):
    server.refused["a@example.cn"] = "451 too many messages, slow down"

    [answer] = send(sender, server.url())

    assert answer.too_fast


def test_a_refused_port_is_said(sender):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

    [answer] = send(sender, f"mailto://127.0.0.1:{port}/?from=a@example.cn&to=b@example.cn")

    assert (answer.accepted, answer.unsure) == (False, False)
    assert "refused" in answer.said


@pytest.mark.parametrize("after_data", [None, ""])
def test_a_server_that_takes_a_mail_and_goes_silent_leaves_it_unsure(server, sender, after_data):
    server.after_data = after_data

    [answer] = send(sender, server.url(), timeout=0.2)

    assert (answer.accepted, answer.unsure) == (False, True)
    assert len(server.mails) == 1


def test_a_server_that_does_not_even_greet_was_never_given_the_mail(silent_server, sender):
    [answer] = send(sender, f"mailto://127.0.0.1:{silent_server}/?from=a@b.cn&to=c@d.cn", timeout=0.1)

    assert (answer.accepted, answer.unsure) == (False, False)


class TestTheConnection:
    def test_is_kept_from_mail_to_mail(self, server, sender):
        for _ in range(3):
            [answer] = send(sender, server.url())
            assert answer.accepted

        assert (server.connections, len(server.mails)) == (1, 3)

    def test_is_opened_anew_once_when_it_has_gone(self, server, sender):
        send(sender, server.url())
        server.cut_before_data = 1

        [answer] = send(sender, server.url())

        assert answer.accepted
        assert (server.connections, len(server.mails)) == (2, 2)

    def test_goes_on_after_a_refusal(self, server, sender):
        server.refused["b@example.cn"] = "550 no such user"

        assert [each.accepted for each in send(sender, server.url("b@example.cn"))] == [False]
        assert [each.accepted for each in send(sender, server.url("a@example.cn"))] == [True]
        assert server.connections == 1

    def test_a_mail_that_may_have_arrived_is_not_sent_again_by_itself(self, server, sender):
        send(sender, server.url())
        server.after_data = None

        [answer] = send(sender, server.url())

        assert answer.unsure
        assert len(server.mails) == 2


class TestSeveralAddresses:
    @pytest.mark.parametrize("between", [",", "%2C", "，", "；", "、"])
    def test_each_gets_its_own_mail_and_is_answered_for(self, server, sender, between, tmp_path):
        from duban.channels.loading import load_channels

        (tmp_path / "notifications").mkdir()
        (tmp_path / "notifications" / "channels.yaml").write_text(
            "channels: {mail: {kind: apprise, url: 'env:MAIL'}}", "utf-8"
        )
        url = server.url(between.join(["a@example.cn", "b@example.cn", "c@example.cn"]))
        channel = load_channels(tmp_path, {"MAIL": url}).by_name["mail"]
        server.refused["c@example.cn"] = "550 no such user"

        [place] = channel.destinations({})
        answers = sender.send(channel, place, "标题", "正文")

        assert [(each.address, each.accepted) for each in answers] == [
            ("a@example.cn", True),
            ("b@example.cn", True),
            ("c@example.cn", False),
        ]
        assert [to for to, _ in server.mails] == [["a@example.cn"], ["b@example.cn"]]

    def test_one_of_them_can_be_named(self, server, sender):
        answers = send(sender, server.url("a@example.cn,b@example.cn"), only="b@example.cn")

        assert [(each.address, each.accepted) for each in answers] == [("b@example.cn", True)]
        assert [to for to, _ in server.mails] == [["b@example.cn"]]


def test_braces_in_a_password_belong_to_the_password(server):
    url = f"mailto://duban:Duban{{2023}}@127.0.0.1:{server.port}/?from=duban@example.cn&to={{mail}}"
    channel = Channel("mail", "apprise", url)

    [place] = channel.destinations({"mail": "a@example.cn"})

    assert place.url == url.replace("{mail}", "a%40example.cn")
    assert channel.reaches({"mail": "a@example.cn"})
    assert not channel.reaches({})


def test_a_login_with_braces_reaches_the_server(sender):
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult

    seen = []

    class Handler:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802
            seen.append(envelope.rcpt_tos)
            return "250 kept"

    def check(server, session, envelope, mechanism, login):
        seen.append((login.login, login.password))
        return AuthResult(success=True)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(
        Handler(), hostname="127.0.0.1", port=port, authenticator=check, auth_require_tls=False
    )
    controller.start()
    try:
        url = f"mailto://duban:Duban{{2023}}@127.0.0.1:{port}/?from=duban@example.cn&to=a@example.cn"
        [answer] = send(sender, url)
    finally:
        controller.stop()

    assert answer.accepted, answer
    assert seen == [(b"duban", b"Duban{2023}"), ["a@example.cn"]]
    assert base64.b64encode(b"Duban{2023}").decode() not in answer.said


LONG = "【催办】尤溪县市场监管局餐饮科：6 项应办，6 项逾期，这是一个写得很长、要折成几行的标题"


@pytest.mark.parametrize(
    "title", [LONG, "催办", "𠮷" * 30, "Overdue since Monday: " * 8 + "三元", "1 overdue " * 12 + "all"]
)
def test_a_title_of_any_length_is_folded_into_words_that_every_server_takes(server, sender, title):
    channel = Channel("mail", "apprise", server.url(), timeout=5)
    [place] = channel.destinations({})
    [answer] = sender.send(channel, place, title, "正文")

    assert answer.accepted
    [(_, content)] = server.mails
    head = content.partition("\r\n\r\n")[0]
    assert max(map(len, head.split("\r\n"))) <= 76  # RFC 2047, section 2
    mail = message_from_string(content, policy=policy.default)
    assert (mail["Subject"], mail.get_content_charset(), mail.defects) == (title, "utf-8", [])


def test_copies_and_files_of_a_mail_keep_their_names():
    """The name of a file in RFC 2231's form for today's programs, and in encoded words, beside its kind, for old ones."""
    mail = written(
        "催办",
        "正文",
        ("督办平台", "duban@example.cn"),
        ("", "a@example.cn"),
        server="example.cn",
        zone=UTC,
        places={"Cc": [(f"餐饮服务监管科{number}", f"c{number}@example.cn") for number in range(9)]},
        more={"X-Note": "一\n二"},
        files=[EnclosedFile("督办清单 7-2023.xlsx", "application/pdf", b"\x00PK" * 99)],
    )
    read = message_from_bytes(mail, policy=policy.default)

    assert max(map(len, mail.split(b"\n"))) <= 78
    assert read["From"].addresses[0].display_name == "督办平台"
    assert [each.display_name for each in read["Cc"].addresses][8] == "餐饮服务监管科8"
    assert read["X-Note"] == "一 二"
    [file] = read.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("督办清单 7-2023.xlsx", "application/pdf")
    assert str(make_header(decode_header(file.get_param("name")))) == "督办清单 7-2023.xlsx"
    assert file.get_content() == b"\x00PK" * 99
    assert read.get_body().get_content() == "正文"
    assert [part.defects for part in read.walk()] == [[], [], []]
