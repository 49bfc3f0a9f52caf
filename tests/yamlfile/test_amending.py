"""One value of a text changed where it stands: all other signs stay, and what cannot be changed so is refused."""

import pytest

from duban.yamlfile.amending import NotAmended, amended

TEXT = """\
# 局
city:
  code: "350400"   # 加引号
  name: 市局
  counties:
    - code: "350404"
      name: 三元
      stations:
        - {code: "350404-01", name: 列东}   # 第一个所
        # 待设：列西
    - {code: "350405", name: 沙县, posts: {科: {holder: 张三, deputy: 长}}}
  posts:
"""


@pytest.mark.parametrize(
    ("place", "value", "was", "now"),
    [
        (("city", "name"), "新 局", "name: 市局", 'name: "新 局"'),
        (("city", "posts", "科", "holder"), "李四", "  posts:\n", "  posts: {科: {holder: 李四}}\n"),
        (
            ("city", "counties", 0, "posts", "科", "away"),
            [{"from": "周一"}],
            "      name: 三元\n",
            "      name: 三元\n      posts: {科: {away: [{from: 周一}]}}\n",
        ),
        (("city", "counties", 1, "posts", "科", "holder"), "是", "holder: 张三", 'holder: "是"'),
        (("city", "counties", 1, "posts", "科", "holder"), None, "holder: 张三, ", ""),
        (("city", "counties", 1, "posts", "科", "deputy"), None, ", deputy: 长", ""),
        (
            ("city", "counties", 1, "stations"),
            [{"code": "350405-01"}],
            "deputy: 长}}}",
            'deputy: 长}}, stations: [{code: "350405-01"}]}',
        ),
    ],
)
def test_only_what_was_meant_is_other(place, value, was, now):
    assert amended(TEXT, place, value) == TEXT.replace(was, now, 1)


def test_a_list_grows_at_its_end_and_comments_stay():
    longer = amended(TEXT, ("city", "counties", 0, "stations", 1), {"code": "350404-02"})

    assert "        # 待设：列西\n" in longer
    assert '        - {code: "350404-02"}\n' in longer
    assert len(longer.splitlines()) == len(TEXT.splitlines()) + 1


@pytest.mark.parametrize("place", [("city", "counties"), ("city", "name", "科")])
def test_what_cannot_be_changed_so_is_refused(place):
    with pytest.raises(NotAmended):
        amended(TEXT, place, "x")
