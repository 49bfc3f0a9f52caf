"""The plan's numbered items without a clause, in words."""

from duban.base.language import say
from duban.documents import Column, DataTable, Form, Section, Sentence, Tone
from duban.duties.unpicked import UNPICKED_FILE, PlanItems


def items_told(items: PlanItems) -> Sentence:
    """How many numbered items have clauses, and how many have none, with or without a reason."""
    bare = len(items.unpicked)
    silent = sum(not each.reason for each in items.unpicked)
    told = say(
        zh=f"计划有编号的条目 {items.total} 个，{items.total - bare} 个摘录了职责；另 {bare} 个没有",
        en=f"of the plan's {items.total} numbered items {items.total - bare} have clauses and {bare} have none",
    )
    if silent:
        return Sentence(
            told
            + say(
                zh=f"，其中 {silent} 个没有写原因，请补在 {UNPICKED_FILE}。",
                en=f", {silent} of them without a reason: say it in {UNPICKED_FILE}.",
            ),
            Tone.DOUBTFUL,
        )
    return Sentence(
        told
        + say(
            zh="，各有原因（duban coverage --uncovered）。",
            en=", each with its reason (duban coverage --uncovered).",
        )
    )


def unpicked(items: PlanItems, forms: frozenset[Form]) -> Section:
    """The items without a clause, each with why, in these forms."""
    heading = say(zh="没有摘录职责的条目", en="Items without a clause")
    columns = (
        Column(say(zh="条线", en="Line")),
        Column(say(zh="章", en="Chapter")),
        Column(say(zh="节", en="Item")),
        Column(say(zh="原因", en="Why")),
    )
    rows = [
        [each.item.line, each.item.chapter, each.item.item, each.reason or say(zh="没有写", en="not said")]
        for each in items.unpicked
    ]
    return Section(heading, (DataTable(columns, rows, sheet=heading, forms=forms),), forms=forms)
