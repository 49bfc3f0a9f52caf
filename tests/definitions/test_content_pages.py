"""The pages for administrators: every key they may write has its heading, and every example on them is right."""

import re
from pathlib import Path

import pytest

from duban.bureau import project_entries, year_plan
from duban.cadence import counting
from duban.cadence.kinds import frequency, threshold
from duban.cadence.reading import among
from duban.duties import (
    done_by_entries,
    entries,
    owner_entries,
    reporters,
    review_entries,
    sources,
    vocabulary,
)
from duban.ladders import ladder_file
from tests.checked import check

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "zh"
MODELS = {
    "duties.md": [
        entries.DutiesFile,
        entries.SharedKeys,
        entries.DutyEntry,
        owner_entries.OwnerEntry,
        owner_entries.ForEachEntry,
        entries.BasisEntry,
        done_by_entries.DoneByEntry,
        entries.EffectiveEntry,
        review_entries.ReviewEntry,
        review_entries.ExtensionEntry,
        threshold.WhenEntry,
        threshold.RuleEntry,
        frequency.VisitsEntry,
        counting.CountedEntry,
        among.AmongEntry,
        vocabulary._VocabularyFile,
        sources.SourceEntry,
        vocabulary._Subject,
        vocabulary._Fact,
        reporters.ReportersEntry,
    ],
    "project.md": [
        project_entries.ProjectFile,
        project_entries.OfficeHoursEntry,
        project_entries.PostsAtEntry,
        project_entries.CityEntry,
        project_entries.CountyEntry,
        project_entries.UnitEntry,
        project_entries.PostEntry,
        project_entries.AbsenceEntry,
        year_plan.YearPlanEntry,
        year_plan.CarriedEntry,
    ],
    "ladders.md": [ladder_file.LaddersFile, ladder_file.WrittenRung],
}
MORE_KEYS = {"duties.md": {"value", "assumed", "confirmed"}, "project.md": set(), "ladders.md": set()}


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


def examples(name):
    return dict(re.findall(r"```yaml\n# (\S+\.yaml)\n(.*?)```", page(name), flags=re.DOTALL))


@pytest.mark.parametrize("name", MODELS)
def test_the_headings_are_the_keys_no_more_and_no_less(name):
    keys = {field.alias or key for model in MODELS[name] for key, field in model.model_fields.items()}
    headings = re.findall(r"^### ([a-z_]+)$", page(name), flags=re.MULTILINE)
    assert len(headings) == len(set(headings))
    assert set(headings) == keys | MORE_KEYS[name]


def test_the_examples_of_duties_and_words_fit_the_project(tmp_path):
    files = examples("duties.md") | examples("ladders.md")
    assert set(files) == {"duties/食品流通.yaml", "duties/vocabulary.yaml", "notifications/ladders.yaml"}
    files["notifications/ladders.yaml"] = (ROOT / "notifications/ladders.yaml").read_text(encoding="utf-8")
    files["duban.yaml"] = (ROOT / "duban.yaml").read_text(encoding="utf-8")
    assert problems(tmp_path, files) == []


def test_the_examples_of_units_and_ladders_are_right(tmp_path):
    duty = """
line: 特种设备
duties:
  - {id: a, title: a, basis: {clause: TS-01, quote: a}, owner: 市局/特种设备科, every: 每季度, due: 季度末}
"""
    vocabulary = "subjects: {}\nfacts: {}\n"
    files = examples("project.md") | examples("ladders.md")
    files |= {"duties/特种设备.yaml": duty, "duties/vocabulary.yaml": vocabulary}
    assert problems(tmp_path, files) == []


def problems(root, files):
    (root / "calendar").symlink_to(ROOT / "calendar")
    for path, text in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return [str(problem) for problem in check(root)]


def test_every_way_to_write_a_due_day_on_the_page_is_understood():
    from duban.cadence.reading.phrases import read_due, read_opens

    table = page("duties.md").split("### due")[1].split("### any")[0]
    dues, opens = table.split("### opens")
    assert (
        len([read_due(phrase) for phrase in re.findall(r"`([^`]*\d日前|[^`]*工作日内?|[^`]*末)`", dues)]) > 8
    )
    rows = [line for line in opens.splitlines() if line.startswith("| `")]
    assert len([read_opens(re.findall(r"`([^`]+)`", row)[0]) for row in rows]) == 5


def test_every_way_to_write_a_cadence_in_the_readme_is_understood():
    from ruamel.yaml import YAML

    from duban.cadence.reading.assumed import unwrap
    from duban.duties.entries import DutyEntry

    text = (ROOT / "duties/README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[2] for line in text.splitlines() if line.startswith("| ") and "`" in line]
    assert len(rows) == 12
    for row in rows:
        keys = {}
        for written in re.findall(r"`([^`]+)`", row):
            keys |= YAML(typ="safe", pure=True).load(written)
        DutyEntry.model_validate(
            {"id": "a", "title": "a", "basis": {"clause": "CP-01", "quote": "a"}, **unwrap(keys).data}
        )
