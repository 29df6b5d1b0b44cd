"""A person's names leave as placeholders and come back as names.

What goes to an AI processor says ``[NAME_1]`` where the person wrote their call-name; what comes
back is searched for the placeholder, also where it is cut over two pieces of a stream and where a
model changed its case, spacing, brackets or escaping.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from amity.privacy.names import NamePattern, name_pattern
from amity.sealed import SealedText

__all__ = ["PLACEHOLDER", "Pseudonyms", "Restorer"]

PLACEHOLDER: Final = "[NAME_1]"
"""Stands for the call-name."""

_LONGEST_NUMBER: Final = 3

# In brackets a model may change much and still mean it; without them only the exact word counts,
# or every talk about a variable name_1 would hold the person's name. Models that speak Russian
# sometimes translate the word.
_BRACKETED: Final = r"\\?\[ {0,2}(?i:NAME|ИМЯ)(?:\\?[ _-])?(\d{1,3})(?!\d)(?: {0,2}\\?\])?"
_BARE: Final = r"(?<!\w)(?:NAME|Name|ИМЯ|Имя)\\?_(\d{1,3})(?!\d)(?:\\?\])?"
_WHOLE: Final = re.compile(f"{_BRACKETED}|{_BARE}")


def _beginnings(atoms: Sequence[str]) -> str:
    """Return a pattern for every beginning of a sequence, cut where atoms meet."""
    pattern = ""
    for atom in reversed(atoms):
        pattern = f"{atom}(?:{pattern})?" if pattern else atom
    return pattern


def _words(words: Sequence[str], rest: Sequence[str]) -> str:
    return "|".join(_beginnings([*word, *rest]) for word in words)


_AFTER_WORD: Final = (r"\\?", r"[ _-]?", rf"\d{{1,{_LONGEST_NUMBER}}}", " {0,2}", r"\\?")
_AFTER_BARE: Final = (r"\\?", "_", rf"\d{{1,{_LONGEST_NUMBER}}}", r"\\?")
_AFTER_BRACKET: Final = f"(?: {{0,2}}(?:(?i:{_words(('NAME', 'ИМЯ'), _AFTER_WORD)}))?)?"

# The longest end of a text that more text could still turn into a placeholder, or into a longer
# one. Nothing from its start on may be shown yet. It is at most some 20 characters long.
_UNFINISHED: Final = re.compile(
    rf"(?:\\(?:\[{_AFTER_BRACKET})?"
    rf"|\[{_AFTER_BRACKET}"
    rf"|(?<!\w)(?:{_words(('NAME', 'Name', 'ИМЯ', 'Имя'), _AFTER_BARE)}))\Z"
)
_TRIGGER: Final = re.compile(r"[\\\[NИ]")


class Pseudonyms:
    """The placeholders of one person. Making one is cheap: its patterns are kept by name.

    A text in which somebody wrote a placeholder themselves comes back with the name in its place.
    The forms of a name (another case, a Russian ending) come back as the name itself.

    Args:
        call_name: What the person wants to be called; ``[NAME_1]``.
        known: Other names to hide; ``[NAME_2]`` and so on.
    """

    __slots__ = ("_hidden", "_names", "others")

    others: tuple[str, ...]
    """What stands for the other names, in their order."""

    def __init__(self, call_name: SealedText | None, known: Sequence[SealedText] = ()) -> None:
        self._names: dict[int, SealedText] = {}
        self._hidden: list[tuple[str, NamePattern]] = []
        for number, name in enumerate((call_name, *known), start=1):
            if name is not None:
                self._names[number] = name
        self.others = tuple(f"[NAME_{number}]" for number in self._names if number > 1)
        if self.others:
            # A name may be a part of another one, such as Anna of Anna Maria: what is longer is
            # hidden first as it was given, then each in its forms and parts.
            longest_first = sorted(self._names, key=lambda n: -len(self._names[n]))
            self._hide(longest_first, as_given=True)
        self._hide(self._names)

    def _hide(self, numbers: Iterable[int], *, as_given: bool = False) -> None:
        for number in numbers:
            pattern = name_pattern(self._names[number], as_given=as_given)
            if pattern is not None:
                self._hidden.append((f"[NAME_{number}]", pattern))

    @property
    def placeholder(self) -> str:
        """What stands for the call-name in a request."""
        return PLACEHOLDER

    def hide(self, text: str) -> str:
        """Return the text with placeholders for the names.

        Whole words in any case are found; a name of one letter is left, since it names nobody.
        """
        for placeholder, pattern in self._hidden:
            text = pattern.sub(placeholder, text)
        return text

    def restore(self, text: str) -> str:
        """Return a whole text with names for the placeholders."""
        return _WHOLE.sub(self._name, text)

    def restorer(self) -> "Restorer":
        """Return what restores one stream."""
        return Restorer(self)

    def _name(self, match: re.Match[str]) -> str:
        name = self._names.get(int(match[1] or match[2]))
        return match[0] if name is None else name.reveal()


class Restorer:
    """Restores the names in one stream; gives the same text however the stream is cut."""

    __slots__ = ("_before", "_held", "_pseudonyms")

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self._held = ""
        self._before = ""

    def feed(self, delta: str) -> str:
        """Take a piece in, return what can be shown now. It may be empty."""
        if not self._held and not _TRIGGER.search(delta):
            self._before = delta[-1:] or self._before
            return delta
        text = self._before + self._held + delta
        start = len(self._before)
        unfinished = _UNFINISHED.search(text, start)
        end = unfinished.start() if unfinished else len(text)
        self._held = text[end:]
        return self._restored(text, start, end)

    def finish(self) -> str:
        """Return what was held back at the end of the stream."""
        text = self._before + self._held
        self._held = ""
        return self._restored(text, len(self._before), len(text))

    def _restored(self, text: str, start: int, end: int) -> str:
        if end > start:
            self._before = text[end - 1]
        pieces: list[str] = []
        at = start
        for match in _WHOLE.finditer(text, start, end):
            pieces += (text[at : match.start()], self._pseudonyms._name(match))  # noqa: SLF001  # its other half
            at = match.end()
        pieces.append(text[at:end])
        return "".join(pieces)
