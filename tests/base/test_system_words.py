"""What a failure says, in one line that a person can read."""

import pytest

from duban.base.system_words import first_line


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("  first\nsecond"), "first"),
        (ValueError(), "ValueError"),
        (ConnectionError(None), "ConnectionError"),
        (TimeoutError("\n"), "TimeoutError"),
    ],
)
def test_the_first_line_or_else_the_kind(error, said):
    assert first_line(error) == said
