"""A wrong command line gets one line that says what is wrong, in the reader's language, and exit code 2."""

import os
import subprocess
import sys
from importlib import import_module

import pytest
import typer
from typer.main import get_command

import duban as package
from duban.cli import failures
from duban.cli import run as running
from duban.cli.commands import GROUPS, build_command
from duban.cli.failures import ExitCode, Refused, explain_failure
from duban.documents import Form


def every_command(command, name="duban"):
    """Each command with its full name, the whole first."""
    yield name, command
    for below in getattr(command, "commands", {}).values():
        yield from every_command(below, f"{name} {below.name}")


def test_an_unknown_command_is_answered_with_the_nearest(duban):
    ran = duban("chek")

    assert ran.code == ExitCode.WRONG_USAGE
    assert ran.err == "没有命令 chek，是不是“check”？（用法见 duban --help）\n"
    assert ran.out == ""


def test_the_same_in_english(duban):
    assert duban("chek", lang="en").err == "no such command: chek, did you mean “check”? (see duban --help)\n"


def test_an_unknown_option_is_answered_with_the_nearest(duban):
    ran = duban("check", "--jsn")

    assert ran.code == ExitCode.WRONG_USAGE
    assert ran.err == "没有选项 --jsn，是不是 --json？（用法见 duban check --help）\n"


def test_an_option_of_another_name_is_answered_with_the_one_that_means_it(duban):
    assert duban("apply", "--reason", "x").err.startswith("没有选项 --reason，是不是 --because？")
    assert duban("extend", "--until", "2023-11-03").err.startswith("没有选项 --until，是不是 --to？")


def test_a_missing_option_is_named(duban):
    assert duban("deadline", "--within", "1 month").err == "缺少 --from（用法见 duban deadline --help）\n"
    assert "missing --from" in duban("deadline", "--within", "1 month", lang="en").err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("obligations --limit abc", "--limit：要写整数"),
        ("fact list --limit 10001", "--limit：最大是 10000"),
        ("subject changes --limit 10001", "--limit：最大是 10000"),
        ("access --limit 10001", "--limit：最大是 10000"),
        ("obligations --limit 0", "--limit：最小是 1"),
        ("up --prefect-port 70000", "--prefect-port：最大是 65535"),
        ("up --stop-after soon", "--stop-after：要写数字"),
        ("obligations --as doc", "--as：可以写 " + "、".join(Form)),
        ("obligations --overdue=3", "选项 --overdue 后面不写值"),
        ("obligations a b", "多写了 a b"),
        ("account", "没有写是哪一个命令"),
        ("account frob", "没有命令 frob"),
    ],
)
def test_what_is_wrong_is_said_in_people_s_words(duban, command, said):
    ran = duban(*command.split())
    assert ran.code == ExitCode.WRONG_USAGE
    assert ran.err == f"{said}（用法见 duban {ran.err.partition('用法见 duban ')[2].rstrip()}\n"
    english = duban(*command.split(), lang="en").err
    assert "Input should" not in english
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english)


def test_no_command_at_all_shows_the_help(duban):
    ran = duban()

    assert ran.code == ExitCode.DONE
    assert "建立与检查" in ran.out


def test_the_version_is_said(duban):
    assert duban("--version").out == f"{package.__version__}\n"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_command_and_option_has_a_help_text_in_each_language(lang, monkeypatch):
    monkeypatch.setenv("DUBAN_LANG", lang)
    for name, command in every_command(build_command()):
        texts = {name: command.help, **{f"{name} {each.name}": each.help for each in command.params}}
        for whose, text in texts.items():
            assert text, whose
            assert "\x1f" not in text, whose
            chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in text)
            assert chinese if lang == "zh-CN" else chinese < len(text) / 4, whose


def test_the_help_of_one_language_has_no_panel_of_the_other(duban):
    assert "Options" not in duban("check", "--help").out.replace("[OPTIONS]", "")
    assert "选项" not in duban("check", "--help", lang="en").out


