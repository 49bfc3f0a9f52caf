"""Which principal an account is today: units, posts, the posts it stands in for, lines."""

import dataclasses
from datetime import date

import pytest

from duban.access.accounts import Hand, change_account, disable_account, make_account
from duban.access.mandates import AccountRefused, Mandate
from duban.access.people import principal_of
from duban.bureau.posts import Post
from duban.workdays import load_calendar
from tests.obligations.small_bureau import ROOT, Bureau, at, quarterly

HAND = Hand("管理员", at("2023-10-09"))
TODAY = date(2023, 10, 9)
POSTS = {
    "食品流通科": Post("食品流通科", lines=("食品流通安全监督管理",)),
    "计量科": Post(
        "计量科", lines=("计量",), deputy="食品流通科", away=((date(2023, 10, 9), date(2023, 10, 13)),)
    ),
    "主要领导": Post("主要领导"),
}


@pytest.fixture(scope="module")
def calendar():
    return load_calendar(ROOT / "calendar")


@pytest.fixture
def ws(sqlite_ledger, calendar):
    """三元 has a food post, one for measures whose holder is away this week and has the food post as deputy, and a leader."""
    measures = quarterly("scales").model_copy(update={"line": "计量"})
    measures = measures.model_copy(update={"owner": measures.owner.model_copy(update={"post": "计量科"})})
    ws = Bureau(sqlite_ledger, calendar, [quarterly(), measures], "2023-01-01").ws
    units = dict(ws.definitions.project.units)
    units["350404"] = dataclasses.replace(units["350404"], posts=POSTS)
    project = dataclasses.replace(ws.definitions.project, units=units)
    return dataclasses.replace(ws, definitions=dataclasses.replace(ws.definitions, project=project))


def an_account(ws, *posts, unit="350404", roles=("officer",), **more):
    mandate = Mandate("林", frozenset(roles), unit, frozenset(f"350404/{each}" for each in posts), **more)
    return make_account(ws, "lin", mandate, HAND)


def test_units_are_its_own_and_those_below(ws):
    assert principal_of(ws, an_account(ws), TODAY).units == {"350404", "350404-01"}


def test_the_city_s_are_all(ws):
    assert principal_of(ws, an_account(ws, unit="350400"), TODAY).units is None


def test_a_post_of_its_own_lines_sees_these_alone(ws):
    account = an_account(ws, "食品流通科")

    assert principal_of(ws, account, date(2023, 10, 16)).lines == {"食品流通安全监督管理"}


def test_another_post_without_that_word_sees_all(ws):
    assert principal_of(ws, an_account(ws, "食品流通科", "主要领导"), TODAY).lines is None


def test_what_an_admin_said_comes_before_what_posts_say(ws):
    account = an_account(ws, "主要领导", lines=frozenset({"计量"}))

    assert principal_of(ws, account, TODAY).lines == {"计量"}


def test_a_deputy_stands_in_while_the_holder_is_away_and_signs_so(ws):
    account = an_account(ws, "食品流通科")
    today = principal_of(ws, account, TODAY)

    assert today.posts == {"350404/食品流通科", "350404/计量科"}
    assert today.lines == {"食品流通安全监督管理", "计量"}
    assert today.signs_for("350404/计量科") == "林（代计量科）"
    assert today.signs_for("350404/食品流通科") == "林"
    assert principal_of(ws, account, date(2023, 10, 16)).posts == {"350404/食品流通科"}


def test_an_auditor_looks_and_changes_nothing(ws):
    assert not principal_of(ws, an_account(ws, roles=("auditor",)), TODAY).may_write
    assert principal_of(ws, an_account_again(ws, roles=("auditor", "officer")), TODAY).may_write


def an_account_again(ws, *, roles):
    return make_account(ws, "wang", Mandate("王", frozenset(roles), "350404"), HAND)


@pytest.mark.parametrize(
    "mandate, why",
    [
        (Mandate("", frozenset({"officer"}), "350404"), "请写姓名"),
        (Mandate("林", frozenset(), "350404"), "至少选一个角色"),
        (Mandate("林", frozenset({"king"}), "350404"), "至少选一个角色"),
        (Mandate("林", frozenset({"officer"}), "999999"), "没有单位"),
        (Mandate("林", frozenset({"officer"}), "350404", frozenset({"350404/厨房"})), "没有岗位"),
        (
            Mandate("林", frozenset({"officer"}), "350405", frozenset({"350404/计量科"})),
            "不在沙县区局及下级",
        ),
        (Mandate("林", frozenset({"officer"}), "350404", lines=frozenset({"计亮"})), "计量"),
    ],
)
def test_what_the_project_does_not_have_is_refused(ws, mandate, why):
    with pytest.raises(AccountRefused, match=why):
        make_account(ws, "lin", mandate, HAND)


def test_a_name_is_one_however_it_is_spelt(ws):
    assert make_account(ws, " ＬＩＮ ", Mandate("林", frozenset({"officer"}), "350404"), HAND).name == "lin"
    with pytest.raises(AccountRefused, match="已有账号"):
        make_account(ws, "Lin", Mandate("林二", frozenset({"officer"}), "350404"), HAND)


def test_somebody_is_always_left_to_administer(ws):
    admin = an_account(ws, roles=("admin",))
    with pytest.raises(AccountRefused, match="最后一个管理员"):
        disable_account(ws, admin.id, HAND)
    with pytest.raises(AccountRefused, match="最后一个管理员"):
        change_account(ws, admin.id, Mandate("林", frozenset({"officer"}), "350404"), HAND)
    make_account(ws, "wang", Mandate("王", frozenset({"admin"}), "350400"), HAND)

    assert disable_account(ws, admin.id, HAND).disabled_at
