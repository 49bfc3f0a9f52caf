"""A small bureau on Monday 2023-10-09 that owes nothing yet, and whoever assigns in it, on each database in turn."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select

from duban.assignments.assigning import assign, recall_assignment
from duban.assignments.drafts import AssignmentDraft
from duban.ledger.database import reading
from duban.ledger.tables import OBLIGATION, OBLIGATION_EVENT
from tests.obligations.conftest import calendar, chinese  # noqa: F401 - fixtures
from tests.obligations.small_bureau import POST, Bureau, at, quarterly
from tests.principals import operator

WANG = operator("王建国")
DOCUMENT = "闽市监函〔2023〕5号"


@dataclass
class Office:
    """The workspace, and what is assigned in it."""

    bureau: Any
    ws: Any

    @property
    def now(self):
        return self.bureau.clock.now()

    def draft(self, **other):
        said = {"title": "报送自查报告", "owners": (f"三元区局/{POST}",), "due": "2023-10-20", **other}
        return AssignmentDraft(**said)

    def assign(self, *, who=WANG, files=(), form=None, rehearse=False, **other):
        return assign(
            self.ws, self.draft(**other), self.now, who=who, files=files, form=form, rehearse=rehearse
        )

    def recall(self, made, who=WANG, reason="重复交办"):
        return recall_assignment(self.ws, made.number, self.now, who=who, reason=reason)

    def rows(self):
        return self._all(select(OBLIGATION).order_by(OBLIGATION.c.id))

    def events(self):
        return self._all(select(OBLIGATION_EVENT).order_by(OBLIGATION_EVENT.c.id))

    def _all(self, query):
        with reading(self.ws.ledger) as connection:
            return connection.execute(query).all()


@pytest.fixture
def office(ledger, calendar, tmp_path):  # noqa: F811
    bureau = Bureau(ledger, calendar, [quarterly()], "2023-10-09")
    bureau.clock.moment = at("2023-10-09")
    return Office(bureau, replace(bureau.ws, root=tmp_path))
