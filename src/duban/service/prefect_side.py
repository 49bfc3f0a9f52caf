"""Prefect's side as a part of the service: begun once its server answers, its words told as lines."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.base.system_words import no_room
from duban.deployment.side import PrefectSide
from duban.runtime.lines import ServiceLines
from duban.runtime.prefect_api import answers
from duban.service.foreground import ServicePart

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
        self._began = time.monotonic()
        self._started = False
        self._stopping = False
        self.side = PrefectSide(
            root,
            lines.registering,
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

    def look_after(self) -> None:
        """Begin as soon as the server answers; say so when that takes long."""
        if self._started:
            return
        if answers(self._api, 0.5):
            self._started = True
            self.side.start()
        elif time.monotonic() - self._began > SLOW_START:
            self._lines.trouble(
                "slow",
                say(
                    zh="Prefect 一分钟还没有应答，继续等；催办由服务自己进行",
                    en="Prefect has not answered for a minute; still waiting, and reminding without it",
                ),
            )

    def stop(self) -> bool:
        """Let go of what is running."""
        self._stopping = True
        return not self._started or self.side.stop(SECONDS_TO_STOP)

    def _say_registered(self, result: RegistrationCount) -> None:
        self._lines.registered()
        self._lines.over("prefect", say(zh="Prefect 恢复正常", en="Prefect works again"))
        if result.altered or result.pool_started:
            self._lines.tell(
                say(
                    zh=f"Prefect 上有人暂停或改动过，已恢复：{'、'.join(result.altered) or '工作池 duban'}",
                    en=f"paused or altered in Prefect by hand, now mended: {', '.join(result.altered) or 'work pool duban'}",
                ),
                "bad",
            )
        if result.pushed or result.removed or not self._registered:
            self._lines.tell(
                say(
                    zh=f"已向 Prefect 登记：更新 {result.pushed} 项，撤下 {result.removed} 项，未变 {result.unchanged} 项",
                    en=f"registered with Prefect: {result.pushed} pushed, {result.removed} removed, "
                    f"{result.unchanged} unchanged",
                ),
                "good",
            )
        self._registered = True

    def _say_trouble(self, error: Exception) -> None:
        if not self._lives() or self._stopping:
            return
        self._lines.registered()
        # A full disk is nothing the server's own words would tell: it answers 500.
        first = no_room(self._root) or (str(error).strip().splitlines() or [type(error).__name__])[0]
        self._lines.trouble(
            "prefect",
            say(
                zh=f"Prefect 一侧有问题，稍后再试；催办不受影响：{first}",
                en=f"trouble on Prefect's side, tried again soon; reminders go on: {first}",
            ),
        )
