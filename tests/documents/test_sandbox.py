"""What an office's own template cannot do: look behind, go on for ever, fill the memory."""

from datetime import date

import pytest
from jinja2.sandbox import SecurityError

from duban.base.language import use
from duban.documents.sandbox import BoundedSandbox

LONG = "{% set long = range(90000) | list %}"
DOUBLED = "{{% set ns = namespace(x='aa') %}}{{% for i in range(60) %}}{{% set ns.x = {} %}}{{% endfor %}}"


class Large:
    """Something that says much of itself."""

    def __repr__(self):
        return "z" * 100_000


def rendered(source, escaping=False, **words):
    sandbox = BoundedSandbox(autoescape=escaping)
    sandbox.begin()
    return sandbox.from_string(source).render(**words)


def test_an_ordinary_template_is_filled_in():
    source = (
        "{% for each in rows %}{{ loop.index }}.{{ each }}{% else %}无{% endfor %}{{ '=' * 3 }}{{ 2 ** 3 }}"
    )
    assert rendered(source, rows=["甲", "乙"]) == "1.甲2.乙===8"
    assert rendered(source, rows=[]) == "无===8"


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% for a in range(90000) %}{% endfor %}{% for b in range(90000) %}{% for c in 'ab' %}{% endfor %}{% endfor %}",
        "{{ 'a' * 999999999 }}",
        "{{ [0] * 999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'a'.ljust(999999999) }}",
        "{{ range(999999999) | list }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ rows.append(1) }}",
        "{% for a in range(99999) %}{% for b in range(99999) if 0 %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) if range(99999) | select('false') | list %}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{% block a %}{% for x in range(99999) %}{{ self.b() }}{% endfor %}{% endblock %}{% block b %}{{ range(99) | max }}{% endblock %}",
        LONG + "{% for i in range(90000) %}{{ -1 in long }}{% endfor %}",
        LONG + "{% for i in range(90000) %}{{ -1 is in long }}{% endfor %}",
        LONG + "{% for i in range(90000) %}{{ long[1:] | first }}{% endfor %}",
        LONG + "{% for i in range(90000) %}{{ long | max }}{% endfor %}",
        DOUBLED.format("ns.x ~ ns.x"),
        DOUBLED.format("ns.x + ns.x"),
        DOUBLED.format("[ns.x, ns.x]") + "{{ ns.x }}",
        DOUBLED.format("[ns.x, ns.x]") + "{{ ns.x == [ns.x] }}",
        DOUBLED.format("(ns.x | list) + (ns.x | list)"),
        DOUBLED.format("ns.x | replace('a', 'aa')"),
        "{% for i in range(90000) %}{{ 'a' * 90000 }}{% endfor %}",
        "{% set x %}{% for i in range(90000) %}{{ 'a' * 90000 }}{% endfor %}{% endset %}",
        "{% set x %}{% for i in range(90000) %}{{ large }}{% endfor %}{% endset %}",
        "{{ [large] * 90000 }}",
        "{{ [large, large] | string }}",
        "{{ (['a' * 90000] * 90000) | join }}",
        "{{ range(20000) | join('a' * 90000) }}",
        "{{ ('a' * 20000) | replace('a', 'b' * 90000) }}",
        "{{ ('a' * 90000) | list | map('replace', 'a', 'b' * 90000) | list }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ ('a' * 20000).replace('a', 'b' * 90000) }}",
        "{{ ('b' * 90000).join('a' * 20000) }}",
        "{{ ('\\t' * 90000).expandtabs(90000) }}",
        "{{ ('a' * 90000).translate({97: 'b' * 90000}) }}",
        "{{ [1] | batch(999999999, 'a') | list }}",
        "{{ ([[1]] * 9000) | sum(start=[]) }}",
        DOUBLED.format("(ns.x, ns.x)") + "{{ {ns.x: 1} | length }}",
        DOUBLED.format("(ns.x, ns.x)") + "{{ {1: 2}[ns.x] }}",
        "{{ ('a' * 90000).strip('b' * 90000 ~ 'a') }}",
        "{{ ('a' * 90000) | trim('b' * 90000 ~ 'a') }}",
        "{{ ('a' * 90000) | trim(chars='b' * 90000 ~ 'a') }}",
        "{{ ('a' * 90000).rfind('ab' ~ 'a' * 45000) }}",
        "{{ ('a' * 90000).rsplit('ab' ~ 'a' * 45000) }}",
        "{% for i in range(90) %}{{ day.strftime('%9999d' * 9000) | length }}{% endfor %}",
    ],
)
def test_a_template_without_end_is_broken_off(source):
    with use("zh-CN"), pytest.raises((SecurityError, RecursionError, OverflowError)):
        rendered(source, rows=[], large=Large(), day=date(2023, 10, 9))


@pytest.mark.parametrize(
    "source",
    [
        DOUBLED.format("ns.x ~ ns.x"),
        "{% set x %}{% for i in range(90000) %}{{ large }}{% endfor %}{% endset %}",
        "{{ range(20000) | join('a' * 90000) }}",
    ],
)
def test_nor_does_one_that_escapes_what_it_writes_end_later(source):
    with pytest.raises(SecurityError):
        rendered(source, escaping=True, large=Large())


def test_what_a_template_calls_its_own_does_not_stand_in_the_way():
    """The count cannot be talked round by a name: what counts is no word of the template."""
    own = "{% macro _seen(x) %}{% endmacro %}{% macro stepped() %}{% endmacro %}{% set step = 1 %}"
    with pytest.raises(SecurityError):
        rendered(own + "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("{{ rows ~ '、' ~ 1 ~ none }}", "['甲', '乙']、1None"),
        ("{{ rows | join('、') }}{{ rows | map('upper') | join }}", "甲、乙甲乙"),
        ("{% for each in rows if each != '甲' %}{{ loop.index }}{{ each }}{% endfor %}", "1乙"),
        ("{{ [1, 2] | sum }}{{ [3, 4] | sum(start=5) }}{{ 7 % 4 }}{{ 1000000 | string }}", "31231000000"),
        ("{{ 'abc' | replace('b', 'x') }}{{ rows[:1] | length }}{{ '甲' in rows }}", "axc1True"),
        ("{% set x %}{{ rows | first }}乙{% endset %}{{ x }}{{ 'a,b'.split(',') | last }}", "甲乙b"),
        ("{{ {'a': 1}['a'] }}{{ 'x' is in 'xy' }}{{ rows | batch(1) | list | length }}", "1True2"),
    ],
)
def test_what_a_message_needs_is_there(source, written):
    assert rendered(source, rows=["甲", "乙"]) == written


@pytest.mark.parametrize("name", ["center", "format", "indent", "tojson", "wordwrap"])
def test_what_pads_by_a_number_is_not_there(name):
    assert name not in BoundedSandbox().filters


def test_a_method_that_is_not_there_is_told_with_what_to_write():
    with use("zh-CN"), pytest.raises(SecurityError, match=r"\.replace；连接、替换写成 \| join"):
        rendered("{{ 'a'.replace('a', 'b') }}")
