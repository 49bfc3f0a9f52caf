"""`duban obligations`, `explain`, and what people do: ack, done, extend, waive, suspend, resume, reopen."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("city")


def test_what_is_overdue_is_listed_with_its_unit_and_subject(duban):
    ran = duban("obligations", "--overdue", "--duty", "cp-first-inspection")

    (line,) = [line for line in ran.lines if "水泥厂" in line]
    assert "三元区市场监管局" in line
    assert "在办·逾期" in line
    assert line.rstrip().endswith("2023-08-21")
    assert ran.lines[-2] == "第 1/1 页，共 1 项"
    assert ran.lines[-1].startswith("请注意：督办引擎还没有正常运转过。")


def test_the_same_in_english(duban):
    ran = duban("obligations", "--overdue", "--duty", "cp-first-inspection", lang="en")

    assert "open, overdue" in ran.out
    assert ran.lines[-2] == "page 1 of 1, 1 in all"
    assert ran.lines[-1].startswith("Take care: the engine has never been sound yet.")


def test_a_period_is_its_key_to_programs_and_a_word_to_people(duban):
    asked = ("obligations", "--duty", "ts-quarterly-risk-analysis")
    [period] = {each["period"] for each in duban(*asked, "--json").json["obligations"]}
    assert re.fullmatch(r"2023-Q[1-4]", period)
    ran = duban(*asked)
    assert period not in ran.out
    assert re.search("2023年[一二三四]季度", ran.out.replace("\n", ""))


def test_as_json_an_obligation_is_an_object_with_iso_days(duban):
    page = duban("obligations", "--duty", "cp-first-inspection", "--json").json

    assert (page["total"], page["page"], page["size"]) == (1, 1, 50)
    (one,) = page["obligations"]
    assert one["overdue"] is True
    assert one["deadline"] == "2023-08-21"
    assert one["state"] == "open"


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--unit", "350404"), True),
        (("--unit", "三元区市场监管局"), True),
        (("--unit", "三明市市场监管局"), True),
        (("--unit", "大田"), False),
        (("--due-before", "2023-08-22"), True),
        (("--due-before", "2023-08-21"), False),
        (("--state", "open"), True),
        (("--state", "done"), False),
        (("--state", "在办"), True),
        (("--state", "办结"), False),
        (("--overdue", "--state", "在办"), True),
        (("--line", "产品质量"), True),
        (("--line", "产品质量安全监督管理"), True),
    ],
)
def test_filters_select(duban, options, found):
    page = duban("obligations", "--duty", "cp-first-inspection", *options, "--json").json

    assert page["total"] == int(found)


def test_nothing_found_is_said(duban):
    said, doubt = duban("obligations", "--state", "waived").lines
    assert said == "没有符合条件的应办事项。"
    assert doubt.startswith("请注意：督办引擎还没有正常运转过。")


def test_pages_add_up_to_the_whole(duban):
    whole = duban("obligations", "--json", "--limit", 1000).json
    halves = [duban("obligations", "--json", "--limit", 7, "--page", page).json for page in (1, 2)]

    assert whole["total"] > 7
    assert [one for half in halves for one in half["obligations"]] == whole["obligations"][:14]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--unit", "三元区市场监管所所"), "--unit：没有单位“三元区市场监管所所”"),
        (("--state", "opn"), "--state：没有状态“opn”，是不是“open”？"),
        (("--state", "已签"), "--state：没有状态“已签”，是不是“已签收”？"),
        (("--duty", "cp-first-inspectoin"), "没有事项“cp-first-inspectoin”，是不是“cp-first-inspection”？"),
        (("--overdue", "--state", "done"), "--overdue 只用于未办结的状态"),
        (("--due-before", "today"), "--due-before：“today”不是日期"),
    ],
)
def test_a_filter_that_names_nothing_is_wrong_usage(duban, options, said):
    ran = duban("obligations", *options)

    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""


def test_an_obligation_is_explained_with_its_clause_and_steps(duban, overdue_id):
    ran = duban("explain", overdue_id)

    assert ran.code == 0
    assert "例行检查要在企业取证后一个月内完成" in ran.out
    assert "民法典第二百零三条" in ran.out
    assert "2023-08-21" in ran.out
    assert duban("explain", overdue_id, "--json").json["deadline"] == "2023-08-21"


def test_a_duty_is_explained_by_what_it_opens_next(duban):
    ran = duban("explain", "ts-quarterly-risk-analysis")

    assert ran.code == 0
    assert "每季度开展一次" in ran.out
    assert "2023年四季度" in ran.out


def test_what_comes_next_goes_as_far_as_calendar_and_duty_and_says_so(duban):
    ran = duban("next", "ts-quarterly-risk-analysis", "--count", 400)
    assert "到 2030-12-31 为止（日历或事项到那天结束），只有这些。" in ran.lines
    assert "只有这些" not in duban("next", "ts-quarterly-risk-analysis", "--count", 1).out


def test_what_comes_next_is_listed(duban):
    coming = duban("next", "ts-quarterly-risk-analysis", "--count", 2, "--json").json["coming"]

    assert [each["period_key"] for each in coming] == ["2023-Q4", "2024-Q1"]
    assert coming[0]["dates"]["deadline"] == "2023-12-31"
    assert "2023-12-31" in duban("next", "ts-quarterly-risk-analysis").out


def test_nothing_of_a_plan_comes_after_its_year(duban):
    duban("init", "uncarried")
    path = Path("uncarried/duban.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r", carried: \{[^}]*\}", "", text), encoding="utf-8")
    ran = duban("next", "ts-quarterly-risk-analysis", "--count", 400, "--project", "uncarried")
    assert "2024年一季度" not in ran.out
    assert "到 2023-12-31 为止（日历或事项到那天结束），只有这些。" in ran.lines


@pytest.mark.parametrize("command", ["explain", "next"])
def test_an_unknown_duty_is_answered_with_the_nearest(duban, command):
    ran = duban(command, "cp-first-inspectoin")

    assert ran.code == 1
    assert ran.err == "没有事项 cp-first-inspectoin，是不是“cp-first-inspection”？\n"


def test_a_mistyped_number_is_noticed(duban, overdue_id):
    wrong = overdue_id[:-1] + ("0" if overdue_id[-1] != "0" else "1")

    for command in ("explain", "ack"):
        ran = duban(command, wrong)
        assert ran.code == 1
        assert "有一个字符不对" in ran.out + ran.err


def test_a_whole_life_from_signing_to_reopening(duban, overdue_id, tmp_path):
    record = tmp_path / "例行检查记录表.txt"
    record.write_text("合格", "utf-8")

    def state():
        (one,) = duban("obligations", "--duty", "cp-first-inspection", "--json").json["obligations"] or [{}]
        return one.get("state")

    assert "已签收" in duban("ack", overdue_id, "--actor", "张三").out
    assert state() == "acknowledged"
    assert "已中止" in duban("suspend", overdue_id, "--reason", "企业停产").out
    assert "已签收" in duban("resume", overdue_id).out
    assert "最后期限 2023-09-15" in duban("extend", overdue_id, "--to", "2023-09-15", "--reason", "停产").out
    assert "最后期限 2023-09-28" in duban("extend", overdue_id, "--to", "2023-09-28", "--reason", "点错").out
    assert "最后期限 2023-09-15" in duban("undo", overdue_id, "--reason", "点错了").out
    assert "不能撤销" in duban("undo", overdue_id).out
    elsewhere = (
        "request",
        overdue_id,
        "--reason",
        "已迁走",
        "--transfer",
        "沙县区局/产品质量科",
        "--actor",
        "张三",
    )
    assert "三选一" in duban(*elsewhere, "--waiver").err
    assert duban(*elsewhere).code == 0
    assert duban("grant", overdue_id, "--actor", "张三").code == 1
    assert "已签收" in duban("refuse", overdue_id, "--reason", "没有迁", "--actor", "李四").out
    assert "请反馈，由复核人办结" in duban("done", overdue_id, "--evidence", record, "--actor", "张三").out
    assert duban("feedback", overdue_id, "--evidence", record, "--actor", "张三").code == 0
    assert duban("review", overdue_id, "--actor", "张三").code == 1
    assert "已办结" in duban("review", overdue_id, "--actor", "李四").out
    assert (
        duban("obligations", "--duty", "cp-first-inspection", "--state", "done", "--json").json["total"] == 1
    )
    assert "已签收" in duban("reopen", overdue_id, "--reason", "办错了").out
    assert "已免办" in duban("waive", overdue_id, "--reason", "企业注销").out
    told = duban("explain", overdue_id).out
    assert "企业注销" in told
    assert re.search("申请转办 · 张三[^·]* · 已迁走 · → [^·]*沙县[^·]* 产品质量科", told.replace("\n", " "))
    assert re.search("不同意转办 · 李四[^·]* · 没有迁", told.replace("\n", " "))


def test_what_cannot_be_done_is_refused_and_the_others_go_on(duban, overdue_id):
    duban("waive", overdue_id, "--reason", "企业注销")
    others = [one["id"] for one in duban("obligations", "--json").json["obligations"][:1]]

    ran = duban("ack", overdue_id, *others)

    assert ran.code == 1
    assert "不能签收" in ran.lines[0]
    assert "已签收" in ran.lines[1]


def test_evidence_that_is_not_there_is_refused_and_nothing_changes(duban, overdue_id):
    ran = duban("done", overdue_id, "--evidence", "没有.pdf")

    assert ran.code == 1
    assert "没有文件" in ran.out
    assert duban("obligations", "--duty", "cp-first-inspection", "--json").json["total"] == 1


@pytest.mark.parametrize("dates", [(), ("--to", "2023-09-15", "--by", "10个工作日")])
def test_an_extension_needs_a_day_or_a_period_not_both(duban, overdue_id, dates):
    ran = duban("extend", overdue_id, "--reason", "停产", *dates)

    assert ran.code == 2
    assert "二选一" in ran.err


@pytest.mark.parametrize("command", ["extend", "waive", "suspend", "reopen"])
def test_what_loosens_a_duty_needs_a_reason(duban, overdue_id, command):
    ran = duban(command, overdue_id)

    assert ran.code == 2
    assert ran.err.startswith("缺少 --reason")


def test_a_mistake_in_the_folder_is_said_and_what_is_applied_stays_at_work(duban, city):
    (city / "duties" / "产品质量.yaml").write_text("line: [\n", "utf-8")

    ran = duban("obligations", "--duty", "cp-first-inspection")

    assert ran.code == 0
    assert "不影响运行，仍按已生效的第 1 版" in ran.err
    assert "水泥厂" in ran.out


def test_a_ledger_that_cannot_be_opened_is_one_line(duban, monkeypatch, tmp_path):
    monkeypatch.setenv("DUBAN_DATABASE_URL", f"sqlite:///{tmp_path}/missing/ledger.db")

    ran = duban("obligations")

    assert ran.code == 3
    assert ran.err.startswith("打不开台账")
    assert ran.err.count("\n") == 1
