"""The five stages of a ladder, in the order of their weight, with the word people read."""

from duban.base.language import say

STAGES: dict[str, str] = {
    "remind": "提醒",
    "urge": "催办",
    "supervise": "督办",
    "circulate": "通报",
    "summon": "约谈",
}
_WEIGHTS = {stage: place for place, stage in enumerate(STAGES)}


def stage_key(word: str) -> str | None:
    """The stage's key, whether it was written as `urge` or as 催办; None for any other word."""
    if word in STAGES:
        return word
    return next((key for key, chinese in STAGES.items() if chinese == word), None)


def stage_word(stage: str) -> str:
    """The stage (`remind` … `summon`) as the reader's language names it: 提醒 … 约谈. One that a project made up is its own word."""
    return say(zh=STAGES.get(stage, stage), en=stage)


def weight(stage: str) -> int:
    """How heavy a stage is: 0 for a reminder, 4 for a summons, -1 for a word that is no stage."""
    return _WEIGHTS.get(stage, -1)
