"""Every kind of fact has a way in: a form made of the vocabulary, filled in and imported."""

import io
from datetime import date
from itertools import islice

import openpyxl
import pytest

from duban.cli import main
from duban.facts import NewSubject, record_subjects
from duban.importing.forms import form_mappings
from duban.importing.mappings import _mistakes, registered_by, ways_in
from duban.importing.registration_forms import registration_name, write_registration
from duban.importing.templates import ListedSubject, template_mappings, write_template
from tests.importing.tables import (
    SELLER,
    STATION,
    City,
    at,
    code,
    counts,
    definitions,
    mappings,
    reasons,
    text,
)
from tests.principals import OPERATOR, county

VOCABULARY = definitions().vocabulary
UNITS = list(definitions().project.units.values())


def form(name, subjects=()):
    return write_template(VOCABULARY.facts[name], VOCABULARY, UNITS, subjects, at("2023-09-01").date())


def filled(path, name, *rows, subjects=()):
    return fill_in(path, openpyxl.load_workbook(io.BytesIO(form(name, subjects))), rows)


def fill_in(path, book, rows):
    """The form with these rows below its example line, kept at `path`."""
    headings = [cell.value.partition("\n")[0] for cell in book.worksheets[0][1]]
    for place, row in enumerate(rows, 3):
        for column, value in row.items():
            book.worksheets[0].cell(place, headings.index(column) + 1).value = value
    book.save(path)
    return path


class OneFile:
    """What a mistake would be told of."""

    def problem(self, *said, **_more):
        return said


@pytest.mark.parametrize("name", sorted(VOCABULARY.facts))
def test_the_form_of_each_kind_is_in_order_and_told_by_its_headings(name):
    mapping = template_mappings(VOCABULARY)[name]
    assert list(_mistakes(OneFile(), mapping.written, VOCABULARY)) == []
    (written,) = openpyxl.load_workbook(io.BytesIO(form(name))).worksheets[:1]
    headings = [cell.value.partition("\n")[0] for cell in written[1]]
    assert headings == list(mapping.written.columns)
    others = [each for each in form_mappings(VOCABULARY).values() if set(each.required) <= set(headings)]
    assert [each.name for each in others] == [name]


def test_no_kind_is_without_a_way_in():
    ways = ways_in(VOCABULARY, {**mappings(), **template_mappings(VOCABULARY)})
    assert {name for name, each in ways.items() if not each} == set()


def test_no_subject_is_without_a_way_to_be_registered():
    ways = registered_by(VOCABULARY, {**mappings(), **form_mappings(VOCABULARY)})
    assert {
        name for name, each in ways.items() if registration_name(VOCABULARY.subjects[name]) not in each
    } == set()


@pytest.fixture
def city(city: City):
    city.register(1, 2)
    return city


def take(city, path):
    from duban.importing.reading import read_file
    from duban.importing.taking import take as taken

    known = {**form_mappings(VOCABULARY), **mappings()}
    with read_file(path, definitions(), known) as batch:
        return batch.mapping.name, taken(city.ws, batch, city.clock.now(), OPERATOR)


def test_a_form_about_subjects(city, tmp_path):
    row = {"监管对象编号": code(1), "监督抽检检出不合格样品日期": "2023-08-01"}
    again = {**row, "编号": "2"}
    subjects = [
        ListedSubject(SELLER, code(1), "甲（虚构）"),
        ListedSubject("特种设备使用单位", "T1", "乙（虚构）"),
    ]
    path = filled(tmp_path / "a.xlsx", "sample.failed", row, again, row, subjects=subjects)
    name, outcome = take(city, path)
    assert (name, counts(outcome)) == ("sample.failed", {"new": 2, "unchanged": 1})
    assert city.facts("kind", "ref") == [
        ("sample.failed", f"{code(1)}/2023-08-01/"),
        ("sample.failed", f"{code(1)}/2023-08-01/2"),
    ]
    book = openpyxl.load_workbook(path)
    assert [row[0].value for row in book["监管对象"].iter_rows(min_row=2)] == [code(1)]
    assert (
        len(book.worksheets[0].data_validations.dataValidation) == 3
    )  # the subjects, their kinds, whose they are


def test_one_holder_of_several_kinds_says_which_is_meant(city, tmp_path):
    works = "食品生产企业"
    for kind in (SELLER, works):
        shop = NewSubject(kind, code(9), "前店后厂（虚构）", STATION)
        assert record_subjects(city.ws, [shop], city.ws.clock.now(), OPERATOR).refused == []
    row = {"监管对象编号": code(9), "监督抽检检出不合格样品日期": "2023-08-01"}
    rows = ({**row, "监管对象种类": works}, {**row, "编号": "2"})
    _, outcome = take(city, filled(tmp_path / "a.xlsx", "sample.failed", *rows))
    assert counts(outcome) == {"new": 1, "refused": 1}
    assert "不止一个" in outcome.refused[0].reason


