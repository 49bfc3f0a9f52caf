"""What the tests of the repository itself share."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def run_python():
    """Run a few lines in a fresh interpreter of this environment; the process must succeed."""

    def run(code, *, cwd, env=None):
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run
