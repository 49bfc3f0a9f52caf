"""The servers messages may go to, held where this process looks up and connects: it cannot be talked round."""

import socket
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from duban.channels import allowed_hosts
from duban.channels.allowed_hosts import AllowedHosts, HostRefused, only_to
from duban.channels.answers import ACCEPTED
from duban.channels.channel import Channel, Destination
from duban.deliveries.apprise_adapter import Sender
from tests.channels.mail_server import MailServer

PUBLIC = "93.184.215.14"


class Server(ThreadingHTTPServer):
    def __init__(self, redirect=""):
        self.got = []
        self.redirect = redirect
        super().__init__(("127.0.0.1", 0), Handler)
        Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.got.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(302 if self.server.redirect else 200)
        if self.server.redirect:
            self.send_header("location", self.server.redirect)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with Server() as running:
        yield running
        running.shutdown()


@pytest.fixture
def resolving(monkeypatch):
    """A name server of our own: what each name leads to, one answer after the other, with every look-up audited."""
    answers = {}
    real = socket.getaddrinfo

    def look_up(host, port, *more, **options):
        allowed_hosts._look("socket.getaddrinfo", (host, port, 0, 0, 0))
        if host in answers:
            host = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            return [
                (
                    family,
                    socket.SOCK_STREAM,
                    6,
                    "",
                    (host, port) if family == socket.AF_INET else (host, port, 0, 0),
                )
            ]
        return real(host, port, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return answers


def sent(url, *hosts):
    channel = Channel("oa", "apprise", url, timeout=2, hosts=AllowedHosts.of(hosts))
    with Sender() as sender:
        [answer] = sender.send(channel, Destination(url), "题", "文")
    return answer


def test_what_is_listed_is_reached(server):
    assert sent(f"json://127.0.0.1:{server.server_port}/x", "127.0.0.0/8").accepted
    assert sent(f"json://localhost:{server.server_port}/x", "localhost", "127.0.0.1", "::1").accepted
    assert len(server.got) == 2


def test_without_a_list_everything_is(server):
    assert sent(f"json://127.0.0.1:{server.server_port}/x").accepted


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.1",
        "oa.example.cn@127.0.0.1",
        "oa.example.cn:pass@127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "ｌｏｃａｌｈｏｓｔ",
        "oa.example.cn.127.0.0.1.",
    ],
)
def test_no_other_spelling_of_an_address_leads_there(server, host):
    answer = sent(f"json://{host}:{server.server_port}/x", "oa.example.cn", "*.example.cn", "203.0.113.0/24")
    assert not answer.accepted
    assert server.got == []


def test_a_listed_name_that_leads_to_a_private_address_is_refused(server, resolving):
    resolving["oa.example.cn"] = ["127.0.0.1"]
    answer = sent(f"json://oa.example.cn:{server.server_port}/x", "oa.example.cn")
    assert not answer.accepted
    assert "127.0.0.1 不在" in answer.said
    assert sent(f"json://oa.example.cn:{server.server_port}/x", "oa.example.cn", "127.0.0.1").accepted


def test_a_name_that_is_moved_after_it_was_looked_at_is_refused(server, resolving):
    """The check is the connection's: whatever was answered before, what counts is where it goes."""
    resolving["oa.example.cn"] = [PUBLIC, "127.0.0.1"]
    hosts = AllowedHosts.of(["oa.example.cn"])
    with only_to(hosts):
        assert socket.getaddrinfo("oa.example.cn", 80)[0][4][0] == PUBLIC
    assert not sent(f"json://oa.example.cn:{server.server_port}/x", "oa.example.cn").accepted
    assert server.got == []


@pytest.mark.parametrize(
    "inner",
    [
        "::ffff:10.0.0.5",
        "::ffff:0:10.0.0.5",
        "::10.0.0.5",
        "64:ff9b::a00:5",
        "64:ff9b:1::a00:5",
        "2002:a00:5::",
        "fe80::1%1",
        "fec0::1",
        "fd00::1",
        "ff02::1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
    ],
)
def test_a_listed_name_leads_into_no_inner_network(resolving, inner):
    resolving["oa.example.cn"] = [inner]
    assert "不在" in sent("json://oa.example.cn/x", "oa.example.cn").said


def test_a_redirect_is_not_followed_and_would_not_be_let_through(server):
    with Server(redirect=f"http://localhost:{server.server_port}/inner") as outer:
        assert not sent(f"json://127.0.0.1:{outer.server_port}/x", "127.0.0.1").accepted
        outer.shutdown()
    assert server.got == []


def test_a_kind_that_apprise_sends_by_itself_is_held_too(server):
    answer = sent(f"gotify://localhost:{server.server_port}/token", "oa.example.cn")
    assert not answer.accepted
    assert server.got == []


@pytest.mark.parametrize(
    "url", ["ntfy://elsewhere.example/x", "gotify://elsewhere.example/Tokenabcdefghijklmno"]
)
def test_nor_does_a_proxy_on_the_list_carry_it_elsewhere(server, url, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.server_port}")
    refused = sent(url, "127.0.0.1")
    assert (refused.accepted, server.got) == (False, [])
    assert "channels.yaml 的 hosts 里，没有发" in refused.said
    assert sent(url).accepted, "without a list it goes by the proxy"


def test_mail_is_held_too():
    answer = sent("mailto://127.0.0.1:2525/?from=a@example.cn&to=b@example.cn", "smtp.example.cn")
    assert "127.0.0.1 不在" in answer.said


def test_a_mail_arrives_though_its_greeting_asks_for_this_machine_s_own_name(monkeypatch):
    """smtplib looks its own host's name up where that is no whole one; nothing is sent there."""
    monkeypatch.setattr(socket, "gethostname", lambda: "duban-server")
    monkeypatch.setattr(socket, "getfqdn", lambda _="": "duban-server")
    server = MailServer()
    try:
        assert sent(server.url(), "127.0.0.1") == ACCEPTED
    finally:
        server.close()
    assert len(server.mails) == 1


def test_other_threads_and_what_comes_after_are_not_held(server):
    def connect():
        socket.create_connection(("127.0.0.1", server.server_port), 2).close()

    with only_to(AllowedHosts.of(["oa.example.cn"])), ThreadPoolExecutor(1) as threads:
        threads.submit(connect).result()
        with pytest.raises(HostRefused):
            connect()
    connect()


@pytest.mark.parametrize(
    ("written", "host", "may"),
    [
        ("smtp.example.cn", "SMTP.example.cn.", True),
        ("smtp.example.cn", "smtp.example.cn.evil.cn", False),
        ("*.example.cn", "a.b.example.cn", True),
        ("*.example.cn", "example.cn", False),
        ("*.example.cn", "evilexample.cn", False),
        ("例子.cn", "xn--fsqu00a.cn", True),
        ("10.1.0.0/16", "10.1.2.3", True),
        ("10.1.0.0/16", "10.2.2.3", False),
        ("2001:db8::/32", "[2001:db8::7]", True),
    ],
)
def test_what_a_line_of_the_list_means(written, host, may):
    assert AllowedHosts.of([written]).may_look_up(host) is may


@pytest.mark.parametrize(
    "written", ["", "http://oa.example.cn", "oa.example.cn:443", "a..b", "10.0.0.0/99", "*"]
)
def test_what_is_no_host_is_refused(written):
    with pytest.raises(ValueError, match="主机名"):
        AllowedHosts.of([written])
