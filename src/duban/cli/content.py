"""`duban init` and `duban check`: start a project, and hear every mistake in its folders."""

from pathlib import Path
from typing import Annotated

import typer

from duban.base.language import say
from duban.cli.bilingual import argument
from duban.cli.failures import ExitCode
from duban.cli.grouping import STARTING, add_commands
from duban.cli.options import Json, Project
from duban.cli.reading_once import reading_once
from duban.cli.screen import show_json, tell


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        STARTING,
        (
            "init",
            init,
            "新建一个项目文件夹，内含可以马上运行的起始项目。",
            "Make a project folder with a starter project that runs as it is.",
        ),
        (
            "check",
            check,
            "检查项目的全部内容文件，一次说出所有问题。",
            "Check every content file of the project; says all problems at once.",
        ),
    )


def init(
    folder: Annotated[
        Path, argument("DIR", zh="新文件夹，不能已有内容。", en="The new folder; must be empty.")
    ],
) -> None:
    """Copy the starter project into a new folder and say what to do next."""
    from duban.base.clock import SHANGHAI, business_date, system_clock
    from duban.base.starter import copy_starter
    from duban.bureau.project_file import load_project

    files = copy_starter(folder)
    tell(
        zh=f"已在 {folder} 建好项目（{len(files)} 个文件）。接下来：",
        en=f"A project is ready in {folder} ({len(files)} files). Next:",
    )
    for command, zh, en in (
        (f"cd {folder}", "进入项目", "enter it"),
        ("duban check", "检查内容", "check the content"),
        ("duban up", "启动服务，按 Ctrl-C 停止", "start the service, Ctrl-C stops it"),
    ):
        tell(f"  {command:<24}  # {say(zh=zh, en=en)}")
    tell(
        zh="单位和岗位写在 duban.yaml，事项写在 duties/；启动以后再改，用 duban plan 查看、duban apply 生效。",
        en="Units and posts are in duban.yaml, duties in duties/; once it runs, an edit is seen with duban plan "
        "and put in force with duban apply.",
    )
    plan = load_project(folder).plan
    if plan is not None and (today := business_date(system_clock().now(), SHANGHAI)) > plan.ends:
        tell(
            zh=f"里面是 {plan.year} 年的计划，到 {plan.ends} 为止，今天不会再开新的事项。换成今年的：duban rollover 新计划.txt；"
            f"先沿用：在 duban.yaml 的 plan 里写 carried: {{until: {today.year}-12-31, reason: 新计划印发前沿用}}",
            en=f"Its plan is that of {plan.year} and ended on {plan.ends}: nothing opens today. For this year's: duban "
            f"rollover NEW-PLAN.txt; to carry it on write under plan in duban.yaml: carried: {{until: {today.year}-12-31, "
            "reason: …}",
            style="yellow",
        )


def check(*, project: Project = None, as_json: Json = False) -> int:
    """Say every problem in the content folders; exit code 1 if there is any."""
    with reading_once():
        from duban.base.clock import system_clock
        from duban.bureau.project import find_root
        from duban.examples.examples import check as check_all

        root = find_root(project)
        examined = check_all(root, system_clock())
    problems, remarks = examined.problems, examined.remarks
    if as_json:
        show_json({"project": root, "problems": problems, "remarks": remarks})
    else:
        for problem in problems:
            tell(str(problem))
        for remark in remarks:
            tell(zh=f"提示 {remark}", en=f"note {remark}", style="dim")
        tell(_verdict(len(problems)), "red" if problems else "green")
    return ExitCode.REFUSED if problems else ExitCode.DONE


def _verdict(problems: int) -> str:
    if not problems:
        return say(zh="没有发现问题。", en="No problems found.")
    count = f"{problems} problem{'s' if problems > 1 else ''}"
    return say(
        zh=f"共 {problems} 个问题，请按上面的位置修改。", en=f"{count}; mend them at the places above."
    )
