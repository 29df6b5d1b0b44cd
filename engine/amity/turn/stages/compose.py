"""compose: builds the request, the stable part first, within the token budget, without any name."""

from amity.models.contract import ChatMessage, ChatRequest, Companion, Meter, Role, Speaker
from amity.models.tokens import estimate_tokens
from amity.privacy import Pseudonyms
from amity.sealed import SealedText
from amity.turn.services import Services
from amity.turn.turn import Flow, Stage, Turn

__all__ = ["compose"]


def compose(services: Services) -> Stage:
    """Return the stage."""

    async def stage(turn: Turn) -> Flow:
        persona, language = turn.persona, turn.language
        former = await services.people.former_names(turn.person)
        pseudonyms = turn.pseudonyms = Pseudonyms(turn.person.call_name, former)
        placeholder = None if turn.person.call_name is None else pseudonyms.placeholder
        talk = [*turn.history, ChatMessage(Speaker.USER, turn.said)]
        if placeholder is not None or former:
            talk = _hidden(pseudonyms, talk)
        composed = services.composer.compose(
            persona,
            language,
            placeholder,
            talk,
            budget=services.models.prompt_budget(persona.model),
            estimate=estimate_tokens,
        )
        turn.request = ChatRequest(
            role=Role.CHAT,
            model=services.models.named(persona.model),
            messages=_with_hints(composed.messages, _hints(pseudonyms, turn, composed.messages)),
            stable=composed.stable,
            temperature=persona.temperature,
            max_tokens=services.facts.reply_tokens,
            meter=Meter(),
            companion=Companion(
                name=persona.name(language),
                gender=persona.gender.value,
                language=language,
                interests=persona.interests_in(
                    language, placeholder or services.called(None, language)
                ),
                call_name=placeholder,
            ),
        )
        return Flow.ON

    return stage


def _hints(pseudonyms: Pseudonyms, turn: Turn, messages: tuple[ChatMessage, ...]) -> list[str]:
    """Return what earlier stages have to say, and which names a person gave up."""
    hints = [pseudonyms.hide(hint) for hint in turn.hints]
    given_up = [
        placeholder
        for placeholder in pseudonyms.others
        if any(placeholder in message.text.reveal() for message in messages)
    ]
    if given_up:
        hints.append(f"The person is no longer called {' or '.join(given_up)}.")
    return hints


def _hidden(pseudonyms: Pseudonyms, messages: list[ChatMessage]) -> list[ChatMessage]:
    """Put placeholders for the names; messages without any stay the same object."""
    hidden: list[ChatMessage] = []
    for message in messages:
        text = message.text.reveal()
        safe = pseudonyms.hide(text)
        same = safe == text
        hidden.append(message if same else ChatMessage(message.speaker, SealedText(safe)))
    return hidden


def _with_hints(messages: tuple[ChatMessage, ...], hints: list[str]) -> tuple[ChatMessage, ...]:
    """Put what earlier stages have to say before the newest message: it changes with each turn."""
    if not hints:
        return messages
    hint = ChatMessage(Speaker.SYSTEM, SealedText(" ".join(hints)))
    return (*messages[:-1], hint, messages[-1])
