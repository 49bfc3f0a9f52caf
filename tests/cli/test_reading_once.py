"""A command that takes in much, once, and ends: nobody looks for garbage among what it keeps."""

import gc
import subprocess
import sys

from duban.cli.reading_once import reading_once

ENDS = """
from duban.cli.reading_once import reading_once
class Kept:
    def __init__(self):
        self.itself = self
    def __del__(self):
        print("gone through")
with reading_once():
    Kept()
print("read")
"""


def test_what_was_read_is_not_gone_through_when_the_reading_ends():
    searches = []
    gc.callbacks.append(lambda *search: searches.append(search))
    before = gc.get_freeze_count()
    try:
        with reading_once():
            searches.clear()
            kept = [[number] for number in range(100_000)]
        [[number] for number in range(100)]  # whoever makes objects asks for a search, where one is due
        assert gc.isenabled()
        assert (len(kept), searches) == (100_000, [])
    finally:
        gc.callbacks.pop()
    assert gc.get_freeze_count() == before == 0  # what is garbage later is found


def test_nor_when_the_process_ends():
    ran = subprocess.run([sys.executable, "-c", ENDS], capture_output=True, text=True, check=True)
    assert ran.stdout == "read\n"
