"""What a key of a content file means, said at the field that reads it: `Annotated[…, Key(zh=…, en=…)]`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from duban.base.language import say


@dataclass(frozen=True, slots=True)
class Key:
    """A key's meaning in both languages, and how it is written where the model alone cannot tell."""

    zh: str  #: The meaning in Chinese.
    en: str  #: The meaning in English.
    examples: tuple[str, ...] = ()  #: Values as a person writes them.
    phrase: bool = False  #: It is written as a phrase such as `examples`, not as the value the model holds.
    text_too: bool = False  #: A short text may stand for the mapping.
    alone_too: bool = False  #: One may stand for a list of one.
    words: tuple[str, ...] = ()  #: The words people use for the model's.

    @property
    def meaning(self) -> str:
        """What it means, in the reader's language."""
        return say(zh=self.zh, en=self.en)


def key_of(field: FieldInfo) -> Key | None:
    """What is said at a field, or None where nothing is."""
    return next((each for each in field.metadata if isinstance(each, Key)), None)


def key_of_others(model: type[BaseModel]) -> Key | None:
    """What is said of the keys a file may add of its own, such as the grades under `visits`."""
    annotations = model.__annotations__.get("__pydantic_extra__")
    return next((each for each in _inside(annotations) if isinstance(each, Key)), None)


def written_names(model: type[BaseModel]) -> dict[str, str]:
    """How each field of a model is written in the file (`from`, not `from_`), by the field's own name."""
    return {name: field.alias or name for name, field in model.model_fields.items()}


def models_in(annotation: object) -> list[type[BaseModel]]:
    """Every model that a type names, and that their fields hold, each once, the outer before the inner."""
    found = list(dict.fromkeys(_models(annotation)))
    for each in found:
        for field in each.model_fields.values():
            found += [inner for inner in _models(field.annotation) if inner not in found]
    return found


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)


def _inside(annotation: object) -> Iterator[object]:
    for each in get_args(annotation):
        yield each
        yield from _inside(each)
