"""Which statute counts its short day-periods in working days, version by version.

A law that says 七日 may mean seven working days or seven natural days; no rule holds for all of them, so the table
is keyed by statute. Which version applies is decided by the day the period starts from. Periods of weeks, months and
years, and day-periods a statute does not list, are natural: 民法典 arts. 200 to 203.
"""

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date

from duban.base.language import say
from duban.base.numerals import read_numeral, to_chinese
from duban.base.objections import WrongValue
from duban.base.problems import did_you_mean


@dataclass(frozen=True)
class Article:
    """An article of a law, as the basis of one step."""

    law: str  #: the law's name
    law_en: str  #: its name in English
    number: int | None = None  #: the article; None: the law as a whole

    def __str__(self) -> str:
        """`民法典第二百零三条`, or `Civil Code, article 203`."""
        if self.number is None:
            return say(zh=self.law, en=self.law_en)
        return say(zh=f"{self.law}第{to_chinese(self.number)}条", en=f"{self.law_en}, article {self.number}")


class _EveryAmount(Container[int]):
    """All day-periods of the statute are working days."""

    def __contains__(self, amount: object) -> bool:
        return True

    def __repr__(self) -> str:
        return "EVERY"


EVERY: Container[int] = _EveryAmount()
NONE: Container[int] = frozenset()


@dataclass(frozen=True)
class Statute:
    """One version of one law: from when it applies, and which of its day-periods are working days.

    `applicants` are articles whose periods are the applicant's, not the agency's: the law's rule on working days is about the
    agency alone. `applicant` says that such a period is meant.
    """

    law: str  #: the law's name
    law_en: str  #: its name in English
    since: date  #: the day from which this version applies
    workday_amounts: Container[int]  #: the amounts of days that mean working days
    short_article: int | None = None  #: the article that says so
    roll_article: int | None = None  #: the article that moves a last day from a rest day
    #: where another law says that: its name, its English name, the article
    rolls_by: "tuple[str, str, int] | None" = None
    applicants: Container[int] = frozenset()  #: the articles whose periods bind the applicant
    applicant: bool = False  #: whether a period is asked for that binds the applicant

    @property
    def start_basis(self) -> Article | None:
        """The article under which the first day does not count; None where the civil rule serves. Who has a rule of their own
        for the last day has it for the first in the same article (民诉法 85, 行诉解释 48).
        """
        return self.roll_basis

    @property
    def short_basis(self) -> Article:
        """The article that makes the listed day-periods working days."""
        return Article(self.law, self.law_en, self.short_article)

    @property
    def roll_basis(self) -> Article | None:
        """The article under which a last day moves past rest days; None where the civil rule serves."""
        if self.rolls_by is not None:
            return Article(*self.rolls_by)
        return Article(self.law, self.law_en, self.roll_article) if self.roll_article is not None else None


_PENALTY = ("行政处罚法", "Administrative Penalty Law")
_LICENCE = ("行政许可法", "Administrative Licensing Law")
_RECONSIDERATION = ("行政复议法", "Administrative Reconsideration Law")
_COERCION = ("行政强制法", "Administrative Coercion Law")
_CIVIL_PROCEDURE = ("民事诉讼法", "Civil Procedure Law")
_LITIGATION = ("行政诉讼法", "Administrative Litigation Law")
_LITIGATION_READING = ("行政诉讼法解释", "SPC interpretation of the Administrative Litigation Law")
_PENALTY_PROCEDURE = ("市场监督管理行政处罚程序规定", "Market Supervision Penalty Procedure Provisions")
_COMPLAINTS = ("市场监督管理投诉举报处理暂行办法", "Interim Measures for Complaints and Reports")

