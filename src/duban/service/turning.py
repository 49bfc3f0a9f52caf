"""The engine's own turn inside the service: at once at the start, and whenever Prefect has not turned it for a while.

No reminder may be lost because Prefect is slow, hangs or is down. A turn too many does no harm.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.runtime.lines import ServiceLines

if TYPE_CHECKING:
    from duban.service.cycle import EngineTurn
    from duban.workspace.workspace import Workspace

PREFECT_MAY_LAG = {"deliver": 150.0, "patrol": 420.0}
"""Seconds without a finished run after which the engine turns by itself: two of deliver's rounds, one of patrol's."""
TURN_EVERY = 60.0
LOOK_EVERY = 2.0
RETRY_AFTER = 10.0
SHOWN_PROBLEMS = 5


class Turning:
    """The thread that turns the engine and notices that another version was applied.

    `seconds_since(flow)` says how long ago Prefect last ran a flow to its end, `edited()` is called when the meaning
    of the definitions in force has changed.
    """

    def __init__(
        self,
        root: Path,
        lines: ServiceLines,
        seconds_since: Callable[[str], float | None],
        edited: Callable[[], None],
    ) -> None:
        self._root = root
        self._lines = lines
        self._seconds_since = seconds_since
        self._edited = edited
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._workspace: Workspace | None = None
        self._began = time.monotonic()
        self._last_turn = self._began
        self.turns = 0
        self.turned = threading.Event()
        """Set once the engine has turned for the first time."""

    def start(self) -> None:
        """Begin; the first turn comes at once."""
        self._thread.start()

    def stop(self, seconds: float) -> bool:
        """End after the turn under way; whether that came within `seconds`."""
        self._stop.set()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def workspace(self) -> Workspace:
        """The project's workspace as of now; says, once, when the folder differs from what is in force."""
        from duban.workspace.standing import standing_workspace

        ws = standing_workspace(self._root)
        before, self._workspace = self._workspace, ws
        if ws is not before:
            self._say_state(ws)
            if before is not None and before.version != ws.version:
                self._lines.tell(
                    say(
                        zh=f"第 {ws.version} 版内容已生效，按它运行",
                        en=f"version {ws.version} of the content was applied and is in force",
                    ),
                    "good",
                )
                if before.definitions.digest != ws.definitions.digest:
                    self._edited()
        return ws

    def _run(self) -> None:
        while not self._stop.is_set():
            self._stop.wait(self.step())

    def step(self) -> float:
        """Look for edits and turn the engine if it is due; how many seconds to wait before the next step."""
        try:
            ws = self.workspace()
            if self._is_due():
                self._turn(ws)
                self._last_turn = time.monotonic()
                self.turns += 1
        except Exception as error:
            self._lines.trouble("engine", _one_line(error))
            return RETRY_AFTER
        self._lines.over("engine", say(zh="引擎已恢复", en="the engine works again"))
        return LOOK_EVERY

    def _is_due(self) -> bool:
        if not self.turned.is_set():
            return True
        if time.monotonic() - self._last_turn < TURN_EVERY:
            return False
        began = time.monotonic() - self._began
        if any(_or(self._seconds_since(flow), began) > allowed for flow, allowed in PREFECT_MAY_LAG.items()):
            self._lines.trouble(
                "lag",
                say(
                    zh="Prefect 有几分钟没有跑催办了，先由服务自己每分钟转一次，不会漏",
                    en="Prefect has run nothing for minutes: the service turns the engine itself, nothing is lost",
                ),
            )
            return True
        self._lines.over("lag", say(zh="Prefect 恢复正常", en="Prefect runs again"))
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
                say(
                    zh=f"转了一次：新开 {opened} 件，通知 {ticked.patrolled.notices} 件，"
                    f"发出 {ticked.delivered.sent} 条（合成 {ticked.delivered.messages} 封）",
                    en=f"one turn: {opened} opened, {ticked.patrolled.notices} notices, "
                    f"{ticked.delivered.sent} sent in {ticked.delivered.messages} messages",
                ),
                "good",
                opened=opened,
                notices=ticked.patrolled.notices,
                sent=ticked.delivered.sent,
                messages=ticked.delivered.messages,
            )
        for problem in ticked.delivered.problems[:SHOWN_PROBLEMS]:
            self._lines.trouble(f"channels {problem}", str(problem))

    def _say_state(self, ws: Workspace) -> None:
        if not ws.draft.differs:
            self._lines.over(
                "content",
                say(zh="文件夹与已生效的内容一致", en="the folder is what is in force again"),
            )
            return
        problems = ws.draft.problems
        if not problems:
            self._lines.trouble(
                "content",
                say(
                    zh="文件夹里的内容与已生效的不同，还没有生效：用 duban plan 看会改变什么，duban apply 使它生效",
                    en="the folder differs from what is applied: duban plan shows what would change, "
                    "duban apply puts it in force",
                ),
            )
            return
        shown = [str(problem) for problem in problems[:SHOWN_PROBLEMS]]
        more = len(problems) - len(shown)
        head = say(
            zh=f"文件夹里有 {len(problems)} 处错误，不影响运行（仍按已生效的第 {ws.version} 版）：",
            en=f"{len(problems)} problems in the folder, which harm nothing: version {ws.version} stays in force:",
        )
        rest = (
            [say(zh=f"……还有 {more} 处，请运行 duban check", en=f"… {more} more: run duban check")]
            if more > 0
            else []
        )
        self._lines.trouble("content", "\n         ".join([head, *shown, *rest]))


def _or(seconds: float | None, otherwise: float) -> float:
    return otherwise if seconds is None else seconds


def _one_line(error: Exception) -> str:
    from duban.channels.redaction import redact

    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return say(
        zh=f"{redact(first)}（每 {RETRY_AFTER:.0f} 秒再试一次）",
        en=f"{redact(first)} (tried again every {RETRY_AFTER:.0f} seconds)",
    )
