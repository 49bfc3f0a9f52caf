"""What people do to obligations, from signing to the undo."""

from datetime import UTC, date, datetime

import pytest

from duban.base.language import use
from duban.obligations import evidence as evidence_files
from duban.obligations.act_words import history_word
from duban.obligations.actions import (
    Evidence,
    EvidenceRefused,
    MoveRefused,
    acknowledge,
    complete,
    extend,
    reopen,
    resume,
    suspend,
    undo,
    waive,
)
from duban.workdays import UnknownYear, parse_period
from duban.workdays.steps import steps_in_words
from tests.principals import by


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "三季度形势分析报告.PDF"
    path.write_bytes(b"%PDF-1.7 report")
    return path


def test_signing_says_who_and_when_and_the_ladder_goes_on(desk):
    before = desk.row.next_rung_at
    acted = acknowledge(desk.ws, desk.number.lower(), desk.now, who=by("张三"))
    assert (acted.short_id, acted.state, acted.deadline) == (desk.number, "acknowledged", date(2023, 10, 16))
    assert (desk.row.acknowledged_at, desk.row.next_rung_at) == (desk.now, before)
    assert [(event.kind, event.actor, event.at) for event in desk.events] == [
        ("acknowledge", "张三", desk.now)
    ]


def test_signing_twice_is_refused_and_says_what_is_possible(desk):
    acknowledge(desk.ws, desk.number, desk.now, who=by("张三"))
    with pytest.raises(MoveRefused, match="已经签收，不能签收；现在可以：办结、申请延期"):
        acknowledge(desk.ws, desk.number, desk.now, who=by("李四"))


@pytest.mark.parametrize(
    "number, words", [("DB-00001Y", "有一个字符不对"), ("DB-12HJ2D", "没有编号为 DB-12HJ2D")]
)
def test_a_mistyped_or_unknown_number_is_said(desk, number, words):
    with pytest.raises(MoveRefused, match=words):
        acknowledge(desk.ws, number, desk.now, who=by("张三"))


def test_nobody_acts_without_a_name(desk):
    with pytest.raises(MoveRefused, match="经办人"):
        acknowledge(desk.ws, desk.number, desk.now, who=by(" "))


def test_completing_keeps_the_evidence_under_its_hash(desk, report):
    acted = complete(desk.ws, desk.number, desk.now, who=by("张三"), evidence=[report], reason="已报送")
    (kept,) = desk.evidence
    stored = desk.ws.root / ".duban" / "evidence" / kept.stored_as
    assert (acted.state, acted.missing) == ("done", ())
    assert (kept.name, kept.size, kept.added_by) == ("三季度形势分析报告.PDF", 15, "张三")
    assert stored.read_bytes() == report.read_bytes()
    assert stored.name == f"{kept.sha256}.pdf"
    assert (desk.row.closed_on, desk.row.next_rung_at) == (date(2023, 10, 9), None)
    assert desk.events[0].details["evidence"] == ["三季度形势分析报告.PDF"]


def test_required_evidence_that_is_missing_is_said_and_stays_in_the_history(desk, tmp_path):
    photo = tmp_path / "IMG_0001.jpg"
    photo.write_bytes(b"jpeg")
    acted = complete(desk.ws, desk.number, desk.now, who=by("张三"), evidence=[photo])
    assert acted.missing == ("形势分析报告",)
    assert desk.events[0].details["missing"] == ["形势分析报告"]


def test_a_file_may_be_named_as_the_piece_it_is(desk, tmp_path):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"pdf")
    acted = complete(
        desk.ws, desk.number, desk.now, who=by("张三"), evidence=[Evidence(scan, "形势分析报告")]
    )
    assert acted.missing == ()
    assert desk.evidence[0].name == "形势分析报告"


def test_the_same_file_twice_is_stored_once(desk, report, tmp_path):
    copy = tmp_path / "形势分析报告（副本）.pdf"
    copy.write_bytes(report.read_bytes())
    complete(desk.ws, desk.number, desk.now, who=by("张三"), evidence=[report, copy])
    assert len(desk.evidence) == 2
    folder = desk.ws.root / ".duban" / "evidence"
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("wrong", ["missing", "empty", "folder"])
def test_a_file_that_cannot_be_taken_in_changes_nothing(desk, tmp_path, wrong):
    path = tmp_path / "x.pdf"
    if wrong == "empty":
        path.touch()
    elif wrong == "folder":
        path.mkdir()
    with pytest.raises(EvidenceRefused, match=r"x\.pdf"):
        complete(desk.ws, desk.number, desk.now, who=by("张三"), evidence=[path])
    assert desk.row.state == "open"
    assert desk.events == []


