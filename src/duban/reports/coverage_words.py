"""The sentences and headings the coverage report uses in every form, in the reader's language."""

from __future__ import annotations

from duban.base.language import say
from duban.reports.coverage import Assumed, ClauseCoverage, Coverage, Covering, Known
from duban.reports.coverage_plan import Given

_KINDS = {
    "periodic": ("按周期", "periodic"),
    "within": ("事后限期", "within"),
    "threshold": ("达到次数", "threshold"),
    "frequency": ("一年几次", "frequency"),
    "quota": ("数量目标", "quota"),
    "ratio": ("比率目标", "ratio"),
    "campaign": ("节点行动", "campaign"),
    "once": ("一次性", "once"),
    "review": ("定期回看", "review"),
    "continuous": ("定期回看", "continuous"),
}
_LEVELS = {
    "city": "市局",
    "county": "县局",
    "station": "监管所",
    "all": "各级",
    "enterprise": "企业",
    "city+county": "市局、县局",
}


def title(coverage: Coverage) -> str:
    """The report's heading."""
    return say(zh=f"{coverage.bureau}工作计划覆盖情况", en=f"Coverage of the work plan, {coverage.bureau}")


def summary(coverage: Coverage) -> str:
    """One sentence a leader can read aloud: what is carried out, and what is not yet."""
    total, covered, left = coverage.total, coverage.covered, len(coverage.uncovered)
    share = _share(covered, total)
    told = say(
        zh=f"计划 {total} 条职责，已编成事项 {covered} 条（{share}）",
        en=f"{covered} of the plan's {total} clauses are carried out by duties ({share})",
    )
    if left:
        return told + say(zh=f"，还有 {left} 条没有编。", en=f", {left} are not yet.")
    return told + say(zh="，没有遗漏。", en=", none is left out.")


def to_confirm(coverage: Coverage) -> str:
    """How many values wait for a person; empty when none does."""
    if not coverage.assumed:
        return ""
    duties = len({each.duty_id for each in coverage.assumed})
    return say(
        zh=f"{duties} 个事项有 {len(coverage.assumed)} 处数是假定的，需要人工确认（duban coverage --assumed）。",
        en=f"{len(coverage.assumed)} values of {duties} duties are assumed and wait for a person "
        "(duban coverage --assumed).",
    )


def _share(part: int, whole: int) -> str:
    """A percentage that says 100 % only of the whole, and 0 % only of nothing."""
    if part in (0, whole):
        return f"{100 if part and whole else 0}%"
    return f"{min(max(part / whole * 100, 0.1), 99.9):.1f}%"


def known_word(known: Known) -> str:
    """How a number is known, in a word."""
    return {
        Known.QUANTIFIED: say(zh="计划写明", en="plan"),
        Known.STATUTORY: say(zh="法规规定", en="statute"),
        Known.IMPLIED: say(zh="计划隐含", en="implied"),
        Known.ASSUMED: say(zh="假定，待确认", en="assumed"),
        Known.UNEXPLAINED: say(zh="来历不明", en="unexplained"),
        Known.UNCOVERED: say(zh="未编", en="uncovered"),
    }[known]


def given_word(given: Given) -> str:
    """Whether the plan gives a number, in a word."""
    return {
        Given.QUANTIFIED: say(zh="写明", en="given"),
        Given.IMPLIED: say(zh="隐含", en="implied"),
        Given.UNQUANTIFIED: say(zh="未写数", en="no number"),
        Given.NONE: say(zh="持续性", en="continuous"),
    }[given]


def kind_word(kind: str) -> str:
    """A cadence kind, in a word."""
    zh, en = _KINDS.get(kind, (kind, kind))
    return say(zh=zh, en=en)


def level_word(level: str) -> str:
    """The level a clause speaks to."""
    return say(zh=_LEVELS.get(level, level), en=level)


