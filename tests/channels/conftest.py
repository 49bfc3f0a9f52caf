"""A gateway on this machine that answers as it is told."""

import pytest

from tests.deliveries.cast import Hook


@pytest.fixture
def hook():
    server = Hook()
    yield server
    server.close()
