"""Notifications: from deliveries in the ledger to people.

Which way a notice goes is written in `notifications/channels.yaml`, what it says in `notifications/templates/`.
`deliver` sends what waits: leased, digested, checked once more, retried, and never silently lost. Only this package
knows Apprise, and it loads it when there is something to send.
"""

from duban.notifications.channels import Channel, Channels, channels_for, inbox_only, load_channels
from duban.notifications.checking import notification_problems
from duban.notifications.current import CurrentChannels, current_channels
from duban.notifications.deliver import Delivered, deliver
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
