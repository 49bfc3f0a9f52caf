"""A table handed in on a page: rehearsed, mended, its refused rows fetched, taken once, kept for a week.

Samples come with the number, the shop, the result and the day; S1 is in 三元's charge, S5 in 沙县's.
"""

import dataclasses
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from sqlmodel import select

from duban.cadence.kinds.within import WithinCadence
from duban.importing.handed_in import FOLDER, KEPT_FOR, drop_stale
from duban.ledger.sessions import looking
from duban.ledger.tables import Fact
from duban.web.settings import WebSettings
from duban.workdays import Period, TimeGrain
from tests.obligations.small_bureau import a_duty
from tests.web.pages.sample_tables import HEADINGS, MAPPING, OTHERS, a_workbook, facts


def hand_in(browser, content, name="抽检.xlsx", **fields):
    browser.get("/admin/imports")
    return browser.ask(
        "POST",
        "/admin/imports",
        data={"form_token": browser.token, **fields},
        files={"file": (name, content, "application/octet-stream")},
    )


def test_what_would_happen_is_shown_and_nothing_is_written(with_mapping, signed_in):
    lin = signed_in("林")
    shown = lin.get(hand_in(lin, a_workbook()).headers["location"]).text

    assert "第 2 行：" in shown
    assert "检出不合格样品（编号 A-1）" in shown
    assert re.search(r"新增</th><td>1</td>", shown)
    assert re.search(r"拒绝</th><td>1</td><td>不会导入", shown)
    assert "没有登记过" in shown
    assert facts(with_mapping) == set()


def test_taken_once_with_its_author_and_its_refused_rows(with_mapping, signed_in):
    lin = signed_in("林")
    place = hand_in(lin, a_workbook()).headers["location"]
    lin.get(place)
    assert lin.post(f"{place}/take").status_code == 303
    done = lin.get(place).text

    assert facts(with_mapping) == {"A-1"}
    assert "已导入" in done
    assert "写入台账" not in done
    refused = openpyxl.load_workbook(io.BytesIO(lin.get(f"{place}/refused.xlsx").content)).active
    assert refused["A2"].value == "A-3"
    assert "没有登记过" in refused["F2"].value
    with looking(with_mapping.ws.ledger) as session:
        assert session.exec(select(Fact).where(Fact.ref == "A-1")).one().author.name == "林经办"
    assert lin.post(f"{place}/take").headers["location"] == place


def test_the_same_file_again_says_by_whom_it_was_imported(with_mapping, signed_in):
    lin = signed_in("林")
    content = a_workbook()
    place = hand_in(lin, content).headers["location"]
    lin.get(place)
    lin.post(f"{place}/take")
    again = lin.get(hand_in(lin, content).headers["location"]).text

    assert "内容一模一样的文件导入过" in again
    assert "没有要写入的" in again


def test_an_answer_that_closes_nothing_is_told_once_it_is_taken(with_mapping, signed_in):
    cadence = WithinCadence(period=Period(10, TimeGrain.WORKDAY), of="certificate.issued")
    duty = a_duty("ask", cadence, subject="食品销售者", done_by="sample.failed", done_same=("编号",))
    definitions = dataclasses.replace(with_mapping.ws.definitions, duties={duty.id: duty})
    with_mapping.ws = dataclasses.replace(with_mapping.ws, definitions=definitions)
    lin = signed_in("林")
    place = hand_in(lin, a_workbook()).headers["location"]
    said = "“检出不合格样品”没有写编号，对不上哪一件“取得许可证”，没有办结任何事项"
    assert said not in lin.get(place).text  # the rows are not there yet
    lin.post(f"{place}/take")
    assert said in lin.get(place).text


def test_all_or_nothing(with_mapping, signed_in):
    lin = signed_in("林")
    place = hand_in(lin, a_workbook()).headers["location"]
    lin.get(place)
    assert lin.post(f"{place}/take", only_if_clean="1").status_code == 422
    assert facts(with_mapping) == set()


