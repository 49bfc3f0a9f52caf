"""Numbers as Chinese legal texts write them: 三日, 四十五个工作日, 第二百零三条."""

_DIGITS = "零一二三四五六七八九"
_PLACES = ((1000, "千"), (100, "百"), (10, "十"))
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)} | {"〇": 0, "两": 2}
_WEIGHTS = {"千": 1000, "百": 100, "十": 10}


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


def from_chinese(text: str) -> int:
    """四十五 as `45`. Raises ValueError for anything that is not such a number below 10000."""
    total, digit = 0, None
    for sign in text:
        if sign in _VALUES:
            digit = _VALUES[sign]
        elif sign in _WEIGHTS:
            total += (1 if digit is None else digit) * _WEIGHTS[sign]
            digit = None
        else:
            raise ValueError(text)
    total += digit or 0
    canonical = (
        text.replace("〇", "零").replace("两", "二").removeprefix("一" if text.startswith("一十") else "")
    )
    if canonical != to_chinese(total):
        raise ValueError(text)
    return total
