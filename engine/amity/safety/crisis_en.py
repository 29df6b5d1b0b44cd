"""English for crisis: how it denies, looks back, speaks of others and jokes, and its rules.

Words stand as ``normalise`` leaves them: ``i'm`` is ``im``.
"""

import re
from typing import Final

from amity.safety._crisis_en_acts import ACTS
from amity.safety._crisis_en_acute import ACUTE
from amity.safety._crisis_en_signs import SIGNS
from amity.safety._crisis_en_wishes import WISHES
from amity.safety.rules import Language

__all__ = ["LANGUAGE"]

_RULES: Final = (*ACUTE, *ACTS, *WISHES, *SIGNS)

LANGUAGE: Final = Language(
    rules=_RULES,
    keys=frozenset[str]().union(*(each.keys for each in _RULES)),
    idiom=re.compile(
        r" (?:to die for|dying to (?:know|see|try|hear|meet|read|go|play|watch|eat|tell|"
        r"find)|die (?:of|from|with) (?:laugh\w*|"
        r"embarrass\w+|boredom|shame|cringe|curiosity|old age|thirst|hunger|natural causes|"
        r"envy|jealousy|cuteness)|die laughing|dead (?:tired|serious|"
        r"beat|sexy|wrong|line|set|weight)|die hard|old habits|die trying|"
        r"(?:dye|die) my hair|never say die|"
        r"(?P<thing>battery (?:is )?(?:dying|dead)|phone (?:is )?(?:about to )?(?:die|dying|dead)|"
        r"(?:my|the|this|our|your) (?:phone|laptop|car|plant|plants|battery|engine|tree|"
        r"garden|grass|python|process|server|program|script|character|avatar|sim|sims|fish)"
        r"(?: \w+){0,3} (?:die|dying|dead|died|killed|alive))|in (?:the |this |a )?(?:game|"
        r"minecraft|fortnite|dream)|boss fight|(?:python|linux|unix|bash|"
        r"java) process)(?= )"
    ),
    denied=re.compile(
        # "why dont i" and "no, i" deny nothing.
        r" (?<!why )(?:not|never|dont|do not|didnt|wouldnt|wont|would never|will never|arent|isnt|"
        r"wasnt|no (?:plans?|intentions?|thoughts?|wish|desire|intent|longer)|without|havent|"
        r"am not|not even|stopped|"
        r"against|neither|nor|instead of)(?: (?:really|actually|actively|feeling|going|"
        r"gonna|to|ever|want|wanna|been|be|thinking|of|about|planning|have|had|having|any|"
        r"even|currently|trying|like|feel|saying|that|i|im|would|will|just|the|plan|plans|"
        r"intention|intentions|considered|considering|thoughts|thought|think|a)){0,6} $"
    ),
    own=re.compile(r" (?:i|im|ive|id|ill|my|me|myself)(?= )"),
    no=(" no ",),
    others=re.compile(
        r" (?:he|she|they|hes|shes|theyre|hed|shed|theyd|him|them|(?:someone|somebody|"
        r"a person|people|person) (?:i|we) (?:know|love|met|care)|"
        r"(?:my|our|his|her|a|your|their|the)(?: \w+)? (?:friend|friends|bestie|buddy|"
        r"buddys|boy|homie|homegirl|bro|pal|dude|friends|sister|brother|mom|mum|mother|dad|"
        r"father|son|daughter|cousin|uncle|aunt|wife|husband|girlfriend|boyfriend|partner|"
        r"ex|roommate|coworker|colleague|neighbou?r|student|classmate|kid|child|niece|"
        r"nephew|grandpa|grandma|boss|teacher|teammate|mate|patient|client|guy|girl|man|"
        r"woman))"
        r"(?: (?!i |im |ive |id |me |my |ill )\w+){0,9} $"
    ),
    past=re.compile(
        r" (?:when i was (?:a |in |\d+|young|younger|little|still|about|around|teen\w*)|"
        r"years ago|back in (?:the|my|high|college|\d+)|in the past|used to|"
        r"as a (?:teen\w*|kid|child)|long ago|last year|once tried|a decade ago|in \d{4}|"
        r"in high school)(?= )"
    ),
)
