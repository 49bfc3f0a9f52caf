"""The same request twice: done once, answered alike; the key of one program is nothing to another."""

from datetime import timedelta

from sqlalchemy import select, update

from duban.ledger.database import reading, writing
from duban.ledger.tables import REMEMBERED_ANSWER
from tests.web.conftest import fact, problem

KEY = {"Idempotency-Key": "b7d1-001"}


def remembered(city):
    with reading(city.ws.ledger) as connection:
        return connection.execute(select(REMEMBERED_ANSWER)).all()


def test_the_same_key_and_body_get_the_same_answer(city):
    batch = {"facts": [fact("1"), fact("2", happened_on="2023-10-10")]}
    first = city.post("三元", "/facts", json=batch, headers=KEY)
    again = city.post("三元", "/facts", json=batch, headers=KEY)
    assert first.json()["new"] == 1
    assert (again.status_code, again.json()) == (200, first.json())
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"


def test_the_order_of_the_fields_makes_no_other_request(city):
    row = fact("1")
    city.post("三元", "/facts", json={"facts": [row]}, headers=KEY)
    turned = dict(reversed(row.items()))
    assert city.post("三元", "/facts", json={"facts": [turned]}, headers=KEY).json()["new"] == 1


def test_the_same_key_for_another_request_is_refused(city):
    city.post("三元", "/facts", json={"facts": [fact("1")]}, headers=KEY)
    for path, body in (
        ("/facts", {"facts": [fact("2")]}),
        ("/facts?all_or_nothing=true", {"facts": [fact("1")]}),
        ("/subjects", {"subjects": [{}]}),
    ):
        answered = city.post("三元", path, json=body, headers=KEY)
        assert (answered.status_code, problem(answered)) == (422, "key-reused")
    assert len(city.get("三元", "/facts").json()["facts"]) == 1


def test_the_key_of_one_program_is_nothing_to_another(city):
    city.post("三元", "/facts", json={"facts": [fact("1")]}, headers=KEY)
    answered = city.post("列东所", "/facts", json={"facts": [fact("2")]}, headers=KEY)
    assert answered.json()["new"] == 1


def test_a_move_is_made_once(city):
    number = city.get("三元", "/obligations?duty=quarterly").json()["obligations"][0]["id"]
    said = {"reason": "台风", "by": "5 workdays"}
    first = city.post("三元", f"/obligations/{number}/extend", json=said, headers=KEY)
    again = city.post("三元", f"/obligations/{number}/extend", json=said, headers=KEY)
    assert again.json() == first.json()
    assert again.headers["etag"] == first.headers["etag"]
    assert len(city.get("三元", f"/obligations/{number}").json()["events"]) == 1


def test_a_refusal_is_repeated_too(city):
    number = city.get("三元", "/obligations?duty=quarterly").json()["obligations"][0]["id"]
    first = city.post("三元", f"/obligations/{number}/resume", headers=KEY)
    city.post("三元", f"/obligations/{number}/suspend", json={"reason": "停业"})
    again = city.post("三元", f"/obligations/{number}/resume", headers=KEY)
    assert (again.status_code, again.json()) == (409, first.json())
    assert problem(again) == "move-refused"


def test_files_are_the_same_by_their_content(city):
    number = city.get("三元", "/obligations?duty=quarterly").json()["obligations"][0]["id"]
    path = f"/obligations/{number}/complete"

    def send(content):
        return city.post("三元", path, files=[("evidence", ("报告.pdf", content))], headers=KEY)

    first = send(b"%PDF")
    assert send(b"%PDF").json() == first.json()
    assert problem(send(b"other")) == "key-reused"
    assert len(city.get("三元", f"/obligations/{number}").json()["evidence"]) == 1


def test_while_it_is_being_worked_on_the_other_is_told_to_wait(city):
    batch = {"facts": [fact("1")]}
    city.post("三元", "/facts", json=batch, headers=KEY)
    with writing(city.ws.ledger) as connection:  # as if its process had died before it answered
        connection.execute(update(REMEMBERED_ANSWER).values(status=None, body=None))
    answered = city.post("三元", "/facts", json=batch, headers=KEY)
    assert (answered.status_code, problem(answered)) == (409, "in-progress")
    assert answered.headers["retry-after"] == "5"

    city.bureau.clock.advance(timedelta(minutes=6))
    taken_over = city.post("三元", "/facts", json=batch, headers=KEY)
    assert (taken_over.status_code, taken_over.json()["unchanged"]) == (200, 1)


def test_what_came_of_nothing_may_be_tried_again(city, monkeypatch):
    batch = {"facts": [fact("1")]}

    def fails(*given, **more):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("duban.web.api.facts.record_facts", fails)
        assert problem(city.post("三元", "/facts", json=batch, headers=KEY)) == "defect"
    assert remembered(city) == []
    assert city.post("三元", "/facts", json=batch, headers=KEY).json()["new"] == 1


def test_answers_are_kept_for_seven_days(city):
    city.post("三元", "/facts", json={"facts": [fact("1")]}, headers=KEY)
    city.bureau.clock.advance(timedelta(days=7, seconds=1))
    city.post("三元", "/facts", json={"facts": [fact("1")]}, headers={"Idempotency-Key": "other"})
    assert [each.key for each in remembered(city)] == ["other"]


def test_a_key_is_short_and_plain(plain_city):
    for key in ("", "a b", "x" * 201):
        answered = plain_city.post(
            "三元", "/facts", json={"facts": [fact()]}, headers={"Idempotency-Key": key}
        )
        assert problem(answered) == "invalid"