def test_a_defect_is_one_line_without_a_traceback(duban, monkeypatch):
    def broken(first):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("duban.cli.commands.build_command", broken)
    ran = duban("check")

    assert ran.code == ExitCode.DEFECT
    assert (
        ran.err
        == "duban 内部出错（ZeroDivisionError: division by zero）。设 DUBAN_DEBUG=1 再运行可看到细节\n"
    )


def test_debugging_shows_the_traceback(duban, monkeypatch):
    monkeypatch.setenv("DUBAN_DEBUG", "1")
    monkeypatch.setattr("duban.cli.commands.build_command", lambda first: len(first) / 0)

    with pytest.raises(ZeroDivisionError):
        running.main(["check"])


def test_an_interruption_ends_quietly(duban, monkeypatch):
    def interrupted(first):
        raise KeyboardInterrupt

    monkeypatch.setattr("duban.cli.commands.build_command", interrupted)
    ran = duban("check")

    assert (ran.code, ran.err) == (130, "")


def test_a_full_disk_is_said_in_one_line():
    failure = explain_failure(OSError(28, "No space left on device", "ledger.db"))

    assert failure.code == ExitCode.UNAVAILABLE
    assert failure.line == "ledger.db: 磁盘已满"


def test_a_refusal_is_said_as_the_engine_said_it():
    assert explain_failure(Refused("不行")).line == "不行"


def run_process(*arguments, **env):
    return subprocess.run(
        [sys.executable, "-m", "duban", *arguments],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_pipe_gets_no_colours():
    ran = run_process("--help", DUBAN_LANG="en")

    assert ran.returncode == 0
    assert "\x1b[" not in ran.stdout


def test_a_reader_who_leaves_early_gets_no_complaint():
    shell = f"{sys.executable} -m duban --help | head -n 1"
    ran = subprocess.run(["bash", "-o", "pipefail", "-c", shell], capture_output=True, text=True, timeout=60)

    assert ran.stderr == ""


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_what_nobody_takes_is_no_failure(closed):
    shell = f"{sys.executable} -m duban schema duties {closed}"
    ran = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=60)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_sign_that_the_terminal_lacks_is_a_question_mark():
    ran = run_process("--help", PYTHONIOENCODING="ascii")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "???" in ran.stdout


@pytest.mark.parametrize("there", [False, True])
def test_half_a_project_is_none(tmp_path, there):
    if there:
        (tmp_path / "new").mkdir()
    shell = f"ulimit -f 4; {sys.executable} -m duban init {tmp_path / 'new'}"  # no file of more than 4 KB
    ran = subprocess.run(
        ["bash", "-c", shell],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "DUBAN_LANG": "zh-CN"},
    )

    assert ran.returncode == ExitCode.UNAVAILABLE
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stderr.endswith(": 文件超过允许的大小\n")
    assert [each.name for each in tmp_path.rglob("*")] == ["new"] * there


def test_too_little_memory_is_one_line():
    said = failures.explain_failure(MemoryError())
    assert (said.code, said.line) == (failures.ExitCode.UNAVAILABLE, "内存不够")


def test_importing_the_command_does_not_import_what_only_some_commands_need():
    code = (
        "import sys; from duban.cli.commands import build_command; build_command();"
        "print(sorted({'prefect','apprise','sqlalchemy','numpy','openpyxl','fastapi','jinja2','requests'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert ran.stdout == "[]\n", ran.stderr


def test_ctrl_c_while_the_program_is_still_being_loaded_is_as_quiet_as_later():
    code = """
import sys
class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Impatient())
from duban.cli import main
sys.exit(main())
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert (ran.returncode, ran.stderr) == (ExitCode.INTERRUPTED, "")


@pytest.mark.parametrize("module", GROUPS)
def test_a_command_is_looked_for_in_the_module_it_stands_in(module):
    alone = typer.Typer()
    alone.callback()(lambda: None)
    import_module(f"duban.cli.{module}").register(alone)

    assert tuple(get_command(alone).commands) == GROUPS[module]


@pytest.mark.parametrize(("module", "name", "code"), failures._ENGINE_FAILURES)
def test_a_failure_of_the_engine_is_looked_for_where_it_is_declared(module, name, code):
    declared = getattr(import_module(module), name)
    assert failures.explain_failure(declared.__new__(declared)).code is code
