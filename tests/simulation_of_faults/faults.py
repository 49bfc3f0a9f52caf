"""What goes wrong, and where: at the boundaries of transactions, on the way of a message, and with the clock.

A transaction itself is atomic, that is what the databases promise: programs take turns between transactions, never within.
"""

import logging
from dataclasses import dataclass
from threading import get_ident

from sqlalchemy import event

from duban.ledger.unavailable import LedgerUnavailable
from tests.simulation_of_faults.scheduler import Killed

apprise_log = logging.getLogger("apprise")


@dataclass
class Chances:
    """How likely each thing is to go wrong, each time it could."""

    killed_before: float = 0.004  #: a program dies before it begins a transaction
    killed_unkept: float = 0.006  #: it dies with its transaction written and not kept
    killed_after: float = 0.008  #: it dies with its transaction kept, and does not know
    gone_before: float = 0.004  #: the database is not there
    gone_after: float = 0.004  #: it has kept the transaction, and is gone before it says so
    refused: float = 0.05  #: the service does not take a message
    taken_unanswered: float = 0.04  #: it takes it, and its answer never comes
    lost_unanswered: float = 0.03  #: it does not take it, and says nothing
    killed_unsent: float = 0.03  #: the sender dies just before
    killed_taken: float = 0.05  #: the sender dies once the service has it
    outage: float = 0.01  #: the service refuses everybody for some hours

    def none(self):
        """From now on nothing goes wrong."""
        for name in self.__dataclass_fields__:
            setattr(self, name, 0.0)


class Boundaries:
    """Every transaction of a ledger begins and ends here."""

    def __init__(self, world, engine):
        self._world, self._depth, self._engine = world, {}, engine
        self._listens = (
            ("checkout", lambda *_: self._change(+1)),
            ("checkin", lambda *_: self._change(-1)),
            ("close_detached", lambda *_: self._change(-1)),
            ("engine_connect", self._begin),
        )
        for name, hears in self._listens:
            event.listen(engine, name, hears)
        self._commit = engine.dialect.do_commit
        engine.dialect.do_commit = self._end

    def close(self):
        """Leave the ledger as it was."""
        for name, hears in self._listens:
            event.remove(self._engine, name, hears)
        self._engine.dialect.do_commit = self._commit

    @property
    def _here(self):
        """Whose connections are counted: a task's, which may leave one open where it dies, and never a later thread's of its number."""
        return self._world.scheduler.current or get_ident()

    def _change(self, by):
        self._depth[self._here] = self._depth.get(self._here, 0) + by

    def _begin(self, connection):
        try:
            self._turn()
        except BaseException:
            connection.close()  # who asked for it never gets it
            raise

    def _turn(self):
        task = self._world.scheduler.current
        if task is None or self._world.checker.looks:
            return
        if task.program.dead:
            raise Killed
        if self._depth.get(self._here, 0) > 1:
            return  # within another: nobody takes a turn here
        self._world.scheduler.pause()
        self._world.ticks += 1
        self._world.may_be_killed("killed_before")
        if self._world.happens("gone_before"):
            raise LedgerUnavailable("the database is gone")

    def _end(self, connection):
        task = self._world.scheduler.current
        if task is None:
            self._commit(connection)
            return
        if task.program.dead:
            raise Killed
        self._world.may_be_killed("killed_unkept")
        self._commit(connection)
        self._world.ticks += 1
        self._world.kept()
        self._world.may_be_killed("killed_after")
        if self._world.happens("gone_after"):
            raise LedgerUnavailable("the database is gone")


def number_in(text):
    """The number of a message, as it stands in its text."""
    return text.split("消息编号 ")[1].split("（")[0].split("\n")[0].strip()


class Service:
    """Where messages arrive: Apprise's own way to a function of ours stands before it."""

    def __init__(self, world):
        self.world = world
        self.got = []  #: (number of the message, its deliveries, to whom)
        self.down_until = None

    def take(self, body, title, kind, *_, meta, **__):
        """One message over Apprise: True when it is taken, False when not; what Apprise logs says why."""
        world = self.world
        if world.scheduler.current.program.dead:
            raise Killed
        world.may_be_killed("killed_unsent")
        number = number_in(body)
        if world.happens("outage"):
            self.down_until = world.elapsed + 4 * 3600
        if ((self.down_until or 0) > world.elapsed and world.faulty) or world.happens("refused"):
            apprise_log.warning("Failed to send: 503 Service Unavailable")
            return False
        if world.happens("lost_unanswered"):
            return self._no_answer()
        try:
            self.got.append(world.arrived(number, group=meta["schema"] == "faultygroup"))
        except Exception as error:  # Apprise would take it for a service that fails
            world.checker.broken(error)
            raise
        world.may_be_killed("killed_taken")
        return self._no_answer() if world.happens("taken_unanswered") else True

    @staticmethod
    def _no_answer():
        apprise_log.warning("Socket Exception: Read timed out.")
        return False
