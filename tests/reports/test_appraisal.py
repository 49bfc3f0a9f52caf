"""How a period went: which obligations are its own, what counts as on time, who is ranked, and what it is compared with."""

import re
from datetime import date
from io import BytesIO

import docx
import pytest
from openpyxl import load_workbook

from duban.documents import as_docx, as_html, as_markdown, as_pdf, as_xlsx
from duban.ledger.heartbeats import DELIVER, OPENING, PATROL, SELF_CHECK, beat
from duban.ledger.visibility import visible
from duban.reports import AppraisalPeriod, appraisal, appraisal_document
from tests.notices.bureau import MEIXIAN, SHAXIAN, YOUXI, at, duty
from tests.principals import OPERATOR

OCTOBER = AppraisalPeriod.named("2023-10")
NOW = at("2023-11-01 09:00")


def appraised(bureau, period=OCTOBER, unit=None, **more):
    return appraisal(bureau.ws, NOW, period, unit, **more)


def figures(report):
    now = report.total.now
    return now.on_time, now.done_late, now.lying, now.waiting, now.running, now.excused, now.returned


def done(day, **more):
    return {
        "state": "done",
        "closed_on": day,
        "closed_at": at(f"{day} 10:00"),
        "next_rung_at": None,
        **more,
    }


def owe_many(bureau, unit, on_time, late, month="2023-10"):
    for number in range(on_time + late):
        day = date(2023, int(month[-2:]), 12 if number < on_time else 16)
        bureau.owe(
            unit=unit, period_key=f"{month}-{unit}-{number}", deadline=day.replace(day=13), **done(day)
        )


def test_each_obligation_counts_once_by_what_became_of_it(bureau_on_either):
    bureau = bureau_on_either
    deadline = date(2023, 10, 13)
    became = {
        "on the last day": done(deadline),
        "a day late": done(date(2023, 10, 14)),
        "moved in time": done(date(2023, 10, 20)) | {"deadline": date(2023, 10, 20)},
        "moved when it was over": done(date(2023, 10, 19), deadline=date(2023, 10, 20), missed=deadline),
        "still open": {},
        "reported in time": {"state": "reported", "reported_on": deadline, "next_rung_at": None},
        "reported late": {"state": "reported", "reported_on": date(2023, 10, 16), "next_rung_at": None},
        "sent back, done in time all the same": done(date(2023, 10, 12), returns=2),
        "waived": done(date(2023, 10, 12)) | {"state": "waived"},
        "withdrawn": done(date(2023, 10, 12)) | {"state": "withdrawn"},
        "due in November": {"deadline": date(2023, 11, 30)},
    }
    for number, columns in enumerate(became.values()):
        bureau.owe(period_key=f"2023-W{number}", **{"deadline": deadline, **columns})
    assert figures(appraised(bureau)) == (3, 3, 1, 1, 0, 1, 1)
    assert figures(appraised(bureau, AppraisalPeriod.named("2023-11")))[4] == 1


def test_units_are_ranked_with_their_stations_and_equal_rates_share_a_place(bureau):
    owe_many(bureau, YOUXI, 5, 1)
    owe_many(bureau, MEIXIAN, 3, 1)
    owe_many(bureau, SHAXIAN, 8, 2)
    report = appraised(bureau)
    assert [(row.rank, row.name, row.now.on_time, row.now.judged) for row in report.units] == [
        (1, "尤溪县市场监管局", 8, 10),
        (1, "沙县区市场监管局", 8, 10),
    ]


def test_a_small_number_is_shown_but_not_ranked(bureau):
    owe_many(bureau, YOUXI, 9, 0)
    owe_many(bureau, SHAXIAN, 5, 5)
    text = as_markdown(appraisal_document(appraised(bureau)))
    assert [(row.rank, row.name) for row in appraised(bureau).units] == [
        (1, "沙县区市场监管局"),
        (None, "尤溪县市场监管局"),
    ]
    assert "到期不足 10 项、不排名次：尤溪县市场监管局" in text


def test_within_a_county_its_own_office_is_not_ranked_with_its_stations(bureau):
    owe_many(bureau, YOUXI, 10, 0)
    owe_many(bureau, MEIXIAN, 5, 5)
    assert [(row.rank, row.name) for row in appraised(bureau, unit=YOUXI).units] == [
        (1, "尤溪县梅仙市场监管所"),
        (None, "尤溪县市场监管局本级"),
    ]


