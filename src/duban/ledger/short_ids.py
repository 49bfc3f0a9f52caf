"""The short number people quote for an obligation: `DB-00042K`, with a last letter that gives a typo away.

31 digits and letters, without I, L, O, U and Z, so that it can be read aloud and written by hand. The last character
checks the others: 31 being prime, any one wrong character and any two neighbours swapped are noticed.
"""

from functools import lru_cache

from duban.base.objections import WrongValue

PREFIX = "DB-"
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXY"

_SHORTEST = 5
_LOOKS_LIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "Z": "2"})


@lru_cache(10_000)  # a list asks again and again for the same few
def short_id(number: int) -> str:
    """The short number of obligation `number`, for ever the same. Raises ValueError for a negative number."""
    if number < 0:
        raise ValueError(number)
    digits = ""
    rest = number
    while rest:
        rest, digit = divmod(rest, len(SYMBOLS))
        digits = SYMBOLS[digit] + digits
    body = digits.rjust(_SHORTEST, "0")
    return f"{PREFIX}{body}{_check(body)}"


def parse_short_id(text: str) -> int:
    """The obligation's number. Lower case, a missing prefix, and I, L, O, Z for 1, 1, 0, 2 are understood.

    Raises ValueError, saying what to look at, for a mistyped one.
    """
    written = text.strip().upper()
    # D and B are digits too: without the hyphen, they are the prefix only when more follows than the shortest number.
    hyphened = written.startswith(PREFIX)
    if hyphened or (written.startswith("DB") and len(written) > _SHORTEST + len("DB")):
        written = written.removeprefix(PREFIX if hyphened else "DB")
    written = written.translate(_LOOKS_LIKE)
    body, check = written[:-1], written[-1:]
    if len(body) < _SHORTEST or set(written) - set(SYMBOLS):
        raise WrongValue(
            zh=f"“{text}”不是应办事项编号；编号形如 {short_id(1234)}",
            en=f"“{text}” is not an obligation's number; one looks like {short_id(1234)}",
        )
    if _check(body) != check:
        raise WrongValue(
            zh=f"编号“{text}”有一个字符不对，请对照原文再输一次",
            en=f"a character of “{text}” is wrong; compare it with the original",
        )
    number = 0
    for symbol in body:
        number = number * len(SYMBOLS) + SYMBOLS.index(symbol)
    return number


def _check(body: str) -> str:
    total = sum(weight * SYMBOLS.index(symbol) for weight, symbol in enumerate(reversed(body), start=2))
    return SYMBOLS[-total % len(SYMBOLS)]
