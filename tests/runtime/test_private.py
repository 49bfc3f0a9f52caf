"""What duban writes is its own account's, and what was left open is closed."""

import os
import stat

import pytest

from duban.ledger.database import migrate, open_ledger
from duban.runtime.environment import api_url, prefect_environment, runtime_folder
from duban.runtime.login import prefect_login
from duban.runtime.private import close_to_others, open_to_others, write_closed


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def an_open_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_the_runtime_folder_is_closed_from_birth(tmp_path):
    assert mode(runtime_folder(tmp_path)) == 0o700


def test_the_ledger_and_its_neighbours_are_closed_from_birth(tmp_path):
    path = tmp_path / ".duban" / "ledger.db"
    engine = open_ledger(f"sqlite:///{path}")
    migrate(engine)
    assert {mode(each) for each in path.parent.glob("ledger.db*")} == {0o600}
    assert mode(path.parent) == 0o700
    engine.dispose()


def test_what_stands_open_is_named_and_closed(tmp_path):
    folder = tmp_path / ".duban"
    (folder / "evidence").mkdir(parents=True)
    (folder / "secrets.env").write_text("A=b")
    (folder / "secrets.env").chmod(0o644)
    (folder / "closed").touch(0o600)
    (tmp_path / "open").mkdir()
    (folder / "elsewhere").symlink_to(tmp_path / "open")

    assert list(open_to_others(folder)) == [folder, folder / "evidence", folder / "secrets.env"]
    assert close_to_others(folder) == 3
    assert list(open_to_others(folder)) == []
    assert mode(folder / "secrets.env") == 0o600
    assert mode(tmp_path / "open") == 0o755


def test_a_closed_file_is_written_once(tmp_path):
    path = tmp_path / "once"
    assert write_closed(path, "first")
    assert not write_closed(path, "second")
    assert path.read_text() == "first"
    assert mode(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]


class TestTheLogin:
    def test_is_made_once_and_only_its_owner_can_read_it(self, tmp_path):
        folder = runtime_folder(tmp_path)
        made = prefect_login(folder)
        assert made == prefect_login(folder)
        assert made.startswith("duban:")
        assert len(made) > 30
        assert mode(folder / "prefect-login") == 0o600

    def test_two_projects_have_two(self, tmp_path):
        assert prefect_login(runtime_folder(tmp_path / "a")) != prefect_login(runtime_folder(tmp_path / "b"))

    def test_several_machines_are_told_one(self, tmp_path, monkeypatch):
        monkeypatch.setenv("DUBAN_PREFECT_LOGIN", "city:shared")
        assert prefect_login(runtime_folder(tmp_path)) == "city:shared"
        assert not (tmp_path / ".duban/prefect-login").exists()

    def test_the_server_asks_for_it_and_the_client_has_it(self, tmp_path):
        settings = prefect_environment(tmp_path, api_url(4200))
        login = prefect_login(runtime_folder(tmp_path))
        assert settings["PREFECT_SERVER_API_AUTH_STRING"] == login
        assert settings["PREFECT_API_AUTH_STRING"] == login
