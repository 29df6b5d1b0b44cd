"""English crisis rules for what is happening now, and for Russian in Latin letters.

Words stand as ``normalise`` leaves them: ``i'm`` is ``im``.
"""

from typing import Final

from amity.safety.rules import Rule, gap, rule

__all__ = ["ACUTE"]

_DRUG: Final = (
    r"(?:pills?|tablets?|tabs|capsules?|meds|medication|gummies|painkillers?|sleeping (?:pills|"
    r"tablets)|"
    r"tylenol|paracetamols?|panadols?|acetaminophens?|ibuprofens?|advils?|aspirins?|aleve|"
    r"naproxen|"
    r"benadryls?|melatonins?|antidepressants|benzos|xanax|valium|ativan|klonopin|ambien|zopiclone|"
    r"prozac|zoloft|lexapro|seroquel|lithium|codeine|tramadol|oxys?|oxycodone|percocets?|vicodin|"
    r"morphine|fentanyl|propranolol|insulin|antihistamines)"
)
# As many as nobody takes for a headache.
_MANY: Final = (
    r"(?:[89]|[1-9]\d{1,2}|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|"
    r"eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?: \w+)?|"
    r"(?:a )?(?:hundred|dozen)|dozens|hundreds)"
)
_TOOK: Final = r"(?:took|taken|take|taking|swallowed|swallow|swallowing|ate|eaten|popped|downed)"
_TOOL: Final = r"(?:pills|tablets|meds|noose|rope|razors?|blades?|gun|pistol|knife)"
_MINE: Final = (
    r"(?:(?:right )?(?:next to|beside|in front of|by) me|(?:right )?here|in my (?:hand|hands|lap|"
    r"mouth)|"
    r"ready|lined up|laid out|loaded|around my neck)"
)
_PEACEFUL: Final = (
    r"(?:climb\w*|boat|camp\w*|tent|hunt\w*|cook\w*|kitchen|chop\w*|cut the|shav\w+|allerg\w+|"
    r"headache|"
    r"cold|flu|antibiotic\w*|vitamins?|dog|cat|vet|trip|travel\w*|swing|laundry|pharmacy|doctor|"
    r"prescri\w+|browser|open|stock|shop|left over|film|dinner|lunch|daily|a day|per day|every "
    r"(?:day|morning|night)|photo\w*|game|movie|book)"
)
_DYING: Final = (
    r"(?:umeret|umret|umirat|sdohnut|zdohnut|sdoxnut|pomeret|ischeznut|povesitsya|povesitsa)"
)
_WISHING: Final = r"(?:hochu|xochu|hachu|khochu|xo4u|ho4u|hochetsya|hochetsa)"

