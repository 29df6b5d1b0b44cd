"""The words a person can use on every channel, and how typed text becomes one of them."""

import re
from dataclasses import dataclass
from enum import Flag, auto
from typing import Final

from amity.invisible import INVISIBLE
from amity.message import Choice, Command, Part, text_of
from amity.sealed import SealedText
from amity.support import WORDS as SUPPORT_WORDS
from amity.support import is_argument

__all__ = ["WORDS", "Heard", "When", "Word", "command_of", "hear", "is_fixed"]


class When(Flag):
    """In which situations of a person a word is understood."""

    GATE = auto()  # before the service may be used
    ACTIVE = auto()
    PAUSED = auto()
    RESTRICTED = auto()
    BLOCKED = auto()  # minor_blocked or terminated
    ALWAYS = GATE | ACTIVE | PAUSED | RESTRICTED | BLOCKED
    PERSON = GATE | ACTIVE | PAUSED | RESTRICTED
    CONSENTED = ACTIVE | PAUSED | RESTRICTED


@dataclass(frozen=True, slots=True)
class Word:
    """One word.

    Attributes:
        name: Without the slash.
        when: Where it is understood; elsewhere the gate answers.
        preempts: True if it ends the turn that is running.
        listed: True if help and menus show it.
        personal: True if in a shared chat nobody else may see what answers it.
        public: True if it tells everybody the same, so that it needs to know nobody.
        right: True if it is for whoever has data here, also where they may not talk any more.
    """

    name: str
    when: When
    preempts: bool = False
    listed: bool = True
    personal: bool = True
    public: bool = False
    right: bool = False


WORDS: Final = {
    word.name: word
    for word in (
        Word("start", When.ALWAYS, personal=False),
        Word("help", When.ALWAYS, personal=False, public=True),
        Word("settings", When.CONSENTED),
        Word("privacy", When.ALWAYS, personal=False, public=True),
        Word("terms", When.ALWAYS, personal=False, public=True),
        Word("support", When.ALWAYS, public=True),
        Word("appeal", When.ALWAYS, listed=False),
        Word("paysupport", When.ALWAYS, listed=False),
        Word("developer_info", When.ALWAYS, listed=False),
        Word("export", When.PERSON, right=True),
        Word("clear_conversation", When.CONSENTED, right=True),
        Word("delete_me", When.PERSON, right=True),
        Word("pause", When.CONSENTED, preempts=True, right=True),
        Word("resume", When.CONSENTED),
        Word("consent", When.CONSENTED, right=True),
        Word("persona", When.ACTIVE, personal=False),
        Word("language", When.PERSON, right=True),
        Word("stop", When.CONSENTED, preempts=True, personal=False),
        Word("regenerate", When.ACTIVE, personal=False),
        Word("i_am_18", When.GATE, listed=False),
        Word("under_18", When.GATE, listed=False),
        Word("agree", When.GATE, listed=False),
        Word("decline", When.GATE, listed=False),
    )
}

_FIXED_ARGUMENTS: Final = frozenset({"", "yes", "no", "all", "en", "ru", "withdraw"})
# What may stand before a word, as nobody sees it.
_UNSEEN: Final = re.compile(rf"(?:\s|{INVISIBLE.pattern})*+")
_NAMED: Final = re.compile(
    rf"/{INVISIBLE.pattern}*+(?P<apart>\s(?:\s|{INVISIBLE.pattern})*+)?"
    rf"(?P<name>[A-Za-z0-9_]++)(?:{INVISIBLE.pattern}*+@[^\s:,;]*+)?"
    rf"(?P<signs>(?:{INVISIBLE.pattern}|[^\w\s/@])*+)(?P<end>\s|\Z)?"
)
_ENDING: Final = tuple(":,;!?—–")
_WITHDRAWAL: Final = ("consent", "withdraw")
_PREEMPTING_ARGUMENTS: Final = {
    ("clear_conversation", "yes"),
    ("clear_conversation", "all"),
    ("delete_me", "yes"),
    _WITHDRAWAL,
}
_ENDING_ALL: Final = {
    ("clear_conversation", "all"),
    ("delete_me", "yes"),
    _WITHDRAWAL,
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A word as it came in.

    Attributes:
        name: The word's name, also an unknown one that was typed with a slash.
        argument: What followed it.
        method: How it was given, for the consent log.
    """

    name: str
    argument: SealedText
    method: str

    @property
    def word(self) -> Word | None:
        """The word, if it is known."""
        return WORDS.get(self.name)

    @property
    def preempts(self) -> bool:
        """Whether it ends a running turn."""
        word = self.word
        return word is not None and (
            word.preempts or (self.name, self.argument.reveal()) in _PREEMPTING_ARGUMENTS
        )

    @property
    def ends_all(self) -> bool:
        """Whether it ends the person's running turns in every conversation."""
        return self.name == "pause" or (self.name, self.argument.reveal()) in _ENDING_ALL

    @property
    def withdraws(self) -> bool:
        """Whether nothing of a running reply may stay: consent to it is taken back."""
        return (self.name, self.argument.reveal()) == _WITHDRAWAL


def is_fixed(argument: str) -> bool:
    """Whether an argument is no words of a person.

    Only such is kept of what somebody who has not consented types, so that a confirmation outlives
    a crash and nothing else does.
    """
    return argument in _FIXED_ARGUMENTS or is_argument(argument)


def hear(parts: tuple[Part, ...]) -> Heard | None:
    """Return the word that a message is, or ``None`` for ordinary talk.

    What is typed is a word if it begins with a slash and a name, be it a text or what stands below
    a picture or file; ``/name@bot`` counts as ``/name``. Spaces and invisible characters before it,
    and signs such as a colon behind the name, change nothing. An unknown name in ASCII letters is
    returned, too, so that it can be answered.
    """
    for part in parts:
        match part:
            case Choice(command=name, argument=argument, method=method):
                return Heard(name, SealedText(argument), method)
            case Command(name=name, argument=given):
                return Heard(name.lower(), SealedText(given.reveal().strip()), "command")
            case _:
                continue
    return _typed(text_of(parts).reveal())


def command_of(parts: tuple[Part, ...]) -> Command | None:
    """Return the word that a message is as adapters know it; see ``hear``."""
    heard = hear(parts)
    return None if heard is None else Command(name=heard.name, argument=heard.argument)


def _typed(text: str) -> Heard | None:
    if not text.startswith("/"):
        if text[:1].isalnum():
            return None  # as nearly all talk
        text = text[_UNSEEN.match(text).end() :]  # type: ignore[union-attr]  # it may match nothing
    found = _NAMED.match(text)
    if found is None:
        return None
    name, signs = found["name"].lower(), found["signs"]
    # What may be meant for the operators is no talk, however it is typed.
    if name not in SUPPORT_WORDS:
        if found["apart"]:
            return None
        if found["end"] is None and not (name in WORDS and signs.startswith(_ENDING)):
            return None
    elif found["end"] is None and not signs:
        return None
    return Heard(name, SealedText(text[found.end() :].strip()), "command")
