"""What an office's own template cannot do: look behind, go on for ever, fill the memory."""

import pytest
from jinja2.sandbox import SecurityError

from duban.base.language import use
from duban.documents.sandbox import BoundedSandbox


def rendered(source, **words):
    sandbox = BoundedSandbox()
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
    ],
)
def test_a_template_without_end_is_broken_off(source):
    with use("zh-CN"), pytest.raises((SecurityError, RecursionError, OverflowError)):
        rendered(source, rows=[])


@pytest.mark.parametrize("name", ["center", "format", "indent", "wordwrap"])
def test_what_pads_by_a_number_is_not_there(name):
    assert name not in BoundedSandbox().filters
