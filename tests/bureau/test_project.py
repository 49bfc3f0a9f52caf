"""Which bureau this is: its units, posts and hours, and where its folder is found."""

from datetime import date, time
from pathlib import Path

import pytest

from duban.base.language import use
from duban.base.problems import ProblemsFound
from duban.bureau.posts import Post
from duban.bureau.project import OfficeHours, ProjectNotFound, find_root
from duban.bureau.project_file import load_project
from duban.bureau.units import Unit

ROOT = Path(__file__).resolve().parents[2]
COUNTIES = [
    "三元区",
    "沙县区",
    "永安市",
    "明溪县",
    "清流县",
    "宁化县",
    "大田县",
    "尤溪县",
    "将乐县",
    "泰宁县",
    "建宁县",
]
PROJECT = """
bureau: 示例市市场监督管理局
posts_at: {county: [科室负责人, 经办人]}
city:
  code: "9900"
  name: 市局
  posts:
    主要领导:
      holder: 张三
      addresses: {mail: zhang@example.org}
    分管领导: {vacant: 是}
  counties:
    - code: "9901"
      name: 东县局
      posts:
        经办人:
          deputy: 科室负责人
          away: [{from: 2026-10-09, until: 2026-10-16}]
      stations:
        - {code: "9901-01", name: 东关所}
    - {code: "9902", name: 西县局}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "duban.yaml").write_text(PROJECT, encoding="utf-8")
    return load_project(tmp_path)


def test_units_stand_in_the_order_of_the_file(project):
    assert list(project.units) == ["9900", "9901", "9901-01", "9902"]
    assert [unit.name for unit in project.units_at("county")] == ["东县局", "西县局"]
    assert project.units["9901-01"] == Unit("9901-01", "东关所", "station", "9901", {})


def test_the_chain_leads_from_a_unit_to_the_city(project):
    assert [unit.code for unit in project.chain("9901-01")] == ["9901-01", "9901", "9900"]
    assert [unit.code for unit in project.chain("9900")] == ["9900"]
    with pytest.raises(KeyError):
        project.chain("none")


def test_posts_of_a_level_are_at_every_unit_of_it(project):
    assert list(project.units["9902"].posts) == ["科室负责人", "经办人"]
    assert project.post("9902", "经办人") == Post("经办人")
    assert project.post("9902", "所长") is None
    assert project.post("none", "经办人") is None


def test_a_unit_adds_to_the_posts_of_its_level_and_fills_them(project):
    head = project.post("9900", "主要领导")
    assert (head.holder, head.addresses) == ("张三", {"mail": "zhang@example.org"})
    assert list(project.units["9901"].posts) == ["科室负责人", "经办人"]


def test_what_is_left_out_has_a_default(project):
    assert project.zone.key == "Asia/Shanghai"
    assert project.language == "zh-CN"
    assert project.office_hours == OfficeHours(time(8, 30), time(17, 30), rest_days=False)


ON_LEAVE = ((date(2026, 10, 9), date(2026, 10, 16)),)


@pytest.mark.parametrize(
    "post, on, staffed",
    [
        (Post("经办人"), date(2026, 10, 9), True),
        (Post("经办人", vacant=True), date(2026, 10, 9), False),
        (Post("经办人", away=ON_LEAVE), date(2026, 10, 8), True),
        (Post("经办人", away=ON_LEAVE), date(2026, 10, 9), False),
        (Post("经办人", away=ON_LEAVE), date(2026, 10, 16), False),
        (Post("经办人", away=ON_LEAVE), date(2026, 10, 17), True),
        (Post("经办人", away=ON_LEAVE, deputy="科室负责人"), date(2026, 10, 9), True),
        (Post("经办人", vacant=True, deputy="科室负责人"), date(2026, 10, 9), False),
    ],
)
def test_a_post_is_staffed_unless_vacant_or_away_without_a_deputy(post, on, staffed):
    assert post.staffed(on) is staffed


def test_the_project_that_comes_with_duban_is_the_city_of_the_plan():
    project = load_project(ROOT)
    (city,) = project.units_at("city")
    assert (city.code, project.bureau) == ("350400", "三明市市场监督管理局")
    assert [unit.name.removesuffix("市场监管局") for unit in project.units_at("county")] == COUNTIES
    for county in project.units_at("county"):
        stations = [unit for unit in project.units_at("station") if unit.parent == county.code]
        assert 3 <= len(stations) <= 5
    assert "特种设备科" in project.units["350404"].posts


def write_project(folder):
    folder.mkdir(parents=True)
    (folder / "duban.yaml").write_text(PROJECT, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _no_project_named(monkeypatch):
    monkeypatch.delenv("DUBAN_PROJECT", raising=False)


def test_the_project_is_the_nearest_folder_upwards(tmp_path, monkeypatch):
    root = write_project(tmp_path / "project")
    inside = root / "duties" / "old"
    inside.mkdir(parents=True)
    assert find_root(None, start=inside) == root
    monkeypatch.chdir(inside)
    assert find_root(None) == root


def test_a_named_project_comes_first(tmp_path, monkeypatch):
    here, there, elsewhere = (write_project(tmp_path / name) for name in ("a", "b", "c"))
    monkeypatch.chdir(here)
    monkeypatch.setenv("DUBAN_PROJECT", str(there))
    assert find_root(None) == there
    assert find_root(elsewhere) == elsewhere
    assert find_root(str(elsewhere)) == elsewhere


def test_no_project_says_how_to_make_one(tmp_path):
    with pytest.raises(ProjectNotFound, match="duban init"):
        find_root(None, start=tmp_path)
    with pytest.raises(ProjectNotFound, match=r"里没有 duban\.yaml"):
        find_root(tmp_path)
    with use("en"), pytest.raises(ProjectNotFound, match=r"there is no duban\.yaml"):
        find_root(tmp_path)


def test_a_project_file_with_mistakes_gives_them_all(tmp_path):
    text = PROJECT.replace('"9901"', '"9900"').replace("deputy: 科室负责人", "deputy: 科长")
    (tmp_path / "duban.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsFound) as found:
        load_project(tmp_path)
    assert [(problem.line, problem.column) for problem in found.value.problems] == [(13, 13), (17, 19)]
