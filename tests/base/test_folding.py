"""What people take for the same is the same."""

import pytest

from duban.base.folding import fold_code, fold_name, legible, name_key, tidy


@pytest.mark.parametrize(
    "written",
    [
        "SY-0001",
        "sy-0001",
        "ＳＹ－０００１",
        "SY—0001",
        "SY——0001",
        "SY–0001",
        "SY−0001",
        " SY - 0001 ",
        "SY-0001_x000D_",
        "SY-_x000a_0001",
        "\u202aSY-0001\u202c",
        "SY\u200b-0001\ufeff",
        "SY-0001\ufe0f",
        "SY-\x070001",
        "\u3000SY-0001\xa0",
        "SY-0001；",
        "sy-0001 ;",
        "“SY-0001”,",
        'SY-0001";;',
        "SY-0001、",
        "SY-0001。",
    ],
)
def test_a_code_is_one_however_it_is_spelt(written):
    assert fold_code(written) == "SY-0001"


@pytest.mark.parametrize(
    "written", ["闽市监〔2023〕5号", "闽市监［2023］ 5号", "闽市监【２０２３】5号", "闽市监[2023]5号"]
)
def test_a_document_is_one_whatever_its_brackets(written):
    assert fold_code(written) == "闽市监[2023]5号"


@pytest.mark.parametrize("code", ["X1", "X_1", "350404/2023-07", "A#2", "甲/乙", "A;B", "1,2", "", ";"])
def test_what_differs_stays_apart(code):
    assert fold_code(code) == code


def test_a_name_stays_as_people_write_it_without_what_cannot_be_seen():
    assert fold_name(" 三明\u200bＡＢＣ超市（虚构）_x000D_\n 分店 ") == "三明ABC超市（虚构） 分店"


def test_names_are_compared_without_widths_and_blanks():
    assert name_key("福建 永安（集团）公司；") == name_key("福建永安(集团)公司")


def test_an_escape_that_is_no_sign_is_dropped_and_other_words_with_x_stay():
    assert (tidy("a_xD800_b"), tidy("max_x1_"), tidy("_x0041_")) == ("ab", "max_x1_", "A")


@pytest.mark.parametrize("fold", [fold_code, fold_name, tidy])
@pytest.mark.parametrize(
    "written", ["_x005F_x000D_", "ＳＹ－０００１", "a\u202eb", "²³", "ﬁ", "—–-", "ßẞ", "；ａ”；"]
)
def test_folding_again_changes_nothing_more(fold, written):
    once = fold(written)
    assert fold(once) == once or "_x" in once


@pytest.mark.parametrize(
    "written, kept",
    [
        ("现场检查，合格", "现场检查，合格"),
        ("第一行\n第二行\t表", "第一行\n第二行\t表"),
        ("全角\u3000空格\xa0", "全角\u3000空格\xa0"),
        ("零宽\u200b字", "零宽字"),
        ("变体\ufe0f字", "变体字"),
        ("转\u202e向\n字\r\x07", "转向\n字"),
        ("\u3164", ""),
    ],
)
def test_words_keep_their_lines_and_blanks_and_nothing_that_cannot_be_seen(written, kept):
    assert legible(written) == kept
