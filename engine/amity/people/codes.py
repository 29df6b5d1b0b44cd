"""Recovery codes and bearer keys: secrets that a person is shown once.

A recovery code holds 128 random bits and 12 bits of a checksum, in Crockford's base 32, as seven
groups of four. The checksum tells a slip of the pen from a wrong code without asking the store.
"""

import secrets
import unicodedata
from hashlib import sha256
from typing import Final

__all__ = ["KEY_PREFIX", "new_key", "new_recovery_code", "normalise_recovery_code"]

KEY_PREFIX: Final = "amity_"

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_GROUPS: Final = 7
_LENGTH: Final = _GROUPS * 4
_CHECK_BITS: Final = 12

# What people read for what was written: Crockford's own confusions, and the letters of the
# Cyrillic keyboard that look the same.
_CONFUSED: Final = str.maketrans("OILАВЕКМНРСТХО", "011ABEKMHPCTX0")


def new_key() -> str:
    """Return a new bearer key: a readable prefix and 256 random bits."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def new_recovery_code() -> str:
    """Return a new recovery code such as ``7KQ2-…``, in groups to be written down."""
    secret = secrets.token_bytes(16)
    value = (int.from_bytes(secret) << _CHECK_BITS) | _check(secret)
    letters = "".join(_ALPHABET[(value >> shift) & 31] for shift in range(135, -1, -5))
    return "-".join(letters[i : i + 4] for i in range(0, _LENGTH, 4))


def normalise_recovery_code(code: str) -> str | None:
    """Return the code's letters as they are hashed, or ``None`` if no code reads like this.

    Case, spaces, hyphens and letters that look alike make no difference.
    """
    if len(code) > 200:
        return None
    text = unicodedata.normalize("NFKC", code).upper().translate(_CONFUSED)
    # Anything between the groups may be left out: spaces, hyphens and the dashes that phones make.
    letters = "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Pd")
    if len(letters) != _LENGTH or any(c not in _VALUES for c in letters):
        return None
    value = 0
    for letter in letters:
        value = (value << 5) | _VALUES[letter]
    secret = (value >> _CHECK_BITS).to_bytes(16)
    return letters if value & ((1 << _CHECK_BITS) - 1) == _check(secret) else None


def _check(secret: bytes) -> int:
    return int.from_bytes(sha256(b"amity recovery" + secret).digest()[:2]) >> 4
