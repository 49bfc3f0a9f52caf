"""A table of samples as it is handed in on a page, and the bureau that knows how to read it: S1 is in 三元's charge, S5 in 沙县's."""

import io

import openpyxl
from sqlmodel import select

from duban.ledger.database import reading
from duban.ledger.tables import Fact

MAPPING = """\
title: 抽检结果（每批次一行）
source: 抽检系统
# 各县的叫法
columns:
  抽样单编号: [抽样编号]
  编号: []
  检验结论: [结论]
  报告日期: [签发日期]
required: [抽样单编号, 编号, 检验结论, 报告日期]
ref: 抽样单编号
subject:
  kind: 食品销售者
  code: 编号
fact:
  kind:
    - column: 检验结论
      values: {不合格: sample.failed, 合格: 不记}
  on: 报告日期
"""
OTHERS = ["单号", "店", "检验结论", "报告日期"]
HEADINGS = ["抽样单编号", "编号", "检验结论", "报告日期"]
ROWS = [
    ["A-1", "S1", "不合格", "2023-09-28"],
    ["A-2", "S1", "合格", "2023-09-28"],
    ["A-3", "S9", "不合格", "2023-09-28"],
]


def a_workbook(rows=ROWS, headings=HEADINGS):
    book = openpyxl.Workbook()
    for row in (headings, *rows):
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def facts(town):
    with reading(town.ws.ledger) as connection:
        return set(connection.scalars(select(Fact.ref).where(Fact.source == "抽检系统")))
