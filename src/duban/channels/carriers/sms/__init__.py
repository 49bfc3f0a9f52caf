"""短信网关 by SMPP, as operators of mobile networks offer it; one message for each number."""

from duban.channels.carriers.carrier import MOBILE, Carrier, CarrierLimits

_PLUGIN = "apprise.plugins.smpp:NotifySMPP"

CARRIER = Carrier(
    "sms",
    {"smpp": _PLUGIN, "smpps": _PLUGIN},
    CarrierLimits(max_length=450, per_minute=60),
    addresses="targets",
    address_forms={"mobile": MOBILE},
    address_form=MOBILE,
)
