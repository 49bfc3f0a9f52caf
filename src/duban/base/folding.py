"""One folding of names, codes and numbers: what people take for the same is the same, stored or asked for.

| written | kept |
|---|---|
| `ＳＹ－０００１`, `sy-0001`, `SY—0001`, `SY - 0001`, `X1_x000D_` (a line's end, as spreadsheets escape it) | `SY-0001`, `X1` |
| 闽市监〔2023〕5号, 闽市监［2023］5 号, 闽市监【2023】5号 | 闽市监[2023]5号 |
| `S1；`, `S1,`, `“S1”`: a stray quotation mark, and what divides a code from the next | `S1` |
| a mark of writing direction, a sign without width, a control sign | nothing |

Every entrance folds alike: the columns of the ledger do it to what is asked, `NewSubject` and `NewFact` to what is stored.
"""

import re
import unicodedata
from functools import lru_cache

_AS_IT_IS = re.compile(r"[0-9A-Z!#-+\--/:<-@\[-^{-~]*")
"""Codes nothing is to be done to: no small letter, no blank, no quotation mark, nothing that divides, and no `_`, which may
begin an escape."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
UNSEEN = re.compile("[\u034f\u115f\u1160\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Signs that show nothing and yet count as letters or marks."""
_DASHES = re.compile("[\u2014\u2015\u2e3a\u2e3b]+|[\u2010-\u2013\u2043\u2212]")
"""A Chinese keyboard writes one dash as two: 四级——B is 四级-B."""
_BRACKETS = str.maketrans("〔【〕】", "[[]]")
_QUOTES, _BEHIND_A_CODE = '"“”', '"“”;,、。'
_HALF_WIDTH = {ord(sign) + 0xFEE0: sign for sign in map(chr, range(33, 127)) if sign.isalnum()}


@lru_cache(8_192)
def is_unseen(sign: str) -> bool:
    """Whether a sign shows nothing, and is no line break or tab."""
    return (unicodedata.category(sign) in ("Cf", "Cc") and sign not in "\n\t") or UNSEEN.match(
        sign
    ) is not None


def legible(text: str) -> str:
    """The text without signs that show nothing, or turn round what stands beside them; lines and blanks stay."""
    if _in_one_line(text).isprintable() and UNSEEN.search(text) is None:
        return text  # nearly all there is, found without asking of each sign
    return "".join(sign for sign in text if not is_unseen(sign))


def _in_one_line(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ")


@lru_cache(8_192)
def tidy(text: str) -> str:
    """The text as a person sees it: no sign that cannot be seen, one blank between words, none at the ends."""
    if "_x" in text:
        text = _ESCAPED.sub(_unescaped, text)
    if not text.isascii():
        text = UNSEEN.sub("", text)
    if not text.isprintable():
        text = "".join(map(_seen, text))
    return " ".join(text.split())


def fold_code(text: str) -> str:
    """A code or a document's number as it is kept: half-width, in capitals, one kind of dash, no blanks."""
    if _AS_IT_IS.fullmatch(text):
        return text
    seen = tidy(text)
    if not seen.isascii():
        seen = _DASHES.sub("-", unicodedata.normalize("NFKC", seen)).translate(_BRACKETS)
    code = "".join(seen.split()).upper()
    return code.lstrip(_QUOTES).rstrip(_BEHIND_A_CODE) or code


@lru_cache(4_096)
def fold_name(text: str) -> str:
    """A name as it is kept, for people to read: tidy, its letters and digits half-width; brackets stay as written."""
    seen = tidy(text)
    return seen if seen.isascii() else seen.translate(_HALF_WIDTH)


def name_key(text: str) -> str:
    """A name as it is compared: as a code is, so that （集团） and (集团) are one."""
    return fold_code(text)


def _unescaped(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return "" if 0xD800 <= number <= 0xDFFF else chr(number)


def _seen(sign: str) -> str:
    match unicodedata.category(sign):
        case "Cf":
            return ""
        case "Cc" | "Zs" | "Zl" | "Zp":
            return " "
    return sign
