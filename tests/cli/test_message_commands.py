"""`duban inbox`, `report overdue`, `status`, `doctor` and `fact add` on a city with one overdue inspection."""

import io
import json
import shutil
from types import SimpleNamespace

import openpyxl
import pytest

from duban.runtime.presence import Presence

pytestmark = pytest.mark.usefixtures("city")
CLUES = """\
line: 广告监督管理
duties:
  - id: gg-clue-check
    title: 违法广告线索核查
    basis: {source: 市场监督管理行政处罚程序规定第十八条, quote: 应当自发现线索或者收到材料之日起十五个工作日内予以核查}
    owner: {unit: 县局, post: 广告监管科}
    for_each: 县局
    within: 15个工作日
    of: ad_clue.received
    done_by: {fact: ad_clue.answered, same: 编号}
    ladder: brief
"""


def test_reminders_can_be_read_in_the_inbox(duban):
    ran = duban("inbox", "--unit", "350404")

    assert ran.code == 0
    assert "三元区市场监管局" in ran.out
    assert "产品质量科" in ran.out
    assert "●" in ran.out


def test_reading_a_message_shows_it_whole_and_marks_it_read(duban):
    unread = duban("inbox", "--unit", "350404", "--unread", "--json").json["messages"]
    message = unread[0]

    shown = duban("inbox", message["id"])
    left = duban("inbox", "--unit", "350404", "--unread", "--json").json["messages"]

    assert shown.lines[0] == message["title"]
    assert message["body"].strip().splitlines()[-1] in shown.out
    assert message["id"] not in {each["id"] for each in left}
    assert len(left) == len(unread) - 1


def test_the_newest_message_comes_first_and_more_is_said(duban):
    whole = duban("inbox", "--limit", 1000, "--json").json
    one = duban("inbox", "--limit", 1, "--json").json

    assert [each["id"] for each in whole["messages"]] == sorted(
        (e["id"] for e in whole["messages"]), reverse=True
    )
    assert (one["messages"], one["more"]) == (whole["messages"][:1], True)
    assert whole["more"] is False
    assert duban("inbox", "--limit", 1).lines[-1] == "还有更早的，加 --limit 看更多"


def test_a_post_has_its_own_messages(duban):
    found = duban("inbox", "--post", "产品质量科", "--json").json["messages"]

    assert found
    assert {each["post"] for each in found} == {"产品质量科"}


def test_an_empty_inbox_is_said(duban):
    assert duban("inbox", "--post", "没有这个岗位").lines == ["没有消息。"]
    assert duban("inbox", "--post", "no such post", lang="en").lines == ["No messages."]


def test_a_message_that_is_not_there_is_refused(duban):
    ran = duban("inbox", 999999)

    assert (ran.code, ran.out) == (1, "")
    assert "没有编号为 999999 的消息" in ran.err


def test_the_overdue_report_on_the_terminal_names_the_enterprise(duban):
    ran = duban("report", "overdue")

    assert ran.code == 0
    assert "三元第一水泥厂" in ran.out


@pytest.mark.parametrize(("name", "begins"), [("逾期.md", b"#"), ("逾期.html", b"<!"), ("逾期.xlsx", b"PK")])
def test_the_form_follows_the_ending_of_the_file(duban, city, name, begins):
    ran = duban("report", "overdue", "-o", name)

    assert ran.code == 0, ran.err
    assert ran.lines[-1].startswith(f"已写入 {name}：逾期 ")
    assert (city / name).read_bytes().lower().lstrip().startswith(begins.lower())


def test_the_workbook_opens_and_holds_the_enterprise(duban, city):
    duban("report", "overdue", "--as", "xlsx", "-o", "report.bin")
    book = openpyxl.load_workbook(io.BytesIO((city / "report.bin").read_bytes()))

    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert any("三元第一水泥厂" in cell for cell in cells)


def test_the_report_as_json_adds_up(duban):
    report = duban("report", "overdue", "--json").json

    assert report["on"] == "2023-09-01"
    assert report["total"] == len(report["obligations"])
    assert report["total"] == sum(n for row in report["board"] for key, n in row.items() if key != "line")


def test_the_report_of_another_county_does_not_name_it(duban):
    assert "三元第一水泥厂" not in duban("report", "overdue", "--unit", "大田县市场监管局", "--as", "md").out


def test_a_file_without_a_known_ending_asks_for_the_form(duban):
    ran = duban("report", "overdue", "-o", "report.doc")

    assert ran.code == 2
    assert "加 --as" in ran.err


def test_the_status_counts_what_is_there(duban):
    status = duban("status", "--json").json

    assert (status["on"], status["subjects"], status["facts"]) == ("2023-09-01", 1, 1)
    assert status["obligations"]["open"] == duban("obligations", "--json").json["total"]
    assert status["overdue"] == duban("obligations", "--overdue", "--json").json["total"]
    assert status["messages"] == len(duban("inbox", "--limit", 10000, "--json").json["messages"])
    assert status["service"] is None
    assert "没有运行（duban up 启动）" in duban("status").out
    assert "压住" not in duban("status").out
    assert duban("hold", "place", "--reason", "短信平台割接").code == 0
    assert "起（短信平台割接）" in duban("status").out


