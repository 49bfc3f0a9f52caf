"""Periodic duties (每季度开展一次): once per period, because the plan says so."""

from typing import Annotated, Literal

from duban.base.language import say
from duban.cadence.by_period import PeriodCadence
from duban.cadence.cadence import CadenceKeys, CadenceKind
from duban.cadence.reading.keys import DUE, OPENS, DueEntry, OpensEntry, RhythmEntry
from duban.cadence.reading.period_days import read_period_days
from duban.cadence.reading.place import DutyPlace
from duban.cadence.rules import OnDayRule
from duban.yamlfile.key import Key
from duban.yamlfile.values import Truth


class PeriodicCadence(PeriodCadence):
    """Once per period, because the plan says so: 每季度, 每年初."""

    kind: Literal["periodic"] = "periodic"  #: the kind of duty


class PeriodicKeys(CadenceKeys):
    """`every:` how often, `due:` by when, `opens:` from when on."""

    every: Annotated[
        RhythmEntry,
        Key(
            "定期：每个周期一件",
            "periodic: once per period",
            ("每年", "每半年", "每季度", "每月", "每周", "每日", "每月一周"),
            phrase=True,
        ),
    ]
    due: Annotated[DueEntry | None, DUE] = None
    opens: Annotated[OpensEntry | None, OPENS] = None
    roll: Annotated[
        Truth | None,
        Key(
            "写明的日子遇休息日顺延不顺延，默认 是；法规定的窗口（1月1日至6月30日）不写顺延的写 否，并注明依据",
            "whether a rest day moves a day that is named, true unless said; false for a window that a regulation sets",
        ),
    ] = None

    def read(self, place: DutyPlace) -> PeriodicCadence | None:
        """The periodic cadence, or None with the reasons noted in `place`."""
        if self.due is None:
            place.wrong(
                (),
                zh="缺少“due”：什么时候之前办完",
                en="“due” is missing: by when it is to be done",
                mend=say(
                    zh="例如 due: 季度结束后10个工作日内",
                    en="for example due: 10 workdays after the quarter ends",
                ),
            )
            return None
        days = read_period_days(self.every.every, self.due, self.opens, place)
        if days is None:
            return None
        if self.roll is not None and not isinstance(days[0], OnDayRule):
            place.wrong(
                ("roll",),
                zh="roll 只用于写明了日子的 due，如 每年6月30日前",
                en="roll is for a due day that is named, such as by 30 June",
                at_key=True,
            )
        return PeriodicCadence(
            every=self.every.every,
            due=days[0],
            opens=days[1],
            lasting=self.every.lasting,
            rolls=self.roll is not False,
        )


PERIODIC = CadenceKind(
    PeriodicCadence,
    PeriodicKeys,
    "定期",
    "periodic",
    "计划写了多久一次：每季度开展一次、每年初完成、每月一周。每个单位每个周期一件。",
    "The plan says how often: every quarter, at the start of each year, one week a month. One per unit and period.",
    """\
line: 特种设备安全监察
duties:
  - id: ts-quarterly-risk-analysis
    title: 全市特种设备安全形势分析
    basis: {clause: TS-01, quote: 每季度开展一次全市特种设备安全形势分析}
    owner: 市局/特种设备科
    every: 每季度
    due: 季度结束后10个工作日内
    opens: 季度结束后
    done_by: analysis.held
""",
)
