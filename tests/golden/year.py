"""A year of the bureau, day by day, written down so that a person can read it.

Every morning: what became known is recorded, then the engine takes one turn, then what that turn opened, decided and
delivered is told. The cast (who there is, what happens to whom) stands in `cast-2023.yaml`.
"""

import difflib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from ruamel.yaml import YAML
from sqlalchemy import select

from duban.base.clock import SHANGHAI
from duban.facts import NewFact, NewSubject, record_facts, record_subjects
from duban.ladders.stages import stage_word
from duban.ledger.database import reading
from duban.ledger.short_ids import short_id
from duban.ledger.tables import (
    DUTY_VERSION,
    INBOX_MESSAGE,
    NOTICE,
    OBLIGATION,
    OBLIGATION_EVENT,
    SUBJECT,
)
from duban.obligations.evidence import Evidence
from duban.obligations.review import lacking
from duban.obligations.review_actions import approve, report
from duban.workdays import DayKind
from duban.workdays.period_keys import period_word
from duban.workspace.workspace import Workspace
from tests.principals import OPERATOR, by

ROOT = Path(__file__).parents[2]
CAST = Path(__file__).with_name("cast-2023.yaml")
GOLDEN = Path(__file__).with_name("year-2023.txt")
FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)
HEADING = """\
# 2023 年督办实录：照 duties/、calendar/ 和 cast-2023.yaml 跑一整年，每天早上九点转一轮，逐日记下开办、办结、催办和收到的消息。
# 这个文件由测试逐字比较。企业和经过都是编的。
"""
MORNING = time(9, 0)
ONE_DAY = timedelta(days=1)


@dataclass
class Cast:
    """Who there is, what happens to whom, and how early each unit does what it owes (in working days)."""

    path: Path

    @cached_property
    def written(self):
        return YAML(typ="safe").load(self.path)

    @cached_property
    def kinds(self):
        return {each["code"]: each["kind"] for each in self.written["subjects"]}

    def subjects(self):
        return [NewSubject(**each) for each in self.written["subjects"]]

    def facts_on(self, day):
        for number, each in enumerate(self.written["facts"], 1):
            if _day(each["on"]) == day:
                subject = (self.kinds[each["subject"]], each["subject"]) if "subject" in each else None
                unit = each.get("unit")
                yield NewFact(each["kind"], subject, unit, day, "演员表", str(number), each.get("data", {}))

    def workdays_before(self, owed):
        for habit in self.written["habits"]["late"]:
            if (habit["unit"], habit["duty"]) == (owed.unit, owed.duty_id):
                return habit["workdays"]
        return self.written["habits"]["usual"]


