"""Keys of a duty that several kinds of cadence share, and the base of each kind's own."""

from typing import Annotated

from pydantic import BeforeValidator

from duban.cadence.reading.phrases import (
    DuePhrase,
    OpeningPhrase,
    Rhythm,
    read_due,
    read_opens,
    read_period,
    read_period_or_hours,
    read_rhythm,
)
from duban.workdays import Period
from duban.yamlfile.key import Key
from duban.yamlfile.values import Choices


def one_or_more(value: object) -> object:
    """A list, of one where one stands alone."""
    return value if isinstance(value, list) else [value]


Texts = Annotated[Choices, BeforeValidator(one_or_more)]
PeriodEntry = Annotated[Period, BeforeValidator(read_period)]
PeriodOrHours = Annotated[Period, BeforeValidator(read_period_or_hours)]
RhythmEntry = Annotated[Rhythm, BeforeValidator(read_rhythm)]
DueEntry = Annotated[DuePhrase, BeforeValidator(read_due)]
OpensEntry = Annotated[OpeningPhrase, BeforeValidator(read_opens)]

DUE = Key(
    "什么时候之前办完",
    "by when it is to be done",
    ("季度结束后10个工作日内", "每年1月31日前", "当月最后一个工作日", "季度末", "节前", "20个工作日"),
    phrase=True,
)
"""What `due` means."""
KNOWN = Key(
    "数什么时候报齐；到这天以后才判定、算逾期",
    "by when the figures are in: judged, and overdue, only after that day",
    ("季度结束后10个工作日内", "次年1月31日前"),
    phrase=True,
)
"""What `known` means."""
OPENS = Key(
    "什么时候开办；不写就是第一天",
    "when it opens; on the first day unless said",
    ("季度结束后", "到期前20个工作日", "开始前10个工作日"),
    phrase=True,
)
"""What `opens` means."""
LAW = Key(
    "期限出自哪部法律；有的法律几日以内按工作日算", "the statute that states the period", ("行政处罚法",)
)
"""What `law` means."""
