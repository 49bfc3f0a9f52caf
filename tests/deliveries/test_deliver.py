"""What waits is sent once, as one digest, and every outcome is written down."""

import re
import socket
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from io import BytesIO
from threading import Event

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert

from duban.base.language import use
from duban.channels.answers import ACCEPTED
from duban.channels.channel import INBOX, Channel
from duban.deliveries import delivering
from duban.deliveries.apprise_adapter import plugin_class
from duban.deliveries.contents import Version
from duban.deliveries.delivering import deliver
from duban.deliveries.headings import _group
from duban.deliveries.leasing import lease
from duban.demo.sinks import SmtpSink, WebhookSink
from duban.explanations.timeline import timeline
from duban.ladders.ladder import Addressee, Rung, Stage
from duban.ledger.database import LedgerUnavailable, open_ledger, writing
from duban.ledger.heartbeats import PATROL, beat
from duban.ledger.sessions import looking
from duban.ledger.short_ids import short_id
from duban.ledger.tables import DELIVERY, NOTICE, Obligation
from duban.ledger.unavailable import LedgerOfNewer
from tests.deliveries.cast import CITY, LEADER, OWNER, SANYUAN, SHAXIAN, Watch, channels_of
from tests.newer_ledger import taken_over
from tests.notices.bureau import at

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def hook_channel(url, name="hook", **more):
    return Channel(name, "apprise", url, **{"timeout": 5, **more})


@pytest.fixture
def refused_port():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return closed.getsockname()[1]


class TestALeaderHearsOnceADay:
    def owe(self, desk, now, **more):
        return desk.owe(now, stage="supervise", rung="supervise-1", to=((LEADER, INBOX),), **more)

    def test_what_is_decided_later_comes_with_tomorrow_s_message(self, desk, now):
        self.owe(desk, now, subject="甲公司")
        deliver(desk, now)
        self.owe(desk, now + HOUR, subject="乙公司")

        assert deliver(desk, now + HOUR).sent == 0
        assert deliver(desk, now + 9 * HOUR).sent == 0
        # 2023-10-10 08:30 in 三明.
        assert deliver(desk, now + timedelta(hours=23, minutes=30)).sent == 1
        assert ["甲公司" in each.body for each in desk.inbox()] == [True, False]

    def test_what_a_clock_that_ran_ahead_has_sent_silences_nobody(self, desk, now):
        self.owe(desk, now, subject="甲公司")
        assert deliver(desk, now + 366 * 24 * HOUR).sent == 1
        self.owe(desk, now, subject="乙公司")

        assert deliver(desk, now).sent == 1

    def test_a_confidential_one_neither_waits_nor_makes_others_wait(self, desk, now):
        self.owe(desk, now, subject="丁商行", confidential=True)
        deliver(desk, now)
        self.owe(desk, now + HOUR, subject="乙公司")
        assert deliver(desk, now + HOUR).sent == 1
        self.owe(desk, now + 2 * HOUR, subject="戊商行", confidential=True)

        assert deliver(desk, now + 2 * HOUR).sent == 1

    def test_where_the_ledger_cannot_be_read_nothing_is_said_of_the_message(self, desk, now):
        self.owe(desk, now, subject="甲公司")
        before = [(each.state, each.attempts) for each in desk.deliveries()]
        taken_over(desk.ledger, "ALTER TABLE inbox_message RENAME COLUMN received_at TO came_at")
        with pytest.raises(LedgerOfNewer):
            deliver(desk, now)
        assert [(each.state, each.attempts) for each in desk.deliveries()] == before

    def test_who_owes_it_hears_at_once(self, desk, now):
        desk.owe(now)
        deliver(desk, now)
        desk.owe(now + HOUR)

        assert deliver(desk, now + HOUR).sent == 1


