"""What fits is told in full, what does not is still named, and nothing is left out silently."""

from dataclasses import replace
from datetime import date

import pytest

from duban.base.language import use
from duban.deliveries.checking import template_problems
from duban.deliveries.digests import LONGEST_LETTER, Digest, DutyGroup, grouped
from duban.deliveries.entries import Entry, QuotedBasis
from duban.deliveries.fitting import fitted
from duban.deliveries.leaders_page import CountyStanding, LeadersPage
from duban.deliveries.template_files import NAMES, edited, shipped_folder
from duban.deliveries.template_trial import tried
from duban.deliveries.templates import Templates
from duban.ledger.short_ids import short_id


def entry(number, **more):
    return Entry(
        **{
            "ref": short_id(number),
            "whom": f"第{number}号企业",
            "stage": "urge",
            "target": date(2023, 9, 28),
            "deadline": date(2023, 9, 28),
            "provisional": False,
            "overdue": True,
            "overdue_days": 3,
            "last_day": "最后期限",
            **more,
        }
    )


def digest(count):
    heading = DutyGroup("首次例行检查", "产品质量", (QuotedBasis("CP-01", "例行检查要在一个月内完成"),), ())
    rows = [("d", heading, entry(number)) for number in range(1, count + 1)]
    return Digest("三元区局", "产品质量科", "", "", grouped(rows), "2023-10-09 09:00", "XX-00001X")


@pytest.fixture
def put(tmp_path):
    return Templates(tmp_path).words


class TestLength:
    @pytest.mark.parametrize("most", [100_000, 20_000, 2_048, 1_000, 700])
    def test_every_id_is_there_or_counted_and_the_limit_in_bytes_holds(self, put, most):
        whole = digest(100)
        title, body = fitted(whole, most, put)

        assert len(title.encode()) + 2 + len(body.encode()) <= most
        named = sum(each.ref in body for each in whole.entries)
        assert named <= LONGEST_LETTER
        counted = int(body.split("还有 ")[1].split(" 项")[0]) if "写不下" in body else 0
        assert named + counted == 100
        assert "XX-00001X" in body
        assert "100 项应办" in title

    def test_as_much_as_fits_is_told_in_full(self, put):
        whole = digest(100)
        _, body = fitted(whole, 2_500, put)
        full = body.count("已逾期 3 个工作日")

        assert 0 < full < 30
        assert f"另有 {30 - full} 项：" in body
        assert "还有 70 项这里写不下" in body
        one_more = put(whole.told_in_full(full + 1, 29 - full))
        assert sum(len(part.encode()) for part in one_more) + 2 > 2_500

    def test_what_fits_is_not_cut(self, put):
        _, body = fitted(digest(3), 100_000, put)

        assert "另有" not in body
        assert body.count("已逾期 3 个工作日") == 3

    def test_no_letter_tells_of_more_than_thirty(self, put):
        _, body = fitted(digest(100), 100_000, put)

        assert body.count("已逾期 3 个工作日") == 30
        assert "还有 70 项这里写不下，办好上面的，下次再发。" in body

    def test_where_the_others_are_is_said(self, put):
        _, attached = fitted(replace(digest(100), attached=True), 100_000, put)
        _, linked = fitted(replace(digest(100), link="https://duban.example.cn/m/XX-00001X"), 100_000, put)

        _, alone = fitted(digest(100), 100_000, put)
        assert "全部 100 项登录督办系统看；没有账号的，请本单位管督办系统的同志导出清单。" in alone
        assert "登录督办系统看" not in attached + linked
        assert "还有 70 项这里写不下，见附件清单。" in attached
        assert "办理：https://duban.example.cn/m/XX-00001X（只列这封信里的事项）" in linked

    def test_without_a_page_it_says_how_to_answer_and_names_no_command(self, put):
        _, body = fitted(digest(1), 100_000, put)

        assert "请把编号、办理情况和要交的材料报给本单位管督办系统的同志登记" in body
        assert "duban" not in body


