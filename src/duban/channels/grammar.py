"""`notifications/channels.yaml` as it is written: channels, routes, and where no route matches."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.channels.allowed_hosts import AllowedHosts
from duban.channels.channel import INBOX
from duban.duties.owner_entries import LEVELS, LevelEntry
from duban.ladders.stages import STAGES, stage_key, stage_word
from duban.yamlfile.key import Key


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _known_stage(word: str) -> str:
    key = stage_key(word)
    if key is None:
        near = did_you_mean(word, map(stage_word, STAGES))
        raise ValueError(say(zh=f"不认识的阶段“{word}”，{near}", en=f"unknown stage “{word}”, {near}"))
    return key


def _known_scheme(word: str) -> str:
    if not word.isalnum() or not word.isascii():
        raise ValueError(
            say(
                zh=f"“{word}”不是地址类型，只写“://”前的字",
                en=f"“{word}” is no scheme: only what precedes “://”",
            )
        )
    return word.lower()


def _host(written: str) -> str:
    AllowedHosts.of([written])
    return written


Expected = str | bool | int
"""What a field of a gateway's answer holds when the message was taken."""


class ChannelEntry(_Strict):
    """One channel as the file writes it."""

    kind: Annotated[
        Literal["inbox", "apprise"],
        Key("inbox 站内信，apprise 其他渠道", "inbox, or apprise for anything else"),
    ]
    title: Annotated[
        str,
        Key(
            "叫什么：页面上和经过里这样称呼；不写就是渠道名",
            "what people call it; its name unless it says so",
            ("邮件",),
        ),
    ] = ""
    url: Annotated[
        str | None,
        Key(
            "地址放在哪儿，不写明文", "where the address is kept; never in clear", ("env:DUBAN_CHANNEL_MAIL",)
        ),
    ] = None
    group: Annotated[bool, Key("是群：保密事项不发", "a group: nothing confidential goes there")] = False
    unit: Annotated[
        str,
        Key(
            "哪个单位的群（单位代码，加引号）：只听到本单位和下属所的事；不写是市局的群",
            "whose group it is: it hears of that unit and those below it alone; the city bureau's unless it says so",
            ("350404",),
        ),
    ] = ""
    max_length: Annotated[
        Annotated[int, Field(ge=200, le=1_000_000)] | None,
        Key("一条消息最多多少字节", "the most bytes a message may have"),
    ] = None
    rate: Annotated[
        Annotated[int, Field(ge=0, le=10_000)] | None, Key("一分钟最多几条", "the most messages a minute")
    ] = None
    per_second: Annotated[
        Annotated[int, Field(ge=0, le=10_000)] | None, Key("一秒钟最多几条", "the most messages a second")
    ] = None
    per_member: Annotated[
        Annotated[int, Field(ge=0, le=10_000)] | None,
        Key("一分钟最多给同一个收件人几条", "the most messages a minute to one recipient"),
    ] = None
    senders: Annotated[
        Annotated[int, Field(ge=1, le=16)] | None,
        Key("同时发几条：答得慢的网关设大些", "how many go at a time: more for a gateway slow to answer"),
    ] = None
    timeout: Annotated[
        float, Field(gt=0, le=120), Key("等多少秒算失败", "seconds until it counts as failed")
    ] = 10
    accepted: Annotated[
        dict[str, Expected | list[Expected]] | str | None,
        Key(
            "网址渠道：回答里写了什么才算收下",
            "web addresses: what the answer holds when the message was taken",
            ("提交成功",),
            text_too=True,
        ),
    ] = None


class RouteEntry(_Strict):
    """One route as the file writes it: what is left out matches everything."""

    stage: Annotated[
        list[Annotated[str, AfterValidator(_known_stage)]],
        BeforeValidator(_as_list),
        Key("哪几级", "at which stages", alone_too=True),
    ] = []
    post: Annotated[list[str], BeforeValidator(_as_list), Key("哪些岗位", "which posts", alone_too=True)] = []
    unit: Annotated[
        list[LevelEntry],
        BeforeValidator(_as_list),
        Key("哪一级单位", "which unit levels", alone_too=True, words=LEVELS),
    ] = []
    channels: Annotated[
        list[str],
        BeforeValidator(_as_list),
        Field(min_length=1),
        Key("走哪些渠道", "over which channels", alone_too=True),
    ]


def _channel_name(name: str) -> str:
    if not re.fullmatch(r"[\w-]{1,40}", name):
        raise ValueError(
            say(
                zh=f"渠道名“{name[:40]}”的写法不对，请用文字、数字、下划线和连字符，最多 40 个字",
                en=f"“{name[:40]}” is not a channel's name: letters, digits, underscores and hyphens, at most 40",
            )
        )
    return name


_ChannelName = Annotated[str, AfterValidator(_channel_name)]


class ChannelsFile(_Strict):
    """`notifications/channels.yaml` as a whole."""

    hosts: Annotated[
        list[Annotated[str, AfterValidator(_host)]],
        BeforeValidator(_as_list),
        Key(
            "消息只许发到这些服务器：主机名、*.域名、IP 地址或网段；不写就不限",
            "the only servers messages may go to: names, *.domains, addresses, networks; any where it is not written",
            ("smtp.example.cn", "*.weixin.qq.com", "10.1.0.0/16"),
            alone_too=True,
        ),
    ] = []
    schemes: Annotated[
        list[Annotated[str, AfterValidator(_known_scheme)]],
        Key("另外允许的地址类型", "further kinds of addresses that are allowed"),
    ] = []
    channels: Annotated[dict[_ChannelName, ChannelEntry], Key("渠道，按名称", "the channels, by name")] = {}
    routes: Annotated[
        list[RouteEntry],
        Key(
            "谁在哪一级从哪儿收到消息，第一条对得上的说了算",
            "who is told over which channels; the first match decides",
        ),
    ] = []
    default: Annotated[
        list[str], BeforeValidator(_as_list), Key("都对不上时", "where no route matches", alone_too=True)
    ] = [INBOX]
