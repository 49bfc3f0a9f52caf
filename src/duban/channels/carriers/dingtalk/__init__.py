"""钉钉群机器人: a robot in a DingTalk group, by its token and the secret it signs with."""

from duban.channels.carriers.carrier import MOBILE, Carrier, CarrierLimits, no_tags

CARRIER = Carrier(
    "dingtalk",
    {"dingtalk": "duban.channels.carriers.dingtalk.plugin:DingTalkRobot"},
    # 20,000 bytes with everything around the text; above 20 messages a minute it is silent for ten.
    CarrierLimits(max_length=18_000, per_minute=20),
    neutral=no_tags,
    secrets=((r"(?i)(?P<head>\bdingtalk://)[^\s'\"]+", r"\g<head>***"),),
    address_forms={"mobile": MOBILE},
)
