"""Planning: an edit of the content is shown as what it changes in obligations and messages, and then applied at once.

`plan` says what would happen, `apply` makes it happen in one transaction as a new version. The duties are compared one
by one; a new notice of the calendar, another ladder or another post is planned in the same way.
"""

from duban.edits.draft import draft_of_folder, draft_of_version
from duban.edits.model import (
    AppliedPlan,
    Counts,
    DateMove,
    DutyEffect,
    GoneObligations,
    ImmediateMessages,
    KeyChange,
    NewObligations,
    Plan,
    PlanRefused,
)
from duban.edits.planning import apply, plan, plan_id
from duban.edits.proposals import (
    Proposal,
    approve,
    propose,
    proposed_plan,
    waiting_proposals,
    withdraw_proposal,
)

__all__ = [
    "AppliedPlan",
    "Counts",
    "DateMove",
    "DutyEffect",
    "GoneObligations",
    "ImmediateMessages",
    "KeyChange",
    "NewObligations",
    "Plan",
    "PlanRefused",
    "Proposal",
    "apply",
    "approve",
    "draft_of_folder",
    "draft_of_version",
    "plan",
    "plan_id",
    "propose",
    "proposed_plan",
    "waiting_proposals",
    "withdraw_proposal",
]
