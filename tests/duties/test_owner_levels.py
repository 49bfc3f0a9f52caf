"""An owner of several levels: each unit of each level owes one, for itself."""

from pathlib import Path

import pytest

from duban.base.language import use
from duban.bureau.project_file import load_project
from duban.duties import load_duties
from duban.duties.crosschecks import Surroundings
from duban.duties.grammar import Owner, duty_from_content
from duban.obligations.responsible import owing_units, responsible_for

ROOT = Path(__file__).parents[2]
ANALYSIS = """
line: 特种设备
duties:
  - id: analysis
    title: 形势分析
    basis: {clause: TS-01, quote: 每季度}
    owner: %s
    %s
"""


@pytest.fixture(autouse=True)
def chinese():
    with use("zh-CN"):
        yield


@pytest.fixture
def project():
    return load_project(ROOT)


@pytest.fixture
def duty(tmp_path):
    """The duty with this owner and cadence, and what is wrong with it."""
    (tmp_path / "duties").mkdir()

    def read(owner, cadence="every: 每季度\n    due: 季度结束后10个工作日内"):
        text = ANALYSIS % (owner, cadence)
        (tmp_path / "duties" / "特种设备.yaml").write_text(text, encoding="utf-8")
        duties, problems = load_duties(tmp_path, Surroundings())
        return duties.get("analysis"), [str(problem) for problem in problems]

    return read


@pytest.mark.parametrize(
    "owner",
    [
        "{unit: [市局, 县局], post: 特种设备科}",
        "市局+县局/特种设备科",
        "{unit: [county, city], post: 特种设备科}",
    ],
)
def test_city_and_counties_each_owe_one(duty, project, owner):
    found, problems = duty(owner)
    assert problems == []
    assert found.owner == Owner(unit="county", post="特种设备科", also=("city",))
    owing = owing_units(project, found)
    assert len(owing) == len(set(owing)) == 12
    assert owing[0] == "350400"
    assert duty_from_content(found.content()) == found


def test_one_level_reads_and_means_what_it_did(duty, project):
    plain, _ = duty("{unit: 县局, post: 特种设备科}")
    in_list, _ = duty("{unit: [县局], post: 特种设备科}")
    assert plain.fingerprint == in_list.fingerprint
    assert len(owing_units(project, plain)) == 11


@pytest.mark.parametrize(
    "cadence",
    [
        "quota: 全年不少于6场\n    of: lecture.held",
        "within: 一个月\n    of: certificate.issued\n    for_each: {subject: 企业}",
        "every: 每季度\n    due: 季度结束后10个工作日内\n    for_each: {subject: 企业}",
    ],
)
def test_what_is_measured_or_owed_for_subjects_has_one_level(duty, cadence):
    found, problems = duty("市局+县局/特种设备科", cadence)
    assert found is None
    assert any("上一级也要办的，另写一条" in each for each in problems)


def test_a_station_owes_for_the_enterprises_in_its_charge_and_the_county_for_its_own(duty, project):
    found, problems = duty(
        "所/经办人", "within: 一个月\n    of: certificate.issued\n    for_each: {subject: 企业}"
    )
    assert problems == []
    assert responsible_for(project, found, "350404-02") == "350404-02"
    assert responsible_for(project, found, "350404") == "350404"
