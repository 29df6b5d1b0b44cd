"""How the offline voice finds its reply: keywords by rank, reflection, and coming back to things.

The method is that of ELIZA: J. Weizenbaum, "ELIZA: a computer program for the study of natural
language communication between man and machine", Communications of the ACM 9(1), 1966: keywords with
ranks, sayings that take up the person's words turned round, and a memory for when nothing matches.

A reply depends on the conversation alone, so the same request gets the same reply. Nothing of a
crisis, of contact data or of another script than the language's is ever taken up.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from amity.models._offline_rules import Memory, Voice
from amity.models.contract import ChatMessage, Companion, Speaker
from amity.safety import CrisisLevel, asks_if_human, assess, hard_stop

__all__ = ["MOST", "reply"]

MOST: Final = 1_000
"""No reply is longer, in characters."""

_READ: Final = 2_000
_FORMS: Final = re.compile(r"<([^/<>]*)/([^/<>]*)/([^/<>]*)>")
_FORM_OF: Final = {"female": 0, "male": 1}
_MARK: Final = re.compile(r"\{(\w+)\}")
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_VOCATIVE: Final = re.compile(r",? ?\{call\}")
# What is never taken up: it may be contact data, a command, mark-up, or a mark of ours.
_UNECHOED: Final = re.compile(r"[\d@/\\<>{}\[\]()*_`#|~^=+$%&\"“”«»…]|https?|www")
_MOST_ECHOED_WORDS: Final = 8
_LATIN: Final = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class _Talk:
    """What the voice looks at."""

    voice: Voice
    companion: Companion
    said: str
    earlier: str
    replies: tuple[str, ...]
    seed: int


def reply(
    voice: Voice, companion: Companion, messages: Sequence[ChatMessage], *, again: int = 0
) -> str:
    """Return the reply to the newest words of a conversation; never empty, never over ``MOST``.

    Args:
        voice: The rules of the language to answer in.
        companion: Who speaks.
        messages: The conversation, oldest first.
        again: How many other replies to the same words were turned down.
    """
    talk = _look(voice, companion, messages)
    spoken = "\n".join(talk.replies)
    words = _first_unsaid(talk, spoken, again)
    if voice.intro not in spoken and words not in {_fill(talk, each) for each in voice.asked}:
        words = f"{voice.intro}\n\n{words}"
    return words[:MOST]


def _look(voice: Voice, companion: Companion, messages: Sequence[ChatMessage]) -> _Talk:
    turns = [message for message in messages if message.speaker is not Speaker.SYSTEM]
    replies = tuple(m.text.reveal() for m in turns if m.speaker is Speaker.ASSISTANT)
    asked = [at for at, message in enumerate(turns) if message.speaker is Speaker.USER]
    newest = asked[-1] if asked else -1
    # Messages that were joined into one turn are answered together.
    first = newest
    while first > 0 and turns[first - 1].speaker is Speaker.USER:
        first -= 1
    said = "\n".join(message.text.reveal() for message in turns[first : newest + 1] if asked)
    earlier = "\n".join(turns[at].text.reveal() for at in asked if at < first)
    content = "\0".join(message.text.reveal() for message in turns)
    digest = hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=8).digest()
    return _Talk(
        voice=voice,
        companion=companion,
        said=_plain(said[-_READ:]),
        earlier=_plain(earlier[-2 * _READ :]),
        replies=replies,
        seed=int.from_bytes(digest, "big"),
    )


def _first_unsaid(talk: _Talk, spoken: str, again: int) -> str:
    every: dict[str, None] = {}
    fresh: list[str] = []
    for words in _candidates(talk):
        if words not in every and words not in spoken:
            fresh.append(words)
            if len(fresh) > again:
                return words
        every[words] = None
    choice = fresh or list(every)
    return choice[again % len(choice)]


def _candidates(talk: _Talk) -> Iterator[str]:
    """Yield replies, the best first: care, honesty, what the rules say, memory, open questions."""
    voice = talk.voice
    signal = assess(talk.said) if talk.said else None
    if signal is not None and signal.level is not CrisisLevel.SOFT:
        yield from _filled(talk, voice.heavy)
        return
    if talk.said and hard_stop(talk.said):
        yield from _filled(talk, voice.refuse)
        return
    if talk.said and asks_if_human(talk.said):
        yield from _filled(talk, voice.asked)
    weak: list[str] = []
    for rule in voice.rules:
        match = rule.match.search(talk.said)
        if match is None:
            continue
        caught = match.groupdict().get("x")
        sayings = list(_filled(talk, rule.say, x=_reflected(talk, caught)))
        if rule.rank < _WEAK and len(_WORD.findall(talk.said)) > 2:
            weak.extend(sayings)
        else:
            yield from sayings
    # A short or unknown message is the moment to come back to something, every other time.
    if len(talk.replies) % 2 == 1:
        yield from _recalled(talk)
    yield from weak
    yield from _mixed(_filled(talk, voice.fallback), _recalled(talk))


_WEAK: Final = 25


def _mixed(first: Iterator[str], second: Iterator[str]) -> Iterator[str]:
    opening = next(first, None)
    if opening is not None:
        yield opening
    yield from second
    yield from first


def _recalled(talk: _Talk) -> Iterator[str]:
    """Yield ways to come back to what was mentioned earlier, the latest first."""
    found: list[tuple[int, Memory]] = []
    for memory in talk.voice.memories:
        places = [match.start() for match in memory.match.finditer(talk.earlier)]
        if places and not memory.match.search(talk.said):
            found.append((places[-1], memory))
    spoken = "\n".join(talk.replies)
    for _, memory in sorted(found, key=lambda each: -each[0]):
        ask = _formed(talk, memory.ask)
        if ask not in spoken:
            values = {"about": memory.about, "ask": ask}
            yield from list(_filled(talk, talk.voice.recall, **values))[:1]


def _filled(talk: _Talk, sayings: Sequence[str], **values: str | None) -> Iterator[str]:
    """Yield sayings in an order of the conversation's own, those left out that cannot be filled."""
    given: dict[str, str | None] = {
        "name": talk.companion.name,
        "call": talk.companion.call_name,
        "interest": _one_of(talk.companion.interests, talk.seed),
        **values,
    }
    start = talk.seed % len(sayings)
    for saying in (*sayings[start:], *sayings[:start]):
        if all(given.get(name) for name in _MARK.findall(saying)):
            yield _fill(talk, saying, given)


