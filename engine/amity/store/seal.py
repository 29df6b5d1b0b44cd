"""Sealing bytes under a key: AES-256-GCM, a fresh nonce each, bound to what the value belongs to.

Associated data is made of parts with their lengths before them, so that no two different lists of
parts give the same bytes.
"""

import hashlib
import os
import re
from binascii import b2a_base64
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = [
    "BLIND_SHAPE",
    "InvalidTag",
    "bound_to",
    "bound_to_two",
    "cipher",
    "keyed_hash",
    "new_key",
    "open_sealed",
    "seal",
]

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_NONCES_AT_ONCE: Final = 256
# The first byte says how a value is sealed, so that another way can be added beside it.
_VERSION: Final = b"\x01"
_BODY: Final = len(_VERSION) + _NONCE_BYTES
_SHORTEST: Final = _BODY + 16  # the tag of an empty content
_BLOCK: Final = 64  # bytes that SHA-256 takes at once
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")

BLIND_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""How a keyed hash looks: 32 bytes in base64url without padding."""


def new_key() -> bytes:
    """Return a new random key."""
    return os.urandom(KEY_BYTES)


def cipher(key: bytes) -> AESGCM:
    """Return what seals and opens under a key."""
    return AESGCM(key)


def bound_to(*parts: str) -> bytes:
    """Return associated data for the parts."""
    return "".join([f"{len(part)}:{part}" for part in parts]).encode("utf-8", "surrogatepass")


def bound_to_two(first: str, second: str) -> bytes:
    """Return what ``bound_to`` does for two parts; it is asked for with every row."""
    return f"{len(first)}:{first}{len(second)}:{second}".encode("utf-8", "surrogatepass")


class _Nonces:
    """Random nonces, fetched from the kernel many at a time: each call there costs microseconds."""

    def __init__(self) -> None:
        self._ready: list[bytes] = []
        # A child of a fork must never use a nonce that its parent uses, too.
        os.register_at_fork(after_in_child=self._ready.clear)

    def next(self) -> bytes:
        """Return a nonce that was never returned before, in no process."""
        if not self._ready:
            many = os.urandom(_NONCE_BYTES * _NONCES_AT_ONCE)
            self._ready += [
                many[at : at + _NONCE_BYTES] for at in range(0, len(many), _NONCE_BYTES)
            ]
        return self._ready.pop()


_nonces = _Nonces()


def seal(under: AESGCM, content: bytes, associated: bytes) -> bytes:
    """Seal content."""
    nonce = _nonces.next()
    return _VERSION + nonce + under.encrypt(nonce, content, associated)


def open_sealed(under: AESGCM, sealed: bytes, associated: bytes) -> bytes:
    """Return the content.

    Raises:
        InvalidTag: another key sealed it, it belongs elsewhere, or it was changed.
    """
    if len(sealed) < _SHORTEST or sealed[:1] != _VERSION:
        raise InvalidTag
    return under.decrypt(sealed[1:_BODY], sealed[_BODY:], associated)


def keyed_hash(key: bytes, domain: str, *parts: str) -> bytes:
    """Return the HMAC-SHA256 (RFC 2104) of the parts, in a domain of its own."""
    # Five are made for each message. Copies of the two keyed states cost a quarter of what the
    # standard library's hmac does for each.
    inner, outer = _keyed(key)
    inner, outer = inner.copy(), outer.copy()
    inner.update(bound_to(domain, *parts))
    outer.update(inner.digest())
    return outer.digest()


@lru_cache(maxsize=4)
def _keyed(key: bytes) -> "tuple[hashlib._Hash, hashlib._Hash]":
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C))
    return hashlib.sha256(inner), hashlib.sha256(outer)


def encoded(digest: bytes) -> str:
    """Return a digest as base64url without padding."""
    return b2a_base64(digest, newline=False).translate(_URL_SAFE).rstrip(b"=").decode("ascii")
