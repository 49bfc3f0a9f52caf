"""`duban rollover`: next year's plan beside this year's clauses, and a draft of next year's project."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from duban.base.language import choose, say
from duban.cli.bilingual import argument, option
from duban.cli.failures import WrongUsage
from duban.cli.forms import As, Output, asked_form, hand_over, tell_written
from duban.cli.grouping import STARTING, add_commands
from duban.cli.options import Json, Project, read_date, read_year
from duban.cli.screen import tell

NewPlan = Annotated[
    Path,
    argument(
        "FILE",
        zh="新一年计划的全文，纯文本（.txt）。",
        en="The whole text of the new plan, as plain text (.txt).",
    ),
]
Draft = Annotated[
    Path | None,
    option(
        "--draft",
        "DIR",
        zh="草稿写到哪个空文件夹；不写就是旁边的 rollover-年份。",
        en="The empty folder for the draft; else rollover-YEAR beside the project.",
    ),
]
OnlyCompare = Annotated[
    bool, option("--compare", zh="只对照，不写草稿。", en="Only compare; write no draft.")
]
Year = Annotated[
    int | None,
    option(
        "--year",
        "YEAR",
        parser=read_year,
        zh="哪一年的计划；不写就看标题。",
        en="The year it is for; else the one in its title.",
    ),
]
Issued = Annotated[
    date | None,
    option(
        "--issued",
        "DATE",
        parser=read_date,
        zh="印发日期；不写就看文件开头的日期。",
        en="The day it was issued; else the date at its head.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        STARTING,
        (
            "rollover",
            rollover,
            "换新一年的计划：逐条对照哪些没变、改了、移了、没了、新增，写出草稿，待定的逐条列出。",
            "Roll over to a new year's plan: what is the same, reworded, moved, gone or new, and a draft to decide on.",
        ),
    )


def rollover(
    plan: NewPlan,
    *,
    draft: Draft = None,
    only_compare: OnlyCompare = False,
    year: Year = None,
    issued: Issued = None,
    form: As = None,
    output: Output = None,
    as_json: Json = False,
    project: Project = None,
) -> int:
    """Compare a new plan with the one in force, and write the draft."""
    from duban.bureau.project import find_root
    from duban.definitions.definitions import load_definitions
    from duban.duties.decisions import undecided_told
    from duban.duties.work_plan import load_plan
    from duban.rollover.comparison import compare
    from duban.rollover.drafting import draft as write_draft
    from duban.rollover.drafting import read_paper
    from duban.rollover.words import rollover_document

    wanted = asked_form(form, output, as_json=as_json, named=say(zh="对照", en="rollover"))
    root = find_root(project)
    definitions = load_definitions(root)
    choose(definitions.project.language)
    old, paper = load_plan(root), read_paper(plan)
    for_year, on = year or paper.year, issued or paper.issued
    if for_year is None:
        raise WrongUsage(
            zh="标题里看不出是哪一年的计划，请加 --year 2024",
            en="its title names no year: add --year 2024",
        )
    compared = compare(old, paper)
    before = definitions.project.plan.year if definitions.project.plan else None
    hand_over(rollover_document(compared, before, for_year), wanted, output)
    tell_written(output, say(zh=f"{len(compared)} 处", en=f"{len(compared)} places"))
    if only_compare:
        return 0
    if on is None:
        raise WrongUsage(
            zh="看不出印发日期，请加 --issued 2024-04-30",
            en="it does not say when it was issued: add --issued 2024-04-30",
        )
    folder = (draft or root.parent / f"rollover-{for_year}").absolute()
    decisions = write_draft(folder, definitions, paper, compared, year=for_year, issued=on)
    if not as_json:
        tell(
            zh=f"草稿写在 {folder}。{undecided_told(decisions)}在 decision 列写下决定、改好事项后，"
            "用 duban coverage --project 草稿文件夹 看还剩多少",
            en=f"the draft is in {folder}. {undecided_told(decisions)} Fill in “decision”, edit the duties, and see "
            "what is left with duban coverage --project DRAFT",
        )
    return 0
