"""What each key of the mappings in `duties/imports/` means."""

from duban.importing import grammar
from duban.schemas.key import Key, Keys

_COLUMN = Key("哪一列，写本文件里的称呼", "which column, as this file calls it")
_VALUES = Key("列里的值各是什么意思", "what each value of the column means")

IMPORT_KEYS: Keys = {
    grammar.MappingFile: {
        "title": Key("这是什么表，给人看的一句话", "what table this is, in a sentence"),
        "source": Key(
            "来源；同一来源、同一编号的事实只记一次", "the source: a number is recorded once for each source"
        ),
        "columns": Key("有哪些列，表头上可能怎么写", "the columns, and what their headings may say"),
        "required": Key("表头里一定要有、每行一定要填的列", "columns that must be there and filled in"),
        "ref": Key("哪一列（几列）是每行不变的编号", "which columns are a row's stable number", alone_too=True),
        "subject": Key("这一行关于哪个监管对象", "the subject a row is about"),
        "unit": Key("这一行关于哪个单位", "the unit a row is about"),
        "fact": Key("这一行说发生了什么", "what a row says has happened"),
    },
    grammar.SubjectMapping: {
        "kind": Key("哪一类监管对象，或者由哪一列决定", "the kind of subject, or the column that decides", alone_too=True),
        "code": Key("编号在哪一列", "the column with its code"),
        "name": Key("名称在哪一列", "the column with its name"),
        "register": Key("是：登记或更新这些对象", "true: the rows register subjects or bring them up to date"),
        "unit": Key("主管单位在哪一列", "the column with the unit in charge"),
        "grade": Key("风险等级在哪一列", "the column with its risk grade", text_too=True),
        "registered": Key("登记日期在哪一列", "the column with the day it was registered"),
        "active": Key("是否还在营，由哪一列决定", "whether it still works, and which column says so"),
        "attributes": Key("属性各在哪一列", "its attributes and their columns"),
    },
    grammar.FactMapping: {
        "kind": Key("哪一种事实，或者由哪一列决定；不记、撤销、维持", "the kind of fact, or the column that decides", alone_too=True),
        "on": Key("日期在哪一列", "the column with its day", text_too=True),
        "data": Key("随事实记下的内容各在哪一列", "its particulars and their columns"),
    },
    grammar.Kind: {
        "name": Key("种类的名字", "the kind's name"),
        "column": Key("由哪一列决定", "the column that decides"),
        "values": Key("列里的值各是哪一类；不记、撤销、维持", "the kind each value means; 不记, 撤销, 维持"),
    },
    grammar.Activity: {"column": _COLUMN, "values": Key("哪些值算在营", "which values mean that it still works")},
    grammar.Cell: {
        "column": _COLUMN,
        "values": _VALUES,
        "read": Key(
            "怎样读；不写就是文字",
            "how it is read; as text unless written",
            words=("文字", "编号", "日期", "数字", "text", "code", "day", "number"),
        ),
    },
    grammar.On: {
        "day": Key("日期在哪一列", "the column with the day"),
        "month": Key("月份在哪一列；记在当月最后一天", "the column with the month; its last day counts"),
    },
}  # fmt: skip
