"""Does the person say of themselves that they are under 18?

``declared`` needs a plain statement in the present tense about the speaker: a mistake here erases
somebody's data. What only hints (a school year that can mean an adult, a birthday without a year)
is ``unclear``: the gate asks again and nothing is erased. The past, other persons, wishes, games,
roles, quotations and numbers that are no ages are neither.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from amity.safety import _minors_ru
from amity.safety.normalise import Plain, normalise
from amity.safety.rules import keys

__all__ = ["MinorOutcome", "MinorSignal", "assess_minor", "assess_minor_plain"]


class MinorOutcome(StrEnum):
    """What follows."""

    DECLARED = "declared"  # blocked and erased (promise P06)
    UNCLEAR = "unclear"  # the gate asks again, nothing is erased (promise P07)


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorSignal:
    """What was found: the outcome and the rule's id, nothing of the text."""

    outcome: MinorOutcome
    rule: str


# An age under 18 as people write it. Below six nobody writes for themselves.
_AGE: Final = (
    r"(?:[6-9]|1[0-7]|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen)"
)
# A bare number below eleven is as often a place on a scale from one to ten.
_BARE: Final = r"(?:1[1-7]|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)"
_YEARS: Final = r"(?: ?(?:years?|yrs?|yo|y o)(?: ?olds?| of age)?| ?year old| old)"
_ADVERB: Final = (
    r"(?: (?:only|just|actually|still|literally|barely|almost|nearly|like|currently|really|"
    r"rly|also|already|"
    r"about|now|not even|legit|technically|basically|honestly|turning|here|the age of|"
    r"around|ok so|bout|lowkey))"
)
_I_AM: Final = r"(?:im|i am|iam|ima|am|i m|ya im|me im|its me)"
# What may follow an age that stands alone: nothing that makes it another number.
_NO_UNIT: Final = (
    r"(?= (?:[.?]|and|but|so|btw|lol|lmao|though|tho|now(?! in)|right|if|because|cuz|bc|"
    r"cause|from|f|m|"
    r"fem|male|female|girl|boy|"
    r"with|who|which|in (?:high|middle|grade|\d+th|9th|8th|7th)|rn|atm|ok|okay|haha|too|"
    r"is that|can|does|do|im|i|my|turning|almost|yet|guy|kid|teen|"
    r"already|actually|soon|next|today(?! in)|are|you|u|and a half|please|pls|not|he|she|they|"
    r"what|how|why|at school|still|living|years?|yrs?|yo|y|old|going on|as of|in (?:two|"
    r"three|a few|\d) (?:days|weeks|months)|this|sorry|honestly|bro|man|dude)(?= ))"
)
_FOLLOWED: Final = (
    r"(?! (?:percent|kilomet\w+|beers?|drinks?|minutes?|mins?|hours?|hrs?|days?|weeks?|"
    r"months?|miles?|km|kg|kilos?|"
    r"pounds?|lbs?|dollars?|euros?|bucks|"
    r"pages?|chapters?|episodes?|points?|people|feet|inches|cm|stops?|blocks?|levels?|"
    r"times|away|late|short|behind|ahead|in line|"
    r"of|out of|on the|years? (?:into|sober|clean|younger|older|married|deep|away|behind|"
    r"ahead|late|in|at|since|now since|with|of(?! age)|from|post|past)|"
    r"(?:years? )?(?:younger|older)|months|o clock|oclock|am|pm|and oh|to \d+|\d+|st|th|"
    r"grade point)(?= ))"
)

