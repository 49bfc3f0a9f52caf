"""The draft of next year's project: this year's, with the new paper, its clauses, and what is left to decide."""

import csv
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path

from duban.base.language import say
from duban.base.objections import Objection
from duban.base.system_words import system_reason
from duban.bureau.project import PROJECT_FILE
from duban.definitions.definitions import Definitions, load_definitions
from duban.duties.decisions import DECISIONS_FILE, OPEN, PlanDecision, as_csv
from duban.duties.grammar import Duty
from duban.duties.loader import duty_files
from duban.duties.paper import Paper
from duban.duties.work_plan import CLAUSES_FILE, PLAN_FOLDER
from duban.rollover.comparison import ClauseFate, Comparison, PlanYears
from duban.workspace.standing import CONTENT


class RolloverRefused(Objection):
    """A plan cannot be rolled over; the text says why."""


def draft(
    folder: Path,
    definitions: Definitions,
    paper: Paper,
    compared: Sequence[Comparison],
    *,
    year: int,
    issued: date,
) -> list[PlanDecision]:
    """Write the draft of a project into `folder`, which must be empty or missing; what is left to decide.

    `paper` is the new plan of `year`, issued on the day `issued`, `compared` what each clause of this year's became
    in it. The duties are this year's; where a duty's quotation differs by nothing but the plan's year, it is renewed.
    Raises RolloverRefused when the folder holds something, UnusableDefinitions when this year's content cannot be read.
    """
    if folder.exists() and any(folder.iterdir()):
        raise RolloverRefused(
            zh=f"文件夹 {folder} 不是空的，换一个：--draft 文件夹",
            en=f"the folder {folder} is not empty: choose another with --draft",
        )
    root, title = definitions.root, _title(paper, year)
    for name in CONTENT:
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / name, dirs_exist_ok=True)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, folder / name)
    for old in (folder / PLAN_FOLDER).glob("*.txt"):
        old.unlink()
    (folder / PLAN_FOLDER / f"work-plan-{year}.txt").write_text(paper.text, encoding="utf-8")
    prefixes = _prefixes(compared)
    numbered = list(_numbered(compared, prefixes))
    _write_clauses(root, folder, numbered)
    _renew_quotes(folder, definitions, paper)
    _renew_plan(folder / PROJECT_FILE, title, year, issued)
    decisions = list(_decisions(numbered, load_definitions(folder), year))
    (folder / DECISIONS_FILE).write_text(as_csv(decisions), encoding="utf-8")
    return decisions


def _title(paper: Paper, year: int) -> str:
    found = re.search(rf"{year}年[^《》\n。]{{2,40}}", paper.text)
    return found[0].strip() if found else say(zh=f"{year}年工作要点", en=f"work plan {year}")


def _prefixes(compared: Iterable[Comparison]) -> dict[str, str]:
    """The letters that the clauses of each section begin with."""
    return {
        each.passage.line: each.clause.id.split("-")[0]
        for each in compared
        if each.clause is not None and each.passage is not None and each.fate is ClauseFate.SAME
    }


def _numbered(
    compared: Iterable[Comparison], prefixes: Mapping[str, str]
) -> Iterator[tuple[str, str, Comparison]]:
    """Each comparison with its clause's number and line; what is new gets the next free number of its section."""
    last: dict[str, int] = defaultdict(int)
    lines: dict[str, str] = {}
    held = list(compared)
    for each in held:
        if each.clause is not None:
            prefix, _, number = each.clause.id.partition("-")
            last[prefix] = max(last[prefix], int(number) if number.isdecimal() else 0)
            lines[prefix] = each.clause.line
    for each in held:
        if each.clause is not None:
            yield each.clause.id, each.clause.line, each
        elif each.passage is not None:
            prefix = prefixes.get(each.passage.line, "XX")
            last[prefix] += 1
            yield f"{prefix}-{last[prefix]:02}", lines.get(prefix, each.passage.line), each


def _write_clauses(root: Path, folder: Path, numbered: Iterable[tuple[str, str, Comparison]]) -> None:
    """The list of clauses for the new paper; what is gone is left out, columns that duban does not read are kept."""
    old = csv.DictReader(StringIO((root / CLAUSES_FILE).read_bytes().decode("utf-8-sig"), newline=""))
    rows = {row["id"]: row for row in old}
    out = StringIO()
    writer = csv.DictWriter(out, old.fieldnames or (), lineterminator="\n")
    writer.writeheader()
    for number, line, each in numbered:
        if each.passage is None:
            continue
        given = {"level": "all", "kind": "", "params": "", "note": "", "quantified": "none"}
        place = {"chapter": each.passage.chapter, "item": each.passage.item, "offset": str(each.offset)}
        row = {**given, **rows.get(number, {}), "id": number, "line": line, **place, "quote": each.text}
        if each.fate is ClauseFate.NEW and each.renumbered:
            row["quantified"] = "quantified"
        writer.writerow({column: row.get(column, "") for column in old.fieldnames or ()})
    (folder / CLAUSES_FILE).write_text(out.getvalue(), encoding="utf-8")


