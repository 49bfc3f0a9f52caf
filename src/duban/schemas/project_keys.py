"""What each key of `duban.yaml` and of the files in `notifications/` means."""

from duban.bureau import project
from duban.channels import grammar as channels
from duban.ladders import ladder as ladders
from duban.schemas.key import Key, Keys

PROJECT_KEYS: Keys = {
    project._ProjectFile: {  # noqa: SLF001
        "bureau": Key("本局名称", "the bureau's name"),
        "time_zone": Key("时区", "the time zone", ("Asia/Shanghai",)),
        "language": Key("语言", "the language"),
        "office_hours": Key("什么时候可以发消息", "when messages may go out"),
        "approval": Key(
            "修改要几个人才能生效：一人，或两人（一人提出，另一人批准）",
            "how many persons an edit needs: one, or two (one proposes, another approves)",
            ("两人",),
        ),
        "posts_at": Key("每一级单位都有的岗位", "posts that every unit of a level has"),
        "city": Key("市局和下级单位", "the city bureau with the units below it"),
    },
    project._OfficeHours: {  # noqa: SLF001
        "start": Key("几点开始", "from", ("08:30",)),
        "end": Key("几点结束", "until", ("17:30",)),
        "rest_days": Key("休息日也发", "also on rest days"),
    },
    project._PostsAt: {  # noqa: SLF001
        "city": Key("市局的岗位", "posts of the city bureau"),
        "county": Key("县局的岗位", "posts of each county bureau"),
        "station": Key("监管所的岗位", "posts of each station"),
    },
    project._City: {  # noqa: SLF001
        "code": Key("编号，加引号", "the code, in quotation marks"),
        "name": Key("名称", "the name"),
        "posts": Key("这个单位的岗位、人和地址", "posts of this unit with their holders"),
        "counties": Key("县（市、区）局", "the county bureaus"),
    },
    project._County: {  # noqa: SLF001
        "code": Key("编号，加引号", "the code, in quotation marks"),
        "name": Key("名称", "the name"),
        "posts": Key("这个单位的岗位、人和地址", "posts of this unit with their holders"),
        "stations": Key("市场监督管理所", "the stations"),
    },
    project._WrittenUnit: {  # noqa: SLF001
        "code": Key("编号，加引号", "the code, in quotation marks"),
        "name": Key("名称", "the name"),
        "posts": Key("这个单位的岗位、人和地址", "posts of this unit with their holders"),
    },
    project._WrittenPost: {  # noqa: SLF001
        "holder": Key("由谁担任", "who holds it"),
        "vacant": Key("是：岗位空缺，直接告诉下一级的人", "true: vacant, passed on at once"),
        "addresses": Key("各渠道的地址", "addresses by channel", ()),
        "deputy": Key("不在时由哪个岗位代行", "the post that deputises"),
        "away": Key("哪几天不在", "the days of absence"),
    },
    project._Absence: {  # noqa: SLF001
        "from": Key("第一天", "the first day"),
        "until": Key("最后一天", "the last day"),
    },
}  # fmt: skip

LADDER_KEYS: Keys = {
    ladders._LaddersFile: {"ladders": Key("催办阶梯，按名称", "the ladders, by name")},  # noqa: SLF001
    ladders._WrittenRung: {  # noqa: SLF001
        "stage": Key("哪一级", "the stage", words=("提醒", "催办", "督办", "通报", "约谈", "remind", "urge", "supervise", "circulate", "summon")),
        "when": Key(
            "哪一天，按工作日数",
            "which day, in working days",
            ("应办日前5个工作日", "应办日", "逾期后3个工作日", "开办当日"),
            phrase=True,
        ),
        "to": Key("告诉谁", "whom it tells", ("承办岗位", "科室负责人", "上级/分管领导", "市局/主要领导"), phrase=True),
        "urgent": Key("是：不等上班时间，立即发送", "true: sent at once, office hours or not"),
        "key": Key("这一级的编号，一般不写", "its key, seldom written"),
    },
    ladders._When: {  # noqa: SLF001
        "anchor": Key("从哪天数", "the day it counts from"),
        "offset": Key("几个工作日", "working days"),
    },
    ladders._Addressee: {  # noqa: SLF001
        "post": Key("岗位", "the post"),
        "unit": Key("哪一级单位的", "at which unit"),
    },
}  # fmt: skip

CHANNEL_KEYS: Keys = {
    channels.ChannelsFile: {
        "schemes": Key("另外允许的地址类型", "further kinds of addresses that are allowed"),
        "channels": Key("渠道，按名称", "the channels, by name"),
        "routes": Key("谁在哪一级从哪儿收到消息，第一条对得上的说了算", "who is told over which channels; the first match decides"),
        "default": Key("都对不上时", "where no route matches", alone_too=True),
    },
    channels.ChannelEntry: {
        "kind": Key("inbox 站内信，apprise 其他渠道", "inbox, or apprise for anything else"),
        "url": Key("地址放在哪儿，不写明文", "where the address is kept; never in clear", ("env:DUBAN_CHANNEL_MAIL",)),
        "group": Key("是群：保密事项不发", "a group: nothing confidential goes there"),
        "max_length": Key("一条消息最多多少字节", "the most bytes a message may have"),
        "rate": Key("一分钟最多几条", "the most messages a minute"),
        "per_second": Key("一秒钟最多几条", "the most messages a second"),
        "per_member": Key("一分钟最多给同一个收件人几条", "the most messages a minute to one recipient"),
        "accepted": Key("网址渠道：回答里写了什么才算收下", "web addresses: what the answer holds when the message was taken", ("提交成功",), text_too=True),
        "timeout": Key("等多少秒算失败", "seconds until it counts as failed"),
    },
    channels.RouteEntry: {
        "stage": Key("哪几级", "at which stages", alone_too=True),
        "post": Key("哪些岗位", "which posts", alone_too=True),
        "unit": Key("哪一级单位", "which unit levels", alone_too=True),
        "channels": Key("走哪些渠道", "over which channels", alone_too=True),
    },
}  # fmt: skip
