"""ntfy: a push service on a server of one's own; one message for each topic."""

from duban.channels.carriers.carrier import Carrier, CarrierLimits

_PLUGIN = "apprise.plugins.ntfy:NotifyNtfy"

CARRIER = Carrier(
    "ntfy",
    {"ntfy": _PLUGIN, "ntfys": _PLUGIN},
    CarrierLimits(max_length=4_000, per_minute=60),
    host_is_public=True,
    addresses="topics",
)