class TestShort:
    """A message too long for its channel stays within the limit, and says what, by when, and where to read on."""

    def one(self, number=1, **more):
        heading = DutyGroup(
            "告知承诺获证企业首次例行检查",
            "产品质量",
            (QuotedBasis("CP-01", "例行检查要在一个月内完成"),),
            (),
        )
        rows = [("d", heading, entry(number, whom="福建示例食品有限公司", **more))]
        return Digest(
            "三元区市场监督管理局", "产品质量科", "", "", grouped(rows), "2023-10-09 09:00", "XX-00001X"
        )

    @pytest.mark.parametrize("language", ["zh-CN", "en"])
    @pytest.mark.parametrize("most", [450, 300, 250, 210, 200])
    def test_seventy_signs_are_enough(self, put, most, language):
        with use(language):
            title, body = fitted(self.one(), most, put)

        assert len(title.encode()) + 2 + len(body.encode()) <= most
        assert "告知承诺"[:3] in body
        assert "福建示"[:2] in body
        assert "2023-09-28" in body
        assert "XX-00001X" in body
        assert ("站内信" if language == "zh-CN" else "inbox") in body

    @pytest.mark.parametrize("most", [200, 210, 300, 500, 1_000, 4_096])
    @pytest.mark.parametrize("count", [1, 2, 30])
    def test_many_duties_too(self, put, most, count):
        rows = [
            (str(n), DutyGroup(f"第{n}个名字很长很长的事项", "条线", (), ()), entry(n * 100 + m))
            for n in range(count)
            for m in range(3)
        ]
        whole = Digest(
            "三元区市场监督管理局", "产品质量科", "", "", grouped(rows), "2023-10-09 09:00", "XX-00001X"
        )

        for one_page in (False, True):
            title, body = fitted(whole, most, put, one_page=one_page)

            assert len(title.encode()) + 2 + len(body.encode()) <= most
            assert "第0个" in body
            assert "2023-09-28" in body
            assert f"{3 * count} 项" in title

    def test_a_template_that_knows_no_short_form_is_cut(self):
        title, body = fitted(self.one(), 200, lambda _: ("标题" * 100, "正文" * 1000))

        assert len(title.encode()) + 2 + len(body.encode()) <= 200
        assert title.endswith("…")
        assert body.endswith("…")


class TestWhoIsAskedForWhat:
    """The title of a message to who does not owe it says of whom he is asked for what."""

    def title(self, put, *entries, unit="三明市局", post="主要领导", home="三明市局", top=True):
        rows = [("d", DutyGroup("例行检查", "", (), ()), each) for each in entries]
        return put(Digest(unit, post, "", "", grouped(rows), "", "XX-00001X", home=home, top=top))[0]

    def of(self, number, county, stage):
        return entry(number, county=county, owner=f"{county}产品质量科", stage=stage)

    def test_three_counties_to_summon(self, put):
        entries = [
            self.of(n, f"{county}局", "summon") for n, county in enumerate(("尤溪县", "大田县", "宁化县") * 4)
        ]

        assert self.title(put, *entries) == "三明市局主要领导：3 个县局 12 项需约谈"

    def test_the_reader_s_own_bureau_is_no_county(self, put):
        entries = [self.of(n, unit, "summon") for n, unit in enumerate(("尤溪县局", "大田县局", "三明市局"))]

        assert self.title(put, *entries) == "三明市局主要领导：2 个县局和本局 3 项需约谈"

    def test_what_is_lighter_is_counted_apart(self, put):
        entries = [self.of(1, "尤溪县局", "summon"), self.of(2, "大田县局", "circulate")]

        assert self.title(put, *entries) == "三明市局主要领导：尤溪县局 1 项需约谈，另有 1 项"

    def test_what_waits_for_his_review_is_not_what_others_have_to_do(self, put):
        waiting = [
            replace(self.of(n, "尤溪县局", "supervise"), aside="review", ref=short_id(n))
            for n in range(2, 20)
        ]
        reader = {"unit": "尤溪县局", "post": "科室负责人", "home": "尤溪县局", "top": False}

        told = self.title(put, self.of(1, "尤溪县局", "urge"), *waiting, **reader)
        assert told == "尤溪县局科室负责人：本局 1 项逾期未办，待复核 18 项"
        assert self.title(put, *waiting, **reader) == "尤溪县局科室负责人：待复核 18 项"

    def test_who_owes_what_its_review_lacks_reads_that_he_is_to_hand_it_in(self, put):
        lacking = replace(self.of(2, "尤溪县局", "remind"), aside="lacking", owner="", reported=True)
        told = self.title(
            put, replace(self.of(1, "尤溪县局", "urge"), owner=""), lacking, unit="尤溪县局", post="质量科"
        )
        assert told == "【催办】尤溪县局质量科：1 项应办，1 项逾期，待补材料 1 项"
        alone = self.title(put, lacking, unit="尤溪县局", post="质量科")
        assert alone == "【提醒】尤溪县局质量科：待补材料 1 项"

    def test_a_county_s_own_leader_is_not_asked_to_circulate_himself(self, put):
        told = self.title(
            put, self.of(1, "尤溪县局", "circulate"), unit="尤溪县局", home="尤溪县局", top=False
        )
        assert told == "尤溪县局主要领导：本局 1 项逾期未办，将被通报"

    def test_the_city_circulates_its_own(self, put):
        assert self.title(put, self.of(1, "三明市局", "circulate")) == "三明市局主要领导：本局 1 项需通报"


