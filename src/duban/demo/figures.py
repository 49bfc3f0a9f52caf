"""Made-up figures: what the counties of the demonstration report each month, and that nothing happened."""

from collections.abc import Iterator
from datetime import date, timedelta

from duban.bureau.project import Project
from duban.cadence.counting import ZERO_OF, ZERO_REPORTED
from duban.demo.made_up import MadeUpFact

_TALLIES: dict[str, dict[str, int]] = {
    "complaint.tallied": {
        "应初查数": 40, "按时初查数": 40, "应办结数": 36, "按时办结数": 36,
        "调解数": 30, "调解成功数": 22, "应核查举报数": 12, "按时核查举报数": 12,
    },
    "odr.tallied": {"应办结数": 25, "按时办结数": 25, "和解成功数": 18},
    "equipment_issue.tallied": {"到期应闭环数": 8, "已闭环数": 8},
    "verification.tallied": {"到期应检数": 120, "按期受检数": 120},
}  # fmt: skip
"""What a county reports each month."""
_NOTHING_OF = (
    "ad_clue.received",
    "online_drug_clue.received",
    "safety_order.warranted",
    "certificate.issued",
)
"""What most counties report as zero at the end of a quarter."""


def figures(project: Project, today: date) -> Iterator[MadeUpFact]:
    """The monthly figures and zero reports of the last half-year; one county misses its goals, another says nothing."""
    counties = project.units_at("county")
    silent, missing = {unit.code for unit in counties[-1:]}, {unit.code for unit in counties[4:5]}
    month = today.replace(day=1)
    for _ in range(6):
        last = month - timedelta(days=1)
        month = last.replace(day=1)
        for unit in counties:
            if unit.code in silent:
                continue
            named = f"{unit.code}-{last:%Y%m}"
            for fact, figures in _TALLIES.items():
                data = dict(figures)
                if unit.code in missing and "按时办结数" in data:
                    data["按时办结数"] -= 2
                yield MadeUpFact(fact, None, unit.code, last, f"{fact}-{named}", data)
            for kind in _NOTHING_OF if last.month % 3 == 0 else ():
                yield MadeUpFact(ZERO_REPORTED, None, unit.code, last, f"{kind}-{named}", {ZERO_OF: kind})
