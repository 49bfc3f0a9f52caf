"""What an auditor looks at: who wrote what, and each version; and what of it does not exist for them."""

import re

import pytest
from sqlalchemy import select

from duban.access.mandates import Mandate
from duban.ledger.access_log import note_access
from duban.ledger.database import reading
from duban.ledger.principals import Principal
from duban.ledger.short_ids import short_id
from duban.ledger.tables import OBLIGATION
from tests.web.pages.people import an_account

LOG = "/admin/operations"


@pytest.fixture
def auditor(signed_in):
    return signed_in("计")


def owed_by(door, unit, *, confidential=False):
    """The number of one open obligation of the unit."""
    with reading(door.ws.ledger) as connection:
        found = select(OBLIGATION.c.id).where(
            OBLIGATION.c.unit == unit, OBLIGATION.c.confidential == confidential
        )
        return short_id(connection.execute(found.limit(1)).scalar_one())


def wrote(door, name, unit, act, *touched):
    by = Principal(name, unit, frozenset({unit}), "command", may_write=True, undisclosed=False, account=None)
    note_access(door.ws.ledger, by, door.now, act=act, outcome="303", touched=touched)


def rows(page):
    """The rows of the log, each as its words."""
    body = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


def test_an_act_on_the_page_is_told_in_words_to_who_audits_the_unit(door, signed_in, auditor):
    number = owed_by(door, "350404")
    lin = signed_in("林")
    lin.get(f"/obligations/{number}")
    assert lin.post(f"/obligations/{number}/acts/acknowledge").status_code == 303

    newest = rows(auditor.get(LOG))[0]
    assert re.fullmatch(rf".* 林经办 .* 签收 办了 303 {number}", newest)
    assert rows(auditor.get(LOG, params={"name": "无人"})) == ["这里还没有记录。"]


def test_what_is_only_looked_over_is_no_operation(door, signed_in, auditor):
    number = owed_by(door, "350404")
    king, chief = signed_in("王"), signed_in("安")
    for browser, path in ((king, f"/obligations/{number}"), (chief, "/admin/files")):
        browser.get(path)
    duty = {"title": "清点", "unit": "350404", "post": "食品流通科", "within": "10个工作日"}

    looked = [
        king.post("/acts/preview", act="waive", item=number),
        king.post("/assign", step="rehearse", ladder="standard", **duty),
        king.post("/letters/new", kind="催办单", item=number, act="preview"),
        chief.post("/admin/files/check", text="x"),
    ]

    assert [answer.status_code for answer in looked] == [200] * 4
    assert rows(auditor.get(LOG)) == ["这里还没有记录。"]
    assert king.post("/acts/together", act="waive", reason="停业", item=number).status_code == 200
    [done] = rows(auditor.get(LOG))
    assert done.endswith(f"王局长 三元区局 10.0.0.1 成批办理 POST /acts/together 办了 200 {number}")


def test_a_county_reads_of_its_own_and_of_nothing_that_does_not_exist_for_it(door, signed_in):
    an_account(door, "县审", Mandate("县审计", frozenset({"auditor"}), "350404"))
    an_account(door, "知审", Mandate("知审计", frozenset({"auditor"}), "350404", undisclosed=True))
    raid = owed_by(door, "350404-01", confidential=True)
    wrote(door, "邻居", "350405", "duban done")
    wrote(door, "本所", "350404-01", f"POST /obligations/{raid}/acts/complete", raid)
    wrote(door, "本县", "350404", "POST /assign/2023-7/recall", "2023-7", "2023-8")

    plain, knowing = (signed_in(name).get(LOG) for name in ("县审", "知审"))
    for shown in (plain, knowing):
        assert "邻居" not in shown.text
    assert [told in plain.text for told in (raid, "本所", "POST /assign/2023-7/recall")] == [False] * 3
    assert [told in knowing.text for told in (raid, "本所", "POST /assign/2023-7/recall")] == [True] * 3
    assert rows(plain)[0].endswith("临时交办 POST /assign/…/recall 办了 303 另 2 个")


def test_an_auditor_finds_the_way_reads_each_version_and_changes_nothing(auditor):
    home = auditor.get("/").text
    assert 'href="/admin/accounts"' in home
    ways = re.findall(
        r'href="(/admin/[\w/]+)"', auditor.get("/admin/accounts").text.partition("</header>")[2]
    )
    assert {"/admin/versions", LOG} < set(ways)
    for path in ways:
        shown = auditor.get(path)
        assert shown.status_code == 200, path
        assert "<button" not in shown.text.partition("<main")[2].replace("<button>查找</button>", ""), path
    assert auditor.get("/admin/versions/1").status_code == 404  # nothing was applied here; let in he is
    assert auditor.post("/admin/versions/1/drafts").status_code == 403
    assert auditor.get("/admin/files").status_code == 403
