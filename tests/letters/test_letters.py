"""Letters are numbered in their order, say what is owed in the plan's own terms, and stand in the history."""

import re
from datetime import date
from io import BytesIO

import docx
import pytest
from docx.shared import Mm, Pt
from sqlalchemy import insert, select, update

from duban.base.clock import FixedClock
from duban.base.language import use
from duban.base.starter import copy_starter
from duban.documents.word import official_page, write_line
from duban.explanations.obligation import explain
from duban.ledger.database import reading, writing
from duban.ledger.short_ids import parse_short_id, short_id
from duban.ledger.tables import LETTER, NOTICE, OBLIGATION, Obligation
from duban.letters import issuing
from duban.letters.issued import issued_letters
from duban.letters.issuing import issue, kind_named, preview
from duban.letters.kinds import KINDS
from duban.letters.plain_template import COLUMNS, LIST_POINTS, plain_template
from duban.letters.printed import letter_as_pdf, letter_page
from duban.letters.slips import take_receipt
from duban.letters.templates import LetterRefused, template_of
from duban.obligations.actions import waive
from duban.obligations.listing import Filter
from duban.service.cycle import tick
from duban.workspace.workspace import open_workspace
from tests.few_duties import keep
from tests.notices.bureau import at
from tests.principals import by

OPENED, NOW = at("2023-06-01 09:00"), at("2023-07-20 09:00")
SANYUAN, SHAXIAN = "350404", "350405"
REPLY = date(2023, 8, 4)


@pytest.fixture
def ws(tmp_path, ledger_database):
    root = tmp_path / "project"
    copy_starter(root)
    keep(root, ("sl-yearly-regrading", "sl-control-check"))
    ws = open_workspace(root, FixedClock(OPENED), ledger_database)
    tick(ws, OPENED)
    ws.clock.moment = NOW
    yield ws
    ws.ledger.dispose()


def owed_by(ws, unit, duty="sl-yearly-regrading"):
    found = select(Obligation.id).where(Obligation.unit == unit, Obligation.duty_id == duty)
    with reading(ws.ledger) as connection:
        return short_id(connection.execute(found).scalar_one())


def send(ws, kind, *numbers, reply_by=REPLY):
    return issue(ws, kind_named(kind), numbers, NOW, actor="林晓", reply_by=reply_by, shown_to=Filter())


def spoken(ws, number, *stages):
    """The ladder of an obligation has spoken at these stages."""
    with writing(ws.ledger) as connection:
        for stage in stages:
            told = {"rung": f"{stage}-1", "stage": stage, "due_on": NOW.date(), "decided_at": NOW}
            connection.execute(insert(NOTICE).values(obligation_id=parse_short_id(number), **told))


def read(path):
    document = docx.Document(path)
    return [line.text for line in document.paragraphs], [
        [cell.text for cell in row.cells] for row in document.tables[0].rows
    ]


def test_a_letter_says_what_is_owed_by_when_and_on_which_words_of_the_plan(ws):
    sent = send(ws, "督办通知书", owed_by(ws, SANYUAN))
    lines, rows = read(sent.path)
    assert lines[:3] == ["三明市市场监督管理局", "督办通知书", "三市监督〔2023〕1号"]
    assert "三元区市场监管局：" in lines
    assert "截至2023年7月20日，你单位有下列1项工作超过期限仍未办结，现予督办。" in lines
    assert "回  执" in lines
    assert rows[0] == ["序号", "编号", "事项", "依据", "期限", "逾期"]
    (row,) = rows[1:]
    assert row[1:3] == [owed_by(ws, SANYUAN), "食品销售者年度风险等级调整认定率"]
    assert row[3].startswith("食品流通安全监督管理工作要点 ")
    assert row[4:] == ["2023年6月2日", "33个工作日"]


def test_numbers_go_on_through_the_year_whatever_the_kind(ws):
    first = send(ws, "催办单", owed_by(ws, SANYUAN))
    second = send(ws, "督办通知书", owed_by(ws, SHAXIAN))
    assert (first.number, second.number) == ("三市监督〔2023〕1号", "三市监督〔2023〕2号")
    assert [each.number for each in issued_letters(ws)] == [second.number, first.number]


def test_a_number_somebody_took_meanwhile_is_not_given_twice(ws, monkeypatch):
    """Another letter is issued after this one was filled in and before its number was claimed."""
    write_down = issuing._write_down

    def beaten(*told):
        monkeypatch.setattr(issuing, "_write_down", write_down)
        send(ws, "催办单", owed_by(ws, SHAXIAN))
        return write_down(*told)

    monkeypatch.setattr(issuing, "_write_down", beaten)
    sent = send(ws, "督办通知书", owed_by(ws, SANYUAN))
    assert sent.number == "三市监督〔2023〕2号"
    assert read(sent.path)[0][2] == sent.number
    assert len(issued_letters(ws)) == 2


