"""A simulation on the terminal, as HTML, as Excel and for programs: the same figures, legible and safe."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from rich.console import Console

from duban.base.language import use
from duban.documents import as_html, as_terminal, as_xlsx
from duban.documents.objects import plain
from duban.documents.terminal import bars
from duban.duties.grammar import Effective
from duban.simulation import Conduct, Limits, Premises, SubjectGroup, simulate
from duban.simulation.as_object import as_object
from duban.simulation.document import simulation_document
from tests.simulation.small_city import (
    EVERY_KIND,
    FOOD,
    LIEDONG,
    SELLER,
    SHAXIAN,
    a_project,
    done_once,
    events_held,
    holiday_supply,
    monthly,
    visits,
)

FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)


@pytest.fixture
def year(city):
    """A year of every kind of duty, with sellers but without facts."""
    sellers = Premises((SubjectGroup(SELLER, LIEDONG, "C", count=30),))
    return simulate(city(*EVERY_KIND), FIRST, LAST, sellers, limits=Limits(20, 60))


def on_terminal(simulation, width=200):
    console = Console(width=width, file=StringIO())
    console.print(as_terminal(simulation_document(simulation)))
    return console.file.getvalue()


def on_page(simulation):
    return as_html(simulation_document(simulation))


def as_workbook(simulation):
    return load_workbook(BytesIO(as_xlsx(simulation_document(simulation))))


class Page(HTMLParser):
    """The tags of a page, with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.open = [], "", []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "line", "rect"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in {"meta", "line", "rect"}:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


class TestTerminal:
    def test_it_says_the_figures_and_what_they_rest_on(self, year):
        said = on_terminal(year)
        assert f"开办 {year.total:,} 项，催办 {year.notices:,} 次" in said
        assert "假定没有人办结" in said
        assert "事实触发的 4 个事项没有计入，因为没有给出事实" in said
        assert "数量目标、比率目标按没有人报数算：不报不等于完成，期限过了照样往上催。" in said

    def test_it_shows_no_way_to_give_facts_when_some_were_given(self, city):
        assert "--with-ledger" in on_terminal(simulate(city(visits()), FIRST, LAST))
        assert "--with-ledger" not in on_terminal(simulate(city(visits()), FIRST, LAST, Premises()))

    def test_a_day_of_a_month_carries_what_is_due(self, city):
        said = on_terminal(simulate(city(monthly()), date(2023, 1, 1), date(2023, 1, 31)))
        assert "2023 年 1 月" in said
        assert re.search(r"31 2\b", said)
        assert "22*" in said  # 春节
        assert "28+" in said  # 调休上班

    def test_the_fullest_week_is_the_highest_bar_and_one_is_still_seen(self):
        assert bars((0, 1, 50, 100), 100) == " ▁▄█"
        assert bars((0, 0), 0) == "  "

    def test_years_are_told_year_by_year(self, city):
        simulation = simulate(city(monthly()), FIRST, date(2026, 12, 31))
        assert simulation.by_period == {"2023": 24, "2024": 24, "2025": 24, "2026": 24}
        said = on_terminal(simulation, 120)
        assert "每格 4 周" in said
        assert max(map(len, said.splitlines())) <= 120

    def test_a_narrow_terminal_stacks_the_months(self, year):
        assert max(map(len, on_terminal(year, 80).splitlines())) <= 80

    def test_what_is_dead_and_who_is_flooded_are_said(self, city):
        project = a_project(empty={("350400", "分管领导")})
        said = on_terminal(simulate(city(monthly(), project=project), FIRST, LAST, limits=Limits(1, 1)))
        assert "没有人能收到第 5 级通报" in said
        assert re.search(rf"三元区局\s+{FOOD}", said)
        calm = on_terminal(simulate(city(monthly()), FIRST, LAST, limits=Limits(99, 99)))
        assert "没有结束的事项个个开得出来" in calm
        assert "没有哪个岗位收得太多" in calm

    def test_in_english(self, year):
        with use("en"):
            said = on_terminal(year)
        assert "Nobody completes anything" in said
        assert "months" not in said
        assert "假定" not in said

    def test_what_was_over_before_is_counted_and_not_listed(self, city):
        over = monthly("over", effective=Effective(until=date(2022, 12, 31)))
        simulation = simulate(city(monthly(), over, done_once()), date(2024, 1, 1), date(2024, 3, 31))
        assert simulation.ended == {"over", "once"}
        assert simulation.dead == {}
        said = on_terminal(simulation)
        assert "另有 2 个事项在 2024-01-01 以前已经结束" in said
        assert "没有结束的事项个个开得出来" in said
        assert "只办一次，期限 2023-05-31 已过" in on_page(simulation)


