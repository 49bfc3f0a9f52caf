"""A row against the ledger: new, changed, unchanged, nothing to record, or refused; the whole file in one transaction."""

from dataclasses import replace
from datetime import date

import pytest

from duban.facts import NewFact, NewSubject, record_facts, record_subjects
from duban.importing import taking
from duban.importing.reading import PAGE
from tests.importing.tables import (
    LICENCES,
    SAMPLES,
    SELLER,
    STATION,
    City,
    code,
    counts,
    reasons,
    sample,
    text,
    workbook,
)
from tests.principals import OPERATOR, county

RETEST = [*SAMPLES, "复检结论"]


@pytest.fixture
def city(city_on_each):
    city_on_each.register(1, 2, 3)
    return city_on_each


@pytest.fixture
def given(tmp_path):
    """`given(row, …)`: a CSV of sampling results with these rows."""
    made = iter(range(100))

    def file(*rows, heading=SAMPLES):
        return text(tmp_path / f"{next(made)}.csv", [heading, *rows])

    return file


def licence(number, *, ref=None, kind="食品销售经营者", unit="列东所", day="2023-08-01", name=None):
    return [ref or f"JY{number:05}", code(number), name or f"新店{number}（虚构）", kind, unit, day]


class TestFacts:
    def test_a_rehearsal_says_what_would_happen_and_writes_nothing(self, city, given):
        outcome = city.rehearse(given(sample("S1"), sample("S2", result="合格")))
        assert counts(outcome) == {"new": 1, "nothing": 1}
        assert not outcome.written
        assert city.facts() == []

    def test_the_same_file_twice_changes_nothing(self, city, given):
        file = given(sample("S1"), sample("S2", 2), sample("S3", result="合格"))
        assert counts(city.take(file)) == {"new": 2, "nothing": 1}
        assert counts(city.rehearse(file)) == {"unchanged": 2, "nothing": 1}
        assert counts(city.take(file)) == {"unchanged": 2, "nothing": 1}
        assert city.facts() == [("sample.failed", "S1", "2023-08-01"), ("sample.failed", "S2", "2023-08-01")]

    def test_a_changed_row_becomes_a_correction(self, city, given):
        city.take(given(sample("S1")))
        outcome = city.take(given(sample("S1", day="2023-08-02")))
        assert (counts(outcome), dict(outcome.corrected)) == ({"changed": 1}, {"sample.failed": 1})
        city.take(given(sample("S1", day="2023-08-03")))
        (one, _, _, _), (two, _, _, first), (_, ref, day, second) = city.facts(
            "id", "ref", "happened_on", "revises"
        )
        assert (first, second) == (one, two)
        assert (ref, day) == ("S1#3", "2023-08-03")

    def test_a_row_that_turns_out_to_be_about_another_subject(self, city, given):
        city.take(given(sample("S1", 1)))
        outcome = city.take(given(sample("S1", 2)))
        assert (dict(outcome.withdrawn), dict(outcome.corrected)) == (
            {"sample.failed": 1},
            {"sample.failed": 1},
        )
        about = city.facts("ref", "subject_id", "data")
        (first, second) = (about[0][1], about[2][1])
        assert first != second
        assert [(ref, subject, bool(data.get("withdrawn"))) for ref, subject, data in about] == [
            ("S1", first, False),
            ("S1#2", first, True),
            ("S1#3", second, False),
        ]
        assert counts(city.take(given(sample("S1", 2)))) == {"unchanged": 1}

    def test_a_retest_withdraws_what_it_clears(self, city, given):
        city.take(given(sample("S1")))
        retest = given([*sample("S1", day="2023-08-20"), "合格"], heading=RETEST)
        assert counts(city.take(retest)) == {"changed": 1}
        assert counts(city.take(retest)) == {"unchanged": 1}
        assert city.facts("ref", "data")[1] == ("S1#2", {"withdrawn": True})

    def test_a_list_exported_anew_does_not_undo_a_retest(self, city, given):
        monthly = given(sample("S1"))
        city.take(monthly)
        city.take(given(sample("S1", result="复检合格")))
        assert counts(city.take(monthly)) == {"unchanged": 1}

    def test_a_retest_that_upholds_changes_nothing(self, city, given):
        city.take(given(sample("S1")))
        assert counts(city.take(given(sample("S1", result="复检不合格")))) == {"unchanged": 1}
        assert len(city.facts()) == 1

    def test_a_batch_and_its_retest_in_one_file_in_that_order(self, city, given):
        file = given(sample("S1"), sample("S2"), sample("S1", result="复检合格", day="2023-08-09"))
        assert counts(city.rehearse(file)) == {"new": 2, "changed": 1}
        assert counts(city.take(file)) == {"new": 2, "changed": 1}
        assert counts(city.take(file)) == {"unchanged": 3}

    def test_a_retest_of_a_batch_nobody_knows_is_nothing(self, city, given):
        assert counts(city.take(given(sample("S1", result="复检合格")))) == {"nothing": 1}

    def test_another_result_under_a_known_number_is_refused(self, city, given):
        city.take(given(sample("S1")))
        outcome = city.take(given(sample("S1", result="合格")))
        assert reasons(outcome) == [
            (
                "E2",
                "台账里编号 S1 是“监督抽检检出不合格样品”（2023-08-01），这里却不是；复检改判的请写明是复检",
            )
        ]

    def test_a_correction_by_hand_stays_until_the_source_says_something_new(self, city, given):
        city.take(given(sample("S1")))
        by_hand = NewFact(
            "sample.failed",
            (SELLER, code(1)),
            None,
            date(2023, 8, 5),
            "manual",
            "H1",
            revises=("监督抽检", "S1"),
        )
        assert record_facts(city.ws, [by_hand], city.clock.now(), OPERATOR).new == 1
        assert counts(city.take(given(sample("S1")))) == {"unchanged": 1}
        assert counts(city.take(given(sample("S1", day="2023-08-06")))) == {"changed": 1}
        ids = {ref: number for number, ref in city.facts("id", "ref")}
        assert city.facts("ref", "revises")[-1] == ("S1#2", ids["H1"])