class TestTheInbox:
    def test_one_digest_for_one_recipient_worst_first(self, desk, now):
        mild, _ = desk.owe(
            now, subject="甲公司", stage="remind", rung="remind-1", deadline=date(2023, 10, 12)
        )
        bad, _ = desk.owe(now, subject="乙公司", deadline=date(2023, 9, 27))
        other, _ = desk.owe(
            now, title="年度风险等级调整", subject="丙公司", stage="remind", deadline=date(2023, 10, 31)
        )

        done = deliver(desk, now)

        assert (done.sent, done.messages) == (3, 1)
        [message] = desk.inbox()
        assert message.recipient == OWNER
        assert message.title == "【催办】三元区市场监督管理局产品质量科：3 项应办，1 项逾期"
        places = [message.body.index(short_id(each)) for each in (bad, mild, other)]
        assert places == sorted(places)
        assert "依据：CP-01“例行检查要在企业取证后一个月内完成”" in message.body
        # From 2023-09-27 to 2023-10-09: 28 September, then 7, 8 (make-up days) and 9 October.
        assert "已逾期 4 个工作日，应办日 2023-09-27" in message.body
        assert "还有 3 个工作日，应办日 2023-10-12" in message.body
        assert "duban" not in message.body
        assert "数据截至 2023-10-09 09:00" in message.body
        assert message.message_id in message.body
        assert desk.states() == ["sent"] * 3

    def test_two_clauses_of_the_same_words_at_the_same_place_are_quoted_once(self):
        same = [{"clauses": [each], "source": "", "quote": "契机,有计划"} for each in ("BZ-09", "BZ-10")]
        version = Version(1, "标准化宣传", "标准化", {"basis": [*same, {**same[0], "quote": "另一句"}]})
        told = _group(version, {"BZ-09": "五、(十六)", "BZ-10": "五、(十六)"})
        assert [each.quote for each in told.basis] == ["契机,有计划", "另一句"]

    def test_who_only_sees_to_it_reads_who_owes_it(self, sqlite_desk, now):
        sqlite_desk.owe(now, stage="supervise", rung="supervise-1", to=((LEADER, INBOX),))

        deliver(sqlite_desk, now)

        [message] = sqlite_desk.inbox()
        assert message.title == "三元区市场监督管理局分管领导：本局 1 项需督办"
        assert "承办：三元区市场监督管理局产品质量科" in message.body

    def test_it_names_the_paper_s_words_the_enterprise_and_whom_to_ring(self, sqlite_desk, now):
        plan = sqlite_desk.root / "duties" / "plan"
        plan.mkdir(parents=True)
        row = "CP-01,产品质量安全监督管理,一、完善智慧监管,(四)着力提升合格率"
        (plan / "clauses.csv").write_text(f"id,line,chapter,item\n{row}\n", encoding="utf-8")
        sqlite_desk.add_post(f"{CITY}/产品质量科")
        sqlite_desk.change_post(f"{CITY}/产品质量科", holder="李四", addresses={"电话": "0598-1234567"})
        sqlite_desk.owe(now, particulars={"地址": "列东街 1 号", "负责人": "王五", "联系电话": "13800000000"})

        deliver(sqlite_desk, now)

        [message] = sqlite_desk.inbox()
        place = "产品质量安全监督管理工作要点 一、(四)"
        assert f"依据：{place}“例行检查要在企业取证后一个月内完成”" in message.body
        assert "地址 列东街 1 号；对象编号 E1；负责人 王五 13800000000" in message.body
        assert "要交：例行检查记录表" in message.body
        assert "咨询：三明市市场监督管理局产品质量科 李四 0598-1234567" in message.body

    @pytest.mark.parametrize("said", ["", "https://duban.example.org/"])
    def test_with_a_page_it_links_to_exactly_its_items(self, sqlite_desk, now, said, monkeypatch):
        monkeypatch.setenv("DUBAN_WEB_ADDRESS", said)
        project = replace(sqlite_desk.definitions.project, page="https://duban.example.cn")
        sqlite_desk.definitions.project = project
        sqlite_desk.owe(now)

        deliver(sqlite_desk, now)

        [message] = sqlite_desk.inbox()
        page = said.rstrip("/") or "https://duban.example.cn"
        assert f"办理：{page}/m/{message.message_id}（" in message.body

    def test_between_the_safe_and_the_legal_day_it_is_not_overdue(self, sqlite_desk, now):
        sqlite_desk.owe(now, target=date(2023, 9, 28), deadline=date(2023, 10, 9))

        deliver(sqlite_desk, now)

        [message] = sqlite_desk.inbox()
        assert message.title.endswith("：1 项应办")
        assert "已过应办日，应办日 2023-09-28，最后期限 2023-10-09" in message.body

    def test_a_second_run_sends_nothing(self, desk, now):
        desk.owe(now)
        deliver(desk, now)

        again = deliver(desk, now + HOUR)

        assert (again.sent, again.messages) == (0, 0)
        assert len(desk.inbox()) == 1

    def test_nothing_goes_out_before_its_time(self, desk, now):
        desk.owe(now, after=HOUR)

        assert deliver(desk, now).sent == 0
        assert deliver(desk, now + HOUR).sent == 1

    def test_two_rungs_of_one_obligation_are_one_entry_with_the_heavier_stage(self, sqlite_desk, now):
        obligation, _ = sqlite_desk.owe(now, stage="remind", rung="remind-1")
        with writing(sqlite_desk.ledger) as connection:
            notice = connection.execute(
                insert(NOTICE).values(
                    obligation_id=obligation,
                    rung="supervise-1",
                    stage="supervise",
                    due_on=date(2023, 10, 9),
                    decided_at=now,
                    late=True,
                )
            ).inserted_primary_key[0]
            connection.execute(
                insert(DELIVERY).values(
                    notice_id=notice,
                    obligation_id=obligation,
                    recipient=OWNER,
                    channel=INBOX,
                    state="pending",
                    not_before=now,
                    attempts=0,
                    next_attempt_at=now,
                )
            )

        assert deliver(sqlite_desk, now).sent == 2

        [message] = sqlite_desk.inbox()
        assert message.title.startswith("【督办】")
        assert message.body.count(short_id(obligation)) == 1

    def test_confidential_ones_go_in_a_letter_of_their_own(self, desk, now):
        desk.owe(now)
        first, _ = desk.owe(now, title="飞行检查", subject="丁商行", confidential=True)
        desk.owe(now)
        second, _ = desk.owe(now, title="飞行检查", subject="戊商行", confidential=True)

        assert deliver(desk, now).messages == 2

        [apart] = [each for each in desk.inbox() if short_id(first) in each.body]
        # Who is asked, and nothing a glance at the inbox could tell.
        assert apart.title.endswith("：2 项，请打开查看")
        assert not re.search("【|保密|检查|丁商行|逾期", apart.title)
        assert short_id(second) in apart.body
        assert apart.body.count("DB-") == 2

    def test_who_is_told_of_one_confidential_obligation_reads_of_no_other(self, desk, now):
        first, _ = desk.owe(now, title="飞行检查", subject="丁商行", confidential=True)
        desk.add_post("350403/分管领导")
        second, _ = desk.owe(
            now, title="飞行检查", subject="戊商行", confidential=True, to=(("350403/分管领导", INBOX),)
        )

        assert deliver(desk, now).messages == 2

        assert all((short_id(first) in each.body) != (short_id(second) in each.body) for each in desk.inbox())

    def test_english_for_an_english_reader(self, sqlite_desk, now):
        sqlite_desk.owe(now, provisional=True)

        with use("en"):
            deliver(sqlite_desk, now)

        [message] = sqlite_desk.inbox()
        assert message.title.startswith("[urge]")
        assert "4 working days overdue" in message.body
        assert "provisional" in message.body


