"""What can be read, and where everything in it stands."""

from pathlib import Path

import pytest

from duban.base.problems import ProblemsFound
from duban.yamlfile import parsers, read
from duban.yamlfile.composing import compose_text

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(
    path for folder in ("calendar", "duties", "notifications") for path in (ROOT / folder).rglob("*.yaml")
)


def composed(text):
    file, problems = compose_text(text, "x.yaml")
    assert problems == []
    return file


@pytest.mark.parametrize(
    "written, value",
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("08:30", "08:30"),
        ("2026-01-31", "2026-01-31"),
        ("0350", 350),
        ("0o17", 15),
        ("0x1F", 31),
        ("-12", -12),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".nan", ".nan"),
        ('"0350"', "0350"),
        ("'true'", "true"),
        ("季度结束后10个工作日内", "季度结束后10个工作日内"),
    ],
)
def test_unquoted_words_follow_yaml_1_2(written, value):
    found = composed(f"key: {written}\n").data["key"]
    assert found == value
    assert type(found) is type(value)


def test_places_count_characters_and_start_at_one():
    file = composed("甲: 一\n乙:\n  - 丙: {丁: 二, 戊: 三}\n  - 四\n")
    assert file.place(()) == (1, 1)
    assert file.place(("甲",)) == (1, 4)
    assert file.key_place(("乙",)) == (2, 1)
    assert file.place(("乙", 0, "丙", "戊")) == (3, 18)
    assert file.key_place(("乙", 0, "丙", "戊")) == (3, 15)
    assert file.place(("乙", 1)) == (4, 5)


def test_the_place_of_what_is_missing_is_that_of_what_should_hold_it():
    file = composed("a:\n  b: 1\n")
    assert file.place(("a", "c")) == file.place(("a",)) == (2, 3)


def test_names_that_a_model_adds_to_a_place_are_passed_over():
    file = composed("a:\n  b: 1\n")
    assert file.place(("a", "function-before[x]", "b")) == (2, 6)


def test_an_alias_has_its_own_place_and_its_inside_that_of_the_anchor():
    file = composed("a: &x {b: 1}\nc: *x\n")
    assert file.data == {"a": {"b": 1}, "c": {"b": 1}}
    assert file.place(("c",)) == (2, 4)
    assert file.place(("c", "b")) == (1, 11)


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert read(path, root=None).data == {"a": 1, "b": 2}


def test_a_key_that_stands_twice_keeps_its_first_value_and_later_ones_stay_silent():
    file, problems = compose_text("a: 1\na: {b: 2}\nc: 3\n", "x.yaml")
    assert file.data == {"a": 1, "c": 3}
    assert [(problem.line, problem.column) for problem in problems] == [(2, 1)]


def test_problems_name_the_file_relative_to_the_project(tmp_path):
    (tmp_path / "duties").mkdir()
    path = tmp_path / "duties" / "空.yaml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(ProblemsFound, match=r"^duties/空\.yaml: 文件是空的$"):
        read(path, root=tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "a: [1, {b: '二'}]\nc:\n  - d: |\n      text\n    e: &x 1\n  - *x\n",
        "a:\n  - id: x\n    title:\n    b: 1\n",
        "a: # 备注\n\nb: {c, d: , e: }\nf :\n",
        "a:\n  -\n  - # 备注\n\n? b\n: \nc: &x\nd: *x\n",
    ],
)
def test_both_parsers_give_the_same_data_and_places(monkeypatch, text):
    compiled = composed(text)
    monkeypatch.setattr(parsers, "EVENTS", (parsers.plain,))
    assert composed(text) == compiled


def test_what_only_yaml_1_2_allows_is_read_though_the_compiled_parser_refuses_it():
    assert composed("{at: 09:00, to: 17:30}\n").data == {"at": "09:00", "to": "17:30"}


def test_without_the_compiled_parser_files_are_read_all_the_same(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "ruamel.yaml.cyaml", None)
    assert composed("a: [1, 2]\n").data == {"a": [1, 2]}
    _, problems = compose_text("a:\n\t- b\n", "x.yaml")
    assert str(problems[0]) == "x.yaml:2:1: 缩进里有制表符（Tab），请改成空格"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_comes_with_duban_can_be_read_by_any_yaml_reader(path):
    """Other programs of a bureau read these files too, with a reader of YAML 1.1."""
    yaml = pytest.importorskip("yaml")
    assert yaml.safe_load(path.read_text(encoding="utf-8"))
