"""A channel is tried out with a real message, and its last success is known."""

from datetime import timedelta

import pytest

from duban.bureau.unit_posts import UnitPost
from duban.channels.channel import Channel
from duban.channels.current import current_channels
from duban.deliveries.delivering import deliver
from duban.deliveries.trial import ChannelRefused, channel_records, record_line, try_channel
from duban.ledger.database import reading
from tests.deliveries.cast import OWNER, channels_of

POST = UnitPost.parse(OWNER)


@pytest.fixture
def channels_file(sqlite_desk):
    def write(text):
        (sqlite_desk.root / "notifications").mkdir(exist_ok=True)
        (sqlite_desk.root / "notifications" / "channels.yaml").write_text(text, "utf-8")

    return write


def lines(desk, channels):
    with reading(desk.ledger) as connection:
        return [
            record_line(each, desk.definitions.project.zone) for each in channel_records(connection, channels)
        ]


def test_it_arrives_and_what_came_back_is_said(sqlite_desk, now, hook, channels_file):
    channels_file(f"channels: {{hook: {{kind: apprise, url: '{hook.json_url}/{{mail}}'}}}}")
    sqlite_desk.change_post(OWNER, addresses={"mail": "a@example.cn、b@example.cn"})

    answers = try_channel(sqlite_desk, "hook", POST, now)

    assert [(each.address, each.accepted) for each in answers] == [
        ("a@example.cn", True),
        ("b@example.cn", True),
    ]
    assert [posted["title"] for _, posted in hook.got] == ["【试发】三明市市场监督管理局"] * 2
    assert "从渠道“hook”试发给 产品质量科" in hook.got[0][1]["message"]

    hook.answer = '{"code": 1008, "msg": "余额不足"}'.encode()
    refused = try_channel(sqlite_desk, "hook", POST, now + timedelta(minutes=1))
    assert "余额不足" in refused[0].said
    channels = current_channels(sqlite_desk).channels
    [line] = lines(sqlite_desk, channels)
    assert line.startswith("hook：最近一次发成 2023-10-09 09:00；最后一次 2023-10-09 09:01 没有收下：")
    assert "余额不足" in line


def test_the_inbox_too(sqlite_desk, now):
    [answer] = try_channel(sqlite_desk, "站内信", POST, now)

    assert answer.accepted
    assert sqlite_desk.inbox(OWNER)[0].title == "【试发】三明市市场监督管理局"


@pytest.mark.parametrize(
    "name, post, why",
    [
        ("hok", POST, "没有渠道“hok”，是不是“hook”？"),
        ("off", POST, "渠道“off”没有配置：环境变量 X 没有设置"),
        ("hook", UnitPost("350403", "没有的科"), "没有岗位“没有的科”"),
        ("hook", UnitPost(POST.unit, f"{POST.post}长"), f"没有岗位“{POST.post}长”，是不是“{POST.post}”？"),
        ("room", POST, "没有登记“room”地址"),
    ],
)
def test_what_cannot_be_tried_is_said(sqlite_desk, now, channels_file, monkeypatch, name, post, why):
    monkeypatch.delenv("X", raising=False)
    channels_file(
        "channels:\n"
        "  hook: {kind: apprise, url: 'json://127.0.0.1:9/'}\n"
        "  room: {kind: apprise, url: 'json://127.0.0.1:9/{room}'}\n"
        "  off: {kind: apprise, url: 'env:X'}\n"
    )

    with pytest.raises(ChannelRefused, match=why):
        try_channel(sqlite_desk, name, post, now)


def test_what_is_delivered_counts_as_well(sqlite_desk, now, hook):
    channels = channels_of(
        Channel("hook", "apprise", hook.json_url, timeout=5), Channel("off", "apprise", absent="X")
    )
    assert lines(sqlite_desk, channels) == ["hook：还没有发过消息", "off：没有配置（X），它的消息只进站内信"]
    sqlite_desk.owe(now, to=((OWNER, "hook"),))

    deliver(sqlite_desk, now, channels=channels)

    assert lines(sqlite_desk, channels)[0] == "hook：最近一次发成 2023-10-09 09:00"


def test_an_address_that_can_never_work_is_said_without_its_secret(sqlite_desk, now):
    [line] = lines(sqlite_desk, channels_of(Channel("robot", "apprise", "wecombot://geheim$$$token")))

    assert line.startswith("robot：地址用不了（")
    assert "geheim" not in line
