"""Channels and routes as an administrator writes them, and every mistake in them at once."""

import pytest

from duban.base.language import use
from duban.base.problems import ProblemsFound
from duban.channels.channel import NoAddress
from duban.channels.loading import load_channels
from duban.channels.routes import channels_for
from duban.deliveries.checking import notification_problems

ADDRESSES = {"mail": "chen@example.cn", "mobile": "13800000000"}


@pytest.fixture
def write(tmp_path):
    def write(text):
        (tmp_path / "notifications").mkdir(exist_ok=True)
        (tmp_path / "notifications" / "channels.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def mistakes(root):
    with pytest.raises(ProblemsFound) as found:
        load_channels(root, {})
    return [str(problem) for problem in found.value.problems]


GOOD = """\
channels:
  mail: {kind: apprise, url: 'env:DUBAN_CHANNEL_MAIL'}
  group: {kind: apprise, url: 'env:DUBAN_CHANNEL_GROUP', group: true, max_length: 1500, rate: 10}
routes:
  - {stage: 督办, unit: county, post: 分管领导, channels: [mail, group]}
  - {stage: [催办, urge], channels: mail}
default: inbox
"""
SET = {
    "DUBAN_CHANNEL_MAIL": "mailto://smtp.example.cn/?from=duban@example.cn&to={mail}",
    "DUBAN_CHANNEL_GROUP": "wecombot://0000-1111-2222",
}


class TestRoutes:
    def told(self, root, **case):
        case = {
            "unit_level": "county",
            "post": "分管领导",
            "stage": "supervise",
            "confidential": False,
            "owing": ("350400",),
            **case,
        }
        return channels_for(load_channels(root, SET), **{"addresses": ADDRESSES, **case})

    def test_the_first_route_that_matches_decides_and_the_inbox_is_always_there(self, write):
        root = write(GOOD)

        assert self.told(root) == ["inbox", "mail", "group"]
        assert self.told(root, unit_level="city") == ["inbox"]
        assert self.told(root, post="经办人") == ["inbox"]
        assert self.told(root, stage="urge", post="经办人") == ["inbox", "mail"]
        assert self.told(root, stage="remind") == ["inbox"]

    def test_a_confidential_duty_never_goes_to_a_group(self, write):
        assert self.told(write(GOOD), confidential=True) == ["inbox", "mail"]

    def test_a_group_hears_of_its_own_county_only(self, write):
        county = "  east: {kind: apprise, url: 'env:DUBAN_CHANNEL_GROUP', group: true, unit: '350404'}\n"
        root = write(
            GOOD.replace("routes:\n", f"{county}routes:\n").replace("[mail, group]", "[group, east]")
        )

        assert self.told(root, owing=("350400",)) == ["inbox", "group"]
        assert self.told(root, owing=("350404", "350400")) == ["inbox", "east"]
        assert self.told(root, owing=("350404-01", "350404", "350400")) == ["inbox", "east"]
        assert self.told(root, owing=("350405", "350400")) == ["inbox"]
        assert self.told(root, owing=("350404", "350400"), confidential=True) == ["inbox"]

    def test_who_has_no_such_address_reads_the_inbox(self, write):
        assert self.told(write(GOOD), addresses={"mobile": "1"}) == ["inbox", "group"]

    def test_without_a_file_there_is_the_inbox(self, tmp_path):
        assert self.told(tmp_path) == ["inbox"]

    def test_limits_come_from_the_file_or_from_the_service(self, write):
        loaded = load_channels(write(GOOD), SET)

        assert (loaded.by_name["group"].max_length, loaded.by_name["group"].rate) == (1500, 10)
        wecom = load_channels(write(GOOD.replace(", max_length: 1500, rate: 10", "")), SET).by_name["group"]
        assert (wecom.max_length, wecom.rate, wecom.senders) == (2048, 20, 0)
        slow = load_channels(write(GOOD.replace("max_length: 1500", "senders: 16")), SET).by_name["group"]
        assert slow.senders == 16


class TestSecrets:
    def test_from_a_file_and_from_the_secrets_file(self, write):
        root = write(
            "channels: {a: {kind: apprise, url: 'file:mail.txt'}, b: {kind: apprise, url: 'secret:HOOK'}}"
        )
        (root / "mail.txt").write_text("mailto://smtp.example.cn/?to={mail}\n", encoding="utf-8")
        (root / ".duban").mkdir()
        (root / ".duban" / "secrets.env").write_text("# 注释\nHOOK='json://host/path'\n", encoding="utf-8")

        loaded = load_channels(root, {})

        assert (
            loaded.by_name["a"]
            .destinations({"mail": "a b@example.cn"})[0]
            .url.endswith("to=a%20b%40example.cn")
        )
        assert loaded.by_name["b"].url == "json://host/path"
        with pytest.raises(NoAddress, match="mail"):
            loaded.by_name["a"].destinations({})

    def test_a_channel_that_is_not_configured_is_a_warning_and_not_used(self, write):
        root = write(GOOD)
        loaded = load_channels(root, {})

        assert [str(warning) for warning in loaded.warnings] == [
            "notifications/channels.yaml:2:30: 渠道“mail”没有配置：环境变量 DUBAN_CHANNEL_MAIL 没有设置，在此之前它的消息只进站内信",
            "notifications/channels.yaml:3:31: 渠道“group”没有配置：环境变量 DUBAN_CHANNEL_GROUP 没有设置，在此之前它的消息只进站内信",
        ]
        case = {"unit_level": "county", "post": "分管领导", "stage": "supervise", "confidential": False}
        assert channels_for(loaded, **case, addresses=ADDRESSES, owing=("350400",)) == ["inbox"]

    @pytest.mark.parametrize("value", ["hello", "windows://localhost", "file:///etc/passwd", "schtasks:run"])
    def test_a_secret_of_a_kind_that_is_not_allowed_is_not_used_and_not_shown(self, write, value):
        [first, *_] = load_channels(write(GOOD), {**SET, "DUBAN_CHANNEL_MAIL": value}).warnings

        assert "不在允许之列" in str(first)
        assert value not in str(first)

    def test_a_channel_does_not_show_its_address(self, write):
        assert "1111" not in repr(load_channels(write(GOOD), SET))


class TestMistakes:
    @pytest.mark.parametrize(
        "url",
        [
            "mailto://user:pass@smtp.example.cn",
            "wecombot://0000-1111",
            "json://host/hook/abcdef0123456789abcd",
            "json://host/?access_token=abc",
            "json://host/?+Authorization=abc",
            "json://user@host/",
            "slack://a/b/c",
        ],
    )
    def test_a_secret_in_clear_is_a_problem_that_does_not_repeat_it(self, write, url):
        [problem] = mistakes(write(f"channels:\n  c: {{kind: apprise, url: '{url}'}}\n"))

        assert problem.startswith("notifications/channels.yaml:2:27: 地址里的密码或令牌不能写在 YAML 里")
        assert url not in problem

    @pytest.mark.parametrize(
        "url", ["mailto://smtp.example.cn/?from=a@b.cn&to={mail}", "json://127.0.0.1:8080/hook"]
    )
    def test_an_address_without_a_secret_may_stand_there(self, write, url):
        loaded = load_channels(write(f"channels: {{c: {{kind: apprise, url: '{url}'}}}}"), {})

        assert loaded.by_name["c"].url == url

    def test_every_mistake_at_once_with_its_place(self, write):
        root = write(
            "channels:\n"
            "  mail: {kind: aprise, url: 'env:X'}\n"
            "  hook: {kind: apprise, uri: 'env:X'}\n"
            "routes:\n"
            "  - {stage: 崔办, channels: [mail]}\n"
        )
        found = mistakes(root)

        assert [problem.split(": ")[0] for problem in found] == [
            "notifications/channels.yaml:2:16",
            "notifications/channels.yaml:3:25",
            "notifications/channels.yaml:5:13",
        ]
        assert "是不是“url”" in found[1]
        assert "崔办" in found[2]

    @pytest.mark.parametrize(
        "text, words",
        [
            ("routes: [{channels: [mial]}]\nchannels: {mail: {kind: apprise, url: 'env:X'}}", "是不是“mail”"),
            ("default: [fax]", "没有名为“fax”的渠道"),
            ("channels: {post: {kind: inbox}}", "站内信只有一个"),
            ("channels: {inbox: {kind: inbox, url: 'env:X'}}", "站内信不需要地址"),
            ("channels: {c: {kind: apprise}}", "缺少 url"),
            ("channels: {c: {kind: apprise, url: nowhere}}", "不是渠道地址"),
            ("channels: {c: {kind: apprise, url: 'json://h/{mail}', group: true}}", "不能因人而异"),
            ("channels: {c: {kind: apprise, url: 'mailto://h/?to={mail}&format=html'}}", "按纯文本发"),
            ("channels: {c: {kind: apprise, url: 'json://h/?Format=Markdown'}}", "请去掉地址里的 format"),
            ("routes: [{channels: []}]", "channels.yaml:1:21"),
            ("schemes: ['a://']", "只写“://”前的字"),
            ("channels: {c: {kind: apprise, url: 'env:X', max_length: 3}}", "channels.yaml:1:57"),
            ("channels: {c: {kind: apprise, url: 'env:X', senders: 17}}", "channels.yaml:1:54"),
        ],
    )
    def test_each_mistake_says_what_is_wrong(self, write, text, words):
        [problem] = mistakes(write(text))

        assert words in problem

    @pytest.mark.parametrize("more, used", [("", True), ("&format=text", True), ("&format=html", False)])
    def test_an_address_that_asks_for_html_is_not_used_and_says_so(self, write, more, used):
        root = write("channels: {c: {kind: apprise, url: 'env:M'}}")
        channel = load_channels(root, {"M": f"mailto://u:format=html@h/?to={{mail}}{more}"}).by_name["c"]
        assert (bool(channel.url), "请去掉地址里的 format" in channel.absent) == (used, not used)

    def test_more_kinds_of_address_can_be_allowed(self, write):
        root = write("schemes: [gotify]\nchannels: {c: {kind: apprise, url: 'env:G'}}")

        assert load_channels(root, {"G": "gotify://host/token"}).by_name["c"].url == "gotify://host/token"

    def test_in_english(self, write):
        with use("en"):
            [problem] = mistakes(write("default: [fax]"))

        assert "there is no channel “fax”" in problem


def test_the_shipped_folder_has_no_mistakes_and_only_waits_for_addresses(monkeypatch):
    from tests.deliveries.conftest import ROOT

    monkeypatch.delenv("DUBAN_CHANNEL_MAIL", raising=False)
    monkeypatch.delenv("DUBAN_CHANNEL_GROUP", raising=False)

    problems, warnings = notification_problems(ROOT)

    assert problems == []
    assert len(warnings) == 2
