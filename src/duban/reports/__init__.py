"""Reports to leaders: what is overdue, where, since when, and how far the figures can be trusted."""

from duban.reports.excel import as_xlsx
from duban.reports.html import as_html
from duban.reports.markdown import as_markdown
from duban.reports.model import DutyTotal, Matrix, OverdueObligation, OverdueReport
from duban.reports.overdue_board import is_suspect, overdue
from duban.reports.terminal import as_terminal

__all__ = [
    "DutyTotal",
    "Matrix",
    "OverdueObligation",
    "OverdueReport",
    "as_html",
    "as_markdown",
    "as_terminal",
    "as_xlsx",
    "is_suspect",
    "overdue",
]
