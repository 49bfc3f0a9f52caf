"""What the keys of a duty and of the project file are called by people, and a value as one would read it aloud.

At a command line the keys stand as the file has them: whoever types commands edits the file.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Final

from duban.base.entrance import by_entrance
from duban.base.language import say, yes_or_no

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("名称", "title"),
    "line": ("条线", "line"),
    "basis": ("依据", "basis"),
    "clause": ("条款", "clause"),
    "source": ("出处", "source"),
    "quote": ("原文", "quote"),
    "checked": ("核对到哪一步", "how far checked"),
    "owner": ("承办", "owed by"),
    "for_each": ("为谁开", "for each"),
    "ladder": ("催办阶梯", "ladder"),
    "evidence": ("要交的材料", "evidence"),
    "done_by": ("怎样算办结", "done by"),
    "urgent": ("紧急", "urgent"),
    "reviewed_by": ("谁复核", "reviewed by"),
    "extension": ("延期", "extension"),
    "times": ("最多几次", "at most"),
    "length": ("一次最多多久", "each at most"),
    "confidential": ("保密", "confidential"),
    "effective": ("有效期", "in effect"),
    "from": ("从", "from"),
    "until": ("到", "until"),
    "standing": ("长期有效", "without end"),
    "catch_up": ("错过的怎么办", "what was missed"),
    "credit": ("一次检查能否办结几个事项", "one visit for several"),
    "soft": ("努力目标", "an aim only"),
    "every": ("多久一次", "how often"),
    "within": ("发生后多久内", "within"),
    "before": ("哪件事之前", "before"),
    "when": ("达到什么条件", "on condition"),
    "visits": ("一年几次", "visits a year"),
    "per_year": ("一年几次", "a year"),
    "by": ("按风险等级", "by grade"),
    "ungraded": ("还没有评级的", "without a grade"),
    "quota": ("数量目标", "number to reach"),
    "ratio": ("比率目标", "share to reach"),
    "campaign": ("节点行动", "campaign"),
    "once": ("一次性", "once"),
    "review": ("进展情况报告", "progress report"),
    "due": ("什么时候之前办完", "due"),
    "opens": ("什么时候开办", "opens"),
    "roll": ("遇休息日顺延", "moved off rest days"),
    "of": ("数哪种事实", "of which facts"),
    "fact": ("事实", "fact"),
    "where": ("只要", "only where"),
    "amount": ("按哪个数字数", "counted by"),
    "same": ("按什么对号", "matched by"),
    "own": ("只数本单位自己的", "its own only"),
    "each_below": ("下级每个单位只算一次", "each unit below once"),
    "stock": ("以最后一次报的总数为准", "the last total counts"),
    "law": ("期限出自哪部法律", "by which law"),
    "known": ("数什么时候报齐", "numbers known by"),
    "among": ("比率的分母", "out of"),
    "level": ("哪一级单位", "level"),
    "subject": ("监管对象", "subject"),
    "unit": ("单位", "unit"),
    "post": ("岗位", "post"),
    "nobody": ("不复核", "no review"),
    "count": ("多少次", "how many"),
    "streak": ("连续多少期", "in a row"),
    "in": ("多长时间内", "in what time"),
    "any": ("满足一条就开", "any of"),
    "all": ("全部满足才开", "all of"),
    "assumed": ("暂定的理由", "assumed because"),
    "bureau": ("本局名称", "the bureau's name"),
    "time_zone": ("时区", "time zone"),
    "language": ("语言", "language"),
    "office_hours": ("发消息的时间", "hours for messages"),
    "approval": ("几人同意才生效", "how many agree"),
}


def key_word(key: str) -> str:
    """What a key (`due`, `extension.length`) is called on a page; itself at a command line, and where it is none of ours."""
    named = [_WORDS.get(part, (part, part)) for part in key.split(".")]
    zh, en = "：".join(zh for zh, _ in named), ": ".join(en for _, en in named)
    return by_entrance(command=key, page=say(zh=zh, en=en))


def brief(value: object, facts: Mapping[str, str]) -> str:
    """A value as a person would read it aloud; on a page a kind of fact by its title (`facts`: id → title)."""
    if value is None:
        return ""
    if isinstance(value, dict):
        if "value" in value:
            return brief(value["value"], facts)
        parts = say(zh="，", en=", ").join(
            f"{key_word(key)}: {brief(each, facts)}" for key, each in value.items()
        )
        return by_entrance(command=f"{{{parts}}}", page=parts)
    if isinstance(value, list | tuple):
        return say(zh="、", en=", ").join(brief(each, facts) for each in value)
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, str):
        return by_entrance(command=value, page=facts.get(value, value))
    return (
        str(value)
        if isinstance(value, int | float | date)
        else json.dumps(value, ensure_ascii=False, default=str)
    )
