"""What a failure says, in one line that a person can read."""

from pathlib import Path

import pytest

from duban.base.system_words import first_line, naming, system_line


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


def test_a_write_that_fails_names_its_file():
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(OSError, match="left") as failed,
        naming(Path("report.xlsx")),
    ):
        full.write(b"x")
    assert system_line(failed.value) == "report.xlsx: 磁盘已满"
