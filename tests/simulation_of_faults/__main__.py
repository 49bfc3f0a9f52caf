"""`python -m tests.simulation_of_faults --seed 7`: live one run again; `--seeds 0-1999` all of these; `--bug NAME` with a bug put
back; `--database postgres` on PostgreSQL.
"""

import argparse
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from duban.ledger.database import migrate, open_ledger
from tests.postgresql import databases, own_server, printed
from tests.simulation_of_faults.bugs import BUGS
from tests.simulation_of_faults.lives import live


@contextmanager
def on_sqlite():
    """A new migrated ledger's address, as often as it is asked for: a file that goes when the next one comes."""
    with tempfile.TemporaryDirectory() as whole:
        folder, migrated = Path(whole) / "life", Path(whole) / "migrated.db"
        folder.mkdir()
        first = open_ledger(f"sqlite:///{migrated}")
        migrate(first)
        first.dispose()

        def new():
            for left in folder.iterdir():
                left.unlink()
            copy = shutil.copy(migrated, folder / "ledger.db")
            return f"sqlite:///{copy}"

        yield new


@contextmanager
def on_postgresql():
    """The same in a PostgreSQL of this process."""
    with own_server() as server, databases(server) as (fresh, drop):
        made = []

        def new():
            while made:
                drop(made.pop())
            made.append(fresh())
            return printed(made[-1])

        yield new


DATABASES = {"sqlite": on_sqlite, "postgres": on_postgresql}


def main():
    asked = argparse.ArgumentParser(prog="python -m tests.simulation_of_faults")
    asked.add_argument("--seed", type=int)
    asked.add_argument("--seeds", default="0-99", help="from-to")
    asked.add_argument("--steps", type=int, default=160)
    asked.add_argument("--bug", choices=sorted(BUGS))
    asked.add_argument("--database", choices=sorted(DATABASES), default="sqlite")
    given = asked.parse_args()
    first, _, last = (f"{given.seed}-{given.seed}" if given.seed is not None else given.seeds).partition("-")
    with DATABASES[given.database]() as new:
        for seed in range(int(first), int(last) + 1):
            ledger = open_ledger(new())
            try:
                life = live(seed, ledger, steps=given.steps, bug=given.bug)
            except AssertionError as violation:
                sys.exit(f"seed {seed}: {violation}")
            finally:
                ledger.dispose()
            print(
                f"seed {seed}: {life.kills} kills, {life.sends} messages, {life.ticks} transactions",
                flush=True,
            )


if __name__ == "__main__":
    main()
