"""Deliveries (发送): from what waits in the ledger to people.

Which way a notice goes is written in `notifications/channels.yaml`, what it says in `notifications/templates/`.
What waits is leased, digested, checked once more, sent, retried, and never silently lost. Only this package knows
Apprise, and it loads it when there is something to send.
"""
