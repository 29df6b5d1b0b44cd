"""Sealing itself."""

import base64
import hmac
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.store.seal import (
    BLIND_SHAPE,
    InvalidTag,
    bound_to,
    bound_to_two,
    cipher,
    encoded,
    keyed_hash,
    new_key,
    open_sealed,
    seal,
)

TEXT = st.text(st.characters(codec=None), max_size=12)


@given(st.lists(TEXT, max_size=4), st.lists(TEXT, max_size=4))
def test_other_parts_bind_to_other_bytes(one: list[str], other: list[str]) -> None:
    assert (bound_to(*one) == bound_to(*other)) == (one == other)


@given(TEXT, TEXT)
def test_the_quick_way_gives_the_same(first: str, second: str) -> None:
    assert bound_to_two(first, second) == bound_to(first, second)


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_was_sealed_opens(content: bytes, associated: bytes) -> None:
    under = cipher(new_key())
    sealed = seal(under, content, associated)
    assert open_sealed(under, sealed, associated) == content
    assert content not in sealed or len(content) < 4
    assert seal(under, content, associated) != sealed


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_noticed(at: int, by: int) -> None:
    under = cipher(b"k" * 32)
    sealed = bytearray(seal(under, b"content", b"here"))
    sealed[at % len(sealed)] ^= by
    with pytest.raises(InvalidTag):
        open_sealed(under, bytes(sealed), b"here")


def test_elsewhere_or_under_another_key_it_does_not_open() -> None:
    sealed = seal(cipher(b"k" * 32), b"content", b"here")
    for key, where in ((b"k" * 32, b"there"), (b"j" * 32, b"here"), (b"j" * 32, b"there")):
        with pytest.raises(InvalidTag):
            open_sealed(cipher(key), sealed, where)
    for short in (b"", sealed[:1], sealed[:20]):
        with pytest.raises(InvalidTag):
            open_sealed(cipher(b"k" * 32), short, b"here")


def test_a_nonce_is_never_used_twice_not_even_after_a_fork() -> None:
    under = cipher(b"k" * 32)
    seen = {seal(under, b"", b"")[1:13] for _ in range(2000)}
    assert len(seen) == 2000
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, b"".join(seal(under, b"", b"")[1:13] for _ in range(100)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        theirs = pipe.read()
    os.waitpid(child, 0)
    ours = {seal(under, b"", b"")[1:13] for _ in range(300)}
    childs = {theirs[at : at + 12] for at in range(0, len(theirs), 12)}
    assert len(childs) == 100
    assert not childs & (ours | seen)


@given(st.binary(min_size=1, max_size=200), st.lists(TEXT, min_size=1, max_size=4))
def test_a_keyed_hash_is_the_hmac_of_its_parts(key: bytes, parts: list[str]) -> None:
    wanted = hmac.digest(key, bound_to(*parts), "sha256")
    assert keyed_hash(key, *parts) == wanted
    assert encoded(wanted) == base64.urlsafe_b64encode(wanted).decode().rstrip("=")


def test_keyed_hashes_have_the_shape_of_blind_fields() -> None:
    hashes = {encoded(keyed_hash(b"k" * 32, "domain", str(n))) for n in range(200)}
    assert len(hashes) == 200
    assert all(BLIND_SHAPE.fullmatch(h) for h in hashes)
    assert encoded(keyed_hash(b"j" * 32, "domain", "1")) not in hashes
