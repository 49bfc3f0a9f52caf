"""One application of content: what an edit works with, and what it says in the history of what it moves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Connection

from duban.base.clock import business_date
from duban.base.language import say
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.ledger.watermarks import Progress, begin, mark_of, progress
from duban.obligations.cause import Cause
from duban.obligations.one_duty import DutyPass
from duban.obligations.transitions import Details
from duban.workspace.duty_versions import KnownVersion, duty_versions


@dataclass(frozen=True)
class Edition:
    """One application of content, in one transaction."""

    #: the one transaction it happens in
    connection: Connection
    #: the definitions in force until now
    before: Definitions
    #: those in force from now on
    after: Definitions
    #: aware UTC
    now: datetime
    #: who applies it
    actor: str
    #: why, in that person's words; may be empty
    reason: str
    #: the number of the version it becomes
    number: int

    @property
    def today(self) -> date:
        """The business date it happens on."""
        return business_date(self.now, self.after.project.zone)

    @property
    def details(self) -> Details:
        """What every event of the edit keeps."""
        return {"content": self.number}

    def cause(self, why: str) -> Cause:
        """That the edit moves obligations, for this reason."""
        head = say(zh=f"第 {self.number} 版内容", en=f"version {self.number} of the content")
        parts = [part for part in (why, self.reason) if part]
        reason = head + say(zh="：", en=": ") + say(zh="；", en="; ").join(parts)
        return Cause(self.actor, self.now, self.today, reason)

    def run(self, duty: Duty, *, anew: bool = False) -> DutyPass:
        """A run over one duty under the new definitions; `anew`: as if the ledger knew it since today."""
        goes_on = self.after.duties.get(duty.id) is duty
        version = self._versions[duty.id] if goes_on else self._known([duty])[duty.id]
        return DutyPass(
            self.connection,
            self.after,
            duty,
            version.id,
            self.today if anew else version.known_since,
            mark_of(self.connection, duty.id),
            self._reached,
            self.today,
            self.now,
        )

    @cached_property
    def _versions(self) -> dict[str, KnownVersion]:
        """The version of every duty of the new content, asked once: a calendar touches them all."""
        return self._known(self.after.duties.values())

    @cached_property
    def _reached(self) -> Progress:
        """How far facts and subjects have come: an edit brings none."""
        return progress(self.connection)

    def _known(self, duties: Collection[Duty]) -> dict[str, KnownVersion]:
        begin(self.connection, [duty.id for duty in duties])
        return duty_versions(self.connection, duties, self.now, self.after.project.zone)
