"""What was closed long ago leaves the ledger for its archive: never owed again, never sent again, and counted as before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from duban.backups import retention
from duban.backups.archive_files import RowFingerprint, read_parquet
from duban.backups.archiving import archived_rows, write_archive
from duban.backups.reading_back import archived_list, read_back
from duban.backups.retention import KNOWS_ARCHIVED, remove_obligations, stop_the_unaware, take_out
from duban.backups.snapshot import load_snapshot, take_snapshot
from duban.backups.store import BackupRefused, BackupStore
from duban.facts import NewSubject, record_subjects
from duban.ledger import migrating
from duban.ledger.database import open_ledger, reading, writing
from duban.ledger.migrating import OLDEST_AT_WORK
from duban.ledger.short_ids import short_id
from duban.ledger.tables import (
    ARCHIVE,
    ARCHIVED_OBLIGATION,
    DELIVERY,
    EVIDENCE_FILE,
    LEASE,
    NOTICE,
    OBLIGATION,
    OBLIGATION_EVENT,
    WATERMARK,
    Letter,
    LetterItem,
)
from duban.ledger.unavailable import LedgerOfNewer
from duban.notices.patrol import patrol
from duban.obligations import actions, placings
from duban.obligations.archived import where_archived
from duban.obligations.evidence import FOLDER
from duban.obligations.moves import MoveRefused
from duban.reports import AppraisalPeriod, appraisal
from duban.workdays import load_calendar
from tests.obligations.small_bureau import ROOT, SELLER, Bureau, a_duty, at, first_inspection, monthly
from tests.principals import OPERATOR, by

LIN = by("林晓")
ELSEWHERE = replace(LIN, units=frozenset({"350499"}))
OF_ONE_LINE = replace(LIN, lines=frozenset({"法制"}))
CLOSED = at("2023-02-20")
LONG_AFTER = at("2027-06-01")
BELONGS = (OBLIGATION_EVENT, NOTICE, DELIVERY, EVIDENCE_FILE)


@pytest.fixture(scope="module")
def calendar():
    return load_calendar(ROOT / "calendar")


@pytest.fixture
def here(ledger, calendar):
    """January and February 2023 of a duty of units, one of shops, and one that a certificate brings about: all was done."""
    each = a_duty("each", monthly().cadence, subject=SELLER)
    bureau = Bureau(ledger, calendar, (monthly(), each, first_inspection()), "2023-01-01", None)
    bureau.register("S1", "S2")
    for day in ("2023-01-05", "2023-02-03"):
        bureau.open(day)
    bureau.fact("certificate.issued", "2023-02-03", ref="证-1")
    bureau.open("2023-02-04")
    bureau.clock.moment = at("2023-02-21")
    patrol(bureau.ws, bureau.clock.now())
    done = {"state": "done", "closed_at": CLOSED, "closed_on": date(2023, 2, 20), "next_rung_at": None}
    event = {"at": CLOSED, "kind": "complete", "actor": "张三"}
    with writing(ledger) as connection:
        ids = connection.scalars(select(OBLIGATION.c.id)).all()
        connection.execute(insert(OBLIGATION_EVENT), [{"obligation_id": each, **event} for each in ids])
        connection.execute(update(OBLIGATION).values(**done))
        connection.execute(update(DELIVERY).values(state="sent", settled_at=CLOSED))
    assert all(count(bureau, OBLIGATION_EVENT, NOTICE, DELIVERY))
    return bureau


def count(bureau, *tables):
    with reading(bureau.ledger) as connection:
        return [connection.scalar(select(func.count()).select_from(table)) for table in tables]


def leave(bureau, *which):
    """What is closed leaves the ledger, for an archive of that name."""
    with writing(bureau.ledger) as connection:
        number = connection.execute(
            insert(ARCHIVE).values(
                name="A", place="/归档", before=CLOSED, read_back_at=LONG_AFTER, by="林晓", rows={}
            )
        ).inserted_primary_key[0]
        ids = connection.scalars(select(OBLIGATION.c.id).where(*which)).all()
        take_out(connection, number, ids)
    return ids


def look_at_everything_again(bureau, day):
    """As if nothing had ever been opened."""
    with writing(bureau.ledger) as connection:
        connection.execute(delete(WATERMARK))
    return bureau.open(day)


def test_what_left_is_never_owed_again_and_says_where_it_is(here, monkeypatch):
    ids = leave(here)
    assert count(here, OBLIGATION, *BELONGS) == [0] * 5
    assert count(here, ARCHIVED_OBLIGATION) == [len(ids)] == [9]
    assert look_at_everything_again(here, "2023-02-21").total == 0
    monkeypatch.setattr(placings, "AT_ONCE", 1)
    assert look_at_everything_again(here, "2023-02-21").total == 0, "nor where it opens in portions"
    with pytest.raises(MoveRefused, match="已归档，不再变动：归档 A，在 /归档"):
        actions.acknowledge(here.ws, short_id(ids[0]), LONG_AFTER, who=OPERATOR)
    with reading(here.ledger) as connection:
        told = [where_archived(connection, ids[0], who) for who in (None, LIN, ELSEWHERE, OF_ONE_LINE)]
    assert [bool(each) for each in told] == [True, True, False, False], "to whom it was none of their own"
    record_subjects(here.ws, [NewSubject(SELLER, "S9", "新店", "350404-01")], LONG_AFTER, OPERATOR)
    assert look_at_everything_again(here, "2023-02-21").by_duty == {"each": 1}, "what never was opens"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_ledger(request, tmp_path):
    """A ledger to restore into, on either database, whichever the backup was taken from."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgresql_ledger")
        return
    ledger = open_ledger(f"sqlite:///{tmp_path / 'restored.db'}")
    yield ledger
    ledger.dispose()


