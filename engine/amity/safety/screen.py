"""What came in, judged once by every rule, before anything else reads it."""

from dataclasses import dataclass

from amity.safety.crisis import CrisisSignal, assess_plain
from amity.safety.hard_stops import hard_stop_plain
from amity.safety.human_claims import asks_if_human_plain
from amity.safety.minors import MinorSignal, assess_minor_plain
from amity.safety.normalise import normalise
from amity.safety.special import SpecialCategory, special_categories_plain
from amity.sealed import SealedText

__all__ = ["Screen", "Screening"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """The verdict on a text: rule ids and levels, nothing of the text.

    Attributes:
        crisis: A crisis, and whose.
        minor: A self-declared minor, or a hint of one.
        asks_if_human: The person asks what they are talking with.
        hard_stop: The id of the rule that stops the text whatever else holds.
        special: The special categories of data that the text holds.
    """

    crisis: CrisisSignal | None = None
    minor: MinorSignal | None = None
    asks_if_human: bool = False
    hard_stop: str | None = None
    special: tuple[SpecialCategory, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that held, for counters and the ledger."""
        ids = [self.crisis and self.crisis.rule, self.minor and self.minor.rule, self.hard_stop]
        return tuple(name for name in ids if name)

    @property
    def clear(self) -> bool:
        """True if nothing was found."""
        found = (self.crisis, self.minor, self.asks_if_human, self.hard_stop, self.special)
        return not any(found)


class Screen:
    """Judges what comes in. Pure: no state, no I/O, safe to share."""

    def judge(self, text: SealedText, language: str = "en") -> Screening:
        """Judge the words of a message, whichever way they came (text, caption, transcript).

        Args:
            text: The words.
            language: The person's language, a hint: the scripts in the text decide.
        """
        plain = normalise(text.reveal())
        return Screening(
            crisis=assess_plain(plain),
            minor=assess_minor_plain(plain),
            asks_if_human=asks_if_human_plain(plain),
            hard_stop=hard_stop_plain(plain),
            special=special_categories_plain(plain),
        )
