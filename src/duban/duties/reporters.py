"""Who may report a kind of fact: `reported_by:` in `duties/vocabulary.yaml`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated

from duban.base.language import say
from duban.base.problems import Problem, did_you_mean
from duban.bureau.units import Level
from duban.ledger.principals import Role
from duban.yamlfile import YamlFile
from duban.yamlfile.key import Key
from duban.yamlfile.values import Choices, StrictModel


@dataclass(frozen=True)
class Reporters:
    """Who may report a kind of fact; what is empty is not asked."""

    levels: tuple[Level, ...] = ()  #: the levels of the units that may
    sources: tuple[str, ...] = ()  #: the sources it comes from
    roles: tuple[Role, ...] = ()  #: the roles of the people who may, where a person signed in


ANYBODY = Reporters()
"""Whoever acts for the unit a fact is about."""


class ReportersEntry(StrictModel):
    """Who may report, as the file writes it."""

    level: Annotated[
        tuple[Level, ...],
        Key("哪一级单位可以报：市局、县局、所", "the levels of the units that may report it"),
    ] = ()
    source: Annotated[
        Choices, Key("只从哪些来源来（写在 sources 里的）", "the only sources it comes from")
    ] = ()
    role: Annotated[
        tuple[Role, ...],
        Key(
            "登录的人里哪些角色可以报；令牌和命令不看角色",
            "the roles of the people who may; programs have none",
        ),
    ] = ()


def reporters_of(written: ReportersEntry) -> Reporters:
    """Those a person named."""
    return Reporters(written.level, written.source, written.role)


def unknown_sources(
    file: YamlFile, named: Mapping[str, ReportersEntry], known: Collection[str]
) -> list[Problem]:
    """Sources that kinds of facts are said to come from and nobody defined."""
    return [
        file.problem(
            ("facts", kind, "reported_by", "source", number),
            say(zh=f"sources 里没有来源“{source}”", en=f"there is no source “{source}” in sources"),
            did_you_mean(source, known),
        )
        for kind, written in named.items()
        for number, source in enumerate(written.source)
        if source not in known
    ]
