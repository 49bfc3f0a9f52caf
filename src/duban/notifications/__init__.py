"""Notifications: from deliveries in the ledger to people.

Which way a notice goes is written in `notifications/channels.yaml`, what it says in `notifications/templates/`.
`deliver` sends what waits: leased, digested, checked once more, retried, and never silently lost. Only this package
knows Apprise, and it loads it when there is something to send.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duban.notifications.channels import Channel, Channels, channels_for, inbox_only, load_channels
    from duban.notifications.checking import notification_problems
    from duban.notifications.current import CurrentChannels, current_channels
    from duban.notifications.delivering import Delivered, deliver
    from duban.notifications.redaction import RedactingFilter, guard_logs, redact

__all__ = [
    "Channel",
    "Channels",
    "CurrentChannels",
    "Delivered",
    "RedactingFilter",
    "channels_for",
    "current_channels",
    "deliver",
    "guard_logs",
    "inbox_only",
    "load_channels",
    "notification_problems",
    "redact",
]

# Checking the channels file must not pay for the ledger, so each name is loaded when it is first asked for.
_WHERE = {
    "Channel": "channels",
    "Channels": "channels",
    "CurrentChannels": "current",
    "Delivered": "delivering",
    "RedactingFilter": "redaction",
    "channels_for": "channels",
    "current_channels": "current",
    "deliver": "delivering",
    "guard_logs": "redaction",
    "inbox_only": "channels",
    "load_channels": "channels",
    "notification_problems": "checking",
    "redact": "redaction",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    module = _WHERE.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
