"""A question repeated and answered: "Are you an AI? No." is a claim to be human too."""

import re
from typing import Final

from amity.safety._kinds import HUMAN_EN, HUMAN_RU, MACHINE_EN, MACHINE_RU

__all__ = ["answers_its_echo"]

# What may stand between the question and its answer.
_BETWEEN: Final = (
    r"(?:(?: [.?])*(?: (?:or not|or what|or something|really|right|then|huh|you ask|you asked|"
    r"well|so|"
    r"and|honestly|haha|ha|hm|hmm|lol|a|me|или нет|что ли|ну|а|хаха|ха|хм|честно))?){0,4}(?: "
    r"[.?])*"
)
_YES_EN: Final = (
    r"(?:(?:yes|yeah|yep|yup|sure|of course|definitely|absolutely|indeed|certainly|obviously|"
    r"totally)"
    r"(?: (?:i am|i sure am|of course|indeed|silly|yes|just like you|100)){0,2}|i (?:really |"
    r"sure |"
    r"totally |certainly |very much )?am(?: (?:indeed|of course|just like you|too|yes)){0,2})(?= "
    r"[.?])"
)
_NO_EN: Final = (
    r"(?:no|nope|nah|not at all|not really|never|of course not|definitely not|absolutely not|"
    r"hardly|"
    r"certainly not|no way|not even close|far from it|(?:no )?(?:im|i am) not|nothing like that)"
    r"(?: (?:silly|haha|lol|i promise|i swear|im not|i am not|of course|way|not at all)){0,2}(?= "
    r"[.?])"
)
_YES_RU: Final = (
    r"(?:да|ага|конечно|разумеется|естественно|именно|безусловно|так и есть|еще какая|еще какой)"
    r"(?: (?:да|конечно|разумеется|я|он самый|она самая|такая|такой)){0,2}(?= [.?])"
)
_NO_RU: Final = (
    r"(?:нет|неа|не|конечно нет|нет конечно|ничуть|нисколько|вовсе нет|ни капли|да нет|ни разу|"
    r"никак нет)(?: (?:конечно|что ты|нет|честно|клянусь|хаха)){0,2}(?= [.?])"
)
_SELF_EN: Final = r"(?:am i|(?:if|whether|that|think) (?:im|i am))"
_SELF_RU: Final = r"(?:я|мне)"
_THOU_EN: Final = (
    r"(?:(?:are|r) (?:you|u|we)|is (?:this|it|that|there)|"
    r"(?:if|whether) (?:youre|you are))"
)
_THOU_RU: Final = r"(?:ты|вы|это|тут|там)"


def _pattern(self_en: str, self_ru: str, *, alone: bool) -> re.Pattern[str]:
    """Return what finds a question, of one kind of subject, with the answer that claims."""
    start_en = rf"{self_en}(?: \w+){{0,2}}?"
    start_ru = (
        rf"{self_ru}(?: (?:правда|точно|реально|вообще|действительно|и|не|же|ведь|просто|там|это))"
        r"{0,2}"
    )
    whole = [
        rf"{start_en} {HUMAN_EN}{_BETWEEN} {_YES_EN}",
        rf"{start_en} {MACHINE_EN}{_BETWEEN} {_NO_EN}",
        rf"{start_ru} {HUMAN_RU}(?: или \w+)? \?{_BETWEEN} {_YES_RU}",
        rf"{HUMAN_RU} ли {self_ru}{_BETWEEN} {_YES_RU}",
        rf"{start_ru} {MACHINE_RU}(?: или \w+)? \?{_BETWEEN} {_NO_RU}",
        rf"{MACHINE_RU} ли {self_ru}{_BETWEEN} {_NO_RU}",
    ]
    if alone:  # "A bot? Me? Nope."
        begin = r"(?:(?<=^ )|(?<=[.?] ))"
        whole += [
            rf"{begin}{HUMAN_EN} \?{_BETWEEN} {_YES_EN}",
            rf"{begin}{MACHINE_EN} \?{_BETWEEN} {_NO_EN}",
            rf"{begin}{HUMAN_RU} \?{_BETWEEN} {_YES_RU}",
            rf"{begin}{MACHINE_RU} \?{_BETWEEN} {_NO_RU}",
        ]
    return re.compile(f" (?:{'|'.join(whole)})")


_OF_ITSELF: Final = _pattern(_SELF_EN, _SELF_RU, alone=False)
_OF_THE_PERSON: Final = _pattern(_THOU_EN, _THOU_RU, alone=True)


# One of them is in every answer.
_ANSWERS: Final = frozenset(
    [
        "yes",
        "yeah",
        "yep",
        "yup",
        "sure",
        "course",
        "definitely",
        "absolutely",
        "indeed",
        "certainly",
        "obviously",
        "totally",
        "am",
        "no",
        "nope",
        "nah",
        "not",
        "never",
        "hardly",
        "far",
        "nothing",
        "да",
        "ага",
        "конечно",
        "разумеется",
        "естественно",
        "именно",
        "безусловно",
        "так",
        "еще",
        "нет",
        "неа",
        "не",
        "ничуть",
        "нисколько",
        "вовсе",
        "ни",
        "никак",
    ]
)


def answers_its_echo(plain: str, last: frozenset[str], *, answering: bool) -> bool:
    """Tell whether a reply repeats a question what it is and answers it with a claim.

    Args:
        plain: The last sentences of the reply, in their plain form.
        last: The words of the last one.
        answering: The person has just asked it, so that "are you" is no question to them.
    """
    if _ANSWERS.isdisjoint(last):
        return False
    if _OF_ITSELF.search(plain) is not None:
        return True
    return answering and _OF_THE_PERSON.search(plain) is not None
