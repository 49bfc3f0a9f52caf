"""A business line is named by its name or by a part no other has; one rule for command, API, page and account."""

import pytest

from duban.bureau.line_names import NoSuchLine, line_meant

LINES = (
    "食品流通安全监督管理",
    "食品生产安全监督管理",
    "特种设备安全监察",
    "反不正当竞争",
    "反不正当竞争（网络）",
    "GSP检查",
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("食品流通安全监督管理", "食品流通安全监督管理"),
        ("食品流通", "食品流通安全监督管理"),
        (" 特种 设备 ", "特种设备安全监察"),
        ("反不正当竞争", "反不正当竞争"),
        ("反不正当竞争(网络)", "反不正当竞争（网络）"),
        ("ｇｓｐ", "GSP检查"),
    ],
)
def test_a_name_or_a_part_no_other_has(written, meant):
    assert line_meant(LINES, written) == meant


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("食品", "没有条线“食品”，可以写：食品流通安全监督管理、食品生产安全监督管理"),
        ("特种设备安全监查", "没有条线“特种设备安全监查”，是不是“特种设备安全监察”？"),
        (
            "",
            "没有条线“”，可以写：GSP检查、反不正当竞争、反不正当竞争（网络）、特种设备安全监察、食品流通安全监督管理、食品生产安全监督管理",
        ),
    ],
)
def test_none_or_several_are_refused_with_those_meant(written, said):
    with pytest.raises(NoSuchLine) as refused:
        line_meant(LINES, written)
    assert str(refused.value) == said
