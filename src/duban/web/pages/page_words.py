"""How a page says days, moments, distances and addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from duban.base.clock import ago, local
from duban.base.language import current, say
from duban.base.weekdays import WEEKDAYS
from duban.bureau.project import Project
from duban.bureau.unit_posts import UnitPost
from duban.obligations.submissions import SubmissionSummary
from duban.views.lists import ListRow
from duban.workdays import hours_word, minutes_left


def query(path: str, parameters: Mapping[str, str]) -> str:
    """An address with its parameters."""
    said = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(said)}" if said else path


@dataclass(frozen=True)
class PageWords:
    """What one page says of times, in the project's zone and the reader's language."""

    project: Project  #: whose zone the times are told in
    now: datetime  #: aware UTC
    on: date  #: the business date

    def long_day(self, day: date) -> str:
        """2026年11月27日 星期五."""
        if current() == "en":
            return f"{day:%A, %d %B %Y}"
        return f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"

    def day(self, day: date) -> str:
        """11-27, with the year where it is another."""
        return f"{day:%m-%d}" if day.year == self.on.year else f"{day:%Y-%m-%d}"

    def moment(self, moment: datetime) -> str:
        """The exact moment: 2026-11-27 10:05."""
        return local(moment, self.project.zone)

    def clock(self, moment: datetime) -> str:
        """10:05, with the day where it is another."""
        exact = local(moment, self.project.zone)
        return exact[11:] if exact[:10] == self.on.isoformat() else exact[5:]

    def ago(self, moment: datetime) -> str:
        """3天前."""
        return ago(moment, self.now)

    def post(self, written: str) -> str:
        """`350402/产品质量科` as people say it."""
        to = UnitPost.parse(written)
        return f"{self.project.name_of(to.unit)} {to.post}"

    def asked(self, submitted: SubmissionSummary) -> str:
        """What waits for a reviewer: 反馈已办, 申请延期到 2026-12-15, 申请免办, 申请转给沙县区局 餐饮科."""
        if submitted.kind == "report":
            return say(zh="反馈已办", en="reported done")
        if submitted.kind == "extension":
            return say(zh=f"申请延期到 {submitted.until}", en=f"asks for {submitted.until}")
        if submitted.receiver is not None:
            to = self.post(submitted.receiver)
            return say(zh=f"申请转给{to}", en=f"asks to transfer it to {to}")
        return say(zh="申请免办", en="asks for a waiver")

    def distance(self, row: ListRow) -> str:
        """How far its deadline is, as people say it: in working days, of an emergency in hours; for what is closed, the day
        it was.
        """
        owed, days = row.owed, row.workdays
        if owed.closed_on is not None:
            late = owed.state == "done" and owed.late
            told = say(zh=f"{self.day(owed.closed_on)} 办结", en=f"done {self.day(owed.closed_on)}")
            return told + (say(zh="（超期）", en=" (late)") if late else "")
        if owed.state == "suspended":
            return say(zh="已中止", en="suspended")
        if owed.state == "reported":  # what is late was settled when it was reported: its reviewer is to act
            if owed.late:
                return say(zh="已反馈，反馈时已逾期", en="reported, late when it was")
            return say(zh="已反馈", en="reported")
        if owed.due_at is not None:  # by the clock, also where no patrol has gone round since
            return self._hours_away(owed.due_at)
        if row.light == "red":
            if not days:  # it ended on the eve of rest days, or its calendar ends
                return say(zh="逾期", en="overdue")
            return say(zh=f"逾期 {-days} 个工作日", en=f"{-days} working days overdue")
        if owed.deadline == self.on:
            return say(zh="今天到期", en="due today")
        if days is None:
            return self.day(owed.deadline)
        return say(zh=f"还有 {days} 个工作日", en=f"{days} working days left")

    def _hours_away(self, due_at: datetime) -> str:
        left = minutes_left(due_at, self.now)
        if left == 0:
            return say(zh="时限已到", en="due now")
        length = hours_word(abs(left))
        if left > 0:
            return say(zh=f"还有 {length}", en=f"{length} left")
        return say(zh=f"已过时限 {length}", en=f"{length} past its hour")

    def plan_holds(self) -> str:
        """Until when the yearly plan holds, and what opens after it; empty where the duties have no end."""
        plan = self.project.plan
        if plan is None:
            return ""
        over = plan.ends < self.on
        return say(
            zh=f"{plan.title}{'已于' if over else '管到'} {plan.ends}{' 到期' if over else ''}，"
            f"{'现在' if over else '以后'}只开长期有效的事项，等下一年的计划",
            en=f"{plan.title} {'ended on' if over else 'holds until'} {plan.ends}: "
            f"{'now' if over else 'after that'} only duties that outlast it open, until the next plan comes",
        )
