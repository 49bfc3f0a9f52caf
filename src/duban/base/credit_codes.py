"""Unified social credit codes (统一社会信用代码): 18 signs, the last of which is reckoned from the others.

GB 32100-2015: the signs are digits and capital letters without I, O, S, V and Z; the weight of place i is 3^(i-1)
modulo 31; the check sign makes the weighted sum divisible by 31.
"""

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The signs that may stand in a code, each worth its place here (GB 32100-2015, table 1)."""
LENGTH = 18
WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_VALUE = {sign: value for value, sign in enumerate(SIGNS)}


def check_sign(first_17: str) -> str:
    """The 18th sign that goes with the first 17 (GB 32100-2015, 5.2).

    Raises ValueError unless they are 17 signs that may stand in a code.
    """
    if len(first_17) != LENGTH - 1 or foreign_sign(first_17) is not None:
        raise ValueError(first_17)
    total = sum(_VALUE[sign] * weight for sign, weight in zip(first_17, WEIGHTS, strict=True))
    return SIGNS[-total % 31]


def foreign_sign(code: str) -> str | None:
    """The first sign that may not stand in a code: small letters, I, O, S, V, Z and anything else; None if all may."""
    return next((sign for sign in code if sign not in _VALUE), None)


def is_credit_code(code: str) -> bool:
    """Whether it is a complete code whose check sign is right."""
    return len(code) == LENGTH and foreign_sign(code) is None and code[-1] == check_sign(code[:-1])