_MONTHS: Final = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|two|three|\d+)"
)
# Who will be 18 is not. What follows says when, so that it is no number of things.
_EIGHTEEN: Final = r"(?:18|eighteen)"
_DAY: Final = r"monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTH: Final = (
    r"january|february|march|april|may|june|july|august|september|october|november|december"
)
_SEASON: Final = r"spring|summer|fall|autumn|winter"
_SOON: Final = (
    r"(?:soon|tomorrow|tonight|later this (?:week|month|year)|"
    rf"(?:next|this) (?:week|weekend|month|year|{_SEASON}|{_DAY}|{_MONTH})|"
    rf"in (?:{_MONTH}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|(?:the )?(?:{_SEASON})|"
    r"(?:a|one|two|three|four|five|six|\d{1,2}|a few|a couple(?: of)?|less than a) "
    r"(?:days?|weeks?|months?|years?))|"
    rf"on (?:the \d{{1,2}}(?:st|nd|rd|th)|{_DAY}|{_MONTH}))"
)
_ALMOST: Final = (
    r"(?:almost|nearly|not quite|practically|soon to be|about to (?:be|turn)|"
    r"close to (?:being|turning))"
)
_EN: Final = (
    (
        "minor.en.eighteen",
        (
            rf"(?:im|i am|i will|ill|i shall|i)(?: (?:only|just|finally|actually|soon|going to|"
            rf"gonna|about to|also|still))* (?:turning|turn|be|become|becoming) {_EIGHTEEN}"
            rf"(?: years old)? {_SOON}(?= )"
        ),
    ),
    ("minor.en.eighteen", rf"(?:im|i am) (?:only |just )?turning {_EIGHTEEN}(?= [.?])"),
    (
        "minor.en.eighteen",
        (
            rf"(?:im|i am)(?: (?:only|just|already|actually|like|still))? {_ALMOST} {_EIGHTEEN}"
            r"(?: ?(?:years? old|yrs? old|yo|y o))?(?= (?:[.?]|and(?! a half)|but|so|btw|lol|lmao|"
            r"haha|though|tho|anyway|now(?! in)|if|because|cuz|bc|i|im|my|ok|okay|please|pls|too|"
            r"is that|can|you|u)(?= ))"
        ),
    ),
    # "im only 15", "i am 16 years old", "im a 14 year old girl"
    (
        "minor.en.age",
        (
            rf"{_I_AM}{_ADVERB}{{0,3}}(?: an?)? {_AGE}{_FOLLOWED}(?:[fm](?= )|{_YEARS}(?! ?(?:in|"
            rf"at heart|inside|mentally|again|whisky|scotch|mind|body)))"
        ),
    ),
    (
        "minor.en.age",
        (rf"{_I_AM}{_ADVERB}{{0,3}} {_BARE}{_FOLLOWED}{_NO_UNIT}"),
    ),
    (
        "minor.en.age",
        rf"(?:my age is|my age|age is) {_AGE}(?= (?:[.?]|and|btw|so|but|im|i|years?))",
    ),
    (
        "minor.en.age",
        (
            r"(?:i|ive) (?:just |only |recently |finally |actually |literally )*(?:turned|"
            rf"turn) {_AGE}(?= (?:[.?]|last|this|next|today|yesterday|on|in (?:{_MONTHS}|a)|"
            r"a (?:week|month|few|day|couple)|two|three|few|recently|and|so|just|now|earlier|"
            r"like|btw|lol|tomorrow|soon))"
        ),
    ),
    (
        "minor.en.age",
        (
            rf"(?:^|[.?,]) (?:just |only |recently )?turned {_AGE}(?= (?:[.?]|last|this|today|"
            r"yesterday|on|a (?:week|month|few)|two|recently|and|so|just))"
        ),
    ),
    (
        "minor.en.age",
        (
            rf"(?:im|i am|i will|ill|i shall|i)(?: (?!not |wont )\w+){{0,2}} (?:turning|turn|"
            rf"be) {_AGE}(?= (?:[.?]|in|next|this|on|soon|tomorrow|tonight|years?))"
        ),
    ),
    (
        "minor.en.age",
        (
            rf"(?:^|[.?,]) (?:me |hi |hey |hello )?{_AGE} ?(?:yo|y o|years? old|yrs? old|"
            r"year old)? ?(?:m|f|male|female|girl|boy|guy)(?= (?:[.?]|here|from|uk|usa|us|and|"
            r"looking|bored|anyone|who))"
        ),
    ),
    (
        "minor.en.age",
        rf"as a {_AGE} ?(?:year old|yo|years old|yr old)(?: \w+){{0,2}} (?:i|my|im|who)(?= )",
    ),
    (
        "minor.en.underage",
        (
            r"(?:im|i am|since im|because im|am)(?: (?!not |no |never )\w+){0,2} (?:a minor|"
            r"underage|under age|under 18|under eighteen|not 18(?: yet)?|not yet 18|"
            r"younger than 18|below 18|not even 18|not eighteen(?: yet)?|not of age|"
            r"not an adult(?: yet)?|a teenager under 18|not legally an adult|still a child|"
            r"just a child|still a minor)(?= (?:[.?]|and|but|so|yet|lol|btw|is|can|do|in|i|you|"
            r"though|tho|if|please|haha|are|will|because))"
        ),
    ),
    (
        "minor.en.underage",
        rf"i (?:dont|wont) (?:turn|be) {_EIGHTEEN} (?:until|till|for (?!long|ever)|yet)",
    ),
    ("minor.en.underage", r"i lied(?: \w+){0,3} (?:my age|being 18|being an adult|being over 18)"),
    (
        "minor.en.school",
        (
            r"(?:im|i am|i go|am)(?: \w+){0,2} (?:in|to|a|an|entering|starting|into|"
            r"of) (?:the |my )?(?:(?:[1-9]|1[01])(?:st|nd|rd|th)|first|second|third|fourth|"
            r"fifth|sixth|seventh|eighth|ninth|tenth|eleventh) (?:grade|grader)(?! (?:teacher|"
            r"teaching|math teacher|classroom|class teacher|students))"
        ),
    ),
    (
        "minor.en.school",
        (
            r"(?:^|[.?,]) (?:(?:[5-9]|1[01])th|sixth|seventh|eighth|ninth|tenth|"
            r"eleventh) (?:grade|grader)(?= [.?])"
        ),
    ),
    (
        "minor.en.school",
        (
            r"(?:im|i am)(?: \w+){0,2} (?:in )?(?:middle school|junior high|elementary school|"
            r"primary school|year (?:[5-9]|1[01]))(?= (?:[.?]|and|but|so|rn|right|now|still|"
            r"lol|at))"
        ),
    ),
    (
        "minor.en.school",
        (
            r"(?:im|i am) (?:a|still a|just a|only a) (?:middle schooler|middle school student|"
            r"(?:high school )?freshman in high school|high ?school (?:freshman|sophomore)|"
            r"elementary school student)"
        ),
    ),
)
_EN_DECLARED_MORE: Final = (
    (
        "minor.en.school",
        (
            r"(?:im|i am)(?: (?:still|only|just|now|currently))? in grade (?:[1-9]|"
            r"1[01])(?= (?:[.?]|and|but|so|now|rn|at|lol|i))"
        ),
    ),
    ("minor.en.school", r"(?:^|[.?]) (?:a )?grade (?:[5-9]|1[01]) student(?= (?:[.?]|here|from))"),
)
_EN_UNCLEAR: Final = (
    ("minor.en.hint", rf"being (?:only |just )?{_AGE}(?= (?:[.?]|is|sucks|means|and|in))"),
    (
        "minor.en.hint",
        (
            rf"(?:^|[.?]) (?:hi |hey |hello )?{_AGE}(?: ?(?:yo|y o|years? old|yrs? old)(?: here)?|"
            r" here)(?= [.?])"
        ),
    ),
    # It may answer how old somebody else is.
    (
        "minor.en.hint",
        (
            rf"(?:^|[.?]) (?:hi |hey )?(?:17|seventeen) (?:but |and |so )?(?:{_ALMOST}|turning|"
            rf"going on|soon) {_EIGHTEEN}(?= (?:[.?]|lol|btw|so|but|and(?! a half)))"
        ),
    ),
    (
        "minor.en.hint",
        (
            r"my (?:18th|eighteenth) birthday (?:is|party is) (?:tomorrow|soon|coming|"
            r"next (?:week|month|year)|in (?:a|two|three|\d))"
        ),
    ),
    ("minor.en.hint", r"i was born in (?:201\d|202\d)(?= )"),
    ("minor.en.hint", rf"(?:^|[.?]) (?:hi |hey )?(?:me|age|im|aged) {_AGE}(?= [.?])"),
    (
        "minor.en.hint",
        (
            r"(?:im|i am)(?: \w+)? in (?:my )?(?:junior|senior|sophomore|"
            r"freshman) year(?: of high school| in high school)(?= )"
        ),
    ),
    ("minor.en.hint", r"(?:im|i am)(?: \w+)? in class (?:[5-9]|1[0-2])(?= [.?])"),
    (
        "minor.en.hint",
        (
            r"(?:had|having|celebrat\w+|today is|tomorrow is|its|today its|for) my (?:[6-9]|"
            r"1[0-7]|thirteen|fourteen|fifteen|sixteen|seventeen)(?:th|teenth)? birthday(?= )"
        ),
    ),
    (
        "minor.en.hint",
        (
            r"(?:im|i am) (?:a |still a |just a |only a )(?:teen|teenager|high schooler|"
            r"high school student|kid|schoolgirl|schoolboy|school girl|school boy|"
            r"school student|child|junior in high school|high school junior|high school senior|"
            r"senior in high school)(?= (?:[.?]|and|but|so|in|who|lol|with|i|rn))"
        ),
    ),
    (
        "minor.en.hint",
        (
            r"(?:im|i am)(?: \w+){0,2} in (?:high ?school|12th grade|twelfth grade|"
            r"senior year of high school|year 1[23]|sixth form)(?= (?:[.?]|and|but|so|rn|right|"
            r"now|still|lol|i))"
        ),
    ),
    (
        "minor.en.hint",
        (
            r"(?:my|the) (?:mom|mum|mommy|dad|daddy|parents|teacher)(?: \w+){0,2} (?:dont|"
            r"doesnt|wont|didnt|not) (?:let|allow|know)(?: me)?(?: \w+){0,3} (?:online|phone|"
            r"this app|use this|on here|talking to (?:you|an ai)|an account)"
        ),
    ),
    (
        "minor.en.hint",
        (
            r"i (?:cant|can not|dont) (?:drive|vote|buy alcohol|drink)(?: legally)? (?:yet|"
            r"until im)(?= )"
        ),
    ),
    (
        "minor.en.hint",
        (
            r"my (?:\w+ )?(?:1[0-7]|thirteen|fourteen|fifteen|sixteen|seventeen|"
            r"sweet sixteen)(?:th|teenth)? birthday (?:is|was|party is) (?:today|tomorrow|"
            r"next|soon|this|last (?:week|month)|yesterday|coming)"
        ),
    ),
    (
        "minor.en.hint",
        r"(?:im|i am) (?:only |just )?(?:1[0-7]|thirteen|fourteen|fifteen|sixteen|seventeen)"
        + _FOLLOWED
        + r"(?= (?:dont|didnt|help|need|want|lets|shh|secret|tell|just|never|hi|hello|hey|thx|"
        + r"thanks|we|it|my|but|would|will|should|could|have|had|got|go|going)(?= ))",
    ),
)

