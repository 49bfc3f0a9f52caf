"""What each key of the duty files, the vocabulary and the rule examples means."""

from duban.duties import entries, sources, vocabulary
from duban.examples import grammar
from duban.schemas.key import Key, Keys

_EVERY = ("每年", "每半年", "每季度", "每月", "每周", "每日", "每月一周")
_PERIODS = ("一个月", "20个工作日", "30日", "一年")
_STAGES = ("提醒", "催办", "督办", "通报", "约谈")
_STATES = ("在办", "办结", "被替换", "撤回")

_SHARED = {
    "owner": Key(
        "由哪一级单位的哪个岗位承办；也可以写成 县局/产品质量科",
        "which post of which unit level owes it; county/post for short",
        ("县局/产品质量科",),
        text_too=True,
    ),
    "for_each": Key(
        "为谁开：一级单位（每个单位各一件），或者一类监管对象",
        "what it is owed for: each unit of a level, or each subject of a kind",
        ("县局",),
        text_too=True,
    ),
    "ladder": Key("催办阶梯的名称，见 notifications/ladders.yaml", "the ladder, from notifications/ladders.yaml"),
    "evidence": Key("办结要交的材料，一个或几个", "what has to be handed in when it is done", alone_too=True),
    "done_by": Key(
        "发生哪种事实就算办结；不写就要由人办结",
        "which kind of fact completes it; else a person does",
        ("inspection.done",),
        text_too=True,
    ),
    "credit": Key(
        "一次检查能不能同时办结几个事项：可并用（默认），或 单独",
        "whether one fact may complete this duty and others too: shared, or alone",
        words=("可并用", "单独", "shared", "alone"),
    ),
    "confidential": Key(
        "是：办完以前不进群、不进汇总、不让被查一方看到", "true: kept out of groups and digests until it is done"
    ),
    "effective": Key("从哪天到哪天有效", "from which day to which it is in force"),
    "catch_up": Key(
        "停机或补录以后，错过的怎么办",
        "what becomes of what was missed while the engine was away",
        words=("全部补办", "只补最近一期", "不补", "all", "latest", "none"),
    ),
}  # fmt: skip