ACUTE: Final[tuple[Rule, ...]] = (
    rule(
        "crisis.en.acute",
        (
            "took taken take taking swallowed swallow swallowing ate eaten popped downed over*"
            " oded oding od odd suicide ready end* done bath* tub shower bed gas drank "
            "everything pills tablets meds noose rope razor razors blade blades gun pistol"
            " knife ledge bridge roof* railing cliff jump deep bleeding bottle unalived unal* ctb"
            " yeet dead strength living live"
        ),
        rf"{_TOOK}(?: (?:like|about|around|over|almost|maybe|at least|more than|the|all|my))*"
        rf" {_MANY}(?: of)?(?: my| the| these| those| some)?(?: \w+)? {_DRUG}",
        rf"(?:took|swallowed|downed|popped) (?:all|every one of|the rest of) (?:of )?(?:my|the|"
        rf"them|his|"
        rf"her|our){gap(2)} {_DRUG}",
        r"(?:taken|took|taking|take) (?:an|a massive|a huge) (?:overdose|od)(?= )",
        rf"(?:ate|took|swallowed|downed|drank) (?:\w+ )?(?:whole|entire|full) (?:box|bottle|pack|"
        rf"strip) of "
        rf"(?:\w+ )?{_DRUG}",
        r"i (?:just )?(?:took|swallowed|drank) everything in the (?:medicine )?(?:cabinet|drawer|"
        r"box)",
        r"ready to jump(?: off)?(?= [.?])",
        r"(?:end|ending) (?:things|everything|it) (?:tonight|today|now|forever|for good)",
        r"(?:im|i am) (?:so )?done (?:with )?(?:living|being alive|with life)",
        r"(?:bath|bathtub|bathroom|tub|shower|bed) with (?:a|the|my) (?:razor|razors|blade|"
        r"blades|knife)",
        r"turned (?:the gas on|on the gas) and",
        r"i (?:just )?(?:took|swallowed|downed) (?:the whole|the entire|a whole|all of the|a "
        r"full|half a)"
        r" (?:bottle|box|pack|packet|strip)(?= (?:[.?]|and|of (?:it|them)|an|now|just|at|"
        r"already))",
        rf"{_TOOL}(?: \w+){{0,9}} (?:take|taking|swallow|swallowing|down|downing|eat) (?:them all|"
        r"all of (?:them|it)|it all|every (?:single )?one|everything|the (?:whole|entire) \w+)",
        r"(?:i|ive|ive just|i just|im|i am|i have|i think i|i may have|i might have)(?: \w+)? "
        r"(?:overdosed|overdosing|oded|oding|od)(?= (?:[.?]|on|and|right|now|just|an|last|i|help|"
        r"please|"
        r"yesterday|tonight|today|again|my|but))",
        r"(?:been |just |keep |always )?thinking (?:about|of) suicide(?= (?:[.?]|again|tonight|"
        r"lately|"
        r"all|every|and|today|now))",
        r"i (?:just |think i |may have |have |almost )odd(?= (?:[.?]|on))",  # "OD'd"
        rf"(?:i have|ive got|i got|with|theres|there is)(?: \w+){{0,4}} (?!knife){_TOOL}(?: "
        rf"\w+)? {_MINE}",
        rf"(?:the|my) {_TOOL} (?:is|are)(?: \w+)? {_MINE}",
        r"(?:im|i am|standing|sitting) (?:\w+ )?(?:on|at|over) (?:the |a |this )?(?:edge(?: "
        r"of)?(?: the)? )?"
        r"(?:ledge|bridge (?:railing|edge)|railing|(?:roof|rooftop|cliff|bridge) (?:edge|ready|"
        r"about|and "
        r"(?:i|about|ready|want)))",
        r"(?:im|i am)(?: \w+)? (?:about to|going to|gonna|ready to) jump(?= (?:[.?]|off|now|and|"
        r"from the "
        r"(?:roof|bridge|window|balcony)))",
        r"(?:cut|sliced|slit)(?: \w+)? too deep",
        r"(?:cut|slit|wrists?|arms?|myself)(?: \w+){0,6} (?:wont|doesnt|will not|not|cant) stop "
        r"(?:the )?bleeding",
        r"(?:be|being|get|was) unalived",
        r"ctb|yeet(?:ing)? myself",
        r"(?:no|not enough|out of|lost (?:the|my|all)|lack)(?: \w+)? (?:will|strength|energy|"
        r"reason|desire)"
        r"(?: left)? to (?:live|go on living|keep living|be alive)",
        r"i (?:cant|can not) live (?:anymore|any more|any longer|this life)(?! (?:with|in|"
        r"without|at|on) )",
        unless=(
            _PEACEFUL,
            (
                r"(?:overdosed|overdosing|oded|oding|odd|od) on (?:the )?(?:\w+ )?(?:sugar|"
                r"chocolate\w*|coffee|"
                r"caffeine|netflix|candy|cake|cheese|tv|memes|nostalgia|cuteness|carbs|pizza|sweets|"
                r"food|"
                r"christmas|cookies|reality|anime|news|tea|ice cream)"
            ),
            (
                r"jump (?:in|on|into|off)(?: \w+)? (?:the )?(?:shower|call|bed|car|train|"
                r"trampoline|diving)"
            ),
            r"paper|ketchup|water bottle|fixing|repair\w*|tiles?|gutter\w*|antenna",
        ),
    ),
    rule(
        "crisis.en.farewell",
        "dead message read tonight last decided",
        r"(?:ill|i will|im going to|im gonna) be (?:dead|gone forever) (?:by|before|when|soon|"
        r"tonight|"
        r"tomorrow)(?! \w* ?(?:tired|beat|serious))",
        r"by the time (?:you|u|anyone|someone) (?:read|reads|see|sees) this",
        r"(?:last|final) (?:message|text|post|words)(?: \w+){0,4} (?:end\w* it|die|dying|goodbye|"
        r"forever|"
        r"ever)",
        r"decided to (?:die|end it|kill)",
        unless=(
            r"dead (?:tired|beat|serious|on my feet)",
            r"good night|battery|boss|deadline|mom will",
        ),
    ),
    rule(
        "crisis.ru.latin",
        "hochu xochu hachu khochu xo4u ho4u umer* umir* sdoh* sdox* zdoh* zhit jit zhyt ubyu "
        "ubju ubiyu"
        " ubit poko* sebya sebja seba suic* povesus poveshus vskr* smys* sil",
        rf"(?<! ne ){_WISHING}(?: \w+)? {_DYING}",
        rf"{_DYING} {_WISHING}",
        rf"ne {_WISHING}(?: \w+){{0,2}} (?:zhit|jit|zhyt|git|sushestvovat|prosypatsya)"
        r"(?= (?:[.?]|bolshe|tak|i|potomu|vovse|dalshe))",
        r"(?:zhit|jit|zhyt) (?:bolshe )?ne (?:hochu|xochu|mogu|hochetsya)",
        r"(?:ubyu|ubju|ubiyu|ubit|ubivat) (?:sebya|sebja|seba)",
        r"(?:sebya|sebja) (?:ubyu|ubju|ubit)",
        r"pokonch\w+ s (?:soboy|soboi|soboj|zhiznyu|jiznyu)",
        r"(?:net|netu) (?:bolshe )?(?:sil|smysla) (?:bolshe )?(?:zhit|jit|zhyt)",
        r"(?:povesh?us|poveshus|vskroyus|vskroju veny|vskrou veny|vskryt veny)",
        unless=(r"(?:so smehu|ot smeha|smeshno|v moskve|u morya|s toboy|v gorode)",),
    ),
)
