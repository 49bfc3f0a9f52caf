"""The appraisal in words, as a document: the figures, how they are reckoned, the ranking by unit and by line."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from duban.base.clock import local
from duban.base.language import say
from duban.documents import (
    Cell,
    Column,
    ColumnKind,
    DataTable,
    Document,
    LineStyle,
    Part,
    Section,
    Sentence,
    TextLines,
    Tone,
)
from duban.reports.appraisal_model import RANKED_FROM, AppraisalFigures, AppraisalReport, AppraisalRow


def appraisal_document(report: AppraisalReport) -> Document:
    """The appraisal as a document."""
    return Document(appraisal_title(report), tuple(_parts(report)))


def appraisal_title(report: AppraisalReport) -> str:
    """Its heading: whose it is and of which period."""
    return say(
        zh=f"{report.scope}督办事项办理情况考核通报（{report.period.words}）",
        en=f"Appraisal of {report.scope}, {report.period.words}",
    )


def appraisal_summary(report: AppraisalReport) -> str:
    """The figures in one sentence a leader can read aloud."""
    now = report.total.now
    if not now.judged:
        return say(
            zh=f"{report.period.words}没有已到期限的事项，不作评价。{_unjudged(now)}",
            en=f"Nothing fell due in {report.period.words}: there is nothing to judge. {_unjudged(now)}",
        )
    return say(
        zh=f"{report.period.words}到期 {now.judged} 项，按时办结 {now.on_time} 项，按时办结率 {percent(now.rate)}；"
        f"逾期办结 {now.done_late} 项，逾期未办结 {now.lying} 项；退回重办 {now.returned} 项。{_unjudged(now)}",
        en=f"Of {now.judged} that fell due in {report.period.words}, {now.on_time} were done on time "
        f"({percent(now.rate)}); {now.done_late} done late, {now.lying} overdue and still open; {now.returned} were sent "
        f"back. {_unjudged(now)}",
    )


def percent(rate: Fraction | None) -> str:
    """A rate to a tenth of a percent, a dash for none; only what is all is called 100.0%."""
    if rate is None:
        return "—"
    tenths = round(rate * 1000)
    if tenths == 1000 and rate < 1:
        tenths = 999
    return f"{tenths // 10}.{tenths % 10}%"


def _unjudged(figures: AppraisalFigures) -> str:
    parts = [
        say(zh=f"{word} {number} 项", en=f"{number} {word}")
        for word, number in (
            (say(zh="未到期", en="not due yet"), figures.running),
            (say(zh="待复核", en="waiting for review"), figures.waiting),
            (say(zh="免办、中止", en="waived or suspended"), figures.excused),
        )
        if number
    ]
    if not parts:
        return ""
    return say(zh="另有", en="Besides: ") + say(zh="、", en=", ").join(parts) + say(zh="，不计入。", en=".")


def _parts(report: AppraisalReport) -> Iterator[Part]:
    if report.engine.doubt:
        yield Sentence(report.engine.doubt, Tone.DOUBTFUL)
    yield Sentence(appraisal_summary(report))
    if not report.over:
        unfinished = say(
            zh=f"本期未结束，数字截至 {report.on}，不作最终排名。",
            en=f"The period is not over: figures as of {report.on}, the ranking is not final.",
        )
        yield Sentence(unfinished, Tone.DOUBTFUL)
    if report.total.now.judged or report.total.before.judged:
        yield TextLines(tuple(Sentence(told) for told in _compared(report)), way=LineStyle.LISTED)
    yield Section(say(zh="怎么算", en="How it is reckoned"), (Sentence(_formula(report), Tone.QUIET),))
    for heading, first, rows in (
        (say(zh="单位排名", en="Units"), say(zh="单位", en="Unit"), report.units),
        (say(zh="条线排名", en="Lines"), say(zh="条线", en="Line"), report.lines),
    ):
        if rows:
            yield Section(heading, (_table(report, heading, first, rows), *_left_out(report, rows)))
    as_of = "—" if report.data_as_of is None else local(report.data_as_of, report.zone)
    yield Sentence(
        say(
            zh=f"生成于 {local(report.made_at, report.zone)}，数据截至 {as_of}，{report.engine.told}；以前各期按现在台账里的情况计算。"
            "未公开的保密事项不在内。",
            en=f"Made {local(report.made_at, report.zone)}, data as of {as_of}, {report.engine.told}; earlier periods as the ledger knows them "
            "now. Without what is confidential and not disclosed.",
        ),
        Tone.QUIET,
    )


def _compared(report: AppraisalReport) -> Iterator[str]:
    period, total = report.period, report.total
    yield _against(say(zh="上期", en="the period before"), period.previous.words, total.now, total.before)
    yield _against(
        say(zh="上年同期", en="a year before"), period.year_before.words, total.now, total.year_before
    )
    if report.plan is not None:
        title, issued = report.plan
        term = total.term
        if issued > period.last:
            yield say(
                zh=f"《{title}》{issued} 印发，在本期以后：本期没有计划规定的期限。",
                en=f"The plan was issued on {issued}, after the period: nothing of it was due.",
            )
        else:
            yield say(
                zh=f"《{title}》{issued} 印发以来累计：{_share(term)}",
                en=f"since the plan was issued on {issued}: {_share(term)}",
            )


def _against(word: str, name: str, now: AppraisalFigures, then: AppraisalFigures) -> str:
    if not then.judged:
        return say(zh=f"{word}（{name}）没有到期的事项，不比", en=f"{word} ({name}): nothing was due")
    told = say(zh=f"{word}（{name}）{_share(then)}", en=f"{word} ({name}): {_share(then)}")
    if now.rate is None or then.rate is None:
        return told
    moved = _points(now.rate - then.rate)
    if not moved:
        return told + say(zh="，持平", en=", the same")
    word = say(zh="上升" if moved > 0 else "下降", en="up" if moved > 0 else "down")
    return told + say(
        zh=f"，本期{word} {abs(moved) / 10:.1f} 个百分点", en=f", {word} {abs(moved) / 10:.1f} points"
    )


def _points(moved: Fraction) -> int:
    """A difference of rates in tenths of a percentage point."""
    return round(moved * 1000)


def _share(figures: AppraisalFigures) -> str:
    return f"{percent(figures.rate)} ({figures.on_time}/{figures.judged})" if figures.judged else "—"


def _formula(report: AppraisalReport) -> str:
    return say(
        zh="按时办结率＝按时办结 ÷（按时办结＋逾期办结＋逾期未办结）。期限落在本期的计入本期；期限过后才办结、才上报的算逾期办结；"
        "期限前批准延期的按新期限算，期限过了才延期、另定期限的仍算逾期；退回重办以最后一次上报的日子为准。"
        f"未到期、按期上报待复核、免办、中止的不计入。名次按按时办结率从高到低，以四舍五入以前的数为准，相同的并列；到期不足 {RANKED_FROM} 项的只列数字、不排名次。",
        en="Rate = done on time ÷ (done on time + done late + overdue and open). An obligation belongs to the period of its "
        "deadline. A deadline moved in time counts as moved; one moved when it was over stays late; what was sent back counts "
        "by its last report. Not due, reported in time and not reviewed, waived and suspended are not judged. Places go by "
        f"the rates before rounding, and equal ones share a place; fewer than {RANKED_FROM} judged are not ranked.",
    )


def _table(report: AppraisalReport, sheet: str, first: str, rows: Sequence[AppraisalRow]) -> DataTable:
    number = ColumnKind.NUMBER
    columns = (
        Column(say(zh="名次", en="Place"), number),
        Column(first, ColumnKind.NAME),
        Column(say(zh="按时办结率", en="On time"), number),
        Column(say(zh="按时", en="In time"), number),
        Column(say(zh="到期", en="Due"), number),
        Column(say(zh="逾期办结", en="Done late"), number),
        Column(say(zh="逾期未办结", en="Overdue"), number),
        Column(say(zh="退回", en="Sent back"), number),
        Column(say(zh="上期", en="Before"), number),
        Column(say(zh="上年同期", en="Last year"), number),
        Column(say(zh="计划期累计", en="Since the plan"), number),
    )
    listed = [_row(each.rank or "—", each) for each in rows]
    return DataTable(columns, listed, foot=_row(say(zh="合计", en="Total"), report.total), sheet=sheet)


def _row(place: Cell, row: AppraisalRow) -> list[Cell]:
    now = row.now
    return [
        place,
        row.name,
        percent(now.rate),
        now.on_time,
        now.judged,
        now.done_late,
        now.lying,
        now.returned,
        *(percent(each.rate) for each in (row.before, row.year_before, row.term)),
    ]


def _left_out(report: AppraisalReport, rows: Sequence[AppraisalRow]) -> Iterator[Part]:
    few = [row.name for row in rows if row.rank is None and row.name != report.own]
    if few:
        names = say(zh="、", en=", ").join(few)
        yield Sentence(
            say(zh=f"到期不足 {RANKED_FROM} 项、不排名次：{names}。", en=f"Too few to be ranked: {names}."),
            Tone.QUIET,
        )