def test_a_restored_ledger_knows_what_left(here, empty_ledger, tmp_path):
    leave(here, OBLIGATION.c.id % 2 == 0)
    stood = count(here, OBLIGATION, ARCHIVED_OBLIGATION, *BELONGS)
    take_snapshot(here.ledger, tmp_path / "snapshot.db")
    load_snapshot(tmp_path / "snapshot.db", empty_ledger)
    here.ws = replace(here.ws, ledger=empty_ledger)
    here.ledger = empty_ledger
    assert count(here, OBLIGATION, ARCHIVED_OBLIGATION, *BELONGS) == stood
    assert look_at_everything_again(here, "2023-02-21").total == 0
    with pytest.raises(DatabaseError, match="append-only"), writing(empty_ledger) as connection:
        connection.execute(delete(OBLIGATION_EVENT))
    assert leave(here, OBLIGATION.c.id % 3 == 0), "and goes on archiving"


def test_a_correction_of_what_led_to_it_owes_nothing_anew(here):
    leave(here)
    here.fact("certificate.issued", "2023-02-01", ref="证-2", revises=("测试", "证-1"))
    assert here.open("2023-02-21", "first-inspection").total == 0


def test_every_count_stays(here):
    periods = [AppraisalPeriod.named(each) for each in ("2023-01", "2023-Q1", "2023")]
    before = [appraisal(here.ws, LONG_AFTER, each) for each in periods]
    assert before[0].total.now.judged
    leave(here, OBLIGATION.c.id % 2 == 0)
    assert [appraisal(here.ws, LONG_AFTER, each) for each in periods] == before


