"""Who owes what is assigned, as somebody names them: a unit and its post, or the post at every unit of a level."""

from collections.abc import Sequence

from duban.base.language import say
from duban.base.objections import Objection
from duban.base.problems import did_you_mean
from duban.bureau.project import Project
from duban.bureau.unit_names import NoSuchUnit, UnitNames
from duban.bureau.unit_posts import UnitPost
from duban.bureau.units import Unit
from duban.duties.owner_entries import unit_level
from duban.ledger.principals import Principal


class NotTheirs(Objection, ValueError):
    """Nobody is named whom they may assign anything; the text says why."""


def owners_named(project: Project, who: Principal, written: str) -> list[UnitPost]:
    """The posts that `三元区局/产品质量科` or `县局/产品质量科` names, among the units somebody acts for.

    Raises NotTheirs for nobody, for a post a unit has not, and for units above or beside their own.
    """
    named = UnitPost.parse(written.strip().replace("／", "/"))
    if not (named.unit and named.post):
        example = _example(project, who)
        raise NotTheirs(
            zh=f"“{written[:40]}”看不出是谁，请写成 单位/岗位，例如 {example}",
            en=f"“{written[:40]}” does not say who: write unit/post, for example {example}",
        )
    units = [unit for unit in _units(project, who, named.unit) if who.acts_for(unit.code)]
    if not units:
        raise NotTheirs(_not_theirs(project, who, named.unit))
    without = [unit for unit in units if named.post not in unit.posts]
    if without:
        raise NotTheirs(no_such_post(without, named.post))
    return [UnitPost(unit.code, named.post) for unit in units]


def no_such_post(without: Sequence[Unit], post: str) -> str:
    """That these units do not have a post, and which one may be meant."""
    names = say(zh="、", en=", ").join(unit.name for unit in without[:5])
    if len(without) > 5:
        names += say(zh=f" 等 {len(without)} 个单位", en=f" and {len(without) - 5} more")
    near = did_you_mean(post, {name for unit in without for name in unit.posts})
    told = say(zh=f"{names} 没有岗位“{post}”", en=f"{names}: no post “{post}”")
    return told + say(zh="，", en=", ") + near if near else told


def _units(project: Project, who: Principal, written: str) -> list[Unit]:
    """The units of that name or level. A stranger hears the same of what is another's and of what is not there."""
    level = unit_level(written)
    if level is not None:
        return project.units_at(level)
    try:
        return [project.units[UnitNames(project).find(written)]]
    except NoSuchUnit as why:
        if who.units is not None:
            return []
        raise NotTheirs(str(why)) from None


def _not_theirs(project: Project, who: Principal, written: str) -> str:
    own = [unit.name for unit in project.units.values() if who.acts_for(unit.code)]
    near = did_you_mean(written, own)
    told = say(
        zh=f"{written} 不是您的单位，也不在您的单位之下：只能交办给本单位和下级",
        en=f"{written} is not your unit or below it: assign to your own unit and those below",
    )
    return told + say(zh="，", en=", ") + near if near else told


def _example(project: Project, who: Principal) -> str:
    unit = next((each for each in project.units.values() if who.acts_for(each.code)), None)
    return f"{unit.name}/{next(iter(unit.posts), '')}" if unit else ""
