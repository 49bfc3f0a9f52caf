"""The audit says whether the engine does its duty, and beats the heart only if it does.

The small bureau has two empty posts in 沙县区, so every audit of it finds at least that.
"""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, select

from duban.base import language
from duban.base.problems import Problem
from duban.deliveries.delivering import deliver
from duban.ledger.database import reading, writing
from duban.ledger.tables import DELIVERY, FACT, LEASE
from duban.notices.patrol import patrol
from duban.reports.audit import audit, look_over
from tests.notices.bureau import SHAXIAN, at, duty

NOW = at("2023-10-10 09:00")


def heartbeat(bureau):
    with reading(bureau.ledger) as connection:
        return connection.execute(select(LEASE.c.beat_at).where(LEASE.c.name == "heartbeat")).scalar()


def found(bureau, now=NOW):
    return {finding.key: finding for finding in audit(bureau.ws, now).findings}


def test_a_sound_engine_is_clean_and_its_heart_beats(bureau_on_either):
    bureau = bureau_on_either
    bureau.owe()
    patrol(bureau.ws, NOW)
    result = audit(bureau.ws, NOW)
    assert result.clean
    assert heartbeat(bureau) == NOW


def test_a_person_who_looks_does_not_beat_the_heart(bureau):
    assert look_over(bureau.ws, NOW).clean
    assert heartbeat(bureau) is None


def test_the_heart_beats_again_with_every_clean_audit(bureau):
    audit(bureau.ws, NOW)
    audit(bureau.ws, NOW + timedelta(hours=1))
    assert heartbeat(bureau) == NOW + timedelta(hours=1)


class TestBroken:
    """The engine's own failures hold back the heartbeat."""

    def test_an_open_obligation_without_a_next_rung_will_never_be_heard_of_again(self, bureau_on_either):
        bureau = bureau_on_either
        bureau.owe(next_rung_at=None)
        result = audit(bureau.ws, NOW)
        (broken,) = [finding for finding in result.findings if finding.broken]
        assert (broken.key, broken.count) == ("obligation.without-rung", 1)
        assert broken.named[0].startswith("DB-")
        assert not result.clean
        assert heartbeat(bureau) is None

    def test_past_the_last_rung_there_is_no_next_one_and_that_is_sound(self, bureau):
        bureau.owe()
        patrol(bureau.ws, at("2023-10-23 09:00"))
        assert "obligation.without-rung" not in found(bureau, at("2023-10-23 09:05"))

    @pytest.mark.parametrize("state", ["suspended", "done"])
    def test_nor_is_one_expected_of_what_is_suspended_or_closed(self, bureau, state):
        closed = {"closed_at": NOW, "closed_on": NOW.date()} if state == "done" else {}
        bureau.owe(state=state, next_rung_at=None, **closed)
        assert "obligation.without-rung" not in found(bureau)

    def test_a_rung_of_a_ladder_that_is_gone_counts_as_no_way_ahead(self, bureau):
        bureau.owe(next_rung_at=None)
        del bureau.ladders["standard"]
        assert found(bureau)["obligation.without-rung"].count == 1

    def test_a_rung_undecided_for_half_an_hour_means_patrol_stands_still(self, bureau):
        bureau.owe()
        assert "patrol.behind" not in found(bureau, at("2023-09-26 09:00"))
        assert found(bureau, at("2023-09-26 09:01"))["patrol.behind"].broken

    def test_a_message_waiting_for_two_hours_means_deliver_stands_still(self, bureau):
        bureau.owe()
        patrol(bureau.ws, at("2023-09-26 08:30"))
        assert "delivery.waiting" not in found(bureau, at("2023-09-26 10:30"))
        assert found(bureau, at("2023-09-26 10:31"))["delivery.waiting"].count == 1

    def test_a_message_held_until_the_office_opens_does_not_wait_too_long(self, bureau):
        bureau.owe()
        patrol(bureau.ws, at("2023-09-28 20:00"))
        assert "delivery.waiting" not in found(bureau, at("2023-10-07 09:00"))

    def test_a_message_that_came_too_late_for_the_office_waits_for_it(self, bureau):
        bureau.owe()
        patrol(bureau.ws, at("2023-09-26 08:30"))
        deliver(bureau.ws, at("2023-09-26 20:00"))
        assert "delivery.waiting" not in found(bureau, at("2023-09-27 08:30"))
        assert found(bureau, at("2023-09-27 08:31"))["delivery.waiting"].count == 1

    def test_what_is_broken_stands_first(self, bureau):
        bureau.owe(next_rung_at=None)
        assert audit(bureau.ws, NOW).findings[0].broken


