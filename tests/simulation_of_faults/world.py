"""A small bureau under a seed: two engines, people, a clerk who brings facts, an admin, a clock, and everything that goes wrong.

Engine, ledger, Apprise and the acts of people are the real ones. Ours are the clock, whose turn it is (`scheduler`), and what
fails (`faults`). `Life(seed, ledger).live()` ends in `Violation` where something was promised and not kept.
"""

import tempfile
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from unittest import mock

import pendulum
from apprise.decorators import notify
from apprise.manager_plugins import NotificationManager

from duban.backups import archive_files, archiving, retention
from duban.backups.archiving import write_archive
from duban.backups.retention import remove_obligations
from duban.backups.store import BackupStore
from duban.base.clock import SHANGHAI
from duban.bureau.posts import Post
from duban.cadence.kinds.periodic import PeriodicCadence
from duban.cadence.reading.phrases import read_due
from duban.definitions.definitions import Definitions
from duban.deliveries import delivering, line, outbox, preparing, writer
from duban.duties.grammar import Reviewer
from duban.edits import PlanRefused, apply, plan
from duban.facts import record_facts, record_subjects
from duban.facts.rows import NewSubject
from duban.ladders.ladder import Addressee, Ladder, Rung, Stage
from duban.ledger.content import content_fingerprint, newest_applied
from duban.ledger.database import reading
from duban.ledger.unavailable import LedgerUnavailable
from duban.notices.patrol import patrol
from duban.obligations import answers_in_portions, placings
from duban.obligations.acting import MoveRefused
from duban.obligations.opening import open_owed
from duban.workdays import TimeGrain, load_calendar
from duban.workspace.ahead import MomentAhead
from duban.workspace.workspace import Workspace, sync
from tests.obligations.small_bureau import (
    POST,
    ROOT,
    SELLER,
    VOCABULARY,
    a_duty,
    a_project,
    first_inspection,
    flight_check,
    monthly,
)
from tests.principals import OPERATOR
from tests.simulation_of_faults import plain_files
from tests.simulation_of_faults.checker import Checker
from tests.simulation_of_faults.deeds import IN_OFFICE, SHOPS, a_fact, a_withdrawal, an_act, until_office
from tests.simulation_of_faults.faults import Boundaries, Chances, Service
from tests.simulation_of_faults.scheduler import Killed, Program, Scheduler

BEGIN = datetime(2023, 10, 9, 9, 0, tzinfo=SHANGHAI)
HEAD, LEADER = "科室负责人", "分管领导"
CHANNELS = """\
schemes: [faulty, faultygroup]
channels:
  service: {kind: apprise, url: "file:service.txt"}
  group: {kind: apprise, url: "file:group.txt", group: true}
routes: []
default: [service, group]
"""
LADDERS = {
    "standard": Ladder(
        "standard",
        (
            Rung("remind-1", Stage.REMIND, -5, "target", (Addressee(None),)),
            Rung("remind-2", Stage.REMIND, -1, "target", (Addressee(None),)),
            Rung("urge-1", Stage.URGE, 1, "deadline", (Addressee(None), Addressee(HEAD))),
            Rung("supervise-1", Stage.SUPERVISE, 3, "deadline", (Addressee(LEADER),)),
        ),
    )
}
EXPECTED_REFUSALS = (MoveRefused, PlanRefused, LedgerUnavailable, MomentAhead)
FAILING_DAYS = 6
ARCHIVING_DAYS = (2, 5, 9)
"""The days of rest on which what is over leaves the ledger: failing still, and at last."""
ARCHIVES_SELDOM = 0.7
KEPT_DAYS = 2
"""How long what was closed stays in the ledger here; years elsewhere."""


@lru_cache(maxsize=1)
def calendar():
    return load_calendar(ROOT / "calendar")


@lru_cache(maxsize=1)
def project():
    plain = a_project()
    posts = {name: Post(name) for name in (POST, HEAD, LEADER)}
    return replace(plain, units={code: replace(unit, posts=posts) for code, unit in plain.units.items()})


def shop_by_shop():
    """A visit to each shop every month: opened one shop at a time, with others at work between (`_patched`)."""
    cadence = PeriodicCadence(every=TimeGrain.MONTH, due=read_due("当月最后一个工作日").rule)
    return a_duty("shop-by-shop", cadence, subject=SELLER, done_by="inspection.done")


def contents(root):
    """What the admin changes between: the same duties, the monthly one due on another day or gone."""
    reviewer = Reviewer(post=HEAD)
    always = (first_inspection(), flight_check(), shop_by_shop())
    for number, other in enumerate(
        (
            (monthly(reviewed_by=reviewer),),
            (monthly(due="当月20日", reviewed_by=reviewer),),
            (),
        )
    ):
        duties = {duty.id: duty for duty in (*always, *other)}
        told = f"{number}-" + "-".join(duty.fingerprint for duty in duties.values())
        yield {"content": told}, Definitions(root, project(), calendar(), LADDERS, VOCABULARY, duties, told)