class TestMending:
    """The county calls the columns otherwise."""

    def columns(self, browser, place, **more):
        shown = browser.get(place).text
        assert "缺少列" in shown or "认不出" in shown
        browser.post(f"{place}/columns", mapping="抽检")
        assert "哪一列是什么" in browser.get(place).text
        return browser.post(
            f"{place}/columns",
            mapping="抽检",
            of="抽检",
            column=HEADINGS,
            heading=OTHERS,
            **more,
        )

    def test_which_column_is_what_is_chosen_for_this_file(self, with_mapping, signed_in):
        lin = signed_in("林")
        place = hand_in(lin, a_workbook(headings=OTHERS)).headers["location"]
        assert self.columns(lin, place, keep="1").status_code == 303

        assert "检出不合格样品（编号 A-1）" in lin.get(place).text
        assert (with_mapping.ws.root / "duties/imports/抽检.yaml").read_text("utf-8") == MAPPING

        mended = a_workbook([["A-3", "S1", "不合格", "2023-09-28", 4]], [*OTHERS, "原行号"])
        shown = lin.get(hand_in(lin, mended).headers["location"]).text
        assert "检出不合格样品（编号 A-3）" in shown, "its refused rows come back and are read as chosen"
        assert "列是人选的：单号 → 抽样单编号、店 → 编号" in shown
        stranger = signed_in("沈")
        assert "认不出" in stranger.get(hand_in(stranger, mended).headers["location"]).text

    def test_an_admin_of_the_city_keeps_it_in_the_mapping(self, with_mapping, signed_in):
        an = signed_in("安")
        place = hand_in(an, a_workbook(headings=OTHERS)).headers["location"]
        assert self.columns(an, place, keep="1").status_code == 303

        expected = MAPPING.replace("[抽样编号]", "[单号, 抽样编号]").replace("编号: []", "编号: [店]")
        assert (with_mapping.ws.root / "duties/imports/抽检.yaml").read_text("utf-8") == expected

    def test_one_heading_is_one_column(self, with_mapping, signed_in):
        lin = signed_in("林")
        place = hand_in(lin, a_workbook(headings=OTHERS)).headers["location"]
        lin.get(place)
        refused = lin.post(
            f"{place}/columns", mapping="抽检", of="抽检", column=["编号", "抽样单编号"], heading=["店", "店"]
        )
        assert refused.status_code == 422
        assert "选给了两列" in refused.text


class TestUploads:
    """What comes in that is no table, too large, or badly named."""

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"MZ\x90\x00" + b"\0" * 400, "程序"),
            (b"%PDF-1.7 ...", "PDF"),
            (b"", "文件是空的"),
            (b"<html><body>1</body></html>", ""),
            (b'<svg xmlns="http://www.w3.org/2000/svg"/>', ""),
        ],
    )
    def test_what_is_no_table_is_refused_and_not_kept(self, with_mapping, signed_in, content, told):
        lin = signed_in("林")
        refused = hand_in(lin, content, name="台账.xlsx")
        assert refused.status_code == 422
        assert told in refused.text
        assert list((with_mapping.ws.root / FOLDER).iterdir()) == []

    def test_a_name_leads_nowhere_else(self, with_mapping, signed_in):
        lin = signed_in("林")
        place = hand_in(lin, a_workbook(), name="../../../etc/" + "长" * 300 + ".xlsx").headers["location"]
        assert "写入台账" in lin.get(place).text
        [kept] = (with_mapping.ws.root / FOLDER).rglob("*.xlsx")
        assert kept.parent.parent == with_mapping.ws.root / FOLDER

    @pytest.fixture
    def settings(self):
        return WebSettings(body_mb=1)

    def test_too_large_is_said_before_it_is_read(self, with_mapping, signed_in):
        refused = hand_in(signed_in("林"), b"x" * (1 << 20) + b"y")
        assert refused.status_code == 413
        assert not (with_mapping.ws.root / FOLDER).exists()

    @pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning"
    )  # Starlette leaves its own file
    def test_cut_off_half_way(self, with_mapping, signed_in):
        lin = signed_in("林")
        lin.get("/admin/imports")
        body = (
            f'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{lin.token}\r\n'
            '--b\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\nPK\x03\x04'
        )
        cut = lin.ask(
            "POST",
            "/admin/imports",
            content=body.encode("latin-1"),
            headers={"Content-Type": "multipart/form-data; boundary=b"},
        )
        assert 400 <= cut.status_code < 500
        assert not (with_mapping.ws.root / FOLDER).exists()

    def test_a_damaged_workbook_says_so_on_its_page(self, with_mapping, signed_in):
        refused = hand_in(signed_in("林"), a_workbook()[:-200])
        assert refused.status_code in {303, 422}


