"""commands: the words a person can use, answered without a model."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from amity.safety import Screening
from amity.turn.commands import information, rights, settings, support, talk
from amity.turn.services import Services
from amity.turn.turn import Flow, Stage, Turn
from amity.turn.unkept import unkeep
from amity.turn.words import is_fixed

__all__ = ["commands"]

Answer = Callable[[Services, Turn, str], Awaitable[Flow]]

_ANSWERS: Final[Mapping[str, Answer]] = {
    "start": information.start,
    "help": information.help_,
    "privacy": information.privacy,
    "terms": information.terms,
    "support": support.support,
    "appeal": support.appeal,
    "paysupport": support.paysupport,
    "developer_info": support.developer_info,
    "settings": settings.settings,
    "language": settings.language,
    "consent": rights.consent,
    "export": rights.export,
    "clear_conversation": rights.clear_conversation,
    "delete_me": rights.delete_me,
    "pause": rights.pause,
    "resume": rights.resume,
    "persona": talk.persona,
    "stop": talk.stop,
    "regenerate": talk.regenerate,
    "i_am_18": information.already,
    "under_18": information.already,
    "agree": information.already,
    "decline": information.already,
}


def commands(services: Services) -> Stage:
    """Return the stage."""

    async def stage(turn: Turn) -> Flow:
        heard = turn.heard
        if heard is None:
            return Flow.ON
        argument = heard.argument.reveal()
        if not is_fixed(argument):
            said = turn.said
            judged = services.care.judge(said or heard.argument, turn.language)
            if said and _is_grave(judged):
                return Flow.ON  # a slash before it does not make a cry for help a command
            if judged.special and turn.channel.manifest.rules.no_special_categories:
                unkeep(turn)
        answer = _ANSWERS.get(heard.name)
        if answer is not None:
            return await answer(services, turn, argument)
        extra = services.extra_words.get(heard.name)
        if extra is not None:
            return await extra(turn, heard.argument)
        turn.say(services.text(turn.language, "unknown_command"))
        return Flow.DELIVER

    return stage


def _is_grave(judged: Screening) -> bool:
    return judged.crisis is not None or judged.minor is not None or judged.hard_stop is not None
