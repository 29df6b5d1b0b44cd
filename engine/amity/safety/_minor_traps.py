"""What takes the meaning of a declared age away, and how far it reaches.

A clause that says it of somebody else, of the past or of a made-up someone says nothing of the
speaker. What stands in another clause of the same sentence takes nothing away ("I'm 15 and my
brother hits me"); only a game, a joke or a condition there makes the age doubtful, so that the gate
asks again.
"""

import re
from dataclasses import dataclass

__all__ = ["Reach", "Traps", "either", "reach"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traps:
    """The traps of one language.

    Attributes:
        joint: A word that begins a clause of its own.
        governed: Begins a clause that hangs on the one before it.
        story: In its own clause: a game, a dream, a quotation. Nothing is declared.
        told: Anywhere in the sentence or right before it: a game that may go on. Doubtful.
        said: Before it, in its own clause: what others say or think. Of the speaker: doubtful.
        speaker: Stands right before a verb of saying that is the speaker's own.
        past: Before it, in its own clause: nothing is declared. Behind it: doubtful.
        heart: In its own clause: an age that is felt, or no age.
        others: Before it, in its own clause: doubtful.
        teaching: In the clause of a school year: nothing is declared.
        condition: Before it, in its own clause: doubtful.
        joke: Anywhere in the sentence: doubtful.
    """

    joint: re.Pattern[str]
    governed: re.Pattern[str]
    story: re.Pattern[str]
    told: re.Pattern[str]
    said: re.Pattern[str]
    speaker: tuple[str, ...]
    past: re.Pattern[str]
    heart: re.Pattern[str]
    others: re.Pattern[str]
    teaching: re.Pattern[str]
    condition: re.Pattern[str]
    joke: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where the sentence and the clause around a finding begin and end."""

    begin: int
    left: int
    right: int
    stop: int


def either(*words: str) -> re.Pattern[str]:
    """Return a pattern for any of some words, whole, between spaces."""
    return re.compile(f" (?:{'|'.join(words)})(?= )")


def reach(text: str, match: re.Match[str], traps: Traps, *, whole: bool) -> Reach:
    """Return how far traps reach a finding.

    Args:
        text: The clauses of a text.
        match: The finding.
        traps: The traps of its language.
        whole: The finding names no subject, so that the whole sentence says whose it is.
    """
    start, end = match.start() + 1, match.end()
    begin = max(text.rfind(" . ", 0, start), text.rfind(" ? ", 0, start), 0)
    ends = [at for at in (text.find(" . ", end), text.find(" ? ", end)) if at >= 0]
    stop = min(ends) + 1 if ends else len(text)
    if whole:
        return Reach(begin=begin, left=begin, right=stop, stop=stop)
    borders = [begin, *_borders(text, begin, stop, traps)]
    left = max(at for at in borders if at <= match.start())
    while left > begin and _hangs(text, begin, left, traps):
        left = max(at for at in borders if at < left)
    right = min((at for at in borders if at >= end), default=stop)
    return Reach(begin=begin, left=left, right=right, stop=stop)


def _borders(text: str, begin: int, stop: int, traps: Traps) -> list[int]:
    signs = [begin + match.start() for match in re.finditer(" [,:/](?= )", text[begin:stop])]
    return sorted(signs + [match.start() for match in traps.joint.finditer(text, begin, stop)])


def _hangs(text: str, begin: int, left: int, traps: Traps) -> bool:
    """Whether the clause that begins here hangs on the one before it."""
    if text.startswith(" : ", left):
        leads = (traps.story, traps.said, traps.told)
        return any(trap.search(text, begin, left + 1) for trap in leads)
    behind = left + 2 if text.startswith(" , ", left) else left
    if traps.governed.match(text, behind) is not None:
        return True
    return any(lead.end() == left for lead in traps.told.finditer(text, begin, left + 1))
