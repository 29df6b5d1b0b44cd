"""Where a request comes from, cut so that it leads to a network and not to a person (P36)."""

import ipaddress
from collections.abc import Sequence

from aiohttp import web

__all__ = ["truncated_address"]


def truncated_address(request: web.BaseRequest, trusted_proxies: Sequence[str] = ()) -> str:
    """Return the client's network: a /24 of IPv4 or a /48 of IPv6; ``unknown`` if there is none.

    ``X-Forwarded-For`` is believed only as far as trusted proxies wrote it: read from the right,
    the first address that is not one of them is the client.
    """
    trusted = [ipaddress.ip_network(network) for network in trusted_proxies]
    hops = [request.remote or ""]
    if trusted:
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
        hops += [hop.strip() for hop in reversed(forwarded.split(",")) if hop.strip()]
    client = "unknown"
    for hop in hops:
        try:
            address = ipaddress.ip_address(hop.partition("%")[0])
        except ValueError:
            break
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        prefix = 24 if address.version == 4 else 48
        client = str(ipaddress.ip_network((address, prefix), strict=False))
        if not any(address in network for network in trusted):
            break
    return client
