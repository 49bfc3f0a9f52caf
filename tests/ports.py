"""Ports of this machine that nobody listens on."""

import socket


def free_port():
    """A port that was free just now. Each server of a test takes one of its own: another may still be up beside it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
