"""An edit of channels, routes or addresses is shown by what changes for whom: a second person sees a new receiver."""

from datetime import datetime
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from duban.base.clock import SHANGHAI, FixedClock
from duban.base.starter import copy_starter
from duban.bureau.project_file import load_project
from duban.channels.loading import CHANNELS_FILE
from duban.documents import as_html, as_markdown, as_object, as_xlsx
from duban.edits import draft_of_folder, plan
from duban.edits.receivers import channel_changes, half_hidden
from duban.edits.telling import plan_document
from duban.workspace.workspace import open_workspace

ROUTES = """\
channels:
  mail: {kind: apprise, url: env:MAIL}
routes:
  - stage: [督办]
    channels: [mail]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("city") / "sanming"
    copy_starter(root)
    return load_project(root)


@pytest.fixture
def changed(tmp_path, project):
    """What changes for whom, from ROUTES to the same with some words replaced."""

    def compare(*replaced):
        text = ROUTES
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new)
        for name, written in (("was", ROUTES), ("now", text)):
            file = tmp_path / name / CHANNELS_FILE
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(written, "utf-8")
        return [each.text() for each in channel_changes(tmp_path / "was", tmp_path / "now", project)]

    return compare


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("env:MAIL", "env:OTHER", ["渠道 mail url: env:MAIL → env:OTHER"]),
        ("[督办]", "[督办, 通报]", ["所有岗位（通报）: inbox → mail"]),
        (
            "  - stage: [督办]\n",
            "  - unit: [county]\n    stage: [督办]\n",
            ["市局各岗位；监管所各岗位（督办）: mail → inbox"],
        ),
        (
            "  - stage: [督办]\n",
            "  - stage: [督办]\n    post: [食品流通科, 餐饮科]\n    unit: city\n    channels: [inbox]\n  - stage: [督办]\n",
            ["市局 食品流通科、餐饮科（督办）: mail → inbox"],
        ),
        (
            "routes:\n",
            "  robot: {kind: apprise, url: env:ROBOT, group: true}\nroutes:\n  - {post: 法规科, unit: city, channels: [mail, robot]}\n",
            [
                "渠道 robot: — → env:ROBOT（群）",
                "市局 法规科（提醒、催办、通报、约谈）: inbox → mail、robot",
                "市局 法规科（督办）: mail → mail、robot",
            ],
        ),
        ("channels: [mail]", "channels: [mail]  # 同样的意思", []),
    ],
)
def test_who_is_told_otherwise(changed, old, new, told):
    assert changed((old, new)) == told


@pytest.mark.parametrize(
    ("address", "shown"),
    [("zhangsan@example.cn", "zh…@example.cn"), ("13812345621", "138…21"), ("wx7", "w…")],
)
def test_an_address_is_half_hidden(address, shown):
    assert half_hidden(address) == shown


def test_a_plan_says_it_in_all_forms_and_never_the_whole_address(tmp_path):
    clock = FixedClock(datetime(2026, 11, 27, 9, tzinfo=SHANGHAI))
    root = tmp_path / "sanming"
    copy_starter(root)
    ws = open_workspace(root, clock)
    file = root / "duban.yaml"
    station = '{code: "350404-01", name: 三元区列东市场监管所}'
    text = file.read_text("utf-8")
    assert station in text
    named = station[:-1] + ", posts: {经办人: {holder: 张三, addresses: {mail: zhangsan@example.cn}}}}"
    file.write_text(text.replace(station, named), "utf-8")
    made = plan(ws, *draft_of_folder(ws), clock.now())
    document = plan_document(made)
    told = "在岗 → 张三，mail zh…@example.cn"
    assert f"岗位 三元区列东市场监管所/经办人: {told}" in as_markdown(document)
    assert told in as_html(document)
    assert "zh…@example.cn" in str(as_object(document))
    assert "zhangsan" not in as_markdown(document) + as_html(document) + str(as_object(document))
    ws.ledger.dispose()
    assert _sheet(as_xlsx(document), "改了什么") == [
        ["事项", "哪里", "原来", "现在"],
        ["", "岗位 三元区列东市场监管所/经办人", "在岗", "张三，mail zh…@example.cn"],
    ]


def _sheet(workbook, name):
    return CalamineWorkbook.from_filelike(BytesIO(workbook)).get_sheet_by_name(name).to_python()
