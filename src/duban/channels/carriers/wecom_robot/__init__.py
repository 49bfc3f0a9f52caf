"""企业微信群机器人: a robot in a WeCom group, by the key of its webhook."""

from duban.channels.carriers.carrier import Carrier, CarrierLimits, no_tags

CARRIER = Carrier(
    "wecom_robot",
    {"wecombot": "duban.channels.carriers.wecom_robot.plugin:WeComRobot"},
    # 20 messages a minute, 2,048 bytes of text: the robot's documentation at WeCom. Markdown may have 4,096, but obeys
    # the signs in foreign words, and only text can call nobody.
    CarrierLimits(max_length=2_048, per_minute=20),
    neutral=no_tags,
    secrets=((r"(?i)(?P<head>\bwecombot://)[^\s'\"]+", r"\g<head>***"),),
)
