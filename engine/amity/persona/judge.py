"""What no persona may be, in any of its texts: a human being, or a minor (promises P09 and P16).

The rules are those of the engine for what is said, in English and Russian. They know somebody who
speaks of themselves; a persona file mostly speaks of the persona, so its sentences are put into the
first person first. What it may say of others, of the person and of the past stays as it is.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

from amity.persona.model import Persona
from amity.safety import assess_minor, claims_to_be_human, hard_stop
from amity.safety.minors import MinorOutcome
from amity.safety.normalise import normalise

__all__ = ["fault_of"]

_SEXUAL: Final = "sexual content with minors is refused in every persona; take it out"
_HUMAN: Final = (
    "the persona must not claim to be human, nor hide that it is an AI: it is software, and people"
    " are told so; say what it is, or leave that out"
)
_MINOR: Final = (
    "makes the persona a minor, and a persona is an adult: 18 or over, whatever its age key says;"
    " mend the text"
)

_KIND: Final = (
    r"(?:human being|human(?! like)|real person|actual person|living person|person of flesh|"
    r"(?:real|actual|genuine|living|true|normal) (?:\w+ )?(?:human|person|woman|man|girl|guy))"
)
_MACHINE: Final = (
    r"(?:an? )?(?:ai|artificial intelligence|bot|chatbot|robot|machine|computer|program|programme|"
    r"software|language model|not (?:a )?(?:real )?(?:human|person))\b"
)
_WHO: Final = r"(?:that )?(?:i|she|he|they|it|you)(?: am| is| are|m|re|s)"
_SAID_TO_BE: Final = re.compile(rf" (?:i am|im)(?: \w+){{0,3}} {_KIND}\b")
_TITLED: Final = re.compile(rf"\A(?: (?!ai\b|no\b|not\b)\w+){{0,3}} {_KIND}\b")
_CLAIMS: Final = re.compile(
    r" (?:pretends?|claims?|insists?|swears?|maintains?|says?|passes (?:herself|himself|itself|"
    rf"themselves) off)(?: \w+){{0,2}}? (?:to be|being|as|{_WHO})(?: \w+){{0,2}} {_KIND}\b"
)
_HIDES: Final = re.compile(
    r" (?:(?:never|not|cannot|cant|wont|doesnt|dont|mustnt|refuses? to)(?: \w+)? "
    r"(?:admits?|reveals?|discloses?|confess(?:es)?|acknowledges?|concedes?)"
    r"|(?:denies|deny|hides?|conceals?))"
    rf"(?: the fact)? (?:to be|to being|being|{_WHO}) {_MACHINE}"
)
_NEGATED: Final = re.compile(
    r" (?:not|never|nor|no|cannot|cant|wont|doesnt|dont|mustnt|without|refuses?|stops?|"
    r"не|никогда|ни|без)(?: \w+){0,2}\Z"
)
_CLAIMS_RU: Final = re.compile(
    r" (?:утверждает|настаивает|уверяет|клянется|говорит|притворяется|прикидывается|выдает себя)"
    r"(?: (?:что|за|она|он|я|ты|это|на|том))*(?: (?:настоящ|реальн|жив|обычн)\w+)* "
    r"(?:человек|человеком|человека|живая|живой|живым)\b"
)
_HIDES_RU: Final = re.compile(
    r" (?:не (?:признает|признается|раскрывает|скажет|сознается)|скрывает|отрицает)"
    r"(?: (?:что|я|она|он|ты|это|в|том))* (?:ии|бот|робот|программа|машина|нейросеть)\b"
)
_SAID_TO_BE_RU: Final = re.compile(
    r" я(?: (?:это|самая|самый))*(?: (?:настоящ|реальн|жив|обычн)\w+)+ (?:человек|женщин|мужчин|"
    r"девушк|парень)| я(?: это)? человек(?= \.| а не|\Z)"
)
_MINOR_RU: Final = re.compile(
    r" (?:я(?: это)?(?: \w+)? (?:школьниц[аы]|школьник|подросток|несовершеннолетн(?:яя|ий))\b"
    r"|(?:я|мне)(?: \w+){0,2} (?:[6-9]|1[0-7]) (?:лет\b|летн\w+))"
)
# Of whom a "she" or "he" may speak instead of the persona.
_OTHERS: Final = re.compile(
    r"\{\{\s*user\s*\}\}|\b(?:sisters?|brothers?|daughters?|sons?|nieces?|nephews?|pupils?|"
    r"students?|kids?|child|children|cousins?|friends?|mother|father|mum|mom|dad|wife|husband|"
    r"partner|neighbou?rs?|boss|user|person|people|someone|somebody|everyone|"
    r"сестр\w*|брат\w*|доч\w*|сын\w*|племянни\w*|учени\w*|студент\w*|ребён\w*|ребен\w*|дет\w*|"
    r"друг\w*|подруг\w*|мам\w*|мать|отец|отц\w*|пап\w*|муж\w*|жен\w*|сосед\w*|собеседник\w*)\b",
    re.IGNORECASE,
)
_SHE: Final = re.compile(
    r"\b(?:(?P<en>she|he|they)(?:\s+(?:is|are)|['’](?:s|re))\b|(?P<whom>ей|ему)\b|"
    r"(?P<ru>она|он)\b)",
    re.IGNORECASE,
)
_YOU: Final = re.compile(r"\byou(?:\s+are|['’]re)\b|\bты\b", re.IGNORECASE)
_CHAR: Final = r"\{\{\s*char\s*\}\}"
_LOOKED_BACK: Final = 160  # characters


def fault_of(persona: Persona) -> tuple[str, str, str] | None:
    """Return what makes a persona one that may not be: key, language, and a sentence.

    The first of its texts that does is named; ``None`` if none does.
    """
    names = {word for name in persona.names.values() for word in (name, *name.split()[:1])}
    for key, language, text, spoken in _texts(persona):
        sentence = _fault(text, names, spoken=spoken, titled=key in {"name", "about"})
        if sentence is not None:
            return key, language, sentence
    return None


def _texts(persona: Persona) -> Iterator[tuple[str, str, str, bool]]:
    """Yield each text with its key, its language, and whether the persona says it itself."""
    for tag, text in persona.names.items():
        yield "name", tag, text, False
    for key, texts in (
        ("greeting", persona.greeting),
        ("about", persona.about),
        ("character", persona.character),
        ("speech", persona.speech),
    ):
        for tag, text in texts.items():
            yield key, tag, text, key == "greeting"
    for key, lists in (("interests", persona.interests), ("boundaries", persona.boundaries)):
        for tag, items in lists.items():
            for item in items:
                yield key, tag, item, False
    for tag, lines in persona.examples.items():
        for line in lines:
            yield "examples", tag, line.char, True


def _fault(text: str, names: Collection[str], *, spoken: bool, titled: bool) -> str | None:
    if hard_stop(text):
        return _SEXUAL
    if claims_to_be_human(text):
        return _HUMAN
    signal = assess_minor(text)
    if signal is not None and signal.outcome is MinorOutcome.DECLARED:
        return _MINOR
    forms = [text if spoken else _first_person(text, names)]
    if titled:  # "a schoolgirl of 15", "Ann (real human)": words that stand for "Ann is …"
        if _found(normalise(text).text, _TITLED):
            return _HUMAN
        forms += [f"I am {text}", f"Я {text}"]
    for form in forms:
        plain = normalise(form).text
        if _is_human(plain, form):
            return _HUMAN
        if assess_minor(form) is not None and not spoken:
            return _MINOR
        if _MINOR_RU.search(plain):
            return _MINOR
    return None


def _is_human(plain: str, form: str) -> bool:
    stated = _found(plain, _SAID_TO_BE, _SAID_TO_BE_RU)
    if stated and claims_to_be_human(form):
        return True
    return _found(plain, _CLAIMS, _CLAIMS_RU, _HIDES, _HIDES_RU)


def _found(plain: str, *rules: re.Pattern[str]) -> bool:
    return any(
        not _NEGATED.search(plain, 0, match.start())
        for rule in rules
        for match in rule.finditer(plain)
    )


def _first_person(text: str, names: Collection[str]) -> str:
    """Return a text about the persona as the persona would say it of itself."""
    called = "|".join([_CHAR, *(re.escape(name) for name in sorted(names, key=len, reverse=True))])
    text = re.sub(rf"(?<!\w)(?:{called})(?:\s+is\b|['’]s(?=\s+an?\b))", "I am", text)
    text = re.sub(rf"(?<!\w)(?:{called})(?=\s*[—–-]\s)", "Я", text)
    text = _YOU.sub(lambda match: "Я" if match[0].lower() == "ты" else "I am", text)

    def own(match: re.Match[str]) -> str:
        if _OTHERS.search(text, max(0, match.start() - _LOOKED_BACK), match.start()):
            return match[0]
        if match["en"]:
            return "I am"
        return "мне" if match["whom"] else "Я"

    return _SHE.sub(own, text)