class TestDuplicates:
    def test_the_same_row_twice_counts_once(self, city, given):
        assert counts(city.take(given(sample("S1"), sample("S1")))) == {"new": 1, "unchanged": 1}

    @pytest.mark.parametrize(
        "other", [sample("S1", result="合格"), sample("S1", day="2023-08-02"), sample("S1", 2)]
    )
    @pytest.mark.parametrize("apart", [0, PAGE + 10])
    def test_one_number_with_another_result_refuses_both_rows(self, city, given, other, apart):
        between = [sample(f"X{place}", result="合格") for place in range(apart)]
        file = given(sample("S1"), *between, sample("S2"), other)
        last = 4 + apart
        assert reasons(city.take(file)) == [
            ("A2", f"第 {last} 行也是编号 S1，内容却不同；哪一行对，请人核对，两行都没有导入"),
            (f"A{last}", "第 2 行也是编号 S1，内容却不同；哪一行对，请人核对，两行都没有导入"),
        ]
        assert city.facts("ref") == [("S2",)]

    def test_on_two_sheets(self, city, tmp_path):
        file = workbook(
            tmp_path / "a.xlsx",
            [SAMPLES, sample("S1")],
            title="一月",
            more=[("二月", [SAMPLES, sample("S1", day="2023-08-02")])],
        )
        first, second = city.rehearse(file).refused
        assert first.reason.startswith("二月 第 2 行也是编号 S1")
        assert second.reason.startswith("一月 第 2 行也是编号 S1")


class TestRefused:
    @pytest.mark.parametrize(
        ("row", "place", "reason"),
        [
            (sample("S1", 99), "B2", f"没有登记过 {code(99)}"),
            (sample("S1", day="2023-09-02"), "F2", "2023-09-02 还没有到"),
            (sample("S1", day="1923-09-02"), "F2", "请核对年份"),
            (["S1", "", "没有这家店", "", "不合格", "2023-08-01"], "C2", "没有登记过 没有这家店"),
            (["S1", "", "", "", "不合格", "2023-08-01"], "B2", "没有编号，认不出是谁"),
        ],
    )
    def test_what_cannot_be_true_is_refused_at_its_cell_and_the_rest_is_taken(
        self, city, given, row, place, reason
    ):
        outcome = city.take(given(row, sample("S9")))
        assert counts(outcome) == {"refused": 1, "new": 1}
        ((found, told),) = reasons(outcome)
        assert found == place
        assert reason in told

    def test_only_if_clean_takes_all_or_nothing(self, city, given):
        file = given(sample("S1"), sample("S2", 99))
        outcome = city.take(file, only_if_clean=True)
        assert not outcome.written
        assert counts(outcome) == {"new": 1, "refused": 1}
        assert city.facts() == []

    def test_a_passed_sample_may_lack_anything(self, city, given):
        assert counts(city.take(given(["S1", "", "", "", "合格", ""]))) == {"nothing": 1}

    def test_nothing_is_half_written_when_writing_fails_midway(self, city, given, monkeypatch):
        file = given(*(sample(f"S{place}") for place in range(PAGE + 5)))
        pages = iter([taking.take_facts, None])

        def then_the_disk_is_full(*arguments):
            write = next(pages)
            if write is None:
                raise OSError(28, "No space left on device")
            write(*arguments)

        monkeypatch.setattr(taking, "take_facts", then_the_disk_is_full)
        with pytest.raises(OSError, match="No space"):
            city.take(file)
        assert city.facts() == []


