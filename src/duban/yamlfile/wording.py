"""Each kind of pydantic complaint, said to the person who edits the file: what is wrong, and how to mend it."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.yamlfile.values import day_as_written

Words = tuple[str, str]
_LONGEST = 40
HOURS, MINUTES = 24, 60


def word(mistake: Mapping[str, Any], written: str | None, known: Iterable[str] = ()) -> Words:
    """The words for one `mistake`, an entry of `ValidationError.errors()`.

    `written` is the unquoted text in the file, if it was unquoted; `known` are the keys that could have been meant.
    """
    kind = str(mistake["type"])
    found = mistake.get("input")
    limits: Mapping[str, object] = mistake.get("ctx") or {}
    key = str(mistake["loc"][-1]) if mistake["loc"] else ""
    if kind == "missing":
        return say(zh=f"缺少“{key}”", en=f"“{key}” is missing"), ""
    if kind == "extra_forbidden":
        return say(zh=f"不认识的字段“{key}”", en=f"unknown key “{key}”"), did_you_mean(key, known)
    if kind in ("value_error", "assertion_error"):
        return _without_python(str(limits.get("error", mistake["msg"])), found, written), ""
    if found is None and mistake["loc"] and isinstance(mistake["loc"][-1], int):
        return say(zh="列表的这一项没有写内容", en="nothing is written at this place of the list"), ""
    if found is None:
        return say(zh=f"“{key}”后面没有写内容", en=f"nothing is written after “{key}”"), ""
    if kind == "string_type" and isinstance(found, bool | int | float):
        text = written if written is not None else str(found)
        return (
            say(zh=f"{text} 会被当成数字或真假值", en=f"{text} is read as a number or a truth value"),
            say(zh=f'编号、代码等文字请加引号，写成 "{text}"', en=f'quote codes and other text: "{text}"'),
        )
    if kind in _SENTENCES:
        return _SENTENCES[kind](_shown(found, written), limits)
    return (
        say(
            zh=f"{_shown(found, written)} 不合要求（{mistake['msg']}）",
            en=f"{_shown(found, written)}: {mistake['msg']}",
        ),
        "",
    )


def _without_python(sentence: str, found: object, written: str | None) -> str:
    """A sentence of ours in which what was found is quoted, said as a person sees it in the file."""
    if isinstance(found, dict | list | tuple | bool) or found is None:
        return sentence.replace(f"“{found}”", _shown(found, written))
    return sentence


def _shown(found: object, written: str | None) -> str:
    if isinstance(found, dict):
        return say(zh="这组键值", en="this mapping")
    if isinstance(found, list | tuple):
        return say(zh="这个列表", en="this list")
    text = written if written is not None else str(found)
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return f"“{text}”"


def _should_be(zh: str, en: str) -> Callable[[str, Mapping[str, object]], Words]:
    return lambda shown, _: (say(zh=f"{shown}不是{zh}", en=f"{shown} is not {en}"), "")


def _day(shown: str, _: Mapping[str, object]) -> Words:
    written = shown.strip("“”")
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
        what = say(zh=f"{shown}不是一个存在的日期", en=f"{shown} is not a date that exists")
        return what, say(zh="请写成 2026-01-31", en="write it as 2026-01-31")
    return say(zh=f"{shown}不是日期", en=f"{shown} is not a date"), say(
        zh=f"请写成 {day_as_written(written)}", en=f"write it as {day_as_written(written)}"
    )


def _time(shown: str, _: Mapping[str, object]) -> Words:
    plain = unicodedata.normalize("NFKC", shown.strip("“”")).replace("点", ":").removesuffix(":")
    hour, _colon, minute = plain.partition(":")
    minute = minute.removesuffix("分") or "00"
    if hour.isdecimal() and minute.isdecimal() and int(hour) < HOURS and int(minute) < MINUTES:
        form = f"{int(hour):02}:{int(minute):02}"
        return say(zh=f"{shown}的写法不对", en=f"{shown} is not written as a time of day"), say(
            zh=f'请写成 "{form}"', en=f'write it as "{form}"'
        )
    return say(zh=f"{shown}不是一个存在的时刻", en=f"{shown} is not a time of day that exists"), say(
        zh="请写成 08:30", en="write it as 08:30"
    )


def _list(shown: str, _: Mapping[str, object]) -> Words:
    parts = [part.strip() for part in re.split(r"[,，、;；]", shown.strip("“”"))]
    what = say(zh=f"{shown}不是列表", en=f"{shown} is not a list")
    if shown == say(zh="这组键值", en="this mapping"):
        return what, say(
            zh="每一项前面要写“- ”，只有一项也要", en="write “- ” before each entry, before a single one too"
        )
    if not shown.startswith("“") or "…" in shown or len(parts) == 1 or not all(parts):
        return what, ""
    return what, say(zh=f"请写成 [{', '.join(parts)}]", en=f"write it as [{', '.join(parts)}]")


def _moment(shown: str, _: Mapping[str, object]) -> Words:
    return (
        say(zh=f"{shown}不是一个存在的时间", en=f"{shown} is not a moment that exists"),
        say(zh="请写成 2026-01-31T08:30+08:00", en="write it as 2026-01-31T08:30+08:00"),
    )


def _compared(zh: str, sign: str, bound: str) -> Callable[[str, Mapping[str, object]], Words]:
    return lambda shown, limits: (
        say(zh=f"{shown}应当{zh} {limits[bound]}", en=f"{shown} should be {sign} {limits[bound]}"),
        "",
    )


def _sized(bound: str, measure: str, *, least: bool) -> Callable[[str, Mapping[str, object]], Words]:
    def sentence(shown: str, limits: Mapping[str, object]) -> Words:
        edge = limits[bound]
        if least:
            return say(zh=f"{shown}至少要有 {edge} {measure}", en=f"{shown} needs at least {edge}"), ""
        return say(zh=f"{shown}最多只能有 {edge} {measure}", en=f"{shown} may have at most {edge}"), ""

    return sentence


def _one_of(shown: str, limits: Mapping[str, object]) -> Words:
    """Read the choices as pydantic lists them: `'a', 'b' or 'c'`."""
    choices = [choice.strip(" '") for choice in str(limits["expected"]).replace(" or ", ",").split(",")]
    return (
        say(zh=f"{shown}不在可选范围内", en=f"{shown} is not one of the choices"),
        did_you_mean(shown.strip("“”"), [choice for choice in choices if choice]),
    )


_TEXT = _should_be("一段文字", "text")
_WHOLE = _should_be("整数", "a whole number")
_NUMBER = _should_be("数字", "a number")
_TRUTH = _should_be("“是”或“否”", "true or false")
_MAPPING = _should_be("“键: 值”的形式", "a set of “key: value” lines")

_SENTENCES: dict[str, Callable[[str, Mapping[str, object]], Words]] = {
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "list_type": _list,
    "tuple_type": _list,
    "set_type": _list,
    "frozen_set_type": _list,
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dataclass_type": _MAPPING,
    "date_type": _day,
    "date_parsing": _day,
    "date_from_datetime_parsing": _day,
    "date_from_datetime_inexact": _day,
    "time_type": _time,
    "time_parsing": _time,
    "datetime_type": _moment,
    "datetime_parsing": _moment,
    "datetime_from_date_parsing": _moment,
    "literal_error": _one_of,
    "enum": _one_of,
    "greater_than": _compared("大于", ">", "gt"),
    "greater_than_equal": _compared("不小于", "≥", "ge"),
    "less_than": _compared("小于", "<", "lt"),
    "less_than_equal": _compared("不大于", "≤", "le"),
    "string_too_short": _sized("min_length", "个字", least=True),
    "string_too_long": _sized("max_length", "个字", least=False),
    "too_short": _sized("min_length", "项", least=True),
    "too_long": _sized("max_length", "项", least=False),
    "union_tag_invalid": lambda _, limits: (
        say(zh=f"不认识的种类“{limits['tag']}”", en=f"unknown kind “{limits['tag']}”"),
        did_you_mean(
            str(limits["tag"]), [tag.strip(" '") for tag in str(limits["expected_tags"]).split(",")]
        ),
    ),
    "union_tag_not_found": lambda _, limits: (
        say(zh=f"缺少{limits['discriminator']}", en=f"{limits['discriminator']} is missing"),
        "",
    ),
    "invalid_key": lambda *_: (say(zh="键要写成文字", en="keys are text"), ""),
}
