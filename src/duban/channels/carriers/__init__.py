"""The carriers an office uses, each in its folder; more may be allowed by name under `schemes:`.

Apprise knows more than a hundred services, among them some that run programs or pop up windows on the server.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from duban.channels.carriers.carrier import Carrier, CarrierLimits, no_markdown

__all__ = ["BY_NAME", "BY_SCHEME", "CARRIERS", "OTHER", "Carrier", "carrier_of", "folder"]


def _found() -> list[Carrier]:
    folders = sorted(each.name for each in iter_modules([str(Path(__file__).parent)]) if each.ispkg)
    found: list[Carrier] = [import_module(f"{__name__}.{name}").CARRIER for name in folders]
    return found


CARRIERS: Final = tuple(_found())
"""Every carrier, by its folder's name."""

OTHER: Final = Carrier("other", {}, CarrierLimits(max_length=2_000, per_minute=20), neutral=no_markdown)
"""What is taken for granted of a service that nobody has described: little."""

BY_NAME: Final = {carrier.name: carrier for carrier in CARRIERS}
"""The carriers by their folder's name."""

BY_SCHEME: Final = {scheme: carrier for carrier in CARRIERS for scheme in carrier.plugins}
"""The carriers by the word before `://`, in small letters."""


def carrier_of(scheme: str) -> Carrier:
    """The carrier of addresses that begin with `scheme` (`wecom`, `mailtos`), in any case; `OTHER`, with narrow limits, for one nobody described."""
    return BY_SCHEME.get(scheme.lower(), OTHER)


def folder(carrier: Carrier) -> Path:
    """Where a carrier keeps its documentation and its cases."""
    return Path(__file__).parent / carrier.name
