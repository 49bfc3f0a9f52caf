"""`duban prefect`: the way into Prefect's page, and Prefect's own commands with the project's settings and login."""

import os
import sys
from typing import Annotated

import typer

from duban.cli.bilingual import argument, both
from duban.cli.failures import ExitCode, Refused
from duban.cli.grouping import RUNNING
from duban.cli.options import Json, Project
from duban.cli.screen import show_json, tell


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    prefect = typer.Typer(
        help=both(
            zh="Prefect：看它的页面、用它自己的命令。", en="Prefect: see its page, use its own commands."
        )
    )
    prefect.command(
        "open",
        help=both(
            zh="给出 Prefect 的网址、账号口令和环境变量。",
            en="Give Prefect's address, the login, and the environment variables.",
        ),
    )(open_page)
    prefect.command(
        "run",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
        help=both(
            zh="带着这个项目的设置和口令，执行 Prefect 自己的命令，例如 deployment ls。",
            en="Run one of Prefect's own commands with the project's settings and login: deployment ls.",
        ),
    )(run)
    prefect.callback()(lambda: None)
    app.add_typer(prefect, name="prefect", rich_help_panel=RUNNING)


def open_page(*, project: Project = None, as_json: Json = False) -> int:
    """Print where Prefect answers and how to come in; whoever can read the project's `.duban` may know it."""
    from duban.bureau.project import find_root
    from duban.runtime.environment import past_the_proxy, runtime_folder
    from duban.runtime.login import prefect_login
    from duban.runtime.presence import known_api

    root = find_root(project)
    api = known_api(root)
    if api is None:
        raise Refused(
            zh="服务没有运行，Prefect 的页面也就没有；先用 duban up 启动",
            en="the service is not running, and Prefect's page with it; start it with duban up",
        )
    login = prefect_login(runtime_folder(root))
    user, _, password = login.partition(":")
    page = api.removesuffix("/api")
    settings = {
        "PREFECT_API_URL": api,
        "PREFECT_API_AUTH_STRING": login,
        "NO_PROXY": past_the_proxy()["NO_PROXY"],
    }
    if as_json:
        show_json({"page": page, "user": user, "password": password, "environment": settings})
        return ExitCode.DONE
    tell(zh=f"网页：{page}", en=f"page: {page}", style="bold")
    tell(
        zh=f"页面问口令时整行填：{login}",
        en=f"when the page asks, give the whole line: {login}",
    )
    tell(
        zh="在这个终端里用 prefect 自己的命令（deployment ls、worker start……），先执行：",
        en="for Prefect's own commands (deployment ls, worker start …) in a terminal, first run:",
    )
    for name, value in settings.items():
        tell(f"export {name}='{value}'")
    return ExitCode.DONE


def run(
    words: Annotated[
        list[str],
        argument(
            "COMMAND...",
            zh="Prefect 的命令，连同它的选项，写在最后。",
            en="Prefect's command with its options, to the end.",
        ),
    ],
    *,
    project: Project = None,
) -> int:
    """Become Prefect's command: this process ends with it, and its signals reach it."""
    from duban.bureau.project import find_root
    from duban.runtime.environment import apply_environment
    from duban.runtime.private import CLOSED
    from duban.service import prefect_server_settings

    root = find_root(project)
    try:
        settings = prefect_server_settings(root)
    except ValueError as why:
        raise Refused(str(why)) from None
    apply_environment(settings)
    os.umask(CLOSED)
    os.execv(sys.executable, [sys.executable, "-m", "prefect", *words])  # noqa: S606 - no shell is wanted
