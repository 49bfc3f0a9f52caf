"""Where backups are kept: a folder, or whatever fsspec reaches (s3://…, sftp://…, webdav), laid out the same way.

| place | what |
|---|---|
| `evidence/ab/abcd….pdf` | every file handed in, once, however many backups name it |
| `backups/2026-11-28T083000Z/ledger.db` | the ledger |
| … `/project.zip` | duban.yaml, calendar/, duties/, notifications/ |
| … `/manifest.json` | what belongs to it, with fingerprints; written last: without it there is no backup |

What has no manifest is being written, or its writer was killed: it is listed as unfinished, and whoever writes the next one, the
better part of a day later at the earliest, clears it away.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, Self, TypeVar

from pydantic import BaseModel, ValidationError

from duban.base.language import say
from duban.base.objections import Objection
from duban.base.problems import there_is_no
from duban.base.system_words import system_reason
from duban.channels.redaction import redact, remember

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

MANIFEST: Final = "manifest.json"
LEDGER: Final = "ledger.db"
PROJECT: Final = "project.zip"
BACKUPS: Final = "backups"
ARCHIVES: Final = "archives"
_EVIDENCE: Final = "evidence"
_BEGUN_AT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z$")
"""How the name of each ends: with the moment at which it was begun."""
_NO_LONGER: Final = timedelta(hours=20)
"""Nobody writes longer at one; and what comes each day at an hour of its own finds the one of the day before."""
_PIECE = 1024 * 1024


class BackupRefused(Objection):
    """A backup cannot be taken, found or restored; the text says why and what to do."""


class BackupManifest(BaseModel):
    """What belongs to one backup."""

    #: the moment it was taken, as the store names it: 2026-11-28T083000Z
    name: str
    #: aware UTC, ISO 8601
    taken_at: str
    #: who took it
    by: str
    #: the program that wrote it
    version: str
    #: rows of the ledger, by table
    rows: dict[str, int]
    #: SHA-256 of the backup's own files, by name
    files: dict[str, str]
    #: SHA-256 of each file handed in, by its place under `evidence/`
    evidence: dict[str, str]
    #: bytes of all its files, evidence included
    size: int


class NamedManifest(Protocol):
    """What a manifest tells of: a backup, or an archive."""

    name: str

    @classmethod
    def model_validate_json(cls, text: bytes) -> Self:
        """What the text of a manifest says. Raises ValidationError."""
        ...


_Manifest = TypeVar("_Manifest", bound=NamedManifest)


class BackupStore:
    """One place with backups."""

    def __init__(self, address: str) -> None:
        """`address` is a folder, or a URL of fsspec. Raises BackupRefused when nothing here can reach it."""
        import fsspec

        self.address = redact(address)
        """As it may be shown."""
        login = address.partition("://")[2].rpartition("@")[0]
        for secret in (login, login.partition(":")[2]):
            remember(secret)
        try:
            self._files: AbstractFileSystem
            self._files, self._root = (
                fsspec.url_to_fs(address, auto_mkdir=True)
                if "://" not in address
                else (fsspec.url_to_fs(address))
            )
        except Exception as error:  # what the library of a store says in its own kind
            raise self._cannot(error) from None

    def keep(self, place: str, file: Path) -> str:
        """Keep a file at a place of its own; its SHA-256."""
        self._put(file, f"{self._root}/{place}")
        return sha256_of(file)

    def keep_text(self, place: str, text: str) -> None:
        """Keep a text at a place of its own."""
        with self._at_work():
            self._files.pipe_file(f"{self._root}/{place}", text.encode())

    def told_of(self, kind: str, of: type[_Manifest]) -> list[_Manifest]:
        """What the manifests among the `kind` (BACKUPS, ARCHIVES) tell of, oldest first. One that cannot be read is left
        out, and so is one that speaks of another place than it lies at.
        """
        with self._at_work():
            self._files.invalidate_cache()
            places = self._files.glob(f"{self._root}/{kind}/*/{MANIFEST}")
            texts = {place.rsplit("/", 2)[-2]: self._files.cat_file(place) for place in places}
        found = []
        for name, text in sorted(texts.items()):
            with suppress(ValidationError):
                manifest = of.model_validate_json(text)
                if manifest.name == name:
                    found.append(manifest)
        return found

    def bring(self, place: str, file: Path, sha256: str) -> None:
        """Bring a file of that place here. Raises BackupRefused when it is not what was kept."""
        self._get(f"{self._root}/{place}", file, sha256)

    def put(self, backup: str, name: str, file: Path) -> str:
        """Keep `file` under `name` (`ledger.db`) as a part of `backup`; its SHA-256."""
        return self.keep(f"{BACKUPS}/{backup}/{name}", file)

    def put_evidence(self, place: str, file: Path) -> None:
        """Keep a file handed in, unless it is there already."""
        there = f"{self._root}/{_EVIDENCE}/{place}"
        with self._at_work():
            kept = self._files.exists(there) and self._files.size(there) == file.stat().st_size
        if not kept:
            self._put(file, there)

    def finish(self, manifest: BackupManifest) -> None:
        """Write down that a backup is complete."""
        self.keep_text(f"{BACKUPS}/{manifest.name}/{MANIFEST}", manifest.model_dump_json(indent=2))

    def manifests(self) -> list[BackupManifest]:
        """The backups that are complete, oldest first. One whose manifest cannot be read is left out."""
        return self.told_of(BACKUPS, BackupManifest)

    def unfinished(self, kind: str) -> list[str]:
        """The names of what was begun among the `kind` (BACKUPS, ARCHIVES) and has no manifest, oldest first."""
        with self._at_work():
            self._files.invalidate_cache()
            begun, whole = (
                {
                    place.rstrip("/").removesuffix(f"/{end}").rsplit("/", 1)[-1]
                    for place in self._files.glob(f"{self._root}/{kind}/*/{end}")
                }
                for end in ("", MANIFEST)
            )
        return sorted(name for name in begun - whole if _BEGUN_AT.search(name))

    def clear_away(self, kind: str, now: datetime) -> list[str]:
        """Remove what is unfinished and at `now` (aware UTC) too old to be still under way; the names of what went."""
        gone = [name for name in self.unfinished(kind) if now - _begun_at(name) > _NO_LONGER]
        for name in gone:
            with self._at_work():
                self._files.rm(f"{self._root}/{kind}/{name}", recursive=True)
        return gone

    def find(self, name: str | None) -> BackupManifest:
        """The backup of that name, or the newest. Raises BackupRefused when there is none."""
        known = {each.name: each for each in self.manifests()}
        if not known:
            raise BackupRefused(
                zh=f"{self.address} 里没有完整的备份", en=f"there is no complete backup in {self.address}"
            )
        if name is None:
            return known[max(known)]
        if name not in known:
            raise BackupRefused(there_is_no(say(zh="备份", en="backup"), name, known))
        return known[name]

    def fetch(self, manifest: BackupManifest, name: str, file: Path) -> None:
        """Bring one of a backup's own files here. Raises BackupRefused when it is not what was kept."""
        self.bring(f"{BACKUPS}/{manifest.name}/{name}", file, manifest.files.get(name, ""))

    def fetch_evidence(self, manifest: BackupManifest, place: str, folder: Path) -> None:
        """Bring a file handed in to its place in the folder. Raises BackupRefused when it is not what was kept, and for a
        place that would lead out of the folder.
        """
        if not place or place.startswith("/") or {"..", "."} & set(place.split("/")) or "\0" in place:
            raise BackupRefused(
                zh=f"备份的清单里有一份佐证材料要放到“{place}”，那里不是放材料的地方；没有恢复",
                en=f"the backup's manifest has evidence go to “{place}”, which is no place for it; nothing was restored",
            )
        self.bring(f"{_EVIDENCE}/{place}", folder / place, manifest.evidence[place])

    def forget(self, manifest: BackupManifest) -> None:
        """Remove one backup; the files handed in stay, others may name them."""
        # The manifest first: what is left of a removal that was cut off is no backup.
        folder = f"{self._root}/{BACKUPS}/{manifest.name}"
        with self._at_work():
            self._files.rm_file(f"{folder}/{MANIFEST}")
            self._files.rm(folder, recursive=True)

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """What a store's own library says in its own kind of error (a server that does not answer, a name it does not take)
        is a refusal. What the system says, of files, is its caller's.
        """
        try:
            yield
        except OSError:
            raise
        except Exception as error:
            raise self._cannot(error) from error

    def _cannot(self, error: Exception) -> BackupRefused:
        why = redact(" ".join(str(error).split())) or type(error).__name__
        return BackupRefused(
            zh=f"用不了备份位置 {self.address}：{why}", en=f"the store {self.address} cannot be used: {why}"
        )

    def _put(self, file: Path, place: str) -> None:
        draft = f"{place}.new"
        try:
            with self._at_work():
                self._files.makedirs(place.rsplit("/", 1)[0], exist_ok=True)
                self._files.put_file(str(file), draft)
                self._files.mv(draft, place)
        except OSError as error:
            raise BackupRefused(
                zh=f"{self.address} 存不进去：{system_reason(error)}；没有备份成",
                en=f"{self.address} cannot be written: {system_reason(error)}; nothing was backed up",
            ) from None

    def _get(self, place: str, file: Path, sha256: str) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with self._at_work():
                self._files.get_file(place, str(file))
        except FileNotFoundError:
            raise BackupRefused(zh=f"备份里缺少 {place}", en=f"the backup lacks {place}") from None
        if sha256_of(file) != sha256:
            file.unlink()
            raise BackupRefused(
                zh=f"{place} 与备份时不一样（校验和不符），没有恢复",
                en=f"{place} is not what was kept (its checksum differs); nothing was restored",
            )


def _begun_at(name: str) -> datetime:
    return datetime.strptime(name[-len("2026-11-28T083000Z") :], "%Y-%m-%dT%H%M%SZ").replace(tzinfo=UTC)


def sha256_of(file: Path) -> str:
    """The fingerprint of what a file holds, read in pieces."""
    hashed = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            hashed.update(piece)
    return hashed.hexdigest()
