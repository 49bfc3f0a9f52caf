"""`python -m tests.chaos --kills 100 --database postgres --workers 3`: kill the real thing and look at what is left."""

import argparse
import sys
import time

from tests.chaos.beside import what_is_missing
from tests.chaos.databases import DATABASES
from tests.chaos.storm import storm
from tests.simulation_of_faults.bugs import BUGS

STRETCH = 25


def main():
    asked = argparse.ArgumentParser(prog="python -m tests.chaos")
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--database", choices=sorted(DATABASES), default="sqlite")
    asked.add_argument("--workers", type=int, choices=(1, 3), default=1)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument(
        "--up",
        type=int,
        default=4,
        help="each so manieth stretch one worker is `duban up`, half way in between, with a Redis, `duban work`; 0: none",
    )
    asked.add_argument("--bug", choices=sorted(BUGS), default="")
    given = asked.parse_args()
    began = time.monotonic()
    try:
        with storm(given.database, given.workers, given.seed, given.bug) as bureau:
            if given.database == "postgres" and not bureau.beside:
                print(f"without Redis; missing here: {what_is_missing()}", flush=True)
            for number in range(1, -(-given.kills // STRETCH) + 1):
                bureau.stretch(STRETCH, serves=_in_a_workers_place(number, given.up, bool(bureau.beside)))
                print(f"{time.monotonic() - began:.0f} s: {bureau.told()}", flush=True)
    except AssertionError as violation:
        sys.exit(str(violation))


def _in_a_workers_place(number, up, redis):
    if up and number % up == 0:
        return "duban up"
    return "duban work" if redis and up and number % up == up // 2 else ""


if __name__ == "__main__":
    main()
