"""English rules for crisis. Words stand as ``normalise`` leaves them: ``i'm`` is ``im``."""

import re
from typing import Final

from amity.safety.rules import Language, gap, rule

__all__ = ["LANGUAGE"]

_SELF: Final = r"(?:myself|my self|me self)"
_WANT: Final = (
    r"(?:want(?:ed|ing)?(?: to)?|wanna|going to|gonna|go(?:nna)?|plan(?:ning|ned)?(?: to| on)?"
    r"|thinking (?:of|about)|thought(?:s)? (?:of|about)|think about|urge(?:s)? to|ready to"
    r"|need(?:ed)? to|ought to|should(?: just)?|might(?: just)?|will|ill|would rather|rather"
    r"|better to|try(?:ing)? to|tried to|tried|decided to|tempted to|about to|wish(?:ing)? to|"
    r"wish i could|could|have to|feel(?:ing)? like|hop(?:e|ing) to|prefer to|fantasi[sz]\w+ (?:of|about)"
    r"|consider(?:ed|ing)?|contemplat\w+|intend to|how (?:to|do i|can i|could i|should i)|ways? to"
    r"|method\w* (?:to|of|for)|attempt(?:ed|ing)?(?: to)?)"
)
_DEATH: Final = (
    r"(?:die|dying|be dead|be done with (?:life|living|it all)|end it(?: all)?|ending it(?: all)?"
    r"|not exist|stop existing|cease to exist|not be here|not be alive|not wake up|be gone"
    r"|disappear(?: forever| for good| completely)|vanish forever|sleep forever|go to sleep forever"
    r"|never wake up|leave this (?:world|life|earth)|be out of this world forever)"
)
_PILLS: Final = r"(?:pills|tablets|medication|meds|sleeping pills|tylenol|paracetamol|ibuprofen|antidepressants|benzos|xanax|opioids)"
_BODY: Final = r"(?:wrists?|arms?|thighs?|legs?|skin|body|veins?|forearms?|hips?|throat)"

