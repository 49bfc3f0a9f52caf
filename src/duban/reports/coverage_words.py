"""The coverage report in words, as a document."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum

from duban.base.language import say
from duban.bureau.units import level_word
from duban.cadence.registry import kind_word
from duban.documents import (
    EVERYWHERE,
    IN_LISTS,
    OFF_THE_SCREEN,
    ON_A_PAGE,
    ON_A_SCREEN,
    READ,
    Cell,
    Column,
    ColumnKind,
    DataTable,
    Document,
    MarkedValue,
    Part,
    Section,
    Sentence,
    TextLines,
    Tone,
)
from duban.duties.certainty import key_words
from duban.duties.decisions import undecided_told
from duban.duties.work_plan import Quantification
from duban.reports.coverage import AssumedValue, ClauseCoverage, Coverage, CoveringDuty, LineTotal, Origin
from duban.reports.item_words import items_told, unpicked


class Listing(StrEnum):
    """What a reader asks to see one by one."""

    CLAUSES = "clauses"
    UNCOVERED = "uncovered"
    ASSUMED = "assumed"


_MORE_LEVELS = {"all": "各级", "enterprise": "企业", "city+county": "市局、县局"}
_TONES = {Origin.ASSUMED: Tone.DOUBTFUL, Origin.UNEXPLAINED: Tone.WRONG, Origin.UNCOVERED: Tone.WRONG}


def coverage_document(coverage: Coverage, listing: Listing | None) -> Document:
    """The report on `coverage`: all of it, or on a terminal the lines alone; with a listing that list stands in it.

    What waits to be encoded or confirmed stands alone, in every form.
    """
    parts: list[Part] = [Sentence(_summary(coverage)), items_told(coverage.items)]
    if coverage.undecided:
        parts.append(Sentence(undecided_told(coverage.undecided), Tone.DOUBTFUL))
    match listing:
        case Listing.UNCOVERED:
            parts.append(_uncovered(coverage))
            parts.append(unpicked(coverage.items, EVERYWHERE))
        case Listing.ASSUMED if coverage.assumed:
            parts.append(Section(_heading_assumed(), (_assumed(coverage.assumed),)))
        case Listing.ASSUMED:
            parts.append(Sentence(say(zh="没有假定的数。", en="No value is assumed."), Tone.FINE))
        case _:
            parts += _whole(coverage, by_clause=listing is Listing.CLAUSES)
    parts += _findings(coverage)
    title = say(zh=f"{coverage.bureau}工作计划覆盖情况", en=f"Coverage of the work plan, {coverage.bureau}")
    return Document(title, tuple(parts), sheet=say(zh="按条线", en="By line"))


def _summary(coverage: Coverage) -> str:
    """One sentence a leader can read aloud."""
    total, covered, left = coverage.total, coverage.covered, len(coverage.uncovered)
    share = _share(covered, total)
    told = say(
        zh=f"摘录 {total} 条，已编成事项 {covered} 条（{share}）",
        en=f"{covered} of the plan's {total} clauses are carried out by duties ({share})",
    )
    if left:
        return told + say(zh=f"，还有 {left} 条没有编。", en=f", {left} are not yet.")
    return told + say(zh="，没有遗漏。", en=", none is left out.")


def _share(part: int, whole: int) -> str:
    """A percentage that says 100 % only of the whole, and 0 % only of nothing."""
    if part in (0, whole):
        return f"{100 if part and whole else 0}%"
    return f"{min(max(part / whole * 100, 0.1), 99.9):.1f}%"


def known_word(known: Origin) -> str:
    """How a number is known, in a word."""
    return {
        Origin.QUANTIFIED: say(zh="计划写明", en="plan"),
        Origin.STATUTORY: say(zh="法规规定", en="statute"),
        Origin.IMPLIED: say(zh="计划隐含", en="implied"),
        Origin.ASSUMED: say(zh="假定，待确认", en="assumed"),
        Origin.UNEXPLAINED: say(zh="来历不明", en="unexplained"),
        Origin.UNCOVERED: say(zh="未编", en="uncovered"),
    }[known]


def given_word(given: Quantification) -> str:
    """Whether the plan gives a number, in a word."""
    return {
        Quantification.QUANTIFIED: say(zh="写明", en="given"),
        Quantification.IMPLIED: say(zh="隐含", en="implied"),
        Quantification.UNQUANTIFIED: say(zh="未写数", en="no number"),
        Quantification.NONE: say(zh="持续性", en="continuous"),
    }[given]


def clause_level(level: str) -> str:
    """The level a clause of the plan speaks to (`county`, `city+county`), as people say it: 县局, 市局、县局."""
    return say(zh=_MORE_LEVELS[level], en=level) if level in _MORE_LEVELS else level_word(level)


def _explained(covering: CoveringDuty) -> str:
    """How a duty's numbers are known: the word, and the statutes or the reasons behind it."""
    if covering.known is Origin.ASSUMED:
        reasons = [
            say(zh=f"{key_words(each.key)}：{each.told}", en=f"{key_words(each.key)}: {each.told}")
            for each in covering.assumptions
        ]
    elif covering.known is Origin.STATUTORY:
        reasons = list(covering.sources)
    else:
        reasons = []
    listed = say(zh="；", en="; ").join(reasons)
    return (
        f"{known_word(covering.known)}{say(zh='：', en=': ')}{listed}"
        if listed
        else known_word(covering.known)
    )


