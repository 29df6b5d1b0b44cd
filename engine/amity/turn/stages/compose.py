"""compose: builds the request, the stable part first, within the token budget, without any name."""

from amity.models.contract import ChatMessage, ChatRequest, Companion, Role, Speaker
from amity.models.tokens import estimate_tokens
from amity.privacy import Pseudonyms
from amity.sealed import SealedText
from amity.persona import compose as compose_prompt
from amity.turn.services import Services
from amity.turn.turn import Flow, Stage, Turn

__all__ = ["compose"]


def compose(services: Services) -> Stage:
    """Return the stage."""

    async def stage(turn: Turn) -> Flow:
        persona = turn.persona
        pseudonyms = Pseudonyms(turn.person.call_name)
        turn.pseudonyms = pseudonyms
        placeholder = pseudonyms.placeholder if turn.person.call_name is not None else None
        question = ChatMessage(Speaker.USER, turn.said)
        hidden = [
            ChatMessage(m.speaker, SealedText(pseudonyms.hide(m.text.reveal())))
            for m in (*turn.history, question)
        ]
        prompt = compose_prompt(
            persona,
            turn.language,
            placeholder,
            hidden,
            budget_tokens=services.facts.prompt_tokens,
            estimate=estimate_tokens,
            hints=turn.hints,
        )
        turn.request = ChatRequest(
            role=Role.CHAT,
            model=persona.model,
            messages=prompt.messages,
            stable=prompt.stable,
            temperature=persona.temperature,
            max_tokens=services.facts.reply_tokens,
            companion=Companion(
                name=persona.name,
                gender=persona.gender,
                language=turn.language,
                interests=persona.interests_in(turn.language),
                call_name=placeholder,
            ),
        )
        return Flow.ON

    return stage
