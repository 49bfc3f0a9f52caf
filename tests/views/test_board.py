"""The board adds up what each person may see, and one giant number does not swallow the scale."""

from datetime import date

import pytest
from sqlalchemy import insert, select

from duban.ledger.database import writing
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION
from duban.obligations import actions
from duban.views.board import BoardCell, UnitBoard, unit_board
from duban.views.lists import ListQuery, list_page
from tests.obligations.small_bureau import POST
from tests.principals import by

LINE = "食品流通安全监督管理"


def test_the_board_counts_what_is_overdue_near_and_open_by_line_and_county(seen_by):
    board = unit_board(seen_by())

    assert [each.name for each in board.rows] == [LINE]
    assert {each.name: board.by_column[each.key].overdue for each in board.columns} == {
        "三元区": 2,  # its own, and its station's walk
        "沙县区": 1,
    }
    assert (board.total.overdue, board.total.open) == (3, 6)
    assert board.total.percent == "50%"


def test_what_has_been_overdue_for_long_is_told_apart_and_opens_its_list(seen_by):
    sight = seen_by()

    assert unit_board(sight).ages == {7: 3, 30: 3, 90: 0}  # for 87 days
    assert len(list_page(sight, ListQuery(light="red", late="30")).rows) == 3
    assert list_page(sight, ListQuery(light="red", late="90")).rows == []


def test_a_county_sees_itself_its_office_and_its_stations(seen_by):
    board = unit_board(seen_by("350404"), unit="350404")

    assert [(each.name, board.by_column[each.key].overdue) for each in board.columns] == [
        ("本局", 1),
        ("列东所", 1),
    ]


def test_a_line_opens_into_its_duties(seen_by):
    board = unit_board(seen_by(), line=LINE)

    assert [each.name for each in board.worst_rows()] == ["quarterly", "station-walk"]


def test_what_is_undisclosed_is_counted_for_those_alone_who_may_know(seen_by):
    assert unit_board(seen_by(undisclosed=True)).total.overdue == 4
    assert unit_board(seen_by()).total.overdue == 3
    assert unit_board(seen_by("350405", undisclosed=True)).total.overdue == 1


def test_who_sees_other_lines_only_sees_nothing_here(seen_by):
    assert unit_board(seen_by(lines=frozenset({"计量"}))).total == BoardCell()


def test_the_trend_shows_what_was_overdue_before_it_was_done(seen_by, complete):
    late = list_page(seen_by(), ListQuery(light="red")).rows[0].owed.id
    complete(late)

    trend = unit_board(seen_by()).trend

    assert [day.isoformat() for day, _ in trend][-2:] == ["2023-10-02", "2023-10-09"]
    assert [number for _, number in trend] == [3] * len(trend)  # at the beginning of today it was still open
    board = unit_board(seen_by())
    assert (board.total.overdue, board.total.done_late, board.total.on_time) == (2, 1, 0)


def test_what_was_put_off_when_it_was_over_is_late_on_the_board_however_early_it_was_done_then(
    seen_by, bureau, complete
):
    late = list_page(seen_by(), ListQuery(light="red")).rows[0].owed.id
    actions.extend(bureau.ws, late, bureau.clock.now(), to=date(2023, 11, 30), reason="台风", who=by("林"))
    complete(late)

    total = unit_board(seen_by()).total
    assert (total.done_late, total.on_time) == (1, 0)
    [row] = list_page(seen_by(), ListQuery(state="done")).rows
    assert (row.light, row.owed.late) == ("amber", True)
    assert list_page(seen_by(), ListQuery(light="green")).rows == []


def test_one_giant_number_takes_the_deepest_step_and_leaves_the_others_apart():
    cells = {("线", str(n)): BoardCell(overdue=n, open=1000) for n in (1, 5, 9, 40, 900)}
    board = UnitBoard([], [], cells, {}, {}, BoardCell(), [], {})

    assert [board.heat(each, by_share=False) for each in cells.values()] == [1, 2, 2, 3, 4]
    assert [board.heat(each, by_share=True) for each in cells.values()] == [1, 1, 1, 1, 4]
    assert board.heat(BoardCell(), by_share=False) == 0


def test_a_board_of_ones_is_pale():
    cells = {("线", "县"): BoardCell(overdue=1, open=2)}
    board = UnitBoard([], [], cells, {}, {}, BoardCell(), [], {})

    assert board.heat(cells["线", "县"], by_share=False) == 1


VIEWERS = {
    "an officer": {"unit": "350405", "posts": [f"350405/{POST}"]},
    "an officer who owes a raid": {"unit": "350404-01", "posts": [f"350404-01/{POST}"]},
    "a head who was told of a raid": {"unit": "350404", "posts": ["350404/分管领导"]},
    "a head of the city": {"posts": ["350400/分管领导"]},
    "a supervisor": {"undisclosed": True},
    "a supervisor of a county": {"unit": "350404", "undisclosed": True},
    "an auditor": {},
}


@pytest.mark.parametrize("who", VIEWERS)
def test_every_number_of_the_board_is_the_length_of_the_list_behind_it(bureau, seen_by, who):
    tell(bureau, "station-raid", "350404/分管领导")
    sight = seen_by(**VIEWERS[who])
    board = unit_board(sight, unit=VIEWERS[who].get("unit"))

    def listed(**wanted):
        return list_page(sight, ListQuery(**wanted)).total

    assert board.total.overdue > 0
    assert (board.total.overdue, board.total.late, board.total.near) == tuple(
        listed(light=light) for light in ("red", "amber", "blue")
    )
    assert board.total.open == listed()
    assert board.trend[-1][1] == board.total.overdue
    for column in board.columns:
        alone = "y" if column.alone else ""
        assert board.by_column[column.key].overdue == listed(light="red", unit=column.key, alone=alone)


def tell(bureau, duty, recipient):
    """A post was told of what a duty owes."""
    now = bureau.clock.now()
    with writing(bureau.ledger) as connection:
        for number in (
            connection.execute(select(OBLIGATION.c.id).where(OBLIGATION.c.duty_id == duty)).scalars().all()
        ):
            notice = connection.execute(
                insert(NOTICE)
                .values(obligation_id=number, rung="urge-1", stage="urge", due_on=now.date(), decided_at=now)
                .returning(NOTICE.c.id)
            ).scalar_one()
            connection.execute(
                insert(DELIVERY).values(
                    notice_id=notice, obligation_id=number, recipient=recipient, channel="inbox", state="sent",
                    not_before=now, next_attempt_at=now, attempts=1, settled_at=now,
                )
            )  # fmt: skip
