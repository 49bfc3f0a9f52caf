"""Values that several kinds of file share, each read only from the way people write it."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from duban.base.day_texts import NoDay, read_day_text
from duban.base.objections import WrongValue


class StrictModel(BaseModel):
    """What a person wrote: unknown keys are mistakes, `from` stands for `from_`."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, defer_build=True)


def day_as_written(text: str) -> str:
    """How a day that somebody wrote otherwise (2023年9月1日) stands in a file; an example where it is no day."""
    try:
        return read_day_text(text).isoformat()
    except NoDay:
        return "2026-01-31"


def _written_as_a_day(value: object) -> object:
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) != 10:
        raise WrongValue(
            zh=f"“{value}”不是日期，请写成 {day_as_written(str(value))}",
            en=f"“{value}” is not a date: write {day_as_written(str(value))}",
        )
    return value


def _truth(value: object) -> object:
    return {"是": True, "否": False}.get(value, value) if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_written_as_a_day)]
"""A calendar day, written 2026-01-31. A bare number is refused: pydantic would take it for seconds since 1970."""

Truth = Annotated[bool, BeforeValidator(_truth)]
"""true or false, 是 or 否."""

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""A text that is not empty."""


def _each_once(texts: tuple[str, ...]) -> tuple[str, ...]:
    for place, text in enumerate(texts):
        if text in texts[:place]:
            raise WrongValue(zh=f"“{text}”写了两次，请留一个", en=f"“{text}” stands here twice: leave one")
    return texts


Choices = Annotated[tuple[Text, ...], AfterValidator(_each_once)]
"""What may be chosen among, or what is asked for: texts, each once."""
