"""Every command that lists does so in every form a report comes in."""

import json

import openpyxl
import pytest

pytestmark = pytest.mark.usefixtures("city")

LISTS = [
    ("obligations", "--limit", "3"),
    ("inbox",),
    ("fact", "list"),
    ("subject", "changes"),
    ("access",),
    ("account", "list"),
    ("token", "list"),
    ("letter", "list"),
    ("versions",),
    ("calendar", "verify"),
    ("backup", "../kept", "--list"),
]


@pytest.fixture
def written(duban, city):
    """One of everything that can be listed."""
    licences = city / "duties/imports/examples/许可证清单-虚构.csv"
    number = duban("obligations", "--json").json["obligations"][0]["id"]
    for done, code in (
        (("import", licences, "--yes"), 1),  # two of its rows are refused
        (
            ("subject", "merge", "92350404XN0000001H", "--into", "92350404XN0000002L", "--on", "2023-08-30"),
            0,
        ),
        (("account", "create", "lin", "--full-name", "林管理", "--unit", "350400", "--role", "admin"), 0),
        (("token", "create", "--unit", "三元", "--name", "食品系统"), 0),
        (("fact", "add", "event.held", "--unit", "三元", "--on", "2023-08-30"), 0),
        (("letter", "issue", "催办单", number, "--reply-by", "2023-09-20"), 0),
        (("backup", "../kept"), 0),
    ):
        ran = duban(*done)
        assert ran.code == code, ran.err


@pytest.mark.usefixtures("written")
def test_every_list_is_the_same_in_every_form(duban, tmp_path):
    for command in LISTS:
        assert duban(*command).code == 0
        files = {ending: tmp_path / f"list.{ending}" for ending in ("md", "html", "xlsx", "json")}
        for file in files.values():
            ran = duban(*command, "-o", file)
            assert (ran.code, ran.err) == (0, ""), command
        rows = openpyxl.load_workbook(files["xlsx"]).worksheets[0].iter_rows(values_only=True)
        columns, first, *_ = (row for row in rows if len([cell for cell in row if cell is not None]) > 1)
        text, page = files["md"].read_text("utf-8"), files["html"].read_text("utf-8")
        assert f"| {' | '.join(columns)} |" in text
        assert all(f"{column}</th>" in page for column in columns)
        assert str(first[0]) in page
        assert json.loads(files["json"].read_text("utf-8")) == duban(*command, "--json").json


def test_an_empty_list_says_so_in_each(duban, tmp_path):
    assert duban("account", "list", "--as", "md").out == (
        "# 账号\n\n还没有账号；用 duban account create 建一个。\n"
    )
    assert duban("account", "list", "--as", "json").json == []


def test_forms_go_with_the_list_of_backups_only(duban, tmp_path):
    ran = duban("backup", tmp_path / "kept", "--as", "md")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "--as、-o 和 --list 一起用")
