"""English rules for crisis. Words stand as ``normalise`` leaves them: ``i'm`` is ``im``."""

import re
from typing import Final

from amity.safety.rules import Language, gap, rule

__all__ = ["LANGUAGE"]

_SELF: Final = r"(?:myself|my self|me self)"
_WANT: Final = (
    r"(?:want(?:ed|ing|s)?(?: to)?|wanna|plan(?:ning|ned|s)?(?: to| on)?|thinking (?:of|about)|thought(?:s)? (?:of|about)|think (?:about|of)|"
    r"urge(?:s)? to|ready to|would rather|id rather|rather|better to|try(?:ing)? to|tried to|tried|decided to|tempted to|about to|"
    r"wish(?:ing)? to|wish i could|feel(?:ing)? like|hop(?:e|ing) to|prefer to|fantasi[sz]\w+ (?:of|about)|consider(?:ed|ing)?|contemplat\w+|"
    r"intend to|how (?:to|do i|can i|could i|should i|would i)|ways? to|method\w* (?:to|of|for)|attempt(?:ed|ing)?(?: to)?|"
    r"(?:i|im|ill|id) (?:just |really |should |might |will |could |need to |have to |gotta |deserve to |am going to |going to |gonna )+|preparing to|prepare to|desire to|longing to|dying to)"
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
        "harm harms harming harmed injury injuries injurious injure mutilation mutilate self* cutting cut cuts scars fire burn burning burns flame flames lighter bloo* sh scar bruises",
        r"self ?(?:harms?|harming|harmed|injury|injuries|injuring|injurious|mutilation|mutilat\w+)",
        r"selfharm\w*",
        r"(?:set|setting|light|lighting) (?:myself|me) on fire",
        r"(?:want|urge|urges|need|wish|feel like|like|tempted|craving|crave|used|stop|relapsed)(?: to| and)? cut(?:ting)?(?: again| deeper| so badly| myself| more)?(?= (?:[.?]|for the|because|so|when|to cope|to feel|just|has|helps|way|and (?:i|burn)))",
        r"(?:give|giving|gave) (?:yourself|myself|me)(?: \w+)? (?:scars?|cuts|burns|bruises)",
        r"(?:my|the|these|those|fresh|deep|new|old|own) (?:self harm )?(?:cuts|scars)(?: \w+){0,4} (?:bleed\w*|hide|hiding|cover\w*|hurt|deep|deeper|fresh|arms?|wrists?|thighs?|sleeves|healing|show|see)",
        r"(?:hand|arm|skin|wrist|fingers|myself)(?: \w+){0,3} (?:over|on|in|to|with) (?:a |the |an )?(?:flames?|fire|lighter|candle|stove|cigarette|iron)",
        r"(?:bloodlet\w*|blood letting)",
        r"(?:my|with|from|doing|about|stop|urge to|do|of|into|want to) sh(?= (?:[.?]|again|urges?|scars|relapse|because|and|when|isnt|is|to|can|clean))",
        r"sh (?:urges?|relapse|scars|isnt like|can be|is an addiction|clean)",
        r"(?:cutting|cut|burning)(?: \w+){0,8} (?:coping (?:mechanism|method|skill|strategy)\w*|to cope|endorphins|catharsis|relief|release|to feel (?:something|better|alive))",
        r"(?:the|my) (?:cuts|cutting) (?:didnt|dont|doesnt|felt|feel|feels|didn t|helps|helped|calms)",
        rf"(?:cut|cutting|slit|slitting|slash|slashing|slice|slicing|carve|carving|burn|burning|scratch\w*)"
        rf"(?: up| open| into)?(?: my| ur| your| the| on my)? (?:own )?{_BODY}",
        r"(?:relapsed?|clean|sober|stop|stopped|start\w*|urge|urges|back)(?: \w+){0,2} (?:from |to |with )?cutting",
        r"(?:i|ive been|im|started|keep|been) cutting(?: again| at night)?(?= (?:[.?]|because|to cope|when|so|and))",
        unless=(
            rf"(?:your|his|her|their) (?:own )?{_BODY}{gap(3)} (?:surgery|shave|hair)",
            r"(?:marshmallow\w*|barbecue|bbq|campfire|grill|dinner|cookie\w*|meal|cooking|c section|appendix|knee|operation|budget|paper cuts?|paper)",
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
        r"my suicidal\w*",
        r"(?:encourag\w+|convinc\w+|guid\w+|push\w*|manipulat\w+|make|making|help|helping|tell|worsen)(?: \w+){0,4} suicid\w+",
        r"suicidal (?:strateg\w+|activit\w+|challenges?|behaviou?rs?|games?|method\w*|acts?|diet\w*|persons?|people|clients?|patients?|teens?|child\w*|or|[.?])",
        unless=(
            r"(?:politically|economically|strategically|financially|career) suicidal",
            r"suicidal (?:mission|charge|move|pass)",
            r"(?:film|movie|novel|book|character)",
        ),
    ),
    rule(
        "crisis.en.suicide",
        "suic* sewerslide suiside sucide suicde",
        rf"(?:{_WANT}|commit|committing|committed|attempt(?:ing)?|thoughts? (?:of|about)|think\w* (?:of|about|on)|consider\w*|contemplat\w*|"
        rf"plan\w*|complete|end with|do|doing|method\w* (?:of|for)|ways? (?:of|to)|painless|easiest|quick|quickest|best|easy|effective|successful|"
        rf"reliable|choose|turn to|resort to|option is|answer is|think|glorif\w+|romantici[sz]\w+|promot\w+|encourag\w+|celebrat\w+|justif\w+)"
        rf"(?: \w+){{0,2}} (?:suicide|sucide|suiside|suicde|sewerslide)",
        r"suicide (?:note|letter|plan|pact|method\w*|is the (?:only|best|answer|way|easiest)|seems|feels|sounds|kit|forum|game|challenges?|as an)",
        r"(?:try|trying|tried|attempted|attempt)(?: \w+)? suicide",
        r"suicide(?: \w+){0,3} (?:only|best|easy|last|right) (?:way|option|choice|answer|solution|thing)",
        unless=(
            r"suicide (?:squad|prevention|rates?|statistics?|hotline|bomb\w*|awareness|door|doors|mission|rate|risk|risks|watch|research|study|studies|vest|attack\w*)",
            r"(?:doctor|physician|medically) assisted suicide",
            r"(?:book|film|movie|novel|song|poem|historical|emperor|king|queen|philosoph\w*|camus|durkheim|hitler|romeo|juliet|plath|hemingway|cell|political|career|social|commercial|romans?|samurai|economic)",
        ),
        needs=(
            r"(?:i|im|ive|id|ill|my|me|myself|how|ways?|method\w*|tips?|guide|painless\w*|easiest|list|encourag\w*|convinc\w*|suggest\w*|give|describe|help|instructions?|steps?|game|challenges?|website|forum|pact|letter|outline|provide|should|could)",
        ),
    ),
    rule(
        "crisis.en.my-attempt",
        "suic* attempt attempts attempted survived",
        r"my (?:own |last |first |second |third |previous |recent |failed |past |other |latest |next )*(?:suicide )?attempts?(?= (?:[.?]|on|at|last|this|a|was|when|in|and|but|i|failed|by|before|again|to (?:die|kill|end)))",
        r"(?:i|ive)(?: have| had| once| almost| nearly| just| already| also| even| actually| recently){0,3} (?:attempted|tried)(?: to commit)? suicide",
        r"(?:survived|after) (?:my|a|an|two|three|several|multiple)(?: \w+)? suicide attempts?",
        needs=(r"(?:suic\w+|overdos\w+|die|kill|life|hospital|pills|attempted|attempts?)",),
        unless=(
            r"(?:first|next|last|second|third|my) attempt (?:at|on|to) (?:the|a|baking|cooking|making|drawing|writing|learning|this|it|bake|cook|make|draw|write|learn|get|do)",
            r"attempts? (?:at|to) (?!die|kill|end|suicide)",
        ),
    ),
    rule(
        "crisis.en.want-to-die",
        "born die dying dead gone exist existing here alive end ending disappear vanish sleep wake world earth leave done",
        rf"{_WANT}{gap(2)} {_DEATH}",
        r"(?:i |just |id |id just |really |only )(?:want|wish|wanna)(?: to)? (?:die|be dead|disappear|vanish|cease)",
        r"(?:wish|hope|hoping|pray|wishing|praying|pray to god)(?: that)? (?:i|id|i d)(?: \w+){0,2} "
        r"(?:die|died|dead|gone|was never born|never been born|hadnt been born|wasnt born|wasnt alive|wasnt here|not wake up|never wake up|dont wake up|didnt wake up|didnt exist|wouldnt wake up|never existed|never been born|not here|disappear|wont wake up)",
        r"(?:i|im) (?:just |really |probably )?(?:deserve|ought|should|need|better)(?: just| really)? (?:to )?(?:die|be dead|dead|disappear|not exist|not be alive)",
        r"(?:wish|wishing|long|longing|beg|begging|pray|praying|ask|asking|want|ready|hope|hoping|waiting|wait|yearn\w*) for (?:my (?:own )?)?death",
        r"kill(?:ing)? everyone(?: \w+){0,3} (?:including|and) myself",
        r"(?:id|i would|im|be|i|better|rather be|are|is) (?:be )?(?:better|happier)(?: off)? (?:if i (?:was|were|am) )?(?:dead|gone|not (?:here|alive))",
        r"(?:rather|wish i (?:was|were)|wanna|want to) (?:be )?(?:dead|die)",
        r"(?:let me|make me|help me|please|why (?:cant|dont) i just|can i just|could i just) (?:die|disappear forever|drop dead)",
        r"(?:painless|easy|easiest|quick|quickest|fastest|peaceful|best|good|simple|surefire|effective|least painful)(?: and \w+)? (?:way|ways|method|methods)(?: for me)? (?:to|of) (?:die|go|death|dying|end it|kill)",
        r"(?:ways?|how) (?:to|can i|do i|i can|could i|for me to|i could) (?:die|end it|end (?:my|it)|kill myself)",
        r"(?:sleep|bed|eyes)(?: \w+){0,3} (?:never|not|dont|and not) wak(?:e|ing) up",
        r"(?:dont|didnt|do not|never) (?:want to |wanna |wish to |have to |ever |even )*wake up(?: again| tomorrow| anymore| in the morning| ever| at all)?",
        r"(?:just )?end it all",
        r"ready to (?:go|die|end|leave this|give up on life)(?= [.?])",
        r"(?:thoughts?|thinking) (?:of|about)(?: my| \w+ing)? (?:death|dying|not being (?:here|alive|around)|ending (?:it|things|everything))",
        r"(?:not|isnt|dont) (?:be|being|want to be|wanna be|around) (?:here|alive|around|in this world|on this earth) (?:anymore|any more|any longer|at all)",
        r"i (?:dont|do not|didnt) (?:want to|wanna) be (?:alive|here|around|on this earth|in this world|a part of this world)",
        unless=(
            r"wak(?:e|ing) up(?: \w+)? (?:early|at|for|to|so|late|before|with|a|the|in|my|his|her|until|from|sleeping|anyone|everyone|kids|next to)",
            r"(?:be here|be around|be gone|here)(?: \w+)? (?:at|for|until|in the|with|when|by|on (?:time|mon\w+|tues\w+|sun\w+|friday|the weekend)|too|early|all day|so long)",
            r"(?:disappear|vanish|gone) (?:into|for (?:a|the|two|three|an)|from (?:work|the|social|my phone)|to|on|over)",
            r"(?:end it|ending it) (?:here for|there|with (?:him|her|them|my)|between)",
        ),
    ),
    rule(
        "crisis.en.not-live",
        "live living life alive exist existing existence go going reason point worth",
        r"(?:dont|doesnt|does not|do not|didnt|no longer|not|never|cant|cannot|without|lost the|no|lost all|lost my)(?: \w+){0,2} "
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
        r"(?:cant|cannot|dont want to|wont|dont know how to|couldnt)(?: \w+)? (?:keep|go on|continue|carry on|stand|bear)(?: \w+)? (?:living|existing|being alive)",
        r"(?:my |this )?life (?:is|feels|seems|has become|has been|was|got) (?:so |just |all |really |completely |totally |utterly |pretty )*(?:pointless|meaningless|worthless|useless|unbearable|hopeless|not worth (?:it|living)|unlivable|a living hell|not worth)",
        r"(?:no|any|lost (?:the|all|my)|lost) (?:will|desire|wish) (?:to|for) (?:live|life|living|exist|go on)",
        r"(?:i|just|to) (?:stop|quit) (?:living|existing|breathing)",
        r"why (?:am i|do i|should i|keep|even|bother|would i)(?: \w+){0,2} (?:live|living|alive|still here|exist|stay alive|keep living)(?= [.?])",
        unless=(
            r"(?:cant|cannot|dont want to|wanna) live without (?:it|this|that|them|my (?:phone|coffee|car)|coffee|chocolate|music|pizza|the internet|wifi|air conditioning)",
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
        "jump jumping jumped bridge train noose overdose overdosed overdosing pills tablets meds wrists wrist brains rope gun bullet lethal razor blade blades medication paracetamol tylenol bleach nitrogen helium exhaust od dose carbon cyanide trigger traffic hanging roof building challenge challenges whale momo duration long quickly fast burns",
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
        r"(?:how long|how quickly|how fast|duration|time)(?: \w+){0,5} (?:before|until|till|for) (?:i|you|someone|a person)(?: \w+)? (?:die|bleed out|dies|dead|suffocate\w*|pass out and die)",
        r"(?:blue whale|momo|choking|blackout|fire|tide pod|suicide)(?: \w+)? (?:challenge|game)s?",
        r"(?:crash|drive|wreck|driving)(?: \w+)? my car (?:into|off|on purpose)",
        r"(?:razors?|blades?|knife)(?: \w+){0,4} (?:my (?:skin|wrists?|arms?|thighs?|veins|own)|cut my|cut myself|to cope)",
        unless=(
            r"(?:vet|veterinarian|dog|cat|rats?|mice|narcan|naloxone|lottery|bungee|parachute|base jump\w*|pool|lake|water for fun|game|minecraft|sims)",
            r"(?:how long|how fast)(?: \w+){0,8} (?:before (?:my|the|our) (?:flight|train|bus|exam)|battery|milk|food|plants?|fish)",
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
        "crisis.en.somebody",
        "suic* himself herself themselves themself life die kill harm died",
        r"(?:suicide attempt|attempted suicide|tried (?:to commit )?suicide|died (?:by|of|from) suicide|lost(?: \w+){0,4} to suicide|committed suicide|suicide watch)",
        r"(?:kill|killed|killing|harm|harming|hang|hanged|hung|shot|end|ending) (?:himself|herself|themselves|themself|his own life|her own life|their own life)",
        r"(?:took|take|taking|end|ended|ending) (?:his|her|their) (?:own )?li(?:fe|ves)",
        rf"(?:he|she|they|hes|shes|theyre)(?: \w+){{0,4}} (?:suicidal|self harm\w*|wants? to die|wanted to die|better off dead)",
        third=True,
        unless=(
            r"(?:book|film|movie|novel|song|character|actor|singer|celebrity|emperor|king|queen|hitler|president|general|cobain|williams|episode|series|show|game|news|article|history|century|war|samurai|romeo|juliet|blacks|whites|jews|muslims|voters|party|politician\w*|members)",
            r"(?:hurt|cut|killed|killing) (?:himself|herself|themselves) (?:at|on|playing|while|skiing|cooking|laughing|shaving|working|over)",
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
        "starve starving purge purging vomit throw puke anorexi* anor* bulimi* buli* laxative laxatives thinspo proana ana mia binge calories eating eat fasting thin weight ed puking puke purging",
        r"(?:make|making|made|force|forcing|how to)(?: myself| me)?(?: \w+){0,2} (?:vomit|throw up|throwing up|puke|be sick|purge)(?: after| my food| to (?:lose|stay|be)| every| again| when| food| what| everything| secretly| without| [.?])?",
        r"(?:starve|starving|starved) (?:myself|me|to lose|to be|until|for days|all day)",
        r"(?:i|ive|im|to|been|start|started|by|keep|and) (?:purge|purging|purged)(?= (?:[.?]|after|every|again|everything|my|what|when|to|and))",
        r"(?:pro ?ana|pro ?mia|thinspo\w*|thinspiration|meanspo|bonespo)",
        r"(?:become|be|becoming|being|go|get|stay|im|i am|my|want|getting|with|your|develop|more|successful|better|tips|good) (?:\w+ )?(?:anorexi\w+|bulimi\w+)",
        r"(?:anorexi\w+|bulimi\w+)(?: \w+){0,2} (?:tips|tricks|diet|advice|goals?|lifestyle|coach|again|is back)",
        r"(?:laxatives?|diuretics|ipecac|diet pills)(?: \w+){0,6} (?:weight|thin|skinny|after (?:eating|meals?|every)|purge|calories)",
        r"(?:lose weight|weight loss|skinny|thin)(?: \w+){0,6} (?:laxatives?|vomit\w*|purg\w*|starv\w*|not eating|stop eating|without eating|eating nothing)",
        r"(?:stop|quit|avoid|without|not|never|refuse to|skip)(?: \w+)? eat(?:ing)?(?: \w+){0,3} (?:altogether|completely|for (?:days|a week|weeks|a month|\d+ days)|anything|at all|entirely|any food|until im|to lose|to be (?:thin|skinny)|so i)",
        r"(?:pu(?:ke|king|ked)|throw(?:ing)? up|vomit\w*|purg\w+)(?: \w+){0,4} (?:food|meal|meals|dinner|lunch|weight|ate|eaten|calories|everything i eat)",
        r"(?:least|fewest|minimum|lowest)(?: \w+){0,3} calories(?: \w+){0,5} (?:survive|live|stay alive|get by|die|lose)",
        r"my (?:ed|eating disorder)(?= (?:is|isnt|voice|brain|tells|says|wants|behaviou?rs?|came|was|and|has|makes|keeps))",
        r"(?:relying|rely|miss|love|need|want|hide|hiding)(?: \w+)? my (?:ed|eating disorder)",
        r"(?:recover|recovering|recovery|recovered)(?: \w+){0,3} (?:eating disorder|anorexia|bulimia|ed)",
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
        "thoughts depressed kill shoot drowning life lost losing anymore longer hopeless worthless alone useless empty numb trapped escape hate broken unbearable pain dark hope care exist matter",
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
        r"phone (?:is )?(?:about to )?(?:die|dying|dead)|(?:dye|die) my hair|never say die|"
        r"(?:my|the|this|our|your) (?:phone|laptop|car|plant|plants|battery|engine|tree|garden|grass|python|process|server|program|script|character|avatar|sim|sims|fish)"
        r"(?: \w+){0,3} (?:die|dying|dead|died|killed|alive)|in (?:the |this |a )?(?:game|minecraft|fortnite|dream)|boss fight|(?:python|linux|unix|bash|java) process)(?= )"
    ),
    denied=re.compile(
        r" (?:not|never|dont|do not|didnt|wouldnt|wont|would never|will never|arent|isnt|wasnt|no|without|havent|haven t|am not|not even|stopped|"
        r"against|neither|nor|instead of)(?: (?:really|actually|actively|feeling|going|gonna|to|ever|want|wanna|been|be|thinking|of|about|planning|have|had|having|any|even|currently|trying|like|feel|saying|that|i|im|would|will|just|the|plan|plans|intention|intentions|considered|considering|thoughts|thought|think|a)){0,6} $"
    ),
    others=re.compile(
        r" (?:he|she|they|hes|shes|theyre|hed|shed|theyd|him|them|(?:someone|somebody|a person|people|person) (?:i|we) (?:know|love|met|care)|"
        r"(?:my|our|his|her|a|your|their|the)(?: \w+)? (?:friend|friends|bestie|buddy|buddys|boy|homie|homegirl|bro|pal|dude|friends|sister|brother|mom|mum|mother|dad|father|son|daughter|cousin|uncle|aunt|wife|husband|girlfriend|boyfriend|partner|ex|roommate|coworker|colleague|neighbou?r|student|classmate|kid|child|niece|nephew|grandpa|grandma|boss|teacher|teammate|mate|patient|client|guy|girl|man|woman))"
        r"(?: (?!i |im |ive |id |me |my |ill )\w+){0,9} $"
    ),
    past=re.compile(
        r" (?:when i was (?:a |in |\d+|young|younger|little|still|about|around|teen\w*)|years ago|back in (?:the|my|high|college|\d+)|in the past|used to|as a (?:teen\w*|kid|child)|long ago|last year|once tried|a decade ago|in \d{4}|in high school)(?= )"
    ),
)
