"""The nine cadence kinds as a person meets them: what each is for, its keys, and an example that runs as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from duban.base.language import say


@dataclass(frozen=True)
class Kind:
    """One cadence kind. `key` opens it in a duty; `keys` go with it; `example` is a file of duties.

    `phrases` are examples of keys that are written in another way here than elsewhere.
    """

    name: str
    key: str
    keys: tuple[str, ...]
    zh: str
    en: str
    for_zh: str
    for_en: str
    example: str
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What people call it."""
        return say(zh=self.zh, en=self.en)

    @property
    def purpose(self) -> str:
        """When to use it, in a sentence or two."""
        return say(zh=self.for_zh, en=self.for_en)


KINDS: tuple[Kind, ...] = (
    Kind(
        "periodic",
        "every",
        ("every", "due", "opens"),
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
    ),
    Kind(
        "within",
        "within",
        ("within", "of", "law", "for_each"),
        "事后限期",
        "within a period of a fact",
        "某件事发生以后多久之内：取证后一个月内、受理后45个工作日内。每个事实一件，当天不计入，末日休息的顺延。",
        "So long after something happened: within a month of a certificate. One per fact; its day is not counted, and a"
        " last day that is a rest day moves forward.",
        """\
line: 产品质量安全监督管理
duties:
  - id: cp-first-inspection
    title: 告知承诺获证企业首次例行检查
    basis: {clause: CP-01, quote: 例行检查要在企业取证后一个月内完成}
    owner: 县局/产品质量科
    for_each: {subject: 工业产品生产许可证获证企业, where: {发证方式: 告知承诺}}
    within: 一个月
    of: certificate.issued
    done_by: inspection.done
""",
    ),
    Kind(
        "threshold",
        "when",
        ("when", "any", "all", "count", "in", "streak", "of", "due", "law", "for_each"),
        "达到条件",
        "threshold",
        "同一个对象的事实攒够了就开一件：一年内3批次及以上、连续3个季度。更正以后重新判断，用过的依据不再用。",
        "Opens when facts about one subject add up: three failed batches within a year, three quarters running.",
        """\
line: 食品流通安全监督管理
duties:
  - id: sl-flight-check
    title: 多批次不合格食品销售者飞行检查
    basis: {clause: SL-07, quote: 对一年内监督抽检检出 3 批次及以上不合格样品的食品销售者}
    owner: 县局/食品流通科
    for_each: {subject: 食品销售者}
    when:
      any:
        - {count: 3, of: sample.failed, in: 一年}
        - {streak: 连续3个季度, of: sample.failed}
    due: {value: 20个工作日, assumed: 计划未写期限，待确认}
    done_by: flight_check.done
    ladder: confidential
    confidential: 是
""",
        {"due": ("20个工作日", "30日", "一个月")},
    ),
    Kind(
        "frequency",
        "visits",
        ("visits", "per_year", "by", "ungraded", "for_each"),
        "一年几次",
        "frequency",
        "每个对象一年查几次，可以按风险等级定。分摊到全年，每段一次；年中改级的，余下的按新等级。",
        "How often a year each subject is visited, by risk grade if need be. Spread over the year, one in each part.",
        """\
line: 食品流通安全监督管理
duties:
  - id: sl-graded-inspection
    title: 食品销售者按风险等级监督检查
    basis: {clause: SL-13, quote: 并按照规定频次开展监督检查}
    owner: 县局/食品流通科
    for_each: {subject: 食品销售者}
    visits: {by: 风险等级, A: 1, B: 2, C: 3, D: 4, ungraded: 1}
    done_by: inspection.done
""",
    ),
    Kind(
        "quota",
        "quota",
        ("quota", "of", "fact", "where", "amount", "due", "opens"),
        "数量目标",
        "quota",
        "一段时间里要做到多少：全年宣传不少于6场。按报来的事实数，数到了自动办结；提醒里写明进度，和照这个速度期末能到多少。",
        "So many in a period, counted from facts. Done when the number is reached; reminders say how far it has come"
        " and where it ends at this rate.",
        """\
line: 计量
duties:
  - id: jl-events
    title: 计量宣传活动
    basis: {source: 年度安排, quote: 全年宣传不少于6场}
    owner: 县局/计量科
    quota: 全年不少于6场
    of: event.held
""",
    ),
    Kind(
        "ratio",
        "ratio",
        ("ratio", "of", "among", "fact", "subject", "where", "amount", "due", "opens"),
        "比率目标",
        "ratio",
        "要达到（或不超过）的比率：投诉按时办结率99.5%以上。按分数精确比较；期限一过定格；分母为零不算没完成；没有人报数的中止并提示。",
        "A share to keep, compared exactly and frozen when its deadline is over. Nothing to take a share of is no"
        " failure; a feed nobody fills suspends it.",
        """\
line: 产品质量安全监督管理
duties:
  - id: cp-inspected-share
    title: 获证企业检查覆盖率
    basis: {source: 年度安排, quote: 检查覆盖率不低于55%}
    owner: 县局/产品质量科
    ratio: 全年不低于55%
    of: inspection.done
    among: {subject: 工业产品生产许可证获证企业}
""",
    ),
    Kind(
        "campaign",
        "campaign",
        ("campaign", "opens", "due"),
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
        {
            "opens": ("开始前10个工作日", "当天"),
            "due": ("节前", "节前3个工作日", "当天", "期间", "结束后5个工作日内"),
        },
    ),
    Kind(
        "once",
        "once",
        ("once", "opens"),
        "一次性",
        "once",
        "只办一次的：2023年12月31日前完成。写明日子的，休息日顺延；写“年底前”“第三季度”的，不顺延出去。",
        "Owed once: by a day, which moves past a rest day, or within a year or quarter, which it does not leave.",
        """\
line: 标准化
duties:
  - id: bz-implementation-opinions
    title: 制定出台实施意见
    basis: {source: 年度安排, quote: 2023年12月31日前出台}
    owner: 市局/标准化科
    once: 2023年12月31日前
""",
        {"opens": ("到期前60个工作日",)},
    ),
    Kind(
        "review",
        "review",
        ("review",),
        "定期回看",
        "review",
        "计划没有写频次的持续性工作，隔一段时间回看一次，使每一条都不会被忘记。间隔是假定的，必须写明原因。",
        "Continuous work without a rhythm, looked at on an interval so that no clause is forgotten. The interval is an"
        " assumption and says why.",
        """\
line: 科技与信息化
duties:
  - id: kj-network-security
    title: 网络安全工作
    basis: {clause: KJ-04, quote: 加强网络安全工作}
    owner: 市局/科技信息科
    review: {value: 每半年, assumed: 计划没有写频次，按半年回看一次，待确认}
""",
    ),
)
