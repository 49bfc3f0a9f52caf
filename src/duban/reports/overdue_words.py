"""The overdue report in words, as a document."""

from collections.abc import Iterator
from dataclasses import replace

from duban.base.language import say
from duban.documents import (
    IN_LISTS,
    OFF_THE_SCREEN,
    READ,
    Cell,
    Column,
    ColumnKind,
    Cut,
    DataTable,
    Document,
    HeatRow,
    HeatTable,
    LineStyle,
    MarkedValue,
    Part,
    Section,
    Sentence,
    TextLines,
    Tone,
)
from duban.ladders.stages import stage_word
from duban.reports.model import OverdueObligation, OverdueReport, ReviewTotals
from duban.workdays.period_keys import period_beside

LISTED_ON_A_SCREEN, LISTED_ON_A_PAGE = 40, 500
"""So many of the oldest are listed; a workbook lists them all."""


def overdue_document(report: OverdueReport, listed: int | None = None) -> Document:
    """The report as a document; `listed` is how many of the oldest are read, where the form's own number is too many."""
    return Document(title(report), tuple(_parts(report, listed)))


def title(report: OverdueReport) -> str:
    """The report's heading: whose it is and for which day."""
    return say(
        zh=f"{report.scope}应办事项逾期情况（{report.on:%Y年%m月%d日}）",
        en=f"Overdue obligations, {report.scope}, {report.on.isoformat()}",
    )


def _parts(report: OverdueReport, listed: int | None) -> Iterator[Part]:
    if report.engine.doubt:
        yield Sentence(report.engine.doubt, Tone.DOUBTFUL)
    if report.suspect:
        suspicion = say(
            zh="数据存疑：逾期数量异常地多，请先核实数据来源，再通报单位。",
            en="Data suspect: abnormally many obligations are overdue. Check the data before naming anybody.",
        )
        yield Sentence(suspicion, Tone.DOUBTFUL)
    yield Sentence(_summary(report), Tone.FINE if _is_fine(report) else Tone.PLAIN)
    if report.review.any:
        yield Sentence(_in_review(report.review))
    trust = tuple(Sentence(told) for told in _trust(report))
    yield TextLines(trust, LineStyle.ABREAST)
    if report.total:
        yield Section(say(zh="条线 × 县（市、区）", en="Line × county"), (_board(report),))
        yield Section(say(zh="按事项", en="By duty"), (_duties(report),), forms=OFF_THE_SCREEN)
        heading = say(zh="清单（逾期最久的在前）", en="List (oldest first)")
        yield Section(heading, (_list(report, listed), *_note(report)))
    else:
        yield replace(_list(report, listed), forms=IN_LISTS)


def _is_fine(report: OverdueReport) -> bool:
    """Whether nothing is overdue, and somebody has looked."""
    return not report.total and not report.confidential and report.engine.sound


def _summary(report: OverdueReport) -> str:
    """One sentence a leader can read aloud; a friendly one when nothing is overdue and the engine is sound."""
    if _is_fine(report):
        return say(
            zh=f"没有逾期的应办事项，{report.open_total} 项在办的都在期限内。辛苦了！",
            en=f"Nothing is overdue: all {report.open_total} open obligations are within their deadlines. Well done!",
        )
    lines, counties = len(report.matrix.lines), len(report.matrix.counties)
    sentence = say(
        zh=f"在办 {report.open_total} 项，逾期 {report.total} 项，涉及 {lines} 个条线、{counties} 个单位。",
        en=f"{report.total} of {report.open_total} open obligations are overdue, in {lines} lines and {counties} places.",
    )
    if report.unreported:
        sentence += say(
            zh=f"其中 {report.unreported} 项未报数，没有报数不算达标。",
            en=f" {report.unreported} of them are not reported, which is no success.",
        )
    if report.confidential:
        sentence += say(
            zh=f"另有保密事项逾期 {report.confidential} 项，不列入清单。",
            en=f" {report.confidential} more are confidential and not listed.",
        )
    return sentence


def _in_review(totals: ReviewTotals) -> str:
    """What is with the reviewers, and what came back, in one sentence."""
    told = [say(zh=f"待复核 {totals.waiting} 项", en=f"{totals.waiting} wait for review")]
    if totals.waiting_late:
        told.append(
            say(zh=f"其中逾期才办好 {totals.waiting_late} 项", en=f"{totals.waiting_late} of them done late")
        )
    if totals.returned:
        told.append(say(zh=f"退回重办 {totals.returned} 项", en=f"{totals.returned} sent back"))
    if totals.late_before:
        late = totals.late_before
        told.append(
            say(
                zh=f"已另定期限、原期限已逾期 {late} 项", en=f"{late} late by a deadline that was moved since"
            )
        )
    return say(zh="，", en=", ").join(told) + say(zh="。", en=".")


