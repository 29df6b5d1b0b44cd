"""A client's address is only ever known as its network."""

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from amity.http import truncated_address


class _Transport:
    def __init__(self, peer: str) -> None:
        self._peer = peer

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self._peer, 1234) if name == "peername" else default


@pytest.mark.parametrize(
    "peer, forwarded, trusted, network",
    [
        ("203.0.113.77", [], [], "203.0.113.0/24"),
        ("2001:db8:1:2::3", [], [], "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", [], [], "203.0.113.0/24"),
        ("fe80::1%eth0", [], [], "fe80::/48"),
        ("203.0.113.77", ["198.51.100.5"], [], "203.0.113.0/24"),
        ("10.0.0.1", ["198.51.100.5"], ["10.0.0.0/8"], "198.51.100.0/24"),
        ("10.0.0.1", ["6.6.6.6, 198.51.100.5, 10.0.0.2"], ["10.0.0.0/8"], "198.51.100.0/24"),
        ("10.0.0.1", ["6.6.6.6", "198.51.100.5"], ["10.0.0.0/8"], "198.51.100.0/24"),
        ("10.0.0.1", ["nonsense"], ["10.0.0.0/8"], "10.0.0.0/24"),
        ("10.0.0.1", [], ["10.0.0.0/8"], "10.0.0.0/24"),
        ("", [], [], "unknown"),
    ],
)
def test_addresses_are_cut(
    peer: str, forwarded: list[str], trusted: list[str], network: str
) -> None:
    headers = CIMultiDict([("X-Forwarded-For", value) for value in forwarded])
    request = make_mocked_request("GET", "/", headers=headers, transport=_Transport(peer))
    assert truncated_address(request, trusted) == network
