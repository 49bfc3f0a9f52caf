"""The formats beside .xlsx and .csv: .xls (WPS's .et is the same inside), .xlsb and .ods."""

import shutil
import struct
import zipfile

import pytest

from duban.importing.containers import UnusableFile
from duban.importing.number_formats import _formats_of_xlsb
from duban.importing.spans import _span_of_xlsb, _spans_of_ods
from tests.importing.tables import SAMPLES, SHOP, TRIALS, City, code, counts, reasons, sample
from tests.principals import OPERATOR


@pytest.fixture
def city(city: City):
    from duban.facts import NewSubject, record_subjects

    city.register(1)
    record_subjects(
        city.ws, [NewSubject("食品销售者", SHOP, "甲（虚构）", "350404-01")], city.ws.clock.now(), OPERATOR
    )
    return city


@pytest.mark.parametrize("name", ["结果.xls", "结果.et", "结果.xlsx", "结果.csv"])
def test_the_format_of_before_2007_under_any_name(city, tmp_path, name):
    file = tmp_path / name
    shutil.copy(TRIALS / "old-format.xls", file)
    city.clock.moment = city.clock.moment.replace(month=10)
    with city.read(file) as batch:
        assert batch.left_out == [("旧", "隐藏的工作表")]
    assert counts(city.take(file)) == {"new": 3}
    assert city.facts("ref", "happened_on") == [
        ("L1", "2023-09-01"),
        ("L2", "2023-09-02"),
        ("L3", "2023-09-03"),
    ]


def test_a_number_shown_as_a_code_is_not_taken_for_the_number_it_is_kept_as(city):
    """Of .xls nobody knows that a person reads 0007 where 7 is kept, and a nought at the end of 12.10 is lost everywhere."""
    assert reasons(city.take(TRIALS / "dressed-number.xls")) == [
        (
            "A3",
            "编号存成了数字 7，这种格式的工作簿看不出它显示成什么（如 0007）；请用表格软件打开，另存为 .xlsx 再导入",
        ),
        ("A4", "编号被表格软件当成了小数 12.1，末尾的 0 看不出来了；请把这一列设为“文本”后重新填"),
    ]
    assert city.facts("ref") == [("0007",)]


@pytest.mark.parametrize(
    ("style", "taken"),
    [
        ('<number:number number:min-integer-digits="4"/>', {"refused": 1}),
        ('<number:text>字第</number:text><number:number number:min-integer-digits="1"/>', {"refused": 1}),
        ('<number:number number:min-integer-digits="1" number:grouping="true"/>', {"new": 1}),
    ],
)
def test_a_number_of_opendocument_that_may_be_shown_as_a_code(city, tmp_path, style, taken):
    file = ods(
        tmp_path / "a.ods",
        [SAMPLES],
        cell='<table:table-row><table:table-cell office:value-type="float" office:value="7"/>'
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{each}</text:p></table:table-cell>'
            for each in sample("")[1:]
        )
        + f"</table:table-row><number:number-style>{style}</number:number-style>",
    )
    assert counts(city.take(file)) == taken


def test_the_formats_of_xlsb():
    written = '"XN"000'.encode("utf-16-le")
    record = struct.pack("<BBHI", 0x2C, 6 + len(written), 164, len(written) // 2) + written
    assert _formats_of_xlsb(b"\x01\x00" + record) == ['"XN"000']


def ods(path, rows, *, cell="{}", repeated=1):
    def row(cells):
        written = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{each}</text:p></table:table-cell>'
            if each
            else "<table:table-cell/>"
            for each in cells
        )
        return f"<table:table-row>{written}</table:table-row>"

    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="表">{"".join(map(row, rows))}{cell}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", content)
        file.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


BLANKS = (
    '<table:table-row table:number-rows-repeated="1048000">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)
FILLED = BLANKS.replace(
    "/></table:table-row>", ' office:value-type="float" office:value="1"/></table:table-row>'
)


def test_opendocument_with_blanks_repeated_to_the_end(city, tmp_path):
    file = ods(tmp_path / "a.ods", [SAMPLES, sample("S1"), sample("S2")], cell=BLANKS)
    assert counts(city.take(file)) == {"new": 2}


def test_opendocument_that_repeats_a_value_without_end_is_not_opened(city, tmp_path):
    file = ods(tmp_path / "a.ods", [SAMPLES, sample("S1")], cell=FILLED)
    with pytest.raises(UnusableFile, match="占了 1048002 行"), city.read(file):
        pass


def test_how_far_a_sheet_of_opendocument_spans():
    assert _spans_of_ods(f"<table:table>{BLANKS}</table:table>".encode()) == [(0, 0)]
    assert _spans_of_ods(f"<table:table>{FILLED}</table:table>".encode()) == [(1048000, 16384)]


def test_how_far_a_sheet_of_xlsb_spans(tmp_path):
    def record(kind, content):
        return bytes([kind, len(content)]) + content

    row = record(0, struct.pack("<I", 1_048_575))
    cell = record(2, struct.pack("<III", 16_383, 0, 0))
    assert _span_of_xlsb(tmp_path, row + cell) == (1_048_576, 16_384)
    with pytest.raises(UnusableFile, match="已损坏"):
        _span_of_xlsb(tmp_path, b"\x81")


def test_a_stray_cell_far_away_beside_many_rows_is_refused_before_it_fills_the_memory(city, tmp_path):
    from tests.importing.tables import workbook

    made = workbook(tmp_path / "made.xlsx", [SAMPLES, ["S1", code(1)]])
    file = tmp_path / "a.xlsx"
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(file, "w") as target:
        for part in source.infolist():
            far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            target.writestr(part.filename, source.read(part).replace(b"</sheetData>", far))
    with pytest.raises(UnusableFile, match="占了 1048576 行"), city.read(file):
        pass