def test_the_ledger_itself_lets_nothing_else_go(here):
    with writing(here.ledger) as connection:
        connection.execute(
            update(OBLIGATION)
            .where(OBLIGATION.c.id == 1)
            .values(state="open", closed_at=None, closed_on=None)
        )
    for table in (OBLIGATION_EVENT, NOTICE, DELIVERY, OBLIGATION):
        with pytest.raises(DatabaseError, match="append-only"), writing(here.ledger) as connection:
            connection.execute(delete(table))
    with pytest.raises(DatabaseError, match="append-only"):
        leave(here, OBLIGATION.c.id == 1)  # it is open
    leave(here, OBLIGATION.c.id == 2)
    for change in (
        delete(ARCHIVED_OBLIGATION),
        update(ARCHIVED_OBLIGATION).values(state="waived"),
        delete(ARCHIVE),
        update(ARCHIVE).values(by="别人"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), writing(here.ledger) as connection:
            connection.execute(change)


@pytest.fixture
def archive(here, tmp_path, monkeypatch):
    """An archive of everything, portions of two; more were opened and told of since, and a file was handed in."""
    pytest.importorskip("pyarrow", reason="archives need pyarrow: pip install 'duban[archive]'")
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    here.ws = replace(here.ws, root=tmp_path)
    (tmp_path / FOLDER / "ab").mkdir(parents=True)
    (tmp_path / FOLDER / "ab" / "x.pdf").write_bytes(b"%PDF")
    file = {
        "name": "报告",
        "sha256": "x",
        "size": 4,
        "stored_as": "ab/x.pdf",
        "added_by": "张三",
        "added_at": CLOSED,
    }
    with writing(here.ledger) as connection:
        connection.execute(insert(EVIDENCE_FILE).values(obligation_id=1, **file))
    here.open("2023-03-03")
    here.clock.moment = at("2023-03-31")
    patrol(here.ws, here.clock.now())
    with writing(here.ledger) as connection:
        event = {"obligation_id": here.owed("id")[-1], "at": CLOSED, "kind": "acknowledge", "actor": "张三"}
        connection.execute(insert(OBLIGATION_EVENT).values(**event))
    store = BackupStore(str(tmp_path / "store"))
    return store, write_archive(here.ws, store, date(2023, 3, 1), LIN, LONG_AFTER)


def test_it_leaves_in_portions_and_a_death_between_two_loses_nothing(here, archive, tmp_path, monkeypatch):
    store, manifest = archive
    everything = count(here, OBLIGATION)[0]

    def dies(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(retention, "let_others_write", dies)
        with pytest.raises(KeyboardInterrupt):
            remove_obligations(here.ws, store, manifest, LONG_AFTER)
    assert count(here, ARCHIVED_OBLIGATION, OBLIGATION) == [2, everything - 2]
    done = remove_obligations(here.ws, store, manifest, LONG_AFTER)
    assert (done.gone, done.kept) == (manifest.rows["obligation"] - 3, 1), "its file has the newest number"
    assert count(here, EVIDENCE_FILE) == [1]
    assert (tmp_path / "store/evidence/ab/x.pdf").read_bytes() == b"%PDF"
    assert remove_obligations(here.ws, store, manifest, LONG_AFTER).gone == 0
    [(names, rows)] = archived_rows(store, manifest, "obligation")
    assert [row[names.index("id")] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    assert look_at_everything_again(here, "2023-03-03").total == 0


def test_what_left_is_read_back_as_it_stood_and_nothing_is_kept_of_it(here, archive):
    store, manifest = archive
    [number, *_] = here.owed("id", duty_id="each")
    before = standing(here, store, manifest, number)
    assert before[1:] == ("each", ["complete"], ["2023-01-19"]), "five working days before the 31st"
    assert remove_obligations(here.ws, store, manifest, LONG_AFTER).gone
    stood = count(here, OBLIGATION, *BELONGS)
    assert number not in here.owed("id")
    assert standing(here, store, manifest, number) == before
    assert count(here, OBLIGATION, *BELONGS) == stood
    with (
        pytest.raises(BackupRefused, match="里没有 DB-"),
        read_back(here.ledger, store, manifest, 999),
    ):
        pass
    told = archived_list(here.ledger, store, manifest)
    [table] = told.parts
    assert (len(table.rows), table.rows[-1][-1]) == (manifest.rows["obligation"], "已办结")


def standing(bureau, store, manifest, number):
    """An archived obligation: all its own values, what it was, its history, and the days of its notices."""
    with read_back(bureau.ledger, store, manifest, number) as (_, owed):
        own = owed.model_dump()
        days = [str(each.due_on) for each in owed.notices]
        return own, owed.version.duty_id, [each.kind for each in owed.events], days


def older_may_be_at_work(bureau, shape):
    with writing(bureau.ledger) as connection:
        connection.execute(update(LEASE).where(LEASE.c.name == OLDEST_AT_WORK).values(holder=shape))


def test_nothing_leaves_beside_a_program_that_could_open_it_again(here, archive, monkeypatch):
    store, manifest = archive
    before = count(here, OBLIGATION)
    older_may_be_at_work(here, "0028")
    with pytest.raises(BackupRefused, match=r"升级以前的 duban .*再加 --all-upgraded$"):
        remove_obligations(here.ws, store, manifest, LONG_AFTER)
    assert count(here, OBLIGATION, ARCHIVED_OBLIGATION) == [*before, 0]
    stop_the_unaware(here.ledger)
    assert remove_obligations(here.ws, store, manifest, LONG_AFTER).gone
    with monkeypatch.context() as patched, reading(here.ledger) as connection:
        patched.setattr(migrating, "HEAD", "0028")
        with pytest.raises(LedgerOfNewer):
            migrating.leave_to_newer(connection)


def test_a_program_that_knows_of_archives_goes_on_beside(here, archive):
    store, manifest = archive
    older_may_be_at_work(here, KNOWS_ARCHIVED)
    stop_the_unaware(here.ledger)
    assert remove_obligations(here.ws, store, manifest, LONG_AFTER).gone
    with reading(here.ledger) as connection:
        assert migrating.oldest_at_work(connection) == KNOWS_ARCHIVED


def test_what_is_young_changed_or_needed_stays(here, archive):
    store, manifest = archive
    assert remove_obligations(here.ws, store, manifest, at("2026-12-31")).gone == 0, (
        "three whole years are kept"
    )
    [changed, replaced, lettered] = here.owed("id", duty_id="each")[:3]
    with writing(here.ledger) as connection:
        event = {"obligation_id": changed, "at": LONG_AFTER, "kind": "reopen", "actor": "张三"}
        connection.execute(insert(OBLIGATION_EVENT).values(**event))
        newest = here.owed("id")[-1]
        connection.execute(update(OBLIGATION).where(OBLIGATION.c.id == newest).values(supersedes=replaced))
        letter = {
            "kind": "督办通知书",
            "year": 2023,
            "sequence": 1,
            "number": "1号",
            "reply_by": date(2023, 3, 1),
        }
        issued = insert(Letter).values(**letter, issued_at=CLOSED, issued_by="林晓", sha256="x")
        number = connection.execute(issued).inserted_primary_key[0]
        connection.execute(insert(LetterItem).values(letter_id=number, obligation_id=lettered))
    done = remove_obligations(here.ws, store, manifest, LONG_AFTER)
    assert {changed, replaced, lettered} <= set(here.owed("id"))
    assert done.gone == manifest.rows["obligation"] - 4


def test_what_an_older_program_archived_leaves_unless_a_column_since_then_says_more(here, archive, tmp_path):
    """Its file is from before ladders could begin anew: it knows of no `course` and no `course_at`."""
    from pyarrow import parquet

    store, manifest = archive
    place = f"archives/{manifest.name}/obligation.parquet"
    written = parquet.read_table(tmp_path / "store" / place).drop_columns(["course", "course_at"])
    parquet.write_table(written, tmp_path / "older.parquet")
    read = RowFingerprint()
    for _, rows in read_parquet(tmp_path / "older.parquet", OBLIGATION):
        read.take(rows)
    file = store.keep(place, tmp_path / "older.parquet")
    told = {"fingerprints": {"obligation": read.told}, "files": {"obligation": file}}
    older = manifest.model_copy(update={name: getattr(manifest, name) | told[name] for name in told})
    [anew, other, *_] = here.owed("id", duty_id="each")
    with writing(here.ledger) as connection:
        connection.execute(update(OBLIGATION).where(OBLIGATION.c.id == anew).values(course=2))
    before = standing(here, store, older, other)
    done = remove_obligations(here.ws, store, older, LONG_AFTER)
    assert (done.gone, done.kept) == (manifest.rows["obligation"] - 2, 2), "one anew, one of the newest file"
    assert anew in here.owed("id")
    assert other not in here.owed("id")
    assert standing(here, store, older, other) == before


def test_what_a_clock_ahead_closed_stays_for_the_next_archive(here, archive):
    store, _ = archive
    ahead = here.owed("id", duty_id="each")[:2]
    closed = OBLIGATION.c.id.in_(ahead)
    with writing(here.ledger) as connection:
        connection.execute(
            update(OBLIGATION).where(closed).values(closed_at=LONG_AFTER + timedelta(minutes=2))
        )
    manifest = write_archive(here.ws, store, date(2023, 3, 1), LIN, LONG_AFTER + timedelta(minutes=1))
    done = remove_obligations(here.ws, store, manifest, LONG_AFTER.replace(year=LONG_AFTER.year + 5))
    assert set(ahead) <= set(here.owed("id"))
    assert done.gone == manifest.rows["obligation"] - 3, "and one has the newest file"
