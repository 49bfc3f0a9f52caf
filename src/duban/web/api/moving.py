"""How one move on an obligation is made for a program: if it may see it, and nothing has changed since it looked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Self

from fastapi import Depends, Header, Request
from starlette.responses import Response

from duban.base.language import say
from duban.ledger.sessions import looking
from duban.ledger.short_ids import parse_short_id
from duban.obligations.actions import ActOutcome, MovedOn, MoveRefused
from duban.obligations.listing import Filter, one
from duban.web.api.answering import names, plain
from duban.web.api.calling import IdempotencyKey, Writer
from duban.web.api.once import once
from duban.web.api.one_obligation import Number, find, represent, seen_event
from duban.web.api.owed import State
from duban.web.api.words import AnswerBody, both, described
from duban.web.problems import ApiProblem
from duban.workdays import UnknownYear

Act = Callable[[int | None], ActOutcome]
"""The move itself, given the number of the last event the caller knew of."""

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=500,
        description=both(
            zh="看到的 ETag；此后有变动则不办（412）。", en="The ETag you saw; if it has changed since, 412."
        ),
    ),
]


class MoveReply(AnswerBody):
    """How the obligation stands now."""

    id: str  #: the obligation's number
    duty: str  #: the duty's id
    title: str  #: what it is called
    unit: str  #: the code of the unit that owes it
    state: State  #: how it stands
    target: date  #: the safe day reminders aim at
    deadline: date  #: the last day by law
    missing: list[str] = described(zh="要求而还没有交的材料。", en="Required evidence not handed in.")

    @classmethod
    def of(cls, acted: ActOutcome) -> Self:
        """The obligation after an act."""
        return cls.model_validate({**vars(acted), "id": acted.short_id, "duty": acted.duty_id})


@dataclass(frozen=True)
class MoveRequest:
    """One request to move an obligation: who asks, which one, under which key, and what the caller had seen of it."""

    request: Request  #: the request as it came
    caller: Writer  #: who asks
    number: Number  #: the obligation's number
    key: IdempotencyKey = None  #: the key under which the answer is kept
    if_match: IfMatch = None  #: the version the caller had seen

    def answer(self, asked: object, act: Act) -> Response:
        """Do `act` once and tell how the obligation stands then; `asked` is what the request says, in JSON's own types.

        Raises ApiProblem for an obligation the caller may not see, one that has changed, and a move that is refused.
        """
        return once(self.request, self.caller, self.key, asked, lambda: self._moved(act))

    def _moved(self, act: Act) -> Response:
        seen = self._seen()
        try:
            acted = act(seen)
        except MovedOn:
            raise self._stale() from None
        except MoveRefused as why:
            raise ApiProblem("move-refused", str(why)) from None
        except (UnknownYear, OverflowError) as why:
            reason = str(why) if isinstance(why, UnknownYear) else say(zh="期限太远", en="too far away")
            raise ApiProblem("move-refused", reason) from None
        with looking(self.caller.ws.ledger) as session:
            after = one(session.connection(), parse_short_id(self.number), Filter())
            tag = represent(session, self.caller, after)[1] if after is not None else ""
        return Response(plain(MoveReply.of(acted)), 200, {"ETag": tag}, "application/json")

    def _seen(self) -> int | None:
        """The last event the caller had seen, where it says so."""
        with looking(self.caller.ws.ledger) as session:
            _, tag = represent(session, self.caller, find(session, self.caller, self.number))
        if self.if_match is None or "*" in self.if_match:
            return None
        if not names(self.if_match, tag):
            raise self._stale()
        return seen_event(tag)

    def _stale(self) -> ApiProblem:
        return ApiProblem(
            "stale",
            zh=f"{self.number} 在您查看之后有变动，请看过再办",
            en=f"{self.number} has changed since you looked; look again",
        )


Moving = Annotated[MoveRequest, Depends()]
