"""What an administrator who is no programmer writes wrongly in the starter's files, and what they are told of it, once.

A kind of slip is a line: the file, what stood there, what stands there now, and the sentence in which it is told.
"""

import pytest

from duban.base.language import use
from duban.examples.examples import check as check_all
from tests.definitions.conftest import IN_2026

PROJECT, CHANNELS, LADDERS = "duban.yaml", "notifications/channels.yaml", "notifications/ladders.yaml"
YEAR, FESTIVALS, LICENCES = "calendar/2026.yaml", "calendar/festivals.yaml", "duties/imports/许可证清单.yaml"
VOCABULARY = "duties/vocabulary.yaml"
METROLOGY, TEMPLATE = "duties/计量.yaml", "notifications/templates/title.zh-CN.txt.j2"
EXAMPLES = "duties/tests/新.yaml"
EXAMPLE = """
duty: cp-first-inspection
subjects:
  - {code: X1, kind: 工业产品生产许可证获证企业, unit: "350404", attributes: {发证方式: 告知承诺}}
cases:
  - {name: 一月取证, facts: [{of: certificate.issued, about: X1, on: 2023-01-31}], until: 2023-03-31, expect: []}
"""
HOLDER = "分管领导: {}"
SLIPS = (
    (PROJECT, "主要领导, 分管领导, 科室负责人, 经办人,", "主要领导，分管领导，科室负责人，经办人,", "31:9: 列表里的逗号要用英文半角的"),
    (PROJECT, 'code: "350404"', "code: “350404”", '引号要用英文半角的，请写成 "350404"'),
    (PROJECT, 'start: "08:30"', 'start: "8：30"', '“8：30”的写法不对，请写成 "08:30"'),
    (PROJECT, "食品流通科, 餐饮科,", "食品流通科, 食品流通科, 餐饮科,", "岗位“食品流通科”写了两次"),
    (PROJECT, '    - code: "350405"', '      code: "350405"', "72:7: “code”重复了，第 61 行已经写过；从这里起是另一项，就在它前面写“- ”"),
    (PROJECT, HOLDER, "分管领导: {addresses: {mail: a＠b.cn}}", "提示“a＠b.cn”不是“mail”地址，请写成 a@b.cn"),
    (PROJECT, HOLDER, '分管领导: {addresses: {mail: "张三 <a@b.cn>"}}', "提示“张三 <a@b.cn>”不是“mail”地址，请写成 a@b.cn"),
    (PROJECT, HOLDER, '分管领导: {addresses: {mobile: "1380013800"}}', "提示“1380013800”不是“mobile”地址，手机号是 11 位"),
    (CHANNELS, "  mail:\n", "  mial:\n", "31:16: 没有名为“mail”的渠道，是不是“mial”？（33:16、35:16 也是）"),
    (CHANNELS, "stage: [督办]", "stage: [督查]", "不认识的阶段“督查”，可以写：催办、提醒、督办、约谈、通报"),
    (CHANNELS, "    group: true", "    group: true\n    unit: 三元", '提示没有单位“三元”，这个群什么也听不到，请写单位代码 "350404"'),
    (CHANNELS, "  - stage: [督办]\n", "  - stage: [督办]\n    unit: 街道\n", "没有“街道”这一级单位，可以写：县局、市局、监管所"),
    (LADDERS, "  brief:\n", "  breif:\n", "没有催办阶梯“brief”，是不是“breif”？"),
    (YEAR, "{day: 2026-02-28, name: 春节}", "{day: 2026-02-28, name: 春季}", "42:29: 没有节日“春季”，是不是“春节”？"),
    (YEAR, "{day: 2026-02-28,", "{day: 2月28日,", "“2月28日”不是日期"),
    (FESTIVALS, "solar_term: 清明", "solar_term: 清名", "没有节气“清名”，是不是“清明”？"),
    (FESTIVALS, "usual: {from: 09-01, to: 09-30}", "usual: {from: 09-30, to: 09-01}", "是不是把 from 和 to 写反了？"),
    (LICENCES, "  发证日期: [签发", "  发证日: [签发", "没有列“发证日期”，是不是“发证日”？（26:14、49:15、68:7 也是）"),
    (METROLOGY, "owner: {unit: 市局, post: 计量科}", "owner: ｛unit: 市局, post: 计量科}", "方括号、花括号要用英文半角的"),
    (METROLOGY, "clause: JL-01", "clause: JL-99", "提示计划里没有条款“JL-99”"),
    (LICENCES, "{A: A, A级: A", "{A: AA, A级: A", "55:17: “等级”不能是“AA”，是不是“A”？"),
    (CHANNELS, "url: env:DUBAN_CHANNEL_MAIL", "url: env:", "16:13: 这一行末尾的冒号后面没有写完"),
    (METROLOGY, "evidence: [案例推荐材料]", "evidence: [案例推荐材料,, 照片]", "30:23: 这里多了一个逗号，两个逗号之间要写一项"),
    (METROLOGY, "evidence: [案例推荐材料]", "evidence: [案例推荐材料, 案例推荐材料]", "“案例推荐材料”写了两次，请留一个"),
    (VOCABULARY, "    grades: [A, B, C, D]", "    grades: [A, B, C, D, B]", "15:13: “B”写了两次，请留一个"),
    (PROJECT, "posts_at:\n  city: [", "posts_at:\n  city：[", "30:3: “city”后面的冒号要用半角的，再空一格"),
    (LICENCES, "{有效: 是, 正常: 是", "{有效: 是, 有效: 是", "“有效”重复了，第 52 行已经写过"),
    (METROLOGY, "line: 计量", "line：计量", "4:1: “line”后面的冒号要用半角的，再空一格，请写成“line: ……”"),
    (METROLOGY, "    title: 全市", "    title:全市", "14:5: “title”后面的冒号要用半角的，再空一格"),
    (METROLOGY, "evidence: [案例推荐材料]", "evidence:\n      - 案例\n      推荐表", "32:7: 这一项前面少了“- ”，写法和第 31 行一样"),
    (YEAR, "  - {day: 2026-02-16", "    {day: 2026-02-16", "15:5: 这一项前面少了“- ”，写法和第 14 行一样"),
    (TEMPLATE, None, "{% iff %}", "模板语法不对，不认识的标签“iff”"),
    (TEMPLATE, None, "{% for a in digest.groups %}", "“for”没有写完，缺少 endfor"),
    (TEMPLATE, None, "{{ digest.titel }}", "没有“titel”这个词"),
    (TEMPLATE, None, "{{ digest.unit | uper }}", "没有叫“uper”的用法"),
    (TEMPLATE, None, '{% include "a" %}', "模板里不能引入别的文件"),
    (TEMPLATE, None, "｛｛ digest.unit ｝｝", "1:1: 花括号要用英文半角的"),
    ("notifications/templates/titel.zh-CN.txt.j2", None, "甲", "没有叫这个名字的模板，不会读取，是不是“title.zh-CN.txt.j2”？"),
    (EXAMPLES, None, EXAMPLE.replace("cp-first-inspection", "cp-frist-inspection"), "2:7: 没有事项“cp-frist-inspection”"),
    (EXAMPLES, None, EXAMPLE.replace("350404", "350499"), "没有单位“350499”"),
    (EXAMPLES, None, EXAMPLE.replace("发证方式:", "发证方法:"), "没有属性“发证方法”，是不是“发证方式”？"),
    (EXAMPLES, None, EXAMPLE.replace("告知承诺", "告知"), "“发证方式”不能是“告知”，是不是“告知承诺”？"),
    (EXAMPLES, None, EXAMPLE.replace("expect", "expects"), "不认识的字段“expects”，是不是“expect”？"),
)  # fmt: skip