def test_a_file_too_large_is_refused_and_leaves_nothing_behind(tmp_path, report):
    with pytest.raises(EvidenceRefused, match="压缩或拆分"):
        evidence_files.keep(tmp_path, Evidence(report), largest=10)
    assert [path for path in (tmp_path / ".duban").rglob("*") if path.is_file()] == []


def test_an_extension_by_working_days_skips_the_weekend(desk):
    acted = extend(
        desk.ws, desk.number, desk.now, who=by("张三"), reason="数据未齐", by=parse_period("5个工作日")
    )
    assert (acted.state, acted.target, acted.deadline) == ("open", date(2023, 10, 23), date(2023, 10, 23))
    assert desk.row.next_rung_at == desk.when("remind-1")
    event = desk.events[0]
    assert (event.details["was"], event.details["deadline"], event.reason) == (
        "2023-10-16",
        "2023-10-23",
        "数据未齐",
    )
    assert event.details["steps"]


def test_after_an_extension_the_ladder_speaks_anew(desk):
    desk.fire("remind-1", "remind-2", "urge-1")
    extend(desk.ws, desk.number, desk.now, who=by("张三"), reason="数据未齐", by=parse_period("5个工作日"))
    assert (desk.row.next_rung_at, desk.row.course) == (desk.when("remind-1"), 2)


def test_an_extension_to_a_rest_day_ends_on_the_working_day_after_and_aims_at_the_one_before(desk):
    acted = extend(desk.ws, desk.number, desk.now, who=by("张三"), reason="数据未齐", to=date(2023, 10, 21))
    assert (acted.target, acted.deadline) == (date(2023, 10, 20), date(2023, 10, 23))
    assert acted.steps == (
        "延期至 2023-10-21",
        "2023-10-21（周六）是周末休息日，顺延到 2023-10-23（周一）（民法典第二百零三条）",
    )
    with use("en"):  # who reads it later reads it in his own language
        assert steps_in_words(desk.events[0].details["steps"])[0] == "extended to 2023-10-21"
        assert steps_in_words(["延期至 2023-10-21"]) == ("延期至 2023-10-21",)


def test_an_extension_must_lead_somewhere(desk):
    with pytest.raises(MoveRefused, match="不晚于现在的期限 2023-10-16"):
        extend(desk.ws, desk.number, desk.now, who=by("张三"), reason="x", to=date(2023, 10, 16))
    desk.tomorrow(30)
    with pytest.raises(MoveRefused, match="已经过去"):
        extend(desk.ws, desk.number, desk.now, who=by("张三"), reason="x", to=date(2023, 10, 20))
    assert desk.events == []


def test_an_extension_beyond_the_known_calendar_is_refused_not_guessed(desk):
    with pytest.raises(UnknownYear):
        extend(desk.ws, desk.number, desk.now, who=by("张三"), reason="x", to=date(2045, 6, 1))
    assert desk.row.deadline == date(2023, 10, 16)


@pytest.mark.parametrize(
    ("day", "provisional"),
    [
        (date(2027, 10, 8), True),  # beside the days off around 国庆, which no notice has named
        (date(2027, 11, 10), False),  # no arrangement can move it
    ],
)
def test_an_extension_to_a_day_that_a_notice_may_move_says_so(desk, day, provisional):
    extend(desk.ws, desk.number, desk.now, who=by("张三"), reason="x", to=day)
    assert desk.row.provisional is provisional


def test_an_extension_is_undone_and_all_is_as_it_was(desk):
    acknowledge(desk.ws, desk.number, desk.now, who=by("张三"))
    desk.tomorrow(10)  # 2023-10-19: three days late
    desk.fire("remind-1", "remind-2", "urge-1")
    columns = (
        "state",
        "target",
        "deadline",
        "provisional",
        "missed",
        "acknowledged_at",
        "course",
        "course_at",
    )
    before = [getattr(desk.row, name) for name in columns]
    extend(desk.ws, desk.number, desk.now, who=by("王局"), reason="台风", to=date(2027, 10, 8))
    assert (desk.row.provisional, desk.row.missed) == (True, date(2023, 10, 16))
    assert (desk.row.course, desk.row.course_at) == (2, desk.now)

    acted = undo(desk.ws, desk.number, desk.now, who=by("李局"), reason="点错了")

    assert (acted.deadline, [getattr(desk.row, name) for name in columns]) == (date(2023, 10, 16), before)
    assert desk.row.next_rung_at == desk.when(
        "supervise-1"
    )  # what was said of the day it has again is not said again
    last = desk.events[-1]
    assert (last.kind, last.actor, last.reason) == ("undo", "李局", "点错了")
    assert history_word(last) == "撤销延期"
    with use("en"):
        assert history_word(last) == "undone: extended"