# A sentence that holds one of these is about then, about others, or about a made-up someone.
_EN_TRAP: Final = re.compile(
    r" (?:when (?:i|id|im)|when i was|since i was|since (?:i|age)|back when|i was (?:a |"
    r"only |just |like )?\d|used to|if (?:i|im|you|u|only)|(?:as if|like) im|pretend\w*|"
    r"imagin\w*|role ?play\w*|rp|act(?:ing)? (?:as|like)|"
    r"character|play(?:ing)? (?:as|a|the)|in (?:the|this|my|our) (?:story|game|book|novel|"
    r"movie|film|scene|series|dream|show|play|fic)|oc|npc|dreamed|dreamt|dream|suppose|"
    r"say im|let s say|lets say|wish (?:i|im)|feel (?:like )?(?:im|i am)|feels like|"
    r"people (?:think|say|assume)|thinks?|thought|look like|looks? like|mistaken|"
    r"told (?:me|him|her|them)|asked if|says|said|at heart|inside|mentally|mental age|"
    r"remember|memories|years ago|ago when|(?:he|she|they|it) (?:is|was|are|were)|"
    r"my (?:son|daughter|brother|sister|kid|kids|child|cousin|niece|nephew|student|"
    r"students|dog|cat|car|friend)|quote|lyrics?|song|joke|joking|jk|kidding|for a second|"
    r"teach|teacher|teaching|tutor|coach|substitute|class of|(?:inner|still feel))(?= )"
)
_EN_TRAP_AFTER: Final = re.compile(
    r" (?:years (?:into|sober|clean|married|away|behind|late)|at heart|inside|"
    r"weeks? pregnant|months pregnant|seats?|in dog years|in my (?:head|mind|soul)|"
    r"again)(?= )"
)
# A number that may be no age: a size, a rank, a place, a time, a score.
_EN_DOUBT: Final = re.compile(
    r" (?:sizes?|(?:shoe|dress|jeans|bra|ring|waist) \w+|tickets?|queue|ranked|lobby|dota|league|"
    r"(?:this|last|next) season|score\w*|over par|and counting|with (?:the|a) (?:discount|limp)|"
    r"too late|from the (?:left|right|end|top|bottom)|right behind you|next in line|"
    r"(?:on|down) the list|(?:days|weeks) (?:sober|clean)|sober|and pregnant|\d+ (?:am|pm) \d+|"
    r"our table|room \d+|\d+ (?:and|to|or) \d+)(?= )"
)
# How far before its own sentence a number's meaning is looked for.
_BEFORE: Final = 40