def fate_word(fate: ClauseFate) -> str:
    """What became of a clause, in a word."""
    return {
        ClauseFate.SAME: say(zh="未变", en="same"),
        ClauseFate.MOVED: say(zh="换了位置", en="moved"),
        ClauseFate.REWORDED: say(zh="改了文字", en="reworded"),
        ClauseFate.GONE: say(zh="没有了", en="gone"),
        ClauseFate.NEW: say(zh="新增", en="new"),
    }[fate]


def _neighbour() -> str:
    """That the clause is the same, and a number beside it in its sentence is not."""
    return say(zh="同一句里的数变了", en="a number beside it changed")


def _over() -> str:
    """That the new plan still has the clause, and the duties on it open nothing in its year."""
    return say(zh="计划还写着，事项只管到上一年", en="still in the plan, its duties end with the last one")


def numbers_told(each: Comparison) -> str:
    """The numbers that changed, in words: 一个月 → 二十个工作日."""
    before, after = (say(zh="、", en=", ").join(side) or "–" for side in each.numbers)
    if not each.renumbered:
        return ""
    beside = each.fate in (ClauseFate.SAME, ClauseFate.MOVED)
    return (say(zh="同一句里 ", en="beside it in its sentence: ") if beside else "") + f"{before} → {after}"


def _ends_before(duty: Duty, year: int) -> bool:
    """Whether a duty opens nothing from that year on: all it asked for was owed by an earlier day, or it was in force
    until one.
    """
    until = duty.effective.until
    return duty.cadence.over_since(date(year, 1, 1)) is not None or (until is not None and until.year < year)


def _decisions(
    numbered: Iterable[tuple[str, str, Comparison]], definitions: Definitions, year: int
) -> Iterator[PlanDecision]:
    """What a person has to decide: each clause that is not what it was, and what stayed though its duties end."""
    resting = defaultdict(list)
    for duty in definitions.duties.values():
        for clause in dict.fromkeys(clause for basis in duty.basis for clause in basis.clauses):
            resting[clause].append(duty.id)
    for number, line, each in numbered:
        ending = [duty for duty in resting[number] if _ends_before(definitions.duties[duty], year)]
        stays = not each.undecided
        if stays and not ending:
            continue
        passage = each.passage
        fate = fate_word(each.fate)
        if each.fate in (ClauseFate.SAME, ClauseFate.MOVED):
            fate = _over() if stays else _neighbour()
        yield PlanDecision(
            id=number,
            line=line,
            fate=fate,
            before=each.clause.quote if each.clause else "",
            after="" if passage is None else (passage.text if each.fate is ClauseFate.SAME else each.text),
            numbers=numbers_told(each) if each.fate is not ClauseFate.NEW else "",
            place=" ".join(filter(None, (passage.chapter, passage.item))) if passage else "",
            duties=" ".join(ending if stays else resting[number]),
            decision=OPEN,
        )


def _renew_quotes(folder: Path, definitions: Definitions, paper: Paper) -> None:
    """Quotations that the new paper has but for the plan's own year say the new year."""
    plan = definitions.project.plan
    years = PlanYears(plan.year if plan else None, paper.year)
    quotes = {basis.quote for duty in definitions.duties.values() for basis in duty.basis if basis.clauses}
    renewed = {
        quote: later
        for quote in quotes
        if (later := years.in_next_year(quote)) != quote
        and paper.find(quote) is None
        and paper.find(later) is not None
    }
    for path in duty_files(folder):
        text = path.read_text(encoding="utf-8")
        for quote, later in renewed.items():
            text = text.replace(quote, later)
        path.write_text(text, encoding="utf-8")


def _renew_plan(path: Path, title: str, year: int, issued: date) -> None:
    """Write the new plan into the project file; its other lines and their comments stay."""
    lines = path.read_text(encoding="utf-8").splitlines()
    renewed = f"plan: {{title: {json.dumps(title, ensure_ascii=False)}, issued: {issued}, year: {year}}}"
    begins = next((number for number, line in enumerate(lines) if line.startswith("plan:")), None)
    if begins is None:
        lines.append(renewed)
    else:
        ends = begins + 1
        while ends < len(lines) and lines[ends][:1] in (" ", "\t"):
            ends += 1
        lines[begins:ends] = [renewed]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_paper(path: Path) -> Paper:
    """The new plan's text. Raises RolloverRefused when it is no text in UTF-8 or GB 18030, or has no section."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RolloverRefused(f"{path}: {system_reason(error)}") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            paper = Paper(raw.decode(encoding).replace("\r\n", "\n"))
            break
        except UnicodeDecodeError:
            continue
    else:
        paper = Paper("")
    if "\0" in paper.text or not paper.passages:
        raise RolloverRefused(
            zh=f"{path} 里没有“××工作要点”这样的条线标题和正文；请把计划另存为纯文本（.txt）",
            en=f"{path} has no sections headed “…工作要点”: save the plan as plain text (.txt)",
        )
    return paper
