"""What is owed: duties (事项) as people write them in `duties/*.yaml`, read and checked."""

from duban.duties.grammar import Duty, duty_from_content
from duban.duties.loader import load_duties
from duban.duties.vocabulary import FactKind, SubjectKind, Vocabulary, load_vocabulary

__all__ = [
    "Duty",
    "FactKind",
    "SubjectKind",
    "Vocabulary",
    "duty_from_content",
    "load_duties",
    "load_vocabulary",
]
