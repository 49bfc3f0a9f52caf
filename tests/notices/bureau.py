"""A small bureau for tests: the city, 尤溪县 with its station 梅仙所, and 沙县区 where the section head's post is empty.

Obligations are owed by hand, so that a test says exactly which dates it is about. Calendar and ladders are the real
ones; nobody has set up a channel, so every message goes to the inbox.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import insert, select, update

from duban.base.clock import SHANGHAI, FixedClock
from duban.bureau.project_file import load_project
from duban.cadence.kinds.periodic import PeriodicCadence
from duban.cadence.rules import AfterEndRule
from duban.duties.grammar import Basis, Duty, ForEach, Owner
from duban.duties.vocabulary import Vocabulary
from duban.ladders.ladder_file import load_ladders
from duban.ledger.bulk import insert_ignore
from duban.ledger.database import reading, writing
from duban.ledger.tables import (
    DELIVERY,
    DUTY_VERSION,
    NOTICE,
    OBLIGATION,
    OBLIGATION_EVENT,
    RECKONING,
    SUBJECT,
    UNIT,
)
from duban.obligations.rungs import next_rung_at, rung_times
from duban.workdays import Period, TimeGrain, load_calendar
from duban.workspace.workspace import ContentDraft

ROOT = Path(__file__).parents[2]
CITY, YOUXI, MEIXIAN, SHAXIAN = "350400", "350426", "350426-01", "350405"

PROJECT = """\
bureau: 三明市市场监督管理局
posts_at:
  city: [主要领导, 分管领导, 科室负责人, 食品流通科]
  county: [主要领导, 分管领导, 科室负责人, 食品流通科]
  station: [主要领导, 分管领导, 科室负责人, 经办人]
city:
  code: "350400"
  name: 三明市市场监管局
  counties:
    - code: "350426"
      name: 尤溪县市场监管局
      stations:
        - {code: "350426-01", name: 尤溪县梅仙市场监管所}
    - code: "350405"
      name: 沙县区市场监管局
      posts:
        食品流通科: {vacant: 是}
        科室负责人: {vacant: 是}
"""


def at(text):
    """A moment by the bureau's clock: `2023-10-09 08:30`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def duty(
    duty_id="sl-monthly",
    *,
    title="食品销售者月度检查",
    line="食品流通安全监督管理",
    ladder="standard",
    **more,
):
    """A monthly duty of the food section of each county."""
    written = {
        "id": duty_id,
        "title": title,
        "line": line,
        "basis": (Basis(clauses=("SL-03",), quote="月调度"),),
        "owner": Owner(unit="county", post="食品流通科"),
        "for_each": ForEach(level="county"),
        "cadence": PeriodicCadence(
            every=TimeGrain.MONTH, due=AfterEndRule(period=Period(5, TimeGrain.WORKDAY))
        ),
        "ladder": ladder,
    }
    return Duty(**{**written, **more})


