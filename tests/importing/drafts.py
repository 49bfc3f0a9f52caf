"""Files as other programs leave them, read into drafts: nothing here asks the ledger."""

from duban.importing.reading import read_file
from tests.importing.tables import SAMPLES, SHOP, definitions, mappings

MONTH = "单位,月份,应办结数,按时办结数"


HEAD = ",".join(SAMPLES)


def drafts(path):
    with read_file(path, definitions(), mappings()) as batch:
        return [draft for page in batch.pages() for draft in page]


def reasons(path):
    return [mistake.reason for draft in drafts(path) for mistake in draft.mistakes]


def sample(ref="S1", day="2023-08-01", result="不合格", food="糕点"):
    return f"{ref},{SHOP},,{food},{result},{day}"
