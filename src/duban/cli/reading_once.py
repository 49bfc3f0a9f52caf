"""How a command reads that takes in much, once, and ends."""

import atexit
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

PLUGINS_OFF = "PYDANTIC_DISABLE_PLUGINS"


@contextmanager
def reading_once() -> Iterator[None]:
    """Until the block ends nobody looks for garbage, since all is kept, nor for plugins of pydantic among all that is installed.

    What was read counts as old from then on, and where the process ends it is not gone through once more, object by object.
    """
    searched, asked = gc.isenabled(), os.environ.get(PLUGINS_OFF)
    gc.disable()
    os.environ[PLUGINS_OFF] = "1"
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        atexit.unregister(gc.freeze)
        atexit.register(gc.freeze)
        if searched:
            gc.enable()
        if asked is None:
            del os.environ[PLUGINS_OFF]
        else:
            os.environ[PLUGINS_OFF] = asked