class TestJustBeforeSending:
    @pytest.mark.parametrize(
        "state, reason",
        [
            ("done", "已办结"),
            ("waived", "已免办"),
            ("suspended", "已中止"),
            ("superseded", "已被替换"),
            ("withdrawn", "已撤回"),
        ],
    )
    def test_what_is_no_longer_owed_is_cancelled_with_the_reason(self, desk, now, state, reason):
        obligation, _ = desk.owe(now)
        desk.owe(now, subject="乙公司")
        desk.set_state(obligation, state, now)

        done = deliver(desk, now + MINUTE)

        assert (done.cancelled, done.sent) == (1, 1)
        first, second = desk.deliveries()
        assert (first.state, first.last_error) == ("cancelled", f"发送前{reason}")
        assert second.state == "sent"
        assert short_id(obligation) not in desk.inbox()[0].body

    def test_an_acknowledged_one_is_still_owed(self, sqlite_desk, now):
        obligation, _ = sqlite_desk.owe(now)
        sqlite_desk.set_state(obligation, "acknowledged", now)

        assert deliver(sqlite_desk, now).sent == 1


class TestRealChannels:
    def test_mail_and_webhook_carry_the_digest(self, desk, now, tmp_path):
        with SmtpSink(0, tmp_path / "mail") as mail, WebhookSink(0, tmp_path / "hook") as hook:
            channels = channels_of(
                Channel(
                    "mail", "apprise", f"mailto://127.0.0.1:{mail.port}/?from=duban@example.cn&to={{mail}}"
                ),
                hook_channel(f"json://127.0.0.1:{hook.port}/city", "hook"),
            )
            for subject in ("甲公司", "乙公司"):
                desk.owe(now, subject=subject, to=((OWNER, "mail"), (OWNER, "hook"), (OWNER, INBOX)))

            done = deliver(desk, now, channels=channels)

        assert (done.sent, done.messages, done.failed) == (6, 3, 0), [
            row.last_error for row in desk.deliveries()
        ]
        [mailed] = [path.read_text("utf-8") for path in (tmp_path / "mail").glob("*.txt")]
        [hooked] = [path.read_text("utf-8") for path in (tmp_path / "hook").glob("*.txt")]
        assert "To: p0@example.cn" in mailed
        assert "Subject: 【催办】三元区市场监督管理局产品质量科：2 项应办，2 项逾期" in mailed
        for text in (mailed, hooked):
            assert "甲公司" in text
            assert "乙公司" in text

    def test_an_address_is_percent_encoded_into_the_url(self, sqlite_desk, now, hook):
        sqlite_desk.change_post(OWNER, addresses={"room": "甲 乙?to=all&x"})
        sqlite_desk.owe(now, to=((OWNER, "hook"),))

        deliver(sqlite_desk, now, channels=channels_of(hook_channel(hook.json_url + "/to/{room}")))

        [(path, posted)] = hook.got
        assert path == "/to/%E7%94%B2%20%E4%B9%99%3Fto=all&x"
        assert "应办" in posted["message"]

    def test_seventy_signs_say_what_by_when_and_where(self, sqlite_desk, now, hook):
        sqlite_desk.owe(now, to=((OWNER, "sms"),))

        deliver(sqlite_desk, now, channels=channels_of(hook_channel(hook.json_url, "sms", max_length=210)))

        [(_, posted)] = hook.got
        assert len((posted["title"] + posted["message"]).encode()) <= 210
        for words in ("告知承诺", "福建", "应办日 2023-09-27", "站内信", "XX-"):
            assert words in posted["message"]

    def test_a_leader_gets_a_page_over_every_channel(self, sqlite_desk, now, hook):
        for number in range(60):
            sqlite_desk.owe(
                now, subject=f"第{number}号企业", stage="supervise", to=((LEADER, "mail"), (LEADER, INBOX))
            )

        deliver(sqlite_desk, now, channels=channels_of(hook_channel(hook.json_url, "mail")))

        [(_, posted)] = hook.got
        assert len((posted["title"] + posted["message"]).encode()) <= 4_096
        assert "告知承诺获证企业首次例行检查 60 项" in posted["message"]
        [kept] = sqlite_desk.inbox(LEADER)
        assert (kept.title, kept.body.splitlines()[2:9]) == (
            posted["title"],
            posted["message"].splitlines()[2:9],
        )
        assert kept.title == "三元区市场监督管理局分管领导：本局 60 项需督办"
        assert len(kept.body) < 800

    def test_foreign_words_call_nobody_in_a_group(self, sqlite_desk, now, hook, monkeypatch):
        there = property(lambda _: hook.url, lambda *_: None)
        monkeypatch.setattr(plugin_class("feishu://x"), "notify_url", there, raising=False)
        hook.answer = b'{"code":0}'
        sqlite_desk.owe(now, subject='<at user_id="all">所有人</at> @all', to=((OWNER, "fs"), (OWNER, INBOX)))
        channel = hook_channel("feishu://abcdef0123456789", "fs", group=True)

        deliver(sqlite_desk, now, channels=channels_of(channel))

        text = hook.got[0][1]["content"]["text"]
        assert "＜at user_id=" in text
        assert "<at" not in text
        assert "@all" not in text
        assert "<at user_id=" in sqlite_desk.inbox()[0].body

    def test_a_group_gets_no_confidential_duty_and_the_inbox_does(self, sqlite_desk, now, hook):
        sqlite_desk.owe(now, confidential=True, to=((OWNER, "hook"),))

        done = deliver(sqlite_desk, now, channels=channels_of(hook_channel(hook.json_url, group=True)))

        assert (done.dead, done.sent, hook.got) == (1, 1, [])
        assert "保密事项不发群" in sqlite_desk.inbox()[0].body


