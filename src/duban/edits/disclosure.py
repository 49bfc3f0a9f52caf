"""What of an edit exists for whom: a file of confidential duties, and what becomes of them, only for who may know."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from duban.edits.model import Plan
from duban.ledger.content import lies_beside
from duban.ledger.principals import Principal

_MARK = re.compile(r"^[^#]*\bconfidential\s*:\s*(?!否|no\b|false\b)", re.MULTILINE)


def may_open(principal: Principal, path: str, *texts: str | None, hidden: Iterable[str] = ()) -> bool:
    """Whether the file at `path`, in any of these texts of it, is for the principal.

    One with a confidential duty is for who may know of such; so is one beside the content (examples) that names one of
    `hidden`, the confidential duties.
    """
    if principal.undisclosed or not path.startswith("duties/"):
        return True
    named = hidden if lies_beside(path) else ()
    return not any(text and (_MARK.search(text) or any(each in text for each in named)) for text in texts)


def closed_files(
    principal: Principal, was: Mapping[str, str], now: Mapping[str, str], paths: Iterable[str]
) -> list[str]:
    """Those of `paths` that are not for the principal, as they were (`was`, path → text) or as they are `now`."""
    return [path for path in paths if not may_open(principal, path, was.get(path), now.get(path))]


def seen_by(principal: Principal, plan: Plan) -> Plan:
    """The plan without what becomes of duties that do not exist for the principal, not even in its numbers."""
    if principal.undisclosed:
        return plan
    hidden = {duty.id for duty in plan.definitions.duties.values() if duty.confidential}
    return replace(
        plan,
        duties=tuple(each for each in plan.duties if each.duty_id not in hidden),
        remarks=tuple(each for each in plan.remarks if each.duty not in hidden),
    )
