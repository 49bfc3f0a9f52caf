"""Approval by a second person: accounts are told apart by their numbers, names as people read them."""

from dataclasses import replace

import pytest

from duban.base.problems import ProblemsFound
from duban.edits import PlanRefused, approve
from duban.ledger.authors import author_of
from duban.ledger.content import keep_content
from duban.ledger.database import insert_ignore, writing
from duban.ledger.tables import ACCOUNT, CONTENT_PROPOSAL
from tests.obligations.small_bureau import at, quarterly
from tests.principals import CITY, operator

NOW = at("2023-10-09")
PEOPLE = {"zhangsan": "张三", "zhangsan2": "张三", "lisi": "李四"}


def on_the_page(name):
    """Somebody signed in with their account."""
    number = [*PEOPLE].index(name) + 1
    return replace(operator(PEOPLE[name]), entrance="page", account=number)


@pytest.fixture
def here(bureau):
    here = bureau(quarterly(), on="2023-10-09")
    with writing(here.ledger) as connection:
        for name, full_name in PEOPLE.items():
            row = {
                "name": name,
                "full_name": full_name,
                "unit": CITY,
                "created_at": NOW,
                "created_by": "管理员",
            }
            insert_ignore(connection, ACCOUNT, [row])
    return here


@pytest.mark.parametrize(
    ("proposed_by", "approved_by", "same"),
    [
        (on_the_page("zhangsan"), on_the_page("zhangsan"), True),
        (on_the_page("zhangsan"), on_the_page("zhangsan2"), False),  # two people of one name
        (on_the_page("zhangsan"), on_the_page("lisi"), False),
        (on_the_page("zhangsan"), operator(" 张 三"), True),
        (on_the_page("zhangsan"), operator("Zhangsan"), True),
        (operator("ZHANGSAN"), on_the_page("zhangsan"), True),
        (operator("张三"), operator("张\u200b三"), True),
        (operator("ｌｉｓｉ"), operator("lisi"), True),
        (operator("张三"), operator("李四"), False),
    ],
    ids=str,
)
def test_whoever_proposed_it_does_not_approve_it(here, proposed_by, approved_by, same):
    with writing(here.ledger) as connection:
        row = {
            "plan": "p-1",
            "content_version_id": keep_content(connection, {"duban.yaml": ""}, NOW),
            "proposed_at": NOW,
            "proposed_by": proposed_by.name,
            "author_id": author_of(connection, proposed_by),
            "reason": "试",
        }
        insert_ignore(connection, CONTENT_PROPOSAL, [row])
    # What was proposed here is no content: whoever is let through learns that instead.
    with pytest.raises((PlanRefused, ProblemsFound)) as refused:
        approve(here.ws, "p-1", by=approved_by, now=NOW)
    assert ("要由另一个人批准" in str(refused.value)) == same