class TestFailures:
    def test_refused_is_retried_and_the_others_are_not_held_up(self, desk, now, refused_port, hook):
        channels = channels_of(
            hook_channel(f"json://127.0.0.1:{refused_port}", "dead"), hook_channel(hook.json_url)
        )
        desk.owe(now, to=((OWNER, "dead"), (OWNER, "hook"), (OWNER, INBOX)))

        done = deliver(desk, now, channels=channels)

        assert (done.sent, done.failed) == (2, 1)
        failed = desk.deliveries()[0]
        assert (failed.state, failed.attempts, failed.lease_holder) == ("failed", 1, None)
        assert failed.next_attempt_at == now + MINUTE
        assert "refused" in failed.last_error

    def test_what_waits_for_a_time_that_a_clock_ran_ahead_to_goes_out_once_it_is_put_back(
        self, desk, now, hook
    ):
        ahead = now + 366 * 24 * HOUR
        channels = channels_of(hook_channel(hook.json_url))
        hook.status = 500
        desk.owe(now, to=((OWNER, "hook"),))
        assert deliver(desk, ahead, channels=channels).failed == 1
        desk.owe(now, subject="乙公司", to=((LEADER, "hook"),))
        with writing(desk.ledger) as connection:  # a run of then that died
            lease(connection, ahead, holder="dead", seconds=300, limit=9, most=9, tear=True, only=["hook"])
        desk.owe(now, subject="丙公司", to=((OWNER, "hook"),), after=HOUR)
        hook.status = 200
        assert deliver(desk, now + MINUTE, channels=channels).sent == 0

        beat(desk.ledger, PATROL.kept_as, ahead)

        assert deliver(desk, now + MINUTE, channels=channels).sent == 2
        assert deliver(desk, now + HOUR, channels=channels).sent == 1

    def test_what_failed_goes_out_with_the_next_digest(self, desk, now, hook):
        hook.status = 500
        channels = channels_of(hook_channel(hook.json_url))
        desk.owe(now, to=((OWNER, "hook"),))
        assert deliver(desk, now, channels=channels).failed == 1

        hook.status = 200
        desk.owe(now, subject="乙公司", to=((OWNER, "hook"),))
        later = deliver(desk, now + MINUTE, channels=channels)

        assert (later.sent, later.messages) == (2, 1)

    def test_each_pause_is_longer_and_at_the_cap_the_inboxes_are_told(self, desk, now, hook):
        hook.status = 500
        channels = channels_of(hook_channel(hook.json_url))
        desk.owe(now, to=((LEADER, "hook"),), stage="supervise", rung="supervise-1")
        moment, pauses = now, []
        for _ in range(5):
            assert deliver(desk, moment, channels=channels).failed == 1
            pauses.append(desk.deliveries()[0].next_attempt_at - moment)
            moment += pauses[-1]

        assert pauses == [MINUTE, 4 * MINUTE, 16 * MINUTE, 64 * MINUTE, 4 * HOUR]
        last = deliver(desk, moment, channels=channels)
        assert (last.dead, last.sent) == (1, 2)
        dead = desk.deliveries()[0]
        assert (dead.state, dead.settled_at) == ("dead", moment)
        assert "error=500" in dead.last_error

        for recipient in (LEADER, OWNER):
            [message] = desk.inbox(recipient)
            assert f"发给 {LEADER} 的消息没有送到（渠道 hook" in message.body

    def test_a_server_that_never_answers_leaves_it_unknown_and_the_number_stays(
        self, sqlite_desk, now, silent_server, hook
    ):
        sqlite_desk.owe(now, to=((OWNER, "hook"),))
        mute = channels_of(hook_channel(f"json://127.0.0.1:{silent_server}", timeout=0.05))

        done = deliver(sqlite_desk, now, channels=mute)

        assert done.unknown == 1
        [waiting] = sqlite_desk.deliveries()
        assert waiting.state == "unknown"
        sqlite_desk.owe(now, subject="乙公司", to=((OWNER, "hook"),))

        again = deliver(sqlite_desk, now + MINUTE, channels=channels_of(hook_channel(hook.json_url)))

        assert (again.sent, again.messages) == (2, 2)
        texts = [posted["message"] for _, posted in hook.got]
        assert sum(waiting.message_id in text for text in texts) == 1

    def test_a_channel_that_fails_three_times_running_rests_until_later(self, sqlite_desk, now, hook):
        hook.status = 503
        recipients = [OWNER, LEADER, f"{SHAXIAN}/产品质量科", f"{SHAXIAN}/分管领导", "350403/综合科"]
        for recipient in recipients:
            sqlite_desk.owe(now, to=((recipient, "hook"),))

        done = deliver(sqlite_desk, now, channels=channels_of(hook_channel(hook.json_url)))

        assert (done.failed, done.held) == (3, 2)
        assert len(hook.got) == 3
        untried = [row for row in sqlite_desk.deliveries() if row.state == "pending"]
        assert [(row.attempts, row.message_id, row.lease_holder) for row in untried] == [(0, None, None)] * 2
        hook.status = 200
        assert deliver(sqlite_desk, now + MINUTE, channels=channels_of(hook_channel(hook.json_url))).sent == 5

    @pytest.mark.parametrize(
        "scheme, answer",
        [
            ("wecombot://wrongkey-0000", b'{"errcode":93000,"errmsg":"invalid webhook url"}'),
            ("dingtalk://abcdef0123456789", b'{"errcode":310000,"errmsg":"token is not exist"}'),
            (
                "feishu://abcdef0123456789",
                b'{"code":19001,"msg":"param invalid: incoming webhook access token invalid"}',
            ),
            ("lark://abcdef0123456789", b'{"code":19001,"msg":"token invalid"}'),
        ],
    )
    def test_a_robot_that_says_no_with_200_has_not_sent(
        self, sqlite_desk, now, hook, monkeypatch, scheme, answer
    ):
        for attribute in ("api_url", "notify_url", "webhook_url"):
            there = property(lambda _: hook.url, lambda *_: None)
            monkeypatch.setattr(plugin_class(scheme), attribute, there, raising=False)
        hook.answer = answer
        sqlite_desk.owe(now, to=((OWNER, "robot"),))

        done = deliver(sqlite_desk, now, channels=channels_of(hook_channel(scheme, "robot")))

        assert done.failed == 1
        assert "robot refused" in sqlite_desk.deliveries()[0].last_error
        hook.answer = b'{"errcode":0,"code":0}'
        assert (
            deliver(sqlite_desk, now + MINUTE, channels=channels_of(hook_channel(scheme, "robot"))).sent == 1
        )

    def test_a_bad_token_never_shows_in_the_ledger_or_the_log(self, sqlite_desk, now, caplog):
        caplog.set_level("DEBUG")
        sqlite_desk.owe(now, to=((OWNER, "robot"),))

        deliver(sqlite_desk, now, channels=channels_of(hook_channel("dingtalk://Ge-heim$!@nope$$$", "robot")))

        [row] = sqlite_desk.deliveries()
        assert row.state == "failed"
        assert "heim" not in row.last_error + caplog.text

    def test_a_channel_that_is_gone_or_not_configured_goes_to_the_inbox(self, sqlite_desk, now):
        absent = Channel("mail", "apprise", absent="环境变量 X 没有设置")
        sqlite_desk.owe(now, to=((OWNER, "mail"), (OWNER, "fax")))

        done = deliver(sqlite_desk, now, channels=channels_of(absent))

        assert (done.dead, done.sent, len(sqlite_desk.inbox())) == (2, 1, 1)

    def test_the_channels_are_those_in_force_and_not_those_of_the_folder(
        self, sqlite_desk, now, hook, tmp_path
    ):
        in_force = sqlite_desk.definitions.root = tmp_path / "applied"
        for root, text in (
            (in_force, f"channels: {{hook: {{kind: apprise, url: '{hook.json_url}'}}}}"),
            (sqlite_desk.root, "channels: ["),
        ):
            (root / "notifications").mkdir(parents=True)
            (root / "notifications" / "channels.yaml").write_text(text, encoding="utf-8")
        sqlite_desk.owe(now, to=((OWNER, "hook"),))

        done = deliver(sqlite_desk, now)

        assert (done.sent, len(hook.got), done.problems) == (1, 1, ())

    def test_while_the_channels_file_was_never_right_the_inbox_is_served_and_the_rest_waits(
        self, sqlite_desk, now
    ):
        (sqlite_desk.root / "notifications").mkdir()
        (sqlite_desk.root / "notifications" / "channels.yaml").write_text("channels: [", encoding="utf-8")
        sqlite_desk.owe(now, to=((OWNER, INBOX), (OWNER, "mail")))

        done = deliver(sqlite_desk, now)

        assert (done.sent, sqlite_desk.states()) == (1, ["sent", "pending"])
        assert done.problems[0].path == "notifications/channels.yaml"

    def test_a_message_that_cannot_be_put_into_words_holds_up_nobody(self, sqlite_desk, now, monkeypatch):
        bad, _ = sqlite_desk.owe(now)
        sqlite_desk.owe(now, to=((LEADER, INBOX),))
        from duban.deliveries import preparing

        def compose(content, *args, **more):
            if content.rows[0].obligation_id == bad:
                raise ArithmeticError("no words")
            return real(content, *args, **more)

        real = preparing.compose
        monkeypatch.setattr(preparing, "compose", compose)

        done = deliver(sqlite_desk, now)

        assert (done.failed, done.sent) == (1, 1)
        assert sqlite_desk.deliveries()[0].last_error == "ArithmeticError: no words"

    def test_an_inbox_that_cannot_be_written_is_tried_again_and_never_given_up(
        self, sqlite_desk, now, monkeypatch
    ):
        from duban.channels.carriers.inbox import plugin as inbox

        def full(*_):
            raise OSError("disk full")

        sqlite_desk.owe(now)
        moment = now
        with monkeypatch.context() as broken:
            broken.setattr(inbox, "insert_ignore", full)
            for _ in range(8):
                assert deliver(sqlite_desk, moment).failed == 1
                moment = sqlite_desk.in_office(sqlite_desk.deliveries()[0].next_attempt_at)
        assert "disk full" in sqlite_desk.deliveries()[0].last_error

        assert deliver(sqlite_desk, moment).sent == 1

    @pytest.mark.parametrize("late", ["2023-10-09 17:30", "2023-10-13 23:59", "2023-10-15 12:00"])
    def test_what_is_late_waits_for_the_office_but_what_is_urgent_does_not(self, sqlite_desk, now, late):
        ladder = sqlite_desk.definitions.ladders["standard"]
        summons = Rung("summon-1", Stage.SUMMON, 15, "deadline", (Addressee("分管领导"),), urgent=True)
        sqlite_desk.definitions.ladders["standard"] = replace(ladder, rungs=(*ladder.rungs, summons))
        sqlite_desk.owe(now)
        sqlite_desk.owe(now, to=((LEADER, INBOX),), rung="summon-1", stage="summon")
        night = at(late)

        done = deliver(sqlite_desk, night)

        assert (done.sent, done.held) == (1, 1)
        assert [message.recipient for message in sqlite_desk.inbox()] == [LEADER]
        [waits] = [row for row in sqlite_desk.deliveries() if row.state == "pending"]
        assert (waits.attempts, waits.next_attempt_at) == (0, sqlite_desk.in_office(night))
        assert deliver(sqlite_desk, sqlite_desk.in_office(night)).sent == 1


