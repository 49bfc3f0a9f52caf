"""How a command reads that takes in much, once, and ends."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

PLUGINS_OFF = "PYDANTIC_DISABLE_PLUGINS"


@contextmanager
def reading_once() -> Iterator[None]:
    """Until the block ends nobody looks for garbage, since all is kept, nor for plugins of pydantic among all that is installed."""
    searched, asked = gc.isenabled(), os.environ.get(PLUGINS_OFF)
    gc.disable()
    os.environ[PLUGINS_OFF] = "1"
    try:
        yield
    finally:
        if searched:
            gc.enable()
        if asked is None:
            del os.environ[PLUGINS_OFF]
        else:
            os.environ[PLUGINS_OFF] = asked