def test_a_sound_project_is_found_sound(duban):
    ran = duban("doctor")

    assert ran.code == 0
    assert "✓ 内容没有问题" in ran.out
    assert "✓ 台账和催办正常" in ran.out
    assert "– 服务没有运行" in ran.out


def test_the_doctor_names_mistakes_in_the_folder_which_harm_nothing(duban, city):
    (city / "duties" / "产品质量.yaml").write_text("line: [\n", "utf-8")

    ran = duban("doctor")

    assert ran.code == 0
    assert "✓ 内容没有问题" in ran.out
    assert "不影响运行" in ran.out
    assert "duties/产品质量.yaml:" in ran.out


def test_the_doctor_notices_an_engine_that_sleeps(duban, monkeypatch):
    monkeypatch.setenv("DUBAN_CLOCK", "2023-09-28T15:00+08:00")

    found = duban("doctor", "--json")

    assert found.code == 1
    sound = {each["what"]: each["sound"] for each in found.json}
    assert sound["催办有漏"] is False
    assert list(sound.values()).count(False) == 1


def test_the_doctor_notices_a_full_disk_before_a_reminder_is_late(duban, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))

    ran = duban("doctor")

    assert ran.code == 1
    assert "✗ 磁盘已满，写不进台账；腾出空间后自行恢复" in ran.out


def test_the_doctor_names_files_that_other_accounts_can_read_and_how_to_close_them(duban, city):
    (city / ".duban/ledger.db").chmod(0o640)

    ran = duban("doctor")

    assert ran.code == 1
    assert ".duban/ledger.db" in ran.out
    assert "chmod -R go-rwx .duban" in ran.out


class TestTheDoctorSeesTheSecretsThatDeliverySees:
    MAIL = "mailtos://duban:secret@mail.example/?to={mail}"

    def test_in_the_project_s_secrets_file_and_not_beside_the_content_in_force(self, duban, city):
        told = duban("doctor").out
        assert "mail：没有配置（" in told
        assert told.count("DUBAN_CHANNEL_MAIL") == 1
        secrets = city / ".duban/secrets.env"
        secrets.write_text(f"MAIL={self.MAIL}\n", "utf-8")
        secrets.chmod(0o600)
        channels = city / "notifications/channels.yaml"
        text = channels.read_text("utf-8").replace("env:DUBAN_CHANNEL_MAIL", "secret:MAIL")
        channels.write_text(text, "utf-8")
        assert duban("apply", "--because", "密钥放文件里", "--yes").code == 0
        told = duban("doctor").out
        assert "渠道“mail”" not in told
        assert "secret@" not in told

    def test_and_names_a_file_of_the_project_s_own_that_others_can_read(self, duban, city):
        kept = city / "secrets/mail.txt"
        kept.parent.mkdir()
        kept.write_text(f"{self.MAIL}\n", "utf-8")
        kept.chmod(0o644)
        channels = city / "notifications/channels.yaml"
        text = channels.read_text("utf-8").replace("env:DUBAN_CHANNEL_MAIL", "file:secrets/mail.txt")
        channels.write_text(text, "utf-8")
        assert duban("apply", "--because", "密钥放文件里", "--yes").code == 0
        told = duban("doctor").out
        assert "这台机器上别的账号也能读台账或密钥" in told
        assert "secrets/mail.txt" in told
        kept.chmod(0o600)
        assert "数据和密钥只有本账号能读" in duban("doctor").out

    def test_and_says_what_this_shell_has_and_the_running_service_lacks(self, duban, city, monkeypatch):
        with Presence(city) as service:
            service.announce("http://127.0.0.1:9/api")
            monkeypatch.setenv("DUBAN_CHANNEL_MAIL", self.MAIL)
            told = duban("doctor").out
            monkeypatch.setenv("DUBAN_OPERATOR_WEBHOOK", "https://example.cn/robot?key=secret")
            monkeypatch.setenv("DUBAN_PROJECT", str(city))
            also = duban("doctor").out
        assert "渠道“mail”的地址这个终端里有，运行中的服务没有" in told
        assert "设了，运行中的服务没有：DUBAN_OPERATOR_WEBHOOK。" in also
        assert "secret" not in told + also

    def test_and_what_the_running_service_has_alone(self, duban, city, monkeypatch):
        monkeypatch.setenv("DUBAN_CHANNEL_MAIL", self.MAIL)
        with Presence(city) as service:
            service.announce("http://127.0.0.1:9/api")
            monkeypatch.delenv("DUBAN_CHANNEL_MAIL")
            told = duban("doctor").out
        assert "渠道“mail”的地址运行中的服务有，照常发送；这个终端里没有" in told


def test_an_inspection_put_down_by_hand_waits_for_its_reviewer(duban):
    fact = ("fact", "add", "inspection.done", "--subject", "SY-0001", "--on", "2023-09-01")
    ran = duban(*fact, "--data", "检查类型=例行检查")

    assert ran.lines == ["已记下：完成监督检查，2023-09-01", "由此新开 0 项，办结 0 项，1 项待复核"]
    (left,) = duban("obligations", "--duty", "cp-first-inspection", "--json").json["obligations"]
    assert left["state"] == "reported", "what is done waits for its reviewer"