class TestForAPerson:
    """What somebody should look at, although the engine works: the heart beats on."""

    def test_empty_posts_are_named(self, bureau):
        finding = found(bureau)["post.empty"]
        assert finding.count == 2
        assert "沙县区市场监管局·食品流通科" in finding.named
        assert audit(bureau.ws, NOW).clean

    @pytest.mark.parametrize("state", ["dead", "unknown", "failed"])
    def test_messages_that_did_not_arrive_are_counted(self, bureau, state):
        bureau.owe()
        patrol(bureau.ws, NOW)
        settled = NOW if state == "dead" else None
        with writing(bureau.ledger) as connection:
            connection.execute(DELIVERY.update().values(state=state, settled_at=settled))
        result = audit(bureau.ws, NOW)
        assert {finding.key: finding.count for finding in result.findings}[f"delivery.{state}"] == 4
        assert result.clean

    def test_when_nobody_up_the_ladder_was_there_the_obligation_is_named(self, bureau):
        bureau.duties["lone"] = duty("lone", ladder="brief", owner={"unit": "county", "post": "没有的科室"})
        ladder = bureau.ladders["brief"]
        bureau.ladders["brief"] = type(ladder)("brief", ladder.rungs[:1])
        bureau.owe(duty_id="lone", unit=SHAXIAN)
        patrol(bureau.ws, NOW)
        assert found(bureau)["notice.nobody-told"].count == 1

    def test_a_folder_that_differs_from_what_is_applied_is_said(self, bureau):
        bureau.ws.draft = SimpleNamespace(differs=True, problems=())
        finding = found(bureau)["content.draft"]
        assert "duban plan" in finding.text
        assert not finding.broken

    def test_a_mistake_in_the_folder_is_named_and_breaks_nothing(self, bureau):
        problem = Problem("duties/食品流通.yaml", 3, 5, "不认识的字段")
        bureau.ws.draft = SimpleNamespace(differs=True, problems=(problem,))
        finding = found(bureau)["content.draft"]
        assert finding.named == ("duties/食品流通.yaml:3:5: 不认识的字段",)
        assert audit(bureau.ws, NOW).clean

    def test_a_feed_that_fell_silent_is_noticed(self, bureau):
        with writing(bureau.ledger) as connection:
            fact = {"kind": "sample.failed", "happened_on": date(2023, 9, 1), "source": "平台", "ref": "1"}
            connection.execute(insert(FACT).values(recorded_at=at("2023-10-01 09:00"), data={}, **fact))
        assert "facts.silent" not in found(bureau, at("2023-10-08 09:00"))
        assert found(bureau, at("2023-10-09 09:00"))["facts.silent"].count == 8

    def test_a_bureau_without_any_facts_has_no_feed_to_miss(self, bureau):
        assert "facts.silent" not in found(bureau)

    def test_everything_overdue_at_once_is_called_suspect_before_anybody_is_blamed(self, bureau):
        for number in range(60):
            bureau.owe(subject=f"店{number}")
        patrol(bureau.ws, NOW)
        finding = found(bureau)["overdue.suspect"]
        assert finding.count == 60
        assert "数据存疑" in finding.text

    @pytest.mark.parametrize("others, doubted", [(59, True), (60, False), (90, False)])
    def test_it_says_of_how_many_and_counts_no_further_than_it_has_to(self, bureau, others, doubted):
        for number in range(60):
            bureau.owe(subject=f"店{number}")
        for number in range(others):
            bureau.owe(subject=f"厂{number}", deadline=date(2023, 11, 30))
        findings = found(bureau)
        assert ("overdue.suspect" in findings) is doubted
        if doubted:
            assert "在办 119 项中有 60 项逾期" in findings["overdue.suspect"].text


def test_findings_speak_the_readers_language(bureau):
    with language.use("en"):
        (finding,) = audit(bureau.ws, NOW).findings
    assert finding.text == "2 posts are empty or away without a deputy: their rungs pass on at once"


def test_the_result_is_plain_json(bureau):
    result = audit(bureau.ws, NOW).as_json()
    assert result["clean"] is True
    assert [finding["key"] for finding in result["findings"]] == ["post.empty"]
