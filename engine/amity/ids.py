"""Row ids that sort by the time they were made.

26 characters of Crockford's base 32: 48 bits of milliseconds, then 80 bits of which the first
value within a millisecond is random and the following ones count on, as the ULID specification
(github.com/ulid/spec) describes. Within a process ids only ever grow, also when the clock is set
back; from one process to the next by ``follow``.
"""

import os
import threading
from functools import lru_cache

from amity.clock import Clock

__all__ = ["Ids", "first_id_at", "time_of"]

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_LENGTH = 26
_RANDOM_BYTES = 10
_SHIFTS = tuple(range(120, -1, -10))
_LOW = 40  # bits that change from one id to the next within a millisecond


def _encode(value: int) -> str:
    return "".join([_PAIRS[(value >> shift) & 1023] for shift in _SHIFTS])


@lru_cache(maxsize=4)
def _encode_high(value: int) -> str:
    return _encode(value << _LOW)[: -_LOW // 5]


def first_id_at(milliseconds: int) -> str:
    """Return the smallest id that could have been made at that time: a bound for range queries."""
    return _encode(max(0, milliseconds) << 80)


def time_of(id: str) -> int | None:
    """Return the milliseconds at which an id was made; ``None`` for what is no such id."""
    value = _decode(id)
    return None if value is None else value >> 80


def _decode(id: str) -> int | None:
    if len(id) != _LENGTH or id[0] > "7" or not _VALUES.keys() >= set(id):
        return None
    value = 0
    for letter in id:
        value = value << 5 | _VALUES[letter]
    return value


class Ids:
    """Makes ids; safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self._lock = threading.Lock()
        self._pool = b""

    def new(self) -> str:
        """Return a new id, greater than every id this object returned before."""
        now = self._clock.now()
        with self._lock:
            if now > self._last >> 80:
                # The top bit of the random part stays clear, so counting on cannot overflow it.
                self._last = (now << 80) | self._random()
            else:
                self._last += 1
            value = self._last
        low = value & (1 << _LOW) - 1
        last = _PAIRS[low >> 30] + _PAIRS[low >> 20 & 1023] + _PAIRS[low >> 10 & 1023]
        return _encode_high(value >> _LOW) + last + _PAIRS[low & 1023]

    def follow(self, id: str) -> None:
        """Make only ids greater than this one from now on; what is no such id changes nothing."""
        value = _decode(id)
        if value is not None:
            with self._lock:
                self._last = max(self._last, value)

    def _random(self) -> int:
        """Return 79 random bits, fetched from the kernel many at a time."""
        if len(self._pool) < _RANDOM_BYTES:
            self._pool = os.urandom(_RANDOM_BYTES * 256)
        taken, self._pool = self._pool[:_RANDOM_BYTES], self._pool[_RANDOM_BYTES:]
        return int.from_bytes(taken) >> 1