def explained(covering: Covering) -> str:
    """How a duty's numbers are known: the word, and the statutes or the reasons behind it."""
    if covering.known is Known.ASSUMED:
        reasons = [f"{each.key}: {each.reason}" for each in covering.assumptions]
    elif covering.known is Known.STATUTORY:
        reasons = list(covering.sources)
    else:
        reasons = []
    listed = say(zh="；", en="; ").join(reasons)
    return (
        f"{known_word(covering.known)}{say(zh='：', en=': ')}{listed}"
        if listed
        else known_word(covering.known)
    )


def line_word() -> str:
    """Heading of the first column of the summary."""
    return say(zh="条线", en="Line")


def total_word() -> str:
    """The word beside the sums."""
    return say(zh="合计", en="Total")


def line_columns() -> list[str]:
    """The headings of the summary by line, after the line itself."""
    return [
        say(zh="条款", en="Clauses"),
        say(zh="已编", en="Covered"),
        *(known_word(known) for known in Known),
    ]


def clause_columns() -> list[str]:
    """The headings of the list of clauses."""
    return [
        say(zh="条款", en="Clause"),
        say(zh="条线", en="Line"),
        say(zh="章节", en="Chapter"),
        say(zh="层级", en="Level"),
        say(zh="原文", en="Text"),
        say(zh="计划的数", en="Number in the plan"),
        say(zh="事项", en="Duty"),
        say(zh="名称", en="Title"),
        say(zh="频次规则", en="Kind"),
        say(zh="数的来历", en="How the number is known"),
        say(zh="摘录说明", en="Note"),
    ]


def clause_rows(clause: ClauseCoverage) -> list[list[str]]:
    """The rows of a clause in the list: one for each duty that carries it out, one without a duty otherwise."""
    told = clause.clause
    chapter = f"{told.chapter} {told.item}".strip()
    begins = [told.id, told.line, chapter, level_word(told.level), told.quote, given_word(told.given)]
    if not clause.duties:
        return [[*begins, "", "", "", known_word(Known.UNCOVERED), told.note]]
    return [
        [*begins, duty.duty_id, duty.title, kind_word(duty.kind), explained(duty), told.note]
        for duty in clause.duties
    ]


def assumed_columns() -> list[str]:
    """The headings of the list of assumptions."""
    return [
        say(zh="事项", en="Duty"),
        say(zh="名称", en="Title"),
        say(zh="条线", en="Line"),
        say(zh="条款", en="Clauses"),
        say(zh="假定的字段", en="Key"),
        say(zh="原因", en="Reason"),
        say(zh="位置", en="Place"),
    ]


def assumed_row(assumed: Assumed) -> list[str]:
    """One assumption in the list."""
    return [
        assumed.duty_id,
        assumed.title,
        assumed.line,
        say(zh="、", en=", ").join(assumed.clauses),
        assumed.key,
        assumed.reason,
        f"{assumed.path}:{assumed.line_no}" if assumed.path else "",
    ]


def heading_lines() -> str:
    """Heading of the summary by line."""
    return say(zh="按条线", en="By line")


def heading_clauses() -> str:
    """Heading of the list of clauses."""
    return say(zh="逐条", en="Clause by clause")


def heading_uncovered() -> str:
    """Heading of the clauses no duty carries out."""
    return say(zh="还没有编成事项的条款", en="Clauses no duty carries out")


def heading_assumed() -> str:
    """Heading of the assumptions."""
    return say(zh="假定的数，待确认", en="Assumed values, to be confirmed")


def heading_findings() -> str:
    """Heading of what is wrong."""
    return say(zh="要改的地方", en="To be mended")


def nothing_uncovered() -> str:
    """Said in place of an empty list of uncovered clauses."""
    return say(zh="每一条都已编成事项。", en="Every clause is carried out by a duty.")


def nothing_assumed() -> str:
    """Said in place of an empty list of assumptions."""
    return say(zh="没有假定的数。", en="No value is assumed.")
