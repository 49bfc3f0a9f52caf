"""How many requests a token may make: a bucket that refills evenly.

The buckets live in the process that serves: one process per project is what `duban up` and `duban serve` are. Several
of them behind a balancer would each grant the full rate.
"""

import math
import threading
from datetime import datetime


class Buckets:
    """One bucket per token, full at first; it holds a minute's requests and refills evenly."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._lock = threading.Lock()
        self._left: dict[int, tuple[float, datetime]] = {}

    def take(self, token_id: int, now: datetime) -> int:
        """Take one request out of the token's bucket at `now`: 0, or the whole seconds until there is one again."""
        with self._lock:
            left, since = self._left.get(token_id, (float(self._per_minute), now))
            passed = max((now - since).total_seconds(), 0.0)
            left = min(float(self._per_minute), left + passed * self._per_minute / 60)
            granted = left >= 1
            self._left[token_id] = (left - 1 if granted else left, now)
        return 0 if granted else max(1, math.ceil((1 - left) * 60 / self._per_minute))
