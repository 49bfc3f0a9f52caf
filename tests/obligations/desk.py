"""尤溪县 owes a quarterly analysis, due on 2023-10-16; 张三 acts on Monday 2023-10-09, after the holiday."""

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from duban.ledger.database import reading, writing
from duban.ledger.short_ids import short_id
from duban.ledger.tables import (
    DELIVERY,
    DUTY_VERSION,
    EVIDENCE_FILE,
    NOTICE,
    OBLIGATION,
    OBLIGATION_EVENT,
    RECKONING,
)
from duban.notices.patrol import patrol
from duban.obligations.rungs import next_rung_at, rung_times
from duban.workspace.workspace import open_workspace

ROOT = Path(__file__).parents[2]
YOUXI = "350426"
DUTY = "ts-quarterly-risk-analysis"
OPENED, DUE = date(2023, 10, 7), date(2023, 10, 16)


@dataclass
class Desk:
    """A project, one obligation in it, and the clock."""

    ws: Any
    clock: Any
    number: str
    id: int

    @property
    def now(self):
        return self.clock.now()

    def tomorrow(self, days=1):
        self.clock.advance(timedelta(days=days))

    @property
    def row(self):
        with reading(self.ws.ledger) as connection:
            return connection.execute(select(OBLIGATION).where(OBLIGATION.c.id == self.id)).one()

    @property
    def events(self):
        return self._of(OBLIGATION_EVENT)

    @property
    def evidence(self):
        return self._of(EVIDENCE_FILE)

    def _of(self, table):
        with reading(self.ws.ledger) as connection:
            return connection.execute(
                select(table).where(table.c.obligation_id == self.id).order_by(table.c.id)
            ).all()

    def fire(self, *rungs):
        """These rungs have spoken already."""
        with writing(self.ws.ledger) as connection:
            for rung in rungs:
                connection.execute(
                    insert(NOTICE).values(
                        obligation_id=self.id,
                        rung=rung,
                        stage=rung.split("-")[0],
                        due_on=OPENED,
                        decided_at=self.now,
                    )
                )

    def when(self, rung):
        """The moment a rung falls due under the dates in force."""
        return {each.key: moment for each, moment in self.times()}[rung]

    def times(self):
        definitions = self.ws.definitions
        row = self.row
        return rung_times(
            definitions.ladders["standard"],
            row.opened_on,
            row.target,
            row.deadline,
            definitions.project,
            definitions.calendar,
        )


def _other_duties(folder, names):
    """The files of duties he has nothing to do with."""
    if Path(folder) != ROOT / "duties":
        return []
    return [
        name for name in names if name.endswith(".yaml") and name not in ("vocabulary.yaml", "特种设备.yaml")
    ]


@contextmanager
def desk_of_zhang(tmp_path, clock, ledger_database, **said):
    """The desk of 张三, while the block lasts; what its duty says beside `said` needs no review."""
    root = tmp_path / "project"
    root.mkdir()
    for folder in ("calendar", "duties", "notifications"):
        shutil.copytree(ROOT / folder, root / folder, ignore=_other_duties)
    shutil.copy(ROOT / "duban.yaml", root)
    ws = open_workspace(root, clock, ledger_database)
    definitions = ws.definitions
    with writing(ws.ledger) as connection:
        version = connection.execute(select(DUTY_VERSION).where(DUTY_VERSION.c.duty_id == DUTY)).one()
        content = version.content | {"id": "desk-duty", "ladder": "standard", "evidence": ["形势分析报告"]}
        content |= {"reviewed_by": {"nobody": True}} | said
        version_id = connection.execute(
            insert(DUTY_VERSION).values(
                duty_id="desk-duty",
                fingerprint="desk",
                line=version.line,
                kind=version.kind,
                title="特种设备安全形势分析",
                content=content,
                recorded_at=clock.now(),
            )
        ).inserted_primary_key[0]
        reckoning = connection.execute(
            insert(RECKONING).values(
                key="desk",
                nominal=DUE,
                target=DUE,
                deadline=DUE,
                earliest=DUE,
                latest=DUE,
                steps=[],
                calendar_version=definitions.calendar.version,
            )
        ).inserted_primary_key[0]
        times = rung_times(
            definitions.ladders["standard"], OPENED, DUE, DUE, definitions.project, definitions.calendar
        )
        obligation_id = connection.execute(
            insert(OBLIGATION).values(
                duty_id="desk-duty",
                duty_version_id=version_id,
                unit=YOUXI,
                period_key="2023-Q3",
                opened_on=OPENED,
                opened_at=clock.now(),
                target=DUE,
                deadline=DUE,
                reckoning_id=reckoning,
                next_rung_at=next_rung_at(times),
            )
        ).inserted_primary_key[0]
    yield Desk(ws, clock, short_id(obligation_id), obligation_id)
    ws.ledger.dispose()


def told(desk):
    """Whom the last patrol told, with the stage."""
    patrol(desk.ws, desk.now)
    query = (
        select(NOTICE.c.stage, DELIVERY.c.recipient)
        .join(DELIVERY, DELIVERY.c.notice_id == NOTICE.c.id)
        .where(NOTICE.c.obligation_id == desk.id, NOTICE.c.decided_at == desk.now)
        .order_by(DELIVERY.c.id)
    )
    with reading(desk.ws.ledger) as connection:
        return [tuple(row) for row in connection.execute(query)]
