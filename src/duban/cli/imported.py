"""What came of an import, as the person who gave the command reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duban.base.clock import local
from duban.base.language import say
from duban.cli.screen import show_table, tell
from duban.importing.words import in_words, outside_words, verdict_rows

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.importing.batches import Batch
    from duban.importing.handed_in import EarlierTaking
    from duban.importing.taking import ImportResult
    from duban.obligations.opening import OpeningTally

REFUSALS_SHOWN = 20
LONGEST_VALUE = 24


def show_outcome(
    batch: Batch,
    outcome: ImportResult,
    definitions: Definitions,
    *,
    rehearsed: bool,
    before: EarlierTaking | None = None,
) -> None:
    """What was read, how the first rows were understood, the rows by verdict, and the first refusals."""
    mapping = batch.mapping
    titles = {name: kind.title for name, kind in definitions.vocabulary.facts.items()}
    encoding = say(zh=f"，编码 {batch.encoding}", en=f", {batch.encoding}") if batch.encoding else ""
    tell(
        zh=f"{batch.path.name}：{mapping.written.title}，来源“{mapping.source}”{encoding}",
        en=f"{batch.path.name}: {mapping.name}, source “{mapping.source}”{encoding}",
        style="bold",
    )
    if before:
        at = local(before.taken_at, definitions.project.zone)
        tell(
            zh=f"  内容一模一样的文件导入过：{before.handed_in_by} {at}。台账里已经有的行不会变",
            en=f"  a file of the same content was imported before: {before.handed_in_by} {at}; what is there stays",
            style="yellow",
        )
    for table in batch.tables:
        tell(
            zh=f"  {table.name}：表头在第 {table.heading.row} 行",
            en=f"  {table.name}: heading in row {table.heading.row}",
        )
        if table.hidden_rows:
            tell(
                zh=f"    有 {table.hidden_rows} 行在表格里是隐藏的（如筛选过），也读了；不要的请删去",
                en=f"    {table.hidden_rows} rows are hidden there (by a filter, say) and were read; remove those not wanted",
                style="yellow",
            )
    for name, reason in batch.left_out:
        tell(zh=f"  {name}：没有读（{reason}）", en=f"  {name}: not read ({reason})", style="yellow")
    if outside := outside_words(batch):
        tell(zh=f"  不算数据的行：{outside}", en=f"  rows that are no data: {outside}")
    if rehearsed and outcome.first:
        tell(zh="  前几行这样理解：", en="  the first rows are understood so:")
        for judged in outcome.first:
            tell("    " + in_words(judged, definitions))
    show_table(
        [say(zh="", en=""), say(zh="行", en="rows"), say(zh="说明", en="what")],
        verdict_rows(outcome, titles, rehearsed=rehearsed),
        right=say(zh="行", en="rows"),
    )
    if outcome.refused:
        _show_refused(outcome)


def _show_refused(outcome: ImportResult) -> None:
    several = len({each.sheet for each in outcome.refused}) > 1
    headings = [
        say(zh="位置", en="place"),
        say(zh="列", en="column"),
        say(zh="内容", en="value"),
        say(zh="原因", en="why"),
    ]
    show_table(
        headings,
        [
            (
                (f"{each.sheet} " if several else "") + f"{each.column}{each.row}",
                each.heading,
                each.value if len(each.value) <= LONGEST_VALUE else each.value[: LONGEST_VALUE - 1] + "…",
                each.reason,
            )
            for each in outcome.refused[:REFUSALS_SHOWN]
        ],
    )
    more = len(outcome.refused) - REFUSALS_SHOWN
    if more > 0:
        tell(
            zh=f"还有 {more} 处；用 --refused 文件.xlsx 存下全部不能导入的行",
            en=f"{more} more; --refused FILE.xlsx keeps all refused rows",
        )


def conclude(
    outcome: ImportResult,
    opened: OpeningTally | None,
    definitions: Definitions,
    *,
    asked: bool,
    only_if_clean: bool,
) -> None:
    """Whether it was written, what followed, and what to do next."""
    if not outcome.brings_something and (outcome.clean or not only_if_clean):
        tell(zh="没有要写入的，台账不变。", en="Nothing to write: the ledger stays as it is.")
    elif outcome.written:
        tell(zh="已写入台账。", en="Written.", style="green")
        if opened and (came := opened.words()):
            tell(
                zh=f"随后{came}（到期该开的都在内）",
                en=f"obligations: {came} (those due anyway included)",
            )
        for remark in outcome.remarks(definitions, REFUSALS_SHOWN):
            tell(zh=f"注意：{remark}", en=f"note: {remark}", style="yellow")
    elif not outcome.clean and only_if_clean:
        tell(
            zh="有不能导入的行，按 --only-if-clean 整个文件都没有导入",
            en="some rows were refused: with --only-if-clean nothing was imported",
            style="red",
        )
    elif not asked:
        tell(
            zh="这只是试算，什么也没有写。加 --yes 写入台账",
            en="Only a rehearsal: nothing was written. --yes writes",
        )


def as_object(
    batch: Batch, outcome: ImportResult, definitions: Definitions, opened: OpeningTally | None
) -> dict[str, object]:
    """The same for programs."""
    rows = outcome.rows
    return {
        "file": batch.path,
        "mapping": batch.mapping.name,
        "source": batch.mapping.source,
        "encoding": batch.encoding,
        "sheets": [
            {"name": table.name, "heading_row": table.heading.row, "hidden_rows": table.hidden_rows}
            for table in batch.tables
        ],
        "left_out": [{"sheet": name, "reason": reason} for name, reason in batch.left_out],
        "first_rows": [in_words(judged, definitions) for judged in outcome.first],
        "skipped": dict(batch.skipped),
        "rows": {verdict: rows[verdict] for verdict in ("new", "changed", "unchanged", "nothing", "refused")},
        "subjects": {"new": outcome.subjects_new, "changed": outcome.subjects_changed},
        "facts": {"new": outcome.facts, "corrected": outcome.corrected, "withdrawn": outcome.withdrawn},
        "refused": outcome.refused,
        "written": outcome.written,
        "remarks": outcome.remarks(definitions, len(outcome.unmatched)),
        "opened": opened.by_duty if opened else {},
        "completed": opened.completed if opened else {},
        "reported": opened.reported if opened else {},
    }
