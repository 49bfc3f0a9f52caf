"""What a person writes in the project file `duban.yaml`."""

from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from duban.base.clock import SHANGHAI, time_zone
from duban.base.objections import WrongValue
from duban.bureau.written_names import page_address, post_name, unit_code
from duban.bureau.year_plan import YearPlanEntry
from duban.yamlfile.key import Key
from duban.yamlfile.values import Day, StrictModel, Text, Truth


def _known_zone(name: str) -> str:
    try:
        time_zone(name)
    except ValueError:
        raise WrongValue(
            zh=f"没有时区“{name}”，请写 Asia/Shanghai", en=f"no time zone “{name}”: write Asia/Shanghai"
        ) from None
    return name


APPROVERS = {"一人": 1, "两人": 2, "one": 1, "two": 2}


def _known_approval(word: str) -> str:
    if word not in APPROVERS:
        raise WrongValue(
            zh=f"approval 写 一人 或 两人，不是“{word}”",
            en=f"approval is one or two, not “{word}”",
        )
    return word


_Code = Annotated[str, AfterValidator(unit_code)]
_PostName = Annotated[str, AfterValidator(post_name)]


class AbsenceEntry(StrictModel):
    """Days on which a post's holder is absent."""

    from_: Annotated[Day, Key("第一天", "the first day")] = Field(alias="from")
    until: Annotated[Day, Key("最后一天", "the last day")]


class PostEntry(StrictModel):
    """A post of a unit: who holds it, and what it stands for."""

    holder: Annotated[Text | None, Key("由谁担任", "who holds it")] = None
    vacant: Annotated[Truth, Key("是：岗位空缺，直接告诉下一级的人", "true: vacant, passed on at once")] = (
        False
    )
    addresses: Annotated[dict[str, Text], Key("各渠道的地址", "addresses by channel")] = Field(
        default_factory=dict
    )
    deputy: Annotated[_PostName | None, Key("不在时由哪个岗位代行", "the post that deputises")] = None
    away: Annotated[tuple[AbsenceEntry, ...], Key("哪几天不在", "the days of absence")] = ()
    as_: Annotated[
        Literal["科室负责人", "分管领导", "主要领导"] | None,
        Key(
            "几个人分担的岗位，他是其中一个：有几位分管领导时写 分管领导，再用 lines 写他分管的条线",
            "which head it is one of several of, each with its lines",
        ),
    ] = Field(None, alias="as")
    lines: Annotated[
        tuple[Text, ...] | None,
        Key(
            "负责哪些条线：这些条线的催办才找他，他登录网页也只看这些；不写是其余的全部",
            "the lines it stands for: hears of and sees these alone; without it, all the others",
            ("食品流通安全监督管理",),
        ),
    ] = None


class UnitEntry(StrictModel):
    """A unit with its posts."""

    code: Annotated[_Code, Key("编号，加引号", "the code, in quotation marks")]
    name: Annotated[Text, Key("名称", "the name")]
    posts: Annotated[
        dict[_PostName, PostEntry | None],
        Key("这个单位的岗位、人和地址", "posts of this unit with their holders"),
    ] = Field(default_factory=dict)


class CountyEntry(UnitEntry):
    """A county bureau with its stations."""

    stations: Annotated[tuple[UnitEntry, ...], Key("市场监督管理所", "the stations")] = ()


class CityEntry(UnitEntry):
    """The city bureau with its counties."""

    counties: Annotated[tuple[CountyEntry, ...], Key("县（市、区）局", "the county bureaus")] = ()


class OfficeHoursEntry(StrictModel):
    """When messages may go out."""

    start: Annotated[time, Key("几点开始", "from", ("08:30",))] = time(8, 30)
    end: Annotated[time, Key("几点结束", "until", ("17:30",))] = time(17, 30)
    rest_days: Annotated[Truth, Key("休息日也发", "also on rest days")] = False


class PostsAtEntry(StrictModel):
    """The posts that every unit of a level has."""

    city: Annotated[tuple[_PostName, ...], Key("市局的岗位", "posts of the city bureau")] = ()
    county: Annotated[tuple[_PostName, ...], Key("县局的岗位", "posts of each county bureau")] = ()
    station: Annotated[tuple[_PostName, ...], Key("监管所的岗位", "posts of each station")] = ()


class ProjectFile(StrictModel):
    """The whole of `duban.yaml`."""

    bureau: Annotated[Text, Key("本局名称", "the bureau's name")]
    time_zone: Annotated[
        str, AfterValidator(_known_zone), Key("时区", "the time zone", ("Asia/Shanghai",))
    ] = SHANGHAI.key
    language: Annotated[Literal["zh-CN", "en"], Key("语言", "the language")] = "zh-CN"
    office_hours: Annotated[OfficeHoursEntry, Key("什么时候可以发消息", "when messages may go out")] = (
        OfficeHoursEntry()
    )
    approval: Annotated[
        str,
        AfterValidator(_known_approval),
        Key(
            "修改要几个人才能生效：一人，或两人（一人提出，另一人批准）",
            "how many persons an edit needs: one, or two (one proposes, another approves)",
            ("两人",),
        ),
    ] = "一人"
    page: Annotated[
        Annotated[Text, AfterValidator(page_address)] | None,
        Key(
            "大家从办公室打开页面用的网址；写了，每条消息里就有打开这些事项的链接",
            "the page's address as people reach it: with it each message links to its items",
            ("https://duban.example.cn",),
        ),
    ] = None
    plan: Annotated[
        YearPlanEntry | None,
        Key(
            "事项属于哪个年度计划：随它开始，到它那一年年底结束",
            "the yearly plan the duties belong to: they begin with it and end with its year",
        ),
    ] = None
    letter_mark: Annotated[
        Text, Key("文书编号的代字", "what the numbers of letters begin with", ("三市监督",))
    ] = "督办"
    kept_years: Annotated[
        int,
        Field(ge=1, le=100),
        Key(
            "办结的事项在台账里至少留几个整年；更早的、归档里有的可以移走",
            "for how many whole years what was closed stays in the ledger; what is older may leave it for an archive",
            ("3",),
        ),
    ] = 3
    appraisal_to: Annotated[
        tuple[Text, ...],
        Key(
            "每月、季、年的考核通报用邮件发给谁：单位编号/岗位，或一个邮箱",
            "whom the appraisals are mailed to: unit/post, or an address",
            ("350400/主要领导",),
        ),
    ] = ()
    posts_at: Annotated[PostsAtEntry, Key("每一级单位都有的岗位", "posts that every unit of a level has")] = (
        PostsAtEntry()
    )
    own_lines: Annotated[
        tuple[_PostName, ...],
        Key(
            "哪些岗位（各单位同名的）负责的条线就是本岗位有事项的条线，不必逐个写 lines",
            "the posts whose lines are those of their own duties, at every unit that has them",
            ("产品质量科",),
        ),
    ] = ()
    city: Annotated[CityEntry, Key("市局和下级单位", "the city bureau with the units below it")]
