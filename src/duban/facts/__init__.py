"""Taking down what is known: subjects under supervision (监管对象), and facts (事实) about them and about units.

A fact is written once. The same (source, ref) again changes nothing, and with other content it is refused; a correction
is a new fact that revises the old one. What cannot be true is refused with its field and reason, and the other rows are
taken all the same, or none is, as the caller chose.

| module | question |
|---|---|
| `rows` | what is given, and what became of each row |
| `recording` | in which transactions |
| `subjects` | which subjects are new or changed, and which are refused |
| `mergers` | which subject was merged into which |
| `merger_refusals` | why a merger cannot be |
| `authority` | who may report, correct and keep what |
| `registered` | which registered subject a code means |
| `changes` | what was made of a subject |
| `happened` | which facts are new |
| `unmatched` | which facts answer nothing by their number |
| `looking` | what was recorded, and by whom |
| `refusals` | why a fact cannot be true |
"""

from duban.facts.happened import record_facts, take_facts
from duban.facts.merger_refusals import MergeRefused, revival_refusals
from duban.facts.mergers import MergerSummary, merge_subject, unmerge_subject
from duban.facts.recording import PAGE, recording
from duban.facts.refusals import GRADE_ASSIGNED, fact_refusal
from duban.facts.rows import Intake, NewFact, NewSubject, RefusedRow, zero_report
from duban.facts.subjects import record_subjects, subject_refusal, take_subjects
from duban.facts.unmatched import UnmatchedAnswer, matched_by_number, unmatched_answers

__all__ = [
    "GRADE_ASSIGNED",
    "PAGE",
    "Intake",
    "MergeRefused",
    "MergerSummary",
    "NewFact",
    "NewSubject",
    "RefusedRow",
    "UnmatchedAnswer",
    "fact_refusal",
    "matched_by_number",
    "merge_subject",
    "record_facts",
    "record_subjects",
    "recording",
    "revival_refusals",
    "subject_refusal",
    "take_facts",
    "take_subjects",
    "unmatched_answers",
    "unmerge_subject",
    "zero_report",
]
