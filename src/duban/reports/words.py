"""The sentences and headings an overdue report uses in every form, in the reader's language."""

from __future__ import annotations

from duban.base.language import say
from duban.ladders.ladder import Stage
from duban.ladders.stages import stage_word
from duban.reports.model import OverdueObligation, OverdueReport


def title(report: OverdueReport) -> str:
    """The report's heading: whose it is and for which day."""
    return say(
        zh=f"{report.scope}应办事项逾期情况（{report.on:%Y年%m月%d日}）",
        en=f"Overdue obligations, {report.scope}, {report.on.isoformat()}",
    )


def summary(report: OverdueReport) -> str:
    """One sentence a leader can read aloud; a friendly one when nothing is overdue."""
    if not report.total and not report.confidential:
        return say(
            zh=f"没有逾期的应办事项，{report.open_total} 项在办的都在期限内。辛苦了！",
            en=f"Nothing is overdue: all {report.open_total} open obligations are within their deadlines. Well done!",
        )
    lines, counties = len(report.matrix.lines), len(report.matrix.counties)
    sentence = say(
        zh=f"在办 {report.open_total} 项，逾期 {report.total} 项，涉及 {lines} 个条线、{counties} 个单位。",
        en=f"{report.total} of {report.open_total} open obligations are overdue, in {lines} lines and {counties} places.",
    )
    if report.confidential:
        sentence += say(
            zh=f"另有保密事项逾期 {report.confidential} 项，不列入清单。",
            en=f" {report.confidential} more are confidential and not listed.",
        )
    return sentence


def trust(report: OverdueReport) -> list[str]:
    """How far the figures can be trusted: engine last alive, data as of, messages that may not have arrived."""
    return [
        say(zh="督办引擎最近一次正常", en="Engine last alive") + f" {report.local(report.engine_alive)}",
        say(zh="数据截至", en="Data as of") + f" {report.local(report.data_as_of)}",
        say(zh="送达情况不明", en="Deliveries with unknown outcome") + f" {report.deliveries_unknown}",
        say(zh="送达失败", en="Deliveries given up") + f" {report.deliveries_dead}",
        *(say(zh="没有数据", en="No data") + f" {told}" for told in report.silent_feeds),
    ]


def suspicion() -> str:
    """The warning over a report whose figures look wrong as a whole."""
    return say(
        zh="数据存疑：逾期数量异常地多，请先核实数据来源，再通报单位。",
        en="Data suspect: abnormally many obligations are overdue. Check the data before naming anybody.",
    )


def provisional_note() -> str:
    """What the mark beside a deadline means."""
    return say(
        zh="标“暂”的期限涉及尚未公布放假安排的年份，公布后会重新推算。",
        en="Deadlines marked “prov.” touch a year whose holidays are not announced; they will be projected again.",
    )


def provisional_mark() -> str:
    """The mark beside a provisional deadline."""
    return say(zh="暂", en="prov.")


def columns() -> list[str]:
    """The headings of the list of overdue obligations, in order."""
    return [
        say(zh="编号", en="No."),
        say(zh="条线", en="Line"),
        say(zh="事项", en="Duty"),
        say(zh="县（市、区）", en="County"),
        say(zh="单位", en="Unit"),
        say(zh="监管对象", en="Subject"),
        say(zh="周期", en="Period"),
        say(zh="开始日", en="Opened"),
        say(zh="期限", en="Deadline"),
        say(zh="逾期工作日", en="Working days overdue"),
        say(zh="已到阶梯", en="Rung reached"),
        say(zh="签收", en="Acknowledged"),
    ]


def duty_columns() -> list[str]:
    """The headings of the totals by duty."""
    return [
        say(zh="事项", en="Duty"),
        say(zh="条线", en="Line"),
        say(zh="逾期数", en="Overdue"),
        say(zh="最早期限", en="Oldest deadline"),
    ]


def heading_board() -> str:
    """Heading of the line × county board."""
    return say(zh="条线 × 县（市、区）", en="Line × county")


def heading_duties() -> str:
    """Heading of the totals by duty."""
    return say(zh="按事项", en="By duty")


def heading_list() -> str:
    """Heading of the list."""
    return say(zh="清单（逾期最久的在前）", en="List (oldest first)")


def total_word() -> str:
    """The word over and beside the sums."""
    return say(zh="合计", en="Total")


def line_word() -> str:
    """The corner of the board."""
    return say(zh="条线", en="Line")


def yes_or_dash(value: bool) -> str:
    """Whether the unit has signed for it."""
    return say(zh="已签收", en="yes") if value else "—"


def stage_name(stage: Stage | None) -> str:
    """The rung's stage in the reader's language; a dash before the first."""
    return "—" if stage is None else stage_word(stage)


def workdays_text(overdue: OverdueObligation) -> str:
    """Working days overdue; a dash where a year's calendar is missing."""
    return "—" if overdue.workdays_overdue is None else str(overdue.workdays_overdue)


def more_in_excel(shown: int, total: int) -> str:
    """Said under a list that was cut."""
    return say(
        zh=f"此处列出前 {shown} 项，全部 {total} 项见 Excel 表。",
        en=f"The first {shown} are listed here; all {total} are in the Excel form.",
    )
