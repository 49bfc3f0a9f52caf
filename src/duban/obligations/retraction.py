"""When a fact that answered an obligation is corrected or withdrawn: the answer falls with it.

| the obligation | the fact was withdrawn, or its correction answers it no more | its correction answers it |
|---|---|---|
| reported by the fact, waits for review | recalled 收回: owed as before | recalled, and reported anew by the correction |
| reviewed and closed | reopened 重新打开 | on the same day: stays closed, the history says by which fact now; on another: before the reviewer again |
| completed by the fact alone | reopened | completed by the correction, as of its day |
| since completed, reported or waived by a person | stays as the person left it | the same |
| done, and what it was owed for has been withdrawn | stays done: nobody owes it | the same |
| another unit's fact of the same event stands | stays as it is: that one answers it | the same |

What is owed again may be answered by another fact that is there already. Who owes it hears so at once, and who reviewed it or
was to, if they were told of it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.ledger.choosing import among
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import REPORTED, Fact, Obligation, ObligationEvent
from duban.obligations.ending import who_was_told
from duban.obligations.feedback import recall
from duban.obligations.one_duty import DutyPass
from duban.obligations.reopening import reopen
from duban.obligations.statements import others_of_event, read_to_answer, read_to_open, still_told
from duban.obligations.submissions import submissions
from duban.obligations.transitions import Details

ANEW: Final = "answered-anew"
"""The event of what stays closed though the fact that answered it was corrected."""
BY_FACT: Final = ("complete", "report", ANEW)
"""The events that keep, as `fact_id`, the fact that answers an obligation."""


class UnfoundedCompletion(NamedTuple):
    """An obligation that is reported or done by a fact which was corrected or withdrawn since."""

    id: int  #: its number
    state: str  #: reported or done
    kind: str  #: the event by which it came to be so, one of `BY_FACT`
    unit: str  #: the code of the unit that owes it
    dispatched_to: str | None  #: whom its unit has given it to, as `unit/post`
    fact_id: int  #: the fact that answered it
    happened_on: date  #: the local day that one said it was done

    @property
    def reviewed(self) -> bool:
        """Whether somebody has reviewed it since, and closed it."""
        return self.state != REPORTED and self.kind != "complete"


class _Correction(NamedTuple):
    id: int
    revises: int


def fallen_answers(run: DutyPass) -> dict[int, list[UnfoundedCompletion]]:
    """What facts that were corrected or withdrawn since the mark had answered, by the newest fact in place of each."""
    answered_by = aliased(Fact, name="answered_by")
    news = (
        select(col(Fact.id), named(col(Fact.revises), "revises"))
        .join(answered_by, col(answered_by.id) == col(Fact.revises))
        .where(col(Fact.id) > run.mark.fact_id, col(Fact.id) <= run.reached.fact_id)
        .where(col(answered_by.kind) == run.duty.done_by)
        .order_by(col(Fact.id))
    )
    corrected: dict[int, list[int]] = {}
    for row in rows_of(run.connection, news, _Correction):
        corrected[row.id] = [*corrected.pop(row.revises, ()), row.revises]
    newest = {old: new for new, those in corrected.items() for old in those}
    found: dict[int, list[UnfoundedCompletion]] = defaultdict(list)
    if newest:
        read = read_to_answer(run.duty)
        told_again = others_of_event(run.connection, newest, read)
        newest = {each: newest[old] for old, others in told_again.items() for each in others} | newest
        any_event = aliased(ObligationEvent, name="any_event")
        last = (
            select(func.max(col(any_event.id)))
            .where(col(any_event.obligation_id) == col(Obligation.id), col(any_event.kind).in_(BY_FACT))
            .correlate(Obligation)
            .scalar_subquery()
        )
        number = col(ObligationEvent.details)["fact_id"].as_integer()
        query = (
            select(
                col(Obligation.id),
                col(Obligation.state),
                col(ObligationEvent.kind),
                col(Obligation.unit),
                col(Obligation.dispatched_to),
                named(number, "fact_id"),
                col(answered_by.happened_on),
            )
            .select_from(Obligation)
            .join(ObligationEvent, col(ObligationEvent.id) == last)
            .join(answered_by, col(answered_by.id) == number)
            .where(col(Obligation.duty_id) == run.duty.id, col(Obligation.state).in_((REPORTED, "done")))
            .where(among(number, newest), ~_called_off(run), ~still_told(answered_by, read))
            .order_by(col(Obligation.id))
        )
        for each in rows_of(run.connection, query, UnfoundedCompletion):
            found[newest[each.fact_id]].append(each)
    return found


def _called_off(run: DutyPass) -> ColumnElement[bool]:
    """That what an obligation was owed for was withdrawn after it was done: nobody owes it, whether it was done or not."""
    owed_for, withdrawal = aliased(Fact, name="owed_for"), aliased(Fact, name="withdrawal")
    return (
        select(col(withdrawal.id))
        .join(owed_for, col(owed_for.id) == col(withdrawal.revises))
        .where(
            col(owed_for.id) == col(Obligation.fact_id),
            col(Obligation.evidence_facts).is_(None),
            col(withdrawal.data)["withdrawn"].as_boolean().is_(True),
            ~still_told(owed_for, read_to_open(run.duty)),
        )
        .exists()
    )


def take_back(run: DutyPass, fallen: Collection[UnfoundedCompletion]) -> None:
    """Let these be owed again, and tell whoever owes or reviews them.

    `run` is the pass over the duty, `fallen` what is reported or done by a fact that was corrected or
    withdrawn since.
    """
    reviewed_by = _reviewers(run, [each.id for each in fallen])
    alike: dict[tuple[bool, date], dict[int, Details]] = defaultdict(dict)
    for each in fallen:
        owner = each.dispatched_to or str(UnitPost(each.unit, run.duty.owner.post))
        whom = [owner, *(post for post in (reviewed_by.get(each.id),) if post not in (None, owner))]
        alike[each.state == REPORTED, each.happened_on][each.id] = {"fact_id": each.fact_id, "whom": whom}
    for (reported, day), details in alike.items():
        what, what_en = ("反馈", "report") if reported else ("办结", "completion")
        cause = run.cause(
            say(
                zh=f"{what}所依据的事实（{day}）已更正或撤销",
                en=f"the fact that its {what_en} rested on ({day}) was corrected or withdrawn",
            )
        )
        (recall if reported else reopen)(run.connection, run.definitions, details, cause)


def _reviewers(run: DutyPass, these: Collection[int]) -> Mapping[int, str]:
    """Who reviewed each of these, or is to, as `unit/post`: by what was put forward last; without whoever heard nothing of it."""
    heard = who_was_told(run.connection, these)
    return {
        each.obligation_id: each.reviewer
        for each in submissions(run.connection, these)
        if each.kind == "report"
        and any(each.reviewer in map(str, posts) for posts in heard.get(each.obligation_id, {}).values())
    }
