"""Files that cannot be imported at all: one clear line each, told by what is in the file and not by its name."""

import struct
import zipfile

import pytest

from duban.importing import containers
from duban.importing.containers import UnusableFile
from tests.importing.tables import LICENCES, SAMPLES, code, sample, text, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def refusal(city, path, **more):
    with pytest.raises(UnusableFile) as refused, city.read(path, **more):
        pass
    line = str(refused.value)
    assert line.startswith(f"{path.name}: ")
    assert "\n" not in line
    return line


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "文件是空的"),
        (b"MZ\x90\0" + b"\0" * 100, "这是程序，不是表格"),
        (b"\x7fELF" + b"\0" * 100, "这是程序，不是表格"),
        (b"%PDF-1.7\n", "这是PDF 文件，不是表格"),
        (b"\x89PNG\r\n\x1a\n", "这是图片，不是表格"),
        (b"\x1f\x8b\x08", "这是压缩包，不是表格"),
        (OLE + "Workbook".encode("utf-16-le"), "工作簿已损坏"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "工作簿加了密码"),
        (OLE, "认不出是哪种旧格式；请用 Excel 或 WPS 打开"),
        (OLE + "WordDocument".encode("utf-16-le"), "这是Word 文件"),
        ("<html><table><tr><td>抽样单编号</td></tr></table></html>".encode(), "这其实是网页"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n", "这其实是网页"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "这其实是XML 文件"),
        (b"PK\x03\x04 and nothing more", "工作簿已损坏"),
        (b"\x00\x01\x02\x03" * 50, "第 1 行起不是文字"),
        ("抽样单编号\n".encode("gbk") + b"\xff\xff\xff", "第 2 行起不是文字"),
        (b"just,some\nplain,words\n", "认不出表头"),
        (b"\n\n\n", "认不出表头|表是空的"),
    ],
)
@pytest.mark.parametrize("name", ["结果.xlsx", "结果.csv"])
def test_what_it_really_is_is_said(city, tmp_path, content, reason, name):
    path = tmp_path / name
    path.write_bytes(content)
    line = refusal(city, path)
    assert any(each in line for each in reason.split("|"))


def test_nothing_there_a_folder_and_a_spreadsheet_s_temporary_file(city, tmp_path):
    assert "没有这个文件" in refusal(city, tmp_path / "没有.xlsx")
    assert "这是文件夹" in refusal(city, tmp_path)
    open_now = tmp_path / "~$结果.xlsx"
    open_now.write_bytes(b"\x05user")
    assert "临时文件" in refusal(city, open_now)


def test_a_file_another_program_holds(city, tmp_path, monkeypatch):
    path = text(tmp_path / "a.csv", [SAMPLES])

    def held(*_args, **_more):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(type(path), "open", held)
    assert "正被别的程序占用" in refusal(city, path)


