"""A project made of a backup, which never sends again what may have been sent.

Between the backup and the end of the old ledger the service went on sending; the restored ledger knows nothing of that.
So everything that was due to go out before the moment of restoring is decided, but goes to the built-in inbox alone:
nothing is lost, and nobody gets a message twice. What falls due later is sent as ever.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select, update
from sqlmodel import col

from duban.backups.packed_content import unpack
from duban.backups.snapshot import Teller, is_whole, load_snapshot, rows_in, untold
from duban.backups.store import LEDGER, PROJECT, BackupManifest, BackupRefused, BackupStore
from duban.base.clock import Clock
from duban.base.language import say
from duban.channels.channel import INBOX
from duban.ledger.bulk import insert_ignore
from duban.ledger.choosing import portions
from duban.ledger.database import ledger_url, open_ledger, writing
from duban.ledger.tables import DELIVERY, Delivery
from duban.ledger.unavailable import LedgerUnavailable
from duban.notices.patrol import patrol
from duban.obligations.evidence import FOLDER
from duban.obligations.opening import open_owed
from duban.runtime.private import closed_folder
from duban.runtime.working_folder import working_folder
from duban.workspace.workspace import open_workspace


@dataclass(frozen=True)
class Restoration:
    """What restoring made of a backup."""

    #: the backup
    manifest: BackupManifest
    #: obligations opened that fell due since it was taken
    opened: int
    #: messages that may have gone out before, and went to inboxes instead
    held: int


def restore(
    store: BackupStore, name: str | None, root: Path, clock: Clock, *, tell: Teller = untold
) -> Restoration:
    """Make the project at `root`, a folder that is empty or missing, of the backup `name` (None: the newest) in
    `store`.

    Only what the backup holds is made, dated by `clock`; `tell` hears how far it has come. The ledger is the one
    `ledger_url` names, which must be empty. Raises BackupRefused and LedgerUnavailable, with nothing left in `root`;
    a ledger that a failure leaves half-written does not exist: it is one transaction.
    """
    manifest = store.find(name)
    made = not root.exists()
    root.mkdir(parents=True, exist_ok=True)
    _claim(root)
    try:
        _lay_out(store, manifest, root, tell)
        return _catch_up(manifest, root, clock)
    except BaseException:
        for left in root.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        if made:
            root.rmdir()
        raise


def _claim(root: Path) -> None:
    """Begin to fill an empty folder, alone. Raises BackupRefused."""
    try:
        empty = not any(root.iterdir())
        if empty:
            (root / ".duban").mkdir(mode=0o700)
    except FileExistsError:  # somebody else restores into it at this moment
        empty = False
    if not empty:
        raise BackupRefused(
            zh=f"文件夹 {root} 不是空的；请给一个空的或还不存在的文件夹",
            en=f"the folder {root} is not empty; name an empty one, or one that does not exist yet",
        )


def _lay_out(store: BackupStore, manifest: BackupManifest, root: Path, tell: Teller) -> None:
    with working_folder("restore") as folder:
        snapshot, project = folder / LEDGER, folder / PROJECT
        store.fetch(manifest, LEDGER, snapshot)
        store.fetch(manifest, PROJECT, project)
        _look_at_ledger(snapshot, manifest)
        unpack(project, root)
        closed_folder(root / ".duban")
        for place in manifest.evidence:
            store.fetch_evidence(manifest, place, root / FOLDER)
        ledger = open_ledger(ledger_url(root))
        try:
            load_snapshot(snapshot, ledger, tell)
        finally:
            ledger.dispose()


def _look_at_ledger(snapshot: Path, manifest: BackupManifest) -> None:
    """Raises BackupRefused for a file that is no ledger, or not the one the manifest tells of."""
    try:
        whole = is_whole(snapshot) and rows_in(snapshot, manifest.rows) == manifest.rows
    except LedgerUnavailable:  # it names the file, which lies here for a moment only
        whole = False
    if not whole:
        raise BackupRefused(
            zh="备份里的台账已损坏，没有恢复；请用另一份备份",
            en="the ledger in the backup is damaged, nothing was restored; take another backup",
        )


def _catch_up(manifest: BackupManifest, root: Path, clock: Clock) -> Restoration:
    workspace = open_workspace(root, clock)
    try:
        now = clock.now()
        opened = open_owed(workspace, now)
        while patrol(workspace, now).truncated:
            pass
        return Restoration(manifest, opened.total, _to_inboxes(workspace.ledger, manifest, now))
    finally:
        workspace.ledger.dispose()


def _to_inboxes(ledger: Engine, manifest: BackupManifest, now: datetime) -> int:
    """Cancel what may have gone out already, so that nobody sends it again among dead letters either, and bring it to the
    recipients' inboxes.
    """
    reason = say(
        zh=f"从 {manifest.taken_at[:16]} 的备份恢复，可能已经发出，不再重发",
        en=f"restored from the backup of {manifest.taken_at[:16]}: may have gone out, not sent again",
    )
    due = (
        col(Delivery.settled_at).is_(None),
        col(Delivery.not_before) <= now,
        col(Delivery.channel) != INBOX,
    )
    with writing(ledger) as connection:
        found = connection.execute(
            select(
                col(Delivery.id),
                col(Delivery.notice_id),
                col(Delivery.obligation_id),
                col(Delivery.recipient),
                col(Delivery.not_before),
            ).where(*due)
        ).mappings()
        waiting = {int(row["id"]): {name: row[name] for name in row if name != "id"} for row in found}
        for ids in portions(list(waiting)):
            ended = update(Delivery).where(col(Delivery.id).in_(ids))
            connection.execute(
                ended.values(
                    state="cancelled", settled_at=now, last_error=reason, lease_holder=None, lease_until=None
                )
            )
            told = {"channel": INBOX, "state": "pending", "next_attempt_at": now, "last_error": reason}
            insert_ignore(connection, DELIVERY, [{**waiting[each], **told} for each in ids])
    return len(waiting)