def test_only_what_happened_last_is_undone_and_once(desk):
    with pytest.raises(MoveRefused, match="不是延期、转办，或者之后又有变动，不能撤销"):
        undo(desk.ws, desk.number, desk.now, who=by("王局"))
    extend(desk.ws, desk.number, desk.now, who=by("王局"), reason="台风", to=date(2023, 10, 20))
    acknowledge(desk.ws, desk.number, desk.now, who=by("张三"))
    with pytest.raises(MoveRefused, match="之后又有变动"):
        undo(desk.ws, desk.number, desk.now, who=by("王局"))
    assert desk.row.deadline == date(2023, 10, 20)
    extend(desk.ws, desk.number, desk.now, who=by("王局"), reason="台风", to=date(2023, 10, 25))
    assert undo(desk.ws, desk.number, desk.now, who=by("王局")).deadline == date(2023, 10, 20)
    with pytest.raises(MoveRefused, match="不能撤销"):
        undo(desk.ws, desk.number, desk.now, who=by("王局"))
    assert desk.row.state == "acknowledged"


@pytest.mark.parametrize("act", [extend, waive, suspend])
def test_what_lightens_a_duty_needs_a_reason(desk, act):
    more = {"to": date(2023, 11, 1)} if act is extend else {}
    with pytest.raises(MoveRefused, match="要写明原因"):
        act(desk.ws, desk.number, desk.now, who=by("张三"), reason=" ", **more)
    with use("en"), pytest.raises(MoveRefused, match="give the reason"):
        act(desk.ws, desk.number, desk.now, who=by("张三"), reason="", **more)
    assert desk.events == []


def test_a_waived_obligation_is_closed_and_silent(desk):
    assert waive(desk.ws, desk.number, desk.now, who=by("王局"), reason="设备已报废").state == "waived"
    assert (desk.row.next_rung_at, desk.row.closed_at) == (None, desk.now)


def test_resuming_pushes_the_dates_by_the_working_days_suspended(desk):
    suspend(desk.ws, desk.number, desk.now, who=by("张三"), reason="等检测报告")
    assert desk.row.next_rung_at is None
    desk.tomorrow(7)  # Monday to Monday: five working days
    acted = resume(desk.ws, desk.number, desk.now, who=by("张三"))
    assert (acted.state, acted.target, acted.deadline) == ("open", date(2023, 10, 23), date(2023, 10, 23))
    assert desk.row.next_rung_at == desk.when("remind-1")
    assert desk.events[1].details["workdays"] == 5


def test_a_suspension_within_one_day_changes_no_date(desk):
    suspend(desk.ws, desk.number, desk.now, who=by("张三"), reason="等检测报告")
    assert resume(desk.ws, desk.number, desk.now, who=by("张三")).deadline == date(2023, 10, 16)


def test_the_second_suspension_counts_from_its_own_day(desk):
    for _ in range(2):
        suspend(desk.ws, desk.number, desk.now, who=by("张三"), reason="等检测报告")
        desk.tomorrow()
        acted = resume(desk.ws, desk.number, desk.now, who=by("张三"))
    assert acted.deadline == date(2023, 10, 18)


def test_reopening_is_the_undo(desk):
    acknowledge(desk.ws, desk.number, desk.now, who=by("张三"))
    desk.fire("remind-1")
    complete(desk.ws, desk.number, desk.now, who=by("张三"))
    acted = reopen(desk.ws, desk.number, desk.now, who=by("王局"), reason="材料不实")
    assert (acted.state, acted.deadline) == ("acknowledged", date(2023, 10, 16))
    assert (desk.row.closed_at, desk.row.next_rung_at) == (None, desk.when("remind-2"))
    assert [event.kind for event in desk.events] == ["acknowledge", "complete", "reopen"]


def test_the_ladder_speaks_when_the_office_opens(desk):
    rungs = {rung.key: moment for rung, moment in desk.times()}
    assert rungs["remind-1"] == datetime(2023, 10, 9, 0, 30, tzinfo=UTC)
    assert rungs["urge-1"] == datetime(2023, 10, 17, 0, 30, tzinfo=UTC)
