"""Short names for people in logs: the same person within a day, nobody over days (promise P49)."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from typing import Final

__all__ = ["Pseudonyms", "error_id", "short_id"]

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PERIOD: Final = 24 * 3600.0


class Pseudonyms:
    """Hashes ids with a salt that lives in memory only and is thrown away every day.

    Within a period one id always gives one name, so that lines can be read together. Later, or
    after a restart, nobody can tell who it was: not even with the ids at hand.
    """

    def __init__(
        self, *, period: float = _PERIOD, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._period = period
        self._clock = clock
        self._lock = threading.Lock()
        self._until = 0.0
        self._salt = b""

    def of(self, value: object) -> str:
        """Return the name of an id: 8 letters and digits."""
        now = self._clock()
        if now >= self._until or not self._salt:
            with self._lock:
                self._salt = secrets.token_bytes(32)
                self._until = now + self._period
        text = str(value).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self._salt, digest_size=4).hexdigest()


_pseudonyms: Final = Pseudonyms()


def short_id(value: object) -> str:
    """Return today's name of an id, for logs."""
    return _pseudonyms.of(value)


def error_id() -> str:
    """Return a fresh id that a person can read out to the operator, who finds it in the log."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))
