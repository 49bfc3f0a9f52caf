"""A post of a unit, as written and read back."""

import pytest

from duban.bureau.unit_posts import UnitPost, any_post_of, anywhere


def test_what_is_written_is_read_back():
    assert str(UnitPost("350402", "产品质量科")) == "350402/产品质量科"
    assert UnitPost.parse("350402/产品质量科") == UnitPost("350402", "产品质量科")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (" 县局 / 产品质量科 ", UnitPost("县局", "产品质量科")),
        ("县局／产品质量科", UnitPost("县局", "产品质量科")),
        ("350402", UnitPost("350402", "")),
        ("", UnitPost("", "")),
    ],
    ids=["spaces around it", "a wide slash", "no post", "nothing"],
)
def test_as_people_may_write_it(written, read):
    assert UnitPost.parse(written) == read


def test_the_posts_of_a_unit_and_a_post_at_every_unit_are_found_by_how_they_are_written():
    written = str(UnitPost("350402", "产品质量科"))
    assert written.startswith(any_post_of("350402"))
    assert not str(UnitPost("350402-01", "产品质量科")).startswith(any_post_of("350402"))
    assert written.endswith(anywhere("产品质量科"))
    assert not written.endswith(anywhere("质量科"))
