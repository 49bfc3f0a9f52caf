"""Appraisals go by mail, as a paper, to whom the project says, once each."""

from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from duban.base.problems import ProblemsFound
from duban.bureau.project_file import load_project
from duban.ledger.database import reading
from duban.ledger.tables import INBOX_MESSAGE
from duban.service.appraising import send_appraisals
from tests.notices.bureau import PROJECT, SHAXIAN, YOUXI, Bureau, at
from tests.ports import free_port

NOW = at("2023-11-01 08:30")
TO = 'appraisal_to: ["350426/主要领导", bgs@example.cn]\n'


class Box:
    def __init__(self):
        self.mails, self.refuses = [], False

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's word
        if self.refuses:
            return "451 later"
        self.mails.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def box():
    box = Box()
    server = Controller(box, hostname="127.0.0.1", port=0)
    server.port = free_port()
    server.start()
    box.port = server.port
    yield box
    server.stop()


@pytest.fixture
def bureau(tmp_path, sqlite_ledger, clock, box):
    bureau = Bureau(tmp_path, sqlite_ledger, clock)
    posts = "      posts:\n        主要领导: {addresses: {mail: ld@example.cn}}\n      stations:"
    (tmp_path / "duban.yaml").write_text(TO + PROJECT.replace("      stations:", posts, 1), encoding="utf-8")
    bureau.definitions.project = load_project(tmp_path)
    (tmp_path / "notifications").mkdir()
    (tmp_path / "notifications" / "channels.yaml").write_text(
        "channels:\n"
        f"  mail: {{kind: apprise, url: 'mailto://127.0.0.1:{box.port}/{{mail}}?from=duban@example.cn&smtp=127.0.0.1'}}\n"
        "routes: []\n",
        encoding="utf-8",
    )
    for unit in (YOUXI, SHAXIAN):
        bureau.owe(
            unit=unit,
            deadline=date(2023, 10, 13),
            state="done",
            closed_on=date(2023, 10, 12),
            closed_at=NOW,
            next_rung_at=None,
        )
    return bureau


def test_a_post_gets_its_own_unit_s_and_an_address_the_city_s_once_each(bureau, box):
    assert send_appraisals(bureau.ws, NOW) == 2
    assert send_appraisals(bureau.ws, NOW + timedelta(days=1)) == 0
    told = dict(box.mails)
    assert "尤溪县市场监管局" in told["ld@example.cn"]["subject"]
    assert "三明市市场监督管理局" in told["bgs@example.cn"]["subject"]
    [paper] = told["bgs@example.cn"].iter_attachments()
    assert paper.get_filename().endswith("（2023年10月）.docx")
    assert paper.get_content().startswith(b"PK")
    with reading(bureau.ledger) as connection:
        assert connection.execute(select(INBOX_MESSAGE.c.recipient)).scalars().all() == ["350426/主要领导"]


def test_what_the_server_refused_is_tried_again_the_next_morning(bureau, box):
    box.refuses = True
    assert send_appraisals(bureau.ws, NOW) == 0
    box.refuses = False
    assert send_appraisals(bureau.ws, NOW + timedelta(days=1)) == 2


def test_old_news_is_not_sent(bureau, box):
    assert send_appraisals(bureau.ws, NOW + timedelta(days=20)) == 0
    assert box.mails == []


def test_a_name_that_is_neither_a_post_nor_an_address_is_refused(tmp_path):
    (tmp_path / "duban.yaml").write_text("appraisal_to: [350426/主要领寻]\n" + PROJECT, encoding="utf-8")
    with pytest.raises(ProblemsFound, match=r"不是 单位编号/岗位，也不是邮箱.*350426/主要领导"):
        load_project(tmp_path)
