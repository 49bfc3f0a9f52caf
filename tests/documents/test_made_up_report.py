"""A report that nobody knew of: its data, its words and its command, as docs/new-report.md says, come in all five forms."""

import importlib
import json
import re
import sys
from io import BytesIO, StringIO
from pathlib import Path

import pytest
import typer
from openpyxl import load_workbook
from rich.console import Console
from typer.testing import CliRunner

from duban.base.language import use
from duban.definitions.definitions import load_definitions
from duban.documents import Form, as_html, as_markdown, as_object, as_terminal, as_xlsx

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "new-report.md"


@pytest.fixture(scope="module")
def definitions():
    return load_definitions(ROOT)


@pytest.fixture
def report(tmp_path, monkeypatch):
    """The package of the page, laid out in a temporary folder: each block is the file its first line names."""
    package = tmp_path / "made_up"
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    blocks = re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for name, text in blocks:
        (package / name).write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with use("zh-CN"):
        yield {name: importlib.import_module(f"made_up.{name.removesuffix('.py')}") for name, _ in blocks}
    for name in [name for name in sys.modules if name.partition(".")[0] == "made_up"]:
        del sys.modules[name]


@pytest.fixture
def document(report, definitions):
    return report["words.py"].staffing_document(report["data.py"].staffing(definitions))


def test_it_is_its_data_its_words_and_its_command(report):
    assert set(report) == {"data.py", "words.py", "command.py"}


def test_the_words_know_no_form(report):
    text = Path(report["words.py"].__file__).read_text("utf-8")
    assert not re.search("rich|jinja|openpyxl|as_html|as_xlsx|<td", text)


def test_on_a_terminal_of_eighty_columns(document):
    console = Console(width=80, file=StringIO())
    console.print(as_terminal(document), crop=False)
    said = console.file.getvalue()
    assert re.search(r"三明市市场监管局 +\d+ +\d+", said)
    assert max(map(len, said.splitlines())) <= 80


def test_as_markdown(document):
    text = as_markdown(document)
    assert text.startswith("# 岗位配备")
    assert "| 单位 | 岗位 | 空缺 |\n| --- | ---: | ---: |" in text


def test_as_a_page_that_asks_for_nothing(document):
    page = as_html(document)
    assert '<th scope="row" class="name">三明市市场监管局</th>' in page
    assert not re.search(r"<(script|link|img|iframe)|https?://|url\(", page)


def test_as_a_workbook_with_numbers(document, definitions):
    sheet = load_workbook(BytesIO(as_xlsx(document)))["岗位"]
    rows = [*sheet.iter_rows(min_row=2, values_only=True)]
    assert len(rows) == len(definitions.project.units)
    assert all(isinstance(row[1], int) for row in rows)


def test_for_programs(document, definitions):
    told = json.loads(json.dumps(as_object(document)))
    (table,) = [part for part in told["parts"] if "columns" in part]
    assert sum(row[1] for row in table["rows"]) == sum(
        len(unit.posts) for unit in definitions.project.units.values()
    )


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.TERMINAL])
def test_its_command_writes_each_form_by_the_file_s_ending(report, tmp_path, form, request):
    if form is Form.PDF:
        request.getfixturevalue("printer")
    app = typer.Typer()
    report["command.py"].register(app)
    output = tmp_path / f"岗位.{form.value}"
    ran = CliRunner().invoke(app, ["-o", str(output), "--project", str(ROOT)])
    assert ran.exit_code == 0, ran.output
    begins = {
        "md": b"# ",
        "html": b"<!doctype html>",
        "xlsx": b"PK",
        "docx": b"PK",
        "pdf": b"%PDF-",
        "json": b"{",
    }
    assert output.read_bytes().startswith(begins[form.value])
