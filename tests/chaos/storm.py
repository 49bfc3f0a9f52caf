"""A chaos run: real processes on a small bureau, killed at random and at named points, while everything else fails, too.

`with storm("sqlite", workers=1, seed=7) as bureau: bureau.stretch(25)` ends in a Violation where a promise was not kept.
"""

import multiprocessing
import os
import shutil
import signal
import tempfile
import time
from collections import Counter
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest import mock

from duban.facts import record_subjects
from duban.facts.rows import NewSubject
from duban.workspace.workspace import open_workspace
from tests.chaos import processes
from tests.chaos.beside import opened_beside
from tests.chaos.checking import Witness
from tests.chaos.databases import DATABASES
from tests.chaos.place import WARM, lay_out, tick
from tests.chaos.points import ALL, POINTS, Trap
from tests.chaos.served import Served, SharedPrefect, somebody_asks, through
from tests.chaos.sinks import Arrivals, MailSink, WebSink
from tests.obligations.small_bureau import SELLER
from tests.principals import OPERATOR
from tests.simulation_of_faults.deeds import IN_OFFICE, SHOPS, a_fact, a_withdrawal, until_office

STEPS = (5, 60, 60, 300, 900, 3 * 3600, 12 * 3600, 2 * 86400)
TURNS_AT_REST = 12
PATIENCE = 60.0
TIMES_SERVED = 2
"""So often at least what serves the project is killed in a stretch that has it."""
KILLED = -signal.SIGKILL


@contextmanager
def storm(database, workers, seed, bug=""):
    """A storm in a folder of its own, which stays where it is when something was broken."""
    folder = Path(tempfile.mkdtemp(prefix="duban-chaos-"))
    folder.chmod(0o755)
    beside = opened_beside(folder) if database == "postgres" else nullcontext(())
    with DATABASES[database].opened(folder) as home, beside as servers:
        bureau = Storm(folder, home, servers, workers, seed, bug)
        try:
            yield bureau
        finally:
            bureau.close()
    shutil.rmtree(folder)


