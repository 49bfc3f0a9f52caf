"""docs/zh/calendar.md: every key an administrator may write has its heading, and its examples can be loaded."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from duban.holidays.notice import WrittenNotice
from duban.workdays import (
    CalendarYear,
    Closure,
    Closures,
    Festivals,
    load_calendar,
    load_closures,
    load_festivals,
)
from duban.workdays.festivals import DaySpan, Festival, NoticedSpan, Window
from duban.workdays.years import MakeUpDay, NoticeEntry, StatutoryDay, SwappedRest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "zh" / "calendar.md").read_text(encoding="utf-8")
MODELS = [
    CalendarYear,
    NoticeEntry,
    StatutoryDay,
    SwappedRest,
    MakeUpDay,
    Festivals,
    Festival,
    Window,
    DaySpan,
    NoticedSpan,
    Closures,
    Closure,
    WrittenNotice,
]
EXAMPLES = dict(re.findall(r"```yaml\n# calendar/(\S+)\n(.*?)```", PAGE, flags=re.DOTALL))


def keys_of(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


@pytest.mark.parametrize("model", MODELS)
def test_every_key_has_a_heading(model):
    headings = set(re.findall(r"^### (\S+)$", PAGE, flags=re.MULTILINE))
    assert keys_of(model) <= headings


def test_no_heading_speaks_of_a_key_that_is_gone():
    keys = {key for model in MODELS for key in keys_of(model)}
    headings = re.findall(r"^### ([a-z_]+)$", PAGE, flags=re.MULTILINE)
    assert set(headings) <= keys
    assert len(headings) == len(set(headings))


def test_the_example_of_a_new_year_loads(tmp_path):
    folder = tmp_path / "calendar"
    folder.mkdir()
    (folder / "2027.yaml").write_text(EXAMPLES["2027.yaml"], encoding="utf-8")
    assert load_calendar(folder).years[0].status == "official"


def test_the_example_of_a_closure_loads(tmp_path, calendar):
    (tmp_path / "closures.yaml").write_text(EXAMPLES["closures.yaml"], encoding="utf-8")
    (closure,) = load_closures(tmp_path, {"350426": ["350426", "350400"]}, calendar)
    assert len(closure.days) == 2


def test_the_example_of_festivals_loads(tmp_path):
    (tmp_path / "festivals.yaml").write_text(EXAMPLES["festivals.yaml"], encoding="utf-8")
    assert "5·20" in load_festivals(tmp_path).names
