"""What one key of a content file means, and how it is written where the model alone cannot tell."""

from dataclasses import dataclass

from pydantic import BaseModel

from duban.base.language import say


@dataclass(frozen=True)
class Key:
    """A key's meaning in both languages.

    `phrase`: it is written as a phrase such as `examples`, not as the value the model holds. `text_too`: a short text may
    stand for the mapping. `alone_too`: one may stand for a list of one. `words`: the words people use for the model's.
    """

    zh: str
    en: str
    examples: tuple[str, ...] = ()
    phrase: bool = False
    text_too: bool = False
    alone_too: bool = False
    words: tuple[str, ...] = ()

    @property
    def meaning(self) -> str:
        """What it means, in the reader's language."""
        return say(zh=self.zh, en=self.en)


Keys = dict[type[BaseModel], dict[str, Key]]
"""The keys of each model, as they are written in the file (`from`, not `from_`)."""


def written_names(model: type[BaseModel]) -> dict[str, str]:
    """How each field of a model is written in the file, by the field's own name."""
    return {name: field.alias or name for name, field in model.model_fields.items()}
