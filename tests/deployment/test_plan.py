"""Which deployments a project should have in Prefect."""

import json
from dataclasses import asdict, replace
from datetime import date, time

from hypothesis import given
from hypothesis import strategies as st

from duban.deployment import plan

ON = date(2026, 3, 2)


def by_name(definitions, on=ON):
    return {wanted.name: wanted for wanted in plan.wanted_deployments(definitions, on)}


def test_every_duty_is_a_deployment_of_its_own_and_the_rounds_stand_beside_them(definitions):
    wanted = by_name(definitions)
    rounds = {"patrol", "deliver", "sweep", "audit"}
    reports = {"report-daily", "report-weekly", "report-monthly", "report-quarterly"}
    shown = {duty.id for duty in definitions.duties.values() if not duty.confidential}
    assert set(wanted) == shown | {"confidential"} | rounds | reports


def test_what_is_confidential_stands_behind_one_name_that_tells_nothing(definitions):
    hidden = [duty for duty in definitions.duties.values() if duty.confidential]
    assert hidden
    told = json.dumps(
        [asdict(each) for each in by_name(definitions).values()], ensure_ascii=False, default=str
    )
    for duty in hidden:
        assert f'"{duty.id}"' not in told
        assert duty.title not in told
        assert all(basis.quote not in told for basis in duty.basis)
    wanted = by_name(definitions)["confidential"]
    assert wanted.parameters == {"duties": "confidential"}
    assert set(wanted.wakes_on) == {
        kind for duty in definitions.duties.values() for kind in plan.fact_kinds(duty)
    }


def test_without_confidential_duties_there_is_no_deployment_for_them(definitions):
    none = replace(definitions, duties={k: v for k, v in definitions.duties.items() if not v.confidential})
    assert "confidential" not in by_name(none)


def test_a_duty_carries_its_line_its_kind_its_title_and_the_clause_it_rests_on(definitions):
    wanted = by_name(definitions)["ts-quarterly-risk-analysis"]
    assert wanted.flow == "periodic"
    assert wanted.tags == ("特种设备安全监察", "periodic")
    assert wanted.parameters == {"duty": "ts-quarterly-risk-analysis"}
    assert "全市特种设备安全形势分析" in wanted.description
    assert "每季度开展一次全市特种设备安全形势分析（TS-01）" in wanted.description
    assert "待确认" in by_name(definitions)["sp-inspection-plan"].description


def test_a_periodic_duty_has_its_computed_opening_days_as_a_native_schedule(definitions):
    wanted = by_name(definitions)["ts-quarterly-risk-analysis"]
    opening = [day for day in wanted.days if day.year == 2026]
    assert opening == [date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)]
    assert wanted.rrule.startswith("RDATE:20260101T001000,20260401T001000,")
    assert wanted.zone == "Asia/Shanghai"


def test_a_duty_that_facts_start_has_no_schedule_but_wakes_on_them(definitions):
    wanted = by_name(definitions)["cp-first-inspection"]
    assert wanted.rrule is None
    assert wanted.next_day(ON) is None
    assert wanted.wakes_on == ("certificate.issued", "inspection.done")


def test_a_threshold_wakes_on_the_facts_it_counts_and_on_the_fact_that_completes_it(definitions):
    assert plan.fact_kinds(definitions.duties["sl-flight-check"]) == ("flight_check.done", "sample.failed")


def test_a_duty_by_risk_grade_wakes_when_a_grade_is_assigned(definitions):
    assert "grade.assigned" in by_name(definitions)["sl-graded-inspection"].wakes_on


def test_the_rounds_have_their_rhythms(definitions):
    wanted = by_name(definitions)
    assert {name: wanted[name].cron for name in ("patrol", "deliver", "sweep", "audit")} == {
        "patrol": "*/5 * * * *",
        "deliver": "* * * * *",
        "sweep": "7 * * * *",
        "audit": "37 * * * *",
    }


def test_the_daily_report_comes_on_working_mornings_a_make_up_saturday_included(definitions):
    days = by_name(definitions)["report-daily"].days
    assert by_name(definitions)["report-daily"].at == time(8, 30)
    assert date(2026, 2, 28) in days  # a Saturday that works for the Spring Festival
    assert date(2026, 2, 17) not in days  # New Year's Day of the lunar calendar
    assert date(2026, 3, 1) not in days  # a Sunday


def test_the_other_reports_come_on_the_first_working_day_of_their_period(definitions):
    wanted = by_name(definitions)
    assert date(2026, 2, 24) in wanted["report-weekly"].days  # Monday the 23rd is still a holiday
    assert date(2026, 5, 6) in wanted["report-monthly"].days  # after the May holiday
    assert date(2026, 10, 8) in wanted["report-quarterly"].days  # after the National Day holiday


def test_past_the_calendar_there_is_nothing_to_schedule_and_no_failure(definitions):
    wanted = by_name(definitions, on=date(2041, 6, 1))
    assert wanted["report-daily"].days == ()
    assert wanted["ts-quarterly-risk-analysis"].rrule is None
    assert wanted["patrol"].cron


def test_near_the_calendar_s_end_the_days_it_does_know_are_scheduled(definitions):
    last = definitions.calendar.last_day
    assert by_name(definitions, on=date(last.year, 2, 1))["sl-control-check"].days


def test_the_same_days_stand_in_the_plan_all_quarter_so_that_nothing_is_pushed_daily(definitions):
    fingerprints = {
        name: wanted.fingerprint for name, wanted in by_name(definitions, date(2026, 1, 1)).items()
    }
    assert {
        name: wanted.fingerprint for name, wanted in by_name(definitions, date(2026, 3, 31)).items()
    } == fingerprints
    assert by_name(definitions, date(2026, 4, 1))["report-daily"].fingerprint != fingerprints["report-daily"]


def test_any_change_of_meaning_changes_the_fingerprint(definitions):
    wanted = by_name(definitions)["sl-control-check"]
    for other in (
        replace(wanted, description="另一个标题"),
        replace(wanted, tags=("另一条线", "periodic")),
        replace(wanted, days=wanted.days[1:]),
        replace(wanted, wakes_on=("sample.failed",)),
        replace(wanted, zone="UTC"),
    ):
        assert other.fingerprint != wanted.fingerprint
    assert replace(wanted).fingerprint == wanted.fingerprint


def test_a_schedule_fits_into_what_prefect_takes(definitions):
    for wanted in plan.wanted_deployments(definitions, ON):
        assert len(wanted.days) <= plan.MOST_DAYS
        assert len(wanted.rrule or "") <= 6_500


@given(st.dates(date(2018, 1, 1), date(2030, 12, 31)))
def test_the_next_day_is_the_first_one_after_today(on):
    days = tuple(date(year, month, 1) for year in range(2018, 2031) for month in (1, 7))
    wanted = plan.WantedDeployment("x", "periodic", "", (), "Asia/Shanghai", days=days)
    following = wanted.next_day(on)
    assert following == min((day for day in days if day > on), default=None)