_RULES: Final = (
    rule(
        "crisis.en.kill-self",
        "myself self",
        rf"(?:kill|killing|killed|hang|hanging|shoot|shooting|drown|drowning|stab|stabbing|strangle"
        rf"|strangling|suffocate|suffocating|poison|poisoning|unalive|unaliving|off|offing|gas"
        rf"|electrocute|murder|murdering|asphyxiate|end|ending|overdose|overdosing|starve|starving"
        rf"|slit|harm|harming|mutilate|mutilating|injure|injuring) {_SELF}",
        r"(?:do|doing|done|try|tried|about to do) (?:something|anything|smth)"
        rf"{gap(2)} (?:to|stupid to) myself",
        rf"(?:throw|threw|throwing) {_SELF} (?:off|under|out|in front|from|into)",
        unless=(
            r"shoot(?:ing)? myself in the foot",
            r"(?:killing|killed|kill) myself (?:laughing|at work|with work|over nothing|studying|working|trying)",
            r"off myself",
            r"(?:drowning|drown|poison) myself in (?:work|books|coffee)",
        ),
        sure=True,
    ),
    rule(
        "crisis.en.hurt-self",
        "myself",
        rf"(?:hurt|hurting|cut|cutting|burn|burning|burned|scratch|scratching|punish|punishing|bruise"
        rf"|hit|hitting|punch|punching|bite|biting) {_SELF}",
        unless=(
            r"(?:accident\w*|shav\w+|cook\w*|knife|paper|stove|oven|gym|hik\w+|playing|running|running"
            r"|training|working out|workout|lifting|skiing|skating|football|soccer|basketball|tennis|"
            r"falling|fell|slipped|glass|kitchen|slicing|chopping|iron|sunburn\w*|sun|slack|break|some)",
        ),
        sure=True,
    ),
    rule(
        "crisis.en.self-harm",
        "harm harming harmed injury injure mutilation mutilate selfharm selfharming cutting cut",
        r"self ?(?:harm|harming|harmed|injury|injuring|mutilation|mutilat\w+)",
        rf"(?:cut|cutting|slit|slitting|slash|slashing|slice|slicing|carve|carving|burn|burning|scratch\w*)"
        rf"(?: up| open| into)?(?: my| ur| your| the| on my)? (?:own )?{_BODY}",
        r"(?:relapsed?|clean|sober|stop|stopped|start\w*|urge|urges|back)(?: \w+){0,2} (?:from |to |with )?cutting",
        r"(?:i|ive been|im|started|keep|been) cutting(?: again| at night)?(?= (?:[.?]|because|to cope|when|so|and))",
        unless=(
            rf"(?:your|his|her|their) (?:own )?{_BODY}{gap(3)} (?:surgery|shave|hair)",
            r"(?:shav\w+|wax\w+|surgery|surgical|surgeon|laser|tattoo|chicken|turkey|beef|meat|fabric|hair)",
            r"(?:cutting|cut)(?: \w+){0,2} (?:carbs|sugar|calories|corners|costs|back on)",
            r"(?:gun|machine|kill) self harm",
        ),
    ),
    rule(
        "crisis.en.suicidal",
        "suicidal suici* suic* ideation",
        r"(?:im|i am|i feel|feel|feeling|i was|i get|ive been|been|being|become|becoming|so|very|felt"
        r"|am|really|extremely|actively|passively|a bit|chronically) suicid(?:al|e)",
        r"suicidal(?: \w+)? (?:thoughts?|ideations?|feelings?|urges?|tendenc\w+|plans?|mind|person|again|lately|today|tonight|now|because|and|since)",
        r"suicidal [.?]",
        r"my suicid\w+",
    ),
    rule(
        "crisis.en.suicide",
        "suic* sewerslide suiside sucide suicde",
        rf"(?:{_WANT}|commit|committing|committed|attempt\w*|thoughts? (?:of|about)|think\w* (?:of|about|on)"
        rf"|consider\w*|contemplat\w*|by|plan\w*|complete|end with|do|method\w* (?:of|for)|ways? (?:of|to)"
        rf"|painless|easiest|quick|quickest|best|easy|effective|successful|reliable|choose|my|turn to"
        rf"|resort to|option is|answer is|about|think) {gap(3)[:-1] + '}'} ?(?:suicide|sucide|suiside|suicde|sewerslide)",
        r"suicide (?:note|letter|plan|pact|method\w*|attempt|is the|seems|feels|sounds|kit|forum|game|challenge|as an)",
        r"(?:suicide|sewerslide) [.?]",
        unless=(
            r"suicide (?:squad|prevention|rates?|statistics?|hotline|bomb\w*|awareness|door|doors|mission|rate|risk|risks|watch|crisis|research|study|studies|vest)",
            r"(?:doctor|physician|medically) assisted suicide",
            r"(?:book|film|movie|novel|song|story|character|poem|history|historical|emperor|king|queen|philosoph\w*|camus|durkheim|celebrit\w*|actor|singer|cobain|hitler|romeo|juliet|plath|hemingway|cell|political|career|social|commercial|romans?|samurai)",
        ),
    ),
    rule(
        "crisis.en.want-to-die",
        "die dying dead gone exist existing here alive end ending disappear vanish sleep wake world earth leave done",
        rf"{_WANT}{gap(2)} {_DEATH}",
        r"(?:i |just |id |id just |really |only )(?:want|wish|wanna)(?: to)? (?:die|be dead|disappear|vanish|cease)",
        r"(?:wish|hope|hoping|pray|wishing|praying|pray to god)(?: that)? (?:i|id|i d)(?: \w+){0,2} "
        r"(?:die|died|dead|gone|was never born|wasnt alive|wasnt here|not wake up|never wake up|dont wake up|didnt wake up|didnt exist|wouldnt wake up|never existed|never been born|not here|disappear|wont wake up)",
        r"(?:i|im) (?:deserve|ought|should|need|have|better) (?:to )?(?:die|be dead|dead|disappear)",
        r"(?:id|i would|im|be|i|better|rather be|are|is) (?:be )?(?:better|happier)(?: off)? (?:if i (?:was|were|am) )?(?:dead|gone|not (?:here|alive))",
        r"(?:rather|should|wish i (?:was|were)|wanna|want to|i could) (?:be )?(?:dead|die)",
        r"(?:let me|make me|help me|just|please|why (?:cant|dont) i just) (?:die|disappear forever|drop dead)",
        r"(?:painless|easy|easiest|quick|quickest|fastest|peaceful|best|good|simple|surefire|effective|least painful)(?: and \w+)? (?:way|ways|method|methods)(?: for me)? (?:to|of) (?:die|go|death|dying|end it|kill)",
        r"(?:ways?|how) (?:to|can i|do i|i can|could i|for me to|i could) (?:die|end it|end (?:my|it)|kill myself)",
        r"(?:sleep|bed|eyes)(?: \w+){0,3} (?:never|not|dont|and not) wak(?:e|ing) up",
        r"(?:dont|didnt|do not|never|not|hope i dont|hope i never)(?: \w+){0,3} wake up(?: again| tomorrow| anymore| in the morning| one day)",
        r"(?:just )?end it all",
        r"ready to (?:go|die|end|leave this|give up on life)(?= [.?])",
        r"(?:thoughts?|thinking) (?:of|about)(?: my| \w+ing)? (?:death|dying|not being (?:here|alive|around)|ending (?:it|things|everything))",
        r"(?:not|isnt|dont) (?:be|being|want to be|wanna be|around) (?:here|alive|around|in this world|on this earth) (?:anymore|any more|any longer|at all)",
        r"i (?:dont|do not|didnt) (?:want to|wanna) be (?:alive|here|around|on this earth|in this world|a part of this world)",
    ),
    rule(
        "crisis.en.not-live",
        "live living life alive exist existing existence go going reason point worth",
        r"(?:dont|do not|didnt|no longer|not|never|cant|cannot|without|lost the|no|lost all|lost my)(?: \w+){0,2} "
        r"(?:want|wanna|wish|desire|deserve|will|reason|need|point|strength|energy|bear|stand)(?: to| for| of| in)?(?: \w+)? "
        r"(?:live|living|life|alive|exist|existing|existence|keep living|go on living|go on|continue living)",
        r"(?:no|any|a|what|see the|see no|see a|see any|isnt a|not a|single) (?:reason|point|purpose|use|sense)(?: \w+)? "
        r"(?:to|in|of|for|for me to) (?:live|living|life|go on|going on|keep going|stay alive|being alive|exist\w*|continue|continuing|be alive|be here|my life|keep living|carry on|carrying on|staying|stay)",
        r"nothing(?: left| more| else)? (?:to live for|worth living for|to stay for)",
        r"(?:tired|sick|exhausted|done|weary|bored|fed up|over)(?: \w+){0,2} (?:of|with|from)(?: \w+)? (?:living|life|being alive|existing|existence|this life|my life|breathing)",
        r"life(?: \w+){0,3} (?:not|isnt|no longer|never|hardly|even)(?: \w+){0,2} worth (?:it|living)",
        r"(?:is|isnt|not) (?:my |this |it )?(?:life )?worth living",
        r"(?:hate|hating) (?:being alive|living|existing|my existence)",
        r"(?:cant|cannot|dont want to|dont wanna|can not) (?:live|go on living|live like this|exist|be alive)(?: \w+){0,2} (?:anymore|any more|longer|any longer|like this)",
        r"give up on (?:life|living|my life)",
        r"(?:i|just|to) (?:stop|quit) (?:living|existing|breathing)",
        r"why (?:am i|do i|should i|keep|even|bother|would i)(?: \w+){0,2} (?:live|living|alive|still here|exist|stay alive|keep living)(?= [.?])",
        unless=(
            r"(?:cant|cannot|dont want to|wanna) live without (?:it|this|that|them|my (?:phone|coffee|car)|coffee|chocolate|music|pizza|the internet|wifi|air conditioning)",
            r"live (?:in|at|near|on|with my|there|close|downtown|next|abroad|alone)",
            r"(?:no|any|more) (?:sick|tired) of life in",
            r"(?:social|work|sex|love|city|night|school|campus) life",
        ),
    ),
    rule(
        "crisis.en.end-life",
        "life suffering pain misery existence lives",
        r"(?:end|ending|ended|take|taking|took|taken|finish|finishing|terminate|terminating|throw away|throwing away|leave|leaving|lose|risk ending) (?:my|this|ur) (?:own |miserable |pathetic |sad |damn |fucking |stupid |worthless |shitty )*(?:life|existence|misery|lives)",
        r"(?:end|stop|ending) (?:my|this|the|all my|all the|all of my|all this) (?:\w+ )?(?:suffering|misery|existence)",
        r"(?:end|make|stop)(?: \w+){0,2} pain(?: \w+)? (?:for good|forever|permanently|once and for all|by)",
        r"(?:my|this) life (?:to end|to be over|is over|should end|ended|would end|needs to end)",
        unless=(
            r"(?:take|taking|took) my life (?:back|in|into|to the|seriously|for granted)",
            r"(?:end|ending) my life (?:story|savings|insurance)",
            r"(?:love|loved) of my life",
            r"leav(?:e|ing) my life (?:in|as|behind in|here in)",
        ),
    ),
    rule(
        "crisis.en.method",
        "jump jumping jumped bridge train noose overdose overdosed overdosing pills tablets meds wrists wrist brains rope gun bullet lethal razor blade blades medication paracetamol tylenol bleach nitrogen helium exhaust od dose carbon cyanide trigger traffic hanging roof building",
        r"(?:jump|jumping|jumped|leap|step|stepping|throw|walk|walking|drive|driving|run|lie|lying|hop)(?: \w+){0,3} (?:off|in front of|into|from|onto|under)(?: \w+){0,3} (?:bridge|building|roof|rooftop|balcony|cliff|train|trains|traffic|bus|truck|tracks|window|overpass|tree at|oncoming \w+|subway|ledge)",
        rf"(?:take|taking|took|swallow|swallowing|swallowed|down|downing|overdose|overdosing|od|ingest\w*|eat)(?: \w+){{0,4}} (?:all|bottle|bunch|whole|too many|handful|lot|enough|lethal|pack|entire|box|every)(?: \w+){{0,4}} {_PILLS}",
        rf"(?:stash|stashed|stockpil\w+|hoard\w*|saving|saved|collect\w*|counted|counting)(?: \w+){{0,4}} {_PILLS}",
        r"(?:how many|how much|amount of|number of)(?: \w+){0,4} (?:to|would|will|does it take to|needed to|before i|until i|can)(?: \w+){0,3} (?:die|kill me|kill myself|overdose|be fatal|be lethal|fatal|lethal|od|end it|kill a person|kill someone)",
        r"(?:overdose|overdosing|od|oding|overdosed) (?:on|with|myself|tonight|now|by)",
        r"(?:want|going|gonna|tried|try|plan\w*|thinking|think|thoughts|consider\w*|wanna|how|attempt\w*|need|easiest|best)(?: \w+){0,4} (?:overdose|overdosing|od)",
        r"(?:tie|tying|make|making|made|tied|buy|bought|get|got|have|fashion|kind of|best)(?: \w+){0,3} noose",
        r"(?:noose|rope|belt)(?: \w+){0,3} (?:around|round|on|over) my neck",
        r"(?:gun|bullet|pistol|knife|barrel|shotgun)(?: \w+){0,3} (?:to|in|into|through|at|against|on) my (?:own )?(?:head|mouth|temple|brain|brains|skull|chest|heart|throat|neck|wrist)",
        r"blow(?:ing)? my (?:own )?(?:brains?|head)(?: \w+)? out",
        r"(?:pull|pulling|pulled) the trigger(?: on)? (?:myself|and end|and be done)",
        r"(?:slit|slitting|slash|slashing|cut|cutting|cuts? on)(?: \w+){0,2} wrists?",
        r"(?:drink|drinking|drank|swallow)(?: \w+){0,3} (?:bleach|antifreeze|drain cleaner|poison)",
        r"(?:lethal|fatal|deadly) (?:dose|amount|overdose|dosage|combination)(?: \w+){0,6} (?:me|myself|i|for a|of|to)",
        r"(?:fatal|lethal|deadly) (?:overdose|dose|dosage)(?= [.?])",
        r"(?:carbon monoxide|exhaust|helium|nitrogen|car running)(?: \w+){0,5} (?:die|myself|kill me|end it|suicide|painless\w*|garage)",
        r"(?:crash|drive|wreck|driving)(?: \w+)? my car (?:into|off|on purpose)",
        r"(?:razors?|blades?|knife)(?: \w+){0,4} (?:my (?:skin|wrists?|arms?|thighs?|veins|own)|cut my|cut myself|to cope)",
        unless=(
            r"(?:vet|veterinarian|dog|cat|rats?|mice|narcan|naloxone|lottery|bungee|parachute|base jump\w*|pool|lake|water for fun|game|minecraft|sims)",
            r"jump(?:ing|ed)? (?:off|into)(?: \w+){0,2} (?:train of|conclusions?|bandwagon|train station|the train to|the bus to)",
        ),
    ),
    rule(
        "crisis.en.burden",
        "without burden miss notice care better cares missed",
        r"(?:world|everyone|everybody|family|they|all|people|others|kids|children|friends|parents|you|mom|mum|wife|husband|life|them|he|she|it)"
        r"(?: \w+){0,5} (?:better|happier|easier|relieved|fine|better off|good)(?: \w+){0,3} (?:without me|if i (?:was|were|am|werent|wasnt|died|just|disappeared|didnt|never|left this|ended))",
        r"(?:no ?(?:one|body)|nobody|anyone|anybody|would they|who|they|people|everyone|even)(?: \w+){0,3} (?:miss|notice|care|cry|mind|sad|know|find|mourn|upset)(?: \w+){0,3} "
        r"(?:if i(?: \w+){0,2} (?:died|die|gone|disappeared|disappear|dead|vanished|wasnt|werent|killed|ended|not here|werent here|never existed|cease)|when im (?:dead|gone)|im dead|i died|im gone)",
        r"better off (?:dead|without me)",
        r"(?:burden|weight|waste of space|mistake)(?: \w+){0,8} (?:without me|die|dead|disappear|gone|end it|not be here|not exist)",
        r"(?:burdening|be a burden|being a burden|am a burden|im a burden|such a burden|just a burden|become a burden|feel like a burden|nothing but a burden|only a burden)",
        unless=(r"(?:financial|tax|debt) burden", r"burden of proof"),
    ),
    rule(
        "crisis.en.farewell",
        "goodbye note letter will gone last final belongings possessions forgive tonight soon date plan",
        r"(?:goodbye|farewell)(?: \w+){0,2} (?:note|letter|letters|notes|world|forever|for good|cruel world|video)",
        r"(?:write|writing|wrote|written|leave|leaving|left)(?: \w+){0,4} (?:goodbyes?|suicide note|final (?:note|letter)|last (?:note|letter))",
        r"(?:my|the) (?:last|final) (?:day|night|goodbye|message|post|words)(?: \w+){0,3} (?:alive|on earth|ever|on this earth|here on earth)",
        r"(?:giving|given|gave|give) away(?: \w+){0,3} (?:my|all)(?: \w+)? (?:stuff|things|belongings|possessions)(?: \w+){0,6} (?:need|anymore|gone|goodbye|wont)",
        r"(?:when|once|after) im (?:gone|dead|no longer here|not here anymore)",
        r"wont be (?:here|around|alive)(?: \w+){0,2} (?:anymore|tomorrow|much longer|for long|next (?:week|month|year)|long|any longer)",
        r"(?:i|ive|already) (?:have|got|made|set|picked|chosen|chose)(?: \w+){0,3} (?:plan|date|method|day|spot|place)(?: \w+){0,3} (?:to (?:die|end|do it|kill|go)|for (?:ending|my death|dying|killing))",
        r"affairs in order(?: \w+){0,5} (?:die|gone|end|before i)",
        unless=(
            r"(?:game|coworkers|colleagues|office|vacation|holiday|trip|flight|on leave|semester|retire\w*|moving|job)",
        ),
    ),
    rule(
        "crisis.en.slang",
        "kms unalive unaliving ctb kermit",
        r"(?:kms|unalive(?: me)?|unaliving|ctb|kermit (?:sewerslide|suicide))",
        unless=(r"\d+ kms?", r"kms (?:away|from|per|an|long|ago|far|to|of|in|on)", r"few kms"),
    ),
    rule(
        "crisis.en.eating",
        "starve starving purge purging vomit throw puke anorexi* anor* bulimi* buli* laxative laxatives thinspo proana ana mia binge calories eating eat fasting thin weight",
        r"(?:make|making|made|force|forcing|how to)(?: myself| me)?(?: \w+){0,2} (?:vomit|throw up|throwing up|puke|be sick|purge)(?: after| my food| to (?:lose|stay|be)| every| again| when| food| what| everything| secretly| without| [.?])?",
        r"(?:starve|starving|starved) (?:myself|me|to lose|to be|until|for days|all day)",
        r"(?:i|ive|im|to|been|start|started|by|keep|and) (?:purge|purging|purged)(?= (?:[.?]|after|every|again|everything|my|what|when|to|and))",
        r"(?:pro ?ana|pro ?mia|thinspo\w*|thinspiration|meanspo|bonespo)",
        r"(?:become|be|becoming|being|go|get|stay|im|i am|my|want|getting|with|your|develop|more|successful|better|tips|good) (?:\w+ )?(?:anorexi\w+|bulimi\w+)",
        r"(?:anorexi\w+|bulimi\w+)(?: \w+){0,2} (?:tips|tricks|diet|advice|goals?|lifestyle|coach|again|is back)",
        r"(?:laxatives?|diuretics|ipecac|diet pills)(?: \w+){0,6} (?:weight|thin|skinny|after (?:eating|meals?|every)|purge|calories)",
        r"(?:lose weight|weight loss|skinny|thin)(?: \w+){0,6} (?:laxatives?|vomit\w*|purg\w*|starv\w*|not eating|stop eating|without eating|eating nothing)",
        r"(?:stop|quit|avoid|without|not|never|refuse to|skip)(?: \w+)? eat(?:ing)?(?: \w+){0,3} (?:altogether|completely|for (?:days|a week|weeks|a month|\d+ days)|anything|at all|entirely|any food|until im|to lose|to be (?:thin|skinny)|so i)",
        r"(?:survive|live|living|get by|eat|eating|only|under|than|limit\w*|restrict\w*|stay|on|fewer|to)(?: \w+){0,3} (?:[1-7]\d\d|\d\d|zero) (?:calories?|kcal|cals?)(?: a day| per day| daily| each day| diet| [.?])",
        r"(?:hide|hiding|conceal\w*|keep|trick|fool|lie to|without)(?: \w+){0,6} (?:eating disorder|not eating|starving|purging|throwing up|weight loss|starvation|food from|havent eaten|that i dont eat)",
        r"(?:my|an|this|have|develop|get|got) (?:eating disorder|ed)(?: \w+){0,4} (?:back|worse|relapse\w*|again|voice|tips|hide|secret|started|going)",
        r"(?:suppress|kill|curb|ignore|control|get rid of|stop feeling)(?: \w+){0,2} (?:appetite|hunger|hungry)(?: \w+){0,6} (?:starv\w+|days|not eat\w*|without eat\w*|fast\w*|anorexi\w+)",
        unless=(
            r"(?:dog|cat|horse|plant|baby|toddler|purge the (?:cache|data)|snack|per serving|burn\w*|recipe|ramadan|yom kippur|the purge|crab|my crush)",
        ),
    ),
    rule(
        "crisis.en.hopeless",
        "anymore longer hopeless worthless alone useless empty numb trapped escape hate broken unbearable pain dark hope care exist matter",
        r"(?:cant|cannot|can not|couldnt|dont think i can|dont know if i can|not sure i can|dont know how much longer i can)(?: \w+)? (?:do|take|handle|cope|keep|go|bear|live|stand|keep going|hold on|continue|deal)(?: \w+){0,4} (?:anymore|any more|longer|any longer|this|on)",
        r"(?:i feel|im|i am|feel|feeling|feels)(?: \w+){0,3} (?:hopeless|worthless|empty inside|completely alone|so alone|utterly alone|numb inside|trapped|a failure|broken inside|useless|unlovable|like giving up)",
        r"no (?:hope|way out|future|escape)(?: \w+){0,3} (?:left|anymore|for me|out)",
        r"i hate (?:myself|my life|my self)",
        r"(?:pain|it|this|everything)(?: \w+){0,2} (?:unbearable|too much to bear|never (?:end|stop|get better)s?)",
        r"(?:make|want|just need|wish) (?:it|the pain|this|everything|the thoughts|the noise|all of it|it all)(?: \w+)?(?: to)? (?:stop|end|go away|be over)",
        r"(?:dont|do not) (?:see|have)(?: \w+)? (?:a )?(?:future|way out|any hope|hope)",
        r"(?:whats|what is) the point(?: of (?:anything|it all|this|trying|even|going))?(?= [.?])",
        r"(?:nothing|none of it|no one) (?:matters|cares)(?: anymore)",
        soft=True,
        unless=(
            r"(?:traffic|homework|boss|meeting|diet|game|wifi|internet|weather|summer|winter|commute|slow|laptop|hobby|noise from)",
        ),
    ),
)

