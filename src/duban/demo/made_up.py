"""Made-up enterprises and what happened to them: for the demonstration, and said to be made up in every name.

Deterministic: the same seed and day give the same people and events, whoever runs it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from duban.base.credit_codes import check_sign
from duban.base.json_values import Json
from duban.bureau.project import Project
from duban.bureau.units import Unit
from duban.duties.vocabulary import ADDRESS, IN_CHARGE, TELEPHONE

SEED = 20230101
SOURCE = "演示数据"
MARK = "（虚构）"

INDUSTRY = "工业产品生产许可证获证企业"
FOOD_MAKER = "食品生产企业"
FOOD_SELLER = "食品销售者"
CATERER = "餐饮服务单位"

HOW_MANY = {INDUSTRY: 240, FOOD_MAKER: 360, FOOD_SELLER: 1_400, CATERER: 1_000}
GRADES = ("A", "A", "A", "B", "B", "C", "D")

_FIRST = (
    "云",
    "青",
    "长",
    "金",
    "瑞",
    "和",
    "福",
    "新",
    "永",
    "兴",
    "德",
    "顺",
    "安",
    "源",
    "华",
    "嘉",
    "泰",
    "恒",
    "益",
    "丰",
)
_SECOND = (
    "杉",
    "溪",
    "峰",
    "岭",
    "泉",
    "竹",
    "禾",
    "江",
    "湖",
    "松",
    "梅",
    "橘",
    "茶",
    "稻",
    "石",
    "田",
    "桥",
    "苑",
    "晟",
    "达",
)
_SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢邱罗廖赖邓曾叶"
_GIVEN = (
    "志明",
    "建华",
    "秀英",
    "丽萍",
    "文斌",
    "国强",
    "晓燕",
    "海峰",
    "美玲",
    "俊杰",
    "永红",
    "小芳",
    "德胜",
    "雪梅",
)


@dataclass(frozen=True)
class Enterprise:
    """A made-up enterprise: its kind, code and name, the unit in whose charge it is, its grade and attributes."""

    kind: str  #: its kind of subject
    code: str  #: its code in the register
    name: str  #: what it is called
    unit: str  #: the code of the unit in whose charge it is
    grade: str | None  #: its risk grade, where it has one
    attributes: dict[str, str]  #: what else the register says of it


@dataclass(frozen=True)
class MadeUpFact:
    """A made-up fact: about an enterprise (`kind`, `code` of `about`) or, without one, about a unit."""

    fact: str  #: the kind of fact
    about: tuple[str, str] | None  #: kind and code of the enterprise; None: a unit's own
    unit: str  #: the code of the unit that reports it
    happened_on: date  #: the local day it happened on
    ref: str  #: its number with the source
    data: Mapping[str, Json] = field(default_factory=dict)  #: its particulars


def person(rng: Random) -> str:
    """A made-up person's name, marked as such."""
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN) + MARK


def enterprises(project: Project) -> list[Enterprise]:
    """Made-up enterprises of every kind, spread over the counties and their stations."""
    rng = Random(SEED)
    counties = project.units_at("county")
    found = []
    for kind, count in HOW_MANY.items():
        for number in range(1, count + 1):
            county = counties[(number - 1) % len(counties)]
            found.append(_enterprise(rng, project, kind, number, county))
    return found


def _enterprise(rng: Random, project: Project, kind: str, number: int, county: Unit) -> Enterprise:
    place = county.name.removesuffix("市场监管局")
    trade, attributes = _trade(rng, kind)
    stations = [unit for unit in project.units_at("station") if unit.parent == county.code]
    unit = rng.choice(stations) if stations and kind in (FOOD_SELLER, CATERER) else county
    return Enterprise(
        kind=kind,
        code=_code(kind, number, county),
        name=f"{place}{rng.choice(_FIRST)}{rng.choice(_SECOND)}{trade}{MARK}",
        unit=unit.code,
        grade=None if kind == INDUSTRY or rng.random() < 0.05 else rng.choice(GRADES),
        attributes={**attributes, **_contact(kind, number, place)},
    )


def _contact(kind: str, number: int, place: str) -> dict[str, str]:
    """A made-up address and somebody who answers for it, drawn apart so that nothing else comes out otherwise."""
    rng = Random(f"{SEED} {kind} {number}")
    street = rng.choice(_FIRST) + rng.choice(_SECOND)
    return {
        ADDRESS: f"{place}{street}路 {rng.randint(1, 300)} 号{MARK}",
        IN_CHARGE: person(rng),
        TELEPHONE: f"1990000{rng.randint(0, 9999):04d}",
    }


_PREFIX = {INDUSTRY: "GX", FOOD_SELLER: "JY", CATERER: "CY"}


def _code(kind: str, number: int, county: Unit) -> str:
    """A made-up code: for food makers a unified social credit code whose check sign is right."""
    if kind != FOOD_MAKER:
        return f"{_PREFIX[kind]}{number:05d}"
    body = f"91{county.code}XN{number:07d}"
    return body + check_sign(body)