class TestHtml:
    def test_no_request_leaves_the_page_and_it_runs_no_script(self, year):
        page = on_page(year)
        assert "http" not in page
        assert {"script", "link", "img", "iframe"}.isdisjoint(tag for tag, _ in Page(page).tags)
        assert not any(name.startswith("on") for _, attrs in Page(page).tags for name in attrs)

    def test_every_tag_is_closed_in_order(self, year):
        assert Page(on_page(year)).open == []

    def test_every_number_stands_in_words_where_a_colour_stands(self, year):
        """The load of each unit: one cell a week, its number in it."""
        page = on_page(year)
        for unit in year.load:
            (row,) = re.findall(rf"<tr><th scope=\"row\">{unit.name}</th>(.*?)</tr>", page, re.DOTALL)
            cells = re.findall(r"<td class=\"n s(\d)[^\"]*\">(\d*)</td>", row)
            assert [int(number or 0) for _, number in cells] == list(unit.weeks)
            assert all((shade == "0") == (number == "") for shade, number in cells)

    def test_the_months_are_whole_weeks(self, year):
        page = on_page(year)
        months = re.findall(r'<section class="month-page">(.*?)</section>', page, re.DOTALL)
        assert len(months) == 12
        for month in months:
            (body,) = re.findall(r"<tbody>(.*?)</tbody>", month, re.DOTALL)
            assert {week.count("<td") for week in body.split("</tr>")[:-1]} == {7}

    def test_a_campaign_is_named_where_it_begins(self, city):
        days = simulate(city(holiday_supply(names=("劳动节假期",))), date(2023, 4, 1), date(2023, 5, 31)).days
        assert [str(day.on) for day in days if day.campaigns_begin] == ["2023-04-29"]
        assert [day.on.day for day in days if day.campaigns] == [29, 30, 1, 2, 3]

    def test_names_are_text_and_never_tags(self, city):
        duty = monthly().model_copy(update={"title": "<script>alert(1)</script>", "line": "<b>条线"})
        page = on_page(simulate(city(duty), FIRST, LAST))
        assert "<script>" not in page
        assert "&lt;b&gt;条线" in page

    def test_an_empty_plan_makes_a_page_too(self, city):
        assert "开办 0 项" in on_page(simulate(city(), FIRST, LAST))

    def test_in_english(self, year):
        with use("en"):
            page = on_page(year)
        assert '<html lang="en">' in page
        assert "Busiest days" in page


class TestExcel:
    @pytest.fixture
    def book(self, year):
        return as_workbook(year)

    def test_there_is_a_sheet_for_each_question(self, book):
        assert book.sheetnames == ["汇总", "每周负荷", "逐日", "应办事项", "岗位收信"]

    def test_every_obligation_is_on_its_list(self, year, book):
        rows = [*book["应办事项"].iter_rows(min_row=2, values_only=True)]
        assert sum(row[-1] for row in rows) == year.total
        assert all(row[6].date() <= row[7].date() or row[3] for row in rows)

    def test_every_day_has_its_row_and_dates_are_dates(self, year, book):
        rows = [*book["逐日"].iter_rows(min_row=2, values_only=True)]
        assert [row[0].date() for row in rows] == [day.on for day in year.days]
        assert sum(row[4] or 0 for row in rows) == sum(day.due_count for day in year.days)

    def test_what_never_fires_has_a_sheet_when_there_is_any(self, city):
        over = simulate(city(monthly(), monthly("b", level="city")), date(2023, 2, 2), date(2023, 2, 3))
        assert "不会触发" not in as_workbook(over).sheetnames
        dead = simulate(city(monthly(), holiday_supply()), date(2023, 8, 1), date(2023, 8, 31))
        rows = [*as_workbook(dead)["不会触发"].iter_rows(min_row=2, values_only=True)]
        assert [row[0] for row in rows] == ["supply"]

    def test_a_name_that_looks_like_a_formula_stays_a_name(self, city):
        duty = monthly().model_copy(update={"title": "=1+1"})
        book = as_workbook(simulate(city(duty), FIRST, LAST))
        assert book["应办事项"]["C2"].data_type == "s"


class TestForPrograms:
    def test_it_holds_the_same_figures(self, year):
        told = json.loads(json.dumps(plain(as_object(year))))
        assert told["obligations"] == year.total == sum(told["by_line"].values())
        assert sum(told["notices"].values()) == year.notices
        due = sum(due["count"] for day in told["days"] for due in day["due"])
        assert due == sum(told["by_period"].values()) == year.total - told["due_later"] - told["due_before"]
        assert told["from"] == "2023-01-01"
        assert len(told["days"]) == 365
        assert told["left_out"]["without_facts"]

    def test_how_people_are_taken_to_act_is_said(self, city):
        simulation = simulate(city(events_held()), FIRST, LAST, acting=Conduct.ON_TARGET, units={SHAXIAN})
        told = as_object(simulation)
        assert told["acting"] == "on-target"
        assert told["scope"] == "沙县区局"
        assert told["notices"] == {"remind": 8}
