"""Who may report a fact, correct one, and keep the register of subjects (权限): a principal held against whose it is.

| what | whose it is |
|---|---|
| a kind of fact | those its `reported_by:` in the vocabulary names, by level, source and role |
| a correction or a withdrawal | the unit that recorded the fact, and the units above it; nobody knows who recorded it: the county it is about |
| … of a kind that a confidential duty rests on | of these, those who may see confidential obligations: never a station |
| a subject: registering, changing, merging it | the county in whose charge it is, and the city: never a station |
| … of a kind that a confidential duty is about | of these, those who may see confidential obligations |

What one may not is refused alike whether or not the thing is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from duban.facts.rows import NewFact, Refusal

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.duties.vocabulary import FactKind
    from duban.ledger.principals import Principal


def reporting_refusal(
    definitions: Definitions, kind: FactKind, fact: NewFact, by: Principal
) -> Refusal | None:
    """Why this principal may not report facts of this kind, or not under this source; None if they may."""
    may, project = kind.reported_by, definitions.project
    if may.levels and project.level_of(by.unit) not in may.levels:
        zh = "、".join(_LEVELS[level][0] for level in may.levels)
        en = " or ".join(_LEVELS[level][1] for level in may.levels)
        return Refusal.said(
            "kind",
            zh=f"“{kind.title}”由{zh}报，{project.name_of(by.unit)}不能报",
            en=f"{kind.name} is reported by {en}, not by {project.name_of(by.unit)}",
        )
    if may.sources and fact.source not in may.sources:
        zh = "、".join(may.sources)
        return Refusal.said(
            "source",
            zh=f"“{kind.title}”只从“{zh}”来，不从“{fact.source}”来",
            en=f"{kind.name} comes from {', '.join(may.sources)}, not from “{fact.source}”",
        )
    if may.roles and by.account is not None and by.roles.isdisjoint(may.roles):
        zh = "、".join(ROLE_WORDS[role][0] for role in may.roles)
        en = " or ".join(ROLE_WORDS[role][1] for role in may.roles)
        return Refusal.said("kind", zh=f"“{kind.title}”由{zh}报", en=f"{kind.name} is reported by {en}")
    if fact.revises is not None and not by.undisclosed and _kept_quiet(definitions, kind):
        return Refusal.said(
            "revises",
            zh=f"“{kind.title}”的更正和撤销由县局以上办理",
            en=f"{kind.name} is corrected or withdrawn by a county or the city",
        )
    return None


def keeping_refusal(definitions: Definitions, kind: str, by: Principal) -> Refusal | None:
    """Why this principal may not register, change or merge subjects of this kind; None if they may."""
    if definitions.project.level_of(by.unit) in ("city", "county"):
        quiet = any(
            duty.confidential and duty.for_each.subject == kind for duty in definitions.duties.values()
        )
        if by.undisclosed or not quiet:
            return None
        return Refusal.said(
            "kind",
            zh=f"“{kind}”的登记、变更和合并由可以看保密事项的人办理",
            en=f"{kind}: registered, changed and merged by those who may see what is confidential",
        )
    name = definitions.project.name_of(by.unit)
    return Refusal.said(
        "unit",
        zh=f"监管对象的登记、变更和合并由县局、市局办理，{name}不能办",
        en=f"subjects are registered, changed and merged by a county or the city, not by {name}",
    )


def _kept_quiet(definitions: Definitions, kind: FactKind) -> bool:
    """Whether a confidential duty rests on facts of this kind."""
    return any(duty.confidential and kind.name in duty.fact_kinds for duty in definitions.duties.values())


_LEVELS = {"city": ("市局", "the city"), "county": ("县局", "a county"), "station": ("所", "a station")}
ROLE_WORDS = {
    "officer": ("经办人", "an officer"),
    "supervisor": ("督办人", "a supervisor"),
    "admin": ("管理员", "an administrator"),
    "auditor": ("审计员", "an auditor"),
}