STATUTES: tuple[Statute, ...] = (
    #       law                 since              day-periods that are working days   article
    Statute(*_PENALTY, date(1996, 10, 1), NONE),
    Statute(*_PENALTY, date(2021, 7, 15), frozenset({2, 3, 5, 7}), 85),
    # 82: 本法规定的行政机关实施行政许可的期限以工作日计算; the 届满三十日前 of 50 is the applicant's.
    Statute(*_LICENCE, date(2004, 7, 1), EVERY, 82, applicants=frozenset({50})),
    Statute(*_RECONSIDERATION, date(1999, 10, 1), frozenset({5, 7}), 40, rolls_by=(*_CIVIL_PROCEDURE, 82)),
    Statute(*_RECONSIDERATION, date(2022, 1, 1), frozenset({5, 7}), 40, rolls_by=(*_CIVIL_PROCEDURE, 85)),
    Statute(
        *_RECONSIDERATION, date(2024, 1, 1), frozenset({3, 5, 7, 10}), 88, rolls_by=(*_CIVIL_PROCEDURE, 85)
    ),
    Statute(*_COERCION, date(2012, 1, 1), range(1, 11), 69),
    Statute(*_CIVIL_PROCEDURE, date(2017, 7, 1), NONE, roll_article=82),
    Statute(*_CIVIL_PROCEDURE, date(2022, 1, 1), NONE, roll_article=85),
    Statute(*_LITIGATION, date(2018, 2, 8), NONE, rolls_by=(*_LITIGATION_READING, 48)),
    # Every period of days in this one is written in 工作日 (20 of art. 33, 15 of 32, 7 of 30) [K].
    Statute("政府信息公开条例", "Regulations on Open Government Information", date(2019, 5, 15), EVERY),
    # Those that follow say 工作日 where they mean it; a bare 日 is a natural day.
    Statute(*_PENALTY_PROCEDURE, date(2019, 4, 1), NONE),
    Statute(*_COMPLAINTS, date(2020, 1, 1), NONE),
    Statute("企业信息公示暂行条例", "Interim Regulations on Enterprise Information", date(2014, 10, 1), NONE),
    Statute(
        "外国企业常驻代表机构登记管理条例",
        "Regulations on Representative Offices of Foreign Enterprises",
        date(2011, 3, 1),
        NONE,
    ),
    Statute("标准化法", "Standardization Law", date(2018, 1, 1), NONE),
    Statute(
        "法治政府建设与责任落实督察工作规定", "Provisions on Law-based Government", date(2019, 4, 15), NONE
    ),
    Statute(
        "产品质量监督抽查管理暂行办法",
        "Interim Measures for Product Quality Sampling",
        date(2020, 1, 1),
        NONE,
    ),
    Statute("网络交易监督管理办法", "Measures for Online Trading", date(2021, 5, 1), NONE),
    Statute("医疗器械生产监督管理办法", "Measures for Medical Device Production", date(2022, 5, 1), NONE),
    Statute("特种设备安全监督检查办法", "Measures for Special Equipment Inspection", date(2022, 7, 1), NONE),
    Statute("民法典", "Civil Code", date(2021, 1, 1), NONE),
)

_SHORT_NAMES = {"行政诉讼法解释": "行政诉讼法", "行诉解释": "行政诉讼法", "民诉法": "民事诉讼法"} | {
    "处罚法": "行政处罚法",
    "许可法": "行政许可法",
    "复议法": "行政复议法",
    "强制法": "行政强制法",
    "投诉举报处理暂行办法": "市场监督管理投诉举报处理暂行办法",
    "信息公开条例": "政府信息公开条例",
    "处罚程序规定": "市场监督管理行政处罚程序规定",
}
_ARTICLE = re.compile(
    r"第?[\d一二三四五六七八九十百零]+条?(?:[+、和](?:第?[\d一二三四五六七八九十百零]+条?))*$"
)
_CITED = re.compile(r"第?([\d一二三四五六七八九十百零]+)条?$")
_YEAR = re.compile(r"[（(](?:\d{4}|[^（()）]*令[^（()）]*)[）)]")


def statute_named(law: str, on: date) -> Statute:
    """The version of `law` in force on `on`.

    Takes the usual ways of writing it: with or without 《》 and 中华人民共和国, and with an article (行政处罚法第61条), which matters
    only where it gives an applicant a period (行政许可法第五十条). Raises ValueError for a law the table does not hold, or not
    for that day.
    """
    name = _YEAR.sub("", law.strip().replace("《", "").replace("》", "")).removeprefix("中华人民共和国")
    cited = _CITED.search(name)
    name = _ARTICLE.sub("", name)
    name = _SHORT_NAMES.get(name, name)
    versions = [statute for statute in STATUTES if statute.law == name]
    if not versions:
        hint = did_you_mean(name, {statute.law for statute in STATUTES})
        raise WrongValue(zh=f"期间规则表里没有“{law}”，{hint}", en=f"no rule on periods for “{law}”; {hint}")
    in_force = [statute for statute in versions if statute.since <= on]
    if not in_force:
        since = versions[0].since
        raise WrongValue(
            zh=f"{name} 的期间规则只收录到 {since} 之后",
            en=f"the rules of {name} are known from {since} on",
        )
    found = in_force[-1]
    number = _number(cited[1]) if cited else 0
    if number in found.applicants:
        return replace(found, workday_amounts=NONE, short_article=number, applicant=True)
    return found


def governed(law: str, on: date, *, backward: bool) -> Statute:
    """The version of `law` in force on `on`, for a period counted on from a day or `backward` from it.

    Raises ValueError as `statute_named` does, and where the law's rule is about the agency's own periods and one
    counted back to apply in time is asked for: that is the applicant's.
    """
    found = statute_named(law, on)
    if backward and not found.applicant and 50 in found.applicants:
        raise WrongValue(
            zh="行政许可法第八十二条按工作日算的是行政机关实施许可的期限；届满三十日前申请延续（第五十条）是申请人的期间，"
            "按自然日，请写“行政许可法第五十条”",
            en="article 82 of the Licensing Law counts the agency's own periods in working days; the applicant's thirty days "
            "before expiry (article 50) are natural days: name 行政许可法第五十条",
        )
    return found


def _number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    try:
        return read_numeral(written)
    except ValueError:
        return 0


def civil_article(number: int, on: date) -> Article:
    """An article of 民法典 arts. 200 to 204; before 2021 the same article of 民法总则, which it took over.

    `number` is that of 民法典, `on` the local day the law is asked for: a period from before 2021 keeps the
    law of its day.
    """
    if on < date(2021, 1, 1):
        return Article("民法总则", "General Provisions of the Civil Law", number)
    return Article("民法典", "Civil Code", number)
