"""Made-up files as bureaus keep them, and the city they are imported into."""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path

import openpyxl
from sqlalchemy import select

from duban.base.clock import SHANGHAI, FixedClock
from duban.base.credit_codes import check_sign
from duban.definitions.definitions import load_definitions
from duban.facts import NewSubject, record_subjects
from duban.importing.mappings import load_mappings
from duban.importing.reading import read_file
from duban.importing.taking import rehearse, take
from duban.ledger.database import reading
from duban.ledger.tables import FACT, OBLIGATION, SUBJECT
from duban.obligations.opening import open_owed
from duban.workspace.workspace import Workspace, sync
from tests.principals import OPERATOR

ROOT = Path(__file__).resolve().parents[2]
SELLER = "食品销售者"
STATION = "350404-01"
SAMPLES = ["抽样单编号", "统一社会信用代码", "被抽样单位", "样品名称", "检验结论", "报告日期"]
LICENCES = ["许可证编号", "统一社会信用代码", "企业名称", "许可类别", "所属辖区", "发证日期"]


def code(number):
    """A made-up unified social credit code with its right check sign."""
    body = f"91350404MA{number:07d}"
    return body + check_sign(body)


def workbook(path, rows, *, title="Sheet1", merged=(), hidden=False, more=()):
    """A real .xlsx with these rows; `more` are further sheets as (title, rows)."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    if hidden:
        sheet.sheet_state = "hidden"
    for name, others in more:
        another = book.create_sheet(name)
        for row in others:
            another.append(row)
    book.save(path)
    return path


def text(path, rows, encoding="gbk", delimiter=","):
    """A real .csv in this encoding."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def sample(ref, number=1, result="不合格", day="2023-08-01", **more):
    """A row under SAMPLES."""
    return [ref, code(number), more.get("name", ""), more.get("food", "糕点"), result, day]


@cache
def definitions():
    return load_definitions(ROOT)


@cache
def mappings():
    found, problems = load_mappings(ROOT, definitions().vocabulary)
    assert problems == []
    return found


@dataclass
class City:
    """The starter project on a ledger, and what the tests do with it."""

    ledger: object
    clock: FixedClock = field(default_factory=lambda: FixedClock(at("2023-09-01")))

    def __post_init__(self):
        sync(self.ledger, definitions(), {}, self.clock.now())
        self.ws = Workspace(ROOT, definitions(), self.ledger, self.clock)

    def register(self, *numbers, kind=SELLER, unit=STATION, **more):
        rows = [
            NewSubject(kind, code(number), f"青溪食品店{number}号（虚构）", unit, **more)
            for number in numbers
        ]
        assert record_subjects(self.ws, rows, self.ws.clock.now(), OPERATOR).refused == []

    def read(self, path, asked=None, **more):
        return read_file(path, definitions(), mappings(), asked=asked, **more)

    def rehearse(self, path, asked=None, **more):
        with self.read(path, asked, **more) as batch:
            return rehearse(self.ws, batch, self.clock.now(), OPERATOR)

    def take(self, path, asked=None, *, only_if_clean=False, **more):
        with self.read(path, asked, **more) as batch:
            return take(self.ws, batch, self.clock.now(), OPERATOR, only_if_clean=only_if_clean)

    def open(self, day, *duties):
        self.clock.moment = at(day)
        return open_owed(self.ws, self.clock.now(), duties)

    def facts(self, *names):
        return self._rows(FACT, names or ("kind", "ref", "happened_on"))

    def subjects(self, *names):
        return self._rows(SUBJECT, names)

    def obligations(self, *names):
        return self._rows(OBLIGATION, names)

    def _rows(self, table, names):
        query = select(*(table.c[name] for name in names)).order_by(table.c.id)
        with reading(self.ledger) as connection:
            return [tuple(shown(value) for value in row) for row in connection.execute(query)]


def shown(value):
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def at(day):
    """09:00 in Shanghai on a day."""
    return datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=SHANGHAI)


def counts(outcome):
    return {verdict: count for verdict, count in outcome.rows.items() if count}


def reasons(outcome):
    return [(f"{each.column}{each.row}", each.reason) for each in outcome.refused]


TRIALS = Path(__file__).parent / "trials"


SHOP = "92350404XN0000001H"
