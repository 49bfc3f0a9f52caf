"""The options of `duban fact add`: what is told of a fact put down by hand."""

from datetime import date
from typing import Annotated

from duban.cli.bilingual import argument, option
from duban.cli.options import read_date

Kind = Annotated[
    str,
    argument("KIND", zh="事实的种类，如 inspection.done。", en="The kind of fact, such as inspection.done."),
]
On = Annotated[date, option("--on", "DATE", parser=read_date, zh="哪一天发生的。", en="The day it happened.")]
Subject = Annotated[
    str | None,
    option(
        "--subject",
        "[KIND:]CODE[@UNIT]",
        zh="关于哪个监管对象，写它的编码。",
        en="The subject it is about, by its code.",
    ),
]
Unit = Annotated[
    str | None,
    option("--unit", "UNIT", zh="关于哪个单位，代码或名称。", en="The unit it is about, by code or name."),
]
Data = Annotated[
    list[str] | None,
    option("--data", "KEY=VALUE", zh="其他内容，可写多次。", en="More about it; may repeat."),
]
Number = Annotated[
    str | None,
    option(
        "--number",
        "TEXT",
        zh="这件事的编号：发现和办结写同一个，才对得上。",
        en="The case's number: what answers it carries the same.",
    ),
]
About = Annotated[
    str | None,
    option(
        "--about", "TEXT", zh="事由：是哪一件事，由它引起的事项都带着显示。", en="What the case is about."
    ),
]
Place = Annotated[str | None, option("--place", "TEXT", zh="地点。", en="Where it happened.")]
Document = Annotated[
    str | None, option("--document", "TEXT", zh="来源文件的文号或名称。", en="The document it came by.")
]
Value = Annotated[
    int | None,
    option(
        "--value",
        "0",
        least=0,
        most=0,
        zh="写 0 就是零报告：单位这一期没有发生（或没有这类对象）。",
        en="0 is a zero report: no such fact, or no such subject.",
    ),
]
Reference = Annotated[
    str | None,
    option(
        "--ref",
        "TEXT",
        zh="文书编号；同一编号只记一次。不写则按内容生成。",
        en="The document's number; one is recorded once.",
    ),
]
Source = Annotated[str, option("--source", "NAME", zh="来源。", en="Where it comes from.")]
Corrects = Annotated[
    str | None,
    option(
        "--corrects",
        "SOURCE/REF",
        zh="更正哪一条（来源/编号）。",
        en="The fact it corrects, as source/reference.",
    ),
]
Withdrawn = Annotated[
    bool, option("--withdrawn", zh="被更正的那一条并未发生。", en="The corrected fact never happened.")
]
