"""`duban token`: a secret is shown once, a name is used once, and a token ends when it is said to."""

import pytest

from duban.cli.failures import ExitCode


@pytest.fixture
def made(duban, project):
    """The token of the county's inspection system, as `--json` shows it."""
    return duban("token", "create", "--unit", "350404", "--name", "三元检查系统", "--json").json


def test_a_token_is_made_for_a_unit_and_its_secret_shown_once(duban, made):
    assert made["secret"].startswith("duban_")
    assert (made["unit"], made["scopes"], made["state"]) == ("350404", ["read", "write"], "valid")
    listed = duban("token", "list", "--json")
    assert listed.json[0]["name"] == "三元检查系统"
    assert made["secret"] not in listed.out


def test_a_token_to_look_only_good_to_the_end_of_a_day(duban, project):
    ran = duban(
        "token", "create", "--unit", "350400", "--name", "大屏", "--read-only", "--expires", "2023-12-31"
    )
    assert "令牌“大屏”：三明市市场监管局及下级，只读。密文只显示这一次，请收好：" in ran.lines
    [token] = duban("token", "list", "--json").json
    assert (token["scopes"], token["until"]) == (["read"], "2023-12-31")


def test_the_list_on_the_terminal(duban, made):
    ran = duban("token", "list")
    assert "三元检查系统" in ran.out
    assert "有效" in ran.out


def test_no_tokens_yet(duban, project):
    assert "还没有令牌" in duban("token", "list").out


def test_a_revoked_token_stays_in_the_list_and_cannot_be_revoked_again(duban, made):
    assert duban("token", "revoke", "三元检查系统").lines == ["令牌“三元检查系统”已作废"]
    assert duban("token", "list", "--json").json[0]["state"] == "revoked"
    again = duban("token", "revoke", "三元检查系统")
    assert (again.code, again.err) == (ExitCode.REFUSED, "令牌“三元检查系统”已经作废\n")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("create", "--unit", "350404", "--name", "三元检查系统"),
            ExitCode.REFUSED,
            "已有名为“三元检查系统”的令牌",
        ),
        (("create", "--unit", "三园区", "--name", "新"), ExitCode.WRONG_USAGE, "没有单位“三园区”"),
        (("create", "--unit", "350404", "--name", " "), ExitCode.REFUSED, "令牌要有名称"),
        (
            ("create", "--unit", "350404", "--name", "新", "--expires", "2023-08-31"),
            ExitCode.REFUSED,
            "2023-08-31 已经过去",
        ),
        (("revoke", "三元检察系统"), ExitCode.REFUSED, "没有令牌“三元检察系统”，是不是“三元检查系统”"),
    ],
)
def test_what_is_refused(duban, made, arguments, code, said):
    ran = duban("token", *arguments)
    assert ran.code == code
    assert said in ran.err


def test_a_link_names_where_people_reach_the_page(duban, project, monkeypatch):
    def made(name):
        return duban(
            *("account", "create", name, "--full-name", name, "--unit", "350400", "--role", "admin")
        ).lines

    usual = made("an")
    assert usual[1].startswith("http://127.0.0.1:4280/welcome/")
    assert usual[2].startswith("服务没有在运行，链接按 http://127.0.0.1:4280 写；")

    monkeypatch.setenv("DUBAN_WEB_ADDRESS", "https://duban.example.org")
    told = made("gao")
    assert told[1].startswith("https://duban.example.org/welcome/")
    assert len(told) == 2
