"""A Prefect server of several machines: what must be said, and what follows from it."""

import pytest

from duban.runtime.login import kept_login
from duban.service import prefect_server_settings
from duban.service.shared_prefect import shared_prefect

API = "http://balancer.example:4200/api"
LOGIN = "duban:secret"
REDIS = "redis://redis.example:6379/0"
STATE = "postgresql+asyncpg://db.example/prefect"


@pytest.fixture
def told(monkeypatch):
    """Says settings to this machine, and nothing else."""
    for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "DUBAN_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def say(**settings):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

    return say


class TestAMachineThatAsks:
    def test_must_know_where(self, told, tmp_path):
        with pytest.raises(ValueError, match="设 PREFECT_API_URL"):
            shared_prefect(tmp_path)

    def test_and_by_which_login_for_it_makes_none(self, told, tmp_path):
        told(PREFECT_API_URL=API)
        with pytest.raises(ValueError, match="设同一个 DUBAN_PREFECT_LOGIN"):
            shared_prefect(tmp_path)
        assert kept_login(tmp_path / ".duban") is None

    def test_then_asks_there(self, told, tmp_path):
        told(PREFECT_API_URL=API + "/", DUBAN_PREFECT_LOGIN=LOGIN)
        settings = shared_prefect(tmp_path)
        assert settings["PREFECT_API_URL"] == API
        assert settings["PREFECT_API_AUTH_STRING"] == LOGIN


class TestPrefectsOwnProcesses:
    def test_alone_keep_everything_in_memory_and_in_the_project_s_file(self, told, tmp_path):
        settings = prefect_server_settings(tmp_path)
        assert settings["PREFECT_SERVER_DATABASE_CONNECTION_URL"].startswith("sqlite+aiosqlite:///")
        assert "PREFECT_SERVER_DOCKET_URL" not in settings

    @pytest.mark.parametrize(
        ("settings", "why"),
        [
            ({}, "设同一个 DUBAN_PREFECT_LOGIN"),
            ({"DUBAN_PREFECT_LOGIN": LOGIN}, "要 PostgreSQL"),
            (
                {"DUBAN_PREFECT_LOGIN": LOGIN, "DUBAN_DATABASE_URL": "postgresql://duban@127.0.0.1:9/duban"},
                "Prefect 的数据库没有放进 PostgreSQL",
            ),
        ],
    )
    def test_that_could_not_be_one_are_refused(self, told, tmp_path, settings, why):
        told(DUBAN_REDIS_URL=REDIS, **settings)
        with pytest.raises(ValueError, match=why):
            prefect_server_settings(tmp_path)

    def test_are_one_through_redis_and_what_is_said_already_is_kept(self, told, tmp_path, monkeypatch):
        monkeypatch.setattr("duban.service.shared_prefect.find_spec", lambda _: True)
        told(DUBAN_REDIS_URL=REDIS, DUBAN_PREFECT_LOGIN=LOGIN, DUBAN_PREFECT_DATABASE_URL=STATE)
        told(PREFECT_API_URL=API, PREFECT_SERVER_DOCKET_URL="redis://other.example/1")
        settings = prefect_server_settings(tmp_path)
        assert settings["PREFECT_SERVER_DATABASE_CONNECTION_URL"] == STATE
        assert settings["PREFECT_SERVER_DATABASE_MIGRATE_ON_START"] == "false"
        assert settings["PREFECT_SERVER_DOCKET_URL"] == "redis://other.example/1"
        through = {
            name for name, value in settings.items() if value == REDIS or value.startswith("prefect_redis.")
        }
        assert len(through) == 7

    def test_without_prefect_redis_are_told_what_to_install(self, told, tmp_path, monkeypatch):
        monkeypatch.setattr("duban.service.shared_prefect.find_spec", lambda _: None)
        told(DUBAN_REDIS_URL=REDIS, DUBAN_PREFECT_LOGIN=LOGIN, DUBAN_PREFECT_DATABASE_URL=STATE)
        with pytest.raises(ValueError, match=r"pip install 'duban\[machines\]'"):
            prefect_server_settings(tmp_path)
