"""Mandates: what an account may do, and for which unit, posts and lines, as an admin decides it."""

from dataclasses import dataclass
from typing import Final, get_args

from duban.base.folding import tidy
from duban.base.json_values import JsonObject
from duban.base.language import say
from duban.base.objections import Objection
from duban.bureau.line_names import NoSuchLine, line_meant
from duban.bureau.unit_posts import UnitPost
from duban.ledger.principals import Role
from duban.ledger.tables import Account
from duban.workspace.workspace import Workspace

ROLES: Final[tuple[Role, ...]] = get_args(Role)
_ROLE_WORDS: Final[dict[Role, tuple[str, str]]] = {
    "officer": ("经办人", "officer"),
    "supervisor": ("督办人", "supervisor"),
    "admin": ("管理员", "admin"),
    "auditor": ("审计员", "auditor"),
}
LONGEST_NAME: Final = 60
"""Characters in the name of an account, or of its owner."""


class AccountRefused(Objection):
    """An account cannot be made or changed so; the text says why."""


@dataclass(frozen=True)
class Mandate:
    """What an account may do, and for whom: what an admin decides about it."""

    #: what people call the person
    full_name: str
    #: what they may do
    roles: frozenset[Role]
    #: the code of their unit
    unit: str
    #: the posts they hold, as `unit/post`
    posts: frozenset[str] = frozenset()
    #: the only lines they see; None: what their posts say
    lines: frozenset[str] | None = None
    #: whether confidential obligations of their units exist for them before they are done
    undisclosed: bool = False


def role_word(role: Role) -> str:
    """What people call a role."""
    zh, en = _ROLE_WORDS[role]
    return say(zh=zh, en=en)


def mandate_of(account: Account) -> Mandate:
    """What an account may do, and for which unit, posts and lines; no lines at all (None) are all of them."""
    return Mandate(
        account.full_name,
        frozenset(role for role in ROLES if role in account.roles),
        account.unit,
        frozenset(account.posts),
        None if account.lines is None else frozenset(account.lines),
        account.undisclosed,
    )


def checked_mandate(ws: Workspace, mandate: Mandate) -> Mandate:
    """The mandate, if the project has what it names. Raises AccountRefused."""
    project = ws.definitions.project
    full_name = tidy(mandate.full_name)
    if not full_name or len(full_name) > LONGEST_NAME:
        raise AccountRefused(
            zh=f"请写姓名，最多 {LONGEST_NAME} 个字",
            en=f"the person's name is missing, or longer than {LONGEST_NAME} characters",
        )
    if not mandate.roles or not mandate.roles <= set(ROLES):
        raise AccountRefused(
            zh="至少选一个角色：经办人 officer、督办人 supervisor、管理员 admin、审计员 auditor",
            en=f"choose at least one role of {', '.join(ROLES)}",
        )
    if mandate.unit not in project.units:
        raise AccountRefused(zh=f"没有单位“{mandate.unit}”", en=f"no unit “{mandate.unit}”")
    for written in sorted(mandate.posts):
        post = UnitPost.parse(written)
        if project.post(post.unit, post.post) is None:
            raise AccountRefused(zh=f"没有岗位“{written}”", en=f"no post “{written}”")
        if post.unit not in project.below(mandate.unit):
            raise AccountRefused(
                zh=f"岗位“{written}”不在{project.name_of(mandate.unit)}及下级",
                en=f"the post “{written}” is not of {project.name_of(mandate.unit)} or below",
            )
    known = {duty.line for duty in ws.definitions.duties.values()}
    try:
        lines = frozenset(line_meant(known, line) for line in sorted(mandate.lines or ())) or None
    except NoSuchLine as why:
        raise AccountRefused(str(why)) from None
    return Mandate(full_name, mandate.roles, mandate.unit, mandate.posts, lines, mandate.undisclosed)


def give_mandate(account: Account, mandate: Mandate) -> None:
    """Write a mandate that was checked into its account."""
    account.full_name, account.unit, account.undisclosed = (
        mandate.full_name,
        mandate.unit,
        mandate.undisclosed,
    )
    account.roles = [role for role in ROLES if role in mandate.roles]
    account.posts = sorted(mandate.posts)
    account.lines = None if mandate.lines is None else sorted(mandate.lines)


def mandate_told(mandate: Mandate) -> JsonObject:
    """The mandate as the account's history keeps it: what says nothing is left out."""
    told: JsonObject = {
        "full_name": mandate.full_name,
        "roles": [role for role in ROLES if role in mandate.roles],
        "unit": mandate.unit,
        "posts": [*sorted(mandate.posts)],
        "lines": [*sorted(mandate.lines or ())],
        "undisclosed": mandate.undisclosed,
    }
    return {name: value for name, value in told.items() if value}
