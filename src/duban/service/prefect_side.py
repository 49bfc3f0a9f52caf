"""Prefect's side as a part of the service: begun once its server answers, its words told as lines."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from duban.base.language import say, some_of
from duban.base.system_words import first_line
from duban.channels.answer_words import in_words
from duban.deployment.side import PrefectSide
from duban.runtime.lines import ServiceLines
from duban.runtime.prefect_api import PrefectRefuses, PrefectSilent, answers
from duban.runtime.presence import REGISTERING, AlreadyRunning, Presence
from duban.service.foreground import ServicePart
from duban.service.prefect_database import ailment

if TYPE_CHECKING:
    from duban.deployment.register import RegistrationCount

SECONDS_TO_STOP = 5.0
SLOW_START = 60.0


class PrefectDealings(ServicePart):
    """Registers what should stand in the Prefect server behind `api`, takes runs from it, or both.

    `lives` says whether that server, where it is this service's own, is there at all: of a dead one others tell.
    """

    def __init__(
        self,
        root: Path,
        api: str,
        lines: ServiceLines,
        *,
        registers: bool,
        works: bool,
        lives: Callable[[], bool],
    ) -> None:
        self._root = root
        self._api = api
        self._lines = lines
        self._lives = lives
        self._registers = registers
        self._registered = False
        self._under_way = ExitStack()
        self._began = time.monotonic()
        self._started = False
        self._stopping = False
        self.side = PrefectSide(
            root,
            self._say_progress,
            self._say_registered,
            self._say_trouble,
            registers=registers,
            works=works,
        )

    @property
    def ready(self) -> bool:
        """Whether Prefect has answered."""
        return self._started

    @property
    def settled(self) -> bool:
        """Whether what it should register stands."""
        return self._started and (self._registered or not self._registers)

    def start(self) -> None:
        """Let the doctor know that what should stand in Prefect is not there yet."""
        self._go_on_registering()

    def look_after(self) -> None:
        """Begin as soon as the server answers; say so when that takes long."""
        if self._started:
            return
        if answers(self._api, 0.5):
            self._started = True
            self.side.start()
        elif time.monotonic() - self._began > SLOW_START:
            self._under_way.close()
            self._lines.trouble(
                "slow",
                zh="Prefect 一分钟还没有应答，继续等；催办由服务自己进行",
                en="Prefect has not answered for a minute; still waiting, and reminding without it",
            )

    def stop(self) -> bool:
        """Let go of what is running."""
        self._stopping = True
        self._under_way.close()
        return not self._started or self.side.stop(SECONDS_TO_STOP)

    def _go_on_registering(self) -> None:
        if self._registers and not self._stopping:
            self._under_way.close()
            with suppress(AlreadyRunning):
                self._under_way.enter_context(Presence(self._root, parts=(REGISTERING,)))

    def _say_progress(self, done: int, total: int) -> None:
        if done == 1:
            self._go_on_registering()
        self._lines.registering(done, total)

    def _say_registered(self, result: RegistrationCount) -> None:
        self._under_way.close()
        self._lines.registered()
        self._lines.over("prefect", zh="Prefect 恢复正常", en="Prefect works again")
        if by_hand := _done_by_hand(result):
            told = say(zh="；", en="; ").join(by_hand)
            self._lines.tell(
                zh=f"Prefect 上有人动过，已恢复：{told}",
                en=f"changed in Prefect by hand, now mended: {told}",
                mark="bad",
            )
        if result.pushed or result.removed or not self._registered:
            self._lines.tell(
                zh=f"已向 Prefect 登记：更新 {result.pushed} 项，撤下 {result.removed} 项，未变 {result.unchanged} 项，"
                f"用了 {result.seconds:.1f} 秒",
                en=f"registered with Prefect: {result.pushed} pushed, {result.removed} removed, "
                f"{result.unchanged} unchanged, in {result.seconds:.1f} s",
                mark="good",
            )
        self._registered = True

    def _say_trouble(self, error: Exception) -> None:
        if not self._lives() or self._stopping:
            return
        self._under_way.close()
        self._lines.registered()
        first = ailment(self._root) or _reason(error)
        self._lines.trouble(
            "prefect",
            zh=f"Prefect 一侧有问题，稍后再试；催办不受影响：{first}",
            en=f"trouble on Prefect's side, tried again soon; reminders go on: {first}",
        )


def _reason(error: Exception) -> str:
    """Why it did not go, in one line of the reader's language as far as that is known."""
    if isinstance(error, PrefectSilent):
        return f"{error.url}: {in_words(error.reason)}"
    if isinstance(error, PrefectRefuses):
        return in_words(f"error={first_line(error)}")
    return in_words(first_line(error))


def _done_by_hand(result: RegistrationCount) -> list[str]:
    """What somebody had done in Prefect, each with what it was done to."""
    told = (
        (result.altered, say(zh="暂停或改动的", en="paused or altered:")),
        (result.deleted, say(zh="删掉的", en="deleted:")),
        (result.foreign, say(zh="多出来的，已撤下", en="added, taken away again:")),
    )
    pool = [say(zh="停住的工作池 duban", en="stopped: work pool duban")] if result.pool_started else []
    return pool + [f"{what} {some_of(names)}" for names, what in told if names]
