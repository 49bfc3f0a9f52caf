"""Every key of the channels file has its heading, and every example address works."""

import re

import pytest

from duban.channels.grammar import ChannelEntry, ChannelsFile, RouteEntry
from duban.channels.loading import load_channels
from duban.deliveries.apprise_adapter import problem_with
from tests.deliveries.conftest import ROOT

PAGE = (ROOT / "docs" / "zh" / "channels.md").read_text("utf-8")
EXAMPLES = re.findall(r"^DUBAN_CHANNEL_\w+=(.+)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("model", [ChannelsFile, ChannelEntry, RouteEntry])
def test_every_key_has_a_heading(model):
    headings = set(re.findall(r"^##+ `(\w+)`", PAGE, re.MULTILINE))

    assert set(model.model_fields) <= headings


@pytest.mark.parametrize("url", EXAMPLES)
def test_every_example_address_works(url):
    assert (
        problem_with(re.sub(r"\{mail\}", "a%40example.cn", re.sub(r"\{(?!mail)\w+\}", "13800000000", url)))
        == ""
    )


def test_the_first_example_is_a_good_file(tmp_path):
    (tmp_path / "notifications").mkdir()
    (tmp_path / "notifications" / "channels.yaml").write_text(
        PAGE.split("```")[1].removeprefix("yaml"), "utf-8"
    )

    assert set(load_channels(tmp_path, {}).by_name) == {"inbox", "mail", "work_group"}


def test_the_words_of_the_templates_are_all_explained():
    page = (ROOT / "notifications" / "README.md").read_text("utf-8")
    for template in (ROOT / "notifications" / "templates").iterdir():
        for word in re.findall(r"\b(?:digest|group|basis|entry)\.\w+", template.read_text("utf-8")):
            assert word in page, f"{template.name}: {word}"
