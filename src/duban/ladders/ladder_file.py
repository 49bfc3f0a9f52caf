"""The file `notifications/ladders.yaml`: what a person writes in it, and the ladders that it describes."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from duban.base.language import say
from duban.base.numerals import NUMERAL, read_numeral
from duban.base.objections import WrongValue
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.ladders.ladder import STAGE_WORDS, Addressee, Anchor, Ladder, Rung, Stage, Whose
from duban.workdays import in_minutes, parse_period
from duban.yamlfile import YamlFile, load_file
from duban.yamlfile.key import Key
from duban.yamlfile.values import StrictModel, Text, Truth

LADDERS_FILE = "notifications/ladders.yaml"


def load_ladders(root: Path) -> dict[str, Ladder]:
    """The ladders of a project, by name. Raises ProblemsFound with every mistake of the file."""
    path = root / LADDERS_FILE
    file, written, problems = load_file(path, LaddersFile, root=root)
    if file is None or written is None:
        raise ProblemsFound(problems)
    ladders = {name: _ladder(name, rungs) for name, rungs in written.ladders.items()}
    problems += _out_of_order(file, ladders)
    if problems:
        raise ProblemsFound(problems)
    return ladders


_MINUTES: Mapping[str, int] = {"分钟": 1, "minute": 1, "小时": 60, "hour": 60}
_ANCHORS: Mapping[str, Anchor] = {
    "开办": "opening",
    "应办日": "target",
    "应办": "target",
    "期限届满": "deadline",
    "逾期": "deadline",
    "opening": "opening",
    "target": "target",
    "due": "target",
    "deadline": "deadline",
}
_CHINESE = re.compile(
    rf"(?P<anchor>开办|应办日|应办|期限届满|逾期)(?:(?P<side>前|后|第)(?P<n>{NUMERAL})(?:个?工作日|个?(?P<short>小时|分钟))|当日|当天)?"
)
_ENGLISH = re.compile(
    r"(?:(?P<n>\d{1,3}) (?:workday|(?P<short>hour|minute))s? (?P<side>before|after) |(?:on|at) )?(?:the )?"
    r"(?P<anchor>opening|target|due|deadline)(?: day)?"
)


_AT_THE_MOMENT: Mapping[str, Anchor] = {
    "立即": "opening",
    "at once": "opening",
    "期限届满时": "deadline",
    "at the end of the period": "deadline",
}


def _read_when(value: object) -> object:
    if isinstance(value, str) and (anchor := _AT_THE_MOMENT.get(value.strip().lower())):
        return {"anchor": anchor, "minutes": 0}
    text = "".join(value.split()) if isinstance(value, str) else ""
    found = _CHINESE.fullmatch(text) or _ENGLISH.fullmatch(" ".join(str(value).lower().split()))
    if not found:
        raise WrongValue(
            zh=f"看不懂的时间“{value}”，请写成“应办日前5个工作日”“应办日”“逾期后1个工作日”“开办后3个工作日”或“开办后30分钟”",
            en=f"not a rung's time: “{value}”; write “5 workdays before the target”, “on the target”, "
            "“1 workday after the deadline”, “3 workdays after the opening” or “30 minutes after the opening”",
        )
    n = read_numeral(found["n"] or "0")
    n = -n if found["side"] in ("前", "before") else n
    if short := found["short"]:
        return {"anchor": _ANCHORS[found["anchor"]], "minutes": n * _MINUTES[short]}
    return {"anchor": _ANCHORS[found["anchor"]], "offset": n}


def _read_repeat(value: object) -> object:
    minutes = in_minutes(parse_period(value, hours=True)) if isinstance(value, str) else value
    if minutes is None:
        raise WrongValue(
            zh=f"重复的间隔要以小时或分钟计，例如“30分钟”，写的是“{value}”",
            en=f"a repeat is in hours or minutes, for example 30 minutes, not “{value}”",
        )
    return minutes


_WHOSE: Mapping[str, Whose] = {
    "本单位": "own",
    "own": "own",
    "上级": "parent",
    "parent": "parent",
    "市局": "city",
    "city": "city",
}
_ADDRESSEE = re.compile(
    r"(?:(?P<whose>本单位|上级|市局|(?:own|parent|city)(?=[/ ]))(?:的|/| )*)?(?P<post>[^/]+)"
)
_OWNER_WORDS = frozenset(("承办岗位", "owner"))


def read_addressee(value: object) -> object:
    """A post as a person names it (科室负责人, 上级/分管领导), as its parts. Raises ValueError for anything else."""
    found = _ADDRESSEE.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise WrongValue(
            zh=f"看不懂的对象“{value}”，请写成“承办岗位”“科室负责人”“上级/分管领导”或“市局/主要领导”",
            en=f"not an addressee: “{value}”; write owner, 科室负责人, parent/分管领导 or city/主要领导",
        )
    post = found["post"].strip()
    return {"post": None if post in _OWNER_WORDS else post, "unit": _WHOSE[found["whose"] or "own"]}


def _read_stage(value: object) -> object:
    if isinstance(value, str):
        stage = STAGE_WORDS.get(value, value)
        if stage not in list(Stage):
            raise ValueError(
                say(zh=f"没有“{value}”这一级", en=f"there is no stage “{value}”")
                + say(zh="，", en=", ")
                + did_you_mean(value, STAGE_WORDS)
            )
        return Stage(stage)
    return value


class _When(StrictModel):
    anchor: Annotated[Anchor, Key("从哪天数", "the day it counts from")]
    offset: Annotated[int, Key("几个工作日", "working days")] = 0
    minutes: Annotated[int | None, Key("几分钟", "minutes")] = None


class _Addressee(StrictModel):
    post: Annotated[str | None, Key("岗位", "the post")]
    unit: Annotated[Whose, Key("哪一级单位的", "at which unit")]


class WrittenRung(StrictModel):
    """One rung as a person writes it."""

    stage: Annotated[
        Stage,
        BeforeValidator(_read_stage),
        Key(
            "哪一级",
            "the stage",
            words=(
                "提醒",
                "催办",
                "督办",
                "通报",
                "约谈",
                "remind",
                "urge",
                "supervise",
                "circulate",
                "summon",
            ),
        ),
    ]
    when: Annotated[
        _When,
        BeforeValidator(_read_when),
        Key(
            "哪一天，按工作日数",
            "which day, in working days",
            (
                "应办日前5个工作日",
                "应办日",
                "逾期后3个工作日",
                "开办当日",
                "立即",
                "开办后30分钟",
                "逾期后2小时",
            ),
            phrase=True,
        ),
    ]
    to: Annotated[
        list[Annotated[_Addressee, BeforeValidator(read_addressee)]],
        Field(min_length=1),
        Key(
            "告诉谁",
            "whom it tells",
            ("承办岗位", "科室负责人", "上级/分管领导", "市局/主要领导"),
            phrase=True,
        ),
    ]
    urgent: Annotated[Truth, Key("是：不等上班时间，立即发送", "true: sent at once, office hours or not")] = (
        False
    )
    repeat: Annotated[
        int | None,
        BeforeValidator(_read_repeat),
        Key(
            "没有人签收时，每隔多久再告知一次；只用于按小时计的级",
            "how long after it speaks again while nobody has signed; for rungs by hours",
            ("30分钟",),
            phrase=True,
        ),
    ] = None
    key: Annotated[Text | None, Key("这一级的编号，一般不写", "its key, seldom written")] = None


class LaddersFile(StrictModel):
    """The whole file."""

    ladders: Annotated[
        dict[str, Annotated[list[WrittenRung], Field(min_length=1)]],
        Key("催办阶梯，按名称", "the ladders, by name"),
    ]


def _ladder(name: str, written: list[WrittenRung]) -> Ladder:
    """Rungs without a key are named after their stage and its turn: remind-1, remind-2, urge-1."""
    turns: dict[Stage, int] = {}
    rungs = []
    for rung in written:
        turns[rung.stage] = turns.get(rung.stage, 0) + 1
        rungs.append(
            Rung(
                key=rung.key or f"{rung.stage.value}-{turns[rung.stage]}",
                stage=rung.stage,
                offset=rung.when.offset,
                anchor=rung.when.anchor,
                to=tuple(Addressee(each.post, each.unit) for each in rung.to),
                urgent=rung.urgent or rung.when.minutes is not None,
                minutes=rung.when.minutes,
                repeat=rung.repeat,
            )
        )
    return Ladder(name, tuple(rungs))


def _distance(rung: Rung) -> int:
    """How far a rung lies from its anchor, in minutes; a working day is taken as a whole one."""
    return rung.offset * 24 * 60 if rung.minutes is None else rung.minutes


def _out_of_order(file: YamlFile, ladders: Mapping[str, Ladder]) -> list[Problem]:
    problems: list[Problem] = []
    order = {"opening": 0, "target": 1, "deadline": 1}
    for name, ladder in ladders.items():
        seen: set[str] = set()
        for number, rung in enumerate(ladder.rungs):
            at = ("ladders", name, number)
            if rung.key in seen:
                problems.append(
                    file.problem(
                        (*at, "key"),
                        say(zh=f"级名“{rung.key}”重复了", en=f"the key “{rung.key}” stands twice"),
                    )
                )
            seen.add(rung.key)
            if rung.repeat is not None and not rung.until_signed:
                problems.append(
                    file.problem(
                        (*at, "repeat"),
                        say(
                            zh="只有开办后按小时计的级才能重复",
                            en="only a rung by hours after the opening repeats",
                        ),
                        say(zh="例如 when: 立即", en="for example when: at once"),
                        at_key=True,
                    )
                )
            if number == 0:
                continue
            above = ladder.rungs[number - 1]
            same_side = (order[above.anchor], order[rung.anchor])
            if same_side == (1, 0) or (same_side[0] == same_side[1] and _distance(above) > _distance(rung)):
                problems.append(
                    file.problem(
                        (*at, "when"),
                        say(zh="这一级比上一级还早", en="this rung falls before the one above it"),
                        say(zh="请按时间先后排列", en="list rungs in the order they fall due"),
                    )
                )
            if rung.stage.weight < above.stage.weight:
                problems.append(
                    file.problem(
                        (*at, "stage"),
                        say(zh="这一级比上一级轻", en="this rung is lighter than the one above it"),
                        say(
                            zh="顺序是提醒、催办、督办、通报、约谈",
                            en="the order is remind, urge, supervise, circulate, summon",
                        ),
                    )
                )
    return problems
