"""Why an obligation exists, how every one of its dates came about, and what has happened to it since.

The dates are not worked out again: they are the steps the opening recorded, so that the explanation is the reason
and not a second opinion. A duty that has not opened yet is explained by its cadence, the code that opens it.
"""

from duban.explanations.duty import explain_duty
from duban.explanations.explanation import DutyExplanation, Explanation
from duban.explanations.obligation import explain
from duban.explanations.sentences import coming_document, explanation_document

__all__ = [
    "DutyExplanation",
    "Explanation",
    "coming_document",
    "explain",
    "explain_duty",
    "explanation_document",
]