@pytest.fixture(scope="module")
def remarked(starter):
    """What is remarked of the starter as it is."""
    with use("zh-CN"):
        return {str(each).split(": ", 1)[1] for each in check_all(starter, IN_2026).remarks}


@pytest.mark.parametrize(("path", "old", "new", "sentence"), SLIPS)
def test_a_slip_is_told_once_and_says_how_to_mend_it(starter, remarked, path, old, new, sentence):
    file = starter / path
    text = file.read_text("utf-8") if file.exists() else None
    try:
        if old is None:
            file.write_text(new, "utf-8")
        else:
            assert old in text
            file.write_text(text.replace(old, new, 1), "utf-8")
        with use("zh-CN"):
            found = check_all(starter, IN_2026)
        doubts = [each for each in found.remarks if str(each).split(": ", 1)[1] not in remarked]
        (told,) = (*found.problems, *doubts)
        assert told.path == ("duties/食品流通.yaml" if path == LADDERS else path)
        assert sentence.removeprefix("提示") in str(told)
        assert sentence.startswith("提示") == bool(doubts)
    finally:
        if text is None:
            file.unlink()
        else:
            file.write_text(text, "utf-8")


def test_content_and_examples_are_told_together(starter):
    kept = {path: (starter / path).read_text("utf-8") for path in (METROLOGY, CHANNELS, LICENCES)}
    wrong = {
        METROLOGY: kept[METROLOGY].replace("title:", "titel:", 1),
        CHANNELS: kept[CHANNELS].replace("kind: apprise", "kind: aprise", 1),
        LICENCES: kept[LICENCES].replace("title:", "titel:", 1),
        EXAMPLES: EXAMPLE.replace("expect", "expects"),
    }
    try:
        for path, text in wrong.items():
            (starter / path).write_text(text, "utf-8")
        assert [each.path for each in check_all(starter, IN_2026).problems] == sorted(wrong)
    finally:
        for path, text in kept.items():
            (starter / path).write_text(text, "utf-8")
        (starter / EXAMPLES).unlink()


