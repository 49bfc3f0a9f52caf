"""Which schema belongs to which file, and writing them where editors find them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import GenericAlias

from pydantic import BaseModel

from duban.base.language import Language, say, use
from duban.bureau.project_entries import ProjectFile
from duban.channels import grammar as channels
from duban.duties import entries, vocabulary
from duban.examples import grammar
from duban.importing import grammar as mapping
from duban.ladders import ladder_file
from duban.schemas.building import schema_of
from duban.workdays import closures, festivals, years
from duban.yamlfile.key import models_in

FOLDER = "schemas"
FIRST_LINE = "# yaml-language-server: $schema="


@dataclass(frozen=True)
class FileKind:
    """One kind of content file; what each of its keys means is said in its model."""

    name: str  #: Its schema's name.
    files: str  #: The files it is for, as a pattern.
    zh: str  #: What it is, in Chinese.
    en: str  #: … and in English.
    model: type[BaseModel]  #: What reads it.
    #: The type of a field that the model leaves open because it is read in a second step.
    instead: Mapping[tuple[type[BaseModel], str], object] = field(default_factory=dict)
    markable: bool = False  #: Whether any value below the file's own keys may be marked as assumed.

    def schema(self) -> dict[str, object]:
        """The JSON Schema, in the reader's language."""
        title = say(zh=self.zh, en=self.en)
        return schema_of(self.model, title=title, instead=self.instead, markable=self.markable)

    def models(self) -> list[type[BaseModel]]:
        """Every model that reads a part of it."""
        inner = [model for each in self.instead.values() for model in models_in(each)]
        return list(dict.fromkeys([*models_in(self.model), *inner]))


SCHEMAS: tuple[FileKind, ...] = (
    FileKind("project", "duban.yaml", "项目文件", "the project file", ProjectFile),
    FileKind(
        "duties",
        "duties/*.yaml",
        "一个业务条线的事项",
        "the duties of a business line",
        entries.DutiesFile,
        {
            (entries.DutiesFile, "defaults"): entries.SharedKeys,
            (entries.DutiesFile, "duties"): GenericAlias(list, (entries.DutyEntry,)),
        },
        markable=True,
    ),
    FileKind(
        "vocabulary",
        "duties/vocabulary.yaml",
        "词汇：监管对象和事实",
        "the vocabulary: subjects and facts",
        vocabulary._VocabularyFile,  # noqa: SLF001
    ),
    FileKind(
        "examples",
        "duties/tests/*.yaml",
        "事项的例子",
        "examples of the duties",
        grammar.ExamplesFile,
    ),
    FileKind(
        "imports",
        "duties/imports/*.yaml",
        "一种表怎样导入",
        "how a table is imported",
        mapping.MappingFile,
        {
            (mapping.SubjectMapping, "kind"): list[str | mapping.KindColumn],
            (mapping.SubjectMapping, "attributes"): dict[str, str | mapping.Cell],
            (mapping.FactMapping, "kind"): list[str | mapping.KindColumn],
            (mapping.FactMapping, "data"): dict[str, str | mapping.Cell],
        },
    ),
    FileKind(
        "year",
        "calendar/20*.yaml",
        "一年的工作日安排",
        "a year's working days",
        years.CalendarYear,
    ),
    FileKind(
        "festivals",
        "calendar/festivals.yaml",
        "节日和时段",
        "festivals and windows",
        festivals.Festivals,
    ),
    FileKind(
        "closures",
        "calendar/closures.yaml",
        "局部停工",
        "local closures",
        closures.Closures,
    ),
    FileKind(
        "ladders",
        "notifications/ladders.yaml",
        "催办阶梯",
        "the ladders",
        ladder_file.LaddersFile,
    ),
    FileKind(
        "channels",
        "notifications/channels.yaml",
        "渠道和路由",
        "channels and routes",
        channels.ChannelsFile,
    ),
)


def schema_for(path: str) -> FileKind | None:
    """The kind of a content file, by its path within the project; the most exact pattern decides."""
    fitting = [
        kind
        for kind in SCHEMAS
        if path.count("/") == kind.files.count("/") and PurePosixPath(path).match(kind.files)
    ]
    return max(fitting, key=lambda kind: "*" not in kind.files, default=None)


def first_line(path: str) -> str:
    """The line that tells an editor which schema a content file follows. Raises KeyError for a file of no kind."""
    kind = schema_for(path)
    if kind is None:
        raise KeyError(path)
    return f"{FIRST_LINE}{'../' * path.count('/')}{FOLDER}/{kind.name}.json"


def write_schemas(root: Path, language: Language) -> list[Path]:
    """Write every schema into the project's folder `schemas/`, described in `language`; returns the files written."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    written = []
    with use(language):
        for kind in SCHEMAS:
            path = folder / f"{kind.name}.json"
            path.write_text(as_text(kind), encoding="utf-8")
            written.append(path)
    return written


def as_text(kind: FileKind) -> str:
    """A schema as it stands in its file."""
    return json.dumps(kind.schema(), ensure_ascii=False, indent=2, default=str) + "\n"
