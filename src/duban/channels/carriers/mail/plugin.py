"""The mail plugin: one kept connection, one set of certificates, and a clear word about each mail.

Apprise opens a connection for each mail and reads all certificates for it. And it cannot tell a mail that was never put
on the line from one whose server went silent after taking it: here only the second is unsure.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from typing import Any

from apprise.plugins.email.base import NotifyEmail

from duban.channels.answers import ACCEPTED, Answer, give
from duban.channels.carriers.mail.timed_server import TimedSafeServer, TimedServer
from duban.channels.carriers.mail.written import EnclosedFile, written
from duban.channels.kept import KeptConnections, tls
from duban.channels.posting import says_too_fast
from duban.channels.redaction import redact

_Base: Any = NotifyEmail  # Apprise's own types are partial
_GO_ON = 354
_TOO_FAST = frozenset((421, 450, 451))


class MailPlugin(_Base):  # type: ignore[misc]
    """`mailto://` and `mailtos://`: plain text by SMTP, a mail for each address."""

    kept: KeptConnections | None = None  #: the sender's connections; None: a connection for this mail alone

    def send(
        self, body: str, title: str = "", notify_type: object = None, attach: object = None, **_: object
    ) -> bool:
        """Send the mail to each address, with its attachments; False unless every server took it."""
        kept = self.kept or KeptConnections()
        try:
            taken = [give(self._hand_in(kept, *each)) for each in self._mails(title, body, attach)]
        finally:
            if self.kept is None:
                kept.close()
        return bool(taken) and all(taken)

    def _mails(self, title: str, body: str, attach: Any) -> Iterator[tuple[list[str], bytes]]:
        """For each address whom its mail is for, itself and copies, and the mail."""
        files = [
            EnclosedFile(each.name, each.mimetype, each.open().read())
            for each in (() if attach is None else attach)
        ]
        for name, address in self.targets:
            copies = self.cc - self.bcc - {address}
            answers = self.reply_to - {address}
            yield (
                [address, *copies, *(self.bcc - {address})],
                written(
                    " ".join(title.split()),
                    body,
                    self.from_addr,
                    (name, address),
                    server=self.smtp_host,
                    zone=self.tzinfo,
                    places={
                        header: [(self.names.get(each, ""), each) for each in those]
                        for header, those in (("Cc", copies), ("Reply-To", answers))
                        if those
                    },
                    more={"X-Application": self.app_id, **self.headers},
                    files=files,
                ),
            )

    def _hand_in(self, kept: KeptConnections, to: Sequence[str], mail: bytes) -> Answer:
        """Put one mail on the line. A kept connection that has gone since the last mail is opened anew, once."""
        if self._line in kept.mail:
            try:
                return self._speak(kept, to, mail)
            except OSError:
                self._leave(kept)
        try:
            return self._speak(kept, to, mail)
        except OSError as error:
            self._leave(kept)
            return Answer(accepted=False, said=_words(error))

    def _speak(self, kept: KeptConnections, to: Sequence[str], mail: bytes) -> Answer:
        """Say who writes to whom, then the mail. Raises OSError while nothing of the mail has been sent."""
        server = self._server(kept)
        server.ehlo_or_helo_if_needed()
        refused = _refusal(*server.mail(self.from_addr[1]))
        for place, each in enumerate(to):
            if refused is None:
                answer = _refusal(*server.rcpt(each))
                # The first is the one it is for; a copy that is refused holds up nobody.
                refused = answer if place == 0 else None
        if refused is None:
            code, said = server.docmd("DATA")
            refused = (
                None
                if code == _GO_ON
                else _refusal(code, said) or Answer(accepted=False, said=f"SMTP {code}")
            )
        if refused is not None:
            server.rset()
            return refused
        return self._content(kept, server, mail)

    def _content(self, kept: KeptConnections, server: smtplib.SMTP, mail: bytes) -> Answer:
        """Send the mail itself. From here on no answer means that nobody knows."""
        lines = mail.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        try:
            server.send(
                b"\r\n".join(b"." + each if each.startswith(b".") else each for each in lines) + b"\r\n.\r\n"
            )
            code, said = server.getreply()
        except OSError as error:
            self._leave(kept)
            return Answer(accepted=False, unsure=True, said=_words(error))
        return _refusal(code, said) or ACCEPTED

    @property
    def _line(self) -> tuple[object, ...]:
        return (
            self.smtp_host,
            self.port,
            self.secure_mode,
            self.user,
            self.password,
            self.verify_certificate,
        )

    def _server(self, kept: KeptConnections) -> smtplib.SMTP:
        """The kept connection, or a new one. Raises OSError and SMTPException as smtplib does."""
        server: smtplib.SMTP | None = kept.mail.get(self._line)
        if server is None:
            seconds = float(self.socket_connect_timeout)
            if self.secure_mode == "ssl":
                server = TimedSafeServer(
                    self.smtp_host, self.port, _greeting(), timeout=seconds, context=self._certificates
                )
            else:
                server = TimedServer(self.smtp_host, self.port, _greeting(), timeout=seconds)
            try:
                if self.secure_mode == "starttls":
                    server.starttls(context=self._certificates)
                if self.user and self.password:
                    server.login(self.user, self.password)
            except BaseException:
                server.close()
                raise
            kept.mail[self._line] = server
        return server

    @property
    def _certificates(self) -> ssl.SSLContext:
        """Read where a connection is encrypted: it takes as long as thirty mails."""
        return tls(verify=bool(self.verify_certificate))

    def _leave(self, kept: KeptConnections) -> None:
        server = kept.mail.pop(self._line, None)
        if server is not None:
            server.close()


def _greeting() -> str | None:
    """By what name the mail server is greeted: smtplib's own choice, but a host name in Chinese cannot be sent."""
    return None if socket.gethostname().isascii() else "[127.0.0.1]"


def _refusal(code: int, said: bytes) -> Answer | None:
    """What a reply of the server says against a mail; None when it says yes."""
    if 200 <= code < 300:
        return None
    words = redact(" ".join(said.decode("utf-8", "replace").split()))
    too_fast = code in _TOO_FAST and says_too_fast(words)
    return Answer(accepted=False, too_fast=too_fast, said=f"SMTP {code} {words}")


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return redact(
            f"SMTP {error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
        )
    return redact(f"{type(error).__name__}: {error}")
