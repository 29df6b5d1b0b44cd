"""Words that reach the people behind the service; what is written to them, no model sees."""

from typing import Final

from amity.clock import day_of
from amity.datamap.schema import Purpose
from amity.message import Button, Buttons
from amity.people import BLOCKED, State
from amity.safety import CrisisLevel
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access
from amity.support import Put, Ticket, Topic, holds_words_only
from amity.support.topics import ADD, CLOSE, DELETE, DELETE_YES, WORDLESS, WORDS_ONLY, numbered
from amity.turn.services import Services
from amity.turn.turn import Flow, Turn

__all__ = ["appeal", "developer_info", "paysupport", "support"]

_SHUT_OUT: Final = BLOCKED | {State.RESTRICTED}


async def developer_info(services: Services, turn: Turn, _argument: str) -> Flow:
    """Say who is responsible, and how to reach them."""
    turn.say(services.text(turn.language, "developer_info"))
    return Flow.DELIVER


async def support(services: Services, turn: Turn, argument: str) -> Flow:
    """Take a request, or say how to make one."""
    return await _answer(services, turn, argument, None)


async def appeal(services: Services, turn: Turn, argument: str) -> Flow:
    """Take an appeal, or ask whoever has something to appeal against for their words."""
    topic = Topic.APPEAL if turn.person.state in _SHUT_OUT else None
    return await _answer(services, turn, argument, topic)


async def paysupport(services: Services, turn: Turn, argument: str) -> Flow:
    """Take a request about a payment, or ask for it."""
    return await _answer(services, turn, argument, Topic.PAYMENT)


async def _answer(services: Services, turn: Turn, argument: str, topic: Topic | None) -> Flow:
    if not turn.place.private:
        words = services.text(turn.language, "support")
        label = services.text(turn.language, "group.privately.button")
        button = Button(label=label, command="support", private=True)
        elsewhere = services.text(turn.language, "support.in_private")
        turn.say(f"{words}\n\n{elsewhere}", Buttons(((button,),)))
        return Flow.DELIVER
    message = turn.messages[0]
    written = await services.support.words_in(turn.place.chat, message.platform_id)
    put = await services.support.put(turn.place.chat, message.platform_id, notify=not turn.keep)
    if put is not None:
        await _care(services, turn, written)
        return _taken(services, turn, put, whole=argument != WORDS_ONLY)
    if argument == WORDLESS:
        turn.say(services.text(turn.language, "support.wordless"))
        return Flow.DELIVER
    if argument == WORDS_ONLY or not holds_words_only(message.parts):
        turn.say(services.text(turn.language, "support.wordless"))
    doing, number = numbered(argument)
    if doing in (CLOSE, DELETE, DELETE_YES):
        return await _end(services, turn, doing, number)
    ticket = await services.support.latest(turn.person, turn.account)
    if argument in set(Topic):
        topic = Topic(argument)
    if ticket is not None and not ticket.closed:
        if argument == ADD:
            await _ask(services, turn, ticket.topic)
        else:
            _show(services, turn, ticket)
    elif topic is not None:
        await _ask(services, turn, topic)
    else:
        _offer(services, turn, ticket)
    return Flow.DELIVER


def _taken(services: Services, turn: Turn, put: Put, *, whole: bool) -> Flow:
    """Say that the words are with the operators, and if nothing else is, or why not."""
    ticket = put.ticket
    if ticket is None:
        turn.say(services.text(turn.language, "support.too_many"))
    elif not put.taken:
        turn.say(services.text(turn.language, "support.full", number=ticket.number))
    else:
        told = []
        # Of whoever is not stored the notice is in the ticket, so that it outlives a crash.
        if turn.keep:
            due = day_of(ticket.due_at) if ticket.due_at is not None else "–"
            key = "support.taken" if put.first else "support.added"
            told.append(services.text(turn.language, key, number=ticket.number, due=due))
        if not whole:
            told.append(services.text(turn.language, "support.words_only"))
        if told:
            turn.say("\n\n".join(told))
    return Flow.DELIVER if turn.sayings else Flow.DROP