def test_what_somebody_else_records_meanwhile_is_seen(city, given):
    """The rows are judged before the ledger is locked; a retest comes in between from another office."""
    city.take(given(sample("S1")))
    retest = given(sample("S1", result="复检合格"))

    def another_office_imports(_rows):
        assert counts(city.take(retest)) == {"changed": 1}

    heard = []
    with city.read(given(sample("S1", result="合格"), sample("S2"), sample("S3", 99))) as batch:
        outcome = taking.take(
            city.ws,
            batch,
            city.clock.now(),
            OPERATOR,
            told=another_office_imports,
            refused=lambda row: heard.append(row.draft.ref),
        )
    assert counts(outcome) == {"nothing": 1, "new": 1, "refused": 1}
    assert heard == ["S1", "S3", "S3"]
    assert city.facts("ref") == [("S1",), ("S1#2",), ("S2",)]


class TestNames:
    def test_a_subject_without_a_code_is_found_by_its_name(self, city, given):
        row = ["S1", "", " 青溪食品店2号(虚构)", "", "不合格", "2023-08-01"]
        assert counts(city.take(given(row))) == {"new": 1}

    def test_a_name_that_several_bear_is_refused(self, city, given):
        city.register(4, kind="餐饮服务单位")
        city.register(5)
        from duban.facts import NewSubject, record_subjects

        record_subjects(
            city.ws,
            [NewSubject(SELLER, code(number), "同名店", "350404") for number in (7, 8)],
            city.ws.clock.now(),
            OPERATOR,
        )
        ((place, reason),) = reasons(city.take(given(["S1", "", "同名店", "", "不合格", "2023-08-01"])))
        assert place == "C2"
        assert f"“同名店”不止一个：{SELLER} {min(code(7), code(8))}" in reason


class TestSubjects:
    def test_a_licence_registers_its_holder_and_is_a_fact(self, city, given):
        outcome = city.take(given(licence(11), heading=LICENCES))
        assert (outcome.subjects_new, dict(outcome.facts)) == (1, {"certificate.issued": 1})
        assert city.subjects("kind", "name", "unit", "registered_on")[-1] == (
            SELLER,
            "新店11（虚构）",
            "350404-01",
            "2023-08-01",
        )

    def test_twice_changes_nothing_even_with_several_licences_of_one_holder(self, city, given):
        file = given(
            licence(11, ref="A"), licence(11, ref="B", unit="列西所"), licence(11, ref="C"), heading=LICENCES
        )
        assert counts(city.take(file)) == {"new": 3}
        assert counts(city.rehearse(file)) == {"unchanged": 3}

    def test_a_holder_that_moved_is_brought_up_to_date(self, city, given):
        city.take(given(licence(11), heading=LICENCES))
        outcome = city.take(given(licence(11, unit="350405"), heading=LICENCES))
        assert (counts(outcome), outcome.subjects_changed) == ({"changed": 1}, 1)
        assert city.subjects("unit")[-1] == ("350405",)

    def test_a_renewed_licence_is_a_new_fact(self, city, given):
        city.take(given(licence(11), heading=LICENCES))
        assert counts(city.take(given(licence(11, day="2023-08-15"), heading=LICENCES))) == {"new": 1}

    def test_what_a_list_does_not_say_stays_as_it_was(self, city, given):
        full = [*LICENCES, "经营业态", "风险等级", "证书状态"]
        city.take(given([*licence(11), "便利店", "B级", "注销"], heading=full))
        city.take(given(licence(11, name="改名店（虚构）"), heading=LICENCES))
        assert city.subjects("name", "grade", "attributes", "active")[-1] == (
            "改名店（虚构）",
            "B",
            {"业态": "便利店"},
            False,
        )

    def test_an_attribute_the_kind_does_not_have_is_not_looked_at(self, city, given):
        file = given([*licence(11), "大型", "便利店"], heading=[*LICENCES, "规模", "经营业态"])
        assert counts(city.take(file)) == {"new": 1}

    @pytest.mark.parametrize(
        ("row", "place", "reason"),
        [
            ([*licence(11, unit=""), "便利店"], "E2", "没有写归哪个单位管"),
            ([*licence(11, unit="火星所"), "便利店"], "E2", "没有单位“火星所”"),
            ([*licence(11), "小卖部"], "G2", "“业态”不能是“小卖部”"),
            ([*licence(11, kind="药品"), "便利店"], "D2", "不认识“药品”，认识的有：食品生产许可、"),
            ([*licence(11, day="2023-09-02"), "便利店"], "F2", "还没有到"),
        ],
    )
    def test_a_wrong_register_row_brings_nobody_in(self, city, given, row, place, reason):
        outcome = city.take(given(row, heading=[*LICENCES, "经营业态"]))
        ((found, told),) = reasons(outcome)
        assert (found, city.facts()) == (place, [])
        assert reason in told
        assert len(city.subjects("id")) == 3

    def test_a_unit_given_for_the_whole_file(self, city, given):
        file = given(licence(11, unit=""), heading=LICENCES)
        assert counts(city.take(file, default_unit="350405")) == {"new": 1}

    def test_a_grade_is_an_assignment_and_the_newest_counts(self, city, given):
        heading = ["统一社会信用代码", "企业名称", "评定等级", "评定日期"]
        city.take(
            given([code(1), "", "C级", "2023-03-01"], [code(1), "", "B级", "2022-03-01"], heading=heading)
        )
        assert city.subjects("grade")[0] == ("C",)

    def test_a_wrong_credit_code_is_refused_where_the_kind_has_them(self, city, given):
        vocabulary = city.ws.definitions.vocabulary
        kinds = {name: replace(kind, credit_code=True) for name, kind in vocabulary.subjects.items()}
        definitions = replace(city.ws.definitions, vocabulary=replace(vocabulary, subjects=kinds))
        city.ws = replace(city.ws, definitions=definitions)
        wrong = licence(11)
        wrong[1] = code(11)[:-1] + ("A" if code(11)[-1] != "A" else "B")
        ((place, reason),) = reasons(city.take(given(wrong, licence(12), heading=LICENCES)))
        assert place == "B2"
        assert f"末位应是“{code(11)[-1]}”" in reason


