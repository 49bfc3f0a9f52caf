"""What `duban doctor` looks at: content, channels, files, the engine, Prefect; each an answer with how to mend it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from duban.base.language import say, some_of
from duban.cli.opened import draft_line

if TYPE_CHECKING:
    from duban.channels.routes import Channels
    from duban.workspace.workspace import Workspace

SHOWN_FILES = 8
OF_ONE_SHELL = frozenset({"DUBAN_PROJECT", "DUBAN_LANG", "DUBAN_DEBUG"})
"""Settings that are each terminal's own: a service without them works as well."""


@dataclass(frozen=True)
class Examination:
    """One thing the doctor looked at."""

    what: str  #: what was found, in a sentence
    sound: bool | None  #: None when it could not be looked at, or is no fault and deserves a look
    details: tuple[str, ...] = ()  #: what it concerns and how to mend it, a line each


def examine(workspace: Workspace) -> list[Examination]:
    """Look at everything, the content first."""
    return [each(workspace) for each in (_content, _channels, _files, _engine, _prefect)]


def _content(workspace: Workspace) -> Examination:
    from duban.checks.checking import examine as examine_content

    content = examine_content(workspace.definitions.root, workspace.clock, workspace.root)
    if content.problems:
        return Examination(
            say(zh="已生效的内容有问题", en="the content in force has problems"),
            sound=False,
            details=tuple(str(problem) for problem in content.problems),
        )
    notes = [str(remark) for remark in content.remarks if str(remark) not in _elsewhere(workspace)]
    if workspace.draft.differs:
        drafted = [str(problem) for problem in workspace.draft.problems]
        notes = [draft_line(workspace), *drafted, *notes]
    return Examination(say(zh="内容没有问题", en="the content is sound"), sound=True, details=tuple(notes))


def _elsewhere(workspace: Workspace) -> frozenset[str]:
    """What is said of channels whose secrets are sought beside the content in force: they stand in the project itself."""
    from duban.base.problems import ProblemsFound
    from duban.channels.loading import load_channels

    try:
        return frozenset(map(str, load_channels(workspace.definitions.root).warnings))
    except ProblemsFound:
        return frozenset()


def _channels(workspace: Workspace) -> Examination:
    from duban.channels.current import current_channels
    from duban.deliveries.trial import channel_records, record_line
    from duban.ledger.database import reading

    current = current_channels(workspace).channels
    zone = workspace.definitions.project.zone
    with reading(workspace.ledger) as connection:
        records = channel_records(connection, current)
    lines = (*(record_line(each, zone) for each in records), *_unlike_the_service(workspace, current))
    if any(each.broken for each in records):
        return Examination(say(zh="有渠道发不出去", en="a channel takes nothing"), sound=False, details=lines)
    return Examination(say(zh="渠道没有问题", en="the channels are sound"), sound=True, details=lines)


def _unlike_the_service(workspace: Workspace, here: Channels) -> list[str]:
    """In what the running service sends otherwise than this shell shows: addresses and settings only one of them has."""
    from duban.channels.current import current_channels
    from duban.runtime.presence import running_variables

    there = running_variables(workspace.root)
    if there is None:
        return []
    shared = {name: value for name, value in os.environ.items() if name in there}
    only_there = dict.fromkeys(there - os.environ.keys(), "held by the running service")
    without, with_more = (
        current_channels(workspace, environment).channels.by_name
        for environment in (shared, {**os.environ, **only_there})
    )
    told = []
    for name, channel in here.by_name.items():
        if without[name].absent and not channel.absent:
            told.append(
                say(
                    zh=f"渠道“{name}”的地址这个终端里有，运行中的服务没有：在启动 duban up 的环境里设好，重新启动",
                    en=f"channel “{name}”: this shell has its address, the running service has not; set it where duban up "
                    "is started, and restart",
                )
            )
        elif channel.absent and with_more[name].absent != channel.absent:
            told.append(
                say(
                    zh=f"渠道“{name}”的地址运行中的服务有，照常发送；这个终端里没有",
                    en=f"channel “{name}”: the running service has its address and sends; this shell has not",
                )
            )
    if lacking := sorted(
        name
        for name in os.environ.keys() - there - OF_ONE_SHELL
        if name.startswith("DUBAN_") and not any(name in each.absent for each in without.values())
    ):
        named = "、".join(lacking)
        told.append(
            say(
                zh=f"这个终端里设了，运行中的服务没有：{named}。在启动 duban up 的环境里设好，重新启动",
                en=f"set in this shell, and not in the running service: {named}; set them where duban up is started, and "
                "restart",
            )
        )
    return told


