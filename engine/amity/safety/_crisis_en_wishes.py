"""English crisis rules for what people wish, feel and announce, and for what they say of others.

Words stand as ``normalise`` leaves them: ``i'm`` is ``im``.
"""

from typing import Final

from amity.safety.rules import Rule, gap, rule

__all__ = ["WISHES"]

_WANT: Final = (
    r"(?:want(?:ed|ing|s)?(?: to)?|wanna|plan(?:ning|ned|s)?(?: to| on)?|thinking (?:of|"
    r"about)|thought(?:s)? (?:of|about)|think (?:about|of)|"
    r"urge(?:s)? to|ready to|would rather|id rather|rather|better to|try(?:ing)? to|"
    r"tried to|tried|decided to|tempted to|about to|"
    r"wish(?:ing)? to|wish i could|feel(?:ing)? like|hop(?:e|ing) to|prefer to|"
    r"fantasi[sz]\w+ (?:of|about)|consider(?:ed|ing)?|contemplat\w+|"
    r"intend to|how (?:to|do i|can i|could i|should i|would i)|ways? to|method\w* (?:to|of|"
    r"for)|attempt(?:ed|ing)?(?: to)?|"
    r"(?:i|im|ill|id) (?:just |really |should |might |will |could |need to |have to |"
    r"gotta |deserve to |am going to |going to |gonna )+|preparing to|prepare to|desire to|"
    r"longing to|dying to)"
)
_DEATH: Final = (
    r"(?:die|dying|be dead|be done with (?:life|living|it all)|end it(?: all)?|ending it(?: all)?"
    r"|not exist|stop existing|cease to exist|not be here|not be alive|not wake up|be gone"
    r"|disappear(?: forever| for good| completely)|vanish forever|sleep forever|go to sleep forever"
    r"|never wake up|leave this (?:world|life|earth)|be out of this world forever)"
)