def _fill(talk: _Talk, saying: str, given: Mapping[str, str | None] | None = None) -> str:
    values = given or {"name": talk.companion.name}
    text = _MARK.sub(lambda match: values.get(match[1]) or "", saying)
    return _formed(talk, text[:1].upper() + text[1:])


def _formed(talk: _Talk, text: str) -> str:
    index = _FORM_OF.get(talk.companion.gender, 2)
    return _FORMS.sub(lambda match: match[index + 1], text)


def _one_of(items: Sequence[str], seed: int) -> str | None:
    return items[seed // 7 % len(items)] if items else None


def _reflected(talk: _Talk, caught: str | None) -> str | None:
    """Return caught words turned to the one who listens, or ``None`` if they are better left."""
    if not caught or _UNECHOED.search(caught):
        return None
    cyrillic = talk.voice.language == "ru"
    words = _WORD.findall(caught)
    if not words or len(words) > _MOST_ECHOED_WORDS:
        return None
    if any(not sign.isascii() and not _is_cyrillic(sign) for sign in caught if sign.isalpha()):
        return None
    if cyrillic is (_LATIN.search(caught) is not None):
        return None
    if not cyrillic and any(_is_cyrillic(sign) for sign in caught):
        return None
    turned = [_turned(talk, word) for word in words]
    if any(word is None for word in turned):
        return None
    return " ".join(word for word in turned if word)


def _turned(talk: _Talk, word: str) -> str | None:
    plain = word.replace("’", "'")
    turned = talk.voice.reflect.get(plain)
    if turned is not None:
        return turned
    if talk.voice.language == "ru":
        return _turned_russian_verb(plain)
    return plain


def _turned_russian_verb(word: str) -> str | None:
    """Turn a verb's first person into its second: ``рисую`` becomes ``рисуешь``."""
    for ending, second in (("ую", "уешь"), ("аю", "аешь"), ("яю", "яешь"), ("ею", "еешь")):
        if word.endswith(ending) and len(word) > 4:
            return word[: -len(ending)] + second
    if word.endswith("юсь") or (word.endswith(("ю", "усь")) and len(word) > 3):
        # Which conjugation it has cannot be seen; nothing is better than a wrong form.
        return None
    return word


def _is_cyrillic(sign: str) -> bool:
    return "Ѐ" <= sign <= "ӿ"


def _plain(text: str) -> str:
    """Return a text in lower case, with plain apostrophes, е for ё, and nothing invisible."""
    folded = unicodedata.normalize("NFKC", text).replace("’", "'").lower().replace("ё", "е")
    return "".join(sign for sign in folded if sign.isprintable() or sign == "\n")
