"""Which unit a person means, by code or by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.cli.failures import WrongUsage

if TYPE_CHECKING:
    from duban.bureau.project import Project


def find_unit(project: Project, named: str) -> str:
    """The code of the unit with this code or name, or the only one whose name holds it. Raises WrongUsage if none."""
    names = {unit.code: unit.name for unit in project.units.values()}
    if named in names:
        return named
    for matches in (
        [code for code, name in names.items() if name == named],
        [c for c, n in names.items() if named in n],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            listed = say(zh="、", en=", ").join(f"{names[code]} {code}" for code in matches[:6])
            raise WrongUsage(
                say(
                    zh=f"“{named}”不止一个单位：{listed}；请写代码",
                    en=f"“{named}” is several units: {listed}; give the code",
                )
            )
    near = did_you_mean(named, names.values())
    raise WrongUsage(say(zh=f"没有单位“{named}”，{near}", en=f"no unit “{named}”, {near}").rstrip("，, "))
