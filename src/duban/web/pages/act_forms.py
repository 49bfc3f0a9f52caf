"""What each act asks of whoever does it, and how a form of ours becomes the act."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from duban.base.day_texts import read_day_text
from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.definitions.definitions import Definitions
from duban.ledger.database import reading
from duban.ledger.principals import Principal
from duban.ledger.short_ids import parse_short_id
from duban.obligations import actions, co_actions, review_actions
from duban.obligations.act_standings import ObligationStanding, obligation_standings
from duban.obligations.act_words import act_label, act_word
from duban.obligations.actions import ActOutcome, Evidence
from duban.obligations.deciders import decider_of
from duban.obligations.listed import ListedObligation
from duban.obligations.moves import MoveRefused
from duban.obligations.permissions import DECIDERS, MOVERS, REVIEWERS, allowed, possible_acts
from duban.web.pages.visiting import Visit
from duban.workdays import UnknownYear

MOST: Final = 200
"""At most so many are acted on together."""


@dataclass(frozen=True)
class ActForm:
    """One act, and what its form asks for."""

    name: str  #: the act
    needs_reason: bool = False  #: whether a reason has to be given
    asks_day: bool = False  #: until when
    asks_receiver: bool = False  #: whom it is given to
    takes_files: bool = False  #: whether files may be handed in
    undone_by: str = ""  #: the act that takes it back; empty where nothing does
    together: bool = True  #: whether several may be chosen for it
    leaves: tuple[str, ...] = ()  #: the kinds of event it leaves, where they are called otherwise

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of event it leaves in the history."""
        return self.leaves or (self.name,)

    @property
    def word(self) -> str:
        """The act as a sentence says it."""
        return act_word(self.name)

    @property
    def label(self) -> str:
        """The act as a button says it."""
        return act_label(self.name)


FORMS: Final[Mapping[str, ActForm]] = {
    each.name: each
    for each in (
        ActForm("acknowledge"),
        ActForm("report", takes_files=True, undone_by="recall"),
        ActForm("complete", takes_files=True, undone_by="reopen"),
        ActForm("dispatch", asks_receiver=True, undone_by="take-back"),
        ActForm("take-back"),
        ActForm("transfer", needs_reason=True, asks_receiver=True, undone_by="undo"),
        ActForm("co-handle", asks_receiver=True, undone_by="release"),
        ActForm("release", asks_receiver=True, together=False),
        ActForm("contribute", takes_files=True, together=False),
        ActForm("approve", undone_by="reopen"),
        ActForm("return", needs_reason=True, asks_day=True, together=False),
        ActForm(
            "request-extension",
            needs_reason=True,
            asks_day=True,
            undone_by="recall",
            together=False,
            leaves=("request",),
        ),
        ActForm("request-waiver", needs_reason=True, undone_by="recall", together=False, leaves=("request",)),
        ActForm(
            "request-transfer",
            needs_reason=True,
            asks_receiver=True,
            undone_by="recall",
            together=False,
            leaves=("request",),
        ),
        ActForm("grant", together=False, leaves=("extend", "waive", "transfer")),
        ActForm("refuse", needs_reason=True, together=False),
        ActForm("recall", together=False),
        ActForm("extend", needs_reason=True, asks_day=True, undone_by="undo"),
        ActForm("waive", needs_reason=True, undone_by="reopen"),
        ActForm("suspend", needs_reason=True, undone_by="resume"),
        ActForm("resume", together=False),
        ActForm("reopen", needs_reason=True, together=False),
        ActForm("undo", together=False),
    )
}


@dataclass(frozen=True)
class FilledForm:
    """A form as somebody filled it in; kept as it was written when something is wrong with it."""

    reason: str = ""  #: the reason that was written
    to: str = ""  #: a day as a browser writes it, 2026-11-27
    seen: int | None = None  #: the last event they had seen
    receiver: str = ""  #: whom it is given to, as `unit/post`

    @property
    def day(self) -> date | None:
        """The day that was written. Raises MoveRefused for what is none."""
        if not self.to:
            return None
        try:
            return read_day_text(self.to)
        except ValueError:
            raise MoveRefused(
                zh=f"看不懂日期“{self.to}”，请写成 2026-11-27 这样",
                en=f"“{self.to}” is no day; write it like 2026-11-27",
            ) from None


AT_HAND: Final = ("acknowledge", "report", "complete", "approve", "return", "grant", "refuse")
"""What a list offers beside a row; the rest stands on the obligation's own page."""