def test_it_stands_in_the_history(ws):
    number = owed_by(ws, SANYUAN)
    send(ws, "督办通知书", number)
    with reading(ws.ledger) as connection:
        row = connection.execute(
            select(Obligation.id).where(
                Obligation.unit == SANYUAN, Obligation.duty_id == "sl-yearly-regrading"
            )
        ).scalar_one()
    assert (
        explain(ws, row).timeline[-1].text
        == "发文 · 林晓 · 督办通知书 三市监督〔2023〕1号，2023年8月4日前回复"
    )


def test_a_circular_goes_to_all(ws):
    sent = send(ws, "通报", owed_by(ws, SANYUAN), owed_by(ws, SHAXIAN))
    lines, rows = read(sent.path)
    assert (sent.unit, sent.items, len(rows)) == ("各有关单位", 2, 3)
    assert [row[1] for row in rows] == ["单位", "三元区市场监管局", "沙县区市场监管局"]
    assert "回  执" not in lines


@pytest.mark.parametrize(
    ("kind", "units", "reply_by", "told"),
    [
        ("督办通知书", (SANYUAN, SHAXIAN), REPLY, "督办通知书只发给一个单位"),
        ("督办通知书", (SANYUAN,), date(2023, 7, 20), "回复日期 2023-07-20 不在今天以后"),
        ("通报", (), REPLY, "一份文书写 1 到 500 项"),
    ],
)
def test_what_cannot_be_sent_is_not_numbered(ws, kind, units, reply_by, told):
    with pytest.raises(LetterRefused, match=told):
        send(ws, kind, *(owed_by(ws, unit) for unit in units), reply_by=reply_by)
    with reading(ws.ledger) as connection:
        assert connection.execute(select(LETTER)).all() == []


class TestGrounds:
    """A letter says only what is so."""

    def test_nobody_is_summoned_before_the_ladder_has_come_to_it(self, ws):
        number = owed_by(ws, SANYUAN)
        with pytest.raises(LetterRefused, match=rf"约谈通知不能写：{number} 现在到“提醒”，还没有到“约谈”"):
            send(ws, "约谈通知", number)
        spoken(ws, number, "urge", "supervise")
        with pytest.raises(LetterRefused, match="现在到“督办”，还没有到“约谈”"):
            send(ws, "约谈通知", number)
        assert issued_letters(ws) == []
        spoken(ws, number, "summon")
        assert send(ws, "约谈通知", number).number == "三市监督〔2023〕1号"

    @pytest.mark.parametrize(("kind", "may"), [("催办单", True), ("督办通知书", False), ("通报", False)])
    def test_what_is_not_overdue_is_urged_and_not_called_overdue(self, ws, kind, may):
        number = owed_by(ws, SANYUAN)
        with writing(ws.ledger) as connection:
            later = update(OBLIGATION).values(deadline=date(2023, 7, 20))
            connection.execute(later.where(OBLIGATION.c.id == parse_short_id(number)))
        if may:
            assert read(send(ws, kind, number).path)[1][1][5] == "未逾期"
            return
        with pytest.raises(LetterRefused, match=f"{kind}不能写：{number} 没有逾期"):
            send(ws, kind, number)

    def test_an_emergency_is_called_past_its_hour_on_its_first_day(self, ws):
        number, today = owed_by(ws, SANYUAN), NOW.date()
        with writing(ws.ledger) as connection:
            hour = update(OBLIGATION).values(deadline=today, due_at=at("2023-07-20 08:05"))
            connection.execute(hour.where(OBLIGATION.c.id == parse_short_id(number)))
        spoken(ws, number, "urge", "supervise")
        assert read(send(ws, "督办通知书", number).path)[1][1][4:6] == ["2023年7月20日 08:05", "已过时限"]

    def test_a_preview_speaks_of_the_others_and_says_what_it_leaves_out(self, ws):
        one, other = owed_by(ws, SANYUAN), owed_by(ws, SANYUAN, "sl-control-check")
        spoken(ws, one, "summon")
        shown = preview(ws, kind_named("约谈通知"), [one, other], NOW, shown_to=Filter())
        assert [row["编号"] for row in shown.rows] == [one]
        assert [*shown.left_out] == [other]

    def test_why_is_said_in_the_reader_s_language(self, ws):
        with use("en"), pytest.raises(LetterRefused, match="at remind, not yet at summon"):
            send(ws, "约谈通知", owed_by(ws, SANYUAN))


def test_what_is_closed_or_unknown_is_said(ws):
    number = owed_by(ws, SANYUAN)
    waive(ws, number, NOW, who=by("林晓"), reason="已停业")
    with pytest.raises(LetterRefused, match="已经办结"):
        send(ws, "催办单", number)
    with pytest.raises(LetterRefused, match="没有编号为"):
        send(ws, "催办单", short_id(99_999))
    with pytest.raises(LetterRefused, match="没有文书“通报函”"):
        kind_named("通报函")


