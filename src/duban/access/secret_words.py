"""Secrets of 256 random bits, for tokens, cookies and links: shown once, and kept as their SHA-256 alone.

For so long a secret that is as good as a slow hash, and costs a request nothing.
"""

import hashlib
import secrets


def new_secret() -> str:
    """A secret nobody can guess, of signs that may stand in a URL."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is kept of a secret, and what it is looked up by."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
