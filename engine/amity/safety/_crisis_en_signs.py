"""English crisis rules for what announces a crisis in other words: means, voices, farewells.

Words stand as ``normalise`` leaves them: ``i'm`` is ``im``.
"""

from typing import Final

from amity.safety.rules import Rule, rule

__all__ = ["SIGNS"]

_DRUG: Final = (
    r"(?:pills?|tablets?|tylenol|paracetamol|acetaminophen|ibuprofen|aspirin|advil|xanax|valium|"
    r"insulin|fentanyl|morphine|opioids?|antidepressants?|sleeping pills|benzos|ambien|bleach|"
    r"melatonin|codeine|oxycodone|heroin|cyanide|meds|medication)"
)
_DEADLY: Final = (
    r"(?:lethal|fatal|deadly|enough to (?:die|kill)|to (?:die|overdose|od)|kill (?:me|you|"
    r"someone|a person|a human))"
)

SIGNS: Final[tuple[Rule, ...]] = (
    rule(
        "crisis.en.means",
        "pill* pills tablet* tylenol paracetamol acet* ibup* aspirin advil xanax valium"
        " insulin fent* morp* opio* anti* bleach mela* code* "
        "oxyc* heroin cyanide meds medication benzos ambien poison nembutal nitrite barb*"
        " helium bleed hang* drow* suff* dying death "
        "jumping cut cutting hide hiding slit"
        " blee* dead* fatal lethal over* suic*",
        (
            r"(?:what happens|what would happen|what will happen|would i die|will i die|"
            rf"can i die|could i die)(?: \w+){{0,3}} (?:take|took|swallow\w*|drink|drank|"
            rf"overdose\w*|inject\w*|mix\w*)(?: \w+){{0,5}} {_DRUG}"
        ),
        rf"how (?:much|many)(?: \w+){{0,4}} {_DRUG}(?: \w+){{0,5}} {_DEADLY}",
        (
            rf"how (?:much|many) {_DRUG}(?: \w+){{0,3}} (?:can|could|should|would|do) (?:i|"
            rf"you) (?:take|need)(?: \w+){{0,4}} (?:die|not wake up|overdose|end it)"
        ),
        (
            r"(?:lethal|fatal|deadly) (?:dose|amount|dosage|quantity|level)s?(?: \w+)? (?:of|"
            rf"for) (?:me|myself|humans?|a person|a human|someone|{_DRUG})"
        ),
        (
            r"(?:buy|get|order|find|obtain|make|take|drink|swallow)(?: \w+){0,3} (?:cyanide|"
            r"nembutal|sodium nitrite|barbiturates?|rat poison|suicide kit)"
        ),
        (
            r"(?:want|going|gonna|let me|wish i could|wanna|hope i|"
            r"just)(?: to)?(?: \w+)? (?:bleed out|bleed to death|drown myself|hang myself)"
        ),
        (
            r"(?:is|are|does|do|would|how)(?: \w+){0,4} (?:hanging|drowning|suffocat\w+|"
            r"overdos\w+|bleeding out|dying|cyanide|bleeding to death)(?: \w+){0,4} (?:painful|"
            r"painless|hurts?|quick|quickly|fast|peaceful|feel like|take)"
        ),
        (
            r"(?:places?|where|spots?|areas?|how deep|best way|safest way|"
            r"how)(?: \w+){0,3} to cut(?: myself| my skin| yourself)?(?= (?:[.?]|where|so|that|"
            r"without|deeper|deep|and|to))"
        ),
        (
            r"hid(?:e|ing)(?: \w+){0,5} (?:throwing up|purging|starving|not eating|cutting|"
            r"self harm\w*|bleeding|cuts|scars|eating disorder|from my parents that i)"
        ),
        unless=(
            (
                r"(?:dog|dogs|cat|cats|horse|vet|puppy|rats?|mice|hair|paper|fabric|onions?|"
                r"bread|grass|cake|meat|wood|costs?|carbs|chocolate|pumpkin|in the movie|"
                r"character|novel|plastic surgery|pay cut|headache|hives)"
            ),
        ),
    ),
    rule(
        "crisis.en.voices",
        ("voices voice cut end harm hurt kill"),
        (
            r"voices?(?: \w+){0,6} (?:tell|tells|telling|told|say|says|saying|want|wants|"
            r"wanted|order\w*|command\w*|make|making)(?: \w+)? (?:me|i should|i have|i need|"
            r"i must)(?: to)?(?: \w+){0,3} (?:hurt|kill|jump|die|end|cut|harm|do (?:it|"
            r"something|things)|burn)"
        ),
        (
            r"(?:they|it)(?:re| are| keep| keeps|s)?(?: \w+){0,2} (?:tell|tells|telling|"
            r"told) me to (?:hurt|kill|cut|harm|end) (?:myself|my life|it all)"
        ),
        sure=True,
    ),
    rule(
        "crisis.en.longing",
        (
            "life living make driving crashing jumping stepping swerving running walking slit"
            " slitting dead death die dying existing existence exist alive hits hit kills kill"
            " crash live lives here disa* easier better relief end ends over stop pain cares"
            " throat"
            " around away born cras* died ended exis* gett* gone keep making murd* ran reac*"
            " run runs shoot shoots surv* take takes thro* vani*"
        ),
        (
            r"(?:cant|cannot|can not) wait (?:to die|to be dead|until i die|until im dead|"
            r"till i die|to be gone from this world)"
        ),
        (
            r"death (?:would|will|sounds?|seems|is|feels|might|looks)(?: \w+){0,4} (?:relief|"
            r"escape|release|peace\w*|only (?:way|option|answer)|better|easier|comforting|nice|"
            r"good|welcome|freedom|solution)"
        ),
        (
            r"(?:hope|wish|want|praying|pray|need)(?: that)? (?:a|some|the|someone|somebody|"
            r"something|god|cancer|lightning|an)(?: \w+){0,4} (?:hits?|kills?|crash\w*|"
            r"takes? me|ran|run|runs|murder\w*|shoots?|would kill|would hit|end)(?: me|"
            r" over me)?(?: out)?"
        ),
        (
            r"(?:better|easier|happier|simpler|best)(?: off)? (?:not existing|not alive|"
            r"not being (?:here|alive)|to (?:die|be dead|not exist)|if i (?:was|were|am|"
            r"just) (?:dead|gone|not here|not alive|never born|died)|if i (?:died|didnt exist|"
            r"ended it|disappeared|wasnt here|werent here|wasnt alive|never existed|"
            r"ceased to exist))"
        ),
        (
            r"(?:no ?(?:one|body)|nobody|who|no one would)(?: \w+)? (?:cares?|gives? a \w+|"
            r"notice)(?: \w+)? (?:if|whether|that) (?:i|im) (?:\w+ )?(?:live|lives|die|died|"
            r"dead|alive|exist)"
        ),
        (
            r"(?:dont|do not|not sure|dont know if|not certain|doubt)(?: \w+){0,4} (?:i|"
            r"if i) (?:want|wanna|can|will|ought|should)(?: to)?(?: \w+)? (?:live|be here|"
            r"be alive|exist|keep living|keep going|stay alive|continue living|"
            r"make it through)(?: \w+)?(?= (?:[.?]|anymore|tomorrow|much|long|through|past|any|"
            r"and|like|if|because))"
        ),
        (
            r"(?:dont|cant|cannot|never|could never|do not)(?: even| really)? (?:see|picture|"
            r"imagine)(?: \w+)? (?:myself|me) (?:alive|living|being alive|being here|around|"
            r"making it|surviving|existing|past \d+|reaching|getting older)"
        ),
        (
            r"(?:disappear|disappearing|vanish|vanishing)(?: \w+)? and (?:never|not) (?:come|"
            r"coming|be|being) (?:back|found|seen)"
        ),
        r"disappear(?:ing)? off the face of the earth",
        (
            r"(?:i|im|ive|me|cant stop|keep|always|been)(?: \w+){0,3} (?:think|thinking|"
            r"thoughts|dream\w*|fantasi\w+|obsess\w+|daydream\w*)(?: \w+)? (?:about|"
            r"of) (?:my (?:own )?)?(?:death|dying|being dead)(?: \w+){0,2} (?:all the time|"
            r"constantly|every (?:day|night|hour)|a lot|daily|so much|nonstop|often|at night|"
            r"again|more and more|lately)"
        ),
        (
            r"(?:thoughts?|thinking|think|thought) (?:of|about)(?: just)? (?:driving|crashing|"
            r"jumping|running|walking|stepping|swerving|throwing myself)(?: \w+){0,3} (?:off|"
            r"into|in front|under|from)(?: \w+){0,2} (?:the road|a tree|traffic|a truck|trucks|"
            r"a bridge|a wall|a cliff|the river|a train|cars|the edge|a building|a window|"
            r"the roof|oncoming \w+|the bridge|the tracks|a pole)"
        ),
        (
            r"(?:end|stop|over)(?: \w+){0,2} (?:pain|suffering|hurting|it all|everything|"
            r"misery)(?: \w+)? (?:forever|for good|permanently|once and for all)"
        ),
        (
            r"(?:pain|suffering|everything|it all|all of it|this|"
            r"misery)(?: \w+)?(?: to)? (?:end|stop|be over|go away)(?: \w+)? (?:forever|"
            r"for good|permanently|once and for all)"
        ),
        r"giv(?:e|ing) up on (?:life|living|being alive|my life)",
        r"(?:slit|slitting|cut|cutting) my (?:own )?throat",
        (
            r"why (?:am i|im|do i|am i even|was i)(?: \w+)? (?:still )?(?:alive|"
            r"here on this earth|exist|born)(?= [.?])"
        ),
        (
            r"i (?:wont|will not|dont plan to|dont expect to|am not going to|might not|"
            r"may not) (?:be alive|live|survive|live to see|live long)(?: \w+)? (?:tomorrow|"
            r"next (?:week|month|year)|much longer|the night|tonight|to see|long|past)"
        ),
        unless=(
            (
                r"(?:vacation|holiday|office|work|meeting|on leave|trip|flight|movie|film|"
                r"novel|in the game|level|boss fight|penalty|mosquito\w*|weeds?|bugs?|battery|"
                r"phone|the lottery|traffic noise)"
            ),
        ),
    ),
    rule(
        "crisis.en.announce",
        (
            "goodbye tonight relapsed rope razor razors blade blades knife gun waste death kill"
            " end mist* noose shoot"
        ),
        r"goodbye (?:everyone|everybody|world|all|cruel world|forever)(?= [.?])",
        (
            r"(?:im|i am|ill|i will) (?:going to |gonna )?do it (?:tonight|today|tomorrow|now|"
            r"this time)"
        ),
        r"tonight (?:im|i am|ill|i will|is)(?: \w+){0,3} (?:do it|the night|end it|my last)",
        (
            r"(?:bought|got|have|found|ordered|hid|keep|holding)(?: \w+){0,2} (?:rope|razors?|"
            r"blades?|razor blades?|gun|noose)(?: \w+){0,2}(?= (?:[.?]|and|ready|to|tonight|"
            r"now|today|hidden|under))"
        ),
        r"(?:waste of (?:space|oxygen|air|skin|life|a life)|mistake to be born)",
        r"relapsed(?: \w+){0,8} (?:blade|razor|knife|cuts?|bathroom|arms?|thighs?)",
        r"(?:think|thinking|thoughts) (?:about|of) death(?= [.?])",
        r"(?:please|someone|somebody|just|god)(?: \w+)? (?:kill|end|shoot) me(?: \w+)?(?= [.?])",
        soft=True,
        unless=(
            (
                r"(?:climbing|hiking|boat|camping|shav\w+|kitchen|hunting|range|water gun|nail gun|"
                r"glue gun|party|game|movie|time)"
            ),
        ),
    ),
)