def _files(workspace: Workspace) -> Examination:
    """Whether other accounts of this machine can read the ledger, the secrets, Prefect's files."""
    from duban.channels.current import current_channels
    from duban.channels.secret_places import secrets_file
    from duban.runtime.environment import RUNTIME_FOLDER
    from duban.runtime.private import open_to_others

    folder = workspace.root / RUNTIME_FOLDER
    channels = current_channels(workspace).channels.by_name.values()
    secret = {secrets_file(workspace.root), *(each.held_in for each in channels if each.held_in)}
    places = [*open_to_others(folder), *(path for file in secret for path in open_to_others(file))]
    found = sorted({os.path.relpath(path, workspace.root) for path in places})
    if not found:
        return Examination(
            say(zh="数据和密钥只有本账号能读", en="data and secrets are this account's alone"), sound=True
        )
    more = len(found) - SHOWN_FILES
    shown = ", ".join(found[:SHOWN_FILES]) + (f" … (+{more})" if more > 0 else "")
    return Examination(
        say(
            zh="这台机器上别的账号也能读台账或密钥",
            en="other accounts of this machine can read data or secrets",
        ),
        sound=False,
        details=(
            shown,
            say(
                zh="重新启动 duban up，.duban 里的就改过来；或者 chmod -R go-rwx .duban，别处的密钥文件也这样改",
                en="a restart of duban up closes those in .duban; or chmod -R go-rwx .duban, and secrets kept elsewhere likewise",
            ),
        ),
    )


def _engine(workspace: Workspace) -> Examination:
    from duban.base.system_words import no_room
    from duban.reports.audit import look_over
    from duban.runtime.environment import RUNTIME_FOLDER

    result = look_over(workspace, workspace.clock.now())
    details = tuple(
        ("! " if finding.broken else "")
        + finding.text
        + (f"（{'、'.join(finding.named)}）" if finding.named else "")
        for finding in result.findings
    )
    if full := no_room(workspace.root / RUNTIME_FOLDER):
        return Examination(
            say(
                zh=f"{full}，写不进台账；腾出空间后自行恢复",
                en=f"{full}: nothing can be written; it goes on by itself once there is room",
            ),
            sound=False,
            details=details,
        )
    held = next((finding for finding in result.findings if finding.key == "delivery.held"), None)
    if held is not None and result.clean:
        return Examination(
            say(zh="消息压住了，等人核实", en="delivery is held for a person to look"),
            sound=False,
            details=details,
        )
    if result.clean:
        return Examination(
            say(zh="台账和催办正常", en="the ledger and the reminders are sound"), sound=True, details=details
        )
    return Examination(say(zh="催办有漏", en="reminders are missing"), sound=False, details=details)


def _prefect(workspace: Workspace) -> Examination:
    from duban.base.clock import business_date
    from duban.channels.operator_robot import SETTING, operator_address
    from duban.deployment import health
    from duban.runtime.presence import is_registering, running_variables

    definitions = workspace.definitions
    on = business_date(workspace.clock.now(), definitions.project.zone)
    seen = health(workspace.root, definitions, on)
    if not seen.running:
        return Examination(
            say(
                zh="服务没有运行，Prefect 没有检查（duban up 启动）",
                en="the service is not running; Prefect not examined",
            ),
            sound=None,
        )
    if is_registering(workspace.root) and not (seen.sound or seen.refused):
        return Examination(
            say(
                zh=f"服务正在向 Prefect 登记，已有 {seen.deployments} 个部署；登记完再看",
                en=f"the service is still registering with Prefect, {seen.deployments} deployments so far; look again after that",
            ),
            sound=None,
        )
    if not seen.answers:
        return Examination(say(zh="Prefect 没有应答", en="Prefect does not answer"), sound=False)
    if seen.refused:
        return Examination(
            say(
                zh="Prefect 不认这个项目的口令：.duban/prefect-login 换过了就重新启动服务",
                en="Prefect does not take the project's login: if .duban/prefect-login was changed, restart the service",
            ),
            sound=False,
        )
    differs = seen.difference
    told = (
        (differs.missing, say(zh="没有登记", en="no deployment")),
        (differs.outdated, say(zh="登记的内容过时", en="an outdated deployment")),
        (differs.altered, say(zh="被人改动（日程、参数、入口或触发）", en="altered by hand")),
        (differs.paused, say(zh="被人暂停", en="paused by hand")),
        (differs.surplus, say(zh="不该有的部署", en="a deployment that should not be")),
        (seen.without_run, say(zh="没有排上下一次运行", en="no scheduled run")),
    )
    details = tuple(f"{what}: {some_of(names)}" for names, what in told if names)
    if differs.pool_stopped:
        details = (
            say(zh="工作池 duban 被人暂停，什么也不跑", en="the work pool duban is paused: nothing runs"),
            *details,
        )
    if operator_address(workspace.root) is None and SETTING not in (running_variables(workspace.root) or ()):
        details = (
            *details,
            say(
                zh="没有设置 DUBAN_OPERATOR_WEBHOOK：巡查、发送、自查失败时，没有人会被告知",
                en="DUBAN_OPERATOR_WEBHOOK is not set: nobody is told when patrol, deliver or audit fails",
            ),
        )
    if differs.any:
        details = (
            *details,
            say(
                zh="运行中的服务一刻钟内自行恢复；重新启动 duban up 立刻恢复",
                en="the running service mends it within a quarter of an hour; a restart of duban up at once",
            ),
        )
    return Examination(
        say(zh=f"Prefect 上有 {seen.deployments} 个部署", en=f"Prefect has {seen.deployments} deployments"),
        sound=seen.sound,
        details=details,
    )
