"""The year ahead as its posts have to work it: what is open now, and what the plan opens later, by month or by week."""

from datetime import date

from duban.views.load import year_load
from duban.views.month import month_view
from tests.obligations.small_bureau import POST


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
