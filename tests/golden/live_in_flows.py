"""Lives the year 2023 through the real flows, in a process of its own, and prints the account.

On the days named on the command line, and on every first of a month, the engine's turn is what Prefect runs: the flow
of each duty that has something to open, then sweep, patrol and deliver. On the other days a plain turn must find
nothing to do.
"""

import asyncio
import sys
from datetime import date
from pathlib import Path

from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.testing.utilities import prefect_test_harness

from duban.base.clock import SHANGHAI, business_date
from duban.duties.schedules import opening_days
from duban.service.cycle import tick
from duban.workspace.standing import close_workspaces, standing_workspace
from flows import obligations
from flows.deliver import deliver
from flows.patrol import patrol
from flows.sweep import sweep
from tests.golden.year import CAST, FIRST, LAST, Cast, Year, account


def main(root, days):
    """Print the account of the year of the project at `root`, with flows on `days`."""
    ws = standing_workspace(root)
    duties = ws.definitions.duties.values()
    with_facts = {each["on"] for each in Cast(CAST).written["facts"]}
    opens = {duty.id: set(opening_days(duty, ws.definitions.calendar, FIRST, LAST)) for duty in duties}
    runs = 0

    async def by_flows(now, today):
        nonlocal runs
        for duty in duties:
            if today in (opens[duty.id] or with_facts):
                await getattr(obligations, duty.kind)(duty.id)
                runs += 1
        for flow in (sweep, patrol, deliver):
            await flow()
            runs += 1

    def turn(ws, now):
        today = business_date(now, SHANGHAI)
        if today in days or today.day == 1:
            loop.run_until_complete(by_flows(now, today))
            return
        done = tick(ws, now)
        assert not done.opened.total, f"{today} {done.opened}"
        assert not done.patrolled.notices, f"{today} {done.patrolled}"

    loop = asyncio.new_event_loop()
    with prefect_test_harness(), temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        sys.stdout.write(account(Year(ws, turn).live(FIRST, LAST)))
    sys.stderr.write(f"{runs} flow runs\n")
    close_workspaces()


if __name__ == "__main__":
    main(Path(sys.argv[1]), {date.fromisoformat(day) for day in sys.argv[2:]})