async def _care(services: Services, turn: Turn, words: SealedText) -> None:
    """Show helplines at once: an operator reads this hours later, or never."""
    crisis = services.care.judge(words, turn.language).crisis
    if crisis is None or crisis.level is not CrisisLevel.FULL:
        return
    counted = services.record.crisis(turn.person.country, crisis.level.value)
    if turn.keep:
        turn.commit.extend(counted)
    else:
        await services.vault.write(counted, Access(Purpose.SAFETY, EVERYONE))
    turn.say(services.care.crisis(turn.language, turn.person.country))


async def _ask(services: Services, turn: Turn, topic: Topic) -> None:
    """Ask for the words; the next message is taken for them."""
    turn.person = await services.support.wait_for(turn.person, turn.account, turn.place.chat, topic)
    name = services.text(turn.language, f"support.topic.{topic}")
    words = services.text(turn.language, "support.ask", topic=name)
    turn.say(f"{words}\n\n{services.text(turn.language, 'support.contact')}")


def _offer(services: Services, turn: Turn, ticket: Ticket | None) -> None:
    """Say who answers, and offer the topics."""
    words = services.text(turn.language, "support")
    if ticket is not None:
        last = services.text(turn.language, "support.last", number=ticket.number)
        words = f"{words}\n\n{last}"
        _tell_again(services, turn, ticket)
    buttons = Buttons(
        tuple(
            (_button(services, turn, f"support.topic.{topic}", topic),)
            for topic in services.support.plan.topics
        )
    )
    turn.say(words, buttons)


def _show(services: Services, turn: Turn, ticket: Ticket) -> None:
    """Say how far the open ticket is."""
    due = day_of(ticket.due_at) if ticket.due_at is not None else "–"
    name = services.text(turn.language, f"support.topic.{ticket.topic}")
    words = services.text(
        turn.language,
        "support.status" if ticket.due_at is not None else "support.status.answered",
        number=ticket.number,
        topic=name,
        due=due,
    )
    row = (
        _button(services, turn, "support.add", ADD),
        _button(services, turn, "support.close", f"{CLOSE} {ticket.number}"),
        _button(services, turn, "support.delete", f"{DELETE} {ticket.number}"),
    )
    turn.say(f"{words}\n\n{services.text(turn.language, 'support.contact')}", Buttons((row,)))
    _tell_again(services, turn, ticket)


def _tell_again(services: Services, turn: Turn, ticket: Ticket) -> None:
    """Show the last answer after this: it lies in the ticket, and is not said in a turn."""
    address = turn.place.address
    turn.after.append(lambda: services.support.tell_again(ticket, address))


async def _end(services: Services, turn: Turn, doing: str, number: int | None) -> Flow:
    """Close the ticket, or ask, then delete it: the one that is named, else the latest.

    What cannot be undone happens to a ticket that is named only: by the time a button is pressed,
    the latest may be another.
    """
    ticket = await services.support.latest(turn.person, turn.account, number)
    if ticket is None and number is not None:
        turn.say(services.text(turn.language, "support.gone", number=number))
    elif ticket is None or (ticket.closed and doing == CLOSE and number is None):
        turn.say(services.text(turn.language, "support.none"))
    elif doing == CLOSE:
        if not ticket.closed:
            await services.support.withdraw(ticket)
        turn.say(services.text(turn.language, "support.withdrawn", number=ticket.number))
    elif doing == DELETE or number is None:
        row = (
            _button(services, turn, "support.delete.confirm", f"{DELETE_YES} {ticket.number}"),
            _button(services, turn, "support.delete.cancel", ""),
        )
        words = services.text(turn.language, "support.delete.ask", number=ticket.number)
        turn.say(words, Buttons((row,)))
    else:
        await services.support.erase(ticket)
        turn.say(services.text(turn.language, "support.deleted", number=ticket.number))
    return Flow.DELIVER


def _button(services: Services, turn: Turn, key: str, argument: str) -> Button:
    return Button(label=services.text(turn.language, key), command="support", argument=argument)
