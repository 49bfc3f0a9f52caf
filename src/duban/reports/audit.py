"""The audit: does the machine still do its duty?

A pass independent of patrol and deliver. It asserts that every open obligation has a rung before it or has been
through its last one, and that nothing waits that should have gone out. Only when all of that holds does the
heartbeat beat: whoever watches it learns of a silent engine by its absence. What a person should look at without
the engine being at fault (a message given up, an empty post, doubtful data) is a finding too, but stops no heart.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from duban.ledger.database import reading
from duban.ledger.heartbeats import AUDIT, beat
from duban.reports.audit_checks import CHECKS, AuditFinding
from duban.workspace.ahead import refuse_ahead
from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class AuditResult:
    """What one audit found."""

    at: datetime  #: When it looked (aware UTC).
    findings: tuple[AuditFinding, ...]  #: The engine's own failures first.

    @property
    def clean(self) -> bool:
        """Whether the engine does its duty: the heartbeat was sent."""
        return not any(finding.broken for finding in self.findings)

    def as_json(self) -> dict[str, object]:
        """The result as plain JSON."""
        return {
            "at": self.at.isoformat(),
            "clean": self.clean,
            "findings": [asdict(finding) for finding in self.findings],
        }


def audit(ws: Workspace, now: datetime) -> AuditResult:
    """Look the whole ledger over at `now` (aware UTC), and beat the heart if the engine is found sound.

    Raises MomentAhead.
    """
    refuse_ahead(ws.clock, now)
    result = look_over(ws, now)
    if result.clean:
        beat(ws.ledger, AUDIT, now)
    return result


def look_over(ws: Workspace, now: datetime) -> AuditResult:
    """The audit without the heartbeat: for a person who asks, whose asking is no sign of the engine's life."""
    with reading(ws.ledger) as connection:
        found = [finding for check in CHECKS for finding in check(ws, connection, now)]
    return AuditResult(now, tuple(sorted(found, key=lambda finding: not finding.broken)))
