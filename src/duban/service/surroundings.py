"""What a service sets right around it before it starts, and says when there was something to set right."""

import socket
from pathlib import Path
from typing import Final

from duban.runtime.environment import past_the_proxy, proxies_in_use, runtime_folder
from duban.runtime.lines import ServiceLines
from duban.runtime.private import close_to_others, may_write

_PATIENCE: Final = 1.0
"""In seconds: a proxy in the office's own network answers sooner."""


def close_files(root: Path, lines: ServiceLines) -> None:
    """Close what an earlier version, or a copy, left open to other accounts of the machine."""
    closed = close_to_others(runtime_folder(root))
    if closed:
        lines.tell(
            zh=f".duban 里有 {closed} 个文件别的账号也能读，已改为只有本账号能读",
            en=f"{closed} files in .duban were open to other accounts; now they are this account's alone",
        )


def say_logs(logs: Path, lines: ServiceLines) -> None:
    """Say that nothing can be written into the folder of logs; the service goes on without."""
    if not may_write(logs):
        lines.tell(
            zh=f"日志写不进 {logs}，请检查文件夹的权限；服务照常运行，只是不留日志",
            en=f"no logs can be kept in {logs}: check its permissions; the service runs all the same",
            mark="bad",
        )


def say_proxies(lines: ServiceLines) -> None:
    """Say which proxies the office network names are not used (SOCKS, and what is no address), and which do not answer."""
    taken_out = [name for name, value in past_the_proxy().items() if not value]
    if taken_out:
        names = ", ".join(taken_out)
        lines.tell(
            zh=f"{names} 写的代理用不了（只支持 http:// 和 https://，SOCKS 不行），渠道直接连；外网的渠道可能因此连不上",
            en=f"the proxy in {names} cannot be used (http:// and https:// only, no SOCKS): channels go direct, and "
            "those outside may not be reached",
        )
    named: dict[tuple[str, int], list[str]] = {}
    for name, address in proxies_in_use().items():
        named.setdefault(address, []).append(name)
    for (host, port), names_of in named.items():
        if not _answers(host, port):
            lines.tell(
                zh=f"{'、'.join(names_of)} 写的代理 {host}:{port} 连不上：内网直连的渠道照常，要经代理的渠道发不出去；"
                "代理不用了的，请从环境变量里去掉",
                en=f"the proxy {host}:{port} in {', '.join(names_of)} does not answer: channels that need it will fail; "
                "take it out of the environment if it is gone",
            )


def _answers(host: str, port: int) -> bool:
    """Whether somebody listens at this address."""
    try:
        socket.create_connection((host, port), timeout=_PATIENCE).close()
    except (OSError, UnicodeError):  # a name that is none in the rules of host names, too
        return False
    return True
