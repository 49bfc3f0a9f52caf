"""The mail plugin: one kept connection, one set of certificates, and a clear word about each mail.

Apprise opens a connection for each mail and reads all certificates for it. And it cannot tell a mail that was never put
on the line from one whose server went silent after taking it: here only the second is unsure.
"""

import re
import smtplib
import socket
from base64 import b64encode
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.policy import compat32
from typing import Any

from apprise.plugins.email.base import NotifyEmail

from duban.channels.answers import ACCEPTED, Answer, give
from duban.channels.kept import KeptConnections, tls
from duban.channels.posting import says_too_fast
from duban.channels.redaction import redact

_Base: Any = NotifyEmail  # Apprise's own types are partial
MOST_ENCODED, MOST_PLAIN = 76, 78
"""The longest line of a header, in signs: with encoded words in it (RFC 2047, section 2), and without (RFC 5322, section 2.1.1)."""
HEADERS = compat32.clone(max_line_length=MOST_ENCODED)
_GO_ON = 354
_TOO_FAST = frozenset((421, 450, 451))
_SUBJECT_TO_COME = "subject-to-come"
_SUBJECT = re.compile(rb"(?m)^Subject: .*" + _SUBJECT_TO_COME.encode() + rb".*$")
_BYTES_IN_A_WORD = 39
"""So long is the word behind `Subject: ` on a line of 76 signs."""


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

    def _mails(self, title: str, body: str, attach: object) -> Iterator[tuple[list[str], bytes]]:
        """For each address whom its mail is for, itself and copies, and the mail."""
        mails: Any = NotifyEmail.prepare_emails(
            subject=_SUBJECT_TO_COME,
            body=body,
            attach=attach,
            notify_format="text",
            from_addr=self.from_addr,
            to=self.targets,
            cc=self.cc,
            bcc=self.bcc,
            reply_to=self.reply_to,
            smtp_host=self.smtp_host,
            headers={"X-Application": self.app_id, **self.headers},
            names=self.names,
            tzinfo=self.tzinfo,
        )
        for each in mails:
            yield each.to_addrs, _well_formed(each.body, " ".join(title.split()))

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
        server = kept.mail.get(self._line)
        if server is None:
            context = tls(verify=bool(self.verify_certificate))
            seconds = float(self.socket_connect_timeout)
            if self.secure_mode == "ssl":
                server = smtplib.SMTP_SSL(
                    self.smtp_host, self.port, _greeting(), timeout=seconds, context=context
                )
            else:
                server = smtplib.SMTP(self.smtp_host, self.port, _greeting(), timeout=seconds)
            try:
                if self.secure_mode == "starttls":
                    server.starttls(context=context)
                if self.user and self.password:
                    server.login(self.user, self.password)
            except BaseException:
                server.close()
                raise
            kept.mail[self._line] = server
        return server

    def _leave(self, kept: KeptConnections) -> None:
        server = kept.mail.pop(self._line, None)
        if server is not None:
            server.close()


def _well_formed(mail: str | bytes, title: str) -> bytes:
    """The mail with its title, and its headers in encoded words of at most 75 signs, folded (RFC 2047, section 2): Apprise writes
    a title of any length as one, which some servers refuse and some readers show as it is, and takes a third of a mail's time for it.
    """
    text = mail.encode() if isinstance(mail, str) else mail
    head, gap, body = text.partition(b"\n\n")
    head = _SUBJECT.sub(lambda _: b"Subject: " + _encoded(title), head)
    if any(len(line) > (MOST_ENCODED if b"=?" in line else MOST_PLAIN) for line in head.split(b"\n")):
        return message_from_bytes(head + gap, policy=HEADERS).as_bytes(policy=HEADERS) + body
    return head + gap + body


def _encoded(title: str) -> bytes:
    """A title as a header holds it: as it is in ASCII, else in encoded words, each on a line of its own and of whole signs."""
    if title.isascii():
        return title.encode()
    words = [b""]
    for sign in title:
        written = sign.encode("utf-8", "replace")
        if len(words[-1]) + len(written) > _BYTES_IN_A_WORD:
            words.append(b"")
        words[-1] += written
    return b"\n ".join(b"=?utf-8?b?" + b64encode(word) + b"?=" for word in words)


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