def _trust(report: OverdueReport) -> list[str]:
    """How far the figures can be trusted: engine last alive, data as of, messages that may not have arrived."""
    return [
        report.engine.told,
        say(zh="数据截至", en="Data as of") + f" {report.local(report.data_as_of)}",
        say(zh="送达情况不明", en="Deliveries with unknown outcome") + f" {report.deliveries_unknown}",
        say(zh="送达失败", en="Deliveries given up") + f" {report.deliveries_dead}",
        *(say(zh="没有数据", en="No data") + f" {told}" for told in report.silent_feeds),
    ]


def _board(report: OverdueReport) -> HeatTable:
    matrix = report.matrix
    total = say(zh="合计", en="Total")
    rows = [
        HeatRow(line, [matrix.count(line, county) for county in matrix.counties], [matrix.line_total(line)])
        for line in matrix.lines
    ]
    return HeatTable(
        corner=say(zh="条线", en="Line"),
        columns=matrix.counties,
        short=[matrix.heading(county) for county in matrix.counties],
        rows=rows,
        sums=[total],
        foot=HeatRow(total, [matrix.county_total(county) for county in matrix.counties], [matrix.total]),
    )


def _duties(report: OverdueReport) -> DataTable:
    columns = (
        Column(say(zh="事项", en="Duty"), ColumnKind.NAME),
        Column(say(zh="条线", en="Line")),
        Column(say(zh="逾期数", en="Overdue"), ColumnKind.NUMBER),
        Column(say(zh="最早期限", en="Oldest deadline"), ColumnKind.DAY),
    )
    return DataTable(columns, [[duty.title, duty.line, duty.overdue, duty.oldest] for duty in report.by_duty])


def _list(report: OverdueReport, listed: int | None) -> DataTable:
    columns = (
        Column(say(zh="编号", en="No."), ColumnKind.ID),
        Column(say(zh="条线", en="Line"), forms=OFF_THE_SCREEN),
        Column(say(zh="事项", en="Duty")),
        Column(say(zh="县（市、区）", en="County"), forms=OFF_THE_SCREEN),
        Column(say(zh="单位", en="Unit")),
        Column(say(zh="监管对象", en="Subject")),
        Column(say(zh="周期", en="Period")),
        Column(say(zh="开始日", en="Opened"), ColumnKind.DAY, forms=OFF_THE_SCREEN),
        Column(say(zh="期限", en="Deadline"), ColumnKind.DAY),
        Column(say(zh="逾期工作日", en="Working days overdue"), ColumnKind.NUMBER),
        Column(say(zh="已到阶梯", en="Rung reached"), ColumnKind.ID),
        Column(say(zh="签收", en="Acknowledged"), ColumnKind.ID, forms=OFF_THE_SCREEN),
        Column(say(zh="退回次数", en="Sent back"), ColumnKind.NUMBER, forms=OFF_THE_SCREEN),
        Column(say(zh="备注", en="Note"), forms=IN_LISTS),
    )
    cut = Cut(listed or LISTED_ON_A_SCREEN, listed or LISTED_ON_A_PAGE, _more_in_excel)
    rows = [_row(each) for each in report.obligations]
    return DataTable(columns, rows, cut=cut, sheet=say(zh="清单", en="List"))


def _row(overdue: OverdueObligation) -> list[Cell]:
    mark = say(zh="暂", en="prov.") if overdue.provisional else ""
    days: Cell = "—" if overdue.workdays_overdue is None else overdue.workdays_overdue
    if overdue.by_hours and not overdue.workdays_overdue:
        days = say(zh="已过时限", en="past its hour")
    return [
        overdue.short_id,
        overdue.line,
        overdue.title + (say(zh="（未报数）", en=" (not reported)") if overdue.unreported else ""),
        overdue.county,
        overdue.unit,
        overdue.subject,
        period_beside(overdue.period_key),
        overdue.opened_on,
        MarkedValue(overdue.deadline, mark),
        days,
        "—" if overdue.stage is None else stage_word(overdue.stage),
        say(zh="已签收", en="yes") if overdue.acknowledged else "—",
        overdue.returns or "—",
        mark or None,
    ]


def _note(report: OverdueReport) -> Iterator[Part]:
    """What the mark beside a deadline means, where one is marked."""
    if any(overdue.provisional for overdue in report.obligations):
        note = say(
            zh="标“暂”的期限涉及尚未公布放假安排的年份，公布后会重新推算。",
            en="Deadlines marked “prov.” touch a year whose holidays are not announced; they will be projected again.",
        )
        yield Sentence(note, Tone.QUIET, forms=READ)


def _more_in_excel(shown: int, total: int) -> str:
    return say(
        zh=f"此处列出前 {shown} 项，全部 {total} 项见 Excel 表。",
        en=f"The first {shown} are listed here; all {total} are in the Excel form.",
    )
