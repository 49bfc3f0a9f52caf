"""Opening what falls due by the calendar: running never, once, often, early, late, and twice at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from duban.cadence.kinds.review import ReviewCadence
from duban.duties.grammar import Effective
from duban.ledger.database import reading
from duban.ledger.tables import OBLIGATION, RECKONING, WATERMARK
from duban.obligations.opening import open_owed
from duban.workdays import TimeGrain, WorkdayCalendar
from tests.obligations.small_bureau import SELLER, a_duty, at, graded_visits, monthly, quarterly

COUNTIES = ["350404", "350405"]


class TestTheFirstTime:
    def test_opens_what_is_running_and_nothing_that_is_over(self, bureau):
        here = bureau(quarterly(), on="2023-10-09")
        assert here.open("2023-10-09").by_duty == {"quarterly": 2}
        assert here.owed() == [("350404", "2023-Q3"), ("350405", "2023-Q3")]
        assert here.owed("opened_on", "deadline")[0] == ("2023-10-01", "2023-10-18")

    def test_opens_nothing_between_two_occurrences(self, bureau):
        here = bureau(quarterly(), on="2023-11-20")
        assert here.open("2023-11-20").total == 0

    def test_the_last_day_is_still_running_and_the_day_after_is_over(self, bureau):
        here = bureau(quarterly("one"), quarterly("two"), on="2023-10-18")
        assert here.open("2023-10-18", "one").total == 2
        assert here.open("2023-10-19", "two").total == 0

    def test_opens_nothing_before_the_duty_is_in_force(self, bureau):
        duty = monthly(effective=Effective(from_=date(2023, 5, 6), until=date(2023, 6, 30)))
        here = bureau(duty)
        assert here.open("2023-05-05").total == 0
        assert here.open("2023-05-06").total == 2
        assert here.open("2023-12-31").total == 2
        assert here.owed("period_key", "opened_on") == [
            ("2023-05", "2023-05-06"),
            ("2023-05", "2023-05-06"),
            ("2023-06", "2023-06-01"),
            ("2023-06", "2023-06-01"),
        ]


class TestRunningAgain:
    def test_opens_each_occurrence_once(self, bureau):
        here = bureau(monthly())
        for day in ("2023-01-31", "2023-02-01", "2023-02-01", "2023-02-02", "2023-02-28"):
            here.open(day)
        assert here.owed("period_key", unit="350404") == ["2023-01", "2023-02"]

    def test_an_earlier_moment_opens_nothing_and_forgets_nothing(self, bureau):
        here = bureau(monthly())
        here.open("2023-03-01")
        assert here.open("2023-02-15").total == 0
        assert here.open("2023-03-02").total == 0
        assert here.open("2023-04-03").by_duty == {"monthly": 2}

    def test_a_run_with_nothing_new_writes_nothing(self, bureau, monkeypatch):
        here = bureau(monthly())
        here.open("2023-03-01")
        monkeypatch.setattr("duban.ledger.database.writing", None)
        assert here.open("2023-03-01").total == 0

    def test_late_or_in_time_writes_the_same_rows(self, bureau, ledger):
        here = bureau(monthly("daily-run"), monthly("late-run"))
        here.open("2023-09-01")
        for day in range(1, 12):
            here.open(f"2023-10-{day:02}", "daily-run")
        here.open("2023-10-11", "late-run")
        columns = ("unit", "period_key", "opened_on", "target", "deadline", "next_rung_at")
        assert here.owed(*columns, duty_id="late-run") == here.owed(*columns, duty_id="daily-run")

    def test_twice_at_once_opens_once(self, bureau):
        here = bureau(monthly(), graded_visits())
        here.register(*(f"S{n}" for n in range(50)))
        moment = at("2023-03-01")
        with ThreadPoolExecutor(4) as pool:
            opened = list(pool.map(lambda _: open_owed(here.ws, moment), range(4)))
        assert sum(each.total for each in opened) == 2 + 50
        assert len(here.owed()) == 52

    def test_a_crash_before_the_end_leaves_neither_rows_nor_watermark(self, bureau, monkeypatch):
        here = bureau(monthly())
        with monkeypatch.context() as broken:
            broken.setattr("duban.ledger.watermarks.Mark.move", _power_cut)
            with pytest.raises(KeyboardInterrupt):
                here.open("2023-03-01")
        assert here.owed() == []
        assert here.open("2023-03-01").total == 2


def _power_cut(*_):
    raise KeyboardInterrupt


class TestAfterTimeAway:
    """The engine stopped on 2023-03-15 and started again on 2023-06-10: April and May are over, June runs."""

    @pytest.mark.parametrize(
        ("policy", "opened"),
        [
            ("all", ["2023-03", "2023-04", "2023-05", "2023-06"]),
            ("latest", ["2023-03", "2023-05", "2023-06"]),
            ("none", ["2023-03", "2023-06"]),
        ],
    )
    def test_the_policy_decides_about_what_is_over(self, bureau, policy, opened):
        here = bureau(monthly(catch_up=policy))
        here.open("2023-03-15")
        here.open("2023-06-10")
        assert here.owed("period_key", unit="350405") == opened

    @pytest.mark.parametrize("policy", ["all", "latest", "none"])
    def test_ten_days_across_the_national_day_lose_nothing(self, bureau, policy):
        here = bureau(quarterly(catch_up=policy))
        here.open("2023-09-28")
        here.open("2023-10-08")
        assert here.owed("period_key", "opened_on") == [("2023-Q3", "2023-10-01")] * 2


class TestWhoOwesIt:
    def test_each_unit_of_the_owners_level(self, bureau):
        here = bureau(monthly("c", level="city"), monthly("s", level="station"))
        here.open("2023-03-01")
        assert here.owed("duty_id", "unit") == [("c", "350400"), ("s", "350404-01")]

    @pytest.mark.parametrize(
        ("level", "unit"), [("station", "350404-01"), ("county", "350404"), ("city", "350400")]
    )
    def test_a_subjects_unit_is_lifted_to_the_owners_level(self, bureau, level, unit):
        here = bureau(graded_visits().model_copy(update={"owner": monthly(level=level).owner}))
        here.register("S1", unit="350404-01")
        here.open("2023-03-01")
        assert here.owed("unit") == [unit]

    def test_only_active_subjects_that_match(self, bureau):
        duty = a_duty("m", monthly().cadence, subject=SELLER, where={"业态": ("便利店",)})
        here = bureau(duty)
        here.register("S1", attributes={"业态": "便利店"})
        here.register("S2", attributes={"业态": "商场超市"})
        here.register("S3", attributes={"业态": "便利店"}, active=False)
        here.register("S4")
        assert here.open("2023-03-01").by_duty == {"m": 1}

    def test_confidential_is_carried_over(self, bureau):
        here = bureau(monthly(confidential=True))
        here.open("2023-03-01")
        assert here.owed("confidential") == [True, True]


class TestVisits:
    def test_by_grade(self, bureau):
        here = bureau(graded_visits())
        for grade in ("A", "B", "C", "D", None):
            here.register(f"S-{grade}", grade=grade)
        here.open("2023-07-01")
        assert here.owed("period_key") == ["2023#1/1", "2023#1/1", "2023#2/2", "2023#2/3", "2023#3/4"]

    def test_a_subject_registered_later_owes_from_its_registration(self, bureau):
        here = bureau(graded_visits())
        here.register("S1")
        here.open("2023-03-01")
        here.register("S2", registered_on=date(2023, 6, 15))
        here.open("2023-06-16")
        assert here.owed("period_key", "opened_on") == [
            ("2023#1/1", "2023-01-01"),
            ("2023#1/1", "2023-06-15"),
        ]

    def test_a_registration_in_the_future_waits_for_its_day(self, bureau):
        here = bureau(graded_visits())
        here.register("S2", registered_on=date(2023, 6, 15))
        assert here.open("2023-06-14").total == 0
        assert here.open("2023-06-15").total == 1
        assert here.open("2023-06-16").total == 0

    def test_a_visit_completes_its_window(self, bureau):
        here = bureau(graded_visits())
        here.register("S1", grade="B")
        here.open("2023-03-01")
        here.fact("inspection.done", "2023-03-05")
        assert here.open("2023-03-06").completed == {"visits": 1}
        assert here.owed("period_key", "state", "closed_on") == [("2023#1/2", "done", "2023-03-05")]

    def test_a_higher_risk_takes_over_from_the_day_of_grading(self, bureau):
        here = bureau(graded_visits())
        here.register("S1", grade="A")
        here.open("2023-03-01")
        here.fact("grade.assigned", "2023-07-10", data={"grade": "D"})
        here.open("2023-07-11")
        here.open("2023-10-01")
        assert here.owed("period_key", "state") == [
            ("2023#1/1", "superseded"),
            ("2023#3/4", "open"),
            ("2023#4/4", "open"),
        ]
        assert here.owed("supersedes")[1] == here.owed("id")[0]

    def test_a_lower_risk_that_was_visited_this_year_owes_nothing_more(self, bureau):
        here = bureau(graded_visits())
        here.register("S1", grade="D")
        here.open("2023-01-02")
        here.fact("inspection.done", "2023-02-01")
        here.open("2023-04-01")
        here.fact("grade.assigned", "2023-04-10", data={"grade": "A"})
        here.open("2023-04-11")
        here.open("2023-12-31")
        assert here.owed("period_key", "state") == [("2023#1/4", "done"), ("2023#2/4", "withdrawn")]

    def test_a_window_that_was_missed_stays_owed(self, bureau):
        here = bureau(graded_visits())
        here.register("S1", grade="D")
        here.open("2023-01-02")
        here.fact("grade.assigned", "2023-04-10", data={"grade": "B"})
        here.open("2023-04-11")
        assert here.owed("period_key", "state") == [("2023#1/4", "open"), ("2023#1/2", "open")]


class TestWhatIsWritten:
    def test_equal_reckonings_are_kept_once_with_their_steps(self, bureau, ledger):
        here = bureau(quarterly("one"), quarterly("two"), on="2023-10-09")
        here.open("2023-10-09")
        with reading(ledger) as connection:
            rows = connection.execute(select(RECKONING)).all()
        assert len(rows) == 1
        assert rows[0].steps[-1]["rests_on"]
        assert set(here.owed("reckoning_id")) == {rows[0].id}

    def test_the_ladder_is_armed(self, bureau, ledger):
        here = bureau(quarterly(), on="2023-10-09")
        here.open("2023-10-09")
        with reading(ledger) as connection:
            moments = connection.execute(select(OBLIGATION.c.next_rung_at)).scalars().all()
        assert {moment.astimezone(at("2023-10-09").tzinfo).isoformat() for moment in moments} == {
            "2023-10-11T08:30:00+08:00"
        }

    def test_the_watermark_moves_with_the_rows(self, bureau, ledger):
        here = bureau(monthly())
        here.open("2023-03-05")
        with reading(ledger) as connection:
            day = connection.execute(
                select(WATERMARK.c.day).where(WATERMARK.c.name == "opening:monthly")
            ).scalar_one()
        assert day == date(2023, 3, 5)


class TestPastTheCalendar:
    def test_one_refusal_does_not_stop_the_other_duties(self, bureau, calendar):
        here = bureau(
            quarterly("reaches-2041", opens="季度开始", due="季度结束后10个工作日内"),
            monthly(),
            on="2040-10-08",
        )
        opened = here.open("2040-10-08")
        assert opened.by_duty == {"monthly": 2}
        assert "2041" in opened.refused["reaches-2041"]
        assert here.owed("duty_id") == ["monthly", "monthly"]

    def test_it_opens_when_the_year_is_there(self, bureau, calendar):
        short = WorkdayCalendar(year for year in calendar.years if year.year <= 2024)
        duty = quarterly(opens="季度开始")
        here = bureau(duty)
        here.open("2024-07-01")
        here.use_duties([duty], short)
        assert "2025" in here.open("2024-10-08").refused["quarterly"]
        here.use_duties([duty])
        assert here.open("2024-10-09").by_duty == {"quarterly": 2}
        assert here.owed("opened_on")[-1] == "2024-10-01"


def test_a_review_of_continuous_work_opens_once_per_interval_and_is_due_within_it(bureau):
    here = bureau(a_duty("review", ReviewCadence(every=TimeGrain.HALF_YEAR)))
    assert here.open("2023-01-01").by_duty == {"review": 2}
    assert here.open("2023-06-30").total == 0
    assert here.open("2023-07-01").by_duty == {"review": 2}
    assert here.owed("period_key", "target", "deadline", unit="350404") == [
        ("2023-H1", "2023-06-30", "2023-06-30"),
        ("2023-H2", "2023-12-29", "2023-12-31"),
    ]
