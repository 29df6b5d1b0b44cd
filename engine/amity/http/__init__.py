"""The HTTP host, and the control socket beside it."""

from amity.http.addresses import truncated_address
from amity.http.control import SOCKET_NAME, ControlServer, Line, socket_address
from amity.http.host import Addresses, HttpHost, Page, taken
from amity.http.middleware import error_response

__all__ = [
    "SOCKET_NAME",
    "Addresses",
    "ControlServer",
    "HttpHost",
    "Line",
    "Page",
    "error_response",
    "socket_address",
    "taken",
    "truncated_address",
]
