"""Reports to leaders: what is overdue, where, since when, and how far the figures can be trusted."""

from duban.reports.model import DutyTotal, Matrix, OverdueObligation, OverdueReport
from duban.reports.overdue_board import is_suspect, overdue
from duban.reports.overdue_words import overdue_document

__all__ = [
    "DutyTotal",
    "Matrix",
    "OverdueObligation",
    "OverdueReport",
    "is_suspect",
    "overdue",
    "overdue_document",
]
