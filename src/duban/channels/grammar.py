"""`notifications/channels.yaml` as it is written: channels, routes, and where no route matches."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.channels.channel import INBOX
from duban.ladders.stages import STAGES, stage_key


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _known_stage(word: str) -> str:
    key = stage_key(word)
    if key is None:
        near = did_you_mean(word, [*STAGES, *STAGES.values()])
        raise ValueError(say(zh=f"不认识的阶段“{word}”，{near}", en=f"unknown stage “{word}”, {near}"))
    return key


def _known_scheme(word: str) -> str:
    if not word.isalnum() or not word.isascii():
        raise ValueError(
            say(
                zh=f"“{word}”不是地址类型，只写“://”前的字",
                en=f"“{word}” is no scheme: only what precedes “://”",
            )
        )
    return word.lower()


Expected = str | bool | int
"""What a field of a gateway's answer holds when the message was taken."""


class ChannelEntry(_Strict):
    """One channel as the file writes it."""

    kind: Literal["inbox", "apprise"]
    url: str | None = None
    group: bool = False
    max_length: Annotated[int, Field(ge=200, le=1_000_000)] | None = None
    rate: Annotated[int, Field(ge=0, le=10_000)] | None = None
    per_second: Annotated[int, Field(ge=0, le=10_000)] | None = None
    per_member: Annotated[int, Field(ge=0, le=10_000)] | None = None
    timeout: Annotated[float, Field(gt=0, le=120)] = 10
    accepted: dict[str, Expected | list[Expected]] | str | None = None


class RouteEntry(_Strict):
    """One route as the file writes it: what is left out matches everything."""

    stage: Annotated[list[Annotated[str, AfterValidator(_known_stage)]], BeforeValidator(_as_list)] = []
    post: Annotated[list[str], BeforeValidator(_as_list)] = []
    unit: Annotated[list[Literal["city", "county", "station"]], BeforeValidator(_as_list)] = []
    channels: Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]


class ChannelsFile(_Strict):
    """`notifications/channels.yaml` as a whole."""

    schemes: list[Annotated[str, AfterValidator(_known_scheme)]] = []
    channels: dict[str, ChannelEntry] = {}
    routes: list[RouteEntry] = []
    default: Annotated[list[str], BeforeValidator(_as_list)] = [INBOX]
