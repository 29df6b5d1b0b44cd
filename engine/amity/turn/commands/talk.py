"""Words about the talk itself: persona, stop, regenerate."""

from collections.abc import Sequence

from amity.message import Button, Buttons, OutboundKind
from amity.persona import Persona
from amity.turn.again import ask_again
from amity.turn.services import Services
from amity.turn.turn import Flow, Turn

__all__ = ["persona", "regenerate", "stop"]


async def persona(services: Services, turn: Turn, argument: str) -> Flow:
    """List the personas, or switch to one: each has a conversation of its own."""
    wanted = argument.strip().lower()
    choices = [p for p in services.choices(turn.channel) if turn.suits(p)]
    if not wanted:
        _list(services, turn, choices)
        return Flow.DELIVER
    chosen = next((p for p in choices if _is_called(p, wanted)), None)
    if chosen is None:
        names = ", ".join(p.name(turn.language) for p in choices)
        turn.say(services.text(turn.language, "persona.unknown", personas=names))
        return Flow.DELIVER
    active = await services.conversations.active_persona(turn.person.id, turn.place)
    if chosen.id == (active or turn.channel.persona):
        turn.say(
            services.text(turn.language, "persona.already", persona=chosen.name(turn.language))
        )
        return Flow.DELIVER
    await services.conversations.choose_persona(turn.person.id, turn.place, chosen.id)
    conversation = await services.conversations.open(turn.person.id, turn.place, chosen.id)
    turn.say(services.text(turn.language, "persona.switched", persona=chosen.name(turn.language)))
    if not await services.history.count(conversation):
        turn.say(
            chosen.greeting_in(turn.language, services.called(turn.person, turn.language)),
            kind=OutboundKind.REPLY,
        )
    turn.conversation, turn.persona = conversation, chosen
    return Flow.DELIVER


def _is_called(persona: Persona, word: str) -> bool:
    names = (persona.id, *persona.names.values())
    return word.casefold() in {name.casefold() for name in names}


def _list(services: Services, turn: Turn, choices: Sequence[Persona]) -> None:
    others = [p for p in choices if p.id != turn.persona.id]
    if not others:
        turn.say(
            services.text(turn.language, "persona.only", persona=turn.persona.name(turn.language))
        )
        return
    lines = "\n".join(
        services.text(
            turn.language,
            "persona.line",
            name=p.name(turn.language),
            id=p.id,
            about=p.about_in(turn.language, services.called(turn.person, turn.language)),
        )
        for p in choices
    )
    text = services.text(
        turn.language,
        "persona.list",
        persona=turn.persona.name(turn.language),
        personas=lines,
        example=others[0].id,
    )
    buttons = Buttons(
        tuple(
            (Button(label=p.name(turn.language), command="persona", argument=p.id),) for p in others
        )
    )
    turn.say(text, buttons)


async def stop(services: Services, turn: Turn, _argument: str) -> Flow:
    """Say that the reply was stopped; the lane has ended it already."""
    key = "stop.stopped" if turn.stopped_another else "stop.nothing"
    turn.say(services.text(turn.language, key))
    return Flow.DELIVER


async def regenerate(services: Services, turn: Turn, _argument: str) -> Flow:
    """Answer the last words of the person once more, in place of the last reply."""
    exchange = None
    if turn.conversation is not None:
        exchange = await services.history.last_exchange(turn.conversation)
    if exchange is None:
        turn.say(services.text(turn.language, "regenerate.nothing"))
        return Flow.DELIVER
    ask_again(turn, exchange)
    return Flow.ON
