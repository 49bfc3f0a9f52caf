"""What a note, a letter or a meeting orders once is owed like all else, and taken back by whoever ordered it."""

from dataclasses import replace
from datetime import date

import pytest

from duban.assignments.assignment_book import assignment_of, assignments
from duban.assignments.drafts import AssignmentRefused
from duban.base.assignment_numbers import AssignmentNumber
from duban.base.clock import SHANGHAI, Present
from duban.explanations import explain
from duban.ledger.database import reading
from duban.ledger.short_ids import parse_short_id
from duban.obligations import actions
from duban.obligations.listing import Filter, listed
from duban.obligations.moves import MoveRefused
from duban.obligations.opening import open_owed
from tests.assignments.conftest import DOCUMENT, WANG
from tests.obligations.small_bureau import POST, at, monthly, quarterly
from tests.principals import county, operator, station

SANYUAN = county("350404", "350404-01")


def test_each_post_it_goes_to_owes_one_on_its_own(office):
    made = office.assign(owners=(f"县局/{POST}", f"列东所/{POST}"), document=DOCUMENT, words="请于20日前报送")

    assert made.called == DOCUMENT
    assert made.summary == "三元区局 等 3 个单位 各 1 项，10月20日（星期五）到期"
    assert [(row.unit, row.state, row.deadline) for row in office.rows()] == [
        ("350404", "open", date(2023, 10, 20)),
        ("350405", "open", date(2023, 10, 20)),
        ("350404-01", "open", date(2023, 10, 20)),
    ]
    assert [(each.kind, each.actor, each.reason) for each in office.events()] == [
        ("assign", "王建国", DOCUMENT)
    ] * 3


def test_its_reason_names_the_document_who_assigned_it_and_its_words_and_claims_no_statute(office):
    made = office.assign(
        document=f"\ufeff{DOCUMENT}", words="请于\u200b20日前\u202e报送"
    )  # as it can be seen

    told = explain(office.ws, parse_short_id(made.obligations[0])).duty
    assert [(each.source, each.quote) for each in told.reasons] == [
        (f"{DOCUMENT}（三明市局 王建国交办）", "请于20日前报送")
    ]
    assert told.last_day == "最后期限"
    assert told.line == "临时交办"


def test_without_a_document_it_has_a_number_of_its_own_through_the_year(office):
    assert office.assign(document=DOCUMENT).called == DOCUMENT
    assert office.assign().called == "交办〔2023〕2号"
    office.bureau.clock.moment = at("2023-10-10")
    assert office.assign().number == AssignmentNumber(2023, 3)


def test_a_rehearsal_says_the_same_and_leaves_nothing(office):
    rehearsed = office.assign(rehearse=True)
    assert (office.rows(), rehearsed.obligations) == ([], ())
    made = office.assign()
    assert (rehearsed.called, rehearsed.summary) == (made.called, made.summary)


def test_a_rest_day_moves_the_deadline_and_the_rehearsal_says_so(office):
    made = office.assign(due="2023-10-21", rehearse=True)
    assert made.remarks == ("10月21日（星期六）是休息日，期限顺延到 10月23日（星期一）",)
    assert made.items[0].reckoning.deadline == date(2023, 10, 23)


@pytest.mark.parametrize(
    ("due", "deadline"),
    [
        ("10个工作日", date(2023, 10, 23)),
        ("一个月", date(2023, 11, 9)),
        ("2023年10月20日", date(2023, 10, 20)),
        ("2023年底前", date(2023, 12, 31)),
        ("2023-10-09", date(2023, 10, 9)),
    ],
)
def test_a_day_is_written_as_people_write_it(office, due, deadline):
    office.assign(due=due)
    assert [row.deadline for row in office.rows()] == [deadline]


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        ({"due": "2023-10-08"}, "due", "期限 2023-10-08 已经过去"),
        ({"due": "下周"}, "due", "看不懂期限“下周”，请写 2026-10-20、2026年底前、10个工作日 或 4小时"),
        ({"due": ""}, "due", "请写明期限"),
        ({"due": "2099-01-01"}, "due", None),
        ({"title": " "}, "title", "请写明交办什么"),
        ({"title": "\u200b"}, "title", "请写明交办什么"),
        ({"owners": ()}, "owners", "请写明交给谁承办"),
        (
            {"owners": ("三元区局",)},
            "owners",
            f"“三元区局”看不出是谁，请写成 单位/岗位，例如 三明市局/{POST}",
        ),
        ({"owners": (f"三园区局/{POST}",)}, "owners", "没有单位“三园区局”，是不是“三元区局”？"),
        ({"owners": ("三元区局/食品生产科",)}, "owners", f"三元区局 没有岗位“食品生产科”，是不是“{POST}”？"),
        ({"line": "食品流转"}, "line", "没有条线“食品流转”，可以写：临时交办、食品流通安全监督管理"),
        ({"ladder": "standrd"}, "ladder", "催办阶梯“standrd”：没有这个阶梯，是不是“standard”？"),
        ({"due": "4小时"}, "ladder", "没有按小时的催办阶梯，不能交办按小时的"),
        ({"review": "上级/某某科"}, "review", None),
        ({"words": "字" * 2001}, "words", "原话有 2001 个字，最多 2000 个"),
    ],
)
def test_what_is_wrong_is_said_once_and_nothing_is_assigned(office, wrong, field, told):
    with pytest.raises(AssignmentRefused) as refused:
        office.assign(**wrong)
    assert [name for name, _ in refused.value.reasons] == [field]
    assert told is None or str(refused.value) == told
    assert office.rows() == []


