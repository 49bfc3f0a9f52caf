"""Slips of the pen at random, over the starter's own files: each is told once, at its place, in people's words.

Some thousands were tried by hand while this was written; here a few of each file, always the same ones.
"""

from collections import Counter

import pytest

from duban.base.language import use
from tests.checked import check
from tests.definitions.mutating import PYTHON, mutants

FILES = (
    "duban.yaml",
    "duties/计量.yaml",
    "duties/特种设备.yaml",
    "duties/产品质量.yaml",
    "duties/vocabulary.yaml",
    "duties/imports/许可证清单.yaml",
    "notifications/ladders.yaml",
    "notifications/channels.yaml",
    "calendar/2026.yaml",
    "calendar/festivals.yaml",
)
MUTANTS = 8
"""Of each file: enough to see a class come back, few enough for every run."""


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", FILES)
def test_a_slip_is_told_once_at_its_place_in_people_s_words(starter, name, language):
    file = starter / name
    text = file.read_text("utf-8")
    try:
        for mutant in mutants(text, f"{language} {name}", MUTANTS):
            file.write_text(mutant.text, "utf-8")
            with use(language):
                told = check(starter)
            places = Counter((each.path, each.line, each.column) for each in told)
            assert [place for place, times in places.items() if times > 1] == [], (mutant.name, told)
            sentences = Counter((each.path, each.duty, each.what) for each in told)
            assert [said for said, times in sentences.items() if times > 1] == [], (mutant.name, told)
            assert [str(each) for each in told if not each.line and each.path == name] == [], mutant.name
            if "invisible instead of" in mutant.name:
                assert len(told) == 1, (mutant.name, told)
            if name.startswith("duties/imports"):
                assert {each.path for each in told} <= {name}, (mutant.name, told)
            assert [str(each) for each in told if PYTHON.search(str(each))] == [], mutant.name
    finally:
        file.write_text(text, "utf-8")
