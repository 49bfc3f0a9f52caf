"""`duban subject merge` and `unmerge`: the cement works of 三元区, whose inspection is overdue, is merged into one of 沙县区."""

import pytest

from duban.base.clock import system_clock
from duban.cli.failures import ExitCode
from duban.facts import NewSubject, record_subjects
from duban.workspace.workspace import open_workspace
from tests.principals import OPERATOR

KIND = "工业产品生产许可证获证企业"
MERGE = ("subject", "merge", "SY-0001", "--into", "SX-0001", "--on", "2023-09-01")


@pytest.fixture
def two_works(duban, city, overdue_id):
    workspace = open_workspace(city, system_clock())
    licence = {"发证方式": "告知承诺", "产品类别": "水泥"}
    other = NewSubject(KIND, "SX-0001", "沙县第一水泥厂（虚构）", "350405", attributes=licence)
    shop = NewSubject("药品网络销售企业", "SX-0001", "沙县网上药店（虚构）", "350405")
    assert record_subjects(workspace, [other, shop], workspace.clock.now(), OPERATOR).refused == []
    workspace.ledger.dispose()
    return overdue_id


def units(duban, state="open"):
    listed = duban("obligations", "--duty", "cp-first-inspection", "--state", state, "--json").json
    return [(each["id"], each["subject"], each["unit"]) for each in listed["obligations"]]


def test_what_is_owed_passes_on_and_says_so(duban, two_works):
    ran = duban(*MERGE, "--reason", "三市监合〔2023〕1号", "--actor", "王五")
    assert ran.code == 0
    assert ran.lines[0].startswith(
        "已登记：三元第一水泥厂（虚构）（SY-0001）2023-09-01 并入沙县第一水泥厂（虚构）（SX-0001）；转过去"
    )
    assert units(duban) == [(two_works, "沙县第一水泥厂（虚构）", "沙县区市场监管局")]
    told = duban("explain", two_works).out
    assert "移交 · duban · 三元第一水泥厂（虚构）（SY-0001）于 2023-09-01 并入" in told
    assert "原属 三元第一水泥厂（虚构）" in told


def test_again_changes_nothing(duban, two_works):
    duban(*MERGE)
    assert duban(*MERGE).lines == ["这次合并已经登记过"]
    assert duban(*MERGE, "--json").json["changed"] is False


def test_taken_back_it_returns(duban, two_works):
    passed_on = duban(*MERGE, "--json").json["passed_on"]
    ran = duban("subject", "unmerge", "SY-0001", "--reason", "录错了", "--json")
    assert (ran.code, ran.json["returned"]) == (0, passed_on)
    assert units(duban) == [(two_works, "三元第一水泥厂（虚构）", "三元区市场监管局")]


def test_in_english(duban, two_works):
    ran = duban(*MERGE, lang="en")
    assert ran.out.startswith("entered: 三元第一水泥厂（虚构） (SY-0001) merged into")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("SY-0001", "--into", "SY-0001", "--on", "2023-09-01"), ExitCode.REFUSED, "不能并入自己"),
        (
            ("SY-0001", "--into", "SX-0009", "--on", "2023-09-01"),
            ExitCode.WRONG_USAGE,
            "没有监管对象“SX-0009”",
        ),
        (("SY-0001", "--into", "SX-0001", "--on", "2023-09-02"), ExitCode.REFUSED, "2023-09-02 还没有到"),
        (
            ("SY-0001", "--into", "药品网络销售企业:SX-0001", "--on", "2023-09-01"),
            ExitCode.REFUSED,
            "只能并入同一类",
        ),
        (("SX-0001", "--into", "SY-0001", "--on", "2023-09-01"), ExitCode.WRONG_USAGE, "不止一个，请写明"),
        (("SY-0001", "--into", "SX-0001", "--on", "昨天"), ExitCode.WRONG_USAGE, "昨天"),
    ],
)
def test_what_cannot_be(duban, two_works, arguments, code, said):
    ran = duban("subject", "merge", *arguments)
    assert ran.code == code
    assert said in ran.err
    assert units(duban) == [(two_works, "三元第一水泥厂（虚构）", "三元区市场监管局")]


def test_what_was_not_merged_is_not_taken_back(duban, two_works):
    ran = duban("subject", "unmerge", "SY-0001", "--reason", "录错了")
    assert (ran.code, ran.err) == (ExitCode.REFUSED, "三元第一水泥厂（虚构）（SY-0001）没有并入过谁\n")
