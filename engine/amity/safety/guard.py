"""What goes out, judged while it streams, sentence by sentence.

A sentence is shown as soon as it is whole and judged good. One that claims to be human is replaced
by the disclosure, one that must not be said by the stop's own text; the rest of the reply is
dropped. The cut into sentences depends on the text alone, so any chunking gives the same output.
"""

import re
from collections import deque
from typing import Final

from amity.safety._echoes import answers_its_echo
from amity.safety.hard_stops import hard_stop_among
from amity.safety.human_claims import claims_to_be_human, claims_to_be_human_plain
from amity.safety.normalise import Plain, normalise

__all__ = ["SentenceGuard"]

# Nothing is held back longer than this, however long the sentence.
WINDOW: Final = 300
# A claim may straddle the cut of an overlong sentence, and a stop's words may be sentences apart.
_CLAIM_MEMORY: Final = 120
_STOP_MEMORY: Final = 3

_END: Final = re.compile(r"[.!?…]+([\"”»’')\]*_]*)\s|\n")
# A line's end is no sentence's end: "I am\n\nhuman."
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"”»’')\]*_]*\s*$")
_MARKS: Final = frozenset(".!?…\n")
_QUOTES: Final = re.compile('["“”«»]')
_CLOSING_QUOTES: Final = frozenset('"”»')


class SentenceGuard:
    """Guards one reply.

    Args:
        disclosure: What takes the place of a sentence that claims to be human.
        stop: What takes the place of a sentence that must not be said.
        persona: The persona's name, to tell its words from those of a story's figure.
        asked: The person has just asked whether it is human: then a bare "yes" or "human" is a
            claim.
    """

    def __init__(
        self, *, disclosure: str, stop: str, persona: str = "", asked: bool = False
    ) -> None:
        self._disclosure = disclosure
        self._stop = stop
        self._persona = persona
        self._asked = asked
        self._buffer = ""
        self._said = False
        # What was shown of a sentence that has not ended, whether a line's end broke it off, and
        # whether an empty line followed.
        self._open = ""
        self._broken = False
        self._apart = False
        self._recent: deque[Plain] = deque(maxlen=_STOP_MEMORY)
        self._rules: list[str] = []
        self._stopped = False
        self._marked = False

    @property
    def stopped(self) -> bool:
        """True once the rest of the reply is dropped; the source need not go on."""
        return self._stopped

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that changed the reply."""
        return tuple(self._rules)

    def feed(self, delta: str) -> str:
        """Take more of the reply and return what may be shown now, which may be nothing."""
        if self._stopped:
            return ""
        self._buffer += delta
        # Most deltas cannot end a piece: without a mark there is nothing to look for.
        self._marked = self._marked or not _MARKS.isdisjoint(delta)
        if not self._marked and len(self._buffer) < WINDOW:
            return ""
        shown: list[str] = []
        while end := _cut(self._buffer):
            piece, self._buffer = self._buffer[:end], self._buffer[end:]
            # A replacement empties the buffer, which ends the loop.
            shown.append(self._pass(piece))
            self._marked = not _MARKS.isdisjoint(self._buffer)
        return "".join(shown)

    def finish(self) -> str:
        """Return what was still held back, judged, once the reply has ended."""
        if self._stopped or not self._buffer:
            return ""
        shown: list[str] = []
        while self._buffer:
            end = _cut(self._buffer) or len(self._buffer)
            piece, self._buffer = self._buffer[:end], self._buffer[end:]
            shown.append(self._pass(piece))
        return "".join(shown)

    def _pass(self, piece: str) -> str:
        if not piece.strip():
            self._apart = self._broken
            return piece
        plain = normalise(piece)
        if self._claims(piece, plain):
            return self._replace("guard.claims-human", self._disclosure)
        self._recent.append(plain)
        rule = hard_stop_among(tuple(self._recent))
        if rule is not None:
            return self._replace(rule, self._stop)
        self._said = True
        self._apart = False
        if _SENTENCE_END.search(piece):
            self._open, self._broken = "", False
        else:
            self._broken = piece.endswith("\n")
            self._open = f"{self._open}{piece}".replace("\n", " ")[-_CLAIM_MEMORY:]
        return piece

    def _claims(self, piece: str, plain: Plain) -> bool:
        """Whether a piece claims to be human, alone or with what it goes on with or answers."""
        if self._open and claims_to_be_human(self._open + piece, self._persona):
            return True
        fresh = not self._open or self._apart
        if (fresh or self._broken) and claims_to_be_human_plain(
            plain,
            piece,
            self._persona,
            asked=fresh and self._asked and not self._said,
            answering=fresh and self._asked,
        ):
            return True
        echo = " ".join(each.text.strip() for each in (*self._recent, plain))
        return answers_its_echo(f" {echo} ", plain.words, answering=self._asked)

    def _replace(self, rule: str, text: str) -> str:
        self._rules.append(rule)
        self._stopped = True
        self._buffer = ""
        return text


def _cut(text: str) -> int:
    """Return where the first piece to judge ends; 0 while that cannot be told yet.

    Only the first ``WINDOW`` characters decide, so what comes later never moves a cut.
    """
    head = text[:WINDOW]
    for match in _END.finditer(head):
        end = match.end()
        if match[0] == "\n":
            return end
        if _inside_quotation(head[:end]):
            continue
        if _CLOSING_QUOTES.isdisjoint(match[1]):
            return end
        # `"I am human," said Ann.` – who speaks comes after the quotation.
        rest = head[end:].lstrip()
        if not rest:
            break
        if not (rest[0].islower() or rest[0] in "—–-"):
            return end
    if len(text) < WINDOW:
        return 0
    space = max(head.rfind(" "), head.rfind("\n"))
    return space + 1 if space > 0 else WINDOW


def _inside_quotation(text: str) -> bool:
    marks = "".join(_QUOTES.findall(text))
    straight = marks.count('"') % 2 == 1
    return straight or marks.count("“") + marks.count("«") > marks.count("”") + marks.count("»")