@dataclass
class Year:
    """The bureau living through its year."""

    ws: Workspace
    turn: Callable[[Workspace, datetime], object]
    cast: Cast = field(default_factory=lambda: Cast(CAST))
    _known: dict = field(default_factory=Counter)

    def live(self, first: date, last: date) -> Iterator[str]:
        """Each day's account, one line at a time; days on which nothing happens are not told."""
        record_subjects(self.ws, self.cast.subjects(), self.ws.clock.now(), OPERATOR)
        day = first
        while day <= last:
            yield from self.live_one_day(day)
            day += ONE_DAY

    def live_one_day(self, day: date) -> Iterator[str]:
        """Record the day's facts, take a turn, and tell what is new in the ledger."""
        now = datetime.combine(day, MORNING, SHANGHAI)
        if hasattr(self.ws.clock, "moment"):
            self.ws.clock.moment = now
        self._review(day, now)
        recorded = record_facts(self.ws, [*self.cast.facts_on(day), *self._work_done(day)], now, OPERATOR)
        assert not recorded.refused, recorded.refused
        self.turn(self.ws, now)
        told = [*self._opened(), *self._happened(), *self._noticed(), *self._delivered()]
        if told:
            yield ""
            yield f"{day} 周{'一二三四五六日'[day.weekday()]}{self._kind_of_day(day)}"
            yield from told

    def _review(self, day: date, now: datetime) -> None:
        """On the next working day the office hands in what is missing, and the head of its section looks at it."""
        if not self.ws.definitions.calendar.is_workday(day):
            return
        for owed in self._rows(select(OBLIGATION).where(OBLIGATION.c.state == "reported")):
            number = short_id(owed.id)
            with reading(self.ws.ledger) as connection:
                pieces = [name for names in lacking(connection, [owed.id]).values() for name in names]
            if pieces:
                self.paper.write_text("编的")
                evidence = [Evidence(self.paper, name) for name in pieces]
                report(self.ws, number, now, who=by("经办人"), evidence=evidence)
            approve(self.ws, number, now, who=by("科室负责人"))

    @cached_property
    def paper(self) -> Path:
        return self.ws.root / "编的材料.txt"

    def _work_done(self, day: date) -> Iterator[NewFact]:
        """What the units finish today of what they owe for themselves, each by its habit."""
        calendar = self.ws.definitions.calendar
        if not calendar.is_workday(day):
            return
        query = select(OBLIGATION).where(
            OBLIGATION.c.closed_at.is_(None),
            OBLIGATION.c.subject_id.is_(None),
            OBLIGATION.c.opened_on < day,
            OBLIGATION.c.state != "reported",
        )
        for owed in self._rows(query):
            duty = self.ws.definitions.duties[owed.duty_id]
            done_by = duty.done_by
            early = self.cast.workdays_before(owed)
            due = calendar.add(owed.target, -early) if early > 0 else calendar.add(owed.deadline, -early)
            if done_by and day >= due:
                ref = f"{owed.duty_id} {owed.unit} {owed.period_key}"
                told_apart = {name: values[0] for name, values in duty.done_where.items()}
                yield NewFact(done_by, None, owed.unit, day, "习惯", ref, told_apart)

    def _opened(self) -> Iterator[str]:
        columns = [OBLIGATION, DUTY_VERSION.c.title, SUBJECT.c.name.label("subject")]
        query = (
            select(*columns)
            .join(DUTY_VERSION, DUTY_VERSION.c.id == OBLIGATION.c.duty_version_id)
            .outerjoin(SUBJECT, SUBJECT.c.id == OBLIGATION.c.subject_id)
        )
        told = defaultdict(list)
        for row in self._new(query, OBLIGATION):
            due = f"最后期限 {row.deadline}"
            if row.target != row.deadline:
                due += f"（应办日 {row.target}）"
            told[f"开办 {row.title}{self._period(row)}，{due}"].append(row)
        yield from self._grouped(told)

    def _happened(self) -> Iterator[str]:
        words = {
            "complete": "办结",
            "report": "反馈",
            "approve": "复核通过",
            "supersede": "替换",
            "withdraw": "撤销",
            "passed_on": "岗位空缺转上级",
            "unreported": "未报数",
            "missed": "未达标",
        }
        told = defaultdict(list)
        for event in self._new(select(OBLIGATION_EVENT), OBLIGATION_EVENT):
            row = self._told_obligation(event.obligation_id)
            told[f"{words.get(event.kind, event.kind)} {row.title}{self._period(row)}"].append(row)
        yield from self._grouped(told)

    def _noticed(self) -> Iterator[str]:
        told = defaultdict(list)
        for notice in self._new(select(NOTICE), NOTICE):
            row = self._told_obligation(notice.obligation_id)
            late = f"（补记，应在 {notice.due_on}）" if notice.late else ""
            call = "（待复核）" if notice.rung.startswith("review:") else ""
            told[f"{stage_word(notice.stage)}{call} {row.title}{self._period(row)}{late}"].append(row)
        yield from self._grouped(told)

    def _delivered(self) -> Iterator[str]:
        received = Counter(message.recipient for message in self._new(select(INBOX_MESSAGE), INBOX_MESSAGE))
        told = []
        for unit in self.ws.definitions.project.units.values():
            for post in unit.posts:
                count = received.pop(f"{unit.code}/{post}", 0)
                told += [f"{self._short(unit.code)}{post}{f'×{count}' if count > 1 else ''}"] if count else []
        assert not received, "a message to nobody"
        if told:
            yield f"  收到 {'、'.join(told)}"

    def _grouped(self, told) -> Iterator[str]:
        """One line for each thing that happened, in the order the duties and the units are listed in."""
        duties, units = list(self.ws.definitions.duties), list(self.ws.definitions.project.units)
        for what, rows in sorted(
            told.items(), key=lambda entry: (duties.index(entry[1][0].duty_id), entry[0])
        ):
            yield f"  {what}：{self._whose(sorted(rows, key=lambda row: (units.index(row.unit), row.subject or '')))}"

    def _whose(self, rows) -> str:
        counties = [unit.code for unit in self.ws.definitions.project.units_at("county")]
        if rows[0].subject is None and sorted(row.unit for row in rows) == sorted(counties):
            return f"{len(counties)} 个县局"
        return "、".join(row.subject or self._short(row.unit) for row in rows)

    def _short(self, code: str) -> str:
        return self.ws.definitions.project.units[code].name.replace("市场监管局", "")

    def _period(self, row) -> str:
        return f" {period_word(row.period_key)}" if row.fact_id is None and row.evidence_facts is None else ""

    def _told_obligation(self, number: int):
        query = (
            select(OBLIGATION, DUTY_VERSION.c.title, SUBJECT.c.name.label("subject"))
            .join(DUTY_VERSION, DUTY_VERSION.c.id == OBLIGATION.c.duty_version_id)
            .outerjoin(SUBJECT, SUBJECT.c.id == OBLIGATION.c.subject_id)
            .where(OBLIGATION.c.id == number)
        )
        return self._rows(query)[0]

    def _new(self, query, table):
        """The rows that came since the last look."""
        rows = self._rows(query.where(table.c.id > self._known[table.name]).order_by(table.c.id))
        if rows:
            self._known[table.name] = rows[-1].id
        return rows

    def _rows(self, query):
        with reading(self.ws.ledger) as connection:
            return connection.execute(query).all()

    def _kind_of_day(self, day: date) -> str:
        calendar = self.ws.definitions.calendar
        match calendar.kind(day):
            case DayKind.MAKE_UP:
                return "（调休上班）"
            case DayKind.STATUTORY | DayKind.SWAPPED_REST:
                return f"（{calendar.name(day)}放假）"
        return ""


def account(lived: Iterable[str]) -> str:
    """The whole account as the golden file holds it."""
    return HEADING + "\n".join(lived) + "\n"


def difference(lived: str) -> str:
    """Where an account departs from the golden one; nothing when they are equal."""
    golden = GOLDEN.read_text(encoding="utf-8").splitlines()
    return "\n".join(
        [*difflib.unified_diff(golden, lived.splitlines(), GOLDEN.name, "now", lineterm="")][:80]
    )


def eventful_days() -> set[date]:
    """The days the golden account tells something of."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    return {date.fromisoformat(line[:10]) for line in lines if line.startswith("2023-")}


def _day(value) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
