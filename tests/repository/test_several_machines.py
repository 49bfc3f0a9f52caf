"""What an operator of several machines copies: every command and setting in it is there."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from duban.cli.commands import GROUPS, build_command

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "docs" / "several-machines"
COMMANDS = {command for group in GROUPS.values() for command in group}
UNITS = sorted(SHIPPED.glob("*.service"))


def compose():
    return YAML(typ="safe").load((SHIPPED / "compose.yaml").read_text("utf-8"))


def described(path: Path):
    return set(re.findall(r"^## `([A-Z_]+)`", path.read_text("utf-8"), re.MULTILINE))


def started_by(unit: Path):
    """The words behind `duban` in a unit's command."""
    [words] = re.findall(
        r"^ExecStart=/srv/duban/\.venv/bin/duban (.+)$", unit.read_text("utf-8"), re.MULTILINE
    )
    return words


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_starts_a_command_that_takes_its_options_with_the_one_file_of_settings(unit):
    command, *options = started_by(unit).split()
    assert command in COMMANDS
    assert "EnvironmentFile=/etc/duban.env\n" in unit.read_text("utf-8")
    found = build_command()
    for word in (command, *options[: hasattr(found.commands[command], "commands")]):
        found = found.commands[word]
    left = options[1:] if found.name != command else options
    with found.make_context(found.name, left):  # NoSuchOption, UsageError
        pass


def test_every_setting_of_the_file_is_described():
    written = re.findall(r"^([A-Z_]+)=", (SHIPPED / "duban.env").read_text("utf-8"), re.MULTILINE)
    assert set(written) <= described(ROOT / "docs" / "settings.md")


def test_the_containers_run_what_the_units_run():
    units = {started_by(each) for each in UNITS}
    ours = {each["command"] for each in compose()["services"].values() if "env_file" in each}
    assert ours == units


def test_the_balancer_knows_the_servers_the_containers_are_named_by():
    named = set(re.findall(r"server ([\w.-]+):\d+", (SHIPPED / "nginx.conf").read_text("utf-8")))
    assert named <= set(compose()["services"])
    asked = re.findall(r"@?([\w-]+\.example)", (SHIPPED / "duban.env").read_text("utf-8"))
    assert set(asked) - {"duban.example"} <= set(compose()["services"])


def test_the_pages_believe_the_balancer_of_the_containers():
    [of_the_containers] = compose()["networks"]["default"]["ipam"]["config"]
    written = (SHIPPED / "duban.env").read_text("utf-8")
    assert f"DUBAN_WEB_PROXIES={of_the_containers['subnet']}\n" in written
