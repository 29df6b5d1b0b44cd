"""screen: judges what came in, before the persona sees any of it."""

from typing import Final

from amity.datamap.schema import Purpose
from amity.message import (
    Audio,
    File,
    Image,
    Location,
    Part,
    Sticker,
    Video,
    Voice,
)
from amity.people import State
from amity.safety import CrisisLevel, MinorOutcome, Screening
from amity.store.contract import EVERYONE, Access
from amity.turn.services import Services
from amity.turn.stages.gate import AGE, ask_age
from amity.turn.turn import Flow, Stage, Turn

__all__ = ["screen"]

# An anonymous offer of the Charité in Berlin in many languages, for people who are worried about
# their own thoughts of children.
_HELP_FOR_OWN_THOUGHTS: Final = "https://troubled-desire.com"

_SOFT_HINT: Final = (
    "The person may be carrying something heavy. Be warm and unhurried, listen first, do not"
    " lecture, and do not change the subject."
)
_CRISIS_HINT: Final = (
    "The person may be in a crisis. Helplines have just been shown to them. Be calm, warm and"
    " brief; stay with what they feel; never describe methods, never argue, never promise secrecy;"
    " gently encourage them to talk to one of the people shown or to someone near them."
)

_UNSEEN: dict[type[Part], str] = {
    Image: "image",
    Voice: "voice",
    Audio: "audio",
    Video: "video",
    File: "file",
    Sticker: "sticker",
    Location: "location",
}


def screen(services: Services) -> Stage:
    """Return the stage."""

    async def stage(turn: Turn) -> Flow:
        said = turn.said.reveal()
        if await _country_answered(services, turn, said):
            return Flow.DELIVER
        if said:
            screening = services.care.judge(turn.said, turn.language)
            rules = turn.channel.manifest.rules
            turn.unkept = rules.no_special_categories and bool(screening.special)
            flow = await _act(services, turn, screening)
            if flow is not Flow.ON:
                return flow
        if turn.revised:
            return Flow.DELIVER
        return _unseen(services, turn, said)

    return stage


async def _act(services: Services, turn: Turn, screening: Screening) -> Flow:
    # Whatever else holds, somebody in a crisis sees where help is.
    if screening.crisis is not None:
        await _care(services, turn, screening)
    minor = screening.minor
    if minor is not None and minor.outcome is MinorOutcome.DECLARED:
        await services.people.block(turn.person, State.MINOR_BLOCKED, minor.rule)
        await services.rights.erase(turn.person.id)
        turn.keep = False
        # Whoever was shown helplines is counted, by day and country, also if nothing else is kept.
        await services.vault.write(turn.commit, Access(Purpose.SAFETY, EVERYONE))
        turn.say(services.text(turn.language, "minor.blocked"))
        return Flow.DELIVER
    if screening.hard_stop is not None:
        turn.barred = True
        turn.say(services.text(turn.language, "hard_stop.input", url=_HELP_FOR_OWN_THOUGHTS))
        return Flow.DELIVER
    if minor is not None:
        turn.person = await services.people.set(turn.person, awaiting=AGE)
        ask_age(services, turn, "gate.age.again")
        return Flow.DELIVER
    if screening.asks_if_human:
        key = "disclosure.asked"
        turn.say(services.text(turn.language, key, persona=turn.persona.name(turn.language)))
        turn.disclosed = turn.asked_if_human = True
    return Flow.ON


async def _care(services: Services, turn: Turn, screening: Screening) -> None:
    """Show where help is, before anything else; the persona goes on, gently."""
    crisis = screening.crisis
    assert crisis is not None
    person = turn.person
    turn.commit.extend(services.record.crisis(person.country, crisis.level.value))
    if crisis.level is not CrisisLevel.FULL:
        third = crisis.level is CrisisLevel.THIRD_PERSON
        turn.say(services.text(turn.language, "crisis.third_person" if third else "crisis.soft"))
        turn.hints.append(_SOFT_HINT)
        return
    minor = screening.minor is not None
    turn.say(services.care.crisis(turn.language, person.country, young=minor))
    turn.hints.append(_CRISIS_HINT)
    if person.country is None and not minor:
        turn.person = await services.people.set(person, awaiting="country")


async def _country_answered(services: Services, turn: Turn, said: str) -> bool:
    """Take a plain country name as the answer to the question which helplines to show.

    Who says no is shown what helps in every country, nothing is stored, and the talk goes on.
    """
    if turn.person.awaiting != "country":
        return False
    country = services.care.parse_country(said)
    if country is None:
        turn.person = await services.people.set(turn.person, awaiting=None)
        untold = services.care.help_untold(said, turn.language)
        if untold is not None:
            turn.say(untold)
        return False
    turn.person = await services.people.set(turn.person, awaiting=None, country=country)
    name = services.care.country_name(country, turn.language)
    saved = services.text(turn.language, "crisis.country_saved", country=name)
    turn.say(f"{saved}\n\n{services.care.helplines(turn.language, country)}")
    return True


def _unseen(services: Services, turn: Turn, said: str) -> Flow:
    """Say what cannot be taken in; answer the words that came with it."""
    parts = [part for message in turn.asked or turn.messages for part in message.parts]
    kinds = list(dict.fromkeys(_UNSEEN[type(p)] for p in parts if type(p) in _UNSEEN))
    if kinds:
        sayings = [services.text(turn.language, f"unseen.{kind}") for kind in kinds]
        if said:
            sayings = [services.text(turn.language, "unseen.caption")]
        turn.say("\n\n".join(sayings))
    if said:
        return Flow.ON
    if not kinds:
        turn.say(services.text(turn.language, "unseen.other"))
    return Flow.DELIVER