@dataclass
class Bureau:
    """The bureau, its ledger, and what a test does in it."""

    root: Path
    ledger: object
    clock: FixedClock
    duties: dict = field(default_factory=lambda: {each.id: each for each in (duty(),)})

    def __post_init__(self):
        (self.root / "duban.yaml").write_text(PROJECT, encoding="utf-8")
        self.project = load_project(self.root)
        self.calendar = load_calendar(ROOT / "calendar")
        self.ladders = load_ladders(ROOT)
        self.definitions = SimpleNamespace(
            root=self.root,
            project=self.project,
            calendar=self.calendar,
            ladders=self.ladders,
            duties=self.duties,
            vocabulary=Vocabulary({}, {}),
        )
        self.ws = SimpleNamespace(
            root=self.root,
            definitions=self.definitions,
            ledger=self.ledger,
            clock=self.clock,
            draft=ContentDraft(),
            version=0,
        )
        with writing(self.ledger) as connection:
            units = [
                {"code": unit.code, "name": unit.name, "level": unit.level, "parent": unit.parent}
                for unit in self.project.units.values()
            ]
            insert_ignore(connection, UNIT, units)

    def owe(
        self,
        *,
        opened_on=date(2023, 9, 1),
        deadline=date(2023, 10, 9),
        target=None,
        unit=YOUXI,
        duty_id="sl-monthly",
        subject=None,
        period_key="2023-09",
        **more,
    ):
        """One obligation, opened at midnight of its day; returns its number."""
        calendar = self.definitions.calendar.for_unit(unit)
        target = target or calendar.roll_back(deadline)
        defined = self.duties[duty_id]
        times = rung_times(self.ladders[defined.ladder], opened_on, target, deadline, self.project, calendar)
        opened_at = datetime.combine(opened_on, datetime.min.time(), SHANGHAI)
        with writing(self.ledger) as connection:
            version = self._version(connection, defined, opened_at)
            reckoning = self._reckoning(connection, target, deadline)
            number = connection.execute(
                insert(OBLIGATION).values(
                    duty_id=duty_id,
                    duty_version_id=version,
                    unit=unit,
                    subject_id=None if subject is None else self._subject(connection, subject, unit),
                    period_key=period_key,
                    opened_on=opened_on,
                    opened_at=opened_at,
                    target=target,
                    deadline=deadline,
                    reckoning_id=reckoning,
                    confidential=defined.confidential,
                    **{"state": "open", "next_rung_at": next_rung_at(times), **more},
                )
            )
            return number.inserted_primary_key[0]

    def change(self, number, **columns):
        """Set columns of an obligation, as an action of a person would."""
        with writing(self.ledger) as connection:
            connection.execute(update(OBLIGATION).where(OBLIGATION.c.id == number).values(**columns))

    def obligation(self, number):
        """The obligation's row."""
        return self._rows(select(OBLIGATION).where(OBLIGATION.c.id == number))[0]

    def notices(self, number=None):
        """The rungs decided so far, in the order they were: `remind-1`, `remind-2`, …"""
        return [row.rung for row in self._of(NOTICE, number)]

    def notice_rows(self, number=None):
        """The notices themselves."""
        return self._of(NOTICE, number)

    def deliveries(self, number=None):
        """Every delivery's row, in the order they were enqueued."""
        return self._of(DELIVERY, number)

    def told(self, number=None):
        """Who is to be told, per delivery: `unit/post`."""
        return [row.recipient for row in self.deliveries(number)]

    def events(self, number=None):
        """The history of an obligation."""
        return self._of(OBLIGATION_EVENT, number)

    def _of(self, table, number):
        query = select(table).order_by(table.c.id)
        return self._rows(query if number is None else query.where(table.c.obligation_id == number))

    def _rows(self, query):
        with reading(self.ledger) as connection:
            return connection.execute(query).all()

    def _version(self, connection, defined, at_moment):
        row = {
            "duty_id": defined.id,
            "fingerprint": defined.fingerprint,
            "line": defined.line,
            "kind": defined.kind,
            "title": defined.title,
            "content": defined.content(),
            "recorded_at": at_moment,
        }
        insert_ignore(connection, DUTY_VERSION, [row])
        return connection.execute(
            select(DUTY_VERSION.c.id).where(DUTY_VERSION.c.fingerprint == defined.fingerprint)
        ).scalar_one()

    def _reckoning(self, connection, target, deadline):
        row = {
            "key": f"{target}/{deadline}",
            "nominal": deadline,
            "target": target,
            "deadline": deadline,
            "earliest": deadline,
            "latest": deadline,
            "steps": [{"text": "约定的期限", "day": deadline.isoformat(), "basis": "测试"}],
            "calendar_version": self.calendar.version,
        }
        insert_ignore(connection, RECKONING, [row])
        return connection.execute(select(RECKONING.c.id).where(RECKONING.c.key == row["key"])).scalar_one()

    def _subject(self, connection, name, unit):
        insert_ignore(connection, SUBJECT, [{"kind": "食品销售者", "code": name, "name": name, "unit": unit}])
        return connection.execute(select(SUBJECT.c.id).where(SUBJECT.c.code == name)).scalar_one()


def minutes(count):
    """A span of `count` minutes."""
    return timedelta(minutes=count)
