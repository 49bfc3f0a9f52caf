import pytest

from tests.ledger import small_ledger


@pytest.fixture
def bureau(ledger):
    """The ledger with what every obligation rests on."""
    return small_ledger.with_a_bureau(ledger)


@pytest.fixture
def an_obligation():
    """`an_obligation(…)`: the columns of an obligation of 尤溪县 for 2023-09; give others to make it another."""
    return small_ledger.an_obligation


@pytest.fixture
def owed(bureau):
    """The number of one open obligation."""
    return small_ledger.owe_one(bureau)
