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


def say_socks(lines: ServiceLines) -> None:
    """Say that a SOCKS proxy the office network names is not used: no library here can speak to one."""
    taken_out = [name for name, value in past_the_proxy().items() if not value]
    if taken_out:
        names = ", ".join(taken_out)
        lines.tell(
            say(
                zh=f"SOCKS 代理用不了（{names}），渠道直接连",
                en=f"no SOCKS proxy ({names}): channels go direct",
            )
        )
