"""Who may come in: a valid token, not too often, not too large; and every refusal is a problem in the reader's words."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from duban.access.tokens import all_tokens, make_token, revoke_token
from duban.base.problems import Problem, ProblemsFound
from duban.bureau.project import ProjectNotFound
from duban.ledger.unavailable import LedgerUnavailable
from duban.web.rates import Buckets
from duban.web.settings import WebSettings, WrongSetting, web_settings
from tests.newer_ledger import SAYS, taken_over
from tests.web.conftest import fact, problem


class TestTokens:
    @pytest.mark.parametrize(
        "sent", [None, "", "Bearer", "Bearer ", "Bearer duban_x", "Basic eDp5", "督办".encode()]
    )
    def test_without_a_valid_token_nothing_is_answered(self, plain_city, sent):
        headers = {} if sent is None else {"Authorization": sent}
        for method, path in (("GET", "/facts"), ("POST", "/facts"), ("GET", "/nowhere")):
            answered = plain_city.ask(None, method, path, headers=headers)
            assert (answered.status_code, problem(answered)) == (401, "unauthenticated")
            assert answered.headers["www-authenticate"] == 'Bearer realm="duban"'

    def test_a_revoked_token_is_refused_at_once(self, city):
        assert city.get("三元", "/facts").status_code == 200
        revoke_token(city.ws, "三元", city.now)
        assert problem(city.get("三元", "/facts")) == "unauthenticated"

    def test_a_token_is_good_to_the_end_of_its_last_day_in_shanghai(self, plain_city):
        _, secret = make_token(
            plain_city.ws, "350404", "短期", plain_city.now, by="管理员", until=date(2023, 10, 9)
        )
        plain_city.secrets["短期"] = secret
        plain_city.bureau.clock.advance(timedelta(hours=14, minutes=59))
        assert plain_city.get("短期", "/facts").status_code == 200
        plain_city.bureau.clock.advance(timedelta(minutes=1))
        assert problem(plain_city.get("短期", "/facts")) == "unauthenticated"

    def test_only_the_hash_of_a_secret_is_kept(self, plain_city):
        ledger = Path(plain_city.ws.ledger.url.database)
        content = b"".join(file.read_bytes() for file in ledger.parent.glob("ledger.db*"))
        assert "三元".encode() in content
        assert plain_city.secrets["三元"].encode() not in content

    def test_its_use_is_noted_once_an_hour(self, city):
        def used():
            return {token.name: token.last_used_at for token in all_tokens(city.ws)}["三元"]

        assert used() is None
        city.get("三元", "/facts")
        first = used()
        assert first == city.now
        city.bureau.clock.advance(timedelta(minutes=59))
        city.get("三元", "/facts")
        assert used() == first
        city.bureau.clock.advance(timedelta(minutes=1))
        city.get("三元", "/facts")
        assert used() == city.now


class TestRates:
    @pytest.fixture
    def settings(self):
        return WebSettings(rate=3)

    def test_one_request_too_many_is_told_how_long_to_wait(self, plain_city):
        for _ in range(3):
            assert plain_city.get("三元", "/facts").status_code == 200
        answered = plain_city.get("三元", "/facts")
        assert (answered.status_code, problem(answered)) == (429, "too-many")
        assert answered.headers["retry-after"] == "20"
        assert plain_city.get("沙县", "/facts").status_code == 200
        plain_city.bureau.clock.advance(timedelta(seconds=20))
        assert plain_city.get("三元", "/facts").status_code == 200
        assert plain_city.get("三元", "/facts").status_code == 429

    def test_a_clock_that_is_put_back_gives_nothing_and_takes_nothing(self, now):
        buckets = Buckets(60)
        for _ in range(60):
            assert buckets.take(1, now) == 0
        assert buckets.take(1, now - timedelta(hours=1)) == 1
        assert buckets.take(1, now) == 0


class TestSize:
    @pytest.fixture
    def settings(self):
        return WebSettings(body_mb=1)

    def test_a_body_of_100_mb_is_refused_without_being_read(self, plain_city):
        read = 0

        async def body():
            nonlocal read
            for _ in range(100):
                read += 1
                yield b" " * 1024 * 1024

        answered = plain_city.post(
            "三元", "/facts", content=body(), headers={"Content-Length": str(100 * 1024 * 1024)}
        )
        assert (answered.status_code, problem(answered)) == (413, "too-large")
        assert answered.json()["detail"] == "请求超过 1 MB，请分批发送"
        assert read == 0

    @pytest.mark.parametrize("path", ["/facts", "/obligations/DB-00001X/complete"])
    @pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
    def test_one_that_does_not_say_its_size_is_read_up_to_the_limit(self, plain_city, path, kind):
        read = 0

        async def body():
            nonlocal read
            yield b'--x\r\nContent-Disposition: form-data; name="evidence"; filename="a"\r\n\r\n'
            for _ in range(100):
                read += 1
                yield b" " * 1024 * 1024

        answered = plain_city.post("三元", path, content=body(), headers={"Content-Type": kind})
        assert (answered.status_code, problem(answered)) == (413, "too-large")
        assert read <= 2

    @pytest.mark.parametrize("piece", [b"[],", b"1,", b"{"])
    def test_a_body_of_too_many_parts_is_refused_before_it_fills_the_memory(
        self, plain_city, monkeypatch, piece
    ):
        monkeypatch.setattr("duban.web.gate.MOST_PARTS", 30_000)
        headers = {"Content-Type": "application/json"}
        content = b'{"facts": [' + piece * 10_000
        assert problem(plain_city.post("三元", "/facts", content=content, headers=headers)) == "malformed"
        content += piece * 30_000
        answered = plain_city.post("三元", "/facts", content=content, headers=headers)
        assert (answered.status_code, problem(answered)) == (413, "too-large")
        assert answered.json()["detail"] == "请求里的内容超过 30000 项，请分批发送"

    def test_the_bytes_of_a_file_are_not_counted_as_parts(self, plain_city, monkeypatch):
        monkeypatch.setattr("duban.web.gate.MOST_PARTS", 1_000)
        answered = plain_city.post(
            "三元",
            "/obligations/DB-00001X/complete",
            data={"actor": "张三"},
            files={"evidence": ("表.csv", b"1,2,3," * 1_000)},
        )
        assert answered.status_code == 200, answered.text

    def test_a_stranger_s_body_is_not_read(self, plain_city):
        read = 0

        async def body():
            nonlocal read
            read += 1
            yield b"{}"

        assert problem(plain_city.post(None, "/facts", content=body())) == "unauthenticated"
        assert read == 0


class TestLanguage:
    @pytest.mark.parametrize(
        ("accepted", "spoken"),
        [
            (None, "zh-CN"),
            ("en", "en"),
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
            ("en-GB,en;q=0.9,zh;q=0.5", "en"),
            ("fr,de;q=0.9", "zh-CN"),
            ("zh;q=0.1,en;q=0.9", "en"),
            ("zh;q=0,en;q=0.1", "en"),
            ("en;q=x, zh;q=0.2", "zh-CN"),
            ("*", "zh-CN"),
        ],
    )
    def test_a_problem_speaks_the_reader_s_language(self, plain_city, accepted, spoken):
        headers = {} if accepted is None else {"Accept-Language": accepted}
        answered = plain_city.get("三元", "/obligations/DB-00999K", headers=headers)
        assert answered.headers["content-language"] == spoken
        assert answered.json()["title"] == {"zh-CN": "没有", "en": "Not found"}[spoken]

    def test_a_refused_row_too(self, plain_city):
        batch = {"facts": [fact("1", happened_on="2023-10-10"), fact("2", happened_on="soon")]}
        rows = plain_city.post("三元", "/facts", json=batch, headers={"Accept-Language": "en"}).json()["rows"]
        assert [row["reason"] for row in rows] == [
            "2023-10-10 is still to come",
            "“soon” is not a date: write 2023-01-05",
        ]


class TestTrouble:
    @pytest.mark.parametrize(
        "broken",
        [
            LedgerUnavailable("台账 /secret/ledger.db 正被另一个程序占用"),
            ProjectNotFound("/secret 里没有 duban.yaml"),
            ProblemsFound([Problem("duties/x.yaml", 1, 1, "错")]),
        ],
    )
    @pytest.mark.parametrize("path", ["/facts", "/healthz"])
    def test_what_cannot_be_served_now_is_said_without_a_traceback(self, plain_city, broken, path):
        plain_city.broken = broken
        answered = plain_city.get("三元", path)
        assert (answered.status_code, problem(answered)) == (503, "unavailable")
        assert "/secret" not in answered.text
        assert int(answered.headers["retry-after"]) > 0
        plain_city.broken = None
        assert plain_city.get("三元", path).status_code == 200

    def test_a_ledger_that_a_newer_program_takes_over_between_two_looks_at_it(self, plain_city, caplog):
        taken_over(plain_city.ws.ledger, "ALTER TABLE obligation RENAME COLUMN deadline TO due_on")
        answered = plain_city.get("三元", "/obligations")
        assert (answered.status_code, problem(answered)) == (503, "unavailable")
        assert SAYS in caplog.text
        assert "Traceback" not in caplog.text

    def test_a_defect_is_told_as_one_and_leaves_its_trace_in_the_log(self, plain_city, caplog):
        plain_city.broken = ZeroDivisionError("secret")
        answered = plain_city.get("三元", "/facts")
        assert (answered.status_code, problem(answered)) == (500, "defect")
        assert "secret" not in answered.text
        assert "ZeroDivisionError: secret" in caplog.text

    def test_a_ledger_that_is_locked_by_another_program(self, plain_city, monkeypatch, clock, tmp_path):
        monkeypatch.setattr("duban.ledger.database.LOCK_PATIENCE_SECONDS", 0)
        ledger = plain_city.ws.ledger
        ledger.dispose()
        with ledger.connect() as other:
            other.exec_driver_sql("COMMIT")
            other.exec_driver_sql("BEGIN IMMEDIATE")
            answered = plain_city.post("三元", "/facts", json={"facts": [fact()]})
            assert (answered.status_code, problem(answered)) == (503, "unavailable")
            assert plain_city.get("三元", "/facts").status_code == 200  # reading goes on
            other.exec_driver_sql("ROLLBACK")
            other.exec_driver_sql("BEGIN")
        assert plain_city.post("三元", "/facts", json={"facts": [fact()]}).json()["new"] == 1

    def test_a_ledger_that_is_gone(self, plain_city, tmp_path):
        (tmp_path / "ledger.db").unlink()
        assert problem(plain_city.get(None, "/healthz")) == "unavailable"

    @pytest.mark.parametrize(
        ("method", "path", "status", "kind"),
        [
            ("GET", "/nowhere", 404, "not-found"),
            ("DELETE", "/facts", 405, "not-allowed"),
            ("GET", "/api/nowhere", 404, "not-found"),
        ],
    )
    def test_an_address_that_is_none(self, plain_city, method, path, status, kind):
        answered = plain_city.ask("三元", method, path)
        assert (answered.status_code, problem(answered)) == (status, kind)

    @pytest.mark.parametrize(
        ("content", "kind", "status", "told"),
        [
            (b"PK\x03\x04...", None, "media-type", "请在 Content-Type 里写 application/json"),
            (b"kind,ref\n", "text/csv", "media-type", "请在 Content-Type 里写 application/json"),
            (b"PK\x03\x04\x97...", "application/json", "malformed", "请用 UTF-8 的 JSON"),
            ('{"facts": ["事实"]}'.encode("gbk"), "application/json", "malformed", "请用 UTF-8 的 JSON"),
            (b'{"facts": [\n  {"kind" "x"}]}', "application/json", "malformed", "第 2 行第 11 列起不是"),
            (b"", "application/json", "invalid", "请求内容应当是 {…} 这样的 JSON 对象"),
            (b"[1]", "application/json", "invalid", "请求内容应当是 {…} 这样的 JSON 对象"),
        ],
    )
    def test_a_body_that_is_no_batch_is_told_what_it_should_be(self, plain_city, content, kind, status, told):
        headers = {} if kind is None else {"Content-Type": kind}
        answered = plain_city.post("三元", "/facts", content=content, headers=headers)
        assert problem(answered) == status
        assert told in answered.json()["detail"]

    def test_a_body_nested_without_end(self, plain_city):
        deep = '{"facts": [' + "[" * 900 + "]" * 900 + "]}"
        for key in ({}, {"Idempotency-Key": "k"}):
            answered = plain_city.post(
                "三元", "/facts", content=deep, headers={"Content-Type": "application/json", **key}
            )
            assert answered.status_code in (200, 400)

    def test_odd_letters_come_back_as_something_that_can_be_written(self, plain_city):
        body = '{"facts": [{"\\ud800": 1, "ref": "\\ud800"}], "\\ud800": 1}'
        answered = plain_city.post(
            "三元", "/facts", content=body, headers={"Content-Type": "application/json"}
        )
        assert problem(answered) == "invalid"
        body = '{"facts": [{"\\ud800": 1, "ref": "\\ud800"}]}'
        answered = plain_city.post(
            "三元", "/facts", content=body, headers={"Content-Type": "application/json"}
        )
        assert answered.json()["rows"][0]["ref"] == "?"


def test_health_needs_no_token(city):
    answered = city.get(None, "/healthz")
    assert (answered.status_code, answered.json()) == (200, {"status": "ok", "content_problems": 0})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DUBAN_WEB_PORT", "80a", "DUBAN_WEB_PORT=80a 看不懂，请写 0 到 65535 的整数"),
        ("DUBAN_WEB_PORT", "65536", "65536"),
        ("DUBAN_WEB_BODY_MB", "0", "请写 1 到 1000 的整数"),
        ("DUBAN_WEB_RATE", "-1", "DUBAN_WEB_RATE"),
    ],
)
def test_a_setting_that_means_nothing(monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting, match=said):
        web_settings()


def test_the_settings_of_the_environment(monkeypatch):
    assert web_settings() == WebSettings("127.0.0.1", 4280, 20, 600)
    monkeypatch.setenv("DUBAN_WEB_HOST", "0.0.0.0")
    monkeypatch.setenv("DUBAN_WEB_PORT", "0")
    monkeypatch.setenv("DUBAN_WEB_BODY_MB", "50")
    monkeypatch.setenv("DUBAN_WEB_RATE", "60")
    assert web_settings() == WebSettings("0.0.0.0", 0, 50, 60)


class TestAsked:
    """What is asked is answered, or refused; nothing of it is ignored in silence."""

    @pytest.mark.parametrize(
        ("path", "reason"),
        [
            ("/facts?kindd=x", "不认识的参数，是不是“kind”？"),
            ("/obligations?Unit=350404", "不认识的参数，是不是“unit”？"),
            ("/obligations?overdue=true&overdue=false", "只能写一次"),
            ("/healthz?a=1", "不认识的参数，这个地址没有参数"),
        ],
    )
    def test_an_unknown_parameter_is_refused_with_the_one_it_is_near(self, plain_city, path, reason):
        answered = plain_city.get("三元", path)
        assert problem(answered) == "invalid"
        [error] = answered.json()["errors"]
        assert error["reason"] == reason
        assert answered.json()["detail"] == f"{error['field']}: {reason}"

    def test_what_may_be_written_is_refused_the_same_way(self, plain_city):
        answered = plain_city.post("三元", "/facts?all_or_noting=true", json={"facts": [fact()]})
        assert problem(answered) == "invalid"
        assert "是不是“all_or_nothing”？" in answered.json()["detail"]
        assert plain_city.get("三元", "/facts").json()["facts"] == []

    @pytest.mark.parametrize("path", ["/facts", "/subjects", "/obligations"])
    def test_a_foreign_unit_answers_as_one_that_is_not_there(self, plain_city, path):
        foreign, nowhere = (plain_city.get("三元", f"{path}?unit={unit}") for unit in ("350405", "999999"))
        assert problem(foreign) == problem(nowhere) == "outside"
        assert foreign.text.replace("350405", "999999") == nowhere.text
        assert plain_city.get("三元", f"{path}?unit=350404-01").status_code == 200

    def test_no_answer_leads_to_the_host_a_caller_claims(self, plain_city):
        answered = plain_city.get("三元", "/facts/", headers={"Host": "evil.example"})
        assert (answered.status_code, problem(answered)) == (404, "not-found")
        assert "location" not in answered.headers

    @pytest.mark.parametrize(
        ("asked", "reason"),
        [
            ({"params": {"kind": "a\tb"}}, "要有字，写在一行里，不能有制表符、换行等控制符"),
            ({"params": {"kind": "  "}}, "要有字，写在一行里，不能有制表符、换行等控制符"),
        ],
    )
    def test_a_form_is_said_in_words(self, plain_city, asked, reason):
        answered = plain_city.get("三元", "/facts", **asked)
        assert problem(answered) == "invalid"
        assert answered.json()["errors"] == [{"field": "kind", "reason": reason}]

    def test_so_is_that_of_an_idempotency_key(self, plain_city):
        answered = plain_city.post(
            "三元", "/facts", json={"facts": [fact()]}, headers={"Idempotency-Key": "a b"}
        )
        assert answered.json()["errors"][0]["reason"] == "只能写字母、数字和符号，不能有空格"


class TestTyped:
    """Days and units are read as people type them, in a query and in a body."""

    @pytest.mark.parametrize(
        "day", ["2023年10月8日", "2023/10/8", "二〇二三年十月八日", "２０２３－１０－０８"]
    )
    def test_days(self, plain_city, day):
        batch = {"facts": [fact(happened_on=day)]}
        assert plain_city.post("三元", "/facts", json=batch).json()["new"] == 1
        [told] = plain_city.get("三元", "/facts", params={"since": day, "until": day}).json()["facts"]
        assert told["happened_on"] == "2023-10-08"

    @pytest.mark.parametrize("named", ["列东所", "列东", "350404-01", "３５０４０４-０１"])
    def test_units(self, plain_city, named):
        batch = {"facts": [fact(subject=None, unit=named, kind="analysis.held")]}
        assert plain_city.post("三元", "/facts", json=batch).json()["new"] == 1
        for path in ("/facts", "/subjects", "/obligations"):
            assert plain_city.get("三元", path, params={"unit": named}).status_code == 200
        [told] = plain_city.get("三元", "/facts", params={"unit": named}).json()["facts"]
        assert told["unit"] == "350404-01"

    def test_a_foreign_unit_by_name_answers_as_one_that_is_not_there(self, plain_city):
        answered = plain_city.get("三元", "/facts", params={"unit": "沙县"})
        assert problem(answered) == "outside"
        assert "350405" not in answered.text