_ACTS: Final[Mapping[str, Callable[..., ActOutcome]]] = {
    "acknowledge": actions.acknowledge,
    "report": review_actions.report,
    "complete": actions.complete,
    "dispatch": actions.dispatch,
    "take-back": actions.take_back,
    "transfer": actions.transfer,
    "co-handle": co_actions.co_handle,
    "release": co_actions.release,
    "contribute": co_actions.contribute,
    "approve": review_actions.approve,
    "return": review_actions.send_back,
    "request-extension": review_actions.request_extension,
    "request-waiver": review_actions.request_waiver,
    "request-transfer": review_actions.request_transfer,
    "grant": review_actions.grant,
    "refuse": review_actions.refuse,
    "recall": review_actions.recall,
    "extend": actions.extend,
    "waive": actions.waive,
    "suspend": actions.suspend,
    "resume": actions.resume,
    "reopen": actions.reopen,
    "undo": actions.undo,
}


@dataclass(frozen=True)
class PossibleActs:
    """What whoever looks may do to some obligations now: the one source of every button of the pages."""

    definitions: Definitions  #: what is in force
    principal: Principal  #: who looks
    standings: Mapping[int, ObligationStanding]  #: how each obligation stands

    @cached_property
    def _acts(self) -> Mapping[int, list[ActForm]]:
        """For each obligation the acts that are possible, in the order of all of them."""
        return {
            number: [
                FORMS[act] for act in possible_acts(self.definitions, self.principal, owed) if act in FORMS
            ]
            for number, owed in self.standings.items()
        }

    def forms(self, number: int) -> list[ActForm]:
        """The acts that are possible for one."""
        return self._acts.get(number, [])

    def at_hand(self, number: int) -> list[ActForm]:
        """Of them, those a list offers beside its row."""
        return [form for form in self.forms(number) if form.name in AT_HAND]

    def together(self) -> list[ActForm]:
        """The acts that several may be chosen for, of those that are possible for any."""
        found = {form.name for forms in self._acts.values() for form in forms}
        return [form for form in FORMS.values() if form.together and form.name in found]

    def why_not(self, number: int, form: ActForm) -> str:
        """Why the act is not possible for one; empty where it is."""
        return allowed(self.definitions, self.principal, self.standings[number], form.name).why_not


def possible(visit: Visit, owed: Iterable[ListedObligation]) -> PossibleActs:
    """What whoever looks may do to these obligations now."""
    definitions = visit.ws.definitions
    with reading(visit.ws.ledger) as connection:
        standings = obligation_standings(connection, definitions, [parse_short_id(each.id) for each in owed])
    return PossibleActs(definitions, visit.principal, standings)


def receivers_of(
    visit: Visit, form: ActForm | None, chosen: Sequence[ListedObligation]
) -> dict[str, list[str]]:
    """Whom all of these may be given to, where the form asks it: the posts by their unit's code."""
    if form is None or not form.asks_receiver or not chosen:
        return {}
    definitions = visit.ws.definitions
    with reading(visit.ws.ledger) as connection:
        standings = obligation_standings(
            connection, definitions, [parse_short_id(each.id) for each in chosen]
        )
    each_may = [
        dict.fromkeys(co_actions.whom_for(form.name, definitions.project, owed, visit.principal, visit.on))
        for owed in standings.values()
    ]
    found: dict[str, list[str]] = {}
    for whom in each_may[0] if each_may else ():
        if all(whom in one for one in each_may):
            found.setdefault(whom.unit, []).append(whom.post)
    return found


def carry_out(
    visit: Visit, form: ActForm, owed: ListedObligation, filled: FilledForm, evidence: Sequence[Evidence] = ()
) -> ActOutcome:
    """Do the act, as whoever is signed in. Raises MoveRefused, with what to read."""
    if not visit.principal.may_write:
        raise MoveRefused(zh="您的角色只能查看", en="your role may only read")
    more: dict[str, object] = {}
    if form.takes_files and evidence:
        more["evidence"] = evidence
    if form.asks_day:
        day = filled.day
        if day is None:
            raise MoveRefused(zh="请写明延到哪一天", en="say until which day")
        more["to"] = day
    if form.asks_receiver:
        more["to"] = UnitPost.parse(filled.receiver)
    try:
        acted = _ACTS[form.name](
            visit.ws,
            owed.id,
            visit.now,
            who=replace(visit.principal, name=_signs(visit, form, owed)),
            reason=filled.reason.strip(),
            seen=filled.seen,
            **more,
        )
    except (UnknownYear, OverflowError) as why:
        raise MoveRefused(
            str(why) if isinstance(why, UnknownYear) else say(zh="日期太远", en="too far away")
        ) from None
    state = visit.request.state
    state.touched = [*getattr(state, "touched", ()), owed.id]  # for the access log
    return acted


def _signs(visit: Visit, form: ActForm, owed: ListedObligation) -> str:
    """As the history names them: who decides does it for the post that decides, whomever else they stand in for."""
    if form.name not in (*REVIEWERS, *MOVERS, *DECIDERS):
        return visit.signs(owed)
    standing = possible(visit, [owed]).standings.get(parse_short_id(owed.id))
    return visit.principal.signs_for(str(decider_of(standing))) if standing else visit.principal.name
