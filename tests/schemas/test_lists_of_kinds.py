"""Wherever the documentation lists the kinds of duty, it lists those of the registry."""

import re
from pathlib import Path

import pytest

from duban.base.numerals import read_numeral
from duban.cadence.registry import BY_NAME, KINDS

ROOT = Path(__file__).resolve().parents[2]
NAMES = [kind.name for kind in KINDS]
KEYS = [kind.key for kind in KINDS]
ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def test_a_kind_is_registered_once_under_a_name_and_a_key_of_its_own():
    assert len(BY_NAME) == len(set(KEYS)) == len(KINDS)
    assert {kind.model for kind in KINDS} == {BY_NAME[name].model for name in NAMES}


def test_the_operators_page_names_every_kind_as_its_flow():
    (row,) = re.findall(r"每个事项一个（(.*?)）", text("docs/operator.md"))
    assert row.split("、") == NAMES


def test_the_page_of_duties_has_a_heading_for_every_key():
    section = text("docs/zh/duties.md").split("\n## 多久一次\n")[1].split("\n## ")[0]
    headings = re.findall(r"^### (\w+)$", section, flags=re.MULTILINE)
    assert [heading for heading in headings if heading in KEYS] == KEYS
    assert read_numeral(re.findall(r"下面(.)种写法", section)[0]) == len(KINDS)


@pytest.mark.parametrize(
    "path, number", [("README.md", r"of (\w+) kinds"), ("CHANGELOG.md", r"(\w+) kinds of duty")]
)
def test_how_many_there_are_is_right(path, number):
    assert re.findall(number, text(path))[0].lower() == ENGLISH[len(KINDS) - 1]


def test_every_kind_has_worked_examples_and_pages():
    for folder, suffix in (("tests/cases/cadence", "yaml"), ("docs/kinds", "md"), ("docs/zh/kinds", "md")):
        assert {path.stem for path in (ROOT / folder).glob(f"*.{suffix}")} - {"README"} == set(NAMES)