class TestRate:
    def test_a_rate_holds_back_what_is_too_much_for_this_minute(self, sqlite_desk, now, hook):
        for recipient in (OWNER, LEADER, f"{SHAXIAN}/产品质量科"):
            sqlite_desk.owe(now, to=((recipient, "hook"),))
        channels = channels_of(hook_channel(hook.json_url, rate=2))

        first = deliver(sqlite_desk, now, channels=channels)
        assert (first.sent, first.held, len(hook.got)) == (2, 1, 2)
        held = [row for row in sqlite_desk.deliveries() if row.state == "pending"]
        assert [(row.attempts, row.message_id, row.lease_holder) for row in held] == [(0, None, None)]

        assert deliver(sqlite_desk, now + timedelta(seconds=30), channels=channels).sent == 0
        assert deliver(sqlite_desk, now + timedelta(seconds=61), channels=channels).sent == 1


class TestPeople:
    def test_the_deputy_hears_while_the_holder_is_away(self, sqlite_desk, now, hook):
        sqlite_desk.change_post(OWNER, away=((date(2023, 10, 7), date(2023, 10, 13)),), deputy="综合科")
        sqlite_desk.change_post("350403/综合科", addresses={"room": "zonghe"})
        obligation, _ = sqlite_desk.owe(now, to=((OWNER, INBOX), (OWNER, "hook")))
        channels = channels_of(hook_channel(hook.json_url + "/{room}"))

        deliver(sqlite_desk, now, channels=channels)

        assert hook.got[0][0] == "/zonghe"
        assert [each.recipient for each in sqlite_desk.inbox()] == ["350403/综合科", OWNER]
        assert "代行 产品质量科 职责" in sqlite_desk.inbox()[0].body
        with looking(sqlite_desk.ledger) as session:
            happened = timeline(session, session.get_one(Obligation, obligation), channels)
        assert "产品质量科，综合科代（站内信" in happened[-1].text

    def test_an_empty_post_passes_to_the_next_rung_and_it_is_recorded(self, desk, now):
        desk.change_post(OWNER, vacant=True)
        obligation, _ = desk.owe(now)

        done = deliver(desk, now)

        # The posts of the urge rung are empty, so those of the supervise rung are told, in the same run.
        assert (done.passed, done.sent) == (1, 1)
        [message] = desk.inbox()
        assert message.recipient == LEADER
        first, second = desk.deliveries()
        assert (first.state, second.recipient, second.state) == ("cancelled", LEADER, "sent")
        [event] = desk.events()
        assert (event.obligation_id, event.kind) == (obligation, "passed_on")

    def test_when_nobody_is_there_the_inbox_of_the_post_keeps_it(self, sqlite_desk, now):
        for recipient in (OWNER, LEADER, "350400/主要领导"):
            sqlite_desk.change_post(recipient, vacant=True)
        sqlite_desk.owe(now)

        assert deliver(sqlite_desk, now).sent == 1
        assert [each.recipient for each in sqlite_desk.inbox()] == [OWNER]