def test_a_code_that_two_counties_registered_is_told_apart_by_whose_it_is(city, tmp_path):
    for unit in ("350404", "350405"):
        shop = NewSubject(SELLER, code(9), "双县店（虚构）", unit)
        assert record_subjects(city.ws, [shop], city.ws.clock.now(), county(unit)).new == 1
    row = {"监管对象编号": code(9), "监督抽检检出不合格样品日期": "2023-08-01"}
    rows = (row, {**row, "编号": "2", "所属县区": "沙县区"})
    _, outcome = take(city, filled(tmp_path / "a.xlsx", "sample.failed", *rows))
    assert counts(outcome) == {"new": 1, "refused": 1}
    assert "在“所属县区”一列写县名" in outcome.refused[0].reason


EVERY_KIND = code(77)


@pytest.fixture
def of_every_kind(city):
    """Something of every kind of subject, all of one code, and a city that may be told anything."""
    for name, kind in VOCABULARY.subjects.items():
        said = {each: values[0] if values else "某" for each, values in kind.particulars.items()}
        grade = kind.grades[0] if kind.grades else None
        one = NewSubject(name, EVERY_KIND, "某某（虚构）", STATION, grade=grade, attributes=said)
        assert record_subjects(city.ws, [one], city.ws.clock.now(), OPERATOR).refused == []
    return city


def test_the_example_line_of_every_form_could_be_a_row(of_every_kind, tmp_path):
    for name, kind in VOCABULARY.facts.items():
        whose = [ListedSubject(each, EVERY_KIND, "某某（虚构）") for each in kind.about if each != "单位"]
        book = openpyxl.load_workbook(io.BytesIO(form(name, whose)), read_only=True)
        heading, example = islice(book.worksheets[0].iter_rows(values_only=True), 2)
        row = ["1" if "示例" in str(cell) else cell for cell in example]
        row = [f"{cell:%Y-%m-%d}" if isinstance(cell, date) else cell for cell in row]
        found, outcome = take(of_every_kind, text(tmp_path / "a.csv", [heading, row], "utf-8"))
        assert (found, counts(outcome)) == (name, {"new": 1}), reasons(outcome)


def test_a_form_about_units_with_numbers(city, tmp_path):
    title = VOCABULARY.facts["complaint.tallied"].title
    row = {"单位": "三元区", f"{title}日期": "2023-07-31", "应办结数": 9, "按时办结数": 8}
    wrong = {"单位": "沙县区", f"{title}日期": "2023-07-31", "应办结数": 9, "按时办结数": 10}
    _, outcome = take(city, filled(tmp_path / "a.xlsx", "complaint.tallied", row, wrong))
    assert counts(outcome) == {"new": 1, "refused": 1}
    assert "比“应办结数”9 还多" in reasons(outcome)[0][1]
    assert city.facts("unit", "data") == [("350404", {"应办结数": 9, "按时办结数": 8})]


def test_a_grade_by_a_form(city, tmp_path):
    title = VOCABULARY.facts["grade.assigned"].title
    row = {"监管对象编号": code(2), f"{title}日期": "2023-08-01", "等级": "B"}
    take(city, filled(tmp_path / "a.xlsx", "grade.assigned", row))
    assert dict(city.subjects("code", "grade"))[code(2)] == "B"


def test_two_counties_that_both_begin_with_one_do_not_meet(city, tmp_path):
    record_subjects(
        city.ws, [NewSubject(SELLER, code(3), "丙（虚构）", "350405")], city.ws.clock.now(), OPERATOR
    )
    rows = [
        {"编号": "1", "监管对象编号": code(each), "监督抽检检出不合格样品日期": "2023-08-01"}
        for each in (1, 3)
    ]
    for number, row in enumerate(rows):
        path = filled(tmp_path / f"{number}.xlsx", "sample.failed", row)
        assert counts(take(city, path)[1]) == {"new": 1}


