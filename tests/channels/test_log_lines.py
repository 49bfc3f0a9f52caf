"""What a running service keeps in its logs."""

import json
import logging
import os
import shutil
import subprocess
import sys

import pytest

from duban.channels.log_lines import logged, printed_is_logged
from duban.channels.redaction import RedactingFilter, remember


@pytest.mark.parametrize("guarded", [False, True])
def test_a_line_is_json_with_its_figures_and_without_a_secret(tmp_path, request, guarded):
    if guarded:  # as in a running service, where a filter puts tracebacks into words first
        loud, struck = logging.getLogger("duban.deliveries"), RedactingFilter()
        loud.addFilter(struck)
        request.addfinalizer(lambda: loud.removeFilter(struck))
    remember("mailtos://duban:Tr0ub4dor-and-3@smtp.example.org")
    path = tmp_path / "engine.log"
    with logged("duban", path):
        logging.getLogger("duban.service").info("转了一次：新开 %s 件", 3, extra={"opened": 3})
        try:
            raise ConnectionError("smtp refused duban:Tr0ub4dor-and-3")
        except ConnectionError:
            logging.getLogger("duban.deliveries").exception("the channel mail is down")
        logging.getLogger("duban.web").warning("asked with token=abcdefghijkl")
    logging.getLogger("duban.service").info("not kept any more")

    text = path.read_text("utf-8")
    turned, down, asked = (json.loads(line) for line in text.splitlines())
    assert list(turned) == ["at", "level", "from", "event", "opened"]
    assert (turned["level"], turned["from"]) == ("info", "duban.service")
    assert (turned["event"], turned["opened"]) == ("转了一次：新开 3 件", 3)
    assert down["exception"].endswith("ConnectionError: smtp refused duban:***")
    assert asked["event"] == "asked with token=***"
    assert "Tr0ub4dor" not in text


def test_a_log_that_was_taken_away_is_made_again(tmp_path):
    path = tmp_path / "logs" / "engine.log"
    with logged("duban", path):
        logging.getLogger("duban.service").info("一")
        shutil.rmtree(path.parent)
        logging.getLogger("duban.service").info("二")
    assert [json.loads(line)["event"] for line in path.read_text("utf-8").splitlines()] == ["二"]
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_log_that_cannot_be_kept_stops_nothing_and_prints_no_traceback(tmp_path, capsys):
    (tmp_path / "logs").write_text("in the way")
    with logged("duban", tmp_path / "logs" / "engine.log"):
        logging.getLogger("duban.service").info("一")
    assert capsys.readouterr().err == ""


NOT_LET_IN = """
import logging, os, sys
from pathlib import Path
from duban.channels.log_lines import logged
from duban.ledger.database import open_ledger
from duban.ledger.unavailable import LedgerUnavailable
import duban.ledger.migrating, sqlalchemy.dialects.sqlite, sqlalchemy.dialects.postgresql
folder = Path(sys.argv[1])
with logged("duban", folder / "logs" / "engine.log"):
    if os.getuid() == 0:
        os.setuid(65534)  # for whom the folder of root is closed
    logging.getLogger("duban.service").info("one")
    try:
        open_ledger(f"sqlite:///{folder / 'ledger.db'}")
    except LedgerUnavailable as why:
        print(why)
"""


def test_a_folder_that_may_no_longer_be_looked_into_is_said_and_stops_nothing(tmp_path):
    (folder := tmp_path / "closed").mkdir()
    (folder / "ledger.db").touch()
    folder.chmod(0)
    ran = subprocess.run(
        [sys.executable, "-c", NOT_LET_IN, str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "DUBAN_LANG": "zh-CN"},
    )
    folder.chmod(0o700)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "没有权限" in ran.stdout


def test_what_is_printed_is_kept_and_what_keeping_it_prints_is_dropped(tmp_path, capsys, monkeypatch):
    class Prints(logging.Handler):
        def emit(self, record):
            sys.stderr.write(f"--- Logging error --- {record.getMessage()}")

    monkeypatch.setattr(logging.getLogger("duban"), "handlers", [Prints()])
    with logged("duban", tmp_path / "log"), printed_is_logged("duban.printed"):
        print("a traceback\nof two lines")
        print()
        print("%s")
        sys.stderr.write("a warning \n")
    print("after it")
    assert capsys.readouterr() == ("after it\n", "")
    kept = [json.loads(line) for line in (tmp_path / "log").read_text("utf-8").splitlines()]
    assert [(each["level"], each["from"], each["event"]) for each in kept] == [
        ("info", "duban.printed", "a traceback\nof two lines"),
        ("info", "duban.printed", "%s"),
        ("warning", "duban.printed", "a warning"),
    ]


def test_whatever_is_said_is_one_line_of_json_without_a_secret(tmp_path, monkeypatch):
    # What reports on tests writes no half signs.
    monkeypatch.setattr(logging.getLogger("duban"), "propagate", False)
    remember("jsons://u:Tr0ub4dor-and-4@hook.example.org")
    path, says = tmp_path / "engine.log", logging.getLogger("duban.service")

    class Silent:
        def __str__(self):
            raise ValueError

    inside = {}
    inside["itself"] = inside
    with logged("duban", path):
        says.info("两\n行 \x1b[31m红 \u2028 \x00")
        says.info("half a sign \udcff")
        says.info("%d of them", "Tr0ub4dor-and-4")
        for value in (
            {"a": ["Tr0ub4dor-and-4"], (1, 2): b"Tr0ub4dor-and-4"}, {"Tr0ub4dor-and-4"}, ValueError("Tr0ub4dor-and-4"),
            float("nan"), float("inf"), Silent(), inside, "\ud800",
        ):  # fmt: skip
            says.info("with", extra={"more": value})
        try:
            raise ValueError("Tr0ub4dor-and-4 \udcff")
        except ValueError:
            says.exception("failed")

    def no_number(word):
        raise AssertionError(word)

    text = path.read_text("utf-8")
    lines = [json.loads(line, parse_constant=no_number) for line in text.split("\n")[:-1]]
    assert [line["event"] for line in lines] == [
        "两\n行 \x1b[31m红 \u2028 \x00",
        "half a sign \\udcff",
        "%d of them ('***',)",
        *["with"] * 8,
        "failed",
    ]
    assert lines[3]["more"] == {"a": ["***"], "(1, 2)": "b'***'"}
    assert "Tr0ub4dor" not in text


def test_words_and_figures_that_do_not_fit_stop_nobody():
    record = logging.LogRecord("duban", logging.INFO, "here", 1, "%d of them", ("three",), None)
    assert RedactingFilter().filter(record)
    assert record.getMessage() == "%d of them ('three',)"
