"""An edited template shows in a plan by its lines, and by whose messages they make."""

from duban.edits.template_changes import template_changes

TITLE, BODY = "notifications/templates/title.zh-CN.txt.j2", "notifications/templates/digest.en.md.j2"


def told(name, was, now):
    return [(each.key, each.was, each.now) for each in template_changes(name, was, now)]


def test_the_lines_that_differ_stand_old_beside_new():
    assert told(TITLE, "{{ a }}\n{{ b }}\n", "{{ a }}\n督办：{{ b }}\n谢谢\n") == [
        ("每个人收到的消息的标题 第 2 行", "{{ b }}", "督办：{{ b }} / 谢谢")
    ]


def test_a_line_that_goes_and_the_other_language():
    assert told(BODY, "a\nb\nc", "a\nc") == [("每个人收到的消息的正文（英文） 第 2 行", "b", "")]


def test_many_places_are_counted_and_long_lines_cut():
    was = "\n".join(f"行{n}\n同{n}" for n in range(7))
    places = told(TITLE, was, was.replace("行", "长" * 200))
    assert len(places) == 6
    assert places[0][2] == "长" * 99 + "…"
    assert places[-1][2] == "……还有 2 处"
