"""Campaigns (春节、五一、中秋、国庆保供稳价; 宪法宣传周; 5·20): once per unit and occurrence of a named day or window.

Which days a name means stands in `windows`, with the awkward cases.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Literal

from duban.base.language import say
from duban.cadence.cadence import CadenceKeys, CadenceKind
from duban.cadence.kinds.windows import AroundDays, waiting_for_notice
from duban.cadence.occurrence import workdays_at_most
from duban.cadence.opening import OwedFor
from duban.cadence.reading.far_ahead import longest_days, not_too_far_ahead
from duban.cadence.reading.keys import DUE, OPENS, DueEntry, OpensEntry, Texts
from duban.cadence.reading.place import DutyPlace
from duban.cadence.references import NamedDays, Reference
from duban.cadence.rules import AfterEndRule, AfterStartRule, AtEndRule, BeforeStartRule, OpeningRule
from duban.workdays import Festivals
from duban.yamlfile import Loc
from duban.yamlfile.key import Key


class CampaignCadence(AroundDays):
    """Once per unit and occurrence of a named day or window: 春节、五一、中秋、国庆 保供稳价, 宪法宣传周, 5·20."""

    owed_for: ClassVar[OwedFor] = OwedFor.UNITS

    kind: Literal["campaign"] = "campaign"  #: the kind of duty

    def references(self) -> Iterable[Reference]:
        """Its named days."""
        return (NamedDays(self.names, "campaign"),)

    def most_workdays(self) -> float | None:
        """The most working days there can be between opening and due; None when there is plenty."""
        if isinstance(self.due, BeforeStartRule) and self.opens.before:
            return workdays_at_most(self.opens.before)
        return None

    @property
    def length_key(self) -> Loc:
        """The key that decides how long there is between opening and due."""
        return ("opens",)

    def why_nothing(self, festivals: Festivals, first: date, last: date) -> str:
        """That its days wait for a notice, or lie elsewhere."""
        waiting = [name for name in self.names if waiting_for_notice(name, festivals, first.year, last.year)]
        if waiting:
            listed = say(zh="、", en=", ").join(waiting)
            return say(
                zh=f"“{listed}”的日期要等当年通知，通知到了请填进 calendar/festivals.yaml",
                en=f"the days of {listed} wait for a notice: enter it in calendar/festivals.yaml",
            )
        return say(zh=f"{first} 至 {last} 没有它的节点", en=f"none of its days lies from {first} to {last}")


class CampaignKeys(CadenceKeys):
    """`campaign:` around which days, `opens:` from when on, `due:` by when."""

    campaign: Annotated[
        Texts,
        Key(
            "节点行动：节日或时段的名称，见 calendar/festivals.yaml；加“假期”就是连着休息的几天",
            "around a named day or window of calendar/festivals.yaml; 假期 behind a festival means its rest days",
            ("春节假期", "国庆假期", "世界计量日", "宪法宣传周"),
            alone_too=True,
        ),
    ]
    opens: Annotated[
        OpensEntry | None, Key(OPENS.zh, OPENS.en, ("开始前10个工作日", "当天"), phrase=True)
    ] = None
    due: Annotated[
        DueEntry | None,
        Key(DUE.zh, DUE.en, ("节前", "节前3个工作日", "当天", "期间", "结束后5个工作日内"), phrase=True),
    ] = None

    def read(self, place: DutyPlace) -> CampaignCadence | None:
        """The campaign, or None with the reasons noted in `place`."""
        due, opens = self.due, self.opens
        rule = due.rule if due else AtEndRule()
        if not isinstance(rule, BeforeStartRule | AfterStartRule | AtEndRule | AfterEndRule) or (
            due and due.grain is not None
        ):
            place.wrong(
                ("due",),
                zh="节点行动的期限要从节日或活动算起",
                en="a campaign is due by its own days",
                mend=say(
                    zh="例如“节前”“当天”“期间”“结束后5个工作日内”",
                    en="for example “before it starts”, “on the day”, “5 workdays after it ends”",
                ),
            )
            return None
        if opens is not None and opens.grain is not None:
            place.wrong(
                ("opens",),
                zh="节点行动没有周期，请写“开始前10个工作日”或“当天”",
                en="a campaign has no period: write “10 workdays before it starts” or “on the day”",
            )
            return None
        opening = opens.opens if opens else OpeningRule()
        if isinstance(rule, BeforeStartRule) and not _opens_before(opening, rule):
            place.wrong(
                ("opens",) if opens else (),
                zh="活动开始前就要办完，开办要更早",
                en="it is due before the window begins, so it must open earlier",
                mend=say(
                    zh="例如 opens: 开始前10个工作日", en="for example opens: 10 workdays before it starts"
                ),
            )
            return None
        if opening.anchor == "end" and not isinstance(rule, AfterEndRule):
            place.wrong(("opens",), zh="活动结束以后才开办，却要在那以前办完", en="it opens after it is due")
            return None
        if not not_too_far_ahead(opening, place):
            return None
        return CampaignCadence(names=self.campaign, due=rule, opens=opening)


def _opens_before(opens: OpeningRule, due: BeforeStartRule) -> bool:
    if opens.anchor == "due":
        return opens.before is not None
    return opens.before is not None and longest_days(opens.before) > (
        longest_days(due.period) if due.period else 0
    )


CAMPAIGN = CadenceKind(
    CampaignCadence,
    CampaignKeys,
    "节点行动",
    "campaign",
    "围绕节日、时段的行动：节前保供稳价、宪法宣传周、5·20。每个单位每个节点一件；放假安排没有公布的年份是暂定的。",
    "Around a named day or window: before holidays, a publicity week. One per unit and occurrence; provisional"
    " until the year's notice.",
    """\
line: 价格监督检查
duties:
  - id: jg-holiday-prices
    title: 节日保供稳价检查
    basis: {source: 年度安排, quote: 做好春节、五一、中秋、国庆价格检查}
    owner: 县局/价格监督检查科
    campaign: [春节假期, 五一假期, 中秋假期, 国庆假期]
    opens: 开始前10个工作日
    due: 节前
""",
)