DUTY_KEYS: Keys = {
    entries.DutiesFile: {
        "line": Key("业务条线的全称，报表按它分行", "the business line in full; reports have a row for each"),
        "defaults": Key("本文件各事项共用的值", "values that all duties of this file share"),
        "duties": Key("事项的列表", "the duties"),
    },
    entries.Shared: _SHARED,
    entries.DutyEntry: {
        **_SHARED,
        "id": Key(
            "编号：小写字母、数字、连字符，全部文件里不能重复，定了不要改",
            "the id: small letters, digits, hyphens; unique, and never changed",
            ("ts-quarterly-risk-analysis",),
        ),
        "title": Key("名称，提醒和报表里显示", "the name, as reminders and reports show it"),
        "basis": Key("依据：条款和原文", "what it rests on: clause and quotation", alone_too=True),
        "every": Key("定期：每个周期一件", "periodic: once per period", _EVERY, phrase=True),
        "within": Key(
            "某个事实发生后的一段时间内；当天不计入", "so long after a fact; its day is not counted", _PERIODS, phrase=True
        ),
        "when": Key("达到条件就开一件", "opens when facts meet a condition"),
        "visits": Key("每个对象一年几次", "how often a year each subject is visited", ("每年1次",), text_too=True),
        "review": Key(
            "持续性工作的定期回看；间隔必须注明 assumed",
            "continuous work looked at on an interval, which must be marked as assumed",
            ("每半年", "每季度", "每年"),
            phrase=True,
        ),
        "quota": Key(
            "数量目标，从事实数出来", "a number to reach, counted from facts", ("全年不少于6场", "每季度1期"), phrase=True
        ),
        "ratio": Key(
            "比率目标，期满时按分数精确判定", "a share to keep, judged exactly", ("每季度不低于99.5%", "全年100%"), phrase=True
        ),
        "campaign": Key(
            "节点行动：节日或时段的名称，见 calendar/festivals.yaml；加“假期”就是连着休息的几天",
            "around a named day or window of calendar/festivals.yaml; 假期 behind a festival means its rest days",
            ("春节假期", "国庆假期", "世界计量日", "宪法宣传周"),
            alone_too=True,
        ),
        "once": Key(
            "一次性：哪天之前，或者哪一年、季度、月之内",
            "owed once: by a day, or within a year, quarter or month",
            ("2023年12月31日前", "2023年底前"),
            phrase=True,
        ),
        "of": Key("从哪种事实算起，或者数哪种事实", "which kind of fact it counts from, or counts", text_too=True),
        "among": Key(
            "比率的分母：一种事实、在册的监管对象，或者上年同期",
            "what the share is taken of: facts, registered subjects, or the year before",
            ("上年同期",),
            text_too=True,
        ),
        "due": Key(
            "什么时候之前办完",
            "by when it is to be done",
            ("季度结束后10个工作日内", "每年1月31日前", "当月最后一个工作日", "季度末", "节前", "20个工作日"),
            phrase=True,
        ),
        "opens": Key(
            "什么时候开办；不写就是第一天",
            "when it opens; on the first day unless said",
            ("季度结束后", "到期前20个工作日", "开始前10个工作日"),
            phrase=True,
        ),
        "law": Key("期限出自哪部法律；有的法律几日以内按工作日算", "the statute that states the period", ("行政处罚法",)),
    },
    entries.OwnerEntry: {
        "unit": Key("哪一级单位", "the unit level", words=("市局", "县局", "监管所", "city", "county", "station")),
        "post": Key("岗位，duban.yaml 里要有", "the post, as duban.yaml has it"),
    },
    entries.ForEachEntry: {
        "level": Key("一级单位，每个单位各一件", "each unit of a level", words=("市局", "县局", "监管所", "city", "county", "station")),
        "subject": Key("监管对象，词汇里要有", "a kind of subject of the vocabulary"),
        "where": Key("只要符合条件的对象", "only those with these attributes"),
    },
    entries.BasisEntry: {
        "clause": Key("计划条款的编号", "the clause's number in the plan", ("CP-01",), alone_too=True),
        "source": Key("不是计划条款的，写法规名称和条号", "the law and its article, where it is no clause of the plan"),
        "quote": Key("原文，逐字照抄", "the text, word for word"),
    },
    entries.EffectiveEntry: {
        "from": Key("从哪一天起", "the first day"),
        "until": Key("到哪一天止，当天包括在内", "the last day, inclusive"),
    },
    entries.WhenEntry: {
        "any": Key("满足其中一条就开", "one of these is enough"),
        "all": Key("全部满足才开", "all of these are needed"),
    },
    entries.RuleEntry: {
        "count": Key("多少次，“以上”包括本数", "how many, that number included"),
        "streak": Key("连续多少个周期，每个周期至少一次", "so many periods running", ("连续3个季度",), phrase=True),
        "of": Key("数哪种事实", "which kind of fact"),
        "in": Key("在多长时间内，滚动计算", "within how long, rolling", ("一年", "90日"), phrase=True),
    },
    entries.VisitsEntry: {
        "per_year": Key("一年几次", "so many times a year", ("每年2次",), phrase=True),
        "by": Key("按风险等级", "by risk grade"),
        "ungraded": Key("还没有评级的对象一年几次", "for subjects without a grade", phrase=True),
        "*": Key("这一等级一年几次", "so many times a year for this grade", phrase=True),
    },
    entries.CountedEntry: {
        "fact": Key("事实的名称", "the kind of fact"),
        "where": Key("只数写着这些内容的", "only facts that carry these"),
        "amount": Key("按事实上的哪个数字数；不写，每个事实算 1", "the number a fact counts for; 1 unless said"),
    },
    entries.AmongEntry: {
        "fact": Key("事实的名称", "the kind of fact"),
        "subject": Key("在册的监管对象", "the subjects on the register"),
        "where": Key("只要符合条件的", "only those that match"),
        "amount": Key("按事实上的哪个数字数", "the number a fact counts for"),
    },
}  # fmt: skip

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
