"""Numbers as people write them, in digits of any width and in Chinese: 三日, 四十五个工作日, 第二百零三条, 二〇二三年."""

from duban.base.objections import WrongValue

_DIGITS = "零一二三四五六七八九"
_PLACES = ((1000, "千"), (100, "百"), (10, "十"))
_WEIGHTS = {place: weight for weight, place in _PLACES}
_ALSO = str.maketrans({"〇": "零", "○": "零", "两": "二", "廿": "二十", "卅": "三十"})
NUMERAL = r"(?:\d{1,9}|[零〇○一二两三四五六七八九十廿卅百千]{1,9})"
"""What `read_numeral` may be asked to read, as part of a regular expression."""


def to_chinese(number: int) -> str:
    """`203` as 二百零三. Raises ValueError outside 0 to 9999."""
    if not 0 <= number <= 9999:
        raise ValueError(number)
    if number == 0:
        return _DIGITS[0]
    text, rest, gap = "", number, False
    for weight, place in _PLACES:
        digit, rest = divmod(rest, weight)
        if digit:
            text += (
                ("零" if gap else "")
                + ("" if (weight, digit, text) == (10, 1, "") else _DIGITS[digit])
                + place
            )
            gap = False
        else:
            gap = bool(text)
    if rest:
        text += ("零" if gap else "") + _DIGITS[rest]
    return text


def read_numeral(text: str) -> int:
    """A whole number below 10000 as people write it: 45, ４５, 四十五, 廿一, 二〇二三, 〇八.

    Digit by digit is read only what cannot be meant otherwise: a year, or with a zero (一二个 is one or two, not twelve).
    Raises ValueError, in the reader's words, for anything that is not such a number.
    """
    if text.isdecimal() and len(text) <= 9:
        return int(text)
    words = text.translate(_ALSO)
    if len(words) > 1 and all(sign in _DIGITS for sign in words):
        if len(words) != 4 and "零" not in words:
            raise _not_a_number(text)
        return int("".join(str(_DIGITS.index(sign)) for sign in words))
    total, digit = 0, None
    for sign in words:
        if sign in _DIGITS:
            digit = _DIGITS.index(sign)
        elif sign in _WEIGHTS:
            total += (1 if digit is None else digit) * _WEIGHTS[sign]
            digit = None
        else:
            raise _not_a_number(text)
    total += digit or 0
    if words.removeprefix("一" if words.startswith("一十") else "") != to_chinese(total):
        raise _not_a_number(text)
    return total


def _not_a_number(text: str) -> ValueError:
    return WrongValue(zh=f"看不懂的数字“{text}”", en=f"not a number: “{text}”")
