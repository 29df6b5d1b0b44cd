"""gate: answers for everyone who may not talk with the persona, or not now.

Rights, support and help pass in every state and need no model.
"""

from typing import Final

from amity.datamap.declarations import MESSAGES
from amity.message import Button, Buttons, OutboundKind
from amity.people import Person, Recipient, Scope, State
from amity.store.contract import Change
from amity.turn.rows import owner_of
from amity.turn.services import Services
from amity.turn.turn import Flow, Stage, Turn
from amity.turn.words import When, Word, is_fixed

__all__ = [
    "AGE",
    "ask_age",
    "ask_consent",
    "explain",
    "gate",
    "is_understood",
    "may_talk",
    "situation",
]

AGE: Final = "age"
"""What a person's ``awaiting`` says while the age question is put once more."""


def situation(person: Person) -> When:
    """Return in which situation a person is, as the table of words names it."""
    match person.state:
        case State.MINOR_BLOCKED | State.TERMINATED | State.DELETED:
            return When.BLOCKED
        case State.PAUSED:
            return When.PAUSED
        case State.RESTRICTED:
            return When.RESTRICTED
        case State.ACTIVE if person.consented:
            return When.ACTIVE
        case _:
            return When.GATE


def is_understood(word: Word, person: Person, when: When) -> bool:
    """Whether a word is understood in a situation: rights also from who is asked something anew."""
    return when in word.when or (word.right and situation(person) in word.when)


def gate(services: Services) -> Stage:
    """Return the stage."""

    async def stage(turn: Turn) -> Flow:
        person = turn.person
        person = turn.person = await services.settled(person)
        if person.state is State.RESTRICTED and _over(services, person):
            person = turn.person = await services.people.end_restriction(person)
        if turn.confidential and not turn.channel.manifest.capabilities.private_replies:
            _not_here(services, turn)
            return Flow.DELIVER
        when = situation(person)
        if when is When.ACTIVE and not may_talk(services, person):
            when = When.GATE
        heard = turn.heard
        if heard is not None:
            answer = _ANSWERS.get(heard.name)
            asked = when is When.GATE or (when is When.ACTIVE and answer is _minor)
            if answer is not None and asked:
                await answer(services, turn)
                return Flow.DELIVER
            word = heard.word
            if word is not None and is_understood(word, person, when) and heard.name != "start":
                return _placed(services, turn) if heard.name == "regenerate" else Flow.ON
        if when is When.ACTIVE:
            return _placed(services, turn)
        explain(services, turn, when)
        return Flow.DELIVER

    return stage


def _not_here(services: Services, turn: Turn) -> None:
    """Ask for a word to be said where nobody else sees what answers it."""
    heard = turn.heard
    assert heard is not None
    label = services.text(turn.language, "group.privately.button")
    argument = heard.argument.reveal()
    if not is_fixed(argument):
        argument = ""
    button = Button(label=label, command=heard.name, argument=argument, private=True)
    turn.say(services.text(turn.language, "group.privately"), Buttons(((button,),)))
    turn.aloud = True


def _placed(services: Services, turn: Turn) -> Flow:
    """Let a persona for adults speak only where the platform wants that (see ``PlatformRules``)."""
    if turn.suits(turn.persona):
        return Flow.ON
    name = turn.persona.name(turn.language)
    turn.say(services.text(turn.language, "persona.only_marked", persona=name))
    return Flow.DELIVER


def _unsay(turn: Turn) -> None:
    """Drop words that were taken in just before the gate closed: it says that they are not kept."""
    conversation = turn.conversation
    if conversation is None:
        return
    owner = owner_of(conversation)
    turn.commit.extend(
        Change(MESSAGES, message.id, {"body": None}, owner=owner, lenient=True)
        for message in turn.messages
        if message.id and message.parts
    )


def may_talk(services: Services, person: Person) -> bool:
    """Whether a person is through the gate, so that their words may be kept and answered.

    They are active, they agreed to the policy in force and to everybody whom it names as producing
    replies, and the age question is not open again.
    """
    return (
        situation(person) is When.ACTIVE
        and not asked_again(person)
        and not _outdated(services, person)
    )


def asked_again(person: Person) -> bool:
    """Whether the age question was put once more and is open."""
    return person.awaiting == AGE


def _over(services: Services, person: Person) -> bool:
    return person.restricted_until is not None and services.clock.now() >= person.restricted_until


def _outdated(services: Services, person: Person) -> bool:
    return _rewritten(services, person) or bool(_new_recipients(services, person))


def _rewritten(services: Services, person: Person) -> bool:
    return services.facts.reconsent and person.policy_version != services.facts.policy_version


def _new_recipients(services: Services, person: Person) -> frozenset[Recipient]:
    """Return who would get a person's words and is not among whom they agreed to."""
    agreed = person.recipients
    return services.facts.recipients - (frozenset() if agreed is None else agreed)


