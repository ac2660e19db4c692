"""Token buckets: how often somebody may come, in the long run and at once."""

from __future__ import annotations

import math
from collections import OrderedDict
from datetime import datetime

from prometheus_client import Counter

from yidi.edges.clock import Clock

LIMITED = Counter("yidi_rate_limited_total", "Requests refused because they came too often", ["face"])
MOST_KEPT = 10_000


class Rate:
    """`per_second` tokens a second for each who comes, at most `burst` at once; 0 a second is no limit.

    A clock that is set back gives no tokens. At most 10,000 are remembered, the latest ones: a bucket that
    is forgotten is full again, which a stranger can bring about only by coming under as many names.
    """

    def __init__(self, face: str, per_second: float, burst: float, clock: Clock) -> None:
        self._per_second, self._burst, self._clock = per_second, max(burst, 1.0), clock
        self._refused = LIMITED.labels(face)
        self._held: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def wait(self, who: str, tokens: float = 1.0) -> int:
        """Take tokens; return 0, or in how many whole seconds to come again when there are too few."""
        if self._per_second <= 0:
            return 0
        now = self._clock()
        left, since = self._held.pop(who, (self._burst, now))
        left = min(self._burst, left + max(0.0, (now - since).total_seconds()) * self._per_second)
        wanted = min(tokens, self._burst)
        taken = left >= wanted
        self._held[who] = (left - wanted if taken else left, now)
        if len(self._held) > MOST_KEPT:
            self._held.popitem(last=False)
        if taken:
            return 0
        self._refused.inc()
        return max(1, math.ceil((wanted - left) / self._per_second))
