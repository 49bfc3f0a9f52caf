"""What a program says when it moves an obligation: who acts, why, by which day, to which post."""

from typing import Annotated, Self

from pydantic import field_validator, model_validator

from duban.base.objections import WrongValue
from duban.web.api.words import Day, Person, Reason, Remark, RequestBody, Short, described
from duban.workdays import parse_period


class ActorRemark(RequestBody):
    """Who acts, and a remark."""

    actor: Person = None  #: who acts, where the token speaks for several
    reason: Remark = described(zh="说明。", en="A remark.", default="")


class ActorReason(ActorRemark):
    """Who acts, and why."""

    reason: Reason = described(zh="理由，必填。", en="The reason, required.")


class NewDay(ActorReason):
    """Why, and by which day now."""

    to: Day = described(zh="哪一天。", en="The day.")


class Grant(ActorRemark):
    """Who decides, a remark, and the later day where it is another than the one asked for."""

    to: Day | None = described(
        zh="同意延到哪一天；不写就是申请的。", en="To which day, else the one asked for.", default=None
    )


Receiver = Annotated[
    Short,
    described(
        zh="哪个单位的哪个岗位：单位代码或名称/岗位。",
        en="To which post: unit code or name/post.",
        examples=["350426-01/经办人"],
    ),
]


class DispatchOrder(ActorRemark):
    """Who gives it to whom, and a remark."""

    to: Receiver  #: the post it is given to


class TransferOrder(ActorReason):
    """Which post owes it from now on, that of the same name in another unit, and why."""

    to: Receiver  #: the post that owes it


class Extension(ActorReason):
    """Until when, or by how much; one of the two."""

    by: Short | None = described(
        zh="延多久，从现在的最后期限起算：10 workdays、1 month、一个月。",
        en="By how much, from the present legal deadline: 10 workdays, 1 month.",
        default=None,
        examples=["10 workdays"],
    )
    to: Day | None = described(zh="延到哪一天。", en="To which day.", default=None)

    @field_validator("by")
    @classmethod
    def _a_period(cls, written: str | None) -> str | None:
        if written is not None:
            parse_period(written)
        return written

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.by is None) == (self.to is None):
            raise WrongValue(zh="by 和 to 写一个", en="give either by or to")
        return self
