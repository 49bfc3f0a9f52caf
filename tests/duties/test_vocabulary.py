"""What the duties speak of."""

from pathlib import Path

from duban.duties import FactKind, SubjectKind, load_vocabulary
from duban.duties.reporters import Reporters

ROOT = Path(__file__).resolve().parents[2]


def test_subjects_have_attributes_and_grades():
    dealers = load_vocabulary(ROOT).subjects["食品销售者"]
    assert isinstance(dealers, SubjectKind)
    assert dealers.grades == ("A", "B", "C", "D")
    assert "商场超市" in dealers.attributes["业态"]


def test_a_fact_is_about_subjects_or_about_a_unit():
    facts = load_vocabulary(ROOT).facts
    assert "食品销售者" in facts["sample.failed"].about
    assert not facts["sample.failed"].of_unit
    assert facts["analysis.held"] == FactKind(
        "analysis.held",
        "开展安全形势分析",
        (),
        of_unit=True,
        date="分析会召开或分析报告印发的日期",
        reported_by=Reporters(levels=("city", "county")),
        comes_by=("市局/特种设备科",),
    )


def test_every_fact_says_which_of_its_dates_counts():
    assert all(fact.date for fact in load_vocabulary(ROOT).facts.values())
