"""What a message calls a last day, and what it calls the bureau's own: only what no text gives."""

import pytest

from duban.base.language import use
from duban.duties.certainty import set_by_statute, tentative_words

STATUTE = {"id": "fz-lawsuit-answer", "basis": [{"source": "行政诉讼法第六十七条", "quote": "十五日内"}]}


def duty(*keys, confirmed=""):
    return STATUTE | {
        "assumptions": [{"key": key, "reason": "计划未写", "confirmed": confirmed} for key in keys]
    }


@pytest.mark.parametrize("keys", [(), ("owner.unit",), ("opens",), ("owner.unit", "effective.until")])
def test_a_statutes_day_is_the_statutes_whoever_owes_it(keys):
    assert set_by_statute(duty(*keys))


@pytest.mark.parametrize(
    "keys", [("within",), ("roll",), ("owner.unit", "due"), ("when.any.0.count",), ("soft",)]
)
def test_an_assumed_day_is_no_statutes_whatever_article_is_named(keys):
    assert not set_by_statute(duty(*keys))
    assert set_by_statute(duty(*keys, confirmed="三市监〔2023〕9号"))


@pytest.mark.parametrize(
    "keys, zh, en",
    [
        ((), "", ""),
        (("owner.unit",), "由哪一级承办系本局暂定，待确认", "the bureau's own, unconfirmed: level of the unit that owes it"),
        (("opens", "owner.unit"), "开办的日子、由哪一级承办系本局暂定，待确认", "the bureau's own, unconfirmed: day it opens, level of the unit that owes it"),
        (("owner.unit", "due"), "期限系本局暂定，待确认", "the deadline is the bureau's own, unconfirmed"),
        (("visits.A",), "次数（比例）或期限系本局暂定，待确认", "the number or the day is the bureau's own, unconfirmed"),
        (("soft", "owner.unit"), "计划写的是努力目标，未经确认前不督办、不通报", "the plan only strives for it: not supervised until confirmed"),
    ],
)  # fmt: skip
def test_what_is_tentative_is_called_by_its_name(keys, zh, en):
    assert tentative_words(duty(*keys)) == zh
    with use("en"):
        assert tentative_words(duty(*keys)) == en
