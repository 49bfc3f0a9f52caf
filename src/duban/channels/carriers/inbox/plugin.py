"""The built-in inbox: an Apprise plugin whose far end is the ledger.

It needs no set-up, so a newcomer sees every message; and it goes the same way as every other channel, so what works
for the inbox works for mail. The same message arrives once, however often it is sent.
"""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from apprise import NotifyType
from apprise.plugins import NotifyBase
from sqlalchemy import Engine

from duban.ledger.database import insert_ignore, writing
from duban.ledger.tables import INBOX_MESSAGE

_Plugin: Any = NotifyBase  # Apprise's own types are partial


class InboxPlugin(_Plugin):  # type: ignore[misc]
    """Writes a message into the inbox of a post. Apprise allows no hyphen in `dubaninbox://UNIT/POST`."""

    service_name = "inbox"
    secure_protocol = "dubaninbox"
    service_url = "https://duban.invalid/"
    setup_url = "https://duban.invalid/"
    templates = ("{schema}://{host}/{target_post}",)
    request_rate_per_sec = 0
    title_maxlen = 1_000
    body_maxlen = 1_000_000

    def __init__(
        self, *, ledger: Engine, recipient: str, message_id: str, received_at: datetime, **more: object
    ) -> None:
        """For one message `message_id` to `recipient` (`unit/post`), received at an aware UTC moment."""
        super().__init__(schema=self.secure_protocol, **more)
        self._ledger = ledger
        self._recipient = recipient
        self._message_id = message_id
        self._received_at = received_at

    def url(self, privacy: bool = False, *_: object, **__: object) -> str:
        """The address, for Apprise's own log."""
        return f"{self.secure_protocol}://{quote(self._recipient)}"

    def send(
        self, body: str, title: str = "", notify_type: NotifyType = NotifyType.INFO, **_: object
    ) -> bool:
        """Keep the message. A message the inbox already holds is not kept a second time."""
        row = {
            "recipient": self._recipient,
            "message_id": self._message_id,
            "title": title,
            "body": body,
            "received_at": self._received_at,
        }
        with writing(self._ledger) as connection:
            insert_ignore(connection, INBOX_MESSAGE, [row])
        return True
