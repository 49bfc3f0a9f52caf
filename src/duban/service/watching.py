"""That another version of the content was applied is noticed within seconds; the folder, where it differs, is named."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.base.system_words import first_line, system_line
from duban.ledger.unavailable import LedgerOfNewer
from duban.runtime.lines import ServiceLines
from duban.service.foreground import ServicePart

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

LOOK_EVERY = 2.0
RETRY_AFTER = 10.0
SECONDS_TO_STOP = 5.0
SHOWN_PROBLEMS = 5


class ContentWatch(ServicePart):
    """The thread that looks at the project every few seconds.

    `edited()` is called when the meaning of the definitions in force has changed.
    """

    def __init__(self, root: Path, lines: ServiceLines, edited: Callable[[], None]) -> None:
        self._root = root
        self._lines = lines
        self._edited = edited
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._workspace: Workspace | None = None
        self._over = False
        self._file: tuple[int, int] | None = None

    @property
    def over(self) -> bool:
        """Whether a newer program has taken the ledger over."""
        return self._over

    def start(self) -> None:
        """Begin; the first step comes at once."""
        self._thread.start()

    def stop(self) -> bool:
        """End after the step under way; whether that came in time."""
        self._stop.set()
        self._thread.join(SECONDS_TO_STOP)
        return not self._thread.is_alive()

    def workspace(self) -> Workspace:
        """The project's workspace as of now; says, once, when the folder differs from what is in force."""
        from duban.ledger.database import ledger_file, shown
        from duban.workspace.standing import standing_workspace

        ws = standing_workspace(self._root)
        before, self._workspace = self._workspace, ws
        if ws is not before:
            file_before, self._file = self._file, ledger_file(ws.ledger)
            if before is not None and file_before != self._file:
                self._lines.tell(
                    zh=f"台账 {shown(ws.ledger.url)} 换成了另一个文件，已重新打开，按其中第 {ws.version} 版内容运行",
                    en=f"the ledger {shown(ws.ledger.url)} is another file now: opened anew, version {ws.version} of its "
                    "content is in force",
                )
            self._say_state(ws)
            if before is not None and before.version != ws.version:
                self._lines.tell(
                    zh=f"第 {ws.version} 版内容已生效，按它运行",
                    en=f"version {ws.version} of the content was applied and is in force",
                    mark="good",
                )
                if before.definitions.fingerprint != ws.definitions.fingerprint:
                    self._edited()
        return ws

    def _run(self) -> None:
        while not self._stop.is_set():
            self._stop.wait(self.step())

    def step(self) -> float:
        """Look once, and do what is to be done; how many seconds to wait before the next step."""
        try:
            self.act(self.workspace())
        except LedgerOfNewer as error:
            self._lines.trouble("engine", str(error))
            self._over = True
            return RETRY_AFTER
        except Exception as error:
            self._lines.trouble("engine", _one_line(error))
            return RETRY_AFTER
        self._lines.over("engine", zh="引擎已恢复", en="the engine works again")
        return LOOK_EVERY

    def act(self, ws: Workspace) -> None:
        """What is done at each look, with the workspace as of now."""

    def _say_state(self, ws: Workspace) -> None:
        if not ws.draft.differs:
            self._lines.over(
                "content", zh="文件夹与已生效的内容一致", en="the folder is what is in force again"
            )
            return
        problems = ws.draft.problems
        if not problems:
            self._lines.trouble(
                "content",
                zh="文件夹里的内容与已生效的不同，还没有生效：用 duban plan 看会改变什么，duban apply 使它生效",
                en="the folder differs from what is applied: duban plan shows what would change, "
                "duban apply puts it in force",
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


def _one_line(error: Exception) -> str:
    from duban.channels.redaction import redact

    first = system_line(error) if isinstance(error, OSError) else first_line(error)
    return say(
        zh=f"{redact(first)}（每 {RETRY_AFTER:.0f} 秒再试一次）",
        en=f"{redact(first)} (tried again every {RETRY_AFTER:.0f} seconds)",
    )
