"""Every verb takes any number of obligations at once; one is a set of one, and one that refuses holds all of them back."""

import ast
from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from duban.ledger.bulk import insert_ignore
from duban.ledger.database import reading, writing
from duban.ledger.tables import NOTICE, Notice, Obligation, ObligationEvent
from duban.obligations.acknowledgement import acknowledge
from duban.obligations.cause import Cause
from duban.obligations.completion import Fulfilment, complete
from duban.obligations.extension import Postponement, extend
from duban.obligations.handover import Handover, hand_over
from duban.obligations.moves import MOVES, MoveRefused
from duban.obligations.reopening import reinstate, reopen
from duban.obligations.succession import give_way, supersede
from duban.obligations.suspension import resume, suspend
from duban.obligations.waiver import waive
from duban.obligations.withdrawal import withdraw, withdraw_those
from duban.workdays import parse_period
from tests.obligations.small_bureau import ROOT, at, first_inspection, monthly, quarterly

SANYUAN, SHAXIAN = "350404", "350405"
BOTH = {1: {}, 2: {}}


class Owing:
    """Both counties owe the analysis of the third quarter, due on Wednesday 2023-10-18; it is Monday 2023-10-09."""

    def __init__(self, bureau):
        self.bureau = bureau
        self.definitions = bureau.ws.definitions

    def by(self, person, day="2023-10-09", reason="台风"):
        return Cause(person, at(day), date.fromisoformat(day), reason)

    def do(self, verb, *arguments):
        with writing(self.bureau.ledger) as connection:
            verb(connection, *arguments)

    def column(self, name):
        query = select(col(getattr(Obligation, name))).order_by(col(Obligation.id))
        with reading(self.bureau.ledger) as connection:
            return [*connection.execute(query).scalars()]

    def events(self, kind):
        query = select(
            col(ObligationEvent.obligation_id), col(ObligationEvent.reason), col(ObligationEvent.details)
        ).where(col(ObligationEvent.kind) == kind)
        with reading(self.bureau.ledger) as connection:
            rows = connection.execute(query.order_by(col(ObligationEvent.id))).tuples()
            return [(number, reason, details) for number, reason, details in rows]

    def said(self, obligation, *rungs):
        """These rungs have spoken for it."""
        row = {"obligation_id": obligation, "stage": "remind", "due_on": date(2023, 10, 9), "late": False}
        with writing(self.bureau.ledger) as connection:
            insert_ignore(
                connection, NOTICE, [row | {"rung": rung, "decided_at": at("2023-10-09")} for rung in rungs]
            )


@pytest.fixture
def owing(bureau):
    here = bureau(quarterly(), on="2023-10-07")
    here.open("2023-10-09")
    return Owing(here)


def test_the_history_of_each_says_the_same(owing):
    owing.do(acknowledge, BOTH, owing.by("张三", reason=""))
    owing.do(waive, BOTH, owing.by("王局"))
    assert owing.column("state") == ["waived", "waived"]
    assert owing.column("closed_on") == [date(2023, 10, 9)] * 2
    assert owing.events("waive") == [
        (number, "台风", {"from": "acknowledged", "to": "waived"}) for number in (1, 2)
    ]


def test_one_that_refuses_holds_all_of_them_back(owing):
    owing.do(waive, {2: {}}, owing.by("王局"))
    with pytest.raises(MoveRefused, match="已免办，不能签收"):
        owing.do(acknowledge, BOTH, owing.by("张三"))
    with pytest.raises(KeyError):
        owing.do(withdraw, {1: {}, 9: {}}, owing.by("张三"))
    assert owing.column("state") == ["open", "waived"]


def test_nothing_to_move_is_nothing_to_refuse(owing):
    owing.do(acknowledge, {}, owing.by("张三"))
    owing.do(supersede, {}, owing.by("张三"))
    owing.do(reopen, owing.definitions, {}, owing.by("张三"))
    assert owing.column("state") == ["open", "open"]


def test_each_is_completed_on_its_own_day_with_what_it_still_lacks(owing):
    done = {1: Fulfilment(date(2023, 10, 8), ("报告",)), 2: Fulfilment(date(2023, 10, 9))}
    owing.do(complete, done, owing.by("张三"))
    assert owing.column("closed_on") == [date(2023, 10, 8), date(2023, 10, 9)]
    assert [details.get("missing") for _, _, details in owing.events("complete")] == [["报告"], None]


def test_each_goes_on_by_the_working_days_it_stood_still(owing):
    owing.do(suspend, {1: {}}, owing.by("张三"))
    owing.do(suspend, {2: {}}, owing.by("张三", "2023-10-11"))
    owing.do(resume, owing.definitions, [1, 2], owing.by("张三", "2023-10-13", ""))
    assert [details["workdays"] for _, _, details in owing.events("resume")] == [4, 2]
    assert owing.column("deadline") == [date(2023, 10, 24), date(2023, 10, 20)]
    first, second = owing.column("next_rung_at")
    assert first > second


