"""A project's own templates on trial: each is rendered with made-up messages, and says what is wrong with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from jinja2 import TemplateSyntaxError

from duban.base.language import Language, say, use
from duban.base.problems import Problem
from duban.deliveries.digests import Digest, DutyGroup
from duban.deliveries.entries import Entry, QuotedBasis
from duban.deliveries.leaders_page import CountyStanding, LeadersPage
from duban.deliveries.template_files import FOLDER
from duban.deliveries.template_words import in_words
from duban.deliveries.templates import render
from duban.workdays.period_keys import period_word


def tried(root: Path, names: Sequence[str]) -> list[Problem]:
    """What is wrong in these of the project's own templates."""
    problems: list[Problem] = []
    for name in names:
        path = root / FOLDER / name
        shown = (FOLDER / name).as_posix()
        problems += _wide_braces(path, shown)
        language: Language = "en" if ".en." in name else "zh-CN"
        try:
            with use(language):
                sample = _sample()
            for digest in (sample, sample.told_in_full(0, 1), sample.in_brief(1), _leaders(sample)):
                render(path.read_text(encoding="utf-8"), digest)
        except TemplateSyntaxError as error:
            problems.append(
                Problem(shown, error.lineno, 1, say(zh="模板语法不对", en="template syntax"), in_words(error))
            )
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(shown, 0, 0, say(zh=f"读不了：{error}", en=f"cannot be read: {error}")))
        except Exception as error:
            told = in_words(error)
            what = say(zh=f"模板填不出消息：{told}", en=f"the template does not render: {told}")
            mend = say(
                zh="可用的词见 notifications/README.md", en="the words to use are in notifications/README.md"
            )
            problems.append(Problem(shown, _line_of(error), 1, what, mend))
    return problems


def _wide_braces(path: Path, shown: str) -> list[Problem]:
    """The lines of a template that would be sent as they stand, as their braces are full-width."""
    text = path.read_text(encoding="utf-8", errors="replace")
    what = say(zh="花括号要用英文半角的", en="braces are plain ones")
    return [
        Problem(shown, number, line.index("｛") + 1, what, say(zh="请写成 {{ }}", en="write {{ }}"))
        for number, line in enumerate(text.splitlines(), 1)
        if "｛" in line
    ]


def _line_of(error: Exception) -> int:
    """The template line an error came from: the deepest frame that Jinja2 compiled from the template."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _sample() -> Digest:
    entry = Entry(
        ref="DB-000042",
        whom=say(zh="示例企业", en="Example Ltd"),
        stage="urge",
        target=date(2023, 9, 28),
        deadline=date(2023, 10, 7),
        provisional=True,
        overdue=True,
        overdue_days=2,
        days_left=None,
        period=period_word("2023-Q3"),
        note=say(zh="备注", en="note"),
        progress=say(zh="进度", en="progress"),
        about=say(zh="地址", en="address"),
        said=(("remind", 2), ("urge", 2)),
        county=say(zh="三元区", en="Sanyuan"),
        last_day=say(zh="最后期限", en="deadline"),
    )
    basis = QuotedBasis("CP-01", say(zh="原文", en="the clause"))
    group = DutyGroup(
        say(zh="示例事项", en="Example duty"),
        say(zh="条线", en="line"),
        (basis,),
        (entry,),
        evidence=(say(zh="记录表", en="the record"),),
        contact=say(zh="市局", en="the city"),
        tentative=say(zh="暂定", en="tentative"),
    )
    return Digest(
        unit=say(zh="三元区", en="Sanyuan"),
        post=say(zh="产品质量科", en="product quality"),
        holder="",
        acting_for="",
        groups=(group,),
        as_of="2023-10-09 09:00",
        message_id="XX-000007",
        unnamed=0,
    )


def _leaders(sample: Digest) -> Digest:
    """The made-up message as a leader gets it."""
    county = CountyStanding(say(zh="三元区", en="Sanyuan"), 40, 5)
    causes = ((sample.groups[0].title, 1),)
    whose = ((say(zh="产品质量科", en="product quality"), 1),)
    page = LeadersPage(county, (county,), whose, causes, say(zh="建议", en="proposal"))
    group = replace(sample.groups[0], entries=(replace(sample.groups[0].entries[0], owner=whose[0][0]),))
    return replace(sample, groups=(group,), summary=page, attached=True)
