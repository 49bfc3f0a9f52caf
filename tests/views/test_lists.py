"""A list shows what its address asks for, page by page, and nothing its reader may not see."""

import pytest
from sqlalchemy import event, select
from sqlmodel import col

from duban.ledger.database import reading
from duban.ledger.tables import Subject
from duban.views import lists
from duban.views.enterprises import subject_view
from duban.views.lists import ListQuery, all_rows, list_page
from duban.views.messages import inbox, message_view
from duban.views.one_owed import owed_view
from duban.views.pulse import pulse
from duban.views.searching import search
from duban.views.waiting import waiting_list


def listed(page):
    return [(row.owed.unit, row.owed.duty, row.light) for row in page.rows]


def test_a_light_selects_and_the_worst_comes_first(seen_by):
    assert listed(list_page(seen_by(), ListQuery(light="red"))) == [
        ("三元区局", "quarterly", "red"),
        ("沙县区局", "quarterly", "red"),
        ("列东所", "station-walk", "red"),
    ]


def test_a_list_goes_on_where_the_page_before_ended(seen_by):
    first = list_page(seen_by(), ListQuery(), size=4)
    second = list_page(seen_by(), ListQuery(after=first.next), size=4)

    assert (len(first.rows), len(second.rows), second.next, first.total) == (4, 2, "", 6)
    assert not {row.owed.id for row in first.rows} & {row.owed.id for row in second.rows}


def test_an_export_reads_a_portion_when_the_one_before_was_written(seen_by, monkeypatch):
    sight, asked = seen_by(), []
    monkeypatch.setattr(lists, "_AT_ONCE", 2)
    event.listen(sight.ws.ledger, "before_cursor_execute", lambda *told: asked.append(told[2]))
    rows = all_rows(sight, ListQuery())
    seen = []
    after = []
    for row in rows:
        seen.append(row.owed.id)
        after.append(sum("duty_version.title" in statement for statement in asked))

    assert seen == [row.owed.id for row in list_page(sight, ListQuery()).rows]
    assert after == sorted(after)
    assert after[0] < after[2] < after[4]


def test_what_was_done_late_stays_amber(seen_by, complete):
    complete(list_page(seen_by(), ListQuery(light="red")).rows[0].owed.id)

    assert [row.light for row in list_page(seen_by(), ListQuery(state="done")).rows] == ["amber"]
    assert list_page(seen_by(), ListQuery(light="green")).rows == []


@pytest.mark.parametrize(
    "said", [{"after": "x"}, {"state": "nonsense", "light": "pink"}, {"unit": "nowhere", "text": "%_'\""}]
)
def test_an_address_that_makes_no_sense_is_no_failure(seen_by, said):
    list_page(seen_by(), ListQuery.of(said))


def test_the_address_of_a_list_says_all_of_it_but_its_page():
    wanted = ListQuery.of({"light": "red", "unit": "350404", "after": "2023-01-01~3", "other": "x"})

    assert wanted.said() == {"light": "red", "unit": "350404"}
    assert wanted.said(light="", text="餐饮") == {"unit": "350404", "text": "餐饮"}


def test_another_county_s_obligation_is_as_absent_as_one_that_is_not_there(seen_by):
    theirs = list_page(seen_by("350405"), ListQuery()).rows[0]

    assert owed_view(seen_by("350404"), theirs.number) is None
    assert owed_view(seen_by("350404"), 999_999) is None
    assert owed_view(seen_by("350405"), theirs.number) is not None
    assert search(seen_by("350404"), theirs.owed.id).number is None
    assert search(seen_by("350405"), theirs.owed.id).number == theirs.owed.id


def test_an_obligation_says_who_holds_it_and_what_is_missing(seen_by):
    seen = owed_view(seen_by(), list_page(seen_by(), ListQuery(light="red")).rows[0].number)

    assert (seen.holder.unit, seen.holder.post, seen.holder.vacant) == ("三元区局", "食品流通科", False)
    assert seen.told.dates.steps
    assert [each.unit for each in seen.above] == ["三明市局"]


def test_what_waits_for_a_post_is_what_its_unit_owes_for_its_duties(seen_by):
    waiting = waiting_list(seen_by("350404", posts={"350404/食品流通科"}))

    assert [row.owed.unit for row in waiting.overdue] == ["三元区局"]
    assert waiting.open == 2
    assert waiting_list(seen_by("350404", posts={"350404/计量科"})).open == 0


def test_the_top_line_says_which_day_it_is(seen_by):
    told = pulse(seen_by())

    assert (told.on.isoformat(), told.works, told.engine.alive, told.unknown) == ("2023-10-09", True, None, 0)


def test_an_empty_inbox_and_a_message_nobody_sent(seen_by):
    assert inbox(seen_by()).messages == []
    assert message_view(seen_by(), "XX-00001X") is None
    assert subject_view(seen_by(), 1) is None


def test_what_was_sampled_of_an_enterprise_stands_apart_from_what_else_happened(bureau, seen_by):
    bureau.register("S1", unit="350404-01")
    bureau.fact("sample.failed", "2023-10-05")
    bureau.fact("inspection.done", "2023-10-06")
    with reading(bureau.ws.ledger) as connection:
        number = connection.execute(select(col(Subject.id))).scalar_one()

    view = subject_view(seen_by(), number)
    assert [each.kind for each in view.samples] == ["sample.failed"]
    assert [each.kind for each in view.facts] == ["inspection.done"]
