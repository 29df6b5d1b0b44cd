"""The prompt: who speaks and by which rules, then the conversation, within a token budget.

What does not change from turn to turn stands first, in one message, so that a provider can cache
it: the service's rules, the persona, its example lines. It is made once per persona, language and
call-name. The rules stand above the persona and say so; the persona's text is data.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from amity.defaults.files import builtin
from amity.locales import Locales
from amity.models.contract import ChatMessage, Speaker
from amity.persona.model import Persona, Rating, fill, pick
from amity.sealed import SealedText

__all__ = ["Composed", "Composer"]

# What stands where the middle of an overlong message was taken out.
_CUT: Final = "\n[…]\n"
_CACHED: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A prompt.

    Attributes:
        messages: The system message, then the conversation.
        stable: How many leading messages do not change from turn to turn.
        dropped: How many of the oldest messages did not fit.
        tokens: What the prompt costs by the estimate.
    """

    messages: tuple[ChatMessage, ...]
    stable: int
    dropped: int
    tokens: int


@dataclass(frozen=True, slots=True)
class _Static:
    message: ChatMessage
    text: str


class Composer:
    """Puts prompts together.

    Args:
        locales: Names the languages.
    """

    def __init__(self, locales: Locales) -> None:
        self._locales = locales
        self._statics: dict[tuple[str, str, str, str | None], _Static] = {}
        self._costs: dict[tuple[object, int], int] = {}
        environment = ImmutableSandboxedEnvironment(
            autoescape=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        source = builtin("prompt", "system.md.j2").read_text(encoding="utf-8")
        self._template = environment.from_string(source)

    def system(self, persona: Persona, language: str, call_name: str | None) -> str:
        """Return the text of the system message."""
        return self._static(persona, language, call_name).text

    def compose(
        self,
        persona: Persona,
        language: str,
        call_name: str | None,
        history: Sequence[ChatMessage],
        *,
        budget: int,
        estimate: Callable[[str], int],
    ) -> Composed:
        """Return the prompt for the next answer.

        Args:
            persona: Who speaks.
            language: The language to answer in.
            call_name: The placeholder that stands for the person's call-name, if there is one.
            history: The conversation, oldest first; its last message is the newest of the person.
            budget: How many tokens the prompt may cost. The oldest messages are dropped first; the
                newest is always there, cut in its middle if it does not fit by itself.
            estimate: Tells what a text costs.
        """
        static = self._static(persona, language, call_name)
        spent = self._cost(static, estimate)
        kept: list[ChatMessage] = []
        for message in reversed(history):
            cost = estimate(message.text.reveal())
            if spent + cost > budget:
                if not kept:
                    part = _shortened(message, max(budget - spent, 16), estimate)
                    spent += estimate(part.text.reveal())
                    kept.append(part)
                break
            spent += cost
            kept.append(message)
        kept.append(static.message)
        kept.reverse()
        return Composed(
            messages=tuple(kept),
            stable=1,
            dropped=len(history) - len(kept) + 1,
            tokens=spent,
        )

    def _cost(self, static: _Static, estimate: Callable[[str], int]) -> int:
        key = (estimate, id(static))
        cost = self._costs.get(key)
        if cost is None:
            if len(self._costs) >= _CACHED:
                self._costs.clear()
            cost = self._costs[key] = estimate(static.text)
        return cost

    def _static(self, persona: Persona, language: str, call_name: str | None) -> _Static:
        key = (persona.id, persona.version, language, call_name)
        static = self._statics.get(key)
        if static is None:
            if len(self._statics) >= _CACHED:
                # Costs are known by the identity of what is thrown away here.
                self._statics.clear()
                self._costs.clear()
            text = self._render(persona, language, call_name)
            message = ChatMessage(Speaker.SYSTEM, SealedText(text))
            static = self._statics[key] = _Static(message, text)
        return static

    def _render(self, persona: Persona, language: str, call_name: str | None) -> str:
        name = persona.name(language)
        user = call_name or self._locales.text(language, "prompt.person")

        def named(text: str) -> str:
            return fill(text, char=name, user=user)

        return self._template.render(
            name=name,
            gender=persona.gender.value,
            age=persona.age,
            language=self._locales.name(self._locales.best(language)),
            call_name=call_name,
            adult=persona.rating is Rating.ADULT,
            character=named(pick(persona.character, language, "")),
            speech=named(pick(persona.speech, language, "")),
            interests=[named(item) for item in pick(persona.interests, language, ())],
            boundaries=[named(item) for item in pick(persona.boundaries, language, ())],
            examples=[
                (named(line.user), named(line.char))
                for line in pick(persona.examples, language, ())
            ],
        ).strip()


def _shortened(message: ChatMessage, budget: int, estimate: Callable[[str], int]) -> ChatMessage:
    """Return a message without as much of its middle as the budget asks for."""
    text = message.text.reveal()
    low, high = 0, len(text)
    while low < high:
        keep = (low + high + 1) // 2
        if estimate(_without_middle(text, keep)) <= budget:
            low = keep
        else:
            high = keep - 1
    return ChatMessage(message.speaker, SealedText(_without_middle(text, low)))


def _without_middle(text: str, keep: int) -> str:
    if keep >= len(text):
        return text
    head = (keep + 1) // 2
    tail = keep - head
    return text[:head] + _CUT + (text[-tail:] if tail else "")