def test_everything_that_is_wrong_is_said_at_once(office):
    with pytest.raises(AssignmentRefused) as refused:
        office.assign(title="", owners=(), due="昨天")
    assert [name for name, _ in refused.value.reasons] == ["title", "owners", "due"]


@pytest.mark.parametrize(
    ("who", "owner", "may"),
    [
        (SANYUAN, f"三元区局/{POST}", True),
        (SANYUAN, f"列东所/{POST}", True),
        (SANYUAN, f"沙县区局/{POST}", False),
        (SANYUAN, f"三明市局/{POST}", False),
        (station("350404-01"), f"列东所/{POST}", True),
        (station("350404-01"), f"三元区局/{POST}", False),
        (replace(SANYUAN, may_write=False), f"三元区局/{POST}", False),
    ],
)
def test_one_assigns_to_ones_own_unit_and_below_never_upward_or_sideways(office, who, owner, may):
    try:
        office.assign(who=who, owners=(owner,))
    except AssignmentRefused:
        assert not may
    assert len(office.rows()) == may


def test_every_county_of_a_county_is_itself(office):
    office.assign(who=SANYUAN, owners=(f"县局/{POST}",))
    assert [row.unit for row in office.rows()] == ["350404"]


def test_the_same_document_is_given_to_a_post_once_until_it_is_taken_back(office):
    made = office.assign(document=DOCUMENT)
    with pytest.raises(
        AssignmentRefused, match=f"{DOCUMENT} 已经交办给 三元区局{POST}（{made.obligations[0]}）"
    ):
        office.assign(document=DOCUMENT, due="2023-10-25")
    office.assign(document=DOCUMENT, owners=(f"沙县区局/{POST}",))
    office.recall(made)
    office.assign(document=DOCUMENT)
    assert [row.state for row in office.rows()] == ["withdrawn", "open", "open"]


def test_a_form_that_is_sent_twice_assigns_once(office):
    first, second = office.assign(form="f1"), office.assign(form="f1")
    assert (second.number, second.obligations, second.again) == (first.number, first.obligations, True)
    assert len(office.rows()) == 1


def test_taken_back_nothing_is_owed_any_more_and_it_may_be_owed_again(office):
    made = office.assign(owners=(f"县局/{POST}",))
    actions.complete(office.ws, made.obligations[0], office.now, who=WANG)
    assert office.recall(made) == 1
    assert [row.state for row in office.rows()] == ["done", "withdrawn"]
    with pytest.raises(MoveRefused, match="没有可撤回的"):
        office.recall(made)
    actions.reopen(office.ws, made.obligations[1], office.now, who=WANG, reason="撤错了")
    assert [row.state for row in office.rows()] == ["done", "open"]


def test_others_do_not_take_it_back(office):
    made = office.assign(who=county("350404", "350404-01", name="王局"))
    for other in (replace(SANYUAN, token=7), station("350404-01"), county("350405")):
        with pytest.raises(MoveRefused, match="王局 交办"):
            office.recall(made, who=other)
    with pytest.raises(MoveRefused, match="没有编号为 2023-9"):
        office.recall(replace(made, number=AssignmentNumber(2023, 9)))
    with pytest.raises(MoveRefused, match="原因"):
        office.recall(made, reason=" ")
    assert office.recall(made) == 1


def test_an_edit_of_the_content_and_the_turns_of_the_engine_leave_it_alone(office):
    office.assign(due="2023-10-31")
    before = office.rows()
    office.bureau.use_duties([monthly(), quarterly()])
    open_owed(office.bureau.ws, office.now)
    assert [row for row in office.rows() if row.id == before[0].id] == before


def test_what_was_assigned_stands_in_the_lists_by_its_line(office):
    office.assign(title="核查网传舆情")
    with reading(office.ws.ledger) as connection:
        found = listed(connection, Filter(line="临时交办"), Present.of(at("2023-10-09"), SHANGHAI), size=9)
    assert [(each.title, each.unit, each.period) for each in found] == [("核查网传舆情", "三元区局", "once")]


def test_files_go_along_and_are_kept_by_their_hash(office, tmp_path):
    note = tmp_path / "批示.txt"
    note.write_text("请核查")
    made = office.assign(files=[note, note])
    [file] = assignment_of(office.ws, WANG, made.number).files
    assert (file.name, file.size) == ("批示.txt", 9)
    assert (tmp_path / ".duban" / "evidence" / file.stored_as).read_text() == "请核查"


def test_a_confidential_one_is_seen_by_those_who_may_know_and_by_its_owner(office):
    made = office.assign(owners=(f"列东所/{POST}",), confidential=True)
    owner = replace(station("350404-01"), posts=frozenset({f"350404-01/{POST}"}))
    for who, sees in (
        (WANG, True),
        (owner, True),
        (station("350404-01"), False),
        (replace(SANYUAN, undisclosed=False), False),
        (county("350405"), False),
    ):
        assert bool(assignment_of(office.ws, who, made.number)) == sees
        assert bool(assignments(office.ws, who, most=9)) == sees
    with pytest.raises(AssignmentRefused, match="不能知悉保密事项"):
        office.assign(who=station("350404-01"), owners=(f"列东所/{POST}",), confidential=True)


def test_whoever_sees_only_some_lines_still_sees_what_was_assigned_to_their_post(office):
    made = office.assign()
    of_a_line = replace(SANYUAN, lines=frozenset({"计量"}))
    assert assignment_of(office.ws, of_a_line, made.number) is None
    holder = replace(of_a_line, posts=frozenset({f"350404/{POST}"}))
    assert assignment_of(office.ws, holder, made.number).owed


def test_another_command_is_by_another_author(office):
    office.assign(who=operator("李四"))
    assert [each.assignment.assigned_by for each in assignments(office.ws, WANG, most=9)] == ["李四"]
