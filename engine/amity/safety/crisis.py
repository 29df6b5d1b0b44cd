"""Does someone speak of ending or hurting their own life, or of someone else doing so?

Rules in English and Russian over the plain form of a text. Each rule names the words without which
it cannot hold, so that a text without any of them costs one set operation. What a rule finds is
then weighed: an idiom drops it, a negation or the past softens it, another person as its subject
turns it into the line for friends.

The rules lean towards asking once too often: what follows is care, never a block. They cannot read
what is only hinted at over several messages; that is for a judge with a model behind it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from amity.safety import crisis_en, crisis_ru
from amity.safety.normalise import Plain, normalise
from amity.safety.rules import Language, Rule
from amity.safety.spelling import respelled

__all__ = ["CrisisLevel", "CrisisSignal", "assess", "assess_plain"]


class CrisisLevel(StrEnum):
    """What the right answer is."""

    FULL = "full"  # helplines at once, before the persona
    THIRD_PERSON = "third-person"  # one line of support: it is about someone else
    SOFT = "soft"  # one line of support: distress, the past, or a negated thought


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisSignal:
    """What was found.

    Attributes:
        level: What the right answer is.
        rule: The id of the rule, such as ``crisis.en.suicide``. It holds nothing of the text.
    """

    level: CrisisLevel
    rule: str


_WEIGHT: Final = {CrisisLevel.FULL: 3, CrisisLevel.THIRD_PERSON: 2, CrisisLevel.SOFT: 1}


def assess(text: str) -> CrisisSignal | None:
    """Judge a text in English or Russian: the scripts in it decide."""
    return assess_plain(normalise(text))


def assess_plain(plain: Plain) -> CrisisSignal | None:
    """Judge a text in its plain form; of several findings the gravest counts."""
    best: CrisisSignal | None = None
    for signal in _findings(respelled(plain)):
        if best is None or _WEIGHT[signal.level] > _WEIGHT[best.level]:
            best = signal
            if best.level is CrisisLevel.FULL:
                break
    return best


def _findings(plain: Plain) -> Iterator[CrisisSignal]:
    if plain.latin and not crisis_en.LANGUAGE.keys.isdisjoint(plain.words):
        yield from _judge(crisis_en.LANGUAGE, plain)
    if plain.cyrillic and not crisis_ru.LANGUAGE.keys.isdisjoint(plain.words):
        yield from _judge(crisis_ru.LANGUAGE, plain)


def _judge(language: Language, plain: Plain) -> Iterator[CrisisSignal]:
    for rule in language.rules:
        if rule.keys.isdisjoint(plain.words):
            continue
        for match in rule.pattern.finditer(plain.text):
            level = _weigh(language, rule, plain.text, match.start(), match.end())
            if level is not None:
                yield CrisisSignal(level=level, rule=rule.id)


def _weigh(language: Language, rule: Rule, text: str, start: int, end: int) -> CrisisLevel | None:
    begin, stop = _sentence(text, start, end)
    if rule.unless is not None and rule.unless.search(text, begin, stop):
        return None
    if rule.needs is not None and not rule.needs.search(text, begin, stop):
        return None
    if any(_excuses(idiom, start, end) for idiom in language.idiom.finditer(text, begin, stop)):
        return None
    if rule.third:
        return CrisisLevel.THIRD_PERSON
    if rule.soft:
        return CrisisLevel.SOFT
    before = text[begin : start + 1]
    own = language.own.match(text, start) is not None
    if language.denied.search(before) or (not own and before.endswith(language.no)):
        return CrisisLevel.SOFT
    if not rule.sure and not own and language.others.search(before):
        return CrisisLevel.THIRD_PERSON
    if language.past.search(text, begin, stop):
        return CrisisLevel.SOFT
    return CrisisLevel.FULL


def _excuses(idiom: re.Match[str], start: int, end: int) -> bool:
    """Whether an idiom explains a finding: a dead phone excuses only the word that it died."""
    return idiom["thing"] is None or (idiom.start() < end and idiom.end() > start + 1)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence around a finding begins and ends."""
    begin = max(text.rfind(" . ", 0, start + 1), text.rfind(" ? ", 0, start + 1))
    begin = begin + 2 if begin >= 0 else 0
    # The mark that ends it belongs to it, so that a rule can ask for a question.
    ends = [at for at in (text.find(" . ", end - 1), text.find(" ? ", end - 1)) if at >= 0]
    return begin, min(ends) + 3 if ends else len(text)
