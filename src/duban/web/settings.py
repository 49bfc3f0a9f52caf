"""Where the service listens and how much it takes, from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass

from duban.base.language import say

HOST = "127.0.0.1"
PORT = 4280


class WrongSetting(Exception):
    """A setting cannot be understood; the text names it and says what may be written."""


@dataclass(frozen=True)
class WebSettings:
    """`port` 0 is any free one. `body_mb` bounds the body of a request (MiB), `rate` the requests of one token a minute."""

    host: str = HOST
    port: int = PORT
    body_mb: int = 20
    rate: int = 600

    @property
    def largest_body(self) -> int:
        """The largest body of a request, in bytes."""
        return self.body_mb * 1024 * 1024


def web_settings() -> WebSettings:
    """The settings of this process. Raises WrongSetting."""
    return WebSettings(
        host=os.environ.get("DUBAN_WEB_HOST", "").strip() or HOST,
        port=_number("DUBAN_WEB_PORT", PORT, 0, 65_535),
        body_mb=_number("DUBAN_WEB_BODY_MB", WebSettings.body_mb, 1, 1_000),
        rate=_number("DUBAN_WEB_RATE", WebSettings.rate, 1, 1_000_000),
    )


def _number(name: str, otherwise: int, least: int, most: int) -> int:
    written = os.environ.get(name, "").strip()
    if not written:
        return otherwise
    if not (written.isascii() and written.isdigit() and least <= int(written) <= most):
        raise WrongSetting(
            say(
                zh=f"{name}={written} 看不懂，请写 {least} 到 {most} 的整数",
                en=f"{name}={written} is not understood: write a whole number from {least} to {most}",
            )
        )
    return int(written)