WISHES: Final[tuple[Rule, ...]] = (
    rule(
        "crisis.en.suicidal",
        "suicidal suici* suic* ideation",
        r"(?:im|i am|i feel|feel|feeling|i was|i get|ive been|been|being|become|becoming|"
        r"so|very|felt"
        r"|am|really|extremely|actively|passively|a bit|chronically) suicid(?:al|e)",
        (
            r"suicidal(?: \w+)? (?:thoughts?|ideations?|feelings?|urges?|tendenc\w+|plans?|"
            r"mind|person|again|lately|today|tonight|now|because|and|since)"
        ),
        r"my suicidal\w*",
        (
            r"(?:encourag\w+|convinc\w+|guid\w+|push\w*|manipulat\w+|make|making|help|helping|"
            r"tell|worsen)(?: \w+){0,4} suicid\w+"
        ),
        (
            r"suicidal (?:strateg\w+|activit\w+|challenges?|behaviou?rs?|games?|method\w*|"
            r"acts?|diet\w*|persons?|people|clients?|patients?|teens?|child\w*|or|[.?])"
        ),
        unless=(
            r"(?:politically|economically|strategically|financially|career) suicidal",
            r"suicidal (?:mission|charge|move|pass)",
            r"(?:film|movie|novel|book|character)",
        ),
    ),
    # The word alone is all that some can say.
    rule("crisis.en.suicide", "suic*", r"(?<=^ )suicide(?=(?: [.?])+ $)"),
    rule(
        "crisis.en.suicide",
        "suic* sewerslide suiside sucide suicde",
        rf"(?:{_WANT}|commit|committing|committed|attempt(?:ing)?|thoughts? (?:of|about)|"
        r"think\w* (?:of|about|on)|consider\w*|contemplat\w*|"
        r"plan\w*|complete|end with|do|doing|method\w* (?:of|for)|ways? (?:of|to)|"
        r"painless|easiest|quick|quickest|best|easy|effective|successful|"
        r"reliable|choose|turn to|resort to|option is|answer is|think|glorif\w+|"
        r"romantici[sz]\w+|promot\w+|encourag\w+|celebrat\w+|justif\w+)"
        rf"(?: \w+){{0,2}} (?:suicide|sucide|suiside|suicde|sewerslide)",
        (
            r"suicide (?:note|letter|plan|pact|method\w*|is the (?:only|best|answer|way|"
            r"easiest)|seems|feels|sounds|kit|forum|game|challenges?|as an)"
        ),
        r"(?:try|trying|tried|attempted|attempt)(?: \w+)? suicide",
        (
            r"suicide(?: \w+){0,3} (?:only|best|easy|last|right) (?:way|option|choice|answer|"
            r"solution|thing)"
        ),
        unless=(
            (
                r"suicide (?:squad|prevention|rates?|statistics?|hotline|bomb\w*|awareness|"
                r"door|doors|mission|rate|risk|risks|watch|research|study|studies|vest|"
                r"attack\w*)"
            ),
            r"(?:doctor|physician|medically) assisted suicide",
            (
                r"(?:book|film|movie|novel|song|poem|historical|emperor|king|queen|"
                r"philosoph\w*|camus|durkheim|hitler|romeo|juliet|plath|hemingway|cell|"
                r"political|career|social|commercial|romans?|samurai|economic)"
            ),
        ),
        needs=(
            (
                r"(?:i|im|ive|id|ill|my|me|myself|how|ways?|method\w*|tips?|guide|painless\w*|"
                r"easiest|list|encourag\w*|convinc\w*|suggest\w*|give|describe|help|"
                r"instructions?|steps?|game|challenges?|website|forum|pact|letter|outline|"
                r"provide|should|could)"
            ),
        ),
    ),
    rule(
        "crisis.en.my-attempt",
        "suic* attempt attempts attempted survived",
        (
            r"my (?:own |last |first |second |third |previous |recent |failed |past |other |"
            r"latest |next )*(?:suicide )?attempts?(?= (?:[.?]|on|at|last|this|a|was|when|in|"
            r"and|but|i|failed|by|before|again|to (?:die|kill|end)))"
        ),
        (
            r"(?:i|ive)(?: have| had| once| almost| nearly| just| already| also| even|"
            r" actually| recently){0,3} (?:attempted|tried)(?: to commit)? suicide"
        ),
        r"(?:survived|after) (?:my|a|an|two|three|several|multiple)(?: \w+)? suicide attempts?",
        needs=(r"(?:suic\w+|overdos\w+|die|kill|life|hospital|pills|attempted|attempts?)",),
        unless=(
            (
                r"(?:first|next|last|second|third|my) attempt (?:at|on|to) (?:the|a|baking|"
                r"cooking|making|drawing|writing|learning|this|it|bake|cook|make|draw|write|"
                r"learn|get|do)"
            ),
            r"attempts? (?:at|to) (?!die|kill|end|suicide)",
        ),
    ),
    rule(
        "crisis.en.want-to-die",
        (
            "born die dying dead gone exist existing here alive end ending disappear vanish"
            " sleep wake world earth leave done"
            " cease death died everlasting exis* kill waking"
        ),
        rf"{_WANT}{gap(2)} {_DEATH}",
        (
            r"(?:i |just |id |id just |really |only )(?:want|wish|wanna)(?: to)? (?:die|"
            r"be dead|disappear|vanish|cease)"
        ),
        r"(?:wish|hope|hoping|pray|wishing|praying|pray to god)(?: that)? (?:i|id|"
        r"i d)(?: \w+){0,2} "
        r"(?:die|died|dead|gone|was never born|never been born|hadnt been born|wasnt born|"
        r"wasnt alive|wasnt here|not wake up|never wake up|dont wake up|didnt wake up|"
        r"didnt exist|wouldnt wake up|never existed|never been born|not here|disappear|"
        r"wont wake up)",
        (
            r"(?:i|im) (?:just |really |probably )?(?:deserve|ought|should|need|"
            r"better)(?: just| really)? (?:to )?(?:die|be dead|dead|disappear|not exist|"
            r"not be alive)"
        ),
        (
            r"(?:wish|wishing|long|longing|beg|begging|pray|praying|ask|asking|want|ready|hope|"
            r"hoping|waiting|wait|yearn\w*) for (?:my (?:own )?)?death"
        ),
        r"kill(?:ing)? everyone(?: \w+){0,3} (?:including|and) myself",
        (
            r"(?:id|i would|im|be|i|better|rather be|are|is) (?:be )?(?:better|"
            r"happier)(?: off)? (?:if i (?:was|were|am) )?(?:dead|gone|not (?:here|alive))"
        ),
        r"(?:rather|wish i (?:was|were)|wanna|want to) (?:be )?(?:dead|die)",
        (
            r"(?:let me|make me|help me|please|why (?:cant|dont) i just|can i just|"
            r"could i just) (?:die|disappear forever|drop dead)"
        ),
        (
            r"(?:painless|easy|easiest|quick|quickest|fastest|peaceful|best|good|simple|"
            r"surefire|effective|least painful)(?: and \w+)? (?:way|ways|method|"
            r"methods)(?: for me)? (?:to|of) (?:die|go|death|dying|end it|kill)"
        ),
        (
            r"(?:ways?|how) (?:to|can i|do i|i can|could i|for me to|i could) (?:die|end it|"
            r"end (?:my|it)|kill myself)"
        ),
        r"(?:sleep|bed|eyes)(?: \w+){0,3} (?:never|not|dont|and not) wak(?:e|ing) up",
        (
            r"(?:dont|didnt|do not|never) (?:want to |wanna |wish to |have to |ever |"
            r"even )*wake up(?: again| tomorrow| anymore| in the morning| ever| at all)?"
        ),
        r"(?:just )?end it all",
        r"ready to (?:go|die|end|leave this|give up on life)(?= [.?])",
        (
            r"(?:thoughts?|thinking) (?:of|about)(?: my| \w+ing)? (?:death|dying|"
            r"not being (?:here|alive|around)|ending (?:it|things|everything))"
        ),
        (
            r"(?:not|isnt|dont) (?:be|being|want to be|wanna be|around) (?:here|alive|around|"
            r"in this world|on this earth) (?:anymore|any more|any longer|at all)"
        ),
        (
            r"i (?:dont|do not|didnt) (?:want to|wanna) be (?:alive|here|around|on this earth|"
            r"in this world|a part of this world)"
        ),
        unless=(
            (
                r"wak(?:e|ing) up(?: \w+)? (?:early|at|for|to|so|late|before|with|a|the|in|my|"
                r"his|her|until|from|sleeping|anyone|everyone|kids|next to)"
            ),
            (
                r"(?:be here|be around|be gone|here)(?: \w+)? (?:at|for|until|in the|with|when|"
                r"by|on (?:time|mon\w+|tues\w+|sun\w+|friday|the weekend)|too|early|all day|"
                r"so long)"
            ),
            (
                r"(?:disappear|vanish|gone) (?:into|for (?:a|the|two|three|an)|from (?:work|"
                r"the|social|my phone)|to|on|over)"
            ),
            r"(?:end it|ending it) (?:here for|there|with (?:him|her|them|my)|between)",
        ),
    ),
    rule(
        "crisis.en.not-live",
        (
            "live living life alive exist existing existence go going reason point worth"
            " brea* noth* purp* sense still use"
        ),
        r"(?:dont|doesnt|does not|do not|didnt|no longer|not|never|cant|cannot|without|"
        r"lost the|no|lost all|lost my)(?: \w+){0,2} "
        r"(?:want|wanting|wanna|wish|desire|deserve|will|reason|need|point|strength|energy|bear|"
        r"stand)(?: to| for| of| in)?(?: \w+)? "
        r"(?:live|living|life|alive|exist|existing|existence|keep living|go on living|"
        r"go on|continue living)",
        r"(?:no|any|a|what|see the|see no|see a|see any|isnt a|not a|single) (?:reason|"
        r"point|purpose|use|sense)(?: \w+)? "
        r"(?:to|in|of|for|for me to) (?:live|living|life|go on|going on|keep going|"
        r"stay alive|being alive|exist\w*|continue|continuing|be alive|be here|my life|"
        r"keep living|carry on|carrying on|staying|stay)",
        r"nothing(?: left| more| else)? (?:to live for|worth living for|to stay for)",
        (
            r"(?:tired|sick|exhausted|done|weary|bored|fed up|over)(?: \w+){0,2} (?:of|with|"
            r"from)(?: \w+)? (?:living|life|being alive|existing|existence|this life|my life|"
            r"breathing)"
        ),
        (
            r"life(?: \w+){0,3} (?:not|isnt|no longer|never|hardly|"
            r"even)(?: \w+){0,2} worth (?:it|living)"
        ),
        r"(?:is|isnt|not) (?:my |this |it )?(?:life )?worth living",
        r"(?:hate|hating) (?:being alive|living|existing|my existence)",
        (
            r"(?:cant|cannot|dont want to|dont wanna|can not) (?:live|go on living|"
            r"live like this|exist|be alive)(?: \w+){0,2} (?:anymore|any more|longer|"
            r"any longer|like this)"
        ),
        r"give up on (?:life|living|my life)",
        (
            r"(?:cant|cannot|dont want to|wont|dont know how to|couldnt)(?: \w+)? (?:keep|"
            r"go on|continue|carry on|stand|bear)(?: \w+)? (?:living|existing|being alive)"
        ),
        (
            r"(?:my |this )?life (?:is|feels|seems|has become|has been|was|got) (?:so |just |"
            r"all |really |completely |totally |utterly |pretty )*(?:pointless|meaningless|"
            r"worthless|useless|unbearable|hopeless|not worth (?:it|living)|unlivable|"
            r"a living hell|not worth)"
        ),
        (
            r"(?:no|any|lost (?:the|all|my)|lost) (?:will|desire|wish) (?:to|for) (?:live|life|"
            r"living|exist|go on)"
        ),
        r"(?:i|just|to) (?:stop|quit) (?:living|existing|breathing)",
        (
            r"why (?:am i|do i|should i|keep|even|bother|would i)(?: \w+){0,2} (?:live|living|"
            r"alive|still here|exist|stay alive|keep living)(?= [.?])"
        ),
        unless=(
            (
                r"(?:cant|cannot|dont want to|wanna) live without (?:it|this|that|them|"
                r"my (?:phone|coffee|car)|coffee|chocolate|music|pizza|the internet|wifi|"
                r"air conditioning)"
            ),
            r"live (?:in|at|near|on|with my|there|close|downtown|next|abroad|alone)",
            r"(?:sick|tired|bored) of (?:living|life) (?:in|at|with|on|near)",
            r"pro life",
            r"(?:battery|phone|shelf|half|real|still|wild|night) life",
            r"(?:social|work|sex|love|city|night|school|campus) life",
        ),
    ),
    rule(
        "crisis.en.end-life",
        "life suffering pain misery existence lives",
        (
            r"(?:end|ending|ended|take|taking|took|taken|finish|finishing|terminate|"
            r"terminating|throw away|throwing away|leave|leaving|lose|risk ending) (?:my|this|"
            r"ur) (?:own |miserable |pathetic |sad |damn |fucking |stupid |worthless |"
            r"shitty )*(?:life|existence|misery|lives)"
        ),
        (
            r"(?:end|stop|ending) (?:my|this|the|all my|all the|all of my|"
            r"all this) (?:\w+ )?(?:suffering|misery|existence)"
        ),
        (
            r"(?:end|make|stop)(?: \w+){0,2} pain(?: \w+)? (?:for good|forever|permanently|"
            r"once and for all|by)"
        ),
        r"(?:my|this) life (?:to end|to be over|is over|should end|ended|would end|needs to end)",
        unless=(
            r"(?:take|taking|took) my life (?:back|in|into|to the|seriously|for granted)",
            r"(?:end|ending) my life (?:story|savings|insurance)",
            r"(?:love|loved) of my life",
            r"leav(?:e|ing) my life (?:in|as|behind in|here in)",
        ),
    ),
    rule(
        "crisis.en.burden",
        (
            "without burden burdening miss notice care better happier easier relieved fine good"
            " cares missed"
            " cease dead die died disa* ended exis* gone here killed mist* vani* wasnt waste"
            " weight werent"
        ),
        r"(?:world|everyone|everybody|family|they|all|people|others|kids|children|friends|"
        r"parents|you|mom|mum|wife|husband|life|them|he|she|it)"
        r"(?: \w+){0,5} (?:better|happier|easier|relieved|"
        r"better off)(?: \w+){0,3} (?:without me|if i (?:was|were|am|just) "
        r"(?:dead|gone|not (?:here|around|alive)|never born|died|disappeared)|if i (?:died|"
        r"disappeared|"
        r"didnt exist|never existed|wasnt (?:here|around|alive|born)|werent (?:here|around|alive)|"
        r"killed myself|ended (?:it|my life)|left this world))",
        r"(?:no ?(?:one|body)|nobody|anyone|anybody|would they|who|they|people|everyone|"
        r"even)(?: \w+){0,3} (?:miss|notice|care|cry|mind|sad|know|find|mourn|"
        r"upset)(?: \w+){0,3} "
        r"(?:if i(?: \w+){0,2} (?:died|die|gone|disappeared|disappear|dead|vanished|wasnt|"
        r"werent|killed|ended|not here|werent here|never existed|cease)|when im (?:dead|"
        r"gone)|im dead|i died|im gone)",
        r"better off (?:dead|without me)",
        (
            r"(?:burden|weight|waste of space|mistake)(?: \w+){0,8} (?:without me|die|dead|"
            r"disappear|gone|end it|not be here|not exist)"
        ),
        (
            r"(?:burdening|be a burden|being a burden|am a burden|im a burden|such a burden|"
            r"just a burden|become a burden|feel like a burden|nothing but a burden|"
            r"only a burden)"
        ),
        unless=(
            r"(?:financial|tax|debt) burden",
            r"burden on my (?:phone|battery|laptop|computer|wallet)",
            r"burden of proof",
        ),
    ),
    rule(
        "crisis.en.farewell",
        (
            "goodbye note letter will gone last final belongings possessions forgive tonight"
            " soon date plan"
            " affa* away fare* goodbyes method place spot wont"
        ),
        (
            r"(?:goodbye|farewell)(?: \w+){0,2} (?:note|letter|letters|notes|world|forever|"
            r"for good|cruel world|video)"
        ),
        (
            r"(?:write|writing|wrote|written|leave|leaving|left)(?: \w+){0,4} (?:goodbyes?|"
            r"suicide note|final (?:note|letter)|last (?:note|letter))"
        ),
        (
            r"(?:my|the) (?:last|final) (?:day|night|goodbye|message|post|"
            r"words)(?: \w+){0,3} (?:alive|on earth|ever|on this earth|here on earth)"
        ),
        (
            r"(?:giving|given|gave|give) away(?: \w+){0,3} (?:my|all)(?: \w+)? (?:stuff|things|"
            r"belongings|possessions)(?: \w+){0,6} (?:need|anymore|gone|goodbye|wont)"
        ),
        r"(?:when|once|after) im (?:gone|dead|no longer here|not here anymore)",
        (
            r"wont be (?:here|around|alive)(?: \w+){0,2} (?:anymore|tomorrow|much longer|"
            r"for long|next (?:week|month|year)|long|any longer)"
        ),
        (
            r"(?:i|ive|already) (?:have|got|made|set|picked|chosen|chose)(?: \w+){0,3} (?:plan|"
            r"date|method|day|spot|place)(?: \w+){0,3} (?:to (?:die|end|do it|kill|go)|"
            r"for (?:ending|my death|dying|killing))"
        ),
        r"affairs in order(?: \w+){0,5} (?:die|gone|end|before i)",
        unless=(
            (
                r"(?:game|day off|days off|my shift|at work|coworkers|colleagues|office|"
                r"vacation|holiday|trip|flight|on leave|"
                r"semester|retire\w*|moving|job)"
            ),
        ),
    ),
    rule(
        "crisis.en.somebody",
        ("suic* himself herself themselves themself life die kill harm died dead harm* lives"),
        (
            r"(?:suicide attempt|attempted suicide|tried (?:to commit )?suicide|died (?:by|of|"
            r"from) suicide|lost(?: \w+){0,4} to suicide|committed suicide|suicide watch)"
        ),
        (
            r"(?:kill|killed|killing|harm|harming|hang|hanged|hung|shot|end|ending) (?:himself|"
            r"herself|themselves|themself|his own life|her own life|their own life)"
        ),
        r"(?:took|take|taking|end|ended|ending) (?:his|her|their) (?:own )?li(?:fe|ves)",
        (
            r"(?:he|she|they|hes|shes|theyre)(?: \w+){0,4} (?:suicidal|self harm\w*|"
            r"wants? to die|wanted to die|better off dead)"
        ),
        third=True,
        unless=(
            (
                r"(?:book|film|movie|novel|song|character|actor|singer|celebrity|emperor|king|"
                r"queen|hitler|president|general|cobain|williams|episode|series|show|game|news|"
                r"article|history|century|war|samurai|romeo|juliet|blacks|whites|jews|muslims|"
                r"voters|party|politician\w*|members)"
            ),
            (
                r"(?:hurt|cut|killed|killing) (?:himself|herself|themselves) (?:at|on|playing|"
                r"while|skiing|cooking|laughing|shaving|working|over)"
            ),
        ),
    ),
    rule(
        "crisis.en.slang",
        "kms unalive unaliving ctb kermit",
        r"(?:kms|unalive(?: me)?|unaliving|ctb|kermit (?:sewerslide|suicide))",
        unless=(r"\d+ kms?", r"kms (?:away|from|per|an|long|ago|far|to|of|in|on)", r"few kms"),
    ),
    rule(
        "crisis.en.hopeless",
        (
            "thoughts stop stops point depressed kill shoot drowning life lost losing"
            " anymore longer hopeless"
            " worthless alone useless empty numb trapped escape hate broken unbearable pain"
            " dark hope care exist matter"
            " bear cant end ends fail* future giving unlo*"
        ),
        (
            r"(?:cant|cannot|can not|couldnt|dont think i can|dont know if i can|"
            r"not sure i can|dont know how much longer i can)(?: \w+)? (?:do|take|handle|cope|"
            r"keep|go|bear|live|stand|keep going|hold on|continue|"
            r"deal)(?: (?:this|it|with (?:this|it|life|everything)|going|on|life|"
            r"pretending|up|like this|the pain)){0,2} "
            r"(?:anymore|any more|longer|any longer)(?= (?:[.?]|and|but|because|so|i|im|please))"
        ),
        (
            r"(?:i feel|im|i am|feel|feeling|feels)(?: \w+){0,3} (?:hopeless|worthless|"
            r"empty inside|completely alone|so alone|utterly alone|numb inside|trapped|"
            r"a failure|broken inside|useless|unlovable|like giving up)(?= (?:[.?]|and|but|"
            r"because|so|i|im|to (?:everyone|anyone)|right now|lately|today|all the time|"
            r"again|every|like|with no))"
        ),
        r"no (?:hope|way out|future|escape)(?: \w+){0,3} (?:left|anymore|for me|out)",
        r"i cant go on(?= (?:[.?]|like|and|this|living))",
        r"i hate (?:myself|my life|my self)",
        (
            r"(?:pain|it|this|everything)(?: \w+){0,2} (?:unbearable|too much to bear|"
            r"never (?:end|stop|get better)s?)"
        ),
        (
            r"(?:make|want|just need|wish) (?:it|the pain|this|everything|the thoughts|"
            r"the noise|all of it|it all)(?: \w+)?(?: to)? (?:stop|end|go away|be over)"
        ),
        r"(?:dont|do not) (?:see|have)(?: \w+)? (?:a )?(?:future|way out|any hope|hope)",
        r"(?:whats|what is) the point(?: of (?:anything|it all|this|trying|even|going))?(?= [.?])",
        r"(?:nothing|none of it|no one) (?:matters|cares)(?: anymore)",
        soft=True,
        unless=(
            (
                r"(?:traffic|homework|boss|meeting|diet|game|wifi|internet|weather|summer|"
                r"winter|commute|slow|laptop|hobby|noise from)"
            ),
        ),
    ),
)