class TestARepeat:
    def test_reads_differently_from_the_first(self, put):
        rows = [
            (
                "d",
                DutyGroup("例行检查", "", (), ()),
                entry(1, said=(("remind", 2), ("urge", 3)), times=3),
            )
        ]
        title, body = put(Digest("三元区局", "产品质量科", "", "", grouped(rows), "", "XX-00001X"))

        assert title == "【第 3 次催办】三元区局产品质量科：1 项应办，1 项逾期"
        assert "〔第 3 次催办〕" in body
        assert "此前：提醒 2 次" in body

    def test_who_hears_it_for_the_first_time_reads_no_number_and_how_often_others_did(self, put):
        rows = [("d", DutyGroup("例行检查", "", (), ()), entry(1, said=(("remind", 2), ("urge", 3))))]
        title, body = put(Digest("三元区局", "产品质量科", "", "", grouped(rows), "", "XX-00001X"))

        assert title.startswith("【催办】")
        assert "〔催办〕" in body
        assert "此前：提醒 2 次、催办 2 次" in body


class TestWhatWaitsForReview:
    """A report settles how late it is; from then on its reviewer is awaited."""

    @pytest.mark.parametrize(
        ("late", "told"),
        [
            ({}, "已反馈待复核，反馈时已逾期 3 个工作日"),
            ({"overdue": False, "overdue_days": None}, "已按期反馈待复核"),
        ],
    )
    def test_reads_so_and_how_late_it_was(self, put, late, told):
        waiting = entry(1, aside="review", reported=True, note="张三 反馈已办结，请复核", **late)
        rows = [("d", DutyGroup("例行检查", "", (), ()), waiting)]
        whole = Digest("三元区局", "科室负责人", "", "", grouped(rows), "", "XX-00001X")

        assert f"{told}，应办日 2023-09-28" in put(whole)[1]
        assert told in put(whole.in_brief(1))[1]
        assert whole.overdue == 0


class TestALeadersPage:
    def whole(self):
        rows = [
            (
                f"d{n}",
                DutyGroup(f"第{n}件事", "产品质量", (QuotedBasis("CP-01", "原文" * 20),), ()),
                entry(n * 100 + m, owner=f"{unit}产品质量科", county=unit, stage="circulate"),
            )
            for n in range(12)
            for m, unit in enumerate(["三元区局"] * 6 + ["沙县区局"] * 3 + ["永安市局"])
        ]
        return Digest(
            "三明市局", "分管领导", "", "", grouped(rows), "2023-10-09 09:00", "XX-00001X", top=True
        )

    def page(self):
        worst = (CountyStanding("三元区局", 400, 72), CountyStanding("沙县区局", 300, 36))
        return LeadersPage(
            CountyStanding("三明市局", 1204, 130),
            worst,
            (),
            (("第0件事", 10), ("第1件事", 10)),
            "建议在通报中点名三元区局、沙县区局",
        )

    def test_says_how_things_stand_and_names_the_five_most_pressing(self, put):
        whole = replace(self.whole(), summary=self.page(), attached=True)
        title, body = fitted(whole, 4_096, put, one_page=True)

        assert title == "三明市局分管领导：3 个县局 120 项需通报"
        assert "三明市局在办 1204 项，逾期 130 项，逾期率 10.8%；这封信说的是其中 120 项。" in body
        assert "三元区局 18.0%（在办 400，逾期 72）；沙县区局 12.0%（在办 300，逾期 36）" in body
        assert "第0件事 10 项；第1件事 10 项" in body
        assert "建议在通报中点名三元区局、沙县区局" in body
        assert "清单见附件（120 项）" in body
        assert body.count("DB-") == 5
        assert body.count("已逾期 3 个工作日，应办日 2023-09-28（") == 5
        assert "登录督办系统看" not in body
        assert len(body) < 800

    def test_in_a_group_it_is_a_line_for_each_duty(self, put):
        _, body = fitted(self.whole(), 4_096, put, one_page=True)

        for n in range(12):
            assert f"第{n}件事（10 项，10 项逾期）：" in body
        assert "承办：三元区局产品质量科 6 项、沙县区局产品质量科 3 项、永安市局产品质量科 1 项" in body
        assert "还有 108 项这里写不下" in body
        assert "详见站内信，消息编号 XX-00001X" in body

    def test_is_the_whole_message_while_that_is_no_longer_than_a_page(self, put):
        rows = [
            ("d", DutyGroup("一件事", "", (), ()), entry(1, owner="三元区局产品质量科", county="三元区局"))
        ]
        short = Digest("三明市局", "分管领导", "", "", grouped(rows), "2023-10-09 09:00", "XX-00001X")

        assert fitted(short, 4_096, put, one_page=True) == put(short)


