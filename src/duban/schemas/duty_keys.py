"""What each key of the vocabulary and the rule examples means."""

from duban.duties import sources, vocabulary
from duban.examples import grammar
from duban.schemas.key import Key, Keys

_STAGES = ("提醒", "催办", "督办", "通报", "约谈")
_STATES = ("在办", "办结", "被替换", "撤回")

VOCABULARY_KEYS: Keys = {
    vocabulary._VocabularyFile: {  # noqa: SLF001
        "subjects": Key("监管对象有哪几类", "the kinds of subjects"),
        "sources": Key("数据来源，各多久应当有数据", "the sources of facts, and how often each brings some"),
        "facts": Key("事实有哪几种：先说什么事，再说怎么了", "the kinds of facts: what, then what became of it"),
    },
    vocabulary._Subject: {  # noqa: SLF001
        "code": Key(
            "统一社会信用代码：登记时核对编号的校验码；编号另有规则的不写",
            "统一社会信用代码: the check sign of its code is verified",
            ("统一社会信用代码",),
        ),
        "attributes": Key("有哪些属性、各可取哪些值；空着就可以写任何文字", "attributes and their values; none: any text"),
        "grades": Key("有哪些风险等级", "the risk grades"),
    },
    sources.SourceEntry: {
        "brings": Key("带来哪几种事实", "which kinds of facts it brings"),
        "every": Key("多久应当有一次", "how often it should bring some", ("每月", "每季度"), phrase=True),
        "grace": Key("周期结束后多久之内报齐", "how long after a period it may take", ("10个工作日",), phrase=True),
        "owner": Key("市局哪个岗位负责", "the post of the city bureau that looks after it"),
    },
    vocabulary._Fact: {  # noqa: SLF001
        "title": Key("叫什么", "what people call it"),
        "about": Key("关于谁：监管对象，或者 单位", "what it is about: subjects, or 单位 for a unit"),
        "date": Key("以哪一天为准", "which of its dates counts"),
        "data": Key("还写哪些内容：可取的值，空着任何文字都行，或者 数字", "particulars: their values, none for any text, or 数字"),
    },
}  # fmt: skip

EXAMPLE_KEYS: Keys = {
    grammar.ExamplesFile: {
        "duty": Key("这是哪个事项的例子", "the duty these examples are about"),
        "subjects": Key("每个例子都有的监管对象", "subjects that every example knows"),
        "cases": Key("例子", "the examples"),
    },
    grammar.Case: {
        "name": Key("说的是什么情形", "what the example is about"),
        "duty": Key("哪个事项，与文件开头的不同时写", "the duty, where it is another than the file's"),
        "subjects": Key("这个例子里的监管对象", "subjects of this example"),
        "facts": Key("发生过的事实", "what happened"),
        "from": Key("引擎从哪天开始运行", "the day the engine first runs"),
        "until": Key("运行到哪天", "the day it last runs"),
        "units": Key("只看这些单位", "only these units are looked at"),
        "expect": Key("到那天应当有哪些应办事项；没有就写 []", "what is then owed; [] for nothing"),
    },
    grammar.SubjectGiven: {
        "code": Key("编号", "its code"),
        "kind": Key("哪一类监管对象", "the kind of subject"),
        "unit": Key("由哪个单位管辖", "the unit in charge"),
        "name": Key("名称", "its name"),
        "grade": Key("风险等级", "its risk grade"),
        "attributes": Key("属性", "its attributes"),
        "registered": Key("哪天登记的", "the day it was registered"),
        "active": Key("是否在营", "whether it is active"),
    },
    grammar.FactGiven: {
        "of": Key("哪种事实", "the kind of fact"),
        "about": Key("关于哪个监管对象或单位", "the subject or unit it is about"),
        "on": Key("哪天发生的", "the day it happened"),
        "recorded": Key("哪天报来的；不写就是当天", "the day it was reported; the same day unless said"),
        "id": Key("在例子里叫什么", "what the example calls it"),
        "corrects": Key("更正前面的哪一条", "which earlier fact it corrects"),
        "withdrawn": Key("是：更正的那条本来就没有", "true: the corrected fact never was"),
        "data": Key("事实上写的内容", "its particulars"),
    },
    grammar.Expected: {
        "about": Key("哪个监管对象或单位的", "the subject or unit"),
        "unit": Key("由哪个单位承办", "the unit that owes it"),
        "period": Key("周期", "the period"),
        "fact": Key("由哪个事实引起", "the fact that brought it about"),
        "opens": Key("开办日", "the day it opens"),
        "target": Key("应办日：提醒以此为准", "the safe day: reminders aim at it"),
        "deadline": Key("法定期限：次日起算逾期", "the legal deadline: overdue begins the day after"),
        "provisional": Key("是否暂定", "whether it is provisional"),
        "state": Key("状态；不写就是在办", "its state; open unless said", words=_STATES),
        "closed": Key("哪天办结的", "the day it was done"),
        "rungs": Key("每一级催办在哪天", f"the days of its rungs: {', '.join(_STAGES)}"),
    },
}  # fmt: skip
