"""Prefect's own pages in a program that its account may not write to: a container, one installed for everybody."""

from pathlib import Path

import prefect
import pytest

from duban.runtime import environment
from duban.runtime.environment import api_url, prefect_environment

PROGRAM = Path(prefect.__file__).parent


@pytest.fixture
def settings_where(tmp_path, monkeypatch):
    """The settings of a project, where this account may or may not write to Prefect's folder."""

    def made(*, writable):
        monkeypatch.setattr(environment, "may_write", {PROGRAM / "server": writable}.get)
        return prefect_environment(tmp_path, api_url(4200))

    return made


def test_they_are_laid_out_beside_the_program(settings_where):
    assert "PREFECT_SERVER_UI_STATIC_DIRECTORY" not in settings_where(writable=True)


def test_else_in_the_project_where_prefect_finds_them(settings_where, tmp_path, monkeypatch):
    from prefect.settings.models.server.ui import ServerUISettings

    written = settings_where(writable=False)["PREFECT_SERVER_UI_STATIC_DIRECTORY"]
    assert Path(written) == tmp_path / ".duban/prefect/pages"
    assert Path(written).is_dir()
    monkeypatch.setenv("PREFECT_SERVER_UI_STATIC_DIRECTORY", written)
    assert ServerUISettings().static_directory == written