def test_it_is_seen_by_whoever_handed_it_in(with_mapping, signed_in):
    place = hand_in(signed_in("林"), a_workbook()).headers["location"]
    for name in ("沈", "王", "安"):
        other = signed_in(name)
        assert other.get(place).status_code == 404
        assert other.post(f"{place}/take").status_code == 404
        assert "抽检.xlsx" not in other.get("/admin/imports").text
    assert signed_in("计").get("/admin/imports").status_code == 403


def test_another_county_s_rows_are_refused_as_the_engine_refuses_them(with_mapping, signed_in):
    lin = signed_in("林")
    rows = [["A-1", "S5", "不合格", "2023-09-28"]]
    assert re.search(r"拒绝</th><td>1</td>", lin.get(hand_in(lin, a_workbook(rows)).headers["location"]).text)


def test_a_week_later_the_file_is_gone(with_mapping, signed_in):
    lin = signed_in("林")
    place = hand_in(lin, a_workbook()).headers["location"]
    assert drop_stale(with_mapping.ws, with_mapping.now + KEPT_FOR) == 0
    assert drop_stale(with_mapping.ws, with_mapping.now + KEPT_FOR + timedelta(seconds=1)) == 1

    shown = lin.get(place).text
    assert "文件已删去，没有导入" in shown
    assert lin.post(f"{place}/take").status_code == 303
    assert facts(with_mapping) == set()


def test_it_is_dropped_by_its_owner(with_mapping, signed_in):
    lin = signed_in("林")
    place = hand_in(lin, a_workbook()).headers["location"]
    lin.get(place)
    assert lin.post(f"{place}/drop").status_code == 303
    assert list((with_mapping.ws.root / FOLDER).iterdir()) == []
    assert lin.get(place + "/refused.xlsx").status_code == 404


def test_a_form_offers_their_own_subjects(with_mapping, signed_in):
    lin = signed_in("林")
    assert "/admin/imports/forms/sample.failed.xlsx" in lin.get("/admin/imports").text
    lin.headers["Accept-Language"] = "en"
    title = with_mapping.ws.definitions.vocabulary.facts["sample.failed"].title
    assert f'forms/sample.failed.xlsx">{title} (in Chinese)</a>' in lin.get("/admin/imports").text
    lin.headers["Accept-Language"] = "zh-CN"
    form = openpyxl.load_workbook(io.BytesIO(lin.get("/admin/imports/forms/sample.failed.xlsx").content))
    assert [row[0].value for row in form["监管对象"].iter_rows(min_row=2)] == ["S1"]
    assert lin.get("/admin/imports/forms/nothing.xlsx").status_code == 404


def test_a_county_registers_by_a_list_and_a_station_does_not(with_mapping, signed_in):
    kind = next(iter(with_mapping.ws.definitions.vocabulary.subjects))
    lin, address = signed_in("林"), f"/admin/imports/forms/{kind}.xlsx"
    assert address in lin.get("/admin/imports").text
    form = openpyxl.load_workbook(io.BytesIO(lin.get(address).content))
    assert form.worksheets[0]["A1"].value.startswith(f"{kind}编号")
    assert address not in signed_in("所").get("/admin/imports").text
