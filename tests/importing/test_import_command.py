"""`duban import` as a person runs it."""

import json

import openpyxl
import pytest
from rich.cells import cell_len

from duban.base.starter import copy_starter
from duban.cli import main
from tests.importing.tables import LICENCES, SAMPLES, code, sample, text, workbook


@pytest.fixture(autouse=True)
def chinese():
    """The command chooses its language itself."""


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Run `duban import …` in a fresh starter project on 2023-09-01; gives the exit code, output and failure."""
    for name in ("DUBAN_PROJECT", "DUBAN_DATABASE_URL", "DUBAN_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DUBAN_CLOCK", "2023-09-01T09:00+08:00")
    copy_starter(tmp_path / "project")

    def run(*arguments, lang="zh-CN"):
        monkeypatch.setenv("DUBAN_LANG", lang)
        capsys.readouterr()
        given = [str(each) for each in arguments]
        code = main(["import", "--project", str(tmp_path / "project"), *given])
        said = capsys.readouterr()
        return int(code), said.out, said.err

    return run


@pytest.fixture
def licences(tmp_path):
    rows = [
        ["JY1", code(1), "青溪食品店（虚构）", "食品销售经营者", "列东所", "2023-01-05"],
        ["JY2", code(2), "金泉食品店（虚构）", "食品销售经营者", "列东所", "2023-02-30"],
    ]
    return workbook(tmp_path / "许可证.xlsx", [["许可证清单（虚构）"], LICENCES, *rows], title="清单")


def test_a_rehearsal_is_the_default(run, licences):
    exit_code, out, err = run(licences)
    assert (exit_code, err) == (1, "")
    assert "许可证清单（登记企业，记取得许可证），来源“许可证清单”" in out
    assert "清单：表头在第 2 行" in out
    assert "登记监管对象 1，取得许可证 1" in out
    assert "F4" in out
    assert "没有这一天：2023-02-30" in out
    assert "这只是试算，什么也没有写。加 --yes 写入台账" in out
    assert run(licences)[1] == out
    assert max(cell_len(line) for line in out.splitlines()) <= 200


def test_writing_and_again(run, licences):
    _, out, _ = run(licences, "--yes")
    assert "已写入台账。" in out
    exit_code, again, _ = run(licences, "--yes")
    assert exit_code == 1
    assert "没有要写入的，台账不变。" in again
    assert "内容一模一样的文件导入过" in again
    assert "内容一模一样的文件导入过" not in out


def test_only_if_clean(run, licences):
    exit_code, out, _ = run(licences, "--yes", "--only-if-clean")
    assert exit_code == 1
    assert "按 --only-if-clean 整个文件都没有导入" in out
    assert "新增" in run(licences)[1]


def test_refused_rows_are_mended_in_their_workbook_and_imported_from_it(run, licences, tmp_path):
    kept = tmp_path / "退回.xlsx"
    _, out, _ = run(licences, "--yes", "--refused", kept)
    assert f"不能导入的行已存到 {kept}" in out
    book = openpyxl.load_workbook(kept)
    sheet = book["清单"]
    heading, row = list(sheet.iter_rows(values_only=True))
    assert heading == (*LICENCES, "原行号", "不导入的原因")
    assert row[-2:] == (4, "发证日期：没有这一天：2023-02-30")
    assert sheet["F2"].fill.fgColor.rgb == "00FFC7CE"
    assert sheet["E2"].fill.fgColor.rgb == "00000000"
    assert sheet["B2"].data_type == "s"
    sheet["F2"] = "2023-02-28"
    book.save(kept)
    exit_code, out, _ = run(kept, "--yes")
    assert (exit_code, "登记监管对象 1，取得许可证 1" in out) == (0, True)


def test_no_workbook_of_refused_rows_when_there_are_none(run, tmp_path):
    file = text(tmp_path / "a.csv", [SAMPLES, sample("S1", result="合格")])
    assert run(file, "--refused", tmp_path / "退回.xlsx")[0] == 0
    assert not (tmp_path / "退回.xlsx").exists()


def test_what_follows_is_opened_at_once(run, licences, tmp_path):
    run(licences, "--yes")
    rows = [sample(f"S{month}", day=f"2023-0{month}-10") for month in (6, 7, 8)]
    _, out, _ = run(text(tmp_path / "抽检.csv", [SAMPLES, *rows]), "--yes", "--json")
    told = json.loads(out)
    assert told["opened"]["sl-flight-check"] == 1
    assert (told["encoding"], told["mapping"], told["written"]) == ("GBK", "监督抽检结果", True)
    assert told["rows"] == {"new": 3, "changed": 0, "unchanged": 0, "nothing": 0, "refused": 0}
    assert told["facts"] == {"new": {"sample.failed": 3}, "corrected": {}, "withdrawn": {}}


def test_the_running_service_is_woken_once_per_file(run, licences, monkeypatch):
    woken = []
    monkeypatch.setattr(
        "duban.runtime.wakeup.emit_wakeup", lambda _root, kinds, _now: woken.append(sorted(kinds))
    )
    run(licences)
    assert woken == []
    run(licences, "--yes")
    run(licences, "--yes")
    assert woken == [["certificate.issued"]]


def test_refusals_for_programs(run, licences):
    told = json.loads(run(licences, "--json")[1])
    assert told["refused"] == [
        {
            "sheet": "清单",
            "row": 4,
            "column": "F",
            "heading": "发证日期",
            "value": "2023-02-30",
            "reason": "没有这一天：2023-02-30",
        }
    ]
    assert not told["written"]


def test_many_refusals_are_summed_up(run, tmp_path):
    file = text(tmp_path / "a.csv", [SAMPLES, *(sample(f"S{place}", 9) for place in range(25))])
    _, out, _ = run(file)
    assert out.count("没有登记过") == 20
    assert "还有 5 处；用 --refused 文件.xlsx" in out


@pytest.mark.parametrize(
    ("arguments", "exit_code", "line"),
    [
        (("没有.xlsx",), 1, "没有.xlsx: 没有这个文件"),
        (("许可证.xlsx", "--as", "许可证"), 2, "没有这种表“许可证”，是不是“许可证清单”？"),
        (("许可证.xlsx", "--refused", "a.csv"), 2, "--refused 要写 .xlsx 文件名"),
        (("许可证.xlsx", "--refused", "许可证.xlsx"), 2, "不能是要导入的文件本身"),
        (("许可证.xlsx", "--refused", "没有/a.xlsx"), 2, "没有文件夹"),
        (("许可证.xlsx", "--unit", "火星局"), 2, "没有单位“火星局”"),
    ],
)
def test_one_line_for_what_cannot_be_done(run, licences, monkeypatch, tmp_path, arguments, exit_code, line):
    monkeypatch.chdir(tmp_path)
    found, out, err = run(*arguments)
    assert (found, out) == (exit_code, "")
    assert line in err
    assert len(err.splitlines()) == 1


def test_a_wrong_mapping_stops_the_import_with_its_place(run, licences, tmp_path):
    path = tmp_path / "project/duties/imports/风险等级.yaml"
    text = path.read_text("utf-8").replace("required:", "requierd:")
    path.write_text(text, "utf-8")
    line = (
        text.splitlines().index(next(each for each in text.splitlines() if each.startswith("requierd:"))) + 1
    )
    exit_code, _, err = run(licences)
    assert exit_code == 1
    assert f"duties/imports/风险等级.yaml:{line}:1: 不认识的字段“requierd”，是不是“required”？" in err


def test_another_name_for_a_column_holds_as_soon_as_it_is_written(run, tmp_path):
    """The content in force stays what was applied; mappings are read from the folder."""
    file = text(tmp_path / "a.csv", [[*SAMPLES[:5], "出报告那天"], sample("S1", result="合格")])
    assert "缺少列“报告日期”" in run(file)[2]
    path = tmp_path / "project/duties/imports/监督抽检结果.yaml"
    path.write_text(path.read_text("utf-8").replace("报告日期: [", "报告日期: [出报告那天, "), "utf-8")
    assert run(file)[0] == 0


def test_in_english(run, licences):
    exit_code, out, _ = run(licences, lang="en")
    assert exit_code == 1
    assert "subjects registered 1, certificate.issued 1" in out
    assert "there is no such day: 2023-02-30" in out
    assert "Only a rehearsal" in out


def test_the_access_log_says_whether_all_a_part_or_nothing_was_taken(run, licences, tmp_path, capsys):
    bad = workbook(
        tmp_path / "坏.xlsx",
        [LICENCES, ["JY3", code(3), "丙店（虚构）", "食品销售经营者", "列东所", "2023-02-30"]],
    )
    good = text(
        tmp_path / "好.csv",
        [LICENCES, ["JY1", code(1), "甲店（虚构）", "食品销售经营者", "列东所", "2023-01-05"]],
    )
    run(licences)
    run(licences, "--yes", "--actor", "张三")
    run(licences, "--yes", "--only-if-clean")
    run(bad, "--yes")
    run(good, "--yes", "--actor", "李四")
    capsys.readouterr()
    main(["access", "--project", str(tmp_path / "project"), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert [(each["outcome"], each["act"], each["touched"]) for each in told] == [
        ("partly", "duban import 许可证.xlsx", ["JY1/2023-01-05"]),
        ("refused", "duban import 许可证.xlsx", []),
        ("refused", "duban import 坏.xlsx", []),
        ("done", "duban import 好.csv", [code(1)]),  # the licence is known: it changes a name
    ]
    assert [told[place]["by"].partition("（")[0] for place in (0, 3)] == ["张三", "李四"]


def test_the_access_log_names_the_file_and_the_numbers_it_brought(run, tmp_path, capsys):
    rows = [
        [f"JY{number}", code(number), f"第{number}店（虚构）", "食品销售经营者", "列东所", "2023-01-05"]
        for number in range(1, 131)
    ]
    path = workbook(tmp_path / "许可证.xlsx", [LICENCES, *rows])
    run(path)
    run(path, "--yes")
    capsys.readouterr()
    assert main(["access", "--json", "--project", str(tmp_path / "project")]) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert (told["act"], told["outcome"], told["count"]) == ("duban import 许可证.xlsx", "done", 130)
    named = [f"JY{number}/2023-01-05" for number in (1, 2, 3, 4, 99, 130)]
    assert [*told["touched"][:4], told["touched"][98], told["touched"][-1]] == named
    assert len(told["touched"]) == 100
    assert main(["access", "--as", "md", "--project", str(tmp_path / "project")]) == 0
    shown = "、".join(named[:4]) + f" …… {named[-1]}，共 130 个"
    assert shown in capsys.readouterr().out