LANGUAGE: Final = Language(
    rules=_RULES,
    keys=frozenset[str]().union(*(each.keys for each in _RULES)),
    idiom=re.compile(
        r" (?:to die for|dying to (?:know|see|try|hear|meet|read|go|play|watch|eat|tell|find)|die (?:of|from|with) (?:laugh\w*|"
        r"embarrass\w+|boredom|shame|cringe|curiosity|old age|thirst|hunger|natural causes|envy|jealousy|cuteness)|die laughing|dead (?:tired|serious|"
        r"beat|sexy|wrong|line|set|weight)|die hard|old habits|die trying|battery (?:is )?(?:dying|dead)|"
        r"phone (?:is )?(?:about to )?(?:die|dying|dead)|(?:dye|die) my hair|never say die|laughed|lmao|lol|haha\w*|rofl|"
        r"(?:my|the|this|our|your) (?:phone|laptop|car|plant|plants|battery|engine|tree|garden|grass|python|process|server|program|script|character|avatar|sim|sims|fish)"
        r"(?: \w+){0,3} (?:die|dying|dead|died|killed|alive)|in (?:the |this |a )?(?:game|minecraft|fortnite|dream)|boss fight|(?:python|linux|unix|bash|java) process)(?= )"
    ),
    denied=re.compile(
        r" (?:not|never|dont|do not|didnt|wouldnt|wont|would never|will never|arent|isnt|wasnt|no|without|havent|haven t|am not|not even|stopped|"
        r"against|neither|nor|instead of)(?: (?:really|actually|actively|feeling|going|gonna|to|ever|want|wanna|been|be|thinking|of|about|planning|have|had|having|any|even|currently|trying|like|feel|saying|that|i|im|would|will|just|the|plan|plans|intention|intentions|considered|considering|thoughts|thought|think|a)){0,6} $"
    ),
    others=re.compile(
        r" (?:he|she|they|hes|shes|theyre|who|someone|somebody|people|person|him|them|anyone|"
        r"(?:my|our|his|her|a|your|their|the)(?: \w+)? (?:friend|friends|bestie|buddy|sister|brother|mom|mum|mother|dad|father|son|daughter|cousin|uncle|aunt|wife|husband|girlfriend|boyfriend|partner|ex|roommate|coworker|colleague|neighbou?r|student|classmate|kid|child|niece|nephew|grandpa|grandma|boss|teacher|teammate|mate|patient|client|guy|girl|man|woman))"
        r"(?: (?!i |im |ive |id |me |my |ill )\w+){0,9} $"
    ),
    past=re.compile(
        r" (?:when i was (?:a |in |\d|young|little|still|about|around|teen)|years ago|back in (?:the|my|high|college|\d)|in the past|used to|as a (?:teen\w*|kid|child)|long ago|last year|once tried|a decade ago|in \d{4}|in high school)(?= )"
    ),
)