class TestArchives:
    def archive(self, path, parts, *, compression=zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(path, "w", compression) as file:
            for name, content in parts.items():
                file.writestr(name, content)
        return path

    @pytest.mark.parametrize(
        ("part", "reason"),
        [
            ("word/document.xml", "这是Word 文件"),
            ("xl/workbook.bin", "工作簿已损坏"),
            ("ppt/presentation.xml", "这是演示文稿"),
            ("readme.txt", "这是压缩包"),
        ],
    )
    def test_another_kind_of_archive(self, city, tmp_path, part, reason):
        assert reason in refusal(city, self.archive(tmp_path / "a.xlsx", {part: "x"}))

    def test_a_part_that_unfolds_to_a_thousand_times_its_size(self, city, tmp_path):
        parts = {"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": b"<" + b" " * 30_000_000}
        assert "像是压缩炸弹" in refusal(city, self.archive(tmp_path / "a.xlsx", parts))

    def test_parts_that_claim_too_much_together(self, city, tmp_path, monkeypatch):
        monkeypatch.setattr(containers, "MOST_UNFOLDED", 10_000)
        parts = {"xl/workbook.xml": "<workbook/>", "xl/a.xml": "a" * 6_000, "xl/b.xml": "b" * 6_000}
        assert "展开后有" in refusal(city, self.archive(tmp_path / "a.xlsx", parts))

    def test_a_part_that_claims_to_be_smaller_than_it_is(self, city, tmp_path):
        path = workbook(tmp_path / "a.xlsx", [SAMPLES, *(sample(f"S{n}") for n in range(500))])
        content = bytearray(path.read_bytes())
        with zipfile.ZipFile(path) as file:
            claimed = file.getinfo("xl/worksheets/sheet1.xml").file_size
        true, false = struct.pack("<I", claimed), struct.pack("<I", 100)
        assert true in content
        path.write_bytes(bytes(content).replace(true, false))
        assert "工作簿已损坏" in refusal(city, path)

    def test_more_parts_than_any_workbook_has(self, city, tmp_path):
        parts = {"xl/workbook.xml": "<workbook/>"} | {f"xl/{number}.xml": "" for number in range(2_001)}
        assert "里面有 2002 个部分" in refusal(city, self.archive(tmp_path / "a.xlsx", parts))

    @pytest.mark.parametrize(
        "head", [b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook/>', "<workbook/>".encode("utf-16")]
    )
    def test_xml_with_entities_or_in_a_hidden_encoding(self, city, tmp_path, head):
        assert "文档类型" in refusal(city, self.archive(tmp_path / "a.xlsx", {"xl/workbook.xml": head}))

    def test_a_workbook_cut_off_in_the_middle(self, city, tmp_path):
        path = workbook(tmp_path / "a.xlsx", [SAMPLES, sample("S1")])
        path.write_bytes(path.read_bytes()[:-300])
        assert "工作簿已损坏" in refusal(city, path)

    def test_a_workbook_whose_sheet_is_no_xml(self, city, tmp_path):
        made = workbook(tmp_path / "made.xlsx", [SAMPLES, sample("S1")])
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w") as target:
            for part in source.infolist():
                broken = part.filename.startswith("xl/worksheets")
                target.writestr(part.filename, "<worksheet><sheetData><row" if broken else source.read(part))
        assert "工作簿已损坏" in refusal(city, path)

    def test_a_cell_beyond_the_last_column(self, city, tmp_path):
        made = workbook(tmp_path / "made.xlsx", [SAMPLES, sample("S1")])
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w") as target:
            for part in source.infolist():
                content = source.read(part).replace(b'<c r="F2"', b'<c r="BDWGN2"')
                target.writestr(part.filename, content)
        assert "超出了表格的最后一列 XFD" in refusal(city, path)

    @pytest.mark.parametrize("cell", [b"<c><v>1</v></c>", b'<c s="1"/>', b"<x:c/>", b"<c/>"])
    @pytest.mark.parametrize("columns", [16_385, 1_000_000])
    def test_a_row_with_more_cells_than_a_sheet_has_columns(self, city, tmp_path, cell, columns):
        made = workbook(tmp_path / "made.xlsx", [SAMPLES, sample("S1")])
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w") as target:
            for part in source.infolist():
                wide = b'<row r="3">' + cell * columns + b"</row></sheetData>"
                target.writestr(part.filename, source.read(part).replace(b"</sheetData>", wide))
        line = refusal(city, path)
        assert "超过一张表最多的 16384 列；请只留下要导入的列" in line


def test_a_text_with_a_million_columns(city, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",".join(SAMPLES) + "," * 1_000_000, encoding="utf-8")
    assert "第 1 行有 1000006 列以上" in refusal(city, path)


def test_a_text_with_a_line_that_does_not_end(city, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",".join(SAMPLES) + "\n" + "很长" * 3_000_000, encoding="utf-8")
    assert "第 2 行" in refusal(city, path)


def test_a_cell_that_is_a_book_or_a_quotation_that_is_not_closed(city, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",".join(SAMPLES) + '\nS1,"' + "很长\n" * 200_000, encoding="utf-8")
    assert "第 2 行读不下去" in refusal(city, path)


class TestHeadings:
    def test_a_missing_column_is_named_with_the_one_that_may_be_meant(self, city, tmp_path):
        line = refusal(city, workbook(tmp_path / "a.xlsx", [[*SAMPLES[:5], "报告的日期"], sample("S1")]))
        assert "最像“监督抽检结果”（表头在第 1 行），但缺少列“报告日期”（是不是“报告的日期”？）" in line
        assert "duties/imports/监督抽检结果.yaml" in line

    def test_asked_for_a_table_it_is_not(self, city, tmp_path):
        line = refusal(city, workbook(tmp_path / "a.xlsx", [SAMPLES, sample("S1")]), asked="风险等级")
        assert "最像“风险等级”" in line
        assert "“评定等级”、“评定日期”" in line

    def test_two_columns_of_one_name(self, city, tmp_path):
        line = refusal(city, workbook(tmp_path / "a.xlsx", [[*SAMPLES, "报告日期"], sample("S1")]))
        assert "Sheet1 第 1 行有两列“报告日期”（F 列和 G 列）" in line

    def test_a_heading_and_nothing_below_it(self, city, tmp_path):
        assert "只有表头，没有一行数据" in refusal(city, workbook(tmp_path / "a.xlsx", [SAMPLES]))
        assert "只有表头，没有一行数据" in refusal(city, text(tmp_path / "a.csv", [LICENCES, [], ["合计"]]))

    def test_a_workbook_with_nothing_in_it(self, city, tmp_path):
        assert "表是空的" in refusal(city, workbook(tmp_path / "a.xlsx", []))

    def test_only_hidden_sheets(self, city, tmp_path):
        path = workbook(tmp_path / "a.xlsx", [SAMPLES, sample("S1")], hidden=True, more=[("另一张", [])])
        assert "表是空的" in refusal(city, path)


def test_a_file_that_changes_while_it_is_read(city, tmp_path):
    path = text(tmp_path / "a.csv", [SAMPLES, *(sample(f"S{n}", 1) for n in range(2_100))])
    city.register(1)

    def somebody_saves(_rows, _about):
        with path.open("a", encoding="gbk") as file:
            file.write(f"S9,{code(1)},,,不合格,2023-08-01\n")

    assert "读的时候文件被改动了" in refusal(city, path, told=somebody_saves)