class VirtualClock:
    """A machine's clock: the world's time, wrong by some seconds."""

    def __init__(self, life, wrong):
        self._life, self._wrong = life, wrong

    def now(self):
        return self._life.moment + self._wrong


class Watch:
    """The time that passes between two looks, whatever the clock on the wall is set to."""

    def __init__(self, life):
        self._life, self._began = life, life.elapsed

    def elapsed(self):
        return self._life.elapsed - self._began

    def wait(self, seconds):
        self._life.pass_time(seconds)
        self._life.scheduler.pause()


class Life:
    """One run."""

    def __init__(self, seed, ledger, *, steps=60):
        self.random = Random(seed)
        self.scheduler = Scheduler(self.random)
        self.chances, self.faulty = Chances(), True
        self.elapsed, self.ticks, self._jumped = 0.0, 0, timedelta(0)
        self.ledger, self._steps = ledger, steps
        self.root = Path(tempfile.mkdtemp(prefix="duban-faults-"))
        (self.root / "notifications").mkdir()
        (self.root / "notifications" / "channels.yaml").write_text(CHANNELS, encoding="utf-8")
        (self.root / "service.txt").write_text("faulty://service", encoding="utf-8")
        (self.root / "group.txt").write_text("faultygroup://all", encoding="utf-8")
        self._contents = {content_fingerprint(files): (files, whole) for files, whole in contents(self.root)}
        self.service, self.checker = Service(self), Checker(self)
        self.kills = self.sends = self._numbers = 0
        first, whole = next(iter(self._contents.values()))
        sync(ledger, whole, first, self.moment)
        record_subjects(
            self._at(VirtualClock(self, timedelta(0))),
            [NewSubject(SELLER, code, f"{code} 店", "350404-01") for code in SHOPS],
            self.moment,
            OPERATOR,
        )

    # Time and fate

    @property
    def moment(self):
        """What time it is, aware UTC."""
        return pendulum.instance(BEGIN).in_timezone("UTC") + timedelta(seconds=self.elapsed) + self._jumped

    def pass_time(self, seconds):
        self.elapsed += seconds

    def happens(self, what):
        """Whether this goes wrong now."""
        return self.faulty and self.random.random() < getattr(self.chances, what)

    def may_be_killed(self, where):
        if self.happens(where):
            self.scheduler.current.program.dead = True
            self.kills += 1
            raise Killed

    def kept(self):
        """A transaction was kept: what is promised at every moment is looked at."""
        self.checker.at_any_moment()

    def arrived(self, number, *, group):
        self.sends += 1
        return self.checker.arrived(number, group=group)

    # Programs

    def _at(self, clock):
        """The workspace a program works on: the content in force, as it would read it."""
        with reading(self.ledger) as connection:
            applied = newest_applied(connection)
        _, definitions = self._contents[applied.fingerprint]
        return Workspace(self.root, definitions, self.ledger, clock, version=applied.number)

    def _program(self, name, *deeds):
        """A program that does one deed after the other until the end, and is started again when it has died."""

        def start():
            program = Program(name)
            clock = VirtualClock(self, timedelta(seconds=self.random.uniform(-20, 20)))

            def work():
                while self._steps > 0:
                    self._steps -= 1
                    with suppress(*EXPECTED_REFUSALS):
                        self.random.choice(deeds)(clock)
                    self.scheduler.pause()

            def lived():
                try:
                    work()
                except Killed:
                    start()
                except BaseException as error:  # anything else is a fault of the engine
                    self.checker.broken(error)

            self.scheduler.spawn(program, lived)

        start()

    def live(self):
        """Live through it, then let everything come to rest, and look at what is left."""
        with self._patched():
            boundaries = Boundaries(self, self.ledger)
            self._program("engine-1", self.opens, self.patrols, self.delivers)
            self._program("engine-2", self.patrols, self.delivers, self.delivers)
            self._program("clerk", self.reports, self.reports, self.corrects)
            self._program("officer", self.acts)
            self._program("admin", self.edits, self.edits, self.archives)
            self._program("clock", self.waits, self.waits, self.waits, self.jumps)
            self.scheduler.run()
            self.checker.raise_broken()
            self.come_to_rest()
            self.checker.raise_broken()
            boundaries.close()
        self.checker.at_the_end()

    def come_to_rest(self):
        """Nobody does anything any more; the engine turns every morning, at first failing still, until nothing waits: most of
        what a life sends is sent here.
        """
        clock = VirtualClock(self, timedelta(0))
        for number in range(FAILING_DAYS + 10):
            self.faulty = number < FAILING_DAYS
            self.pass_time(24 * 3600)
            self.pass_time(until_office(self.moment))

            def turn(number=number):
                with suppress(*((*EXPECTED_REFUSALS, Killed) if self.faulty else ())):
                    ws = self._at(clock)
                    open_owed(ws, clock.now())
                    patrol(ws, clock.now())
                    delivering.deliver(ws, clock.now(), watch=Watch(self))
                    if number in ARCHIVING_DAYS:
                        self._archive(clock)

            task = self.scheduler.spawn(Program("rest"), turn)
            self.scheduler.run()
            if task.error is not None:
                raise task.error

    def _patched(self):
        stack = ExitStack()
        for module in (delivering, line):
            stack.enter_context(mock.patch.object(module, "ThreadPoolExecutor", self.scheduler.executor()))
        for module in (line, writer):
            stack.enter_context(mock.patch.object(module, "Lock", self.scheduler.lock()))
        stack.enter_context(
            mock.patch.object(outbox, "put_on_line", self.checker.watching_line(outbox.put_on_line))
        )
        stack.enter_context(
            mock.patch.object(preparing, "read_again", self.checker.watching_reading(preparing.read_again))
        )
        for name in ("AT_ONCE", "SMALLEST", "LARGEST"):
            stack.enter_context(mock.patch.object(placings, name, 1))
        for module in (placings, answers_in_portions, retention):
            stack.enter_context(mock.patch.object(module, "let_others_write", self._others_turn))
        stack.enter_context(mock.patch.object(retention, "AT_ONCE", 1))
        for module, which in ((archiving, "latest_end"), (retention, "keeps_from")):
            stack.enter_context(mock.patch.object(module, which, side_effect=self._long_ago))
        for module in (archiving, archive_files, retention):
            for name in ("write_parquet", "read_parquet"):
                if hasattr(module, name):
                    stack.enter_context(mock.patch.object(module, name, getattr(plain_files, name)))
        for scheme in ("faulty", "faultygroup"):
            notify(on=scheme)(self.service.take)
            stack.callback(NotificationManager().remove, scheme)
        return stack

    def _others_turn(self, _):
        self.scheduler.pause()

    # What programs do

    def opens(self, clock):
        open_owed(self._at(clock), clock.now())

    def patrols(self, clock):
        patrol(self._at(clock), clock.now())

    def delivers(self, clock):
        delivering.deliver(self._at(clock), clock.now(), watch=Watch(self))

    def reports(self, clock):
        self._numbers += 1
        self._tell(clock, a_fact(self.random, self._numbers, self._today(clock)))

    def corrects(self, clock):
        if not self.checker.told:
            return
        self._numbers += 1
        self._tell(clock, a_withdrawal(self.random, self._numbers, self.checker.told))

    def _tell(self, clock, fact):
        """A fact is told until somebody says that it is kept: the same number, whatever happened meanwhile."""
        while True:
            try:
                taken = record_facts(self._at(clock), [fact], clock.now(), OPERATOR)
            except LedgerUnavailable:
                self.scheduler.pause()
                continue
            if not taken.refused:
                self.checker.took(fact)
            return

    def _today(self, clock):
        return clock.now().astimezone(SHANGHAI).date()

    def acts(self, clock):
        an_act(self.random, self._at(clock), clock.now())

    def edits(self, clock):
        if self.random.random() < 0.7:
            return
        ws = self._at(clock)
        files, whole = self.random.choice(list(self._contents.values()))
        if files["content"] == ws.definitions.fingerprint:
            return
        apply(ws, plan(ws, whole, files, clock.now()), actor="王五", now=clock.now(), reason="改")

    def archives(self, clock):
        """What was closed a while ago is archived, and leaves the ledger."""
        if self.random.random() < ARCHIVES_SELDOM:
            return
        self._archive(clock)

    def _archive(self, clock):
        ws = self._at(clock)
        store = BackupStore(f"memory://{self.root.name}")
        manifest = write_archive(ws, store, self._long_ago(), OPERATOR, clock.now())
        remove_obligations(ws, store, manifest, clock.now())

    def _long_ago(self, *_):
        return self.moment.astimezone(SHANGHAI).date() - timedelta(days=KEPT_DAYS)

    def waits(self, clock):
        self.pass_time(self.random.choice([60, 900, 3 * 3600, 12 * 3600, 2 * 86400, 4 * 86400]))
        if self.random.random() < IN_OFFICE:
            self.pass_time(until_office(self.moment))

    def jumps(self, clock):
        """Somebody sets the clock: forward, and back again."""
        if self.random.random() < 0.1:
            self._jumped = timedelta(0) if self._jumped else timedelta(hours=self.random.choice([-3, 3]))
