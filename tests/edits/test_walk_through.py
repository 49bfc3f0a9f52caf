"""The walk-through of the administrator's guide, run as it stands there and compared with what is pasted there.

`DUBAN_WRITE_GOLDEN=1` pastes the real output into the page. Numbers of plans and obligations are not compared: they
depend on the rest of the starter project.
"""

import os
import re
import shlex
from datetime import datetime
from pathlib import Path

import pytest

from duban.base.clock import SHANGHAI, FixedClock
from duban.base.starter import copy_starter
from duban.cli import main
from duban.service.cycle import tick
from duban.workspace.workspace import open_workspace

PAGE = Path(__file__).parents[2] / "docs" / "zh" / "changing.md"
MORNING = datetime(2023, 10, 9, 9, 0, tzinfo=SHANGHAI)
BLOCK = re.compile(r"```(console|yaml)\n(.*?)```", re.DOTALL)
PLAN_ID = re.compile(r"[0-9a-f]{4}-[0-9a-f]{6}")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The starter project on the morning of the page, its obligations opened as the service would have."""
    root = tmp_path / "项目"
    copy_starter(root)
    for name in ("DUBAN_PROJECT", "DUBAN_DATABASE_URL", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DUBAN_CLOCK", MORNING.isoformat())
    monkeypatch.setenv("DUBAN_LANG", "zh-CN")
    monkeypatch.chdir(root)
    ws = open_workspace(root, FixedClock(MORNING))
    tick(ws, MORNING)
    ws.ledger.dispose()
    return root


def compared(text):
    """What must agree: everything but numbers that depend on the rest of the project, and widths."""
    text = PLAN_ID.sub("PLAN-ID", re.sub(r":\d+:\d+:", ":PLACE:", text))
    text = re.sub(r"DB-[0-9A-Z]{6,}", "DB-NUMBER", text)
    text = re.sub(r"/\S*/\.duban/drafts/[0-9a-f]+|\.duban/drafts/[0-9a-f]+", "DRAFTS", text)
    text = re.sub(r"\d+ / \d+ / \d+ / \d+", "COUNTS", text)
    text = re.sub(r"(应办事项|待发|收件箱（未读）|发送) +[\d在办签收待发已(), ]*", r"\1 ", text)
    return [" ".join(re.sub(r"─+", "─", line).split()) for line in text.splitlines() if line.strip()]


def ran(command, capsys, plan_id, root):
    capsys.readouterr()
    arguments = shlex.split(command.replace("PLAN-ID", plan_id))
    assert arguments[0] == "duban"
    assert int(main(arguments[1:])) == 0, command
    said = capsys.readouterr()
    lines = [line.rstrip() for line in (said.out + said.err).replace(f"{root}/", "").splitlines()]
    return "\n".join(line for line in lines if line)


def test_the_page_says_what_really_happens(project, capsys):
    page = PAGE.read_text("utf-8")
    duties = project / "duties" / "特种设备.yaml"
    before, written, plan_id = None, [], ""
    for kind, text in BLOCK.findall(page):
        if kind == "yaml":
            if before is None:
                before = text
                continue
            content = duties.read_text("utf-8")
            assert before in content
            duties.write_text(content.replace(before, text), "utf-8")
            continue
        shown = []
        for command in re.findall(r"^\$ (duban .*)$", text, re.MULTILINE):
            out = ran(command, capsys, plan_id, project)
            plan_id = (PLAN_ID.findall(out) or [plan_id])[0]
            shown.append(f"$ {command}\n{out}\n")
        written.append((text, "".join(shown)))
    if os.environ.get("DUBAN_WRITE_GOLDEN"):
        for pasted, real in written:
            page = page.replace(f"```console\n{pasted}```", f"```console\n{real}```", 1)
        PAGE.write_text(page, "utf-8")
        pytest.skip("the page was written anew")
    for pasted, real in written:
        assert compared(pasted) == compared(real)
