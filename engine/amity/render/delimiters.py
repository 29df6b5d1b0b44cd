"""Where Markdown's marks go around runs of words, and what stops them from being read as marks.

``**`` is strong, ``*`` or ``_`` is emphasis, whichever is not taken for part of a strong mark next
to it. CommonMark reads a mark only if what stands beside it is of the right kind (space,
punctuation, or else); ``flaws`` tells where it is not.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from string import punctuation
from typing import Final

from amity.render.inline import Close, Mark, Open, nested
from amity.render.tree import Break, Inline, Run, Style

__all__ = ["Delimiter", "Flaw", "Token", "bare_address", "delimited", "flaws"]

_TEXTS: Final = {Style.STRONG: "**", Style.EMPHASIS: "*", Style.STRIKE: "~~"}


@dataclass(slots=True)
class Delimiter:
    """One end of a mark.

    Attributes:
        mark: The mark.
        opens: Whether this is where it begins.
        text: What is written for it; empty for a link.
        partner: The number of the token that is its other end.
    """

    mark: Mark
    opens: bool
    text: str
    partner: int = -1


Token = Delimiter | Run | Break


@dataclass(frozen=True, slots=True)
class Flaw:
    """A mark that would not be read as one.

    Attributes:
        delimiter: The number of its token.
        neighbour: The number of the run whose character beside the mark is of the wrong kind.
        first: Whether that is the run's first character; otherwise its last.
    """

    delimiter: int
    neighbour: int
    first: bool


def delimited(inlines: Sequence[Inline]) -> list[Token]:
    """Return inlines with their marks among them."""
    tokens: list[Token] = []
    opened: list[int] = []
    for step in nested(inlines):
        if isinstance(step, Open):
            opened.append(len(tokens))
            tokens.append(Delimiter(step.mark, True, _TEXTS.get(step.mark.style, "")))
        elif isinstance(step, Close):
            start = opened.pop()
            opening = tokens[start]
            assert isinstance(opening, Delimiter)
            opening.partner = len(tokens)
            tokens.append(Delimiter(step.mark, False, opening.text, start))
        else:
            tokens.append(step)
    _tell_apart(tokens)
    return tokens


def _tell_apart(tokens: Sequence[Token]) -> None:
    """Write an emphasis beside a strong mark as ``_``."""
    for number, token in enumerate(tokens):
        if not isinstance(token, Delimiter) or token.mark.style is not Style.EMPHASIS:
            continue
        beside = (tokens[n] for n in (number - 1, number + 1) if 0 <= n < len(tokens))
        if any(isinstance(t, Delimiter) and t.mark.style is Style.STRONG for t in beside):
            partner = tokens[token.partner]
            assert isinstance(partner, Delimiter)
            token.text = partner.text = "_"


def bare_address(tokens: Sequence[Token], number: int) -> str | None:
    """Return the address of a link that begins here, if its words are just that."""
    link, words, end = (*tokens[number : number + 3], None, None)[:3]
    if (
        isinstance(link, Delimiter)
        and isinstance(words, Run)
        and isinstance(end, Delimiter)
        and link.opens
        and link.mark == end.mark
        and link.mark.link == words.text
        and not words.is_code
    ):
        return words.text
    return None


class _Kind(Enum):
    SPACE = auto()
    PUNCTUATION = auto()
    WORD = auto()
    UNSURE = auto()


def flaws(
    tokens: Sequence[Token],
    *,
    encoded: Collection[tuple[int, bool]] = (),
    raw_addresses: bool = False,
) -> list[Flaw]:
    """Return where marks would not be read as marks, each with the character that is to blame.

    Args:
        tokens: What ``delimited`` returned.
        encoded: Which characters are written as punctuation: the numbers of their runs, and whether
            they are the first or the last there.
        raw_addresses: Whether an address may be written without anything around it.
    """
    found: list[Flaw] = []
    for number, token in enumerate(tokens):
        if not isinstance(token, Delimiter) or not token.text:
            continue
        before = _kind(tokens, number - 1, False, encoded, raw_addresses)
        after = _kind(tokens, number + 1, True, encoded, raw_addresses)
        inner, outer = (after, before) if token.opens else (before, after)
        inside = number + 1 if token.opens else number - 1
        outside = number - 1 if token.opens else number + 1
        if inner is _Kind.SPACE:
            found.append(Flaw(number, inside, first=token.opens))
        wordlike = outer in {_Kind.WORD, _Kind.UNSURE}
        if wordlike and (token.text == "_" or inner is not _Kind.WORD):
            found.append(Flaw(number, outside, first=not token.opens))
    return found


def _kind(
    tokens: Sequence[Token],
    number: int,
    first: bool,
    encoded: Collection[tuple[int, bool]],
    raw_addresses: bool,
) -> _Kind:
    """Tell of what kind the first or last character of a token is."""
    if not 0 <= number < len(tokens):
        return _Kind.SPACE
    match tokens[number]:
        case Break():
            return _Kind.SPACE
        case Run(text=text, is_code=False):
            alone = len(text) == 1
            if (number, first) in encoded or (alone and (number, not first) in encoded):
                return _Kind.PUNCTUATION
            return _kind_of(text[0 if first else -1])
        case Delimiter(mark=mark, partner=partner) if raw_addresses and mark.link:
            bare = bare_address(tokens, min(number, partner))
            return _Kind.PUNCTUATION if bare is None else _Kind.UNSURE
        case _:
            return _Kind.PUNCTUATION


def _kind_of(char: str) -> _Kind:
    if char in punctuation:
        return _Kind.PUNCTUATION
    if char.isspace():
        return _Kind.SPACE
    return _Kind.WORD if char.isalnum() else _Kind.UNSURE
