"""Does the person say of themselves that they are under 18?

``declared`` needs a plain statement in the present tense about the speaker: a mistake here erases
somebody's data. What only hints (a school year that can mean an adult, a birthday without a year)
is ``unclear``: the gate asks again and nothing is erased. The past, other persons, wishes, games,
roles, quotations and numbers that are no ages are neither.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from amity.safety import _minors_en, _minors_ru
from amity.safety._minor_traps import Reach, Traps, reach
from amity.safety.clauses import clauses
from amity.safety.normalise import Plain, normalise

__all__ = ["MinorOutcome", "MinorSignal", "assess_minor", "assess_minor_plain"]


class MinorOutcome(StrEnum):
    """What follows."""

    DECLARED = "declared"  # blocked and erased (promise P06)
    UNCLEAR = "unclear"  # the gate asks again, nothing is erased (promise P07)


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorSignal:
    """What was found: the outcome and the rule's id, nothing of the text."""

    outcome: MinorOutcome
    rule: str


# How far before its own sentence a number's meaning, or a game, is looked for.
_BEFORE: Final = 40
# How far behind a finding what it counts is looked for.
_BEHIND: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """One rule: its id, its pattern, and whether a sentence that it begins names no subject."""

    id: str
    pattern: re.Pattern[str]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """The rules of one language.

    Attributes:
        declared: What declares it.
        unclear: What only hints at it.
        traps: What takes it back.
        doubt: Holds where a number may be no age: then the gate asks, and nothing is erased.
    """

    declared: tuple[_Rule, ...]
    unclear: tuple[_Rule, ...]
    traps: Traps
    doubt: re.Pattern[str]


def _compile(rules: tuple[tuple[str, str], ...]) -> tuple[_Rule, ...]:
    compiled = []
    for name, pattern in rules:
        # A pattern that starts at a sentence's start brings its own spaces.
        whole = pattern.startswith("(?:^|")
        made = re.compile(pattern if whole else f" (?:{pattern})")
        compiled.append(_Rule(id=name, pattern=made, whole=whole))
    return tuple(compiled)


_EN: Final = _Rules(
    declared=_compile(_minors_en.DECLARED),
    unclear=_compile(_minors_en.UNCLEAR),
    traps=_minors_en.TRAPS,
    doubt=_minors_en.DOUBT,
)
_RU: Final = _Rules(
    declared=_compile(_minors_ru.DECLARED),
    unclear=_compile(_minors_ru.UNCLEAR),
    traps=_minors_ru.TRAPS,
    doubt=_minors_ru.DOUBT,
)


def assess_minor(text: str) -> MinorSignal | None:
    """Judge a text in English or Russian."""
    return assess_minor_plain(normalise(text))


def assess_minor_plain(plain: Plain) -> MinorSignal | None:
    """Judge a text in its plain form."""
    english = not _minors_en.KEYS.isdisjoint(plain.words) and (plain.latin or not plain.cyrillic)
    russian = plain.cyrillic and not _minors_ru.KEYS.isdisjoint(plain.words)
    if not english and not russian:
        return None
    text = clauses(plain)
    found = _judge(text, _EN) if english else None
    if russian and (found is None or found.outcome is not MinorOutcome.DECLARED):
        found = _judge(text, _RU) or found
    return found


def _judge(text: str, rules: _Rules) -> MinorSignal | None:
    found: MinorSignal | None = None
    for rule in rules.declared:
        for match in rule.pattern.finditer(text):
            outcome = _weigh(text, match, rule, rules)
            if outcome is MinorOutcome.DECLARED:
                return MinorSignal(outcome=outcome, rule=rule.id)
            if outcome is not None:
                found = MinorSignal(outcome=outcome, rule=rule.id)
    for rule in rules.unclear:
        for match in rule.pattern.finditer(text):
            if _weigh(text, match, rule, rules) is not None:
                return MinorSignal(outcome=MinorOutcome.UNCLEAR, rule=rule.id)
    return found


def _weigh(text: str, match: re.Match[str], rule: _Rule, rules: _Rules) -> MinorOutcome | None:
    """Return what a finding means where it stands."""
    traps = rules.traps
    span = reach(text, match, traps, whole=rule.whole)
    if _cancelled(text, match, rule, span, traps):
        return None
    before = match.start() + 1
    doubtful = (
        traps.joke.search(text, span.begin, span.stop)
        or traps.told.search(text, max(0, span.begin - _BEFORE), span.stop)
        or traps.others.search(text, span.left, before)
        or traps.condition.search(text, span.left, match.end())
        or traps.said.search(text, span.left, before)
        or any(verb.end() == span.left for verb in traps.said.finditer(text, span.begin, before))
        or traps.past.search(text, match.end(), span.right + 1)
        # What goes before says what a number is: "Shoe size? I'm 11."
        or rules.doubt.search(text, max(0, span.begin - _BEFORE), _word_after(text, span.right))
    )
    return MinorOutcome.UNCLEAR if doubtful else MinorOutcome.DECLARED


def _cancelled(text: str, match: re.Match[str], rule: _Rule, span: Reach, traps: Traps) -> bool:
    """Whether a finding's own clause is about others, the past, a game, or no age at all."""
    before, behind = match.start() + 1, min(span.right + 1, match.end() + _BEHIND)
    if rule.whole and traps.others.search(text, span.left, span.right + 1):
        return True
    if rule.id.endswith((".school", ".hint")) and (
        traps.teaching.search(text, span.left, span.right + 1)
        or traps.others.search(text, span.left, before)
    ):
        return True
    return (
        traps.story.search(text, span.left, span.right + 1) is not None
        or traps.heart.search(text, span.left, behind) is not None
        or traps.past.search(text, span.left, match.end() + 1) is not None
        or any(
            not text[: verb.start()].endswith(traps.speaker)
            for verb in traps.said.finditer(text, span.left, before)
        )
    )


def _word_after(text: str, at: int) -> int:
    """Return where the word behind a border ends, which some patterns look at."""
    end = text.find(" ", at + 1)
    return len(text) if end < 0 else end + 1