class TestManyAtOnce:
    def test_the_limit_never_tears_a_digest(self, sqlite_desk, now):
        for recipient in (OWNER, f"{SHAXIAN}/产品质量科"):
            for _ in range(3):
                sqlite_desk.owe(now, to=((recipient, INBOX),))

        assert deliver(sqlite_desk, now, limit=4).messages == 1
        assert deliver(sqlite_desk, now).messages == 1
        assert len(sqlite_desk.inbox()) == 2

    @pytest.mark.parametrize("workers", [4])
    def test_workers_at_once_send_each_delivery_once(self, desk, now, hook, workers):
        from concurrent.futures import ThreadPoolExecutor

        for n in range(10):
            desk.owe(now, subject=f"第{n}号", to=((OWNER if n % 2 else LEADER, "hook"),))
        channels = channels_of(hook_channel(hook.json_url))

        with ThreadPoolExecutor(workers) as threads:
            results = list(threads.map(lambda _: deliver(desk, now, channels=channels), range(workers)))

        assert sum(each.sent for each in results) == 10
        text = "".join(posted["message"] for _, posted in hook.got)
        assert text.count("逾期 4 个工作日") == 10


class TestALedgerThatCannotBeHad:
    def test_what_was_sent_is_kept_once_it_can_and_the_rest_goes_in_the_next_round(
        self, desk, now, hook, monkeypatch
    ):
        monkeypatch.setattr("duban.ledger.database.LOCK_PATIENCE_SECONDS", 0.05)
        usual, desk.ledger = desk.ledger, open_ledger(desk.ledger.url.render_as_string(hide_password=False))
        for whom in ("甲", "乙", "丙"):
            desk.add_post(f"{SANYUAN}/{whom}")
            desk.owe(now, to=((f"{SANYUAN}/{whom}", "hook"),))
        channels = channels_of(hook_channel(hook.json_url, per_second=5))  # one sender

        with ExitStack() as held:

            def second_arrives():
                if len(hook.got) == 2:
                    other = held.enter_context(writing(usual))
                    if other.dialect.name == "postgresql":
                        other.exec_driver_sql("LOCK TABLE delivery IN EXCLUSIVE MODE")
                return 200, b"{}"

            class FiveSeconds(Watch):
                def wait(self, seconds):
                    super().wait(seconds)
                    if self.elapsed() >= 5:
                        held.close()

            hook.answering = second_arrives
            watch = FiveSeconds()
            with pytest.raises(LedgerUnavailable):
                deliver(desk, now, channels=channels, watch=watch)

        assert 5 <= watch.elapsed() < 10
        assert sorted(desk.states()) == ["pending", "sent", "sent"]
        assert [row.lease_holder for row in desk.deliveries()] == [None] * 3
        assert deliver(desk, now + MINUTE, channels=channels).sent == 1
        assert len({posted["message"] for _, posted in hook.got}) == len(hook.got) == 3
        desk.ledger.dispose()
        desk.ledger.clear_compiled_cache()

    def test_of_what_is_on_the_line_while_a_newer_program_takes_the_ledger_over_nothing_is_waited_for(
        self, desk, now, hook
    ):
        desk.owe(now, to=((OWNER, "hook"),))

        def meanwhile():
            taken_over(desk.ledger, "ALTER TABLE attempt RENAME COLUMN outcome TO came_of_it")
            return 200, b"{}"

        hook.answering = meanwhile
        watch = Watch()
        with pytest.raises(LedgerOfNewer):
            deliver(desk, now, channels=channels_of(hook_channel(hook.json_url)), watch=watch)
        assert len(hook.got) == 1
        assert watch.elapsed() == 0
        assert "sent" not in desk.states(), "whether it arrived is for the newer program to find out"

    def test_what_arrived_before_a_newer_program_took_the_ledger_over_is_written_down_and_nothing_else_goes(
        self, desk, now, hook
    ):
        for whom in ("甲", "乙"):
            desk.add_post(f"{SANYUAN}/{whom}")
            desk.owe(now, to=((f"{SANYUAN}/{whom}", "hook"),))

        def meanwhile():
            taken_over(desk.ledger, "CREATE TABLE of_years_to_come (code VARCHAR)")
            return 200, b"{}"

        hook.answering = meanwhile
        with pytest.raises(LedgerOfNewer):
            deliver(desk, now, channels=channels_of(hook_channel(hook.json_url, per_second=5)))
        assert len(hook.got) == 1
        assert sorted(desk.states()) == ["pending", "sent"]

    def test_a_process_that_is_to_end_sends_what_is_on_the_line_and_hands_back_the_rest(
        self, sqlite_desk, now, hook, monkeypatch
    ):
        monkeypatch.setattr(delivering, "LEAVING", leaving := Event())
        for whom in ("甲", "乙", "丙"):
            sqlite_desk.add_post(f"{SANYUAN}/{whom}")
            sqlite_desk.owe(now, to=((f"{SANYUAN}/{whom}", "hook"),))
        channels = channels_of(hook_channel(hook.json_url, per_second=5))  # one sender

        def asked_to_stop():
            if len(hook.got) == 1:
                leaving.set()
            return 200, b"{}"

        hook.answering = asked_to_stop
        assert deliver(sqlite_desk, now, channels=channels, watch=Watch()).sent == 1
        assert sorted(sqlite_desk.states()) == ["pending", "pending", "sent"]
        assert [row.lease_holder for row in sqlite_desk.deliveries()] == [None] * 3
        leaving.clear()
        assert deliver(sqlite_desk, now, channels=channels, watch=Watch()).sent == 2
        assert len({posted["message"] for _, posted in hook.got}) == len(hook.got) == 3


class TestTheListGoesWithTheMail:
    def test_a_leader_s_page_has_it_attached(self, sqlite_desk, now, monkeypatch):
        for number in range(40):
            sqlite_desk.owe(now, subject=f"第{number}号企业", stage="supervise", to=((LEADER, "mail"),))
        mails = []
        monkeypatch.setattr(
            plugin_class("mailto://x"), "_hand_in", lambda _, __, ___, mail: mails.append(mail) or ACCEPTED
        )

        deliver(
            sqlite_desk,
            now,
            channels=channels_of(hook_channel("mailto://127.0.0.1/?from=a@example.cn&to={mail}", "mail")),
        )

        [mail] = mails
        told = message_from_bytes(mail)
        [part] = [each for each in told.walk() if each.get_content_maintype() == "application"]
        rows = load_workbook(BytesIO(part.get_payload(decode=True)))["清单"].iter_rows(values_only=True)
        assert next(rows)[:3] == ("编号", "事项", "对象")
        assert len(list(rows)) == 40
