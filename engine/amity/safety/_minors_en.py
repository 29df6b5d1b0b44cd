"""The English half of the rules for who says that they are under 18; see ``minors``."""

import re
from typing import Final

from amity.safety._minor_traps import Traps, either
from amity.safety.rules import keys

__all__ = ["DECLARED", "DOUBT", "KEYS", "TRAPS", "UNCLEAR"]

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
    r"around|ok so|bout|lowkey|to be honest|tbh|well|uh|um|you know|in fact))"
)
_I_AM: Final = r"(?:im|i am|iam|ima|am|i m|ya im|me im|its me)"
# What may follow an age that stands alone: nothing that makes it another number.
_NO_UNIT: Final = (
    r"(?= (?:[.?:,]|and|but|so|btw|lol|lmao|though|tho|now(?! in)|right|if|because|cuz|bc|"
    r"cause|from|f|m|"
    r"fem|male|female|girl|boy|"
    r"with|who|which|in (?:high|middle|grade|\d+th|9th|8th|7th)|rn|atm|ok|okay|haha|too|"
    r"is that|can|does|do|im|i|my|turning|almost|yet|guy|kid|teen|"
    r"already|actually|soon|next|today(?! in)|are|you|u|and a half|please|pls|not|he|she|they|"
    r"no (?:joke|cap|lie|kidding|bs)|fr|frfr|for real|n|we|it|its|hes|shes|theyre|ive|id|ill|jk|"
    r"dont|didnt|help|just|never|hi|hello|hey|thx|thanks|would|should|could|aint|legit|deadass|ngl|tbh|irl|idk|lmfao|omg|then|xd|mom|mum|dad|"
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

# The end of a sentence or of a clause.
_STOP: Final = r"[.?:,]"
# Who goes to a school for the sake of others.
_NO_PUPIL: Final = (
    r"(?! (?:, |and )?(?:i |to |as |a |my |we )*(?:teach\w*|work|coach|tutor|help|volunteer|sub|"
    r"pick|drop|read|kids?|sons?|daughters?)(?= ))"
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
DECLARED: Final = (
    (
        "minor.en.eighteen",
        (
            rf"(?:im|i am|i will|ill|i shall|i)(?: (?:only|just|finally|actually|soon|going to|"
            rf"gonna|about to|also|still))* (?:turning|turn|be|become|becoming) {_EIGHTEEN}"
            rf"(?: years old)? {_SOON}(?= )"
        ),
    ),
    (
        "minor.en.eighteen",
        rf"(?:im|i am) (?:only |just )?turning {_EIGHTEEN}(?= [.?:,])",
    ),
    (
        "minor.en.eighteen",
        (
            rf"(?:im|i am)(?: (?:only|just|already|actually|like|still))? {_ALMOST} {_EIGHTEEN}"
            r"(?: ?(?:years? old|yrs? old|yo|y o))?(?= (?:[.?:,]|and(?! a half)|but|so|btw|lol|"
            r"lmao|haha|though|tho|anyway|now(?! in)|if|because|cuz|bc|i|im|my|ok|okay|please|pls|"
            r"too|is that|can|you|u)(?= ))"
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
        rf"(?:my age is|my age|age is)(?: :)? {_AGE}(?= (?:[.?:,]|and|btw|so|but|im|i|years?))",
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
            rf"(?:^|[.?]) (?:just |only |recently )?turned {_AGE}(?= (?:[.?:,]|last|this|today|"
            r"yesterday|on|a (?:week|month|few)|two|recently|and|so|just))"
        ),
    ),
    (
        "minor.en.age",
        (
            rf"(?:im|i am|i will|ill|i shall|i)(?: (?!not |wont )\w+){{0,2}} (?:turning|turn|"
            rf"be) {_AGE}(?= (?:[.?:,]|in|next|this|on|soon|tomorrow|tonight|years?))"
        ),
    ),
    (
        "minor.en.age",
        (
            rf"(?:^|[.?]) (?:me |hi |hey |hello )?{_AGE} ?(?:yo|y o|years? old|yrs? old|"
            r"year old)? ?(?:m|f|male|female|girl|boy|guy)(?= (?:[.?:,]|here|from|uk|usa|us|and|"
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
            r"just a child|still a minor)(?= (?:[.?:,]|and|but|so|yet|lol|btw|is|can|do|in|i|you|"
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
            r"(?:^|[.?]) (?:(?:[5-9]|1[01])th|sixth|seventh|eighth|ninth|tenth|"
            r"eleventh) (?:grade|grader)(?= [.?:,])"
        ),
    ),
    (
        "minor.en.school",
        (
            r"(?:im|i am)(?: \w+){0,2} (?:in )?(?:middle school|junior high|elementary school|"
            r"primary school|year (?:[5-9]|1[01]))(?= (?:[.?:,]|and|but|so|rn|right|now|still|"
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
    (
        "minor.en.school",
        (
            r"(?:im|i am)(?: (?:still|only|just|now|currently))? in grade (?:[1-9]|"
            r"1[01])(?= (?:[.?:,]|and|but|so|now|rn|at|lol|i))"
        ),
    ),
    (
        "minor.en.school",
        r"(?:^|[.?]) (?:a )?grade (?:[5-9]|1[01]) student(?= (?:[.?:,]|here|from))",
    ),
    (
        "minor.en.age",
        (
            rf"(?:we are|both of us are)(?: only| just)?(?: both {_BARE}(?= (?:{_STOP}|and|but|so)"
            rf"(?= ))| {_AGE}{_YEARS}(?= (?:{_STOP}|and|but|so)(?= )))"
        ),
    ),
    # "We're", which is "were" here, only where nobody was.
    (
        "minor.en.age",
        rf"(?:^|[.?]) were (?:both {_BARE}|{_AGE}{_YEARS})(?= (?:{_STOP}|and|but|so)(?= ))",
    ),
    # "I'm Anna, 14 years old": a name or what one is, then the age behind a comma.
    (
        "minor.en.age",
        (
            rf"(?:im|i am|im called|my name is|my names)(?! (?:with|at|in|the|and|by|near|\w+ing) )"
            rf"(?: \w+){{1,2}}(?: ,| and) {_AGE}{_YEARS}(?= (?:{_STOP}|and|but|from|girl|boy|"
            r"female|male|f|m)(?= ))"
        ),
    ),
    (
        "minor.en.age",
        (
            r"(?:my name is(?: \w+){1,2}|my names \w+|(?:im|i am) an? (?:girl|boy|guy|kid|teen|"
            rf"teenager|student|female|male)) , (?:im )?{_BARE}(?= (?:{_STOP}|and|but|from)(?= ))"
        ),
    ),
    (
        "minor.en.underage",
        (
            rf"(?:im|i am) (?:not(?: even)? {_BARE} yet|(?:still |only )?(?:under|below|younger "
            rf"than) {_BARE}(?= (?:{_STOP}|and|but|so|too|is|can)(?= )))"
        ),
    ),
    (
        "minor.en.eighteen",
        (
            r"(?:years?|months?|weeks?|days?) (?:left )?(?:until|till|til|before) (?:im|i am|"
            rf"i turn|i hit|i become|ill be|i will be) {_EIGHTEEN}"
            rf"(?= (?:{_STOP}|and|but|so|lol|then)(?= ))"
        ),
    ),
    (
        "minor.en.school",
        (
            r"i (?:still |just |currently |only )?(?:go to|attend|study (?:at|in)|am at)"
            r"(?: a| the| my)? (?:middle ?school|junior high|(?:elementary|primary|grade) school)"
            rf"{_NO_PUPIL}(?= (?:{_STOP}|and|but|so|rn|right now|in|near|with|lol|here|now)(?= ))"
        ),
    ),
)
UNCLEAR: Final = (
    # It may begin a story of long ago.
    ("minor.en.hint", rf"i (?:just |finally )?turned {_AGE} ,"),
    ("minor.en.hint", rf"(?:im|i am) \w+ {_BARE} (?:f|m|female|male)(?= [.?:,])"),
    ("minor.en.hint", rf"(?:^|[.?]) (?:were|we are) {_BARE}(?= [.?:,])"),
    ("minor.en.hint", rf"(?:im|i am) \w+ , {_BARE}(?= [.?:,])"),
    (
        "minor.en.hint",
        (
            r"i (?:still |just |currently )?(?:go to|attend)(?: a| the| my)? (?:middle|high|"
            rf"elementary|primary) school{_NO_PUPIL}"
            rf"(?= (?:{_STOP}|and|but|so|rn|in|with|lol|here|now)(?= ))"
        ),
    ),
    (
        "minor.en.hint",
        rf"being (?:only |just )?{_AGE}(?= (?:[.?:,]|is|sucks|means|and|in))",
    ),
    (
        "minor.en.hint",
        (
            rf"(?:^|[.?]) (?:hi |hey |hello )?{_AGE}(?: ?(?:yo|y o|years? old|yrs? old)(?: here)?|"
            r" here)(?= [.?:,])"
        ),
    ),
    # It may answer how old somebody else is.
    (
        "minor.en.hint",
        (
            rf"(?:^|[.?]) (?:hi |hey )?(?:17|seventeen)(?: ,)? (?:but |and |so )?(?:{_ALMOST}|"
            rf"turning|going on|soon) {_EIGHTEEN}(?= (?:[.?:,]|lol|btw|so|but|and(?! a half)))"
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
    (
        "minor.en.hint",
        rf"(?:^|[.?]) (?:hi |hey )?(?:me|age|im|aged)(?: :)? {_AGE}(?= [.?:,])",
    ),
    (
        "minor.en.hint",
        (
            r"(?:im|i am)(?: \w+)? in (?:my )?(?:junior|senior|sophomore|"
            r"freshman) year(?: of high school| in high school)(?= )"
        ),
    ),
    ("minor.en.hint", r"(?:im|i am)(?: \w+)? in class (?:[5-9]|1[0-2])(?= [.?:,])"),
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
            r"senior in high school)(?= (?:[.?:,]|and|but|so|in|who|lol|with|i|rn))"
        ),
    ),
    (
        "minor.en.hint",
        (
            r"(?:im|i am)(?: \w+){0,2} in (?:high ?school|12th grade|twelfth grade|"
            r"senior year of high school|year 1[23]|sixth form)(?= (?:[.?:,]|and|but|so|rn|right|"
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

_KIN: Final = (
    r"(?:son|daughter|brother|sister|kids?|child|children|cousin|niece|nephew|students?|dog|cat|"
    r"car|friend|boyfriend|girlfriend|mom|mum|dad|wife|husband)"
)
TRAPS: Final = Traps(
    joint=re.compile(
        r" (?:(?:and|but)(?! (?:\d|a half|counting|pregnant))|so|because|cuz|bc|cause|though|tho|"
        r"although|while|n|(?:now|today)(?= (?:im|i am)))(?= )"
    ),
    governed=either("that", "if", "as if", "like", "whether", "where", "when"),
    story=either(
        r"pretend\w*|imagin\w*|role ?play\w*|rp|act(?:ing)? (?:as|like)|character|oc|npc|suppose",
        r"play(?:ing)? (?:as|a|the)|(?:as if|like) im|say im|let ?s say|lyrics?|song|quote",
        r"in (?:the|this|my|our|your) (?:story|game|book|novel|movie|film|scene|series|dream|show|"
        r"play|fic)",
        r"dreamed|dreamt|dream|wish (?:i|im)|if (?:only|i were|i was)|explain(?: \w+){0,3} like",
    ),
    told=either(
        r"pretend\w*|imagine|role ?play\w*|rp|act as|(?:my|your|a|the|our) character|oc|npc",
        r"lets say|play(?:ing)? as|in (?:the|this|our|your) (?:story|game|scene|series|dream|fic)",
    ),
    said=either(
        r"people (?:think|say|assume)|thinks?|thought|looks? like|look|mistaken|says?|said|claims?",
        r"(?:told|tells|asked|asks)(?: (?:me|him|her|them|you|my \w+|everyone))?",
        r"feels?(?: like)?|felt|guessed|guess",
    ),
    speaker=(" i", " ive", " already", " just", " i just", " always"),
    past=either(
        r"when (?:i|id|im)|since (?:i|age)|back when|i was(?: (?:a|only|just|like))? \d+|used to",
        r"remember|memories|years ago|ago when|before i(?! turn )",
        r"(?:after|until|till|once|by the time|as soon as|the \w+) i turned",
    ),
    heart=either(
        r"at heart|inside|mentally|mental age|in dog years|in my (?:head|mind|soul|heart)|again",
        r"inner|still feel|years (?:into|sober|clean|married|away|behind|late)|seats?",
        r"(?:weeks?|months) pregnant",
    ),
    others=either(
        r"(?:he|she|they|it) (?:is|was|are|were)|(?:hes|shes|theyre)",
        rf"(?:my|your|his|her|our)(?: \w+)? {_KIN}|for a second",
    ),
    teaching=either(
        r"teach(?:ing|es)?|(?:a|an|grade|math|english|as|school) teachers?|tutor|coach|substitute|"
        r"class of|(?:i|and) work"
    ),
    condition=either("if (?:im|i am|you|u)|whether"),
    joke=re.compile(
        r" (?<! no )(?<! not )(?<! not a )(?<! aint )"
        r"(?:joke|joking|jk|kidding|sarcasm|no wait|wait no)(?= )"
    ),
)

# A number that may be no age: a size, a rank, a place, a time, a score.
DOUBT: Final = re.compile(
    r" (?:sizes?|(?:shoe|dress|jeans|bra|ring|waist) \w+|tickets?|queue|ranked|lobby|dota|league|"
    r"(?:this|last|next) season|score\w*|over par|and counting|with (?:the|a) (?:discount|limp)|"
    r"too late|from the (?:left|right|end|top|bottom)|right behind you|next in line|"
    r"(?:on|down) the list|(?:days|weeks) (?:sober|clean)|sober|and pregnant|\d+ (?:am|pm) \d+|"
    r"our table|room \d+|\d+ (?:and|to|or) \d+)(?= )"
)
KEYS: Final = keys(
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
    + " ".join(f" {i}{n}" for n in range(10, 18) for i in ("im", "iam"))
    + " 1st 2nd 3rd 18th eighteenth"
)
