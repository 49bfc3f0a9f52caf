"""What is built is what is used: the wheel alone, in an empty folder, makes a project that checks clean."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STARTER = "duban/starter/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from this checkout without asking any index."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(build, capture_output=True, text=True, timeout=120)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture
def installed(wheel, tmp_path):
    """Run `duban …` from the unpacked wheel in an empty folder."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    home = tmp_path / "empty"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}

    def run(*arguments, cwd=home):
        return subprocess.run(
            [sys.executable, "-m", "duban", *arguments],
            cwd=cwd,
            env={**environment, "PYTHONPATH": str(site), "DUBAN_LANG": "zh-CN"},
            capture_output=True,
            text=True,
            timeout=60,
        )

    run.home = home
    run.site = site
    return run


def tracked(folder):
    """The files of a folder that belong to the repository."""
    listed = subprocess.run(
        ["git", "-c", "core.quotePath=false", "ls-files", "--cached", "--others", "--exclude-standard", folder],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}


@pytest.mark.parametrize("folder", ["calendar", "duties", "notifications", "flows"])
def test_the_wheel_carries_the_folders_an_administrator_edits(wheel, folder):
    shipped = {name.removeprefix(STARTER) for name in zipfile.ZipFile(wheel).namelist()}

    assert tracked(folder) <= shipped
    assert f"{STARTER}duban.yaml".removeprefix(STARTER) in shipped


def test_the_wheel_carries_the_whole_engine_and_no_leftovers(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {name.removeprefix("src/") for name in tracked("src")} <= names
    assert [
        name for name in names if "__pycache__" in name or "/.duban" in name or name.startswith("tests")
    ] == []


def test_the_wheel_carries_the_script_of_the_pages_and_the_lock_names_no_address(wheel):
    script = zipfile.ZipFile(wheel).read("duban/web/pages/static/built/page.js").decode()

    assert 'version:"2.0.11"' in script
    lock = (ROOT / "assets/package-lock.json").read_text("utf-8")
    assert '"integrity"' in lock
    assert '"resolved"' not in lock


def test_from_the_wheel_a_new_project_checks_clean(installed):
    where = subprocess.run(
        [sys.executable, "-c", "import duban; print(duban.__file__)"],
        cwd=installed.home, env={**os.environ, "PYTHONPATH": str(installed.site)}, capture_output=True, text=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(installed.site))

    made = installed("init", "x")
    checked = installed("check", cwd=installed.home / "x")
    due = installed(
        "deadline", "--from", "2023-09-01", "--within", "1 month", cwd=installed.home / "x" / "duties"
    )

    assert made.returncode == 0, made.stderr
    assert (checked.returncode, checked.stdout.splitlines()[-1:]) == (0, ["没有发现问题。"]), checked.stderr
    assert due.stdout.splitlines()[-1] == "最后期限：2023-10-07 周六"


def test_from_the_wheel_the_ledger_opens_with_its_tables(installed):
    installed("init", "x")
    listed = installed("obligations", cwd=installed.home / "x")

    assert listed.stderr == ""
    said, doubt = listed.stdout.splitlines()
    assert said == "没有符合条件的应办事项。"
    assert doubt.startswith("请注意：督办引擎还没有正常运转过。")
    assert (installed.home / "x" / ".duban" / "ledger.db").is_file()


def test_from_the_wheel_the_documentation_opens_without_a_network(installed):
    made = installed("docs", "--to", "pages")

    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout == f"文档在 {Path('pages/README.zh-CN.html')}\n"
    assert "督办" in (installed.home / "pages/README.zh-CN.html").read_text("utf-8")
    assert installed("docs", "commands").stdout.startswith("# 命令")
