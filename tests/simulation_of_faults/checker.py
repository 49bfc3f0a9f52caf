"""What duban promises, looked at after every kept transaction, at every message that arrives, and at the end."""

from collections import Counter
from contextlib import contextmanager

from sqlalchemy import select

from duban.ledger.database import reading
from duban.ledger.tables import (
    ARCHIVED_OBLIGATION,
    CLOSED_STATES,
    DELIVERY,
    FACT,
    INBOX_MESSAGE,
    NOTICE,
    OBLIGATION,
    OBLIGATION_EVENT,
    OPEN_STATES,
)
from duban.obligations.calls import is_call
from duban.obligations.rungs import counts, rung_of, rung_times


class Violation(AssertionError):
    """Something that was promised was not kept."""


class Checker:
    """Sees everything that happens in one life."""

    def __init__(self, life):
        self._life = life
        self.told = {}  #: facts somebody was told are kept, by number
        self._closed = {}  #: the tick at which an obligation was first seen closed or suspended
        self._history = []  #: numbers and kinds of all events so far
        self._read = {}  #: (message number) → the tick before its deliveries were read again
        self._on_line = {}  #: (message number) → its deliveries, when it was last put on the line
        self._sent = {}  #: deliveries seen as sent, with the tick at which they first were
        self._about = {}  #: deliveries seen as sent, with the obligation each was about
        self._taken = {}  #: delivery → numbers of the messages that arrived with it
        self._broken = []
        self.looks = False  #: whether it reads the ledger now: then nothing goes wrong

    @contextmanager
    def _looking(self):
        self.looks = True
        try:
            with self._life.ledger.connect() as connection:
                yield connection
        finally:
            self.looks = False

    def broken(self, error):
        """A program ended by an error nobody expects."""
        self._broken.append(error)

    def raise_broken(self):
        if self._broken:
            raise self._broken[0]

    def demand(self, kept, what, *about):
        if not kept:
            error = Violation(f"{what}: {about}")
            self._broken.append(error)
            raise error

    def took(self, fact):
        if fact.withdrawn:
            self.told.pop(fact.revises[1], None)
        else:
            self.told[fact.ref] = fact

    # What the sender does

    def watching_reading(self, read_again):
        def watched(connection, parcel, holder, versions):
            self.read(parcel.message_id, self._life.ticks)
            return read_again(connection, parcel, holder, versions)

        return watched

    def watching_line(self, put_on_line):
        def watched(connection, holder, parcel, ids):
            marked = put_on_line(connection, holder, parcel, ids)
            if marked:
                self.put_on_line(parcel.message_id, tuple(ids), parcel.recipient, self._life.ticks)
            return marked

        return watched

    def read(self, number, tick):
        """A message's deliveries are about to be read again."""
        self._read[number] = tick

    def put_on_line(self, number, ids, recipient, tick):
        """A message has been marked as on the line."""
        again = [each for each in ids if self._sent.get(each, tick) < tick]
        self.demand(not again, "put on the line again after it was sent", again)
        self._on_line[number] = (ids, recipient)

    def arrived(self, number, *, group):
        """A message has reached the service, which is a `group` or not."""
        self.demand(number in self._on_line, "a message was sent that was never put on the line", number)
        ids, recipient = self._on_line[number]
        with self._looking() as connection:
            rows = connection.execute(
                select(
                    DELIVERY.c.id,
                    DELIVERY.c.obligation_id,
                    DELIVERY.c.recipient,
                    OBLIGATION.c.confidential,
                    OBLIGATION.c.unit,
                    NOTICE.c.rung,
                )
                .join(OBLIGATION, OBLIGATION.c.id == DELIVERY.c.obligation_id)
                .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
                .where(DELIVERY.c.id.in_(ids))
            ).all()
        for row in rows:
            since = self._closed.get(row.obligation_id)
            # What a reviewer decided is told even where it closed the matter.
            owed = ":" in row.rung or since is None or since > self._read[number]
            self.demand(owed, "sent though no longer owed", number, row, since)
            self.demand(row.recipient == recipient, "sent to somebody else", number, row)
            if row.confidential:
                alone = all(each.confidential for each in rows)
                self.demand(alone, "a confidential item was sent together with others", number)
                self.demand(not group, "a confidential item reached a group", number)
                self.demand(row.recipient.startswith(row.unit), "a confidential item left its unit", row)
            before = self._taken.setdefault(row.id, set())
            self.demand(
                not before or before == {number}, "sent twice under two numbers", row.id, before, number
            )
            before.add(number)
        return number, ids, recipient

    # What stands in the ledger

    def at_any_moment(self):
        with self._looking() as connection:
            history = connection.execute(
                select(
                    OBLIGATION_EVENT.c.id, OBLIGATION_EVENT.c.kind, OBLIGATION_EVENT.c.obligation_id
                ).order_by(OBLIGATION_EVENT.c.id)
            ).all()
            archived = set(connection.scalars(select(ARCHIVED_OBLIGATION.c.id)))
            states = connection.execute(select(OBLIGATION.c.id, OBLIGATION.c.state)).all()
            sent = dict(
                connection.execute(
                    select(DELIVERY.c.id, DELIVERY.c.obligation_id).where(DELIVERY.c.state == "sent")
                ).all()
            )
        known = set(history)
        kept = {row for row in self._history if row.obligation_id not in archived}
        self.demand(kept <= known, "history has lost something", kept - known)
        self.demand(archived.isdisjoint(row.id for row in states), "here, and in an archive", archived)
        self._history = history
        for row in states:
            if row.state in (*CLOSED_STATES, "suspended"):
                self._closed.setdefault(row.id, self._life.ticks)
            else:
                self._closed.pop(row.id, None)
        lost = {each for each in self._sent.keys() - set(sent) if self._about.get(each) not in archived}
        self.demand(not lost, "what was sent is no longer sent", lost)
        self._about |= sent
        for each in sent:
            self._sent.setdefault(each, self._life.ticks)

    def at_the_end(self):
        """Everything has come to rest: what is owed is there once, everybody who had to be told was told."""
        self.raise_broken()
        life = self._life
        with reading(life.ledger) as connection:
            owed = connection.execute(select(OBLIGATION)).all()
            archived = connection.execute(select(ARCHIVED_OBLIGATION)).all()
            notices = connection.execute(select(NOTICE)).all()
            deliveries = connection.execute(select(DELIVERY)).all()
            facts = connection.execute(select(FACT)).all()
            inbox = connection.execute(select(INBOX_MESSAGE)).all()
        self._facts(facts)
        self._owed([*owed, *archived], facts)
        self._rungs(owed, notices)
        self._deliveries(notices, deliveries, inbox)

    def _facts(self, facts):
        numbers = Counter(row.ref for row in facts)
        self.demand(max(numbers.values(), default=1) == 1, "a fact is there twice", numbers)
        self.demand(
            set(self.told) <= set(numbers), "a fact that was kept is gone", set(self.told) - set(numbers)
        )

    def _owed(self, owed, facts):
        once = Counter((row.duty_id, row.unit, row.subject_id, row.period_key) for row in owed)
        self.demand(max(once.values(), default=1) == 1, "owed twice", once.most_common(1))
        taken_back = {row.revises for row in facts}
        certificates = {
            str(row.id)
            for row in facts
            if row.kind == "certificate.issued" and row.revises is None and row.id not in taken_back
        }
        inspections = [row for row in owed if row.duty_id == "first-inspection" and row.state != "withdrawn"]
        opened = {row.period_key for row in inspections}
        self.demand(
            certificates <= opened, "a certificate without its first inspection", certificates - opened
        )
        # What was done or waived before the certificate was taken back stays as it was judged.
        still = {row.period_key for row in inspections if row.state not in CLOSED_STATES}
        self.demand(still <= certificates, "owed for what never was", still - certificates)

    def _rungs(self, owed, notices):
        definitions = self._life._at(None).definitions
        said = {(row.obligation_id, row.rung) for row in notices}
        self.demand(len(said) == len(notices), "a rung has spoken twice")
        course = {row.id: row.course for row in owed}
        spoken = Counter(
            (row.obligation_id, rung_of(row.rung))
            for row in notices
            if counts(row.rung, course.get(row.obligation_id, 1)) and not is_call(row.rung)
        )
        # Once for each day that was given, whatever a notice is called.
        twice = [key for key, times in spoken.items() if times > 1 and course.get(key[0], 1) > 1]
        self.demand(not twice, "a rung has spoken twice for one day", twice)
        now = self._life.moment
        for row in owed:
            if row.state not in OPEN_STATES:
                continue
            for rung, moment in rung_times(
                definitions.ladders["standard"],
                row.opened_on,
                row.target,
                row.deadline,
                definitions.project,
                definitions.calendar,
            ):
                if moment <= now and (row.course_at is None or moment > row.course_at):
                    self.demand((row.id, rung.key) in spoken, "a rung was skipped", row, rung.key)

    def _deliveries(self, notices, deliveries, inbox):
        by_notice = Counter(row.notice_id for row in deliveries)
        self.demand(all(by_notice[row.id] for row in notices), "a notice without a delivery")
        kept = {(row.recipient, row.message_id) for row in inbox}
        for row in deliveries:
            waits = row.settled_at is None and row.next_attempt_at <= self._life.moment
            self.demand(not waits, "still waits", row)
            if row.state == "sent":
                there = (
                    (row.recipient, row.message_id) in kept
                    if row.channel == "inbox"
                    else row.id in self._taken
                )
                self.demand(there, "lost: said to be sent, and nobody has it", row)
            if row.state == "dead":
                self.demand(row.id not in self._taken, "told as dead, and it has arrived", row)
