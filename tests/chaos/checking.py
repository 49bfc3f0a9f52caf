"""The checker of the seeded lives, fed with what real processes noted, the sinks took and the ledger holds."""

import json
from collections import Counter

from sqlalchemy import func, select

from duban.ledger.database import reading
from duban.ledger.tables import ATTEMPT, OBLIGATION_EVENT
from tests.simulation_of_faults.checker import Checker

UNWRITTEN = 500_000_000
"""Nanoseconds after which a line that was begun stands in the notebook."""


class Witness(Checker):
    """Looks at the ledger now and then, and at what was noted and taken in between, in the order in which it happened.

    What was closed between two looks counts as closed since the later one; what happened to it since begins anew.
    """

    def __init__(self, storm):
        super().__init__(storm)
        self._waiting, self._read_to, self._newest = [], 0, {}
        self.notes = Counter()
        self._answers = {}

    def look(self, *, everything=False):
        """What is promised at every moment, and what has happened up to a moment ago (`everything`: all of it)."""
        now = self._life.ticks
        self.at_any_moment()
        self._reopened_meanwhile(now)
        self._gather()
        self._waiting.sort(key=lambda each: each["tick"])
        due = [each for each in self._waiting if everything or each["tick"] <= now - UNWRITTEN]
        self._waiting = self._waiting[len(due) :]
        for each in due:
            self._happened(each)
        self.raise_broken()

    def answer(self, ref):
        """What was said to who told a fact: took, refused, or None when nobody has said anything yet."""
        return self._answers.get(ref)

    def at_the_end(self):
        super().at_the_end()
        self._doubled()

    def _reopened_meanwhile(self, now):
        with self._looking() as connection:
            newest = dict(
                connection.execute(
                    select(OBLIGATION_EVENT.c.obligation_id, func.max(OBLIGATION_EVENT.c.id)).group_by(
                        OBLIGATION_EVENT.c.obligation_id
                    )
                ).all()
            )
        for obligation in self._closed:
            if newest.get(obligation) != self._newest.get(obligation):
                self._closed[obligation] = now
        self._newest = newest

    def _gather(self):
        with self._life.place.notebook.open("rb") as notebook:
            notebook.seek(self._read_to)
            for line in notebook:
                if not line.endswith(b"\n"):
                    break
                self._read_to += len(line)
                self._hear(json.loads(line))
        self._waiting += self._life.arrivals.taken()

    def _hear(self, note):
        """What depends on no order is taken at once."""
        if note["what"] in ("took", "refused"):
            self._answers[note["ref"]] = note["what"]
        else:
            self._waiting.append(note)

    def _happened(self, each):
        self.notes[each["what"]] += 1
        match each["what"]:
            case "read":
                self.read(each["number"], each["tick"])
            case "line":
                self.put_on_line(each["number"], tuple(each["ids"]), each["recipient"], each["tick"])
            case "arrived":
                self.arrived(each["number"], group=each["group"])
            case "broken":
                self.demand(False, "a process ended by an error nobody expects", each["why"])

    def _doubled(self):
        """What arrived twice was in flight when something went wrong: nobody had said that it was taken."""
        with reading(self._life.ledger) as connection:
            attempts = connection.execute(
                select(ATTEMPT.c.message_id, ATTEMPT.c.outcome).order_by(ATTEMPT.c.id)
            ).all()
        by_number = {}
        for row in attempts:
            by_number.setdefault(row.message_id, []).append(row.outcome)
        for number, times in self._life.arrivals.by_number.items():
            outcomes = by_number.get(number, [])
            may_have = [each for each in outcomes if each != "refused"]
            self.demand(
                times <= len(may_have), "arrived more often than it may have", number, times, outcomes
            )
