"""What an unquoted word of YAML means: the core schema of YAML 1.2, and nothing else.

`yes`, `no` and `on` are words, `08:30` and `2026-01-31` are words (the model that wants a time or a date reads them),
and `0350` is a number: a code that must keep its zeros is quoted.
"""

import re

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,30}|0o[0-7]{1,30}|0x[0-9a-fA-F]{1,30}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_FIRST_OF_NUMBER = frozenset("0123456789+-.")

Scalar = str | int | float | bool | None


def resolve(text: str) -> Scalar:
    """The value of an unquoted scalar. Infinities and NaN stay words: no file here has a use for them."""
    if text in _NULL:
        return None
    if text[0] not in _FIRST_OF_NUMBER:
        return _BOOL.get(text, text)
    if _INT.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
