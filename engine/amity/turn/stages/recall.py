"""recall: fetches what was said before, and says again from time to time that this is software."""

from amity.memory.conversations import Conversation
from amity.turn.services import Services
from amity.turn.turn import Flow, Stage, Turn

__all__ = ["recall"]

_QUOTED = 300


def recall(services: Services) -> Stage:
    """Return the stage."""

    async def stage(turn: Turn) -> Flow:
        conversation = turn.conversation
        if conversation is None:
            return Flow.DROP
        asked = [m.id for m in turn.asked or turn.messages]
        turn.history = await services.history.recall(
            conversation, limit=services.facts.history, without=[*asked, turn.id, turn.replaces]
        )
        await _quoted(services, turn, conversation)
        if turn.asked:
            # The reply read here is about to be replaced: the next turn looks again.
            services.history.forget(conversation.id)
        _remind(services, turn, conversation)
        return Flow.ON

    return stage


async def _quoted(services: Services, turn: Turn, conversation: Conversation) -> None:
    """Say which earlier words a message replies to, if they are words of this conversation."""
    wanted = next((m.reply_to for m in reversed(turn.messages) if m.reply_to), "")
    if wanted:
        words = await services.history.words_of(conversation, wanted, limit=services.facts.history)
        if words is not None:
            shown = " ".join(words.reveal().split())[:_QUOTED]
            turn.hints.append(f"The person replies to these earlier words: “{shown}”")


def _remind(services: Services, turn: Turn, conversation: Conversation) -> None:
    """Disclose at each new session and every few hours of continuing use (promise P16)."""
    now = services.clock.now()
    late = now - services.facts.late_after
    if not turn.asked and any(0 < message.time < late for message in turn.messages):
        turn.say(services.text(turn.language, "late"))
    new_session = now - conversation.active_at > services.facts.session_gap
    told = conversation.disclosed_at
    due = told is None or now - told >= services.facts.disclose_every or new_session
    if new_session:
        turn.commit.append(
            services.conversations.touch(conversation, session=services.ids.new(), session_at=now)
        )
    if due and not turn.disclosed:
        key = "disclosure.first" if told is None or new_session else "disclosure.repeat"
        turn.say(services.text(turn.language, key, persona=turn.persona.name(turn.language)))
        turn.disclosed = True
    before = conversation.persona_version
    if before is not None and before != turn.persona.version:
        turn.say(
            services.text(
                turn.language, "version.changed", persona=turn.persona.name(turn.language)
            )
        )
