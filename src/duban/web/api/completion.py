"""What a completion hands in: a text or files, as JSON or as a form with files."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from duban.base.json_values import JsonObject
from duban.base.language import say
from duban.obligations.actions import Evidence
from duban.runtime.working_folder import working_folder
from duban.web.api.words import Remark, RequestBody, Short, described
from duban.web.problems import ApiProblem, mistakes

FILES = 20
_NAME = 200
_FIELDS = ("actor", "reason")


class EvidenceText(RequestBody):
    """A piece of evidence that is a text."""

    name: Short = described(
        zh="是什么材料；与事项要求的名称一致就算交了。",
        en="What it is; named like a required piece, it counts as that piece.",
    )
    text: Annotated[str, StringConstraints(min_length=1, max_length=100_000)]  #: the text itself


class Completion(RequestBody):
    """A completion: who, a remark, and evidence."""

    actor: Short | None = described(zh="经办人，记入经过。", en="Who did it, for the record.", default=None)
    reason: Remark = ""  #: a remark
    evidence: list[EvidenceText] = Field(default_factory=list, max_length=FILES)  #: the pieces that are texts


REQUEST_BODY: JsonObject = {
    "required": False,
    "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/Completion"}},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "actor": {"type": "string", "maxLength": 200},
                    "reason": {"type": "string", "maxLength": 2000},
                    "evidence": {
                        "type": "array",
                        "maxItems": FILES,
                        "items": {
                            "type": "string",
                            "format": "binary",
                            "contentMediaType": "application/octet-stream",
                        },
                    },
                },
            }
        },
    },
}
"""What may be sent, for the description."""


@dataclass(frozen=True)
class CompletionForm:
    """A completion that has been read; the files stay open until the request ends."""

    completion: Completion  #: what was said of it
    files: tuple[UploadFile, ...] = ()  #: the files, still open

    def asked(self) -> object:
        """What the completion says, for the idempotency key: files by their names and fingerprints."""
        return [
            self.completion.model_dump(),
            [(_name_of(file), _hash(file)) for file in self._wound_back()],
        ]

    def _wound_back(self) -> Iterator[UploadFile]:
        for file in self.files:
            file.file.seek(0)
            yield file

    @contextmanager
    def evidence(self) -> Iterator[list[Evidence]]:
        """The evidence as files on disk, until the block ends."""
        with working_folder("evidence") as folder:
            pieces: list[Evidence] = []
            for piece in self.completion.evidence:
                path = folder / f"{len(pieces)}.txt"
                path.write_text(piece.text, encoding="utf-8")
                pieces.append(Evidence(path, piece.name))
            for file in self._wound_back():
                name = _name_of(file)
                suffix = Path(name).suffix.lower()
                path = folder / f"{len(pieces)}{suffix if suffix[1:].isalnum() and len(suffix) <= 8 else ''}"
                with path.open("wb") as copy:
                    copyfileobj(file.file, copy)
                pieces.append(Evidence(path, name))
            yield pieces


@asynccontextmanager
async def handed_in(request: Request) -> AsyncIterator[CompletionForm]:
    """Read a completion. Raises ApiProblem for what cannot be read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form(max_files=FILES, max_fields=len(_FIELDS)) as form:
            yield _of_form(form)
        return
    body = await request.body()
    if body and kind != "application/json":
        raise ApiProblem(
            "media-type",
            zh="请用 application/json 或 multipart/form-data",
            en="send application/json or multipart/form-data",
        )
    try:
        completion = Completion.model_validate_json(body) if body else Completion()
    except ValidationError as error:
        raise _invalid(error) from None
    yield CompletionForm(completion)


def _of_form(form: FormData) -> CompletionForm:
    files, fields = [], {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) and name == "evidence":
            if value.size:
                files.append(value)
                continue
            reason = say(zh=f"文件 {_name_of(value)} 是空的", en=f"the file {_name_of(value)} is empty")
        elif isinstance(value, str) and name in _FIELDS and value:
            fields[name] = value
            continue
        elif isinstance(value, str) and not value:
            continue
        else:
            reason = say(zh=f"不认识的字段“{name}”", en=f"unknown field “{name}”")
        raise ApiProblem("invalid", reason, errors=[{"field": name, "reason": reason}])
    try:
        return CompletionForm(Completion.model_validate(fields), tuple(files))
    except ValidationError as error:
        raise _invalid(error) from None


def _invalid(error: ValidationError) -> ApiProblem:
    errors = error.errors(include_url=False)
    if errors[0]["type"] == "json_invalid":
        return ApiProblem("malformed", zh="请求内容不是正确的 JSON", en="the body is not valid JSON")
    told = mistakes(errors)
    return ApiProblem("invalid", f"{told[0]['field']}: {told[0]['reason']}", errors=told)


def _hash(file: UploadFile) -> str:
    fingerprint = hashlib.sha256()
    while piece := file.file.read(1024 * 1024):
        fingerprint.update(piece)
    return fingerprint.hexdigest()


def _name_of(file: UploadFile) -> str:
    """The file's own name, without a path and without what cannot be printed."""
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if letter.isprintable()).strip()[-_NAME:]
    return name or say(zh="材料", en="evidence")