def _whole(coverage: Coverage, *, by_clause: bool) -> Iterator[Part]:
    if coverage.assumed:
        yield Sentence(_to_confirm(coverage), Tone.DOUBTFUL)
    yield Section(say(zh="按条线", en="By line"), (_lines(coverage),))
    if coverage.assumed:
        yield Section(_heading_assumed(), (_assumed(coverage.assumed),), forms=ON_A_PAGE)
    clauses = _clauses(coverage.clauses)
    by_line = tuple(
        Section(
            _line_heading(line),
            (_clauses([each for each in coverage.clauses if each.clause.line == line.line]),),
            forms=ON_A_PAGE,
        )
        for line in coverage.lines
    )
    whole = IN_LISTS | ON_A_SCREEN if by_clause else IN_LISTS
    yield Section(
        say(zh="逐条", en="Clause by clause"),
        (replace(clauses, forms=whole), *by_line),
        forms=whole | ON_A_PAGE,
    )
    if coverage.assumed:
        yield replace(_assumed(coverage.assumed), forms=IN_LISTS)
    yield unpicked(coverage.items, ON_A_PAGE | IN_LISTS)


def _to_confirm(coverage: Coverage) -> str:
    """How many values wait for a person."""
    duties = len({each.duty_id for each in coverage.assumed})
    return say(
        zh=f"{duties} 个事项有 {len(coverage.assumed)} 处数是假定的，需要人工确认（duban coverage --assumed）。",
        en=f"{len(coverage.assumed)} values of {duties} duties are assumed and wait for a person "
        "(duban coverage --assumed).",
    )


def _findings(coverage: Coverage) -> Iterator[Part]:
    """What is wrong, with its places."""
    heading = say(zh="要改的地方", en="To be mended")
    wrong = tuple(Sentence(str(finding), Tone.WRONG) for finding in coverage.findings)
    if wrong:
        yield Section(heading, (TextLines(wrong),), Tone.WRONG, forms=READ)
        yield DataTable((Column(heading),), [[line.text] for line in wrong], sheet=heading, forms=IN_LISTS)


def _uncovered(coverage: Coverage) -> Part:
    """The clauses no duty carries out, for a person to encode."""
    if not coverage.uncovered:
        return Sentence(
            say(zh="每一条都已编成事项。", en="Every clause is carried out by a duty."), Tone.FINE
        )
    heading = say(zh="还没有编成事项的条款", en="Clauses no duty carries out")
    columns = (
        Column(say(zh="条款", en="Clause"), ColumnKind.ID),
        Column(say(zh="条线", en="Line")),
        Column(say(zh="原文", en="Text")),
        Column(say(zh="计划的数", en="Number in the plan")),
    )
    rows = [
        [each.clause.id, each.clause.line, each.clause.quote, given_word(each.clause.given)]
        for each in coverage.uncovered
    ]
    return Section(heading, (DataTable(columns, rows, sheet=heading),))


