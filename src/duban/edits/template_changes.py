"""What an edited message template changes for those who read the messages: which lines, in whose messages."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from duban.base.language import say
from duban.edits.model import KeyChange

FOLDER = "notifications/templates/"
_MOST_NAMED = 5
_LONGEST = 100


def template_changes(name: str, was: str, now: str) -> Iterator[KeyChange]:
    """The lines of one template that differ, old beside new; beyond a few, how many more there are."""
    old, new = was.splitlines(), now.splitlines()
    places = [
        each for each in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if each[0] != "equal"
    ]
    for _, first, last, begins, ends in places[:_MOST_NAMED]:
        line = say(zh=f"第 {begins + 1} 行", en=f"line {begins + 1}")
        yield KeyChange(f"{whose(name)} {line}", _brief(old[first:last]), _brief(new[begins:ends]))
    more = len(places) - _MOST_NAMED
    if more > 0:
        yield KeyChange(whose(name), "", say(zh=f"……还有 {more} 处", en=f"… and {more} more places"))


def whose(name: str) -> str:
    """What a template makes of whose messages, by its path."""
    part, _, rest = PurePosixPath(name).name.partition(".")
    whom = {
        "title": say(zh="每个人收到的消息的标题", en="the title of everybody's messages"),
        "digest": say(zh="每个人收到的消息的正文", en="the body of everybody's messages"),
        "brief": say(zh="短消息（短信、领导和群里的一页）", en="short messages (SMS, leaders', groups')"),
    }.get(part, name)
    return whom + (say(zh="（英文）", en=" (English)") if rest.startswith("en.") else "")


def _brief(lines: list[str]) -> str:
    text = " / ".join(line.strip() for line in lines if line.strip())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
