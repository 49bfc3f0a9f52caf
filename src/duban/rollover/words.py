"""The comparison of two plans in words, as a document."""

from collections import Counter
from collections.abc import Iterable, Sequence

from duban.base.language import say
from duban.documents import Column, ColumnKind, DataTable, Document, Part, Section, Sentence, Tone
from duban.rollover.comparison import ClauseFate, Comparison
from duban.rollover.drafting import fate_word, numbers_told

_ORDER = (ClauseFate.REWORDED, ClauseFate.GONE, ClauseFate.NEW, ClauseFate.MOVED)


def rollover_document(compared: Sequence[Comparison], before: int | None, after: int) -> Document:
    """What the plan of the year `after` changes in that of `before` (None: its year is not known): in a sentence, by
    business line, and each change with its words; numbers first.
    """
    counts = Counter(each.fate for each in compared)
    undecided = sum(each.undecided for each in compared)
    of_old = len(compared) - counts[ClauseFate.NEW]
    told = say(
        zh=f"{before or ''} 年的 {of_old} 条：未变 {counts[ClauseFate.SAME]}、换了位置 {counts[ClauseFate.MOVED]}、"
        f"改了文字 {counts[ClauseFate.REWORDED]}、没有了 {counts[ClauseFate.GONE]}；新计划另有 {counts[ClauseFate.NEW]} 句。"
        f"因此要人决定的 {undecided} 处；只管到这一年的事项，草稿里另列。",
        en=f"{of_old} clauses of {before or 'this year'}: {counts[ClauseFate.SAME]} same, {counts[ClauseFate.MOVED]} moved, "
        f"{counts[ClauseFate.REWORDED]} reworded, {counts[ClauseFate.GONE]} gone; {counts[ClauseFate.NEW]} sentences are new. "
        f"{undecided} to be decided by a person for that; the draft lists duties that end with the year besides.",
    )
    parts: list[Part] = [Sentence(told, Tone.DOUBTFUL if undecided else Tone.FINE), _by_line(compared)]
    renumbered = [each for each in compared if each.renumbered and each.clause is not None]
    if renumbered:
        parts.append(Section(say(zh="数字变了", en="Numbers that changed"), (_table(renumbered),)))
    for fate in _ORDER:
        found = [each for each in compared if each.fate is fate]
        if found:
            parts.append(Section(fate_word(fate), (_table(found),)))
    title = say(
        zh=f"{after} 年计划与 {before or '上一'} 年逐条对照",
        en=f"The plan of {after} beside {before or 'the last'}",
    )
    return Document(title, tuple(parts), sheet=say(zh="按条线", en="By line"))


def changed_told(each: Comparison) -> str:
    """The words that changed: 〔一个月→二十个工作日〕."""
    return "".join(f"〔{before or '–'}→{after or '–'}〕" for before, after in each.changed)


def _by_line(compared: Iterable[Comparison]) -> DataTable:
    counts: dict[str, Counter[ClauseFate]] = {}
    for each in compared:
        line = each.clause.line if each.clause else each.passage.line if each.passage else ""
        counts.setdefault(line, Counter())[each.fate] += 1
    columns = (
        Column(say(zh="条线", en="Line"), ColumnKind.NAME),
        *(Column(fate_word(fate), ColumnKind.NUMBER) for fate in ClauseFate),
    )
    return DataTable(
        columns, [[line, *(of_line[fate] for fate in ClauseFate)] for line, of_line in counts.items()]
    )


def _table(found: Iterable[Comparison]) -> DataTable:
    columns = (
        Column(say(zh="条款", en="Clause"), ColumnKind.TEXT),
        Column(say(zh="原文", en="Before"), ColumnKind.TEXT),
        Column(say(zh="新计划", en="Now"), ColumnKind.TEXT),
        Column(say(zh="变化", en="Change"), ColumnKind.TEXT),
    )
    return DataTable(columns, [_row(each) for each in found])


def _row(each: Comparison) -> list[str]:
    moved = say(zh="移到 ", en="now under ") if each.fate is ClauseFate.MOVED else ""
    place = (
        " ".join(filter(None, (each.passage.line, each.passage.chapter, each.passage.item)))
        if each.passage
        else ""
    )
    words = changed_told(each) if each.reworded_beside or not each.renumbered else ""
    changed = say(zh="；", en="; ").join(filter(None, (numbers_told(each), words)))
    if each.fate in (ClauseFate.MOVED, ClauseFate.NEW):
        changed = say(zh="；", en="; ").join(filter(None, (f"{moved}{place}", numbers_told(each))))
    return [
        each.clause.id if each.clause else "",
        each.clause.quote if each.clause else "",
        each.text if each.passage else "",
        changed,
    ]
