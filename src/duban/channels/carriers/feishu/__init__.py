"""飞书群机器人, and Lark's, which is Feishu outside China."""

from duban.channels.carriers.carrier import Carrier, CarrierLimits, no_tags

_PLUGIN = "duban.channels.carriers.feishu.plugin"

CARRIER = Carrier(
    "feishu",
    {"feishu": f"{_PLUGIN}:FeishuRobot", "lark": f"{_PLUGIN}:LarkRobot"},
    # 20 KB a request, five messages a second and a hundred a minute: the robot's documentation at Feishu.
    CarrierLimits(max_length=18_000, per_second=5, per_minute=100),
    # Feishu reads `<at user_id="all">` in plain text, too, and calls everybody.
    neutral=no_tags,
    secrets=(
        (r"(?i)(?P<head>\b(?:feishu|lark)://)[^\s'\"]+", r"\g<head>***"),
        (r"(?i)(?P<head>/bot/v2/hook/)[A-Za-z0-9_-]+", r"\g<head>***"),
    ),
)
