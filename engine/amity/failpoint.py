"""Places where a test can make the process die, as a power cut would.

``AMITY_FAILPOINT=name`` or ``name:3`` kills the process with SIGKILL when it passes the named
place for the first (third) time. The config refuses the variable in production. Without it a
passing costs one comparison.
"""

import os
import signal
from typing import Final

__all__ = ["NAMES", "failpoint"]

NAMES: Final = (
    "accept.before_commit",
    "accept.after_commit",
    "turn.before_intent",
    "turn.after_intent",
    "turn.first_words",
    "draft.before_commit",
    "draft.after_commit",
    "turn.before_ready",
    "turn.after_ready",
    "send.before",
    "send.after",
    "receipt.after_commit",
    "ticket.before_commit",
    "ticket.after_commit",
    "ticket.before_send",
    "ticket.after_send",
    "ticket.after_receipt",
    "clear.after_keys",
    "clear.after_rows",
    "rotate.key_written",
    "rotate.keys_wrapped",
    "rotate.key_in_place",
)


class _Armed:
    name: str | None = None
    passes = 0


def _arm(setting: str) -> None:
    if not setting:
        return
    name, colon, count = setting.partition(":")
    if name not in NAMES:
        names = ", ".join(NAMES)
        raise ValueError(f"AMITY_FAILPOINT: there is no fail point {name}; there are {names}")
    passes = int(count) if count.isdecimal() else 0
    if colon and passes < 1:
        raise ValueError(f"AMITY_FAILPOINT: {setting}: say after the colon at which pass, from 1")
    _Armed.name = name
    _Armed.passes = passes or 1


_arm(os.environ.get("AMITY_FAILPOINT", ""))


def failpoint(name: str) -> None:
    """Die here if the environment says so."""
    if _Armed.name != name:
        return
    _Armed.passes -= 1
    if _Armed.passes == 0:
        os.kill(os.getpid(), signal.SIGKILL)
