"""Secrets do not reach a log line or an error."""

import logging
from io import BytesIO

import pytest

from duban.access.secret_words import new_secret
from duban.access.tokens import PREFIX
from duban.channels.redaction import RedactingFilter, RedactingStream, redact, remember, remember_login


@pytest.mark.parametrize(
    "text, struck",
    [
        ("mailto://duban:Geheim1@smtp.example.cn failed", "mailto://***@smtp.example.cn failed"),
        ("GET /cgi-bin/webhook/send?key=0a1b-2c3d HTTP/1.1", "GET /cgi-bin/webhook/send?key=*** HTTP/1.1"),
        ("url: /robot/send?access_token=abc&timestamp=1", "url: /robot/send?access_token=***&timestamp=1"),
        (
            "https://open.feishu.cn/open-apis/bot/v2/hook/0123-4567-89ab",
            "https://open.feishu.cn/open-apis/bot/v2/hook/***",
        ),
        ("Authorization: Bearer eyJhbGciOi.J9.x", "Authorization: Bearer ***"),
        ("Could not load URL: dingtalk://abc@def/1", "Could not load URL: dingtalk://***"),
        ("nothing to hide: DB-00042K 逾期 3 个工作日", "nothing to hide: DB-00042K 逾期 3 个工作日"),
    ],
)
def test_what_looks_like_a_credential_is_struck_out(text, struck):
    assert redact(text) == struck


def test_a_secret_that_was_loaded_is_struck_out_in_every_form():
    remember("mailto://duban:Pa%24%24wort9@smtp.example.cn/?to={mail}")
    remember("jsons://host.example.cn/robots/Zq8rT2yW1xKp?tag=1")

    assert redact("login Pa$$wort9 or Pa%24%24wort9 refused") == "login *** or *** refused"
    assert redact("POST /robots/Zq8rT2yW1xKp") == "POST /robots/***"
    # As mail servers say it back: AUTH LOGIN, AUTH PLAIN; and Basic of HTTP.
    assert redact("535 UGEkJHdvcnQ5 or AGR1YmFuAFBhJCR3b3J0OQ==") == "535 *** or ***"
    assert redact("{'login': 'ZHViYW46UGEkJHdvcnQ5'}") == "{'login': '***'}"
    remember("json://host.example.cn/in?+X-Auth=Kq7vHeader3&%2BX-Other=Zz9otherOne&+Trace=yes&:type=textual")
    echoed = redact("{'X-Auth': 'Kq7vHeader3', 'X-Other': 'Zz9otherOne', 'Trace': 'yes', 'type': 'textual'}")
    assert echoed == "{'X-Auth': '***', 'X-Other': '***', 'Trace': 'yes', 'type': 'textual'}"
    assert redact("to smtp.example.cn and host.example.cn") == "to smtp.example.cn and host.example.cn"


def test_a_login_is_struck_out_as_it_stands_and_as_it_goes_over_the_line():
    remember_login("duban", "Gq7+w/9=Zt")
    for said in ("Gq7+w/9=Zt", "Gq7%2Bw%2F9%3DZt", "ZHViYW46R3E3K3cvOT1adA==", "R3E3K3cvOT1adA=="):
        assert redact(f"{{'told': '{said}'}}") == "{'told': '***'}"


def test_a_token_of_the_api_is_struck_out_wherever_somebody_has_written_it():
    secret = PREFIX + new_secret()
    assert redact(f"POST /api/v1/facts/{secret} refused") == "POST /api/v1/facts/duban_*** refused"
    assert redact("duban_ledger_of_the_bureau.db") == "duban_ledger_of_the_bureau.db"


def test_a_log_record_passes_without_its_secrets(caplog):
    remember("correct-horse-battery")
    logger = logging.getLogger("duban.test.redaction")
    logger.addFilter(RedactingFilter())

    logger.warning("refused: %s", "correct-horse-battery")
    try:
        raise ValueError("correct-horse-battery")
    except ValueError:
        logger.exception("failed")

    assert "correct-horse-battery" not in caplog.text
    assert "refused: ***" in caplog.text
    assert "ValueError: ***" in caplog.text


def test_a_record_without_secrets_keeps_its_arguments(caplog):
    logger = logging.getLogger("duban.test.arguments")
    logger.addFilter(RedactingFilter())

    logger.warning("%s said %d", "GET /", 200)

    assert caplog.records[0].args == ("GET /", 200)


def test_what_a_program_prints_is_written_without_its_secrets():
    remember("https://robot.example.cn/send?key=Lm3printedKey")
    kept = BytesIO()
    with RedactingStream(kept, encoding="utf-8", write_through=True) as stream:
        print("一：500 for", "https://robot.example.cn/send?key=Lm3printedKey", file=stream)
        assert kept.getvalue().decode() == "一：500 for ***\n"