def test_it_is_compared_with_the_period_before_the_year_before_and_the_plan_s_term(bureau):
    owe_many(bureau, YOUXI, 9, 1)
    owe_many(bureau, YOUXI, 8, 2, month="2023-09")
    text = as_markdown(appraisal_document(appraised(bureau)))
    assert "2023年10月到期 10 项，按时办结 9 项，按时办结率 90.0%" in text
    assert "上期（2023年9月）80.0% (8/10)，本期上升 10.0 个百分点" in text
    assert "上年同期（2022年10月）没有到期的事项，不比" in text
    assert "按时办结率＝按时办结 ÷（按时办结＋逾期办结＋逾期未办结）" in text


def test_almost_all_is_not_all(bureau):
    owe_many(bureau, YOUXI, 3000, 1)
    assert "按时办结率 99.9%" in as_markdown(appraisal_document(appraised(bureau)))


def test_a_period_that_is_not_over_says_so(bureau):
    text = as_markdown(appraisal_document(appraised(bureau, AppraisalPeriod.named("2023-Q4"))))
    assert "本期未结束，数字截至 2023-11-01" in text


def test_what_is_confidential_counts_for_who_may_know_and_for_everybody_once_it_is_done(bureau):
    bureau.duties["raid"] = duty("raid", confidential=True)
    bureau.owe(duty_id="raid", deadline=date(2023, 10, 13))
    bureau.owe(duty_id="raid", deadline=date(2023, 10, 13), period_key="2", **done(date(2023, 10, 12)))
    assert figures(appraised(bureau))[:3] == (1, 0, 0)
    assert figures(appraised(bureau, seen=visible(OPERATOR)))[:3] == (1, 0, 1)


@pytest.mark.parametrize("key", ["2023-W40", "2023-13", "2023-H1", "=1+1", "1999", ""])
def test_only_months_quarters_and_years_are_appraised(key):
    with pytest.raises(ValueError, match=r"2023-Q3|周期"):
        AppraisalPeriod.named(key)


def test_the_period_before_and_the_same_of_last_year():
    quarter = AppraisalPeriod.named("2023-Q1")
    assert (quarter.previous.key, quarter.year_before.key, quarter.words) == (
        "2022-Q4",
        "2022-Q1",
        "2023年一季度",
    )


@pytest.mark.usefixtures("printer")
def test_every_form_says_the_same_and_no_name_becomes_a_formula(bureau):
    bureau.duties["odd"] = duty("odd", line='=HYPERLINK("http://x")<b>')
    bureau.owe(duty_id="odd", deadline=date(2023, 10, 13), **done(date(2023, 10, 12)))
    document = appraisal_document(appraised(bureau))
    book = load_workbook(BytesIO(as_xlsx(document)))
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n", "d"}
    paper = docx.Document(BytesIO(as_docx(document)))
    tables = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert '=HYPERLINK("http://x")<b>' in tables
    assert "<b>" not in re.sub(r"</?b>(?=\d)", "", as_html(document))
    assert as_pdf(document).startswith(b"%PDF-")


def test_it_says_when_the_engine_was_last_well_and_which_round_is_silent(bureau):
    def told():
        return as_markdown(appraisal_document(appraised(bureau)))

    assert "督办引擎最近一次正常 —；" in told()
    beat(bureau.ledger, SELF_CHECK.kept_as, at("2023-11-01 08:00"))
    beat(bureau.ledger, OPENING.kept_as, NOW)
    beat(bureau.ledger, PATROL.kept_as, NOW)
    assert "督办引擎最近一次正常 2023-11-01 08:00；" in told()
    assert "请注意：督办引擎最近一次正常是 2023-11-01 08:00（" in told()
    assert "），没有动静：发送。" in told()
    for loop in (DELIVER, SELF_CHECK):
        beat(bureau.ledger, loop.kept_as, NOW)
    assert "请注意" not in told()


def test_without_weasyprint_one_sentence_says_what_to_install(bureau, monkeypatch):
    from duban.documents import PdfUnavailable, pdf

    monkeypatch.setattr(pdf, "find_spec", {}.get)
    with pytest.raises(PdfUnavailable, match=r"pip install 'duban\[pdf\]'"):
        as_pdf(appraisal_document(appraised(bureau)))
