"""Pushing deployments to a real Prefect server: schedules, triggers, and nothing twice."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from prefect.workers.process import ProcessWorker

from duban.deployment.health import examine
from duban.deployment.plan import WantedDeployment
from duban.deployment.state import PrefectDifference, compare, look
from duban.runtime.prefect_api import PrefectApi, PrefectRefuses

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]
# Prefect makes runs for days to come by its own clock, so the days count from the machine's today.
TODAY = date.today()
SOON = tuple(TODAY + timedelta(days=n) for n in (3, 33, 63))

QUARTERLY = WantedDeployment(
    "quarterly-analysis",
    "periodic",
    "**形势分析**",
    ("特种设备安全监察", "periodic"),
    "Asia/Shanghai",
    {"duty": "quarterly-analysis"},
    days=SOON,
    duty="quarterly-analysis",
)
FIRST_INSPECTION = WantedDeployment(
    "first-inspection",
    "within",
    "**首次检查**",
    ("产品质量安全监督管理", "within"),
    "Asia/Shanghai",
    {"duty": "first-inspection"},
    wakes_on=("certificate.issued",),
    duty="first-inspection",
)
PATROL = WantedDeployment("patrol", "patrol", "巡查", ("引擎", "patrol"), "Asia/Shanghai", cron="*/5 * * * *")
PLAN = [QUARTERLY, FIRST_INSPECTION, PATROL]
BEFORE = frozenset({("periodic", "quarterly-analysis"), ("within", "first-inspection"), ("patrol", "patrol")})


@pytest.fixture
def register(connect):
    from duban.deployment.register import register as push

    def run(wanted, **more):
        return push(connect, ROOT, wanted, **more)

    return run


def standing(server):
    """The deployments that stand in the server, by name, as its API gives them."""
    return {found.name: found.row for found in look(server).deployments}


def triggers(server, row):
    return server.ask("GET", f"/automations/related-to/prefect.deployment.{row['id']}")


@pytest.fixture
def registered(register, prefect_api):
    """The plan stands in Prefect; the deployments by name."""
    register(PLAN)
    return standing(prefect_api)


def test_each_stands_there_with_its_tags_its_description_and_its_flow(registered):
    assert set(registered) == {wanted.name for wanted in PLAN}
    found = registered["quarterly-analysis"]
    assert found["tags"] == ["特种设备安全监察", "periodic"]
    assert found["description"] == "**形势分析**"
    assert found["entrypoint"] == "flows/obligations.py:periodic"
    assert found["parameters"] == {"duty": "quarterly-analysis"}
    assert found["work_pool_name"] == "duban"
    assert found["parameter_openapi_schema"]["properties"]["duty"]["description"].startswith("The duty's id")


def test_a_schedule_is_native_and_in_local_time(registered):
    [schedule] = registered["quarterly-analysis"]["schedules"]
    assert schedule["schedule"]["timezone"] == "Asia/Shanghai"
    assert schedule["schedule"]["rrule"].endswith(QUARTERLY.rrule)
    [rhythm] = registered["patrol"]["schedules"]
    assert rhythm["schedule"]["cron"] == "*/5 * * * *"
    assert registered["first-inspection"]["schedules"] == []


def test_a_trigger_waits_for_its_kind_of_facts(registered, prefect_api):
    [automation] = triggers(prefect_api, registered["first-inspection"])
    assert automation["trigger"]["expect"] == ["duban.facts.recorded"]
    assert automation["trigger"]["match_related"] == {
        "prefect.resource.id": ["duban.fact-kind.certificate.issued"]
    }


def test_a_second_registration_pushes_nothing(registered, register):
    pushes = []
    done = register(PLAN, progress=lambda *count: pushes.append(count))
    assert (done.pushed, done.removed, done.unchanged) == (0, 0, 3)
    assert pushes == []


def test_only_what_changed_is_pushed_again_and_its_schedule_is_replaced(registered, register, prefect_api):
    pushes = []
    later = replace(QUARTERLY, days=SOON[1:])
    done = register([later, FIRST_INSPECTION, PATROL], progress=lambda *count: pushes.append(count))
    assert (done.pushed, done.removed, done.unchanged) == (1, 0, 2)
    assert pushes == [(1, 1)]
    [schedule] = standing(prefect_api)["quarterly-analysis"]["schedules"]
    assert schedule["schedule"]["rrule"].endswith("\n" + later.rrule)


def test_a_changed_trigger_takes_the_place_of_the_former(registered, register, prefect_api):
    register([QUARTERLY, replace(FIRST_INSPECTION, wakes_on=("sample.failed",)), PATROL])
    [automation] = triggers(prefect_api, registered["first-inspection"])
    assert automation["trigger"]["match_related"] == {
        "prefect.resource.id": ["duban.fact-kind.sample.failed"]
    }


def test_a_duty_that_is_gone_is_taken_away_with_its_trigger(registered, register, prefect_api):
    done = register([QUARTERLY, PATROL])
    assert (done.pushed, done.removed) == (0, 1)
    assert set(standing(prefect_api)) == {"quarterly-analysis", "patrol"}
    assert triggers(prefect_api, registered["first-inspection"]) == []


def test_a_duty_that_changed_its_kind_runs_another_flow_and_stands_there_once(
    registered, register, prefect_api
):
    register([replace(QUARTERLY, flow="frequency"), FIRST_INSPECTION, PATROL])
    found = look(prefect_api).deployments
    assert [each.flow for each in found if each.name == "quarterly-analysis"] == ["frequency"]


def test_a_run_can_say_neither_another_command_nor_another_clock(registered, register, prefect_api):
    offered = prefect_api.ask("GET", "/work_pools/duban")["base_job_template"]
    assert {"command", "env"}.isdisjoint(offered["job_configuration"])
    assert {"command", "env"}.isdisjoint(offered["variables"]["properties"])

    open_to_all = ProcessWorker.get_default_base_job_template()
    prefect_api.ask("PATCH", "/work_pools/duban", {"base_job_template": open_to_all})
    register(PLAN)
    assert prefect_api.ask("GET", "/work_pools/duban")["base_job_template"] == offered


@pytest.mark.parametrize("more", [{"now": "2027-06-30T00:00:00Z"}, {"project": "/elsewhere"}])
def test_a_run_that_says_what_day_it_is_or_where_is_refused(registered, prefect_api, more):
    place = f"/deployments/{registered['quarterly-analysis']['id']}/create_flow_run"
    prefect_api.ask("POST", place, {"parameters": {}})
    with pytest.raises(PrefectRefuses, match="Additional properties are not allowed"):
        prefect_api.ask("POST", place, {"parameters": more})


class TestWhatSomebodyChangedByHand:
    """Seen by `duban doctor`, and mended by the next registration."""

    @pytest.fixture
    def seen_and_mended(self, registered, register, prefect_api):
        def check(**expected):
            seen = examine(prefect_api, PLAN, TODAY)
            assert not seen.sound
            assert seen.difference == PrefectDifference(**expected)
            done = register(PLAN, before=BEFORE)
            assert compare(look(prefect_api), PLAN) == PrefectDifference()
            return done

        return check

    def test_a_paused_deployment(self, registered, prefect_api, seen_and_mended):
        prefect_api.ask("POST", f"/deployments/{registered['patrol']['id']}/pause_deployment")
        done = seen_and_mended(paused=("patrol",))
        assert (done.altered, done.deleted, done.foreign, done.pool_started) == (("patrol",), (), (), False)

    @pytest.mark.parametrize(
        "change",
        [
            {"parameters": {"duty": "another"}},
            {"entrypoint": "flows/elsewhere.py:periodic"},
            {"enforce_parameter_schema": False},
            {"schedules": []},
            {"schedules": [{"active": True, "schedule": {"cron": "0 3 * * *", "timezone": "Asia/Shanghai"}}]},
        ],
        ids=["parameters", "entrypoint", "schema", "no schedule", "another schedule"],
    )
    def test_an_altered_deployment(self, registered, prefect_api, seen_and_mended, change):
        prefect_api.ask("PATCH", f"/deployments/{registered['quarterly-analysis']['id']}", change)
        seen_and_mended(altered=("quarterly-analysis",))

    def test_a_schedule_switched_off(self, registered, prefect_api, seen_and_mended):
        row = registered["patrol"]
        place = f"/deployments/{row['id']}/schedules/{row['schedules'][0]['id']}"
        prefect_api.ask("PATCH", place, {"active": False})
        seen_and_mended(altered=("patrol",))

    def test_a_deleted_deployment(self, registered, prefect_api, seen_and_mended):
        prefect_api.ask("DELETE", f"/deployments/{registered['patrol']['id']}")
        done = seen_and_mended(missing=("patrol",))
        assert (done.altered, done.deleted, done.foreign, done.pool_started) == ((), ("patrol",), (), False)

    def test_a_trigger_deleted_or_switched_off(self, registered, prefect_api, seen_and_mended):
        [automation] = triggers(prefect_api, registered["first-inspection"])
        prefect_api.ask("PATCH", f"/automations/{automation['id']}", {"enabled": False})
        seen_and_mended(altered=("first-inspection",))
        [automation] = triggers(prefect_api, registered["first-inspection"])
        prefect_api.ask("DELETE", f"/automations/{automation['id']}")
        seen_and_mended(altered=("first-inspection",))

    def test_a_paused_pool_and_a_paused_queue(self, registered, prefect_api, seen_and_mended):
        for place in ("/work_pools/duban", "/work_pools/duban/queues/default"):
            prefect_api.ask("PATCH", place, {"is_paused": True})
            assert seen_and_mended(pool_stopped=True).pool_started

    def test_a_deployment_somebody_added_to_the_pool(self, registered, prefect_api, seen_and_mended):
        flow = prefect_api.ask("POST", "/flows/", {"name": "foreign"})["id"]
        prefect_api.ask(
            "POST", "/deployments/", {"name": "foreign", "flow_id": flow, "work_pool_name": "duban"}
        )
        done = seen_and_mended(surplus=("foreign",))
        assert (done.removed, done.altered, done.deleted, done.foreign) == (1, (), (), ("foreign",))

    def test_what_an_edit_adds_and_takes_away_nobody_deleted_and_nobody_added(self, registered, register):
        later = [
            QUARTERLY,
            replace(FIRST_INSPECTION, name="second-inspection"),
            replace(PATROL, flow="sweep"),
        ]
        done = register(later, before=BEFORE)
        assert (done.pushed, done.removed, done.deleted, done.foreign) == (2, 2, (), ())

    def test_at_the_first_registration_nobody_knows_what_a_person_deleted(
        self, registered, register, prefect_api
    ):
        prefect_api.ask("DELETE", f"/deployments/{registered['patrol']['id']}")
        done = register(PLAN)
        assert (done.pushed, done.deleted) == (1, ())


def test_health_names_what_is_missing_outdated_and_without_a_run(
    registered, register, prefect_api, monkeypatch
):
    gone = replace(QUARTERLY, name="not-registered")
    changed = replace(PATROL, cron="*/10 * * * *")
    register([QUARTERLY, FIRST_INSPECTION, PATROL])
    found = examine(prefect_api, [QUARTERLY, FIRST_INSPECTION, changed, gone], TODAY)
    assert found.answers
    assert found.difference == PrefectDifference(missing=("not-registered",), outdated=("patrol",))
    assert found.without_run == ()
    assert not found.sound

    # A day gone by is never scheduled; that is said only once Prefect has had the time to come round to it.
    past, then = replace(QUARTERLY, name="past", days=(TODAY - timedelta(days=5),)), TODAY - timedelta(days=9)
    register([past])
    assert examine(prefect_api, [past], then).without_run == ()
    monkeypatch.setitem(examine.__globals__, "COMES_ROUND", timedelta(0))
    assert examine(prefect_api, [past], then).without_run == ("past",)


def test_health_says_when_the_login_is_not_taken(prefect_server):
    with PrefectApi(prefect_server.api, "duban:guessed") as stranger:
        seen = examine(stranger, PLAN, TODAY)
    assert seen.refused
    assert not seen.sound


def test_health_says_when_nobody_answers():
    silent = examine(PrefectApi("http://127.0.0.1:9/api"), PLAN, TODAY)
    assert not silent.answers
    assert not silent.sound