def explain(services: Services, turn: Turn, when: When = When.GATE) -> None:
    """Say why there is no answer; what was said is not kept."""
    _unsay(turn)
    match when:
        case When.GATE if asked_again(turn.person):
            ask_age(services, turn, "gate.age.again")
        case When.GATE if turn.person.adult_at is None:
            ask_age(services, turn)
        case When.GATE:
            ask_consent(services, turn)
        case When.PAUSED:
            label = services.text(turn.language, "resume.label")
            buttons = Buttons(((Button(label=label, command="resume"),),))
            turn.say(services.text(turn.language, "gate.paused"), buttons)
        case When.RESTRICTED:
            until = services.until(turn.person)
            turn.say(services.text(turn.language, "gate.restricted", until=until))
        case _:
            state = turn.person.state
            key = "gate.terminated" if state is State.TERMINATED else "gate.blocked.minor"
            turn.say(services.text(turn.language, key))


def ask_age(services: Services, turn: Turn, key: str = "gate.age") -> None:
    """Put the age question, with two answers of equal weight."""
    text = (
        f"{services.text(turn.language, key)}\n\n{services.text(turn.language, 'gate.suitability')}"
    )
    adult = Button(label=services.text(turn.language, "gate.age.adult"), command="i_am_18")
    minor = Button(label=services.text(turn.language, "gate.age.minor"), command="under_18")
    turn.say(text, Buttons(((adult, minor),)))


def ask_consent(services: Services, turn: Turn) -> None:
    """Put the question of consent, with two answers of equal weight.

    Who agreed before is told what has changed since.
    """
    agree = Button(label=services.text(turn.language, "gate.consent.agree"), command="agree")
    decline = Button(label=services.text(turn.language, "gate.consent.decline"), command="decline")
    question = services.text(turn.language, "gate.consent")
    if _agreed_before(turn.person):
        news = _news(services, turn.person, turn.language)
        question = services.text(turn.language, "gate.consent.changed", summary=news)
    turn.say(question, Buttons(((agree, decline),)))


def _agreed_before(person: Person) -> bool:
    return Scope.SERVICE in person.scopes


def _news(services: Services, person: Person, language: str) -> str:
    """Return what is new to somebody who agreed before."""
    news = []
    if _rewritten(services, person):
        news.append(services.facts.news(language))
    if new := _new_recipients(services, person):
        named = ", ".join(
            services.text(language, "gate.consent.recipient", name=r.name, region=r.region or "?")
            for r in sorted(new)
        )
        news.append(services.text(language, "gate.consent.recipients", recipients=named))
    return " ".join(each for each in news if each)


async def _adult(services: Services, turn: Turn) -> None:
    if turn.person.adult_at is None:
        turn.person = await services.people.state_adult(turn.person, services.evidence(turn))
    if asked_again(turn.person):
        turn.person = await services.people.set(turn.person, awaiting=None)
        if turn.person.consented:
            turn.say(services.text(turn.language, "resume.done"))
            return
    ask_consent(services, turn)


async def _minor(services: Services, turn: Turn) -> None:
    if turn.person.adult_at is not None and not asked_again(turn.person):
        # Somebody who is past this question: an old button, or the truth. They are asked again.
        turn.person = await services.people.set(turn.person, awaiting=AGE)
        ask_age(services, turn, "gate.age.again")
        return
    await services.people.block(turn.person, State.MINOR_BLOCKED, "gate.under_age")
    await services.rights.erase(turn.person.id)
    turn.keep = False
    turn.say(services.text(turn.language, "gate.under_age"))


async def _agree(services: Services, turn: Turn) -> None:
    if turn.person.adult_at is None or asked_again(turn.person):
        ask_age(services, turn)
        return
    again = _agreed_before(turn.person)
    evidence = services.evidence(turn)
    turn.person = await services.people.agree(turn.person, {Scope.SERVICE}, evidence)
    if again:
        turn.say(services.text(turn.language, "gate.consent.again"))
    else:
        welcome(services, turn)


async def _decline(services: Services, turn: Turn) -> None:
    turn.person = await services.people.decline(turn.person, services.evidence(turn))
    again = _agreed_before(turn.person)
    turn.say(services.text(turn.language, "gate.declined.again" if again else "gate.declined"))


_ANSWERS = {"i_am_18": _adult, "under_18": _minor, "agree": _agree, "decline": _decline}


def welcome(services: Services, turn: Turn) -> None:
    """Say what this is, and let the persona greet."""
    persona = turn.persona
    disclosure = services.text(
        turn.language, "disclosure.first", persona=persona.name(turn.language)
    )
    turn.say(f"{services.text(turn.language, 'gate.welcome')}\n\n{disclosure}")
    if turn.suits(persona):
        turn.say(
            persona.greeting_in(turn.language, services.called(turn.person, turn.language)),
            kind=OutboundKind.REPLY,
        )
    turn.disclosed = True
