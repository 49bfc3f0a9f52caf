"""Every carrier is one folder, and does what its `cases.yaml` says, with the real Apprise and a server on this machine."""

import pytest
from ruamel.yaml import YAML

from duban.channels.carriers import BY_SCHEME, CARRIERS, carrier_of, folder
from duban.channels.channel import Channel, Destination
from duban.channels.operator_robot import SETTING, tell_operator
from duban.channels.posting import _asked_rest
from duban.channels.redaction import redact
from duban.deliveries.apprise_adapter import Sender, plugin_class, problem_with
from tests.deliveries.conftest import ROOT

CASES = {carrier: YAML(typ="safe").load(folder(carrier) / "cases.yaml") for carrier in CARRIERS}
PAGE = (ROOT / "docs" / "zh" / "channels.md").read_text("utf-8")


def those(key):
    return [(carrier, case) for carrier, cases in CASES.items() for case in cases.get(key, ())]


def told(case):
    return case[0].name if isinstance(case, tuple) else str(case)[:40]


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda each: each.name)
class TestTheFolder:
    def test_has_the_name_of_the_carrier(self, carrier):
        assert folder(carrier).is_dir()

    def test_its_page_stands_in_the_documentation_word_for_word(self, carrier):
        assert (folder(carrier) / "doc.zh.md").read_text("utf-8") in PAGE

    def test_its_schemes_are_named_there(self, carrier):
        assert all(f"`{scheme}`" in PAGE for scheme in carrier.plugins)

    def test_each_of_its_plugins_takes_its_scheme(self, carrier):
        for scheme in carrier.plugins:
            known = plugin_class(f"{scheme}://x")
            taken = [known.protocol, known.secure_protocol]
            assert scheme in {
                one for each in taken for one in ([each] if isinstance(each, str) else each or ())
            }

    def test_its_example_is_an_address_that_apprise_takes(self, carrier):
        if "address" in CASES[carrier]:
            assert problem_with(CASES[carrier]["address"].replace("{port}", "9")) == ""


def test_no_scheme_belongs_to_two():
    assert len(BY_SCHEME) == sum(len(carrier.plugins) for carrier in CARRIERS)


def test_of_a_service_nobody_described_little_is_taken_for_granted():
    other = carrier_of("gotify")

    assert (other.limits.max_length, other.limits.per_minute) == (2_000, 20)
    assert other.neutral("[看](http://x) *急* @all <b>") == "［看］(http://x) ＊急＊ ＠all ＜b＞"


@pytest.mark.parametrize("carrier, case", those("answers"), ids=told)
def test_what_the_answer_means(carrier, case, hook, monkeypatch):
    for name, attribute in CASES[carrier].get("reaches", {}).items():
        for scheme in carrier.plugins:
            known = plugin_class(f"{scheme}://x")
            if known.__name__ == name:
                there = property(lambda _: hook.url, lambda *_: None)
                monkeypatch.setattr(known, attribute, there, raising=False)
    hook.status, hook.answer = case.get("status", 200), case["body"].encode()
    for written in (CASES[carrier]["address"], *CASES[carrier].get("other_addresses", ())):
        url = written.replace("{port}", hook.url.rpartition(":")[2])
        channel = Channel("c", "apprise", url, timeout=5, accepted=case.get("ask"))

        with Sender() as sender:
            [answer] = sender.send(channel, Destination(url), "标题", "正文")

        assert answer.accepted is case["accepted"], answer
        assert answer.too_fast is case.get("too_fast", False)
        assert answer.unsure is case.get("unsure", False)
        assert case.get("said", "") in answer.said
    assert len(hook.got) == 1 + len(CASES[carrier].get("other_addresses", ()))


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120),
        ("Mon, 09 Oct 2023 01:10:00 GMT", 600),
        ("Mon, 09 Oct 2023 00:10:00 GMT", 0),
        ("Sun, 09 Oct 2033 01:10:00 GMT", 4 * 3600),
        ("soon", 0),
        ("", 0),
    ],
)
def test_how_long_a_server_asks_not_to_be_called(asked, seconds):
    assert _asked_rest({"Retry-After": asked, "Date": "Mon, 09 Oct 2023 01:00:00 GMT"}) == seconds


@pytest.mark.parametrize("carrier, case", those("neutral"), ids=told)
def test_foreign_words_are_harmless_there(carrier, case):
    assert carrier.neutral(case["text"]) == case["into"]
    assert carrier.neutral(case["into"]) == case["into"]


@pytest.mark.parametrize("carrier, case", those("struck"), ids=told)
def test_its_credentials_are_struck_out(carrier, case):
    assert redact(case["text"]) == case["into"]


def test_this_machine_is_never_reached_through_a_proxy(hook, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    channel = Channel("c", "apprise", hook.json_url, timeout=5)

    with Sender() as sender:
        [answer] = sender.send(channel, Destination(hook.json_url), "标题", "正文")

    assert answer.accepted, answer


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        ('{"errcode": 0, "errmsg": "ok"}', True),
        ('{"errcode": 93000, "errmsg": "invalid webhook url"}', False),
    ],
)
def test_the_operator_s_robot_is_believed_by_its_body(hook, tmp_path, monkeypatch, caplog, body, taken):
    monkeypatch.setenv(SETTING, hook.url)
    hook.status, hook.answer = 200, body.encode()
    assert tell_operator(tmp_path, "引擎停了") is taken
    assert ("invalid webhook url" in caplog.text) is not taken
