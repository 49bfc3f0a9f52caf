"""What came of a batch in words: for the terminal and the page alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duban.base.language import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duban.definitions.definitions import Definitions
    from duban.importing.batches import Batch
    from duban.importing.taking import ImportResult
    from duban.importing.verdicts import JudgedRow


_CALLED = {"grade": "等级"}
"""How a particular is called that every project has under a name of duban's own."""


def in_words(judged: JudgedRow, definitions: Definitions) -> str:
    """What a row says, as a sentence in the reader's language, with the titles and names of `definitions`."""
    draft = judged.draft
    said = []
    subject = judged.subject
    if subject:
        unit = definitions.project.units[subject.unit].name
        verb = say(
            zh="登记" if judged.subject_is_new else "更新",
            en="register" if judged.subject_is_new else "update",
        )
        state = "" if subject.active else say(zh="，不在业", en=", closed")
        said.append(
            say(
                zh=f"{verb}{subject.kind} {subject.name}（{subject.code}），归{unit}{state}",
                en=f"{verb} {subject.kind} {subject.name} ({subject.code}) of {unit}{state}",
            )
        )
    for fact in judged.facts:
        kind = definitions.vocabulary.facts[fact.kind]
        about = definitions.project.units[fact.unit].name if fact.unit else draft.name or draft.code
        about = "" if subject else about + " "
        particulars = say(zh="，", en=", ").join(
            f"{say(zh=_CALLED.get(name, name), en=name)} {value}" for name, value in fact.data.items()
        )
        verb = ""
        if fact.withdrawn:
            verb = say(zh="撤销", en="withdrawn: ")
        elif fact.revises:
            verb = say(zh="更正为", en="corrected: ")
        said.append(
            say(
                zh=f"{about}{fact.happened_on} {verb}{kind.title}（编号 {draft.ref}）"
                + (f"，{particulars}" if particulars else ""),
                en=f"{about}{fact.happened_on} {verb}{fact.kind} ({draft.ref})"
                + (f", {particulars}" if particulars else ""),
            )
        )
    if not said:
        said = [
            say(zh="不记", en="nothing to record")
            if judged.verdict == "nothing"
            else say(zh="台账里或前面已经有", en="in the ledger or above already")
        ]
    return say(zh=f"第 {draft.row} 行：", en=f"row {draft.row}: ") + say(zh="；", en="; ").join(said)


def outside_words(batch: Batch) -> str:
    """The rows that are no data, by what they are; empty when there are none."""
    words = {
        "blank": say(zh="空行", en="blank"),
        "section": say(zh="小标题、空行前的序号", en="titles of sections"),
        "total": say(zh="合计、小计", en="totals"),
        "note": say(zh="表尾说明", en="notes"),
        "heading": say(zh="重复的表头", en="repeated headings"),
    }
    return say(zh="，", en=", ").join(
        f"{word} {batch.skipped[key]}" for key, word in words.items() if batch.skipped[key]
    )


def verdict_rows(
    outcome: ImportResult, titles: Mapping[str, str], *, rehearsed: bool
) -> list[tuple[str, int, str]]:
    """The rows of `outcome` by verdict: its word, how many, and what they bring, in the reader's language.

    `titles` are those of the kinds of fact; `rehearsed` puts the words into the future.
    """
    rows = outcome.rows
    refused = (
        say(zh="不会导入", en="will not be imported") if rehearsed else say(zh="没有导入", en="not imported")
    )
    found = [
        (say(zh="新增", en="new"), rows["new"], _parts(outcome, titles, changed=False)),
        (say(zh="更改", en="changed"), rows["changed"], _parts(outcome, titles, changed=True)),
        (
            say(zh="不变", en="unchanged"),
            rows["unchanged"],
            say(zh="台账里或前面的行已经有，内容相同", en="in the ledger or in a row above already"),
        ),
        (
            say(zh="不记", en="nothing"),
            rows["nothing"],
            say(zh="不需要记录，如检验合格", en="nothing to record"),
        ),
        (say(zh="拒绝", en="refused"), rows["refused"], refused),
    ]
    return [each for each in found if each[1]] or [found[2]]


def _parts(outcome: ImportResult, titles: Mapping[str, str], *, changed: bool) -> str:
    if changed:
        parts = [
            (outcome.subjects_changed, say(zh="更新监管对象", en="subjects brought up to date")),
            (sum(outcome.corrected.values()), say(zh="更正事实", en="facts corrected")),
            (sum(outcome.withdrawn.values()), say(zh="撤销事实", en="facts withdrawn")),
        ]
    else:
        parts = [
            (outcome.subjects_new, say(zh="登记监管对象", en="subjects registered")),
            *((count, say(zh=titles[kind], en=kind)) for kind, count in sorted(outcome.facts.items())),
        ]
    return say(zh="，", en=", ").join(f"{word} {count}" for count, word in parts if count)
