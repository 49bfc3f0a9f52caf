"""The service in the foreground: whole (`duban up`, `duban demo`), or its parts on several machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from duban.base.language import choose
from duban.cli.bilingual import argument, option
from duban.cli.failures import WrongUsage
from duban.cli.grouping import RUNNING, add_commands
from duban.cli.options import Project

if TYPE_CHECKING:
    from duban.web.settings import WebSettings

Port = Annotated[
    int,
    option(
        "--prefect-port", least=1, most=65535, zh="Prefect 服务的端口。", en="The port of Prefect's server."
    ),
]
WebPort = Annotated[
    int | None,
    option(
        "--web-port",
        least=0,
        most=65535,
        zh="接口的端口；不写就看 DUBAN_WEB_PORT，再不然是 4280；0 是任意空闲的。",
        en="The API's port; else DUBAN_WEB_PORT, else 4280; 0 is any free one.",
    ),
]
Host = Annotated[
    str | None,
    option(
        "--host",
        "ADDRESS",
        zh="在哪个地址上应答；不写就看 DUBAN_WEB_HOST，再不然只有本机。",
        en="The address to answer at; else DUBAN_WEB_HOST, else this machine only.",
    ),
]
StopAfter = Annotated[
    float | None,
    option(
        "--stop-after",
        "SECONDS",
        least=0,
        zh="就绪并登记完这么多秒后自行停止。",
        en="Stop so many seconds after everything is ready.",
    ),
]
Alone = Annotated[
    bool,
    option(
        "--alone",
        zh="不用 Prefect：引擎自己每分钟转一次。",
        en="Without Prefect: the engine turns every minute by itself.",
    ),
]
Folder = Annotated[
    Path, argument("[DIR]", zh="演示项目放在哪个文件夹。", en="Where the demo's project is laid out.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        RUNNING,
        (
            "up",
            up,
            "启动服务：引擎、Prefect、内置收件箱。按 Ctrl-C 停止。",
            "Start the service: engine, Prefect, built-in inbox. Ctrl-C stops it.",
        ),
        (
            "serve",
            serve,
            "只启动 HTTP 接口；引擎在别处运行。按 Ctrl-C 停止。",
            "Start the HTTP API alone; the engine runs elsewhere. Ctrl-C stops it.",
        ),
        (
            "register",
            register_duties,
            "几台机器时：把事项登记到共用的 Prefect，只要一个。按 Ctrl-C 停止。",
            "On several machines: keep the duties registered with the shared Prefect; one is enough. Ctrl-C stops it.",
        ),
        (
            "work",
            work,
            "几台机器时：从共用的 Prefect 领活，几个都行。按 Ctrl-C 停止。",
            "On several machines: run what the shared Prefect gives; any number. Ctrl-C stops it.",
        ),
        (
            "demo",
            demo,
            "用真实的工作计划和虚构的企业演示一遍。按 Ctrl-C 停止。",
            "Run the main job on the real plan with made-up enterprises. Ctrl-C stops it.",
        ),
    )


def up(
    *,
    prefect_port: Port = 4200,
    web_port: WebPort = None,
    stop_after: StopAfter = None,
    project: Project = None,
) -> int:
    """Serve a project until Ctrl-C."""
    from duban.bureau.project import find_root
    from duban.cli.screen import screen
    from duban.service import up as serve_all

    root = find_root(project)
    return serve_all(
        root,
        zone=_speak_as(root),
        prefect_port=prefect_port,
        web=_web(web_port),
        console=screen(),
        stop_after=stop_after,
    )


def serve(
    *,
    host: Host = None,
    web_port: WebPort = None,
    stop_after: StopAfter = None,
    project: Project = None,
) -> int:
    """Serve a project's API until Ctrl-C."""
    from duban.bureau.project import find_root
    from duban.cli.screen import screen
    from duban.service import serve as serve_alone

    root = find_root(project)
    return serve_alone(
        root, _web(web_port, host), zone=_speak_as(root), console=screen(), stop_after=stop_after
    )


def register_duties(*, stop_after: StopAfter = None, project: Project = None) -> int:
    """Keep the deployments of the shared Prefect server as they should be, until Ctrl-C."""
    from duban.bureau.project import find_root
    from duban.cli.screen import screen
    from duban.service import register as keep_registered

    root = find_root(project)
    return keep_registered(root, zone=_speak_as(root), console=screen(), stop_after=stop_after)


def work(*, alone: Alone = False, stop_after: StopAfter = None, project: Project = None) -> int:
    """Run what the shared Prefect server gives, until Ctrl-C."""
    from duban.bureau.project import find_root
    from duban.cli.screen import screen
    from duban.service import work as work_on

    root = find_root(project)
    return work_on(root, zone=_speak_as(root), console=screen(), alone=alone, stop_after=stop_after)


def demo(
    folder: Folder = Path("demo"),
    *,
    prefect_port: Port = 4200,
    web_port: WebPort = None,
    stop_after: StopAfter = None,
) -> int:
    """Lay out the demo's project, unless it is there, and serve it."""
    from duban.base.clock import system_clock
    from duban.cli.screen import screen
    from duban.demo import run_demo

    return run_demo(
        folder,
        system_clock(),
        prefect_port=prefect_port,
        web=_web(web_port),
        console=screen(),
        stop_after=stop_after,
    )


def _speak_as(root: Path) -> ZoneInfo | None:
    """Speak the project's language from here on; its time zone. None if its file has mistakes.

    Then the service says what is wrong, and goes on with what is applied.
    """
    from duban.base.problems import ProblemsFound
    from duban.bureau.project_file import load_project

    try:
        project = load_project(root)
    except ProblemsFound:
        return None
    choose(project.language)
    return project.zone


def _web(port: int | None, host: str | None = None) -> WebSettings:
    """The settings of the environment, with what the command line says instead."""
    from dataclasses import replace

    from duban.web.settings import WrongSetting, web_settings

    try:
        settings = web_settings()
    except WrongSetting as why:
        raise WrongUsage(str(why)) from None
    if port is not None:
        settings = replace(settings, port=port)
    return settings if host is None else replace(settings, host=host)
