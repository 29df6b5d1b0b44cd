"""Characters that show nothing of their own.

They are joiners, direction marks, soft hyphens, variation selectors, and frames around digits.
"""

import re
from typing import Final

__all__ = ["INVISIBLE"]

INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20dd-\u20e0\u20e2-\u20e4\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
"""Matches one of them. They split words for a program and for nobody who reads."""
