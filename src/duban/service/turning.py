"""The engine's own turn inside the service: at once at the start, and whenever Prefect has not turned it for a while.

No reminder may be lost because Prefect is slow, hangs or is down. A turn too many does no harm.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from duban.runtime.lines import ServiceLines
from duban.service.watching import SHOWN_PROBLEMS, ContentWatch

if TYPE_CHECKING:
    from duban.service.cycle import EngineTurn
    from duban.workspace.workspace import Workspace

PREFECT_MAY_LAG = {"deliver": 150.0, "patrol": 420.0}
"""Seconds without a finished run after which the engine turns by itself: two of deliver's rounds, one of patrol's."""
TURN_EVERY = 60.0


class EngineThread(ContentWatch):
    """The thread that turns the engine and notices that another version was applied.

    `seconds_since(flow)` says how long ago Prefect last ran a flow to its end; None: no Prefect is looked at, the engine
    turns every minute. `ailing` says what is seen to be wrong with Prefect, in one line; empty when nothing is.
    """

    def __init__(
        self,
        root: Path,
        lines: ServiceLines,
        seconds_since: Callable[[str], float | None] | None,
        edited: Callable[[], None],
        ailing: Callable[[], str] = lambda: "",
    ) -> None:
        super().__init__(root, lines, edited)
        self._ailing = ailing
        self._seconds_since = seconds_since
        self._began = time.monotonic()
        self._last_turn = self._began
        self.turns = 0
        self.turned = threading.Event()
        """Set once the engine has turned for the first time."""

    @property
    def ready(self) -> bool:
        """Whether the engine has turned."""
        return self.turned.is_set()

    def act(self, ws: Workspace) -> None:
        """Turn the engine if it is due."""
        if self._is_due():
            self._turn(ws)
            self._last_turn = time.monotonic()
            self.turns += 1

    def _is_due(self) -> bool:
        if not self.turned.is_set():
            return True
        if time.monotonic() - self._last_turn < TURN_EVERY:
            return False
        if self._seconds_since is None:
            return True
        began = time.monotonic() - self._began
        if any(_or(self._seconds_since(flow), began) > allowed for flow, allowed in PREFECT_MAY_LAG.items()):
            seen = self._ailing()
            self._lines.trouble(
                "lag",
                zh="Prefect 有几分钟没有跑催办了，先由服务自己每分钟转一次，不会漏" + (seen and f"：{seen}"),
                en="Prefect has run nothing for minutes: the service turns the engine itself, nothing is lost"
                + (seen and f" ({seen})"),
            )
            return True
        self._lines.over("lag", zh="Prefect 恢复正常", en="Prefect runs again")
        return False

    def _turn(self, ws: Workspace) -> None:
        from duban.reports.audit import audit
        from duban.service.cycle import tick

        ticked = tick(ws, ws.clock.now())
        first = not self.turned.is_set()
        if first:  # from here on Prefect runs it every hour
            audit(ws, ws.clock.now())
        self.turned.set()
        self._say_ticked(ticked, first)

    def _say_ticked(self, ticked: EngineTurn, first: bool) -> None:
        opened = sum(ticked.opened.by_duty.values())
        if first or opened or ticked.patrolled.notices or ticked.delivered.sent:
            self._lines.tell(
                zh=f"转了一次：新开 {opened} 件，通知 {ticked.patrolled.notices} 件，"
                f"发出 {ticked.delivered.sent} 条（合成 {ticked.delivered.messages} 封）",
                en=f"one turn: {opened} opened, {ticked.patrolled.notices} notices, "
                f"{ticked.delivered.sent} sent in {ticked.delivered.messages} messages",
                mark="good",
                opened=opened,
                notices=ticked.patrolled.notices,
                sent=ticked.delivered.sent,
                messages=ticked.delivered.messages,
            )
        if ticked.delivered.kept_back:
            self._lines.trouble(
                "hold",
                zh="消息压住了，等人核实：duban hold list 看为什么，放行或不发；紧急事项照发",
                en="delivery is held for a person to look: duban hold list says why; what is urgent goes",
            )
        else:
            self._lines.over("hold", zh="消息照常发送", en="delivery goes on")
        for problem in ticked.delivered.problems[:SHOWN_PROBLEMS]:
            self._lines.trouble(f"channels {problem}", str(problem))


def _or(seconds: float | None, otherwise: float) -> float:
    return otherwise if seconds is None else seconds
