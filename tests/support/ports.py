"""Ports for programs that tests start."""

import secrets
import socket
from typing import Final

__all__ = ["free_port"]

# Below the ports that systems give to outgoing connections (32768 on Linux, 49152 elsewhere): none
# of the hundreds of these that tests make takes a port between its choice and its use.
_FIRST: Final = 10_000
_LAST: Final = 32_767

_given: set[int] = set()


def free_port() -> int:
    """Return a port of 127.0.0.1 that was free a moment ago, and that was not returned before."""
    while True:
        port = _FIRST + secrets.randbelow(_LAST - _FIRST + 1)
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port
