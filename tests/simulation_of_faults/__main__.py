"""`python -m tests.simulation_of_faults --seed 7`: live one run again; `--seeds 0-1999` all of these; `--bug NAME` with a bug put back."""

import argparse
import sys
import tempfile
from pathlib import Path

from duban.ledger.database import migrate, open_ledger
from tests.simulation_of_faults.bugs import BUGS
from tests.simulation_of_faults.lives import live


def main():
    asked = argparse.ArgumentParser(prog="python -m tests.simulation_of_faults")
    asked.add_argument("--seed", type=int)
    asked.add_argument("--seeds", default="0-99", help="from-to")
    asked.add_argument("--steps", type=int, default=160)
    asked.add_argument("--bug", choices=sorted(BUGS))
    given = asked.parse_args()
    first, _, last = (f"{given.seed}-{given.seed}" if given.seed is not None else given.seeds).partition("-")
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(int(first), int(last) + 1):
            ledger = open_ledger(f"sqlite:///{Path(folder) / f'{seed}.db'}")
            migrate(ledger)
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


main()