class TestOrder:
    def test_the_heaviest_stage_first_then_the_longest_overdue_then_the_nearest_date(self):
        heading = DutyGroup("甲", "", (), ())
        rows = [
            (
                "a",
                heading,
                entry(1, stage="remind", overdue=False, overdue_days=None, target=date(2023, 11, 1)),
            ),
            ("a", heading, entry(2, stage="urge", overdue_days=2)),
            ("a", heading, entry(3, stage="supervise", overdue_days=1)),
            ("a", heading, entry(4, stage="urge", overdue_days=9)),
            (
                "a",
                heading,
                entry(5, stage="remind", overdue=False, overdue_days=None, target=date(2023, 10, 20)),
            ),
        ]
        [group] = grouped(rows)

        assert [each.ref for each in group.entries] == [short_id(n) for n in (3, 4, 2, 5, 1)]

    def test_the_group_with_the_worst_entry_first(self):
        rows = [
            ("mild", DutyGroup("温和", "", (), ()), entry(1, stage="remind")),
            ("grave", DutyGroup("严重", "", (), ()), entry(2, stage="summon")),
        ]
        assert [group.title for group in grouped(rows)] == ["严重", "温和"]


class TestTemplates:
    def put_template(self, root, name, text):
        folder = root / "notifications" / "templates"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    def test_the_shipped_ones_render_in_both_languages(self, tmp_path):
        for path in shipped_folder().iterdir():
            self.put_template(tmp_path, path.name, path.read_text("utf-8"))

        assert tried(tmp_path, NAMES) == []
        assert edited(tmp_path) == []
        with use("en"):
            title, body = Templates(tmp_path).words(digest(2))
        assert title == "[urge] 三元区局 产品质量科: 2 owed, 2 overdue"
        assert "3 working days overdue" in body

    def test_an_administrator_may_change_them(self, tmp_path):
        self.put_template(tmp_path, "title.zh-CN.txt.j2", "{{ digest.unit }}有 {{ digest.count }} 件事")

        assert Templates(tmp_path).words(digest(2))[0] == "三元区局有 2 件事"

    def test_an_edit_is_for_the_next_run(self, tmp_path):
        of_this_run = Templates(tmp_path)
        shipped = of_this_run.words(digest(2))
        self.put_template(tmp_path, "title.zh-CN.txt.j2", "另一个标题")

        assert of_this_run.words(digest(2)) == shipped
        assert Templates(tmp_path).words(digest(2)) == ("另一个标题", shipped[1])

    def test_one_that_is_no_text_is_told_and_the_shipped_one_is_sent(self, tmp_path, caplog):
        self.put_template(tmp_path, "title.zh-CN.txt.j2", "")
        (tmp_path / "notifications/templates/title.zh-CN.txt.j2").write_bytes("标题".encode("gbk"))

        assert "三元区局" in Templates(tmp_path).words(digest(2))[0]
        assert "title.zh-CN.txt.j2" in caplog.text

    @pytest.mark.parametrize(
        "text, place",
        [
            ("第一行\n{% if digest.count %}没有写完", "digest.zh-CN.md.j2:2:1: 模板语法不对"),
            ("一\n二\n{{ digest.titel }}", "digest.zh-CN.md.j2:3:1: 模板填不出消息"),
            ("{{ digest.__class__.__mro__ }}", "digest.zh-CN.md.j2:1:1: 模板填不出消息"),
            ("", "digest.zh-CN.md.j2"),
        ],
    )
    def test_a_wrong_one_is_one_problem_and_the_shipped_one_is_sent(self, tmp_path, caplog, text, place):
        self.put_template(tmp_path, "digest.zh-CN.md.j2", text)

        [problem] = template_problems(tmp_path)

        assert str(problem).startswith(f"notifications/templates/{place}")
        assert "数据截至 2023-10-09 09:00" in Templates(tmp_path).words(digest(1))[1]
        assert "digest.zh-CN.md.j2" in caplog.text


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_short_confidential_message_names_nothing_but_where_it_is_read(put, language):
    secret = replace(digest(1), confidential=True, link="https://duban.example.cn/m/XX-00001X")
    with use(language):
        title, body = put(secret.in_brief(1))
    assert body.strip().endswith(secret.link)
    for told in ("首次例行检查", "第1号企业", "DB-", "催办", "urged", "逾期"):
        assert told not in title + body