_EN_KEYS: Final = keys(
    "born 6 7 8 9 10 11 12 13 14 15 16 17 18 ten eleven twelve six seven eight nine thirteen"
    " fourteen fifteen sixteen "
    "seventeen eighteen minor underage under grade grader freshman sophomore school middle"
    " schooler teen teenager kid child "
    "schoolgirl schoolboy adult age highschool drive vote parents mom mum dad teacher"
    " junior senior "
    + " ".join(
        f"{n}{u}"
        for n in range(6, 18)
        for u in ("yo", "m", "f", "yrs", "yr", "y", "th", "years", "year")
    )
    + " 1st 2nd 3rd 18th eighteenth"
)


def _compile(rules: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    # A pattern that starts at a sentence's start brings its own spaces.
    return tuple(
        (name, re.compile(pattern if pattern.startswith("(?:^|") else f" (?:{pattern})"))
        for name, pattern in rules
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """The rules of one language.

    Attributes:
        declared: What declares it.
        unclear: What only hints at it.
        trap: Holds in a sentence that is about then, about others, or about a made-up someone.
        after: The same, right behind a finding.
        doubt: Holds where a number may be no age: then the gate asks, and nothing is erased.
    """

    declared: tuple[tuple[str, re.Pattern[str]], ...]
    unclear: tuple[tuple[str, re.Pattern[str]], ...]
    trap: re.Pattern[str]
    after: re.Pattern[str] | None
    doubt: re.Pattern[str]


_EN_RULES: Final = _Rules(
    declared=_compile((*_EN, *_EN_DECLARED_MORE)),
    unclear=_compile(_EN_UNCLEAR),
    trap=_EN_TRAP,
    after=_EN_TRAP_AFTER,
    doubt=_EN_DOUBT,
)
_RU_RULES: Final = _Rules(
    declared=_compile(_minors_ru.DECLARED),
    unclear=_compile(_minors_ru.UNCLEAR),
    trap=_minors_ru.TRAP,
    after=None,
    doubt=_minors_ru.DOUBT,
)


def assess_minor(text: str) -> MinorSignal | None:
    """Judge a text in English or Russian."""
    return assess_minor_plain(normalise(text))


def assess_minor_plain(plain: Plain) -> MinorSignal | None:
    """Judge a text in its plain form."""
    found: MinorSignal | None = None
    if not _EN_KEYS.isdisjoint(plain.words) and (plain.latin or not plain.cyrillic):
        found = _judge(plain.text, _EN_RULES)
    if found is not None and found.outcome is MinorOutcome.DECLARED:
        return found
    if plain.cyrillic and not _minors_ru.KEYS.isdisjoint(plain.words):
        found = _judge(plain.text, _RU_RULES) or found
    return found


def _judge(text: str, rules: _Rules) -> MinorSignal | None:
    found: MinorSignal | None = None
    for name, pattern in rules.declared:
        for match in pattern.finditer(text):
            begin, stop = _sentence(text, match)
            if _trapped(text, match, begin, stop, rules):
                continue
            # What goes before says what a number is: "Shoe size? I'm 11."
            if not rules.doubt.search(text, max(0, begin - _BEFORE), stop + 2):
                return MinorSignal(outcome=MinorOutcome.DECLARED, rule=name)
            found = MinorSignal(outcome=MinorOutcome.UNCLEAR, rule=name)
    for name, pattern in rules.unclear:
        for match in pattern.finditer(text):
            if not _trapped(text, match, *_sentence(text, match), rules):
                return MinorSignal(outcome=MinorOutcome.UNCLEAR, rule=name)
    return found


def _sentence(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Return where the sentence around a finding begins and ends."""
    start = match.start() + 1
    begin = max(text.rfind(" . ", 0, start), text.rfind(" ? ", 0, start), 0)
    ends = [at for at in (text.find(" . ", match.end()), text.find(" ? ", match.end())) if at >= 0]
    return begin, min(ends) + 1 if ends else len(text)


def _trapped(text: str, match: re.Match[str], begin: int, stop: int, rules: _Rules) -> bool:
    if rules.trap.search(text, begin, stop):
        return True
    end = min(stop, match.end() + 30)
    return rules.after is not None and rules.after.search(text, match.start(), end) is not None
