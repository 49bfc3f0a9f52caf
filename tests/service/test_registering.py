"""While the service registers with Prefect it says so to the other commands, and no longer than that."""

import io
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from rich.console import Console

from duban.base.language import use
from duban.deployment.register import RegistrationCount
from duban.runtime.lines import ServiceLines
from duban.runtime.prefect_api import PrefectApi, PrefectRefuses, PrefectSilent
from duban.runtime.presence import is_registering
from duban.service.prefect_side import PrefectDealings

NOBODY = "http://127.0.0.1:9/api"


@pytest.fixture
def said():
    return io.StringIO()


@pytest.fixture
def dealings(tmp_path, said):
    lines = ServiceLines(Console(file=said, width=300), lambda: datetime(2026, 3, 2, 9, 0))
    made = PrefectDealings(tmp_path, NOBODY, lines, registers=True, works=False, lives=lambda: True)
    yield made
    made.stop()


def test_from_its_start_until_everything_stands(dealings, tmp_path):
    assert not is_registering(tmp_path)
    dealings.start()
    assert is_registering(tmp_path)
    dealings.side._registered(RegistrationCount(3, 0, 0))
    assert not is_registering(tmp_path)

    dealings.side._progress(1, 2)
    assert is_registering(tmp_path)
    dealings.side._progress(2, 2)
    dealings.side._registered(RegistrationCount(2, 0, 1))
    assert not is_registering(tmp_path)


def test_trouble_and_the_end_of_the_service_end_it(dealings, tmp_path):
    dealings.start()
    dealings.side._trouble(OSError("Prefect says 500"))
    assert not is_registering(tmp_path)

    dealings.side._progress(1, 2)
    dealings.stop()
    assert not is_registering(tmp_path)


def test_one_that_only_works_registers_nothing(tmp_path, said):
    lines = ServiceLines(Console(file=said, width=300), lambda: datetime(2026, 3, 2, 9, 0))
    PrefectDealings(tmp_path, NOBODY, lines, registers=False, works=True, lives=lambda: True).start()
    assert not is_registering(tmp_path)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "zh-CN",
            (
                (
                    "Prefect 上有人动过，已恢复：停住的工作池 duban；暂停或改动的 audit；删掉的 d0、d1、d2、d3、d4、d5、d6、d7 等 9 个；"
                    "多出来的，已撤下 evil"
                ),
                "已向 Prefect 登记：更新 10 项，撤下 1 项，未变 3 项，用了 12.3 秒",
            ),
        ),
        (
            "en",
            (
                (
                    "changed in Prefect by hand, now mended: stopped: work pool duban; paused or altered: audit; "
                    "deleted: d0, d1, d2, d3, d4, d5, d6, d7 … (9); added, taken away again: evil"
                ),
                "registered with Prefect: 10 pushed, 1 removed, 3 unchanged, in 12.3 s",
            ),
        ),
    ],
)
def test_what_somebody_did_by_hand_is_named(dealings, said, language, told):
    deleted = tuple(f"d{number}" for number in range(9))
    with use(language):
        dealings.side._registered(
            RegistrationCount(10, 1, 3, ("audit",), deleted, ("evil",), pool_started=True, seconds=12.34)
        )
    assert all(each in said.getvalue() for each in told)


class Unwell(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/api/broken":
            self.send_error(500, "Internal Server Error")
        self.close_connection = True

    def log_message(self, *words):
        """The test says nothing."""


@pytest.mark.parametrize(
    ("language", "closed", "broken", "cut"),
    [
        ("zh-CN", "连不上（没有程序在那里接收）", "对方回答 HTTP 500", "对方中途断开了连接"),
        ("en", "the connection was refused", "HTTP 500", "the other side broke the connection off"),
    ],
)
def test_why_prefect_does_not_answer_is_told_in_the_reader_s_words(
    dealings, said, language, closed, broken, cut
):
    with use(language), HTTPServer(("127.0.0.1", 0), Unwell) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        unwell = f"http://127.0.0.1:{server.server_port}/api"
        for api, path in ((NOBODY, "/"), (unwell, "/broken"), (unwell, "/cut")):
            with PrefectApi(api) as asked, pytest.raises((PrefectSilent, PrefectRefuses)) as why:
                asked.ask("GET", path)
            dealings.side._trouble(why.value)
        server.shutdown()
        dealings.side._trouble(OSError("All connection attempts failed"))
        told = said.getvalue().splitlines()
    for line, words in zip(told, (f"{NOBODY}: {closed}", broken, f"{unwell}: {cut}", closed), strict=True):
        assert words in line
        assert "Errno" not in line
