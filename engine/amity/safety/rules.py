"""What a rule of safety is: a pattern over plain text, and words without which it cannot hold."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from amity.safety.normalise import STEM

__all__ = ["NEVER", "Language", "Rule", "gap", "keys", "rule"]

NEVER: Final = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        id: What logs and counters call it.
        keys: Words (or stems with ``*``) of which at least one is in every text it holds for.
        pattern: What it looks for.
        unless: Holds in sentences that mean something else.
        needs: Must hold somewhere in the same sentence.
        soft: A finding is distress, not danger.
        third: A finding is about somebody else.
        sure: The pattern itself says that the speaker speaks of themselves.
    """

    id: str
    keys: frozenset[str]
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    needs: re.Pattern[str] | None = None
    soft: bool = False
    third: bool = False
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The rules of one language, and how it denies, looks back and speaks of others.

    Attributes:
        rules: Gravest first.
        keys: All keys of the rules.
        idiom: Holds in a sentence that only sounds grave; its group ``thing`` is about a thing that
            died, and excuses no more than that.
        denied: Holds for what stands before a finding that is denied.
        own: Holds where a finding begins with the speaker: nobody else is meant then.
        no: Denies a finding that does not begin with the speaker, right before it.
        others: Holds for what stands before a finding about someone else.
        past: Holds in a sentence about what is over.
    """

    rules: tuple[Rule, ...]
    keys: frozenset[str]
    idiom: re.Pattern[str]
    denied: re.Pattern[str]
    own: re.Pattern[str]
    no: tuple[str, ...]
    others: re.Pattern[str]
    past: re.Pattern[str]


def keys(words: str) -> frozenset[str]:
    """Return a set of words; one that ends with ``*`` is a stem, cut to the length we compare."""
    return frozenset(word[:STEM] + "*" if word.endswith("*") else word for word in words.split())


def rule(
    id: str,
    words: str,
    *patterns: str,
    unless: Iterable[str] = (),
    needs: Iterable[str] = (),
    soft: bool = False,
    third: bool = False,
    sure: bool = False,
) -> Rule:
    """Make a rule of alternative patterns; each starts at a space and ends before one."""
    return Rule(
        id=id,
        keys=keys(words),
        pattern=_any(patterns),
        unless=_any(unless) if unless else None,
        needs=_any(needs) if needs else None,
        soft=soft,
        third=third,
        sure=sure,
    )


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(f" (?:{'|'.join(patterns)})(?= )")


def gap(most: int) -> str:
    """Return a pattern for up to so many words between two others, within a sentence."""
    return rf"(?: \w+){{0,{most}}}"
