"""From the models that read the content files to JSON Schema (2020-12)."""

from collections.abc import Mapping
from datetime import date, time
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Len, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from duban.base.language import say
from duban.yamlfile.key import Key, key_of, key_of_others, written_names

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TRUTH = {"enum": [True, False, "是", "否"]}
DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def schema_of(
    model: type[BaseModel],
    *,
    title: str,
    instead: Mapping[tuple[type[BaseModel], str], object] | None = None,
    markable: bool = False,
) -> dict[str, object]:
    """The JSON Schema of a file that `model` reads, in the reader's language.

    `instead` gives the type of a field that the model leaves open because it is read in a second step. `markable`: any
    value below the file's own keys may be marked as assumed. Raises LookupError for a field that does not say what it means.
    """
    build = _Build(model, dict(instead or {}), markable=markable)
    body = build.of_model(model)
    return {"$schema": DIALECT, "title": title, **body, "$defs": dict(sorted(build.definitions.items()))}


class _Build:
    def __init__(
        self,
        file: type[BaseModel],
        instead: Mapping[tuple[type[BaseModel], str], object],
        *,
        markable: bool,
    ) -> None:
        self._file = file
        self._instead = instead
        self._markable = markable
        self.definitions: dict[str, object] = {}

    def of_model(self, model: type[BaseModel]) -> dict[str, object]:
        named = written_names(model)
        properties = {
            named[name]: self._property(model, name, field) for name, field in model.model_fields.items()
        }
        required = [named[name] for name, field in model.model_fields.items() if field.is_required()]
        extra: object = False
        if model.model_config.get("extra") == "allow":
            extra = self._more(model)
        body: dict[str, object] = {
            "type": "object",
            "properties": properties,
            "additionalProperties": extra,
        }
        return body | ({"required": required} if required else {})

    def _more(self, model: type[BaseModel]) -> object:
        """Keys the file may add of its own, such as the grades under `visits`."""
        key = key_of_others(model)
        return True if key is None else self._marked(model, self._written(key, {}))

    def _property(self, model: type[BaseModel], name: str, field: FieldInfo) -> dict[str, object]:
        key = key_of(field)
        if key is None:
            raise LookupError(f"{model.__name__}.{name} does not say what it means")
        annotation = self._instead.get((model, name), field.annotation)
        value = self._written(key, self._of(annotation, tuple(field.metadata)))
        described = self._marked(model, value)
        return {"description": key.meaning, **described}

    def _marked(self, model: type[BaseModel], value: dict[str, object]) -> dict[str, object]:
        """A value, or the same marked as assumed with its reason."""
        if not self._markable or model is self._file:
            return value
        reason = say(
            zh="为什么这样定：计划没有写明的值，先用着，等人确认",
            en="why: no text gives this value; it is used until a person confirms it",
        )
        marked = {
            "type": "object",
            "properties": {
                "value": value,
                "assumed": {"type": "string", "minLength": 1, "description": reason},
                "source": {
                    "type": "string",
                    "description": say(
                        zh="取自哪个法规的哪一条，有没有核对过原文",
                        en="the text it was taken from, and whether anybody has compared it",
                    ),
                },
                "confirmed": {
                    "type": "string",
                    "description": say(
                        zh="谁在哪天依据什么文件确认的；确认时写上",
                        en="who confirmed it, when, on which paper; written when it is confirmed",
                    ),
                },
            },
            "required": ["value", "assumed"],
            "additionalProperties": False,
        }
        return {"anyOf": [value, marked]}

    def _written(self, key: Key, value: dict[str, Any]) -> dict[str, object]:
        """How the value is written, where that is not how the model holds it."""
        examples: dict[str, object] = {"examples": list(key.examples)} if key.examples else {}
        if key.words:
            words = {"enum": list(key.words)}
            value = {**value, "items": words} if value.get("type") == "array" else words
        if key.phrase:
            listed = value.get("type") == "array"
            value = (
                {"type": "array", "items": {"type": "string"}} if listed else {"type": ["string", "number"]}
            )
        if key.alone_too and value.get("type") == "array":
            value = {"anyOf": [value["items"], value]}
        if key.text_too:
            value = {"anyOf": [{"type": "string", **examples}, value]}
            examples = {}
        return {**value, **examples}

    def _of(self, annotation: object, metadata: tuple[object, ...] = ()) -> dict[str, Any]:
        if get_origin(annotation) is Annotated:
            inner, *more = get_args(annotation)
            fields = [bound for each in more if isinstance(each, FieldInfo) for bound in each.metadata]
            return self._of(inner, (*more, *fields, *metadata))
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin in (Union, UnionType):
            choices = [self._of(each, metadata) for each in arguments if each is not NoneType]
            return choices[0] if len(choices) == 1 else {"anyOf": choices}
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin is tuple and Ellipsis not in arguments:
            return {"type": "string"}  # a pair that is written as one text: 05-20
        if origin in (list, tuple):
            few = next((each.min_length for each in metadata if isinstance(each, MinLen | Len)), 0)
            array = {"type": "array", "items": self._of(arguments[0])}
            return array | ({"minItems": few} if few else {})
        if origin is dict:
            return {"type": "object", "additionalProperties": self._named(arguments[1])}
        return self._plain(annotation, metadata)

    def _named(self, annotation: object) -> dict[str, object]:
        """The value behind a name the file chooses: one text may stand for a list of one, and a name may stand alone."""
        value = self._of(annotation)
        choices = [value]
        if value.get("type") == "array":
            choices.insert(0, value["items"])
        if NoneType in get_args(annotation):
            choices.append({"type": "null"})
        return value if len(choices) == 1 else {"anyOf": choices}

    def _plain(self, annotation: object, metadata: tuple[object, ...]) -> dict[str, object]:
        if annotation in (Any, object):
            return {}
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            name = annotation.__name__.strip("_").removesuffix("Entry")
            if name not in self.definitions:
                self.definitions[name] = {}  # a model may hold itself
                self.definitions[name] = self.of_model(annotation)
            return {"$ref": f"#/$defs/{name}"}
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return {"enum": [each.value for each in annotation]}
        if annotation is bool:
            return dict(TRUTH)
        if annotation is int:
            return {"type": "integer", **_bounds(metadata)}
        if annotation is float:
            return {"type": "number", **_bounds(metadata)}
        if annotation is date:
            return dict(DAY)
        if annotation is time:
            return {"type": "string", "pattern": r"^\d{2}:\d{2}$"}
        return {"type": "string", "minLength": 1}


def _bounds(metadata: tuple[object, ...]) -> dict[str, object]:
    bounds: dict[str, object] = {}
    for each in metadata:
        if isinstance(each, Ge):
            bounds["minimum"] = each.ge
        if isinstance(each, Gt):
            bounds["exclusiveMinimum"] = each.gt
        if isinstance(each, Le):
            bounds["maximum"] = each.le
        bounds |= _bounds(tuple(getattr(each, "metadata", ())))
    return bounds
