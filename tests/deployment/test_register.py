"""Pushing deployments to a real Prefect server: schedules, triggers, and nothing twice."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from duban.deployment.health import compare
from duban.deployment.plan import WantedDeployment
from duban.runtime.prefect_api import PrefectApi

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


@pytest.fixture
def register(in_prefect):
    from duban.deployment.register import register as push

    def run(wanted, **more):
        return in_prefect(lambda client: push(client, ROOT, wanted, **more))

    return run


@pytest.fixture
def registered(register, in_prefect):
    """The plan stands in Prefect; the deployments by name."""
    register(PLAN)
    from duban.deployment.register import deployments

    return {found.name: found for found in in_prefect(deployments)}


def test_each_stands_there_with_its_tags_its_description_and_its_flow(registered):
    assert set(registered) == {wanted.name for wanted in PLAN}
    found = registered["quarterly-analysis"]
    assert found.tags == ["特种设备安全监察", "periodic"]
    assert found.description == "**形势分析**"
    assert found.entrypoint == "flows/periodic.py:periodic"
    assert found.parameters == {"duty": "quarterly-analysis"}
    assert found.work_pool_name == "duban"


def test_a_schedule_is_native_and_in_local_time(registered):
    [schedule] = registered["quarterly-analysis"].schedules
    assert schedule.schedule.timezone == "Asia/Shanghai"
    assert schedule.schedule.rrule.endswith(QUARTERLY.rrule)
    [rhythm] = registered["patrol"].schedules
    assert rhythm.schedule.cron == "*/5 * * * *"
    assert registered["first-inspection"].schedules == []


def test_a_trigger_waits_for_its_kind_of_facts(registered, in_prefect):
    found = registered["first-inspection"]

    async def triggers(client):
        return await client.read_resource_related_automations(f"prefect.deployment.{found.id}")

    [automation] = in_prefect(triggers)
    assert automation.trigger.expect == {"duban.facts.recorded"}
    assert automation.trigger.match_related.root == {
        "prefect.resource.id": ["duban.fact-kind.certificate.issued"]
    }


def test_a_second_registration_pushes_nothing(registered, register):
    pushes = []
    done = register(PLAN, progress=lambda *count: pushes.append(count))
    assert (done.pushed, done.removed, done.unchanged) == (0, 0, 3)
    assert pushes == []


def test_only_what_changed_is_pushed_again_and_its_schedule_is_replaced(registered, register, in_prefect):
    from duban.deployment.register import deployments

    pushes = []
    later = replace(QUARTERLY, days=SOON[1:])
    done = register([later, FIRST_INSPECTION, PATROL], progress=lambda *count: pushes.append(count))
    assert (done.pushed, done.removed, done.unchanged) == (1, 0, 2)
    assert pushes == [(1, 1)]
    [schedule] = {found.name: found for found in in_prefect(deployments)}["quarterly-analysis"].schedules
    assert schedule.schedule.rrule.endswith("\n" + later.rrule)


def test_a_duty_that_is_gone_is_taken_away_with_its_trigger(registered, register, in_prefect):
    from duban.deployment.register import deployments

    done = register([QUARTERLY, PATROL])
    assert (done.pushed, done.removed) == (0, 1)
    assert {found.name for found in in_prefect(deployments)} == {"quarterly-analysis", "patrol"}

    async def triggers(client):
        return await client.read_resource_related_automations(
            f"prefect.deployment.{registered['first-inspection'].id}"
        )

    assert in_prefect(triggers) == []


def test_a_duty_that_changed_its_kind_runs_another_flow_and_stands_there_once(
    registered, register, in_prefect
):
    from duban.deployment.register import deployments

    register([replace(QUARTERLY, flow="frequency"), FIRST_INSPECTION, PATROL])
    found = [each for each in in_prefect(deployments) if each.name == "quarterly-analysis"]
    assert [each.entrypoint for each in found] == ["flows/frequency.py:frequency"]


def test_health_names_what_is_missing_outdated_and_without_a_run(registered, register, prefect_api):
    # The server schedules on its own time; a duty without days to come has nothing to be scheduled for.
    gone = replace(QUARTERLY, name="not-registered")
    changed = replace(PATROL, cron="*/10 * * * *")
    register([QUARTERLY, FIRST_INSPECTION, PATROL])
    found = compare(prefect_api, [QUARTERLY, FIRST_INSPECTION, changed, gone], TODAY)
    assert found.answers
    assert found.missing == ("not-registered",)
    assert found.outdated == ("patrol",)
    assert "first-inspection" not in found.without_run
    assert not found.sound


def test_health_says_when_nobody_answers():
    silent = compare(PrefectApi("http://127.0.0.1:9/api"), PLAN, TODAY)
    assert not silent.answers
    assert not silent.sound
