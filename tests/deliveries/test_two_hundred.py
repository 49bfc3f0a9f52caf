"""Two hundred at once: over each carrier's limit a group and a leader still read what, by when, and where to read on."""

import pytest

from duban.channels.carriers import BY_NAME
from duban.channels.channel import Channel
from duban.deliveries.apprise_adapter import plugin_class
from duban.deliveries.delivering import deliver
from tests.deliveries.cast import LEADER, OWNER, channels_of

ROBOTS = {
    "wecom_robot": ("wecombot://693a91f6-7aaa-4bc4-97a0-0ec2sifa5aaa", "api_url", ("text", "content")),
    "dingtalk": ("dingtalk://abcdef0123456789", "notify_url", ("text", "content")),
    "feishu": ("feishu://abcdef0123456789", "notify_url", ("content", "text")),
}
EVIL = '<b>甲</b> [链接](http://evil) @all <at user_id="all">'
WHAT = "告知承诺获证企业首次例行检查"


@pytest.fixture(params=["wecom_robot", "dingtalk", "feishu", "wecom_app", "sms"])
def carrier(request):
    return BY_NAME[request.param]


@pytest.fixture
def channel(carrier, hook, monkeypatch):
    """The robot itself; of a service that is not reached by the web alone, its limit."""
    hook.answer = b'{"errcode":0,"code":0}'
    if carrier.name not in ROBOTS:
        most = carrier.limits.max_length
        return lambda **more: Channel("c", "apprise", hook.json_url, timeout=5, max_length=most, **more)
    url, attribute, _ = ROBOTS[carrier.name]
    there = property(lambda _: hook.url, lambda *_: None)
    monkeypatch.setattr(plugin_class(url), attribute, there, raising=False)
    return lambda **more: Channel(
        "c", "apprise", url, timeout=5, max_length=carrier.limits.max_length, **more
    )


def read(carrier, posted):
    """The words as the service gets them."""
    if carrier.name not in ROBOTS:
        return f"{posted['title']}\n\n{posted['message']}"
    outer, inner = ROBOTS[carrier.name][2]
    return posted[outer][inner]


@pytest.mark.parametrize("recipient", [OWNER, LEADER])
@pytest.mark.parametrize("group", [True, False], ids=["a group", "a person"])
def test_two_hundred_items_fit_and_say_what_by_when_and_where(
    sqlite_desk, now, hook, carrier, channel, recipient, group
):
    for number in range(200):
        title = WHAT if number % 10 == 0 else f"{WHAT}之{number % 10}"
        stage = "urge" if recipient == OWNER else "supervise"
        sqlite_desk.owe(now, title=title, subject=f"{EVIL}{number}", stage=stage, to=((recipient, "c"),))

    deliver(sqlite_desk, now, channels=channels_of(channel(group=group)))

    text = read(carrier, hook.got[0][1])
    page = 4_096 if group or recipient == LEADER else carrier.limits.max_length
    assert len(text.encode()) <= min(page, carrier.limits.max_length)
    assert "\ufffd" not in text
    assert "200 项" in text
    assert "告知承诺" in text
    assert "2023-09-27" in text
    assert "详见站内信" in text or "全部 200 项登录督办系统看" in text
    assert "XX-" in text
    if carrier.name in ROBOTS:
        assert "<" not in text
        assert "@" not in text


@pytest.mark.parametrize("name", ["dingtalk", "feishu"])
def test_the_longest_message_is_no_larger_on_the_line_than_the_robot_takes(hook, monkeypatch, name):
    from duban.channels.channel import Destination
    from duban.deliveries.apprise_adapter import Sender

    hook.answer = b'{"errcode":0,"code":0}'
    url, attribute, _ = ROBOTS[name]
    monkeypatch.setattr(
        plugin_class(url), attribute, property(lambda _: hook.url, lambda *_: None), raising=False
    )
    line = "应办日 2023-09-27，福建示例食品有限公司\n"
    body = line * ((BY_NAME[name].limits.max_length - 8) // len(line.encode()))

    with Sender() as sender:
        [answer] = sender.send(Channel("c", "apprise", url, timeout=5), Destination(url), "标题", body)

    assert answer.accepted
    assert hook.sizes[0] <= 20_000
    assert line * 300 in read(BY_NAME[name], hook.got[0][1])
