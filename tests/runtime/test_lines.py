"""What a service says is said to whoever listens; that nobody does is no reason to stop."""

import io
import logging
import subprocess
import sys
from datetime import datetime

import pytest
from rich.console import Console

from duban.runtime.lines import ServiceLines

SAYS = """
import sys
from datetime import datetime
from rich.console import Console
from duban.runtime.lines import ServiceLines
lines = ServiceLines(Console(), lambda: datetime(2026, 3, 2, 9))
for number in range(1000):
    lines.tell(zh=f"第 {number} 行", en="")
lines.registering(50, 100)
lines.registered()
print("went on", file=sys.stderr)
sys.stderr.flush()
import os; os._exit(0)  # what is left to be written is no more written than before
"""


@pytest.mark.parametrize("listener", ["| head -n 1", ">/dev/full", ">&-"])
def test_a_reader_who_leaves_and_a_full_disk_stop_nothing(listener):
    shell = f"PYTHONUNBUFFERED=1 {sys.executable} -c '{SAYS}' {listener}"
    ran = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=60)
    assert ran.stderr == "went on\n"


def test_nor_does_a_log_that_cannot_be_written():
    class Refused(logging.Handler):
        def emit(self, record):
            raise PermissionError(record)

    refused = Refused()
    logging.getLogger("duban.service").addHandler(refused)
    said = io.StringIO()
    try:
        ServiceLines(Console(file=said), lambda: datetime(2026, 3, 2, 9)).trouble("ledger", "打不开台账")
    finally:
        logging.getLogger("duban.service").removeHandler(refused)
    assert "打不开台账" in said.getvalue()
