"""An obligation explains itself: what it is, why, how its dates came about, and what has happened."""

import json
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from rich.console import Console
from sqlalchemy import insert

from duban.base import language
from duban.base.clock import SHANGHAI
from duban.cadence.reading.assumed import Assumption
from duban.documents import as_terminal
from duban.documents.objects import plain
from duban.explanations import explain, explanation_document
from duban.explanations.obligation import _recorded_dates
from duban.ledger.database import writing
from duban.ledger.tables import FACT, OBLIGATION_EVENT, ReckoningRecord
from duban.notices.patrol import patrol
from tests.notices.bureau import SHAXIAN, YOUXI, at, duty


def printed(told):
    console = Console(width=160, file=StringIO())
    console.print(as_terminal(explanation_document(told, SHANGHAI)))
    return console.file.getvalue()


def test_what_it_is_and_why(bureau_on_either):
    bureau = bureau_on_either
    owed = bureau.owe(subject="好又多食品店")
    told = explain(bureau.ws, owed)
    assert (told.duty.title, told.unit, told.subject) == (
        "食品销售者月度检查",
        "尤溪县市场监管局",
        "好又多食品店",
    )
    (reason,) = told.duty.reasons
    assert (reason.clauses, reason.quote) == (("SL-03",), "月调度")


def test_the_steps_are_those_the_opening_recorded(bureau):
    told = explain(bureau.ws, bureau.owe())
    (step,) = told.dates.steps
    assert (step.text, step.day, step.basis) == ("约定的期限", date(2023, 10, 9), "测试")
    assert told.dates.deadline == told.deadline == date(2023, 10, 9)


def test_an_extension_shows_both_the_first_deadline_and_the_one_in_force(bureau):
    owed = bureau.owe()
    bureau.change(owed, deadline=date(2023, 10, 31))
    told = explain(bureau.ws, owed)
    assert (told.dates.deadline, told.deadline) == (date(2023, 10, 9), date(2023, 10, 31))
    assert "后来改为 2023-10-31" in printed(told)


def test_the_ladder_shows_what_was_decided_and_what_lies_ahead(bureau):
    owed = bureau.owe()
    patrol(bureau.ws, at("2023-10-08 09:00"))
    rungs = explain(bureau.ws, owed).rungs
    assert [(rung.key, rung.day.isoformat(), rung.decided_at is not None) for rung in rungs] == [
        ("remind-1", "2023-09-26", True),
        ("remind-2", "2023-10-08", True),
        ("urge-1", "2023-10-10", False),
        ("supervise-1", "2023-10-12", False),
        ("circulate-1", "2023-10-16", False),
        ("summon-1", "2023-10-23", False),
    ]
    assert [rung.late for rung in rungs[:2]] == [True, False]


@pytest.mark.parametrize(
    "state, past, ahead",
    [("open", "待发", "未到"), ("reported", "没有发", "未到"), ("done", "不再发", "不再发")],
)
def test_a_rung_whose_day_is_past_is_not_called_ahead(bureau, clock, state, past, ahead):
    owed = bureau.owe()
    closed = {"closed_on": date(2023, 10, 9), "closed_at": at("2023-10-09 16:00")} if state == "done" else {}
    bureau.change(owed, state=state, **closed)
    clock.moment = at("2023-10-10 09:00")
    assert [rung.coming for rung in explain(bureau.ws, owed).rungs] == [past] * 3 + [ahead] * 3
    assert past in printed(explain(bureau.ws, owed))


def test_where_its_ladder_was_removed_it_shows_the_one_the_patrol_goes_by(bureau):
    owed = bureau.owe()
    standard = bureau.ws.definitions.ladders["standard"]
    brief = replace(standard, name="brief", rungs=standard.rungs[:2])
    bureau.ws.definitions.ladders, bureau.ws.definitions.duties = {"brief": brief}, {}
    assert [rung.key for rung in explain(bureau.ws, owed).rungs] == ["remind-1", "remind-2"]


