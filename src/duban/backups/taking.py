"""Taking a backup of a project, while its service runs."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, union
from sqlmodel import col, select

from duban import __version__
from duban.backups.packed_content import pack
from duban.backups.snapshot import Teller, take_snapshot, untold
from duban.backups.store import LEDGER, PROJECT, BackupManifest, BackupRefused, BackupStore
from duban.ledger.database import open_ledger, reading
from duban.ledger.tables import AssignmentFile, EvidenceFile
from duban.obligations.evidence import FOLDER
from duban.runtime.working_folder import working_folder


def back_up(
    root: Path, ledger: Engine, store: BackupStore, now: datetime, *, by: str, tell: Teller = untold
) -> BackupManifest:
    """Keep the ledger, the project's content files and the evidence at `root` in the store; what was kept.

    `now` is aware UTC and names the backup; `by` is who made it; `tell` hears how far it has come. The ledger is
    taken first: a file is stored before the ledger names it, so every file it names is there. Secrets and what
    Prefect knows are not kept: the first are the operator's, the second is made anew by `duban up`. Raises
    BackupRefused when a file the ledger names is gone.
    """
    name = f"{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
    with working_folder("backup") as folder:
        snapshot, project = folder / LEDGER, folder / PROJECT
        rows = take_snapshot(ledger, snapshot, tell)
        pack(root, project)
        evidence = _evidence(snapshot)
        size = snapshot.stat().st_size + project.stat().st_size + keep_evidence(root, store, evidence)
        manifest = BackupManifest(
            name=name,
            taken_at=now.astimezone(UTC).isoformat(),
            by=by,
            version=__version__,
            rows=rows,
            files={LEDGER: store.put(name, LEDGER, snapshot), PROJECT: store.put(name, PROJECT, project)},
            evidence=evidence,
            size=size,
        )
        store.finish(manifest)
    return manifest


def keep_newest(store: BackupStore, keep: int) -> list[BackupManifest]:
    """Remove all backups in the store but the `keep` (at least one) newest, and answer those that went, oldest first.

    Archives are no backups: none is touched.
    """
    gone = store.manifests()[:-keep]
    for manifest in gone:
        store.forget(manifest)
    return gone


def keep_evidence(root: Path, store: BackupStore, places: Iterable[str]) -> int:
    """Keep these files handed in, as the ledger names them, in the store; how many bytes they are. Raises
    BackupRefused when one is gone.
    """
    size = 0
    for place in places:
        file = root / FOLDER / place
        if not file.is_file():
            raise BackupRefused(
                zh=f"台账里登记的佐证材料 {file} 不在了，没有完成",
                en=f"{file}, which the ledger names as evidence, is gone: this is not complete",
            )
        store.put_evidence(place, file)
        size += file.stat().st_size
    return size


def _evidence(snapshot: Path) -> dict[str, str]:
    engine = open_ledger(f"sqlite:///{snapshot}")
    try:
        with reading(engine) as connection:
            named = union(
                select(col(EvidenceFile.stored_as), col(EvidenceFile.sha256)),
                select(col(AssignmentFile.stored_as), col(AssignmentFile.sha256)),
            )
            return dict(connection.execute(named).tuples().all())
    finally:
        engine.dispose()