def test_that_nothing_happened_is_put_down_as_a_zero(duban):
    ran = duban("fact", "add", "ad_clue.received", "--unit", "三元", "--on", "2023-09-01", "--value", "0")

    assert ran.lines[0] == "已记下零报告：没有“收到违法广告线索”，2023-09-01"


def test_an_answer_that_matches_nothing_is_recorded_and_says_that_it_closed_nothing(duban, city):
    (city / "duties/广告监管.yaml").write_text(CLUES, encoding="utf-8")
    assert duban("apply", "--because", "线索", "--yes").code == 0
    answer = ("fact", "add", "ad_clue.answered", "--unit", "三元", "--on", "2023-09-01")
    remark = "“反馈违法广告线索处理结果”的编号 XS-9 没有对应的“收到违法广告线索”，没有办结任何事项"

    said = duban(*answer, "--number", "XS-9").lines
    assert said[0].startswith("已记下：")
    assert said[-1].startswith(f"注意：{remark}")
    assert "没有写编号" in duban(*answer).lines[-1]
    duban("fact", "add", "ad_clue.received", "--unit", "三元", "--on", "2023-09-01", "--number", "XS-8")
    assert duban(*answer, "--number", "XS-8", "--json").json["remarks"] == []


def test_the_same_fact_is_recorded_once(duban):
    fact = ("fact", "add", "inspection.done", "--subject", "SY-0001", "--on", "2023-09-01")
    duban(*fact)

    assert duban(*fact).lines == ["这条事实已经记过，没有重复记"]
    assert duban("status", "--json").json["facts"] == 2


def test_a_fact_with_its_own_number_keeps_it(duban):
    ran = duban(
        "fact", "add", "patrol.done", "--subject", "SY-0001", "--on", "2023-09-01", "--ref", "巡-7", "--json"
    )

    assert (json.loads(ran.out)["ref"], json.loads(ran.out)["new"]) == ("巡-7", 1)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("inspection.don", "--subject", "SY-0001"),
            2,
            "没有事实种类“inspection.don”，是不是“inspection.done”？",
        ),
        (("inspection.done", "--subject", "SY-9999"), 2, "--subject：台账里没有监管对象“SY-9999”"),
        (("inspection.done",), 2, "写 --subject 或 --unit，二选一"),
        (("inspection.done", "--unit", "三元区市场监管局"), 1, "要写明监管对象"),
        (
            ("analysis.held", "--unit", "三原区市场监管局"),
            2,
            "没有单位“三原区市场监管局”，是不是“三元区市场监管局”？",
        ),
        (("inspection.done", "--subject", "SY-0001", "--data", "x"), 2, "--data 要写成 键=值：x"),
        (("inspection.done", "--subject", "SY-0001", "--corrects", "x"), 2, "--corrects 要写成 来源/编号：x"),
    ],
)
def test_a_fact_that_makes_no_sense_is_not_recorded(duban, arguments, code, said):
    ran = duban("fact", "add", *arguments, "--on", "2023-09-01")

    assert ran.code == code
    assert said in ran.err
    assert duban("status", "--json").json["facts"] == 1


def test_a_fact_of_tomorrow_is_refused(duban):
    ran = duban("fact", "add", "inspection.done", "--subject", "SY-0001", "--on", "2023-09-02")

    assert ran.code == 1
    assert "2023-09-02 还没有到" in ran.err


def test_a_channel_is_tried_out_and_the_doctor_knows_when_it_last_worked(duban, city, tmp_path, monkeypatch):
    from duban.demo.sinks import WebhookSink

    post = "350404/产品质量科"
    assert duban("channel", "test", "inbox", "--to", post).code == 0
    assert duban("inbox", "--json").json["messages"][0]["title"].startswith("【试发】")
    with WebhookSink(0, tmp_path / "hook") as sink:
        monkeypatch.setenv("DUBAN_CHANNEL_GROUP", f"json://127.0.0.1:{sink.port}/")
        sent = duban("channel", "test", "work_group", "--to", post)
        assert (sent.code, sent.lines) == (0, ["✓ 收下了"])
    refused = duban("channel", "test", "work_group", "--to", post)
    assert refused.code == 1
    assert "没有收下：连不上 127.0.0.1" in refused.out

    ran = duban("doctor")

    assert "✗ 有渠道发不出去" in ran.lines
    assert any("work_group：最近一次发成 2023-09-01 09:00；最后一次" in line for line in ran.lines)
    assert any("mail：没有配置" in line for line in ran.lines)


def test_what_cannot_be_tried_is_one_line(duban, city):
    ran = duban("channel", "test", "mail", "--to", "350404/产品质量科")
    assert (ran.code, ran.out) == (1, "")
    assert "渠道“mail”没有配置" in ran.err
    assert duban("channel", "test", "mail", "--to", "产品质量科").code == 2
