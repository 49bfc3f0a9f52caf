"""企业微信群机器人: a robot in a WeCom group, by the key of its webhook."""

from duban.channels.carriers.carrier import Carrier, CarrierLimits, no_tags

CARRIER = Carrier(
    "wecom_robot",
    {"wecombot": "duban.channels.carriers.wecom_robot.plugin:WeComRobot"},
    # 2,048 bytes of text and 20 messages a minute: the robot's documentation at WeCom.
    CarrierLimits(max_length=2_048, per_minute=20),
    neutral=no_tags,
    secrets=((r"(?i)(?P<head>\bwecombot://)[^\s'\"]+", r"\g<head>***"),),
)