class Storm:
    """One bureau, its processes, and what is done to them."""

    def __init__(self, folder, database, beside, workers, seed, bug=""):
        self.random = Random(seed)
        self._forks = multiprocessing.get_context("forkserver")
        self._forks.set_forkserver_preload(["tests.chaos.processes"])
        self.database, self.beside = database, beside
        self.place = lay_out(folder / "project", self.database.url, bug)
        self.arrivals = Arrivals(seed)
        self._sinks = [
            MailSink(self.arrivals, self.database.host),
            WebSink(self.arrivals, self.database.host),
        ]
        self._tell_where_to_send()
        self._workspace = open_workspace(self.place.root, self.place.clock, self.place.url)
        self.ledger = self._workspace.ledger
        shops = [NewSubject(SELLER, code, f"{code} 店", "350404-01") for code in SHOPS]
        record_subjects(self._workspace, shops, self.moment, OPERATOR)
        warm = {WARM: str(self.place.root), "DUBAN_DATABASE_URL": self.place.url}
        self._surroundings = mock.patch.dict(os.environ, warm)
        self._surroundings.start()
        self.checker = Witness(self)
        self.kills, self.harm = Counter(), Counter()
        self._slots, self._number, self._serves, self._shared = [None] * workers, 0, "", None

    # What the checker asks

    @property
    def ticks(self):
        return tick()

    @property
    def moment(self):
        return self.place.clock.now()

    def _at(self, _):
        return self._workspace

    # A stretch

    def stretch(self, kills, *, serves=""):
        """Go on until so many processes more were killed, then let everything come to rest and look at what is left.

        `serves`: what is in the first worker's place, `duban up`, or `duban work` for a Prefect server of several machines.
        """
        self._serves, self.arrivals.calm = serves, False
        self._shared = SharedPrefect(self.place, self.beside) if serves == "duban work" else None
        wanted, enough = self.kills.total() + kills, self.kills[serves] + TIMES_SERVED
        self._start_all()
        while self.kills.total() < wanted or (serves and self.kills[serves] < enough):
            self._time_passes()
            self._weather()
            self._somebody_tells()
            self._somebody_acts()
            self._strike()
            self._bury()
            self.checker.look()
        self._come_to_rest()

    def told(self):
        """What has been done so far, and what became of the messages."""
        by_number = self.arrivals.by_number.values()
        parts = [f"{self.kills.total()} killed ({_listed(self.kills)})"]
        parts += [f"{_listed(self.harm)}"] if self.harm else []
        parts += [f"{self.checker.notes['run by Prefect']} flows run by Prefect"]
        parts += [f"{sum(by_number)} messages, {sum(each - 1 for each in by_number)} of them again"]
        return "; ".join(parts)

    def close(self):
        self._stop_all()
        for sink in self._sinks:
            sink.close()
        self.ledger.dispose()
        self._surroundings.stop()

    def _come_to_rest(self):
        """Nothing fails any more; the engine turns until nothing waits."""
        self._stop_all()
        self.arrivals.calm, self.arrivals.down = True, False
        for _ in range(TURNS_AT_REST):
            tomorrow = self.moment + timedelta(days=1)
            self.place.clock.stand_still(tomorrow + timedelta(seconds=until_office(tomorrow)))
            before = self.checker.notes["turned"]
            last = self._forks.Process(target=processes.one_turn, args=(self.place,))
            last.start()
            last.join(PATIENCE)
            self.checker.look(everything=True)
            self.checker.demand(self.checker.notes["turned"] > before, "a turn in peace did not end well")
        self.checker.at_the_end()
        self.place.clock.put_forward(0)

    # Time, weather, people

    def _time_passes(self):
        if self.random.random() < 0.06:
            self.harm["the clock jumped"] += 1
            self.place.clock.put_forward(self.random.choice([-3, 3]) * 3600)
        else:
            self.place.clock.put_forward(self.random.choice(STEPS))
            if self.random.random() < IN_OFFICE:
                self.place.clock.put_forward(until_office(self.moment))

    def _weather(self):
        was, self.arrivals.down = self.arrivals.down, self.random.random() < 0.08
        self.harm["services down"] += self.arrivals.down and not was
        if self.random.random() < 0.05:
            if self.database.name == "postgres":
                self.harm["PostgreSQL restarted"] += 1
                self.database.restart()
            elif self.database.may_fill:
                self.harm["disk full"] += 1
                self.database.fill()
                self._wait(0.2, 0.8)
                self.database.empty()
        for server in self.beside if self._shared else ():
            if self.random.random() < 0.1:
                self.harm[f"{server.name} restarted"] += 1
                server.restart(self.random.choice([0, 0, 2]))

    def _somebody_tells(self):
        if self.random.random() < 0.6:
            self._number += 1
            if self.checker.told and self.random.random() < 0.25:
                fact = a_withdrawal(self.random, self._number, self.checker.told)
            else:
                fact = a_fact(self.random, self._number, self.moment.date())
            while self.checker.answer(fact.ref) is None:
                self._perhaps_killed(processes.clerk, "clerk", fact)
                self.checker.look()
            if self.checker.answer(fact.ref) == "took":
                self.checker.took(fact)
            if self._serves:
                self.harm["Prefect asked"] += somebody_asks(self.place, self.random, fact.kind)

    def _somebody_acts(self):
        if self.random.random() < 0.5:
            self._perhaps_killed(processes.officer, "officer", self.random.randrange(2**32))

    def _perhaps_killed(self, target, role, given):
        point = self.random.choice([None] * 5 + ["before a commit", "after a commit"])
        trap = Trap(point, 1) if point else None
        person = self._forks.Process(target=target, args=(self.place, trap, given))
        person.start()
        person.join(PATIENCE)
        if person.exitcode is None:
            person.kill()
            person.join()
            self.checker.demand(False, f"a {role} came to no end")
        self.kills[role] += person.exitcode == KILLED

    # Workers

    def _start_all(self):
        for slot in range(len(self._slots)):
            self._start(slot)

    def _stop_all(self):
        for slot in range(len(self._slots)):
            self._kill(slot, counted=False)
        if self._shared:
            self._shared.close()
        self._shared = None

    def _start(self, slot):
        point = self.random.choice(ALL) if self.random.random() < 0.6 else None
        count = self.random.choice([1, 1, 2, 3, 5])
        if self._serves and slot == 0:
            given = [point, str(count)] if point in POINTS else []
            settings = self._shared.settings if self._shared else through(*self.beside)
            self._slots[slot] = Served(self.place, self.random, self._serves, settings, given)
            return
        network = getattr(self.database, "network", None)
        apart = network.name if network and slot == len(self._slots) - 1 else None
        trap = Trap(point, count) if point else None
        worker = self._forks.Process(target=processes.engine, args=(self.place, trap, apart))
        worker.start()
        self._slots[slot] = worker

    def _strike(self):
        """Somebody is killed: a worker, or a child of the service; or the worker in the other network is cut off."""
        self._wait(0.05, 0.6)
        if self._shared and self.random.random() < 0.1:
            self.kills[self._shared.kill_one(self.random)] += 1
            return
        slot = self.random.randrange(len(self._slots))
        victim = self._slots[slot]
        if isinstance(victim, Served):
            if not victim.has_had_time():
                return
            if self.random.random() < 0.4:
                self.kills["child of duban up"] += victim.kill_a_child(self.random)
            elif self.random.random() < 0.3:
                self._kill(slot)
            return
        network = getattr(self.database, "network", None)
        if network and slot == len(self._slots) - 1 and self.random.random() < 0.15:
            self.harm["cut off"] += 1
            network.cut()
            self._wait(0.3, 2.0)
            if self.random.random() < 0.5:
                self._kill(slot)
            network.mend()
        elif self.random.random() < 0.8:
            self._kill(slot)

    def _kill(self, slot, *, counted=True):
        victim, self._slots[slot] = self._slots[slot], None
        if victim is None:
            return
        lived = victim.exitcode is None
        if lived:
            victim.kill()
            victim.join()
        if counted and victim.exitcode == KILLED:
            self.kills[_role(victim)] += 1

    def _bury(self):
        """Count those that died at a point, and start everybody who is gone."""
        for slot, victim in enumerate(self._slots):
            if victim is not None and victim.exitcode is not None:
                self._kill(slot)
            if self._slots[slot] is None:
                self._start(slot)
        if self._shared:
            self._shared.look_after()

    def _wait(self, least, most):
        time.sleep(self.random.uniform(least, most))

    def _tell_where_to_send(self):
        mail, web = (sink.server.server_address[1] for sink in self._sinks)
        host = self.database.host
        url = f"mailto://{host}:{mail}/?from=duban@example.cn&to=a@example.cn"
        (self.place.root / "mail.txt").write_text(url)
        (self.place.root / "group.txt").write_text(f"json://{host}:{web}/")


def _listed(counted):
    return ", ".join(f"{what} {times}" for what, times in sorted(counted.items()) if times)


def _role(victim):
    return getattr(victim, "role", "engine")
