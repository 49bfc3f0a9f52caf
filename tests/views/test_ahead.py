"""What lies ahead: the year as its posts have to work it, a month with its windows, and how far goals have come."""

from datetime import date

import pytest

from duban.cadence.counting import Cohort, Tally
from duban.ledger.principals import Principal
from duban.views import tallies
from duban.views.goals import goals
from duban.views.load import year_load
from duban.views.month import month_view
from duban.views.sight import Sight
from duban.workdays import Period, TimeGrain
from tests.obligations.small_bureau import (
    POST,
    Bureau,
    at,
    graded_visits,
    number_to_reach,
    share_to_keep,
)
from tests.query_plans import heard


def test_each_post_of_a_county_and_each_station_has_its_months(seen_by):
    load = year_load(seen_by("350404"), "350404")

    assert load.spans[0] == date(2023, 10, 1)
    rows = {row.name: row for row in load.rows}
    assert list(rows) == [POST, "列东所"]
    # due on the tenth working day of each quarter's first month, that of Q2 past its day
    assert [(span, n) for span, n in zip(load.spans, rows[POST].counts, strict=True) if n] == [
        (date(2023, 10, 1), 1),
        (date(2024, 1, 1), 1),
        (date(2024, 4, 1), 1),
        (date(2024, 7, 1), 1),
    ]
    assert rows["列东所"].unit == "350404-01"  # opens into its own posts
    assert year_load(seen_by("350404"), "350404-01").rows[0].name == POST


def test_the_city_has_a_row_for_each_county_and_names_the_fullest_weeks(seen_by):
    load = year_load(seen_by(), "350400", by_week=True)

    assert {row.name: row.total for row in load.rows} == {"三元区局": 8, "沙县区局": 4}
    assert load.spans[0] == date(2023, 10, 9)
    assert load.totals[1] == 3
    fullest = load.fullest[0]
    assert (fullest.monday, fullest.number) == (date(2023, 10, 16), 3)
    assert ("quarterly", "quarterly", 2) in fullest.duties


def test_a_line_nobody_has_leaves_nothing(seen_by):
    assert year_load(seen_by(), "350400", "计量").rows == []


def test_a_month_says_what_is_due_what_rests_and_which_windows_it_has(seen_by):
    month = month_view(seen_by(), date(2023, 10, 1), date(2023, 10, 31))
    days = {each.day: each for week in month.weeks for each in week}

    assert {day: each.total for day, each in days.items() if each.total} == {date(2023, 10, 18): 3}
    assert days[date(2023, 10, 5)].name == "中秋节、国庆节"
    assert (days[date(2023, 10, 7)].works, days[date(2023, 10, 7)].name) == (True, "补班")
    assert "世界标准日" in days[date(2023, 10, 14)].windows
    assert {each.name for each in month.windows} >= {"秋粮收购季", "世界标准日"}
    assert "秋粮收购季" not in days[date(2023, 10, 20)].windows  # two months long: named once


def test_a_month_is_narrowed_to_a_unit_and_a_line(seen_by):
    def due(**narrowed):
        month = month_view(seen_by(), date(2023, 10, 1), date(2023, 10, 31), **narrowed)
        return sum(day.total for week in month.weeks for day in week if day.within)

    assert (due(), due(unit="350405"), due(line="计量")) == (3, 1, 0)


@pytest.fixture
def groups(measured):
    """The goals as the county sees them, by duty."""
    return {group.duty.id: group for group in goals(measured("350404", frozenset({"350404", "350404-01"})))}


@pytest.fixture
def measured(ledger, calendar):
    """Whose sight it is, `measured(unit, units)`: by 2023-07-03 the county held two of six events and answered 8 of 10 in time;
    S1 and S2 have one visit of two each.
    """
    duties = [number_to_reach("全年不少于6场"), share_to_keep("全年不低于90%"), graded_visits()]
    bureau = Bureau(ledger, calendar, duties, "2023-01-01")
    bureau.register("S1", "S2", grade="B")
    bureau.open("2023-01-03")
    for day in ("2023-02-01", "2023-03-01"):
        bureau.fact("event.held", day, unit="350404")
    bureau.fact("complaint.tallied", "2023-03-31", unit="350404", data={"按时": 8, "办结": 10})
    bureau.fact("inspection.done", "2023-04-03")
    bureau.open("2023-07-03")

    def sight(unit, units):
        who = Principal("林", unit, units, "page", may_write=True, undisclosed=False)
        return Sight(bureau.ws, who, at("2023-07-03"))

    return sight


def test_a_number_says_what_is_done_what_should_be_by_now_and_where_it_ends(groups):
    [events] = groups["events"].rows

    assert (events.stands, events.done, events.due, events.goal) == ("behind", "2场", "3场", "6场")
    assert "约 3场" in events.told
    assert events.measure.of(events.measure.done) == pytest.approx(2 / 6)


def test_a_share_says_whether_it_can_still_be_kept(groups):
    share, last_year = groups["on-time"].rows

    assert (share.stands, share.done, share.goal) == ("behind", "80%", "≥90%")
    assert "还要 10 件" in share.told
    assert (last_year.stands, last_year.told) == ("unreported", "未报数（2022年）")


def test_cases_whose_time_is_not_up_are_no_lag_until_it_is(ledger, calendar):
    """Two clues, ten working days each: the first answered at once, the second of 3 August not at all."""
    cases = Cohort(asked=Tally(fact="clue.received"), same=("编号",), within=Period(10, TimeGrain.WORKDAY))
    duty = share_to_keep("每季度100%", of=Tally(fact="clue.answered"), among=cases)
    bureau = Bureau(ledger, calendar, [duty], "2023-08-01")
    for kind, day, number in (
        ("clue.received", "2023-08-02", "甲"), ("clue.answered", "2023-08-03", "甲"), ("clue.received", "2023-08-03", "乙"),
    ):  # fmt: skip
        bureau.fact(kind, day, unit="350404", data={"编号": number}, recorded_on=day)
    bureau.open("2023-08-04")
    who = Principal("林", "350404", frozenset({"350404"}), "page", may_write=True, undisclosed=False)

    def stands(day):
        [group] = goals(Sight(bureau.ws, who, at(day)))
        return group.rows[0].stands

    assert (stands("2023-08-04"), stands("2023-08-17"), stands("2023-08-18")) == (
        "on pace",
        "on pace",
        "lost",
    )


def test_visits_are_counted_with_those_still_to_come(groups):
    [visits] = groups["visits"].rows

    assert (visits.unit, visits.row, visits.stands) == ("三元区局", None, "behind")
    assert (visits.done, visits.goal) == ("1户次", "4户次")
    assert "逾期 1户次" in visits.told


def test_goals_of_several_units_add_up(groups):
    together = groups["events"].together

    assert (together.done, together.goal) == (2, 6)
    assert (groups["events"].worst, groups["events"].only("reached")) == ("behind", None)


def test_visits_that_took_long_to_count_are_not_counted_again_at_the_next_look(measured, monkeypatch):
    monkeypatch.setattr(tallies, "_LONG", 0)
    monkeypatch.setattr(tallies, "_TIMES", 1_000_000)

    def looked(sight):
        with heard(sight.ws.ledger) as asked:
            found = goals(sight)
        return found, [each for each, _ in asked if "period_key LIKE" in each]

    first, counted = looked(measured("350400", None))
    assert len(counted) == 1
    assert looked(measured("350400", None)) == (first, [])
    assert len(looked(measured("350404", frozenset({"350404"})))[1]) == 1, "a county's are counted afresh"
