"""What a service sets right around it before it starts, and says when there was something to set right."""

from __future__ import annotations

from pathlib import Path

from duban.base.language import say
from duban.runtime.environment import past_the_proxy, runtime_folder
from duban.runtime.lines import ServiceLines
from duban.runtime.private import close_to_others


def close_files(root: Path, lines: ServiceLines) -> None:
    """Close what an earlier version, or a copy, left open to other accounts of the machine."""
    closed = close_to_others(runtime_folder(root))
    if closed:
        lines.tell(
            say(
                zh=f".duban 里有 {closed} 个文件别的账号也能读，已改为只有本账号能读",
                en=f"{closed} files in .duban were open to other accounts; now they are this account's alone",
            )
        )


def say_proxies(lines: ServiceLines) -> None:
    """Say which proxies the office network names are not used: SOCKS, and what is no address."""
    taken_out = [name for name, value in past_the_proxy().items() if not value]
    if taken_out:
        names = ", ".join(taken_out)
        lines.tell(
            say(
                zh=f"{names} 写的代理用不了（只支持 http:// 和 https://，SOCKS 不行），渠道直接连；外网的渠道可能因此连不上",
                en=f"the proxy in {names} cannot be used (http:// and https:// only, no SOCKS): channels go direct, and "
                "those outside may not be reached",
            )
        )