def _trade(rng: Random, kind: str) -> tuple[str, dict[str, str]]:
    match kind:
        case "工业产品生产许可证获证企业":
            product = rng.choice(("食品相关产品", "电线电缆", "危险化学品", "建筑用钢筋", "水泥"))
            how = "告知承诺" if rng.random() < 0.5 else "一般程序"
            return "建材化工有限公司", {"产品类别": product, "发证方式": how}
        case "食品生产企业":
            return "食品有限公司", {"规模": rng.choice(("规模以上", "规模以下", "小作坊"))}
        case "食品销售者":
            form = rng.choice(("食品批发", "商场超市", "便利店", "农村食杂店", "网络食品销售"))
            return "食品经营部", {"业态": form}
        case _:
            form = rng.choice(("学校食堂", "机关企事业单位食堂", "大型餐馆", "中小型餐馆", "网络餐饮"))
            return "餐饮店", {"业态": form}


def events(project: Project, people: Sequence[Enterprise], today: date, since: date) -> list[MadeUpFact]:
    """What happened to them from `since` to `today`, oldest first.

    Nearly everybody was inspected in time. Left over on purpose, so that every rung of the ladder has something to
    say: some new certificates without their first inspection, three sellers and two caterers with three failed
    batches, some visits and some of the counties' monthly work not done.
    """
    rng = Random(SEED + 1)
    made = [
        *_certificates(rng, people, today),
        *_failed_batches(rng, people, today),
        *_inspections(rng, people, today, since),
        *_county_work(rng, project, today, since),
    ]
    return in_order(made)


def in_order(made: Iterable[MadeUpFact]) -> list[MadeUpFact]:
    """Made-up facts as they happened, oldest first."""
    return sorted(made, key=lambda event: (event.happened_on, event.ref))


def numbered(made: Iterable[MadeUpFact]) -> list[MadeUpFact]:
    """Made-up facts as they happened, with numbers as a registry would give them."""
    return [
        replace(event, ref=f"演示{event.happened_on:%Y}-{number:05d}")
        for number, event in enumerate(in_order(made), 1)
    ]


def _certificates(rng: Random, people: Sequence[Enterprise], today: date) -> Iterator[MadeUpFact]:
    promised = [each for each in people if each.attributes.get("发证方式") == "告知承诺"]
    for place, each in enumerate(promised):
        age = 10 + place * 46 // max(1, len(promised))
        issued = today - timedelta(days=age)
        yield _about(each, "certificate.issued", issued)
        # One in twelve of the older ones has been forgotten.
        if age > 25 and place % 12:
            checked = issued + timedelta(days=rng.randint(5, 22))
            yield _about(each, "inspection.done", checked, data={"检查类型": "例行检查"})


def _failed_batches(rng: Random, people: Sequence[Enterprise], today: date) -> Iterator[MadeUpFact]:
    sellers = [each for each in people if each.kind == FOOD_SELLER]
    caterers = [each for each in people if each.kind == CATERER]
    for each in [*sellers[5:200:65], *caterers[7:120:60]]:
        for n, age in enumerate((250, 130, 45 if each.kind == CATERER else 15)):
            happened = today - timedelta(days=age - rng.randint(0, 9))
            yield _about(each, "sample.failed", happened, n, {"样品": "抽检样品" + MARK})
    # A single failed batch is no reason for a flight check.
    for each in sellers[300:340]:
        yield _about(each, "sample.failed", today - timedelta(days=rng.randint(20, 300)))


def _inspections(rng: Random, people: Sequence[Enterprise], today: date, since: date) -> Iterator[MadeUpFact]:
    span = (today - since).days
    for place, each in enumerate(people):
        if place % 160 == 7:
            continue
        kind = "patrol.done" if each.kind == INDUSTRY else "inspection.done"
        # Twice in the time since: once soon, once later, so that a visit of each window is done.
        for n in (0, 1):
            after = (
                rng.randint(1, max(1, min(18, span)))
                if n == 0
                else rng.randint(span // 2, max(span // 2, span - 2))
            )
            yield _about(each, kind, since + timedelta(days=after), 10 + n)


def _county_work(rng: Random, project: Project, today: date, since: date) -> Iterator[MadeUpFact]:
    """The units' own periodic work that is reported as a fact, month by month; a few counties let it lie."""
    lazy = {unit.code for unit in project.units_at("county")[3::4]}
    done: tuple[tuple[str, dict[str, str]], ...] = (
        ("control.checked", {"环节": "食品销售"}),
        ("control.checked", {"环节": "餐饮服务"}),
        ("campaign_week.held", {}),
    )
    month = since.replace(day=1)
    while month <= today:
        following = (month + timedelta(days=32)).replace(day=1)
        for unit in project.units_at("county"):
            if unit.code in lazy:
                continue
            for number, (fact, data) in enumerate(done):
                happened = month + timedelta(days=rng.randint(18, 24))
                if since <= happened <= today:
                    yield MadeUpFact(
                        fact, None, unit.code, happened, f"{fact}-{unit.code}-{month:%Y%m}-{number}", data
                    )
        month = following


def _about(
    each: Enterprise, fact: str, happened: date, n: int = 0, data: dict[str, str] | None = None
) -> MadeUpFact:
    return MadeUpFact(
        fact, (each.kind, each.code), each.unit, happened, f"{fact}-{each.code}-{n}", data or {}
    )