def test_extended_together_they_are_due_together(owing):
    by = Postponement(by=parse_period("5个工作日"))
    owing.do(extend, owing.definitions, [1, 2], by, owing.by("王局"))
    assert owing.column("deadline") == [date(2023, 10, 25)] * 2
    with pytest.raises(MoveRefused, match="不晚于现在的期限"):
        owing.do(extend, owing.definitions, [1, 2], Postponement(to=date(2023, 10, 25)), owing.by("王局"))
    with pytest.raises(ValueError, match="either a period or a date"):
        Postponement()


def test_what_is_owed_again_speaks_where_it_had_stopped(owing):
    owing.said(2, "remind-1")
    before, _ = owing.column("next_rung_at")
    owing.do(withdraw, BOTH, owing.by("张三"))
    untold, told = owing.column("next_rung_at")  # who was told of the second hears that it is not owed
    assert untold is None
    assert told is not None
    owing.do(reinstate, owing.definitions, {1: {"content": 7}, 2: {"content": 7}}, owing.by("王局"))
    assert owing.column("next_rung_at") == [before, None]
    owing.do(waive, BOTH, owing.by("王局"))
    owing.do(reopen, owing.definitions, BOTH, owing.by("王局"))
    assert (owing.column("state"), owing.column("next_rung_at")) == (["open"] * 2, [before, None])


def test_a_condition_chooses_those_that_are_not_closed(owing):
    owing.do(waive, {2: {}}, owing.by("王局"))
    owing.do(withdraw_those, col(Obligation.duty_id) == "quarterly", owing.by("王局"), {"content": 7})
    assert owing.column("state") == ["withdrawn", "waived"]
    assert [number for number, _, _ in owing.events("withdraw")] == [1]


def calls_of(path, *names):
    """The verbs with which a module calls these functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield (
                node.args[2].value if len(node.args) > 2 and isinstance(node.args[2], ast.Constant) else None
            )


def test_each_move_is_made_in_one_module_and_by_its_name():
    source = ROOT / "src" / "duban"
    made = {
        path.relative_to(source).as_posix(): [*calls_of(path, "move", "move_all")]
        for path in source.rglob("*.py")
        if "duban.obligations.transitions import" in path.read_text("utf-8")
    }
    where = {verb: {path for path, verbs in made.items() if verb in verbs} for verb in MOVES}
    assert {verb: len(paths) for verb, paths in where.items()} == dict.fromkeys(MOVES, 1)
    assert all(path.startswith("obligations/") for paths in where.values() for path in paths)
    assert None not in {verb for verbs in made.values() for verb in verbs}


class TestSuccession:
    @pytest.fixture
    def owing(self, bureau):
        """Besides (1, 2), the counties owe a monthly one each (3, 4)."""
        here = bureau(quarterly(), monthly(), on="2023-10-07")
        here.open("2023-10-09")
        return Owing(here)

    def rungs(self, owing, obligation):
        query = select(col(Notice.rung)).where(col(Notice.obligation_id) == obligation)
        with reading(owing.bureau.ledger) as connection:
            return [*connection.execute(query.order_by(col(Notice.id))).scalars()]

    def test_the_successor_does_not_say_again_what_was_said(self, owing):
        owing.said(1, "remind-1", "remind-2")
        owing.said(3, "remind-2")
        owing.do(supersede, {1: 3, 2: 4}, owing.by("王局"), {"content": 7})
        assert owing.column("state") == ["superseded", "superseded", "open", "open"]
        assert owing.column("supersedes") == [None, None, 1, 2]
        assert (self.rungs(owing, 3), self.rungs(owing, 4)) == (["remind-2", "remind-1"], [])
        assert [(number, details["superseded_by"]) for number, _, details in owing.events("supersede")] == [
            (1, 3),
            (2, 4),
        ]

    def test_of_several_the_successor_names_the_oldest(self, owing):
        owing.do(supersede, {2: 4, 1: 4}, owing.by("王局"))
        assert owing.column("supersedes")[3] == 1

    def test_what_was_owed_in_its_own_right_stays_what_it_was(self, owing):
        owing.said(1, "remind-1")
        owing.do(give_way, {1: 3}, owing.by("王局"), {1: {"origin": 5}})
        assert (owing.column("supersedes")[2], self.rungs(owing, 3)) == (None, [])
        assert owing.events("supersede")[0][2]["origin"] == 5


def test_each_is_handed_over_for_a_reason_of_its_own(bureau):
    here = bureau(first_inspection(), on="2023-10-07")
    here.register("S1", "S2")
    for code in ("S1", "S2"):
        here.fact("certificate.issued", "2023-10-08", code=code)
    here.open("2023-10-09")
    owing = Owing(here)
    before = owing.column("next_rung_at")
    moved = [
        Handover(1, SANYUAN, SHAXIAN, "区划调整"),
        Handover(2, SANYUAN, SANYUAN, "对象合并", details={"origin": 5}),
    ]
    owing.do(hand_over, owing.definitions.project, moved, owing.by("王局", reason=""))
    assert owing.column("unit") == [SHAXIAN, SANYUAN]
    assert owing.events("rehome") == [
        (1, "区划调整", {"from": "open", "to": "open", "unit": SANYUAN, "now": SHAXIAN}),
        (2, "对象合并", {"from": "open", "to": "open", "unit": SANYUAN, "now": SANYUAN, "origin": 5}),
    ]
    assert owing.column("next_rung_at") == before