class TestSubjects:
    """The list of a kind of subject that no system exports."""

    def form(self, name):
        return openpyxl.load_workbook(
            io.BytesIO(write_registration(VOCABULARY.subjects[name], UNITS, at("2023-09-01").date()))
        )

    def filled(self, path, name, *rows):
        return fill_in(path, self.form(name), rows)

    def test_each_is_in_order_and_told_by_its_headings(self):
        known = form_mappings(VOCABULARY)
        for kind in VOCABULARY.subjects.values():
            own = registration_name(kind)
            assert list(_mistakes(OneFile(), known[own].written, VOCABULARY)) == []
            headings = [cell.value.partition("\n")[0] for cell in self.form(kind.name).worksheets[0][1]]
            assert headings == list(known[own].written.columns)
            assert [name for name, each in known.items() if set(each.required) <= set(headings)] == [own]

    def test_a_list_registers_changes_and_ends(self, city, tmp_path):
        row = {"市地方标准编号": "DB3504/T-001", "市地方标准名称": "沙县小吃（虚构）", "主管单位": "沙县区"}
        other = {**row, "市地方标准编号": "DB3504/T-002", "登记日期": "2021-05-06"}
        path = tmp_path / "a.xlsx"
        name, outcome = take(city, self.filled(path, "市地方标准", row, other))
        assert (name, outcome.subjects_new, reasons(outcome)) == ("市地方标准登记表", 2, [])
        assert take(city, path)[1].subjects_new == 0
        ended = {**other, "市地方标准名称": "沙县小吃（改）", "是否在业": "否"}
        _, outcome = take(city, self.filled(path, "市地方标准", row, ended))
        assert (outcome.subjects_new, outcome.subjects_changed) == (0, 1), reasons(outcome)
        listed = {
            each[0]: each[1:] for each in city.subjects("code", "name", "unit", "active", "registered_on")
        }
        assert listed["DB3504/T-001"] == ("沙县小吃（虚构）", "350405", True, None)
        assert listed["DB3504/T-002"] == ("沙县小吃（改）", "350405", False, "2021-05-06")

    def test_what_is_wrong_is_told_in_its_cell(self, city, tmp_path):
        row = {"医疗机构编号": "Y1", "医疗机构名称": "某院（虚构）", "主管单位": "三元区", "级别": "特级"}
        _, outcome = take(city, self.filled(tmp_path / "a.xlsx", "医疗机构", row, {**row, "主管单位": ""}))
        assert [(each.heading, each.reason) for each in outcome.refused][:2] == [
            ("级别", "不认识“特级”，认识的有：三级、二级、一级及以下"),
            ("主管单位", "没有填"),
        ]

    def test_the_example_line_of_each_could_be_a_row(self, city, tmp_path):
        for name, kind in VOCABULARY.subjects.items():
            heading, example = islice(self.form(name).worksheets[0].iter_rows(values_only=True), 2)
            row = [code(7) if "示例" in str(cell) else cell for cell in example]
            row = [f"{cell:%Y-%m-%d}" if isinstance(cell, date) else cell for cell in row]
            found, outcome = take(city, text(tmp_path / "a.csv", [heading, row], "utf-8"))
            assert (found, outcome.subjects_new) == (registration_name(kind), 1), (name, reasons(outcome))


class TestCommand:
    @pytest.fixture
    def run(self, tmp_path, capsys, monkeypatch):
        monkeypatch.setenv("DUBAN_CLOCK", "2023-10-09T09:00+08:00")
        monkeypatch.setenv("DUBAN_LANG", "zh-CN")
        monkeypatch.delenv("DUBAN_PROJECT", raising=False)
        project = str(tmp_path / "project")
        main(["init", project])
        monkeypatch.chdir(tmp_path)

        def run(*arguments):
            capsys.readouterr()
            exit_code = main(["import", "--project", project, *arguments])
            said = capsys.readouterr()
            return int(exit_code), said.out + said.err

        return run

    def test_it_is_written_once(self, run, tmp_path):
        exit_code, said = run("template", "举办培训", "--unit", "三元区")
        assert (exit_code, "已写好 举办培训填报表.xlsx" in said) == (0, True)
        sheet = openpyxl.load_workbook(tmp_path / "举办培训填报表.xlsx")["单位"]
        assert next(row[0].value for row in sheet.iter_rows(min_row=2)) == "350404"
        assert run("template", "training.held")[0] == 1

    def test_what_is_not_known_and_what_there_is(self, run):
        assert "是不是“举办培训”？" in run("template", "举办培训班")[1]
        assert "没有事实种类或监管对象“xx”，有哪些见 duban import template" in run("template", "xx")[1]
        exit_code, said = run("template", "乡镇")
        assert (exit_code, "已写好 乡镇登记表.xlsx" in said) == (0, True)
        exit_code, said = run("template")
        assert exit_code == 0
        assert all(
            each in said for each in ("supervision.stepped_up", "监督检查记录、填报表", "duban fact add")
        )