def test_the_timeline_tells_everything_in_order(bureau):
    owed = bureau.owe(unit=SHAXIAN)
    patrol(bureau.ws, at("2023-09-26 09:00"))
    with writing(bureau.ledger) as connection:
        event = {"kind": "acknowledge", "actor": "沙县区/分管领导", "reason": "收到", "details": {}}
        connection.execute(
            insert(OBLIGATION_EVENT).values(obligation_id=owed, at=at("2023-09-26 15:00"), **event)
        )
    told = explain(bureau.ws, owed)
    assert [happening.kind for happening in told.timeline] == [
        "opened",
        "notice",
        "delivery",
        "passed_on",
        "acknowledge",
    ]
    text = printed(told)
    for said in ("开办，期限 2023-10-09", "岗位空缺，转上一级", "待发送", "签收 · 沙县区/分管领导 · 收到"):
        assert said in text


def test_the_facts_it_rests_on_are_named(bureau):
    with writing(bureau.ledger) as connection:
        numbers = [
            connection.execute(
                insert(FACT).values(
                    kind="sample.failed",
                    happened_on=date(2023, 8, day),
                    recorded_at=at("2023-08-30 09:00"),
                    source="抽检平台" if day == 3 else "manual",
                    ref=f"S{day}" if day == 3 else "4c5ec3f6e249848c",
                    data={} if day == 3 else {"编号": "A1"},
                )
            ).inserted_primary_key[0]
            for day in (3, 1)
        ]
    told = explain(bureau.ws, bureau.owe(evidence_facts=numbers))
    assert told.facts == (
        "2023-08-01 sample.failed（来源 手工录入，编号 A1，补报于 2023-08-30）",
        "2023-08-03 sample.failed（来源 抽检平台，编号 S3，补报于 2023-08-30）",
    )


def test_an_assumed_value_is_said_to_be_assumed(bureau):
    assumed = (Assumption(key="due", reason="计划未写期限，待确认", source="某办法第三条（待核对）"),)
    bureau.duties["assumed"] = duty("assumed", assumptions=assumed)
    told = printed(explain(bureau.ws, bureau.owe(duty_id="assumed")))
    assert "待确认 期限：计划未写期限，待确认；出处：某办法第三条（待核对）" in told


def test_it_is_plain_json(bureau):
    owed = bureau.owe()
    patrol(bureau.ws, at("2023-09-26 09:00"))
    written = json.loads(json.dumps(plain(explain(bureau.ws, owed))))
    assert written["deadline"] == "2023-10-09"
    assert written["dates"]["steps"][0]["day"] == "2023-10-09"
    assert written["rungs"][0]["decided_at"].startswith("2023-09-26T")


def test_it_speaks_english(bureau):
    owed = bureau.owe(unit=YOUXI)
    patrol(bureau.ws, at("2023-09-26 09:00"))
    with language.use("en"):
        text = printed(explain(bureau.ws, owed))
    for said in (
        "How the deadline came about",
        "opened, due 2023-10-09",
        "remind, due 2023-09-26",
        "waiting",
    ):
        assert said in text


def test_an_unknown_number_is_refused(bureau):
    with pytest.raises(LookupError, match="DB-"):
        explain(bureau.ws, 4711)


def test_a_step_that_a_notice_is_awaited_goes_once_it_has_come():
    end = date(2026, 12, 31)
    awaited = {
        "step": "unannounced",
        "day": "2026-12-31",
        "rests_on": "rule|unannounced",
        "until": "2026-12-28",
    }
    reckoned = ReckoningRecord(
        nominal=end, target=end, deadline=end, earliest=end, latest=end, calendar_version="", steps=[awaited]
    )

    assert [step.kind for step in _recorded_dates(reckoned, date(2026, 12, 28)).steps] == ["unannounced"]
    assert _recorded_dates(reckoned, date(2027, 12, 28)).steps == ()
