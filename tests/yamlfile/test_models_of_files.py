"""A file against its model: every mistake at once, in words, at its place."""

from datetime import date, datetime, time
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from duban.base.language import use
from duban.yamlfile import load_model
from duban.yamlfile.values import Day, Text, Truth


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Visit(Strict):
    code: str
    day: Day
    at: time = time(8, 30)
    times: Annotated[int, Field(ge=1, le=9)] = 1


class File(Strict):
    title: Text
    visits: list[Visit] = []
    by_name: dict[str, Visit] = {}
    kind: Literal["daily", "weekly"] = "daily"
    share: float = 0
    seen: datetime | None = None
    first: date | None = None
    open: Truth = False


def problems_of(tmp_path, text, model=File):
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    loaded, problems = load_model(path, model, root=tmp_path)
    assert (loaded is None) == bool(problems)
    return [str(problem) for problem in problems]


def test_a_right_file_has_no_problems(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(
        'title: 标题\nvisits: [{code: "01", day: 2026-01-31, at: 09:00}]\nopen: 是\n', encoding="utf-8"
    )
    loaded, problems = load_model(path, File, root=None)
    assert problems == []
    assert loaded.visits[0].day == date(2026, 1, 31)
    assert loaded.visits[0].at == time(9)
    assert loaded.open is True


def test_every_mistake_comes_at_once_each_at_its_place(tmp_path):
    text = """titel: 标题
visits:
  - code: 0101
    day: 2026-02-30
    at: 25:00
    times: 10
    tims: 1
  - {day: 20260131, code: [a]}
by_name:
  甲: {code: "1"}
kind: dayly
share: 多
"""
    assert problems_of(tmp_path, text) == [
        "x.yaml:1:1: 不认识的字段“titel”，是不是“title”？",
        'x.yaml:3:11: 0101 会被当成数字或真假值，编号、代码等文字请加引号，写成 "0101"',
        "x.yaml:4:10: “2026-02-30”不是一个存在的日期，请写成 2026-01-31",
        "x.yaml:5:9: “25:00”不是一个存在的时刻，请写成 08:30",
        "x.yaml:6:12: “10”应当不大于 9",
        "x.yaml:7:5: 不认识的字段“tims”，是不是“times”？",
        "x.yaml:8:11: “20260131”不是日期，请写成 2026-01-31",
        "x.yaml:8:27: 这个列表不是一段文字",
        "x.yaml:10:6: 缺少“day”",
        "x.yaml:11:7: “dayly”不在可选范围内，是不是“daily”？",
        "x.yaml:12:8: “多”不是数字",
    ]


@pytest.mark.parametrize(
    "line, zh, en",
    [
        ("title:", "“title”后面没有写内容", "nothing is written after “title”"),
        ('title: ""', "“”至少要有 1 个字", "“” needs at least 1"),
        ("title: true", 'true 会被当成数字或真假值，编号、代码等文字请加引号，写成 "true"', 'true is read as a number or a truth value, quote codes and other text: "true"'),
        ("title: x\nvisits: 一次", "“一次”不是列表", "“一次” is not a list"),
        ("title: x\nvisits: 一次、两次", "“一次、两次”不是列表，请写成 [一次, 两次]", "“一次、两次” is not a list, write it as [一次, 两次]"),
        ("title: x\nvisits: [一次]", "“一次”不是“键: 值”的形式", "“一次” is not a set of “key: value” lines"),
        ("title: x\nby_name: 一次", "“一次”不是“键: 值”的形式", "“一次” is not a set of “key: value” lines"),
        ("title: x\nfirst: 明天", "“明天”不是日期，请写成 2026-01-31", "“明天” is not a date, write it as 2026-01-31"),
        ("title: x\nopen: 也许", "“也许”不是“是”或“否”", "“也许” is not true or false"),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_is_said_in_both_languages(tmp_path, line, zh, en):
    (told,) = problems_of(tmp_path, line + "\n")
    assert told.split(": ", 1)[1] == zh
    with use("en"):
        (told,) = problems_of(tmp_path, line + "\n")
    assert told.split(": ", 1)[1] == en


def test_a_repeated_key_does_not_hide_other_mistakes(tmp_path):
    told = problems_of(tmp_path, "title: 一\ntitle: 二\nkind: no\n")
    assert len(told) == 2
    assert told[0] == "x.yaml:2:1: “title”重复了，第 1 行已经写过"


def test_what_is_no_mapping_at_all_is_said_at_its_start(tmp_path):
    assert problems_of(tmp_path, "# 注释\n- 一\n") == ["x.yaml:2:1: 这个列表不是“键: 值”的形式"]


def test_a_key_that_is_no_text_is_told_once_and_not_called_unknown_besides(tmp_path):
    text = "title: 一\nvisits:\n- {1: 甲, code: 乙, day: 2026-01-01}\n- {code: 丙, day: 2026-01-01, 1: 丁, 1: 戊}\n2: 丁\n"
    assert problems_of(tmp_path, text) == [
        'x.yaml:3:4: 键 1 不是文字，请加引号，写成 "1"',
        'x.yaml:4:30: 键 1 不是文字，请加引号，写成 "1"',
        "x.yaml:4:36: “1”重复了，第 4 行已经写过",
        'x.yaml:5:1: 键 2 不是文字，请加引号，写成 "2"',
    ]


@pytest.mark.parametrize("written", ["{1: 甲}", "[{1: 甲}]"])
def test_a_key_that_is_no_text_where_a_text_should_stand_is_told_once(tmp_path, written):
    column = 7 + written.index("1") + 1
    assert problems_of(tmp_path, f"title: {written}\n") == [
        f'x.yaml:1:{column}: 键 1 不是文字，请加引号，写成 "1"'
    ]
