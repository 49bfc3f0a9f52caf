"""A mail server whose replies end, however slowly and however much it says."""

import smtplib
from io import BufferedReader
from typing import Final

from duban.channels.timed_answers import TimedReader

_LARGEST: Final = 64 * 1024
"""Bytes of one reply; the longest that is of use takes some lines."""


class TimedServer(smtplib.SMTP):
    """A connection to a mail server; each reply has the connection's time-out from its first byte to its last."""

    _reader: TimedReader | None = None

    def getreply(self) -> tuple[int, bytes]:
        """The server's next reply. Raises SMTPServerDisconnected where it does not end."""
        if self.sock is None:
            return super().getreply()
        self.sock.settimeout(self.timeout)
        if self.file is None:
            self._reader = TimedReader(self.sock, _LARGEST)
            self.file = BufferedReader(self._reader)
        elif self._reader is not None:
            self._reader.begin()
        try:
            return super().getreply()
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.timeout)


class TimedSafeServer(TimedServer, smtplib.SMTP_SSL):
    """The same over TLS from the beginning."""
