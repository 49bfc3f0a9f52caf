"""Wrong tries and links on either database."""

import pytest

from duban.access.accounts import Hand, make_account
from duban.access.links import LinkRefused, choose_by_link, make_link
from duban.access.mandates import Mandate
from duban.access.patience import count_refusal, wait_before
from duban.access.sign_ins import Arrival, SignInRefused, sign_in, sign_in_of
from duban.workdays import load_calendar
from tests.obligations.small_bureau import ROOT, Bureau, at

NOW = at("2023-10-09")
HAND = Hand("管理员", NOW)


def test_a_link_works_once_and_wrong_tries_count(ledger):
    ws = Bureau(ledger, load_calendar(ROOT / "calendar"), [], "2023-01-01").ws
    account = make_account(ws, "lin", Mandate("林", frozenset({"officer"}), "350404"), HAND)
    link = make_link(ledger, account.id, HAND)
    choose_by_link(ledger, link, "a sentence of mine", HAND)
    with pytest.raises(LinkRefused):
        choose_by_link(ledger, link, "a sentence of yours", HAND)
    arrival = Arrival(NOW, "10.0.0.1", "browser")
    with pytest.raises(SignInRefused):
        sign_in(ledger, "lin", "a sentence of yours", arrival)
    _, secret = sign_in(ledger, "lin", "a sentence of mine", arrival)
    assert sign_in_of(ledger, secret, NOW).account.name == "lin"
    for _ in range(4):
        count_refusal(ledger, "lin", "10.0.0.1", NOW)
    assert wait_before(ledger, "lin", "10.0.0.1", NOW) == 4
    assert wait_before(ledger, "lin", "10.0.0.2", NOW) == 0
