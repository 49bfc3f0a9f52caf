"""企业微信应用: an application of the bureau's own that writes to single members."""

from duban.channels.carriers.carrier import ANY, Carrier, CarrierLimits, no_tags

CARRIER = Carrier(
    "wecom_app",
    {"wechat": "apprise.plugins.wechat:NotifyWeChat"},
    # 2,048 bytes, of text as of Markdown, and what is above is cut off; to one member 30 messages a minute, what is above is thrown away in silence.
    CarrierLimits(max_length=2_048, per_member=30),
    neutral=no_tags,
    secrets=((r"(?i)(?P<head>\bwechat://)[^\s'\"]+", r"\g<head>***"),),
    address_forms={"wecom": ANY},
)