def test_the_bureau_s_own_template_is_taken_and_cannot_run_anything(ws):
    kind = kind_named("催办单")
    document = docx.Document()
    document.add_paragraph("致{{ 单位 }}：{{ 件数 }}项")
    place = ws.root / "notifications/documents/催办单.docx"
    place.parent.mkdir()
    document.save(place)
    sent = send(ws, "催办单", owed_by(ws, SANYUAN))
    assert docx.Document(sent.path).paragraphs[0].text == "致三元区市场监管局：1项"
    for wrong in (
        "{{ 1 / 0 }}",
        "{{ [局, [局]] }}",
        "{% include '甲' %}",
        "{{ 单位.__class__.__mro__ }}",
        "{{ 局",
    ):
        document.add_paragraph(wrong)
        document.save(place)
        with pytest.raises(LetterRefused, match=r"notifications/documents/催办单\.docx 的模板有错"):
            send(ws, kind.name, owed_by(ws, SHAXIAN))
        document._body._body.remove(document.paragraphs[-1]._p)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_plain_template_is_a_page_of_gb_t_9704(kind, tmp_path):
    section = docx.Document(BytesIO(plain_template(kind))).sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    assert (round(width / Mm(1)), round(height / Mm(1))) == (156, 225)
    assert (round(section.top_margin / Mm(1)), round(section.left_margin / Mm(1))) == (37, 28)
    assert template_of(tmp_path, kind)[:2] == b"PK"


@pytest.mark.parametrize("told", ["DB-000YAE", "2026年10月13日", "138个工作日"])
def test_a_number_a_day_and_how_long_it_is_overdue_stand_on_one_line_each(told):
    """A sign is as wide as it is high, a Latin capital seven tenths of it, a figure half; a cell keeps 1.9 mm free on either side."""
    column = ("DB-000YAE", "2026年10月13日", "138个工作日").index(told)
    _, _, width = [each for each in COLUMNS if each[0] in ("编号", "期限", "逾期")][column]
    signs = sum(0.7 if sign.isupper() else 0.5 if sign.isascii() else 1 for sign in told)

    assert signs * Pt(LIST_POINTS) / Mm(1) + 2 * 1.9 <= width
    assert sum(each[2] for each in COLUMNS) == 156


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_the_table_repeats_its_heading_and_no_signature_stands_on_an_empty_page(kind):
    told = letter_page(plain_template(kind))

    assert told.count("<thead><tr>") == 1
    assert re.search(r'<p style="text-align:right;break-after:avoid"><span[^>]*>{{ 局 }}', told)
    assert re.search(r'<p style="[^"]*break-after:avoid"><span[^>]*>' + re.escape(kind.request[:6]), told)


def test_the_slip_that_comes_back_stands_in_the_history_and_in_the_list(ws):
    number = owed_by(ws, SANYUAN)
    sent = send(ws, "督办通知书", number)
    [letter] = issued_letters(ws)
    assert letter.returned is None
    take_receipt(ws, letter, "已完成认定，附报告", at("2023-07-28 10:00"), actor="林晓", on=date(2023, 7, 27))
    told = f"督办通知书 {sent.number} 回执（2023年7月27日收到）：已完成认定，附报告"
    assert issued_letters(ws)[0].returned == told
    assert explain(ws, parse_short_id(number)).timeline[-1].text == f"收到回执 · 林晓 · {told}"


@pytest.mark.parametrize(
    ("told", "on", "why"),
    [
        (" ", date(2023, 7, 27), "写明回执"),
        ("好", date(2023, 7, 1), "发文以后"),
        ("好", date(2024, 1, 1), "今天以前"),
    ],
)
def test_a_slip_without_words_or_of_another_time_is_not_taken(ws, told, on, why):
    send(ws, "督办通知书", owed_by(ws, SANYUAN))
    with pytest.raises(LetterRefused, match=why):
        take_receipt(ws, issued_letters(ws)[0], told, at("2023-07-28 10:00"), actor="林晓", on=on)


def test_as_pdf_it_is_a_page_of_22_lines_of_28_characters(printer, ws):
    def pages(*texts):
        paper = docx.Document()
        official_page(paper)
        for text in texts:
            write_line(paper, text)
        held = BytesIO()
        paper.save(held)
        return len(printer(string=letter_page(held.getvalue())).render().pages)

    assert pages("督" * 28 * 22) == 1
    assert pages("督" * (28 * 22 + 1)) == 2
    assert pages(*["督"] * 22) == 1


def test_as_pdf_it_says_what_the_docx_says_and_the_slip_has_a_page_of_its_own(printer, ws):
    letter = send(ws, "督办通知书", owed_by(ws, SANYUAN)).path.read_bytes()
    page = letter_page(letter)
    for words in ("督办通知书", "三市监督〔2023〕1号", "食品销售者年度风险等级调整认定率", "回  执"):
        assert words in page
    assert letter_as_pdf(letter).startswith(b"%PDF-")
    assert len(printer(string=page).render().pages) == 2
