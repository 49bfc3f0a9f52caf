"""Passwords (口令): what one must be, and how it is kept: as an Argon2id hash (RFC 9106), never itself."""

import threading
import unicodedata
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from duban.base.objections import Objection

SHORTEST: Final = 10
LONGEST: Final = 128
_FEWEST_SIGNS: Final = 5
_AT_ONCE: Final = threading.BoundedSemaphore(2)
"""A hash takes 64 MiB: a crowd at the door must not fill the memory."""


class PasswordRefused(Objection):
    """A password will not do; the text says why."""


def check_password(password: str, *names: str) -> None:
    """Let a new password pass, or raise PasswordRefused; `names` are what it must not be made of.

    Length is what counts (NIST SP 800-63B 3.1.1): no signs are demanded that people then write on a slip of paper.
    """
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise PasswordRefused(
            zh=f"口令至少 {SHORTEST} 位，可以是一句话的拼音",
            en=f"a password has at least {SHORTEST} characters; a sentence will do",
        )
    if len(plain) > LONGEST:
        raise PasswordRefused(zh=f"口令最多 {LONGEST} 位", en=f"a password has at most {LONGEST} characters")
    low = plain.casefold()
    if len(set(low)) < _FEWEST_SIGNS or low in "01234567890123456789" or low in "98765432109876543210":
        raise PasswordRefused(
            zh="口令太好猜：重复或连号", en="too easy to guess: repeated or consecutive signs"
        )
    for name in names:
        if len(name) > 2 and name.casefold() in low and len(low) - len(name) < SHORTEST - 2:
            raise PasswordRefused(
                zh="口令不要用账号名或姓名", en="a password is not made of the account's or person's name"
            )


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _AT_ONCE:
        return _hasher().hash(_plain(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether it is the password of which `kept` was kept. Takes as long where nothing was kept."""
    if len(password) > 4 * LONGEST:
        return False
    try:
        with _AT_ONCE:
            _hasher().verify(kept or _nobodys(), _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(kept)


def _plain(password: str) -> str:
    """A full-width letter of a Chinese keyboard is the letter."""
    return unicodedata.normalize("NFKC", password)


@lru_cache(1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(1)
def _nobodys() -> str:
    return _hasher().hash("nobody's password")
