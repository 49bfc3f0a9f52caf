"""What a running service keeps in its logs."""

import json
import logging
import shutil

import pytest

from duban.channels.log_lines import logged
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
