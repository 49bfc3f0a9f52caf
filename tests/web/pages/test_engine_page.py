"""The engine's page: loops, queues, dead letters sent again, a channel tried out. It is Monday 2023-10-09, 09:00."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from duban.channels.channel import Channel
from duban.deliveries.delivering import deliver
from duban.deliveries.settling import pause_after
from duban.ledger.database import reading
from duban.ledger.heartbeats import AUDIT, DELIVER, OPENING, PATROL, beat
from duban.ledger.tables import DELIVERY, INBOX_MESSAGE
from tests.channels.mail_server import MailServer
from tests.deliveries.cast import channels_of
from tests.newer_ledger import SAYS, taken_over
from tests.web.pages.dead_letters import a_delivery


@pytest.fixture
def mail_server():
    server = MailServer()
    yield server
    server.close()


def states(door):
    with reading(door.ws.ledger) as connection:
        return dict(connection.execute(select(DELIVERY.c.id, DELIVERY.c.state)).tuples().all())


def test_each_loop_by_itself(door, signed_in):
    beat(door.ws.ledger, OPENING.kept_as, door.now)
    beat(door.ws.ledger, PATROL.kept_as, door.now - timedelta(minutes=15))
    beat(door.ws.ledger, DELIVER.kept_as, door.now - timedelta(minutes=11))
    shown = signed_in("安").get("/admin/engine").text

    found = dict(
        re.findall(
            r'<th scope="row">(\w+)</th>\s*<td>.*?</td>\s*<td><span class="tag \w+">(\w+)<', shown, re.DOTALL
        )
    )
    assert found == {"开办": "正常", "巡查": "正常", "发送": "没有动静", "自查": "没有动静"}


def test_a_ledger_that_a_newer_program_takes_over_between_two_looks_at_it(door, signed_in, caplog):
    lin = signed_in("林")
    taken_over(door.ws.ledger, "ALTER TABLE obligation RENAME COLUMN deadline TO due_on")
    answered = lin.get("/")
    assert answered.status_code == 503
    assert "台账现在用不了" in answered.text
    assert SAYS in caplog.text
    assert "Traceback" not in caplog.text


def test_the_top_line_of_every_page_names_the_silent_loop(door, signed_in):
    for loop in (OPENING, PATROL, DELIVER):
        beat(door.ws.ledger, loop.kept_as, door.now)
    beat(door.ws.ledger, AUDIT, door.now)
    lin = signed_in("林")
    assert "没有动静" not in lin.get("/").text

    beat(door.ws.ledger, DELIVER.kept_as, door.now - timedelta(minutes=11))
    board = lin.get("/wall").text
    for shown in (lin.get("/").text, board):
        top = shown.partition('id="state"')[2].partition("</ul>")[0]
        assert "请注意：督办引擎最近一次正常是" in top
        assert "，没有动静：发送。" in top
    assert (
        'hx-select-oob="#state"' in board
    )  # or a screen on the wall tells for days what the engine was like


def test_what_was_given_up_is_sent_again(door, dead, signed_in):
    an = signed_in("安")
    assert "550 没有这个人" in an.get("/admin/engine").text
    assert "一条也没有选" in an.post("/admin/engine/resend").text
    answer = an.post("/admin/engine/resend", number=str(dead["350404"]))

    assert states(door) == {dead["350404"]: "failed", dead["350405"]: "dead"}
    assert "1 条放回队列" in an.get(answer.headers["location"]).text
    an.post("/admin/engine/resend", everything="1")
    assert set(states(door).values()) == {"failed"}


def test_what_a_mail_server_refuses_is_given_up_and_arrives_when_it_is_sent_again(
    door, signed_in, mail_server
):
    channels = channels_of(Channel("mail", "apprise", mail_server.url("p@example.cn"), timeout=5))
    number, an = a_delivery(door, "350404", "mail", state="pending"), signed_in("安")
    mail_server.refused["p@example.cn"] = "550 no such user"
    shown = an.get("/admin/engine").text
    assert re.search(r'<th scope="row">mail</th><td>待发</td><td>1</td>', shown)
    for attempt in range(6):
        door.bureau.clock.moment += pause_after(attempt) if attempt else timedelta()
        deliver(door.ws, door.now, channels=channels)
    shown = an.get("/admin/engine").text
    assert states(door)[number] == "dead"
    assert "没有这个邮箱，或者不收这里的信（SMTP 550 no such user）" in shown
    assert "没有待发的" in shown

    mail_server.refused.clear()
    answer = an.post("/admin/engine/resend", number=str(number))
    assert "1 条放回队列，下一轮就发；不在办公时间的等到上班" in an.get(answer.headers["location"]).text
    deliver(door.ws, door.now, channels=channels)

    assert [to for to, _ in mail_server.mails] == [["p@example.cn"]]
    assert states(door)[number] == "sent"
    assert "550 no such user" not in an.get("/admin/engine").text


def test_an_auditor_looks_and_changes_nothing(door, dead, signed_in):
    ji = signed_in("计")
    assert "550 没有这个人" in ji.get("/admin/engine").text
    assert ji.post("/admin/engine/resend", everything="1").status_code == 403
    assert set(states(door).values()) == {"dead"}


def test_a_channel_is_tried_out(door, signed_in):
    an = signed_in("安")
    an.get("/admin/engine")
    shown = an.post("/admin/engine/try", channel="inbox", post="350404/食品流通科")
    if shown.status_code == 422:  # the small bureau's posts are empty
        assert "空缺" in shown.text or "没有" in shown.text
    else:
        with reading(door.ws.ledger) as connection:
            assert connection.execute(select(INBOX_MESSAGE.c.title)).scalar() == "【试发】三明市局"
    assert an.post("/admin/engine/try", channel="inbox", post="没有").status_code == 422
    assert an.post("/admin/engine/try", channel="没有", post="350404/食品流通科").status_code == 422


def test_what_is_held_is_shown_released_and_held_again(door, signed_in):
    an, ji = signed_in("安"), signed_in("计")
    assert "消息压住了" not in an.get("/").text
    assert "请写明为什么" in an.post("/admin/engine/hold", reason=" ").text
    assert "已压住" in an.post("/admin/engine/hold", reason="短信平台割接").text
    assert "消息压住了，请核实" in an.get("/").text
    shown = an.get("/admin/engine").text
    assert "短信平台割接" in shown
    assert ji.post("/admin/engine/hold/1", decision="release").status_code == 403

    assert an.post("/admin/engine/hold/1", decision="discard").status_code == 422
    assert "已放行" in an.post("/admin/engine/hold/1", decision="release", reason="割接完了").text
    assert "放行：割接完了" in an.get("/admin/engine").text
    assert an.post("/admin/engine/hold/1", decision="release").status_code == 422
    assert "又压住了" in an.post("/admin/engine/hold/1", decision="again").text
    assert "不发" in an.post("/admin/engine/hold/2", decision="discard", reason="重了").text
