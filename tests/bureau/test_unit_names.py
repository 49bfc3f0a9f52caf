"""Which unit somebody means."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from duban.bureau.posts import Post
from duban.bureau.project import OfficeHours, Project
from duban.bureau.unit_names import NoSuchUnit, SeveralHolders, UnitNames, post_meant
from duban.bureau.unit_posts import UnitPost
from duban.bureau.unit_tree import with_all_below
from duban.bureau.units import Unit

CITY, SANYUAN, YONGAN, LIEDONG, XIYANG = "350400", "350403", "350481", "350403-01", "350481-A1"


@pytest.fixture
def project():
    from datetime import time

    units = (
        Unit(CITY, "三明市市场监督管理局", "city", None, {}),
        Unit(SANYUAN, "三元区市场监督管理局", "county", CITY, {}),
        Unit(LIEDONG, "三元区列东市场监管所", "station", SANYUAN, {}),
        Unit(YONGAN, "永安市市场监督管理局", "county", CITY, {}),
        Unit(XIYANG, "永安市西洋市场监管所", "station", YONGAN, {}),
    )
    hours = OfficeHours(time(8, 30), time(17, 30), rest_days=False)
    return Project(
        "三明", ZoneInfo("Asia/Shanghai"), "zh-CN", hours, {unit.code: unit for unit in units}, approvers=1
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("350403", SANYUAN),
        ("三元区市场监督管理局", SANYUAN),
        ("三元区市场监管局", SANYUAN),
        ("三元", SANYUAN),
        ("列东所", LIEDONG),
        ("三元区局列东所", LIEDONG),
        ("三元区市场监管局列东市场监管所；", LIEDONG),
        ("市局", CITY),
        ("福建省三明市永安市市场监督管理局", YONGAN),
        ("３５０４８１－ａ１", XIYANG),
    ],
)
def test_a_unit_is_found_by_what_it_is_called(project, written, meant):
    names = UnitNames(project)
    assert names.find(written) == names.find_loosely(written) == meant


def test_a_part_of_a_name_is_enough_only_for_somebody_who_sees_what_he_got(project):
    names = UnitNames(project)
    assert names.find_loosely("西洋市场") == XIYANG
    with pytest.raises(NoSuchUnit, match="没有单位“西洋市场”"):
        names.find("西洋市场")


def test_several_are_named(project):
    with pytest.raises(
        NoSuchUnit, match="不止一个单位：三元区列东市场监管所 350403-01、永安市西洋市场监管所 350481-A1"
    ):
        UnitNames(project).find_loosely("市场监管所")


def test_a_unit_with_all_below_it(project):
    assert project.below(SANYUAN) == [SANYUAN, LIEDONG]
    assert project.below(CITY) == list(project.units)
    assert project.below("350499") == []
    assert with_all_below(project.units.values(), [YONGAN, LIEDONG]) == {YONGAN, XIYANG, LIEDONG}


def test_who_mistypes_a_name_in_speech_hears_which_is_near(project):
    with pytest.raises(NoSuchUnit, match="没有单位“列冬所”，是不是“列东所”？"):
        UnitNames(project).find("列冬所")


@pytest.mark.parametrize(
    ("written", "unit", "post"),
    [
        ("列东所/经办人", LIEDONG, "经办人"),
        ("李小明", LIEDONG, "经办人"),
        ("列东所/李小明", LIEDONG, "经办人"),
        ("西洋所/李小明", XIYANG, "李小明"),  # not there: stays as it is written, and is refused by it
        ("三元局/王强", SANYUAN, "经办人"),
        ("列东所", LIEDONG, ""),
    ],
)
def test_a_post_is_named_by_itself_or_by_who_holds_it(project, written, unit, post):
    for code, holder in ((LIEDONG, "李小明"), (SANYUAN, "王强"), (XIYANG, "王强")):
        project.units[code] = replace(project.units[code], posts={"经办人": Post("经办人", holder=holder)})
    assert post_meant(project, written) == UnitPost(unit, post)
    with pytest.raises(SeveralHolders) as two:
        post_meant(project, "王强")
    assert str(two.value) == (
        "叫“王强”的有 2 个岗位：三元区市场监督管理局/经办人、永安市西洋市场监管所/经办人；"
        "请写明是哪一个，例如 三元区市场监督管理局/经办人"
    )
    assert post_meant(project, str(two.value).rpartition(" ")[2]) == UnitPost(SANYUAN, "经办人")
