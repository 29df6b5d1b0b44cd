"""Ports on the loopback address."""

import socket

__all__ = ["free_port"]


def free_port() -> int:
    """Return a port of 127.0.0.1 that was free a moment ago.

    Somebody else may take it before it is used; the system hands out its ports in turn, so with
    one user of the loopback address that does not happen in practice.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
