"""A file against its pydantic model: every mistake at once, each at the key or value that has it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from duban.base.language import say
from duban.base.problems import Problem
from duban.yamlfile.files import compose
from duban.yamlfile.wording import word
from duban.yamlfile.yaml_text import Loc, YamlFile

M = TypeVar("M", bound=BaseModel)
AT_KEY = frozenset(("extra_forbidden", "invalid_key"))


def load_model(
    path: Path, model: type[M], *, root: Path | None, context: Mapping[str, object] | None = None
) -> tuple[M | None, list[Problem]]:
    """Read `path` and validate it; the model is None when there is any problem. Never raises for a wrong file."""
    _, loaded, problems = load_file(path, model, root=root, context=context)
    return (None if problems else loaded), problems


def load_file(
    path: Path, model: type[M], *, root: Path | None, context: Mapping[str, object] | None = None
) -> tuple[YamlFile | None, M | None, list[Problem]]:
    """`load_model` of the file at `path`, with the file itself, for checks that come after the model's own.

    The model may be there beside problems: a key that stands twice does not keep the rest from being looked at.
    """
    file, problems = compose(path, root=root)
    if file is None:
        return None, None, problems
    loaded, more = validate(file, file.data, model, context=context)
    return file, loaded, sorted([*problems, *more])


def validate(
    file: YamlFile,
    data: object,
    model: type[M],
    *,
    at: Loc = (),
    context: Mapping[str, object] | None = None,
    duty: str | None = None,
    relocate: Callable[[Loc], Loc] = lambda loc: loc,
) -> tuple[M | None, list[Problem]]:
    """Validate `data`, which stands at `at` in `file`, or was made from what stands there, as a `model`; `context` is
    handed on to its validators.

    `relocate` turns a place in `data` into the place in the file when the two differ; `duty` is named in each
    problem.
    """
    try:
        return model.model_validate(data, context=dict(context or {})), []
    except ValidationError as error:
        mistakes: list[Any] = error.errors(include_url=False)
    problems = []
    missing = _missing(mistakes)
    misnamed = _misnamed(model, mistakes, missing)
    for mistake in mistakes:
        if _only_follows(mistake):
            continue
        if mistake["type"] == "missing":
            names = missing[tuple(mistake["loc"][:-1])]
            if mistake["loc"][:-1] in misnamed or mistake["loc"][-1] != names[0]:
                continue  # said at the key that stands for it, or with the first that is missing
        inside: Loc = tuple(mistake["loc"])
        loc = (*at, *relocate(inside))
        if file.is_spoilt(loc) or _told_of_a_key(mistake, loc, file):
            continue
        known = _known_keys(model, inside[:-1]) if mistake["type"] == "extra_forbidden" else ()
        what, mend = word(mistake, file.written(loc), known)
        if mistake["type"] == "missing" and len(names) > 1:
            what = say(
                zh="缺少" + "、".join(f"“{name}”" for name in names),
                en=", ".join(f"“{name}”" for name in names) + " are missing",
            )
        if mistake["type"] == "extra_forbidden" and (meant := misnamed.get(inside[:-1])):
            mend = _near(str(inside[-1]), meant)
            what += "" if mend else say(zh=f"，缺少“{meant}”", en=f", and “{meant}” is missing")
        problems.append(file.problem(loc, what, mend, duty, at_key=mistake["type"] in AT_KEY))
    by_place = {(problem.line, problem.column): problem for problem in sorted(problems, reverse=True)}
    return None, sorted(
        by_place.values()
    )  # of a value that could be of several shapes one sentence is enough


def _missing(mistakes: Sequence[Mapping[str, Any]]) -> dict[tuple[str | int, ...], list[str]]:
    """The keys that are missing, by the mapping they are missing in."""
    missing: dict[tuple[str | int, ...], list[str]] = defaultdict(list)
    for mistake in mistakes:
        if mistake["type"] == "missing":
            missing[tuple(mistake["loc"][:-1])].append(str(mistake["loc"][-1]))
    return missing


def _misnamed(
    model: type[BaseModel],
    mistakes: Sequence[Mapping[str, Any]],
    missing: Mapping[tuple[str | int, ...], list[str]],
) -> dict[tuple[str | int, ...], str]:
    """The mappings in which one key is missing and one is unknown: it is called otherwise there, which is one mistake.

    Not where the unknown one is nearer to another key.
    """
    unknown: dict[tuple[str | int, ...], list[str]] = defaultdict(list)
    for mistake in mistakes:
        if mistake["type"] == "extra_forbidden":
            unknown[tuple(mistake["loc"][:-1])].append(str(mistake["loc"][-1]))
    return {
        place: names[0]
        for place, names in missing.items()
        if len(names) == len(unknown[place]) == 1
        and get_close_matches(unknown[place][0], _known_keys(model, place), n=1) in ([], names)
    }


def _near(written: str, meant: str) -> str:
    """The question whether the missing key is meant; empty where nobody would take the one for the other."""
    alike = SequenceMatcher(None, written, meant).ratio() >= 0.5
    return say(zh=f"是不是“{meant}”？", en=f"did you mean “{meant}”?") if alike else ""


def _only_follows(mistake: Mapping[str, Any]) -> bool:
    """Whether a list is called too short merely because its entries are wrong, which is said already."""
    found = mistake["input"]
    return (
        mistake["type"] == "too_short"
        and isinstance(found, list | tuple)
        and len(found) >= mistake.get("ctx", {}).get("min_length", 0)
    )


def _told_of_a_key(mistake: Mapping[str, object], loc: Loc, file: YamlFile) -> bool:
    """Whether what is wrong was told of a key that is no text: it is not known, or stands where a text should (`[{1:
    甲}]`).
    """
    if mistake["type"] == "string_type":
        return file.holds_no_text_key(loc)
    return mistake["type"] == "extra_forbidden" and loc in file.not_texts


def _known_keys(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """The keys that may stand in the mapping at `loc` of a `model`."""
    candidates: list[object] = [model]
    for part in loc:
        stepped = [inner for candidate in candidates for inner in _step(candidate, part)]
        candidates = stepped or candidates
    models = [found for candidate in candidates for found in _models(candidate)]
    return tuple(
        sorted({field.alias or name for found in models for name, field in found.model_fields.items()})
    )


def _step(annotation: object, part: str | int) -> list[object]:
    found: list[object] = []
    for inner in _alternatives(annotation):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found.extend(
                field.annotation
                for name, field in inner.model_fields.items()
                if isinstance(part, str) and part in (name, field.alias)
            )
        elif get_origin(inner) in (list, tuple, set, frozenset) and isinstance(part, int):
            found.extend(argument for argument in get_args(inner)[:1])
        elif get_origin(inner) in (dict, Mapping) and isinstance(part, str):
            found.extend(get_args(inner)[1:])
    return found


def _models(annotation: object) -> list[type[BaseModel]]:
    return [
        inner
        for inner in _alternatives(annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel)
    ]


def _alternatives(annotation: object) -> list[object]:
    """The plain types behind Annotated and unions."""
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [plain for inner in get_args(annotation) for plain in _alternatives(inner)]
    return [annotation]
