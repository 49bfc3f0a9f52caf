"""A process killed in the middle of a writing transaction leaves nothing half-written."""

import os
import signal
import subprocess
import sys

from sqlalchemy import func, select

from duban.ledger.database import open_ledger, reading, writing
from duban.ledger.tables import LEASE, UNIT

WRITER = """
import sys
from sqlalchemy import insert
from duban.ledger.bulk import insert_ignore
from duban.ledger.database import open_ledger, writing
from duban.ledger.tables import UNIT

def units(mark):
    return [{"code": f"{mark}{n}", "name": "所", "level": "station", "parent": None} for n in range(50_000)]

ledger = open_ledger(sys.argv[1])
with writing(ledger) as connection:
    insert_ignore(connection, UNIT, units("whole-"))
with writing(ledger) as connection:
    insert_ignore(connection, UNIT, units("half-"))
    print("in the middle", flush=True)
    sys.stdin.read()
"""


def test_what_was_committed_is_there_and_nothing_else(ledger, ledger_database):
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, ledger_database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "in the middle\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdin.close()
    child.stdout.close()
    survivor = open_ledger(ledger_database)
    with reading(survivor) as connection:
        whole = connection.execute(select(func.count()).where(UNIT.c.code.like("whole-%"))).scalar_one()
        half = connection.execute(select(func.count()).where(UNIT.c.code.like("half-%"))).scalar_one()
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    assert (whole, half) == (50_000, 0)
    with writing(survivor) as connection:  # nor does the dead one's lock remain
        connection.execute(LEASE.delete())
    survivor.dispose()
