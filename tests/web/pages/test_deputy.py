"""A deputy acts for the post of somebody who is away, and the history says so."""

import dataclasses
from datetime import date

import pytest

from duban.access.mandates import Mandate
from duban.bureau.posts import Post
from tests.obligations.small_bureau import POST
from tests.web.pages.acting import number_in, seen_on, send
from tests.web.pages.people import PASSWORD, Browser, an_account

HOLIDAY = (date(2023, 10, 9), date(2023, 10, 13))


@pytest.fixture
def deputy(door):
    """洪 holds 计量科 of 三元, which sees its own lines alone and is the deputy of the food post, whose holder is away this week."""
    posts = {POST: Post(POST, deputy="计量科", away=(HOLIDAY,)), "计量科": Post("计量科", lines=("计量",))}
    project = door.ws.definitions.project
    units = {**project.units, "350404": dataclasses.replace(project.units["350404"], posts=posts)}
    definitions = dataclasses.replace(door.ws.definitions, project=dataclasses.replace(project, units=units))
    door.ws = dataclasses.replace(door.ws, definitions=definitions)
    an_account(door, "洪", Mandate("洪计量", frozenset({"officer"}), "350404", frozenset({"350404/计量科"})))
    browser = Browser(door)
    browser.sign_in("洪", PASSWORD)
    return browser


def test_what_is_owed_by_the_post_is_there_and_is_done_in_its_name(deputy):
    number = number_in(deputy.get("/obligations"))
    seen = seen_on(deputy.get(f"/obligations/{number}"))

    assert send(deputy, number, "complete", seen=seen).status_code == 303
    assert f"洪计量（代{POST}）" in deputy.get(f"/obligations/{number}").text


def test_once_the_holder_is_back_it_is_theirs_again(deputy, door):
    door.bureau.clock.moment = door.bureau.clock.moment.replace(day=16)
    deputy.sign_in("洪", PASSWORD)

    assert "quarterly" not in deputy.get("/obligations").text


def test_who_decides_as_the_head_signs_as_the_head_though_they_stand_in_for_who_asked(deputy, door):
    project = door.ws.definitions.project
    unit = project.units["350404"]
    posts = {
        **unit.posts,
        POST: Post(POST, deputy="科室负责人", away=(HOLIDAY,)),
        "科室负责人": Post("科室负责人"),
    }
    units = {**project.units, "350404": dataclasses.replace(unit, posts=posts)}
    definitions = dataclasses.replace(door.ws.definitions, project=dataclasses.replace(project, units=units))
    door.ws = dataclasses.replace(door.ws, definitions=definitions)
    an_account(
        door, "罗", Mandate("罗科长", frozenset({"officer"}), "350404", frozenset({"350404/科室负责人"}))
    )
    browser = Browser(door)
    browser.sign_in("罗", PASSWORD)
    number = number_in(browser.get("/obligations"))
    seen = seen_on(browser.get(f"/obligations/{number}"))
    assert send(browser, number, "suspend", seen=seen, reason="等省局口径").status_code == 303

    assert "中止 · 罗科长 · 等省局口径" in browser.get(f"/obligations/{number}").text
