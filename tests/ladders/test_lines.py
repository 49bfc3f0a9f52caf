"""Which of several deputies, section heads and sections a ladder means: the one that stands for the line."""

from datetime import date, time

import pytest

from duban.base.clock import SHANGHAI
from duban.bureau.posts import Post
from duban.bureau.project import OfficeHours, Project
from duban.bureau.unit_posts import UnitPost
from duban.bureau.units import Unit
from duban.ladders.addressing import who_is_told
from duban.ladders.ladder import Addressee, Ladder, Rung, Stage

FOOD, DRUGS, SCALES, ASSIGNED = "食品流通", "药品", "计量", "临时交办"


def posts(*these):
    return {post.name: post for post in these}


CITY = Unit(
    "1",
    "市局",
    "city",
    None,
    posts(
        Post("食品副局长", serves_as="分管领导", lines=(FOOD,)),
        Post("药品副局长", serves_as="分管领导", lines=(DRUGS,)),
        Post("分管领导"),
        Post("食品流通科", lines=(FOOD,)),
        Post("经办人"),
    ),
)
COUNTY = Unit(
    "2",
    "东县局",
    "county",
    "1",
    posts(
        Post("食品股长", serves_as="科室负责人", lines=(FOOD,), vacant=True),
        Post("科室负责人"),
        Post("食品副局长", serves_as="分管领导", lines=(FOOD, DRUGS)),
        Post("食品流通科", lines=(FOOD,)),
        Post("经办人"),
    ),
)
STATION = Unit("2-1", "东关所", "station", "2", posts(Post("经办人"), Post("主要领导")))
PROJECT = Project(
    "局",
    SHANGHAI,
    "zh-CN",
    OfficeHours(time(8), time(17), False),
    {unit.code: unit for unit in (CITY, COUNTY, STATION)},
)


def told(*to, unit, owner, line):
    ladder = Ladder("standard", (Rung("1", Stage.SUPERVISE, 0, "deadline", to),))
    audience = who_is_told(
        PROJECT, ladder, ladder.rungs[0], unit=unit, owner_post=owner, line=line, on=date(2023, 10, 9)
    )
    return [str(each) for each in (*audience.recipients, *audience.empty)]


@pytest.mark.parametrize(
    ("line", "deputy"), [(FOOD, "食品副局长"), (DRUGS, "药品副局长"), (SCALES, "分管领导")]
)
def test_of_several_deputies_the_one_who_stands_for_the_line_hears(line, deputy):
    assert told(Addressee("分管领导", "parent"), unit="2", owner="经办人", line=line) == [f"1/{deputy}"]


def test_what_is_assigned_reaches_the_deputy_of_its_owner_s_lines():
    assert told(Addressee("分管领导"), unit="1", owner="食品流通科", line=ASSIGNED) == ["1/食品副局长"]


def test_a_line_s_empty_desk_is_not_the_other_section_head_s():
    assert told(Addressee("科室负责人"), unit="2", owner="食品流通科", line=FOOD) == ["2/食品股长"]


def test_a_station_s_counterpart_is_the_county_s_section_of_the_line():
    assert told(Addressee(None, "parent"), unit="2-1", owner="经办人", line=FOOD) == ["2/食品流通科"]
    assert told(Addressee(None, "city"), unit="2-1", owner="经办人", line=FOOD) == ["1/食品流通科"]


def test_where_no_section_stands_for_the_line_it_is_the_post_of_the_same_name():
    assert told(Addressee(None, "parent"), unit="2-1", owner="经办人", line=SCALES) == ["2/经办人"]


def test_a_post_that_is_named_is_meant_whatever_its_lines():
    assert told(Addressee("分管领导", named=True), unit="1", owner="食品流通科", line=FOOD) == ["1/分管领导"]


def test_the_section_head_of_the_line_and_then_the_deputy_head_its_section():
    assert list(COUNTY.heads_over("食品流通科", FOOD, "食品流通科")) == ["食品股长", "食品副局长"]
    assert list(COUNTY.heads_over("食品股长", FOOD, "食品流通科")) == ["食品副局长"]
    assert UnitPost("2", "科室负责人").post in list(COUNTY.heads_over("经办人", SCALES, "经办人"))