def _heading_assumed() -> str:
    return say(zh="假定的数，待确认", en="Assumed values, to be confirmed")


def _lines(coverage: Coverage) -> DataTable:
    columns = (
        Column(say(zh="条线", en="Line"), ColumnKind.NAME),
        Column(say(zh="条款", en="Clauses"), ColumnKind.NUMBER),
        Column(say(zh="已编", en="Covered"), ColumnKind.NUMBER),
        *(Column(known_word(known), ColumnKind.NUMBER) for known in Origin),
    )
    rows = [
        [MarkedValue(line.line, leads_to=_line_heading(line)), *_figures(line)] for line in coverage.lines
    ]
    sums = [say(zh="合计", en="Total"), *_figures(coverage.whole)] if len(coverage.lines) > 1 else ()
    return DataTable(columns, rows, sums)


def _line_heading(line: LineTotal) -> str:
    return f"{line.line} {line.covered}/{line.clauses}"


def _figures(line: LineTotal) -> list[Cell]:
    counts = [(known, line.counts.get(known, 0)) for known in Origin]
    toned = [MarkedValue(n, tone=_TONES.get(known, Tone.PLAIN)) if n else None for known, n in counts]
    return [line.clauses, line.covered, *toned]


def _clauses(clauses: Sequence[ClauseCoverage]) -> DataTable:
    """The clauses with their duties: a row for each duty that carries one out, one without a duty otherwise."""
    columns = (
        Column(say(zh="条款", en="Clause"), ColumnKind.ID),
        Column(say(zh="条线", en="Line"), forms=IN_LISTS),
        Column(say(zh="章节", en="Chapter"), forms=OFF_THE_SCREEN),
        Column(say(zh="层级", en="Level"), forms=OFF_THE_SCREEN),
        Column(say(zh="原文", en="Text")),
        Column(say(zh="计划的数", en="Number in the plan")),
        Column(say(zh="事项", en="Duty")),
        Column(say(zh="名称", en="Title"), forms=OFF_THE_SCREEN),
        Column(say(zh="频次规则", en="Kind")),
        Column(say(zh="数的来历", en="How the number is known")),
        Column(say(zh="摘录说明", en="Note"), forms=OFF_THE_SCREEN),
    )
    rows = [row for clause in clauses for row in _clause_rows(clause)]
    return DataTable(columns, rows, sheet=say(zh="逐条", en="Clause by clause"))


def _clause_rows(covered: ClauseCoverage) -> list[list[Cell]]:
    clause = covered.clause
    chapter = f"{clause.chapter} {clause.item}".strip()
    begins = [
        clause.id,
        clause.line,
        chapter,
        clause_level(clause.level),
        clause.quote,
        given_word(clause.given),
    ]
    tone = _TONES.get(covered.known, Tone.PLAIN)
    if not covered.duties:
        return [[*begins, "", "", "", MarkedValue(known_word(Origin.UNCOVERED), tone=tone), clause.note]]
    return [
        [
            *begins,
            duty.duty_id,
            duty.title,
            kind_word(duty.kind),
            MarkedValue(_explained(duty), tone=tone),
            clause.note,
        ]
        for duty in covered.duties
    ]


def _assumed(assumed: Sequence[AssumedValue]) -> DataTable:
    columns = (
        Column(say(zh="事项", en="Duty"), ColumnKind.ID),
        Column(say(zh="名称", en="Title"), forms=OFF_THE_SCREEN),
        Column(say(zh="条线", en="Line"), forms=OFF_THE_SCREEN),
        Column(say(zh="条款", en="Clauses")),
        Column(say(zh="假定的数", en="Value")),
        Column(say(zh="原因", en="Reason")),
        Column(say(zh="位置", en="Place")),
    )
    rows = [
        [
            each.duty_id,
            each.title,
            each.line,
            say(zh="、", en=", ").join(each.clauses),
            each.value,
            each.reason,
            f"{each.path}:{each.line_no}" if each.path else "",
        ]
        for each in assumed
    ]
    return DataTable(columns, rows, sheet=say(zh="假定待确认", en="Assumed"))