def test_a_particular_the_vocabulary_does_not_allow_is_refused_at_its_column(city, given):
    heading = ["单位", "日期", "活动名称", "类型", "主题", "人数"]
    rows = [
        ["三元区", "2023-07-01", "宣传", "宣传", "不在词汇里的主题", ""],
        ["三元区", "2023-07-02", "培训", "培训", "", "-3"],
        ["三元区", "2023-07-03", "培训", "培训", "", "30人"],
    ]
    outcome = city.take(given(*rows, heading=heading))
    assert [place for place, _ in reasons(outcome)] == ["E2", "F3"]
    assert "“主题”没有“不在词汇里的主题”这个值" in outcome.refused[0].reason
    assert city.facts("kind", "data") == [("training.held", {"类型": "培训", "名称": "培训", "人数": 30})]


class TestUnits:
    @pytest.mark.parametrize(
        ("written", "unit"),
        [
            ("350404", "350404"),
            ("３５０４０４", "350404"),
            ("三元区市场监管局", "350404"),
            ("三明市三元区市场监督管理局", "350404"),
            ("福建省三明市三元区市场监督管理局", "350404"),
            ("三元区", "350404"),
            ("三元", "350404"),
            ("三元区局", "350404"),
            ("列东市场监督管理所", "350404-01"),
            ("列东所", "350404-01"),
            ("三元区列东市场监管所", "350404-01"),
            ("永安市", "350481"),
            ("三明市市场监管局", "350400"),
            ("三明市局", "350400"),
        ],
    )
    def test_a_unit_by_whatever_it_is_called(self, city, given, written, unit):
        heading = ["单位", "日期", "活动名称", "类型"]
        city.take(given([written, "2023-07-01", "宣传", "宣传"], heading=heading))
        assert city.facts("unit") == [(unit,)]


def test_a_wake_up_names_the_kinds_that_came_in(city: City, given):
    city.take(given(sample("S1")))
    outcome = city.take(given(sample("S1", result="复检合格"), sample("S2")))
    assert {*outcome.facts, *outcome.withdrawn} == {"sample.failed"}


def whose(city):
    """In whose charge the subjects of the facts are."""
    unit = dict(city.subjects("id", "unit"))
    return [unit[subject] for (subject,) in city.facts("subject_id")]


