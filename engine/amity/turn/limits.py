"""How much one person or account may send at once: a token bucket for each, in memory.

Buckets say nothing that must outlive a restart, so they are not stored.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from amity.clock import Clock

__all__ = ["Bucket", "RateLimit"]

_MOST_BUCKETS: Final = 100_000


@dataclass(slots=True)
class Bucket:
    """What is left for one sender, and whether they have been told that it is used up."""

    tokens: float
    at: int
    said: int = 0
    told: bool = False


class RateLimit:
    """At most ``burst`` messages at once, refilled at ``per_minute``."""

    def __init__(self, clock: Clock, *, burst: int, per_minute: float) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self.limit(burst=burst, per_minute=per_minute)

    def limit(self, *, burst: int, per_minute: float) -> None:
        """Take other limits; who has used up the former ones waits as before."""
        self._burst = burst
        self._per_millisecond = per_minute / 60_000

    def give(self, sender: str) -> None:
        """Give one back that was taken for nothing."""
        bucket = self._buckets.get(sender)
        if bucket is not None:
            bucket.tokens = min(float(self._burst), bucket.tokens + 1)

    def wait(self, bucket: Bucket) -> int:
        """Return in how many milliseconds an empty bucket has one again."""
        return math.ceil(max(0.0, 1 - bucket.tokens) / self._per_millisecond)

    def take(self, sender: str, *, said: int = 0) -> Bucket | None:
        """Take one; return ``None``, or the bucket if it was empty.

        Args:
            sender: Whose.
            said: When the platform says that it was said, in milliseconds; 0 if that is not known.
                What comes at once after an outage was said in its own time, and refilled meanwhile.
        """
        now = self._clock.now()
        said = min(said, now)
        bucket = self._buckets.get(sender)
        if bucket is None:
            bucket = Bucket(float(self._burst), now, said)
            self._buckets[sender] = bucket
            if len(self._buckets) > _MOST_BUCKETS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(sender)
            passed = max(0, now - bucket.at, said - bucket.said if bucket.said else 0)
            gained = passed * self._per_millisecond
            bucket.tokens = min(float(self._burst), bucket.tokens + gained)
            bucket.at, bucket.said = now, max(bucket.said, said)
        if bucket.tokens < 1:
            return bucket
        bucket.tokens -= 1
        bucket.told = False
        return None
