"""A gateway on this machine that answers as it is told."""

import socket

import pytest

from tests.deliveries.cast import Hook


@pytest.fixture
def hook():
    server = Hook()
    yield server
    server.close()


@pytest.fixture
def silent_server():
    """Accepts connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield server.getsockname()[1]