class TestCounties:
    """One code in two counties is two subjects; a table's numbers are its unit's."""

    SANYUAN = county("350404", STATION)

    @pytest.fixture
    def twice(self, city):
        """三元 and 沙县 have each registered the shop of code(11)."""
        for who, unit in ((self.SANYUAN, STATION), (county("350405"), "350405")):
            shop = NewSubject(SELLER, code(11), "同号店（虚构）", unit)
            assert record_subjects(city.ws, [shop], city.clock.now(), who).new == 1
        return city

    def test_a_result_that_may_be_of_either_is_refused_and_the_counties_are_named(self, twice, given):
        outcome = twice.take(given(sample("S1", 11)))
        [refused] = outcome.refused
        assert "在三元区市场监管局、沙县区市场监管局各登记了一个，请写明归哪个单位管" in refused.reason

        assert refused.reason.endswith("：在“所属县区”一列写县名，或者导入时写 --unit 县名")

    @pytest.mark.parametrize(("said", "unit"), [("三元区", STATION), ("沙县局", "350405")])
    def test_the_row_s_own_column_says_which_is_meant(self, twice, given, said, unit):
        table = given([*sample("S1", 11), said], heading=[*SAMPLES, "所属辖区"])
        assert counts(twice.take(table)) == {"new": 1}
        assert whose(twice) == [unit]

    def test_else_the_unit_the_importer_gives_does(self, twice, given):
        assert counts(twice.take(given(sample("S1", 11)), default_unit="350405-01")) == {"new": 1}
        assert whose(twice) == ["350405"]

    def test_else_the_county_the_sheet_is_named_after_does(self, twice, tmp_path):
        rows = [SAMPLES, sample("S1", 11)]
        assert counts(twice.take(workbook(tmp_path / "a.xlsx", rows, title="沙县区"))) == {"new": 1}
        assert whose(twice) == ["350405"]

    def test_one_name_in_two_counties_is_told_apart_likewise(self, twice, given):
        by_name = ["S1", "", "同号店（虚构）", "糕点", "不合格", "2023-08-01"]
        assert "各登记了一个" in twice.take(given(by_name)).refused[0].reason
        table = given([*by_name, "沙县"], heading=[*SAMPLES, "县区"])
        assert counts(twice.take(table)) == {"new": 1}
        assert whose(twice) == ["350405"]

    def test_the_name_of_a_shop_elsewhere_is_not_taken_for_the_one_the_row_means(self, city, given):
        city.register(1)
        by_name = ["S1", "", "青溪食品店1号（虚构）", "糕点", "不合格", "2023-08-01"]
        heading = [*SAMPLES, "县区"]
        outcome = city.take(given([*by_name, "沙县区"], heading=heading))
        [(_, reason)] = reasons(outcome)
        assert "登记在三元区市场监管局，这一行写的是沙县区市场监管局" in reason
        rows = [
            [*by_name, "列东所"],
            [*sample("S2"), "沙县区"],
        ]  # a credit code is one holder's wherever it is
        assert counts(city.take(given(*rows, heading=heading))) == {"new": 2}

    def test_a_unit_nobody_knows_is_said_where_it_is_needed_and_nowhere_else(self, twice, given):
        twice.register(1)
        rows = [[*sample("S1", 11), "泉州市"], [*sample("S2"), "泉州市"]]
        outcome = twice.take(given(*rows, heading=[*SAMPLES, "所属辖区"]))
        assert counts(outcome) == {"refused": 1, "new": 1}
        assert "泉州市" in outcome.refused[0].reason

    def test_a_county_s_own_table_means_its_own(self, twice, given):
        with twice.read(given(sample("S1", 11))) as batch:
            assert counts(taking.take(twice.ws, batch, twice.clock.now(), self.SANYUAN)) == {"new": 1}

    def test_what_another_unit_s_table_brought_under_the_number_is_another_fact(self, city, given):
        table = given(sample("S1"))
        with city.read(table) as batch:
            assert counts(taking.take(city.ws, batch, city.clock.now(), self.SANYUAN)) == {"new": 1}
            assert counts(taking.take(city.ws, batch, city.clock.now(), self.SANYUAN)) == {"unchanged": 1}
        assert counts(city.take(table)) == {"new": 1}

    def test_the_city_s_register_speaks_of_the_county_it_names(self, twice, given):
        outcome = twice.take(given(licence(11, name="三元改名店（虚构）"), heading=LICENCES))
        assert counts(outcome) == {"new": 1}
        assert twice.subjects("unit", "name")[-2:] == [
            (STATION, "三元改名店（虚构）"),
            ("350405", "同号店（虚构）"),
        ]
