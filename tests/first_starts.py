"""`python -m tests.first_starts --times 20 --minutes 60`: one first start after the other, each of a new project in a folder
of its own, until every deployment is registered; the last one is kept running for so many minutes.

For each it says how long it took, by the clock and by the processor (the service and its children, from ready on), and how
often Prefect's database was locked, in what the service printed and in its logs; ends with 1 if it ever was. Every duty of
the starter project is registered: it takes half a minute and more each.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from duban.base.starter import copy_starter
from tests.ports import free_port
from tests.service.conftest import Up

LOCKED = "database is locked"


def locks_of(root, up):
    """How often somebody found Prefect's database locked."""
    logs = [path.read_text(errors="replace") for path in (root / ".duban").rglob("*.log")]
    return sum(each.count(LOCKED) for each in ["\n".join(up.lines), *logs])


def processor_seconds(up):
    """What the service and its children have used of a processor, by the name of each."""
    used = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            numbers = (folder / "stat").read_text().rpartition(")")[2].split()
            if up.process.pid not in (int(folder.name), int(numbers[1])):
                continue
            command = (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue  # it has ended meanwhile
        name = next((each for each in ("server_child", "web_child") if each in command), "service")
        used[name] = used.get(name, 0) + (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")
    return used


def first_start(root, minutes=0):
    """The locks of one first start of a new project, kept running for `minutes` after all is registered."""
    copy_starter(root)
    began = time.monotonic()
    up = Up(root, free_port())
    try:
        up.until("就绪")
        ready, before = time.monotonic(), processor_seconds(up)
        told = up.until("已向 Prefect 登记")
        registered, after = time.monotonic(), processor_seconds(up)
        if minutes:
            time.sleep(minutes * 60)  # what is tried is the time that passes
            assert up.process.poll() is None, "the service has ended by itself"
    finally:
        up.stop()
    locks = locks_of(root, up)
    load = os.getloadavg()[0]
    used = ", ".join(f"{name} {after[name] - before.get(name, 0):.1f}" for name in sorted(after))
    print(
        f"ready {ready - began:.1f} s, registered {registered - ready:.1f} s later, ran {minutes} minutes more, "
        f"{locks} locks, load {load:.1f}, processor seconds from ready: {used}: {told.split('✓')[-1].strip()}",
        flush=True,
    )
    return locks


def main():
    asked = argparse.ArgumentParser(prog="python -m tests.first_starts", description=__doc__)
    asked.add_argument("--times", type=int, default=20)
    asked.add_argument("--minutes", type=int, default=0, help="how long the last one is kept running")
    given = asked.parse_args()
    locks = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.times):
            last = number == given.times - 1
            locks += first_start(Path(folder) / str(number), given.minutes if last else 0)
    sys.exit(locks > 0)


if __name__ == "__main__":
    main()
