"""Reports to leaders: what is overdue, where, since when; how a period went; and how far the figures can be trusted."""

from duban.reports.appraisal import appraisal
from duban.reports.appraisal_model import AppraisalPeriod, AppraisalReport
from duban.reports.appraisal_words import appraisal_document, appraisal_summary, appraisal_title
from duban.reports.model import DutyTotal, Matrix, OverdueObligation, OverdueReport
from duban.reports.overdue_board import is_suspect, overdue
from duban.reports.overdue_words import overdue_document

__all__ = [
    "AppraisalPeriod",
    "AppraisalReport",
    "DutyTotal",
    "Matrix",
    "OverdueObligation",
    "OverdueReport",
    "appraisal",
    "appraisal_document",
    "appraisal_summary",
    "appraisal_title",
    "is_suspect",
    "overdue",
    "overdue_document",
]