def test_a_post_with_another_name_is_told_once_with_every_place_that_names_it(starter):
    text = (starter / PROJECT).read_text("utf-8")
    try:
        (starter / PROJECT).write_text(text.replace("计量科", "计量处"), "utf-8")
        with use("zh-CN"):
            (told,) = check_all(starter, IN_2026).problems
        assert "没有一个单位有岗位“计量科”，是不是“计量处”？（" in str(told)
        assert {path for path, _, _ in told.also} == {"duties/vocabulary.yaml", METROLOGY}
    finally:
        (starter / PROJECT).write_text(text, "utf-8")


def test_a_list_whose_dashes_are_all_lost_is_told_once(starter):
    text = (starter / METROLOGY).read_text("utf-8")
    try:
        (starter / METROLOGY).write_text(text.replace("  - id:", "    id:"), "utf-8")
        with use("zh-CN"):
            (told,) = check_all(starter, IN_2026).problems
        assert "“id”重复了，第 13 行已经写过；从这里起是另一项，就在它前面写“- ”" in str(told)
    finally:
        (starter / METROLOGY).write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("example", "told"),
    [
        (EXAMPLE.replace("cp-first-inspection", "jl-new-standards"), []),
        (EXAMPLE.replace("cp-first-inspection", "jl-new-standardz"), ["没有事项“jl-new-standardz”"]),
        (EXAMPLE.replace("cp-first-inspection", "jl-new-standards").replace("350404", "350499"), ["没有单位“350499”"]),
    ],
)  # fmt: skip
def test_examples_beside_a_duty_that_cannot_be_read_are_held_against_all_the_rest(starter, example, told):
    text = (starter / METROLOGY).read_text("utf-8")
    try:
        (starter / METROLOGY).write_text(text.replace("全年不少于2项", "全年很多项", 1), "utf-8")
        (starter / EXAMPLES).write_text(example, "utf-8")
        with use("zh-CN"):
            found = [each for each in check_all(starter, IN_2026).problems if each.path == EXAMPLES]
        assert [each.what for each in found] == told
    finally:
        (starter / METROLOGY).write_text(text, "utf-8")
        (starter / EXAMPLES).unlink()
