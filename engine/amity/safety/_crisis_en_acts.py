"""English crisis rules for what people do to themselves: harm, methods, not eating.

Words stand as ``normalise`` leaves them: ``i'm`` is ``im``.
"""

from typing import Final

from amity.safety.rules import Rule, gap, rule

__all__ = ["ACTS"]

_SELF: Final = r"(?:myself|my self|me self)"
_PILLS: Final = (
    r"(?:pills|tablets|medication|meds|sleeping pills|tylenol|paracetamol|ibuprofen|"
    r"antidepressants|benzos|xanax|opioids)"
)
_BODY: Final = r"(?:wrists?|arms?|thighs?|legs?|skin|body|veins?|forearms?|hips?|throat)"

ACTS: Final[tuple[Rule, ...]] = (
    rule(
        "crisis.en.kill-self",
        "myself self",
        rf"(?:kill|killing|killed|hang|hanging|shoot|shooting|drown|drowning|stab|stabbing|"
        rf"strangle"
        rf"|strangling|suffocate|suffocating|poison|poisoning|unalive|unaliving|off|offing|gas"
        rf"|electrocute|murder|murdering|asphyxiate|end|ending|overdose|overdosing|starve|starving"
        rf"|slit|harm|harming|mutilate|mutilating|injure|injuring) {_SELF}",
        r"(?:do|doing|done|try|tried|about to do) (?:something|anything|smth)"
        rf"{gap(2)} (?:to|stupid to) myself",
        rf"(?:throw|threw|throwing) {_SELF} (?:off|under|out|in front|from|into)",
        unless=(
            r"shoot(?:ing)? myself in the foot",
            (
                r"(?:killing|killed|kill) myself (?:laughing|at work|with work|over nothing|"
                r"studying|working|trying)"
            ),
            r"(?:it|them|that|this|stuff|dirt|dust|weight|pressure|blame|hands) off myself",
            r"(?:drowning|drown|poison) myself in (?:work|books|coffee)",
        ),
        sure=True,
    ),
    rule(
        "crisis.en.hurt-self",
        ("myself self"),
        r"(?:hurt|hurting|cut|cutting|burn|burning|burned|scratch|scratching|punish|"
        r"punishing|bruise"
        rf"|hit|hitting|punch|punching|bite|biting) {_SELF}",
        unless=(
            (
                r"(?:accident\w*|shav\w+|cook\w*|knife|paper|stove|oven|gym|hik\w+|playing|"
                r"running|running"
                r"|training|working out|workout|lifting|skiing|skating|football|soccer|"
                r"basketball|tennis|"
                r"falling|fell|slipped|glass|kitchen|slicing|chopping|iron|sunburn\w*|sun|"
                r"slack|break|some)"
            ),
        ),
        sure=True,
    ),
    rule(
        "crisis.en.self-harm",
        (
            "harm harms harming harmed injury injuries injurious injure mutilation mutilate"
            " self* cutting cut cuts scars fire burn burning burns flame flames lighter bloo*"
            " sh scar bruises slit slitting slash slashing slice slicing carve carving"
            " scratch wrist wrists"
            " stove candle ciga* scra* iron"
        ),
        r"self ?(?:harms?|harming|harmed|injury|injuries|injuring|injurious|mutilation|"
        r"mutilat\w+)",
        r"selfharm\w*",
        r"(?:set|setting|light|lighting) (?:myself|me) on fire",
        (
            r"(?:want|urge|urges|need|wish|feel like|like|tempted|craving|crave|used|stop|"
            r"relapsed)(?: to| and)? cut(?:ting)?(?: again| deeper| so badly| myself|"
            r" more)?(?= (?:[.?]|for the|because|so|when|to cope|to feel|just|has|helps|way|"
            r"and (?:i|burn)))"
        ),
        r"(?:give|giving|gave) (?:yourself|myself|me)(?: \w+)? (?:scars?|cuts|burns|bruises)",
        (
            r"(?:my|the|these|those|fresh|deep|new|old|own) (?:self harm )?(?:cuts|"
            r"scars)(?: \w+){0,4} (?:bleed\w*|hide|hiding|cover\w*|hurt|deep|deeper|fresh|"
            r"arms?|wrists?|thighs?|sleeves|healing|show|see)"
        ),
        (
            r"(?:hand|arm|skin|wrist|fingers|myself)(?: \w+){0,3} (?:over|on|in|to|with) (?:a |"
            r"the |an )?(?:flames?|fire|lighter|candle|stove|cigarette|iron)"
        ),
        r"(?:bloodlet\w*|blood letting)",
        (
            r"(?:my|with|from|doing|about|stop|urge to|do|of|into|want to) sh(?= (?:[.?]|again|"
            r"urges?|scars|relapse|because|and|when|isnt|is|to|can|clean))"
        ),
        r"sh (?:urges?|relapse|scars|isnt like|can be|is an addiction|clean)",
        (
            r"(?:cutting|cut|burning)(?: \w+){0,8} (?:coping (?:mechanism|method|skill|"
            r"strategy)\w*|to cope|endorphins|catharsis|relief|release|to feel (?:something|"
            r"better|alive))"
        ),
        (
            r"(?:the|my) (?:cuts|cutting) (?:didnt|dont|doesnt|felt|feel|feels|didn t|helps|"
            r"helped|calms)"
        ),
        r"(?:cut|cutting|slit|slitting|slash|slashing|slice|slicing|carve|carving|burn|"
        r"burning|scratch\w*)"
        rf"(?: up| open| into)?(?: my| ur| your| the| on my)? (?:own )?{_BODY}",
        (
            r"(?:relapsed?|clean|sober|stop|stopped|start\w*|urge|urges|"
            r"back)(?: \w+){0,2} (?:from |to |with )?cutting"
        ),
        (
            r"(?:i|ive been|im|started|keep|been) cutting(?: again| at night)?(?= (?:[.?]|"
            r"because|to cope|when|so|and))"
        ),
        unless=(
            rf"(?:your|his|her|their) (?:own )?{_BODY}{gap(3)} (?:surgery|shave|hair)",
            (
                r"(?:marshmallow\w*|barbecue|bbq|campfire|grill|dinner|cookie\w*|meal|cooking|"
                r"c section|appendix|knee|operation|budget|paper cuts?|paper)"
            ),
            (
                r"(?:shav\w+|wax\w+|surgery|surgical|surgeon|laser|tattoo|chicken|turkey|beef|"
                r"meat|fabric|hair)"
            ),
            r"(?:cutting|cut)(?: \w+){0,2} (?:carbs|sugar|calories|corners|costs|back on)",
            r"(?:gun|machine|kill) self harm",
        ),
    ),
    rule(
        "crisis.en.method",
        (
            "jump jumping jumped bridge train noose overdose overdosed overdosing pills tablets"
            " meds wrists wrist brains rope gun bullet lethal razor blade blades medication"
            " paracetamol tylenol bleach nitrogen helium exhaust od dose carbon cyanide trigger"
            " traffic hanging roof building challenge challenges whale momo duration long"
            " quickly fast burns"
            " anti* balc* barrel belt benzos blac* bleed blow blow* bus chok* cliff crash"
            " dead deadly die dies drain drive driv* end fatal fire ibup* kill knife ledge"
            " oding onco* opio* overdoses pistol pod poison razors roof* runn* shot* subway"
            " suff* suic* tracks trains tree truck window wreck xanax"
        ),
        (
            r"(?:jump|jumping|jumped|leap|step|stepping|throw|walk|walking|drive|driving|run|"
            r"lie|lying|hop)(?: \w+){0,3} (?:off|in front of|into|from|onto|"
            r"under)(?: \w+){0,3} (?:bridge|building|roof|rooftop|balcony|cliff|train|trains|"
            r"traffic|bus|truck|tracks|window|overpass|tree at|oncoming \w+|subway|ledge)"
        ),
        (
            r"(?:take|taking|took|swallow|swallowing|swallowed|down|downing|overdose|"
            rf"overdosing|od|ingest\w*|eat)(?: \w+){{0,4}} (?:all|bottle|bunch|whole|too many|"
            rf"handful|lot|enough|lethal|pack|entire|box|every)(?: \w+){{0,4}} {_PILLS}"
        ),
        (
            r"(?:taken|drunk|eaten)(?: \w+){0,2} (?:(?:all|too many)(?: \w+){0,2}|(?:bottle|bunch|"
            rf"box|pack|packet|strip|handful)s?(?: full)?(?: of)?(?: my| the)?) {_PILLS}"
        ),
        (
            r"(?:im|i am|standing|sitting)(?: \w+){0,2} (?:on|at)(?: the edge of)? (?:the|a|this) "
            r"(?:roof|rooftop|bridge|ledge|balcony|cliff)(?: \w+){0,3} (?:jump|jumping|let go|"
            r"end it)"
        ),
        (
            r"(?:stash|stashed|stockpil\w+|hoard\w*|saving|saved|collect\w*|counted|"
            rf"counting)(?: \w+){{0,4}} {_PILLS}"
        ),
        (
            r"(?:how many|how much|amount of|number of)(?: \w+){0,4} (?:to|would|will|"
            r"does it take to|needed to|before i|until i|can)(?: \w+){0,3} (?:die|kill me|"
            r"kill myself|overdose|be fatal|be lethal|fatal|lethal|od|end it|kill a person|"
            r"kill someone)"
        ),
        r"(?:overdose|overdosing|od|oding|overdosed) (?:on|with|myself|tonight|now|by)",
        (
            r"(?:want|going|gonna|tried|try|plan\w*|thinking|think|thoughts|consider\w*|wanna|"
            r"how|attempt\w*|need|easiest|best)(?: \w+){0,4} (?:overdose|overdosing|od)"
        ),
        (
            r"(?:tie|tying|make|making|made|tied|buy|bought|get|got|have|fashion|kind of|"
            r"best)(?: \w+){0,3} noose"
        ),
        r"(?:noose|rope|belt)(?: \w+){0,3} (?:around|round|on|over) my neck",
        (
            r"(?:gun|bullet|pistol|knife|barrel|shotgun)(?: \w+){0,3} (?:to|in|into|through|at|"
            r"against|on) my (?:own )?(?:head|mouth|temple|brain|brains|skull|chest|heart|"
            r"throat|neck|wrist)"
        ),
        r"blow(?:ing)? my (?:own )?(?:brains?|head)(?: \w+)? out",
        r"(?:pull|pulling|pulled) the trigger(?: on)? (?:myself|and end|and be done)",
        r"(?:slit|slitting|slash|slashing|cut|cutting|cuts? on)(?: \w+){0,2} wrists?",
        r"(?:drink|drinking|drank|swallow)(?: \w+){0,3} (?:bleach|antifreeze|drain cleaner|"
        r"poison)",
        (
            r"(?:lethal|fatal|deadly) (?:dose|amount|overdose|dosage|"
            r"combination)(?: \w+){0,6} (?:me|myself|i|for a|of|to)"
        ),
        r"(?:fatal|lethal|deadly) (?:overdose|dose|dosage)(?= [.?])",
        (
            r"(?:carbon monoxide|exhaust|helium|nitrogen|car running)(?: \w+){0,5} (?:die|"
            r"myself|kill me|end it|suicide|painless\w*|garage)"
        ),
        (
            r"(?:how long|how quickly|how fast|duration|time)(?: \w+){0,5} (?:before|until|"
            r"till|for) (?:i|you|someone|a person)(?: \w+)? (?:die|bleed out|dies|dead|"
            r"suffocate\w*|pass out and die)"
        ),
        r"(?:blue whale|momo|choking|blackout|fire|tide pod|suicide)(?: \w+)? (?:challenge|"
        r"game)s?",
        r"(?:crash|drive|wreck|driving)(?: \w+)? my car (?:into|off|on purpose)",
        (
            r"(?:razors?|blades?|knife)(?: \w+){0,4} (?:my (?:skin|wrists?|arms?|thighs?|veins|"
            r"own)|cut my|cut myself|to cope)"
        ),
        unless=(
            (
                r"(?:vet|veterinarian|dog|cat|rats?|mice|narcan|naloxone|lottery|bungee|"
                r"parachute|base jump\w*|pool|lake|water for fun|game|minecraft|sims)"
            ),
            r"(?:doctor|gp|pharmacist|nurse) (?:told|said|says|wants|advised)",
            (
                r"(?:overdos\w+|od|oded|oding) on (?:\w+ )?(?:sugar|chocolate\w*|coffee|netflix|"
                r"candy|"
                r"cake|cheese|memes|nostalgia|cuteness|carbs|pizza|sweets|cookies|anime|tea)"
            ),
            (
                r"(?:how long|how fast)(?: \w+){0,8} (?:before (?:my|the|our) (?:flight|train|"
                r"bus|exam)|battery|milk|food|plants?|fish)"
            ),
            (
                r"jump(?:ing|ed)? (?:off|into)(?: \w+){0,2} (?:train of|conclusions?|bandwagon|"
                r"train station|the train to|the bus to)"
            ),
        ),
    ),
    rule(
        "crisis.en.eating",
        (
            "throwing throw starve starving purge purging vomit throw puke anorexi* anor*"
            " bulimi* buli*"
            " laxative laxatives thinspo proana ana mia binge calories eating eat fasting thin"
            " weight ed puking puke purging"
            " appe* bonespo cal calo* cals diur* food havent hunger hungry ipecac kcal meanspo"
            " pills promia puked purg* sick skinny starved thinspo vomi*"
        ),
        (
            r"(?:make|making|made|force|forcing|how to)(?: myself| me)?(?: \w+){0,2} (?:vomit|"
            r"throw up|throwing up|puke|be sick|purge)(?: after| my food| to (?:lose|stay|be)|"
            r" every| again| when| food| what| everything| secretly| without| [.?])?"
        ),
        r"(?:starve|starving|starved) (?:myself|me|to lose|to be|until|for days|all day)",
        (
            r"(?:i|ive|im|to|been|start|started|by|keep|and) (?:purge|purging|"
            r"purged)(?= (?:[.?]|after|every|again|everything|my|what|when|to|and))"
        ),
        r"(?:pro ?ana|pro ?mia|thinspo\w*|thinspiration|meanspo|bonespo)",
        (
            r"(?:become|be|becoming|being|go|get|stay|im|i am|my|want|getting|with|your|"
            r"develop|more|successful|better|tips|good) (?:\w+ )?(?:anorexi\w+|bulimi\w+)"
        ),
        (
            r"(?:anorexi\w+|bulimi\w+)(?: \w+){0,2} (?:tips|tricks|diet|advice|goals?|"
            r"lifestyle|coach|again|is back)"
        ),
        (
            r"(?:laxatives?|diuretics|ipecac|diet pills)(?: \w+){0,6} (?:weight|thin|skinny|"
            r"after (?:eating|meals?|every)|purge|calories)"
        ),
        (
            r"(?:lose weight|weight loss|skinny|thin)(?: \w+){0,6} (?:laxatives?|vomit\w*|"
            r"purg\w*|starv\w*|not eating|stop eating|without eating|eating nothing)"
        ),
        (
            r"(?:stop|quit|avoid|without|not|never|refuse to|"
            r"skip)(?: \w+)? eat(?:ing)?(?: \w+){0,3} (?:altogether|completely|for (?:days|"
            r"a week|weeks|a month|\d+ days)|anything|at all|entirely|any food|until im|"
            r"to lose|to be (?:thin|skinny)|so i)"
        ),
        (
            r"(?:pu(?:ke|king|ked)|throw(?:ing)? up|vomit\w*|purg\w+)(?: \w+){0,4} (?:food|"
            r"meal|meals|dinner|lunch|weight|ate|eaten|calories|everything i eat)"
        ),
        (
            r"(?:least|fewest|minimum|lowest)(?: \w+){0,3} calories(?: \w+){0,5} (?:survive|"
            r"live|stay alive|get by|die|lose)"
        ),
        (
            r"my (?:ed|eating disorder)(?= (?:is|isnt|voice|brain|tells|says|wants|"
            r"behaviou?rs?|came|was|and|has|makes|keeps))"
        ),
        r"(?:relying|rely|miss|love|need|want|hide|hiding)(?: \w+)? my (?:ed|eating disorder)",
        (
            r"(?:recover|recovering|recovery|recovered)(?: \w+){0,3} (?:eating disorder|"
            r"anorexia|bulimia|ed)"
        ),
        (
            r"(?:survive|live|living|get by|eat|eating|only|under|than|limit\w*|restrict\w*|"
            r"stay|on|fewer|to)(?: \w+){0,3} (?:[1-7]\d\d|\d\d|zero) (?:calories?|kcal|"
            r"cals?)(?: a day| per day| daily| each day| diet| [.?])"
        ),
        (
            r"(?:hide|hiding|conceal\w*|keep|trick|fool|lie to|"
            r"without)(?: \w+){0,6} (?:eating disorder|not eating|starving|purging|throwing up|"
            r"weight loss|starvation|food from|havent eaten|that i dont eat)"
        ),
        (
            r"(?:my|an|this|have|develop|get|got) (?:eating disorder|ed)(?: \w+){0,4} (?:back|"
            r"worse|relapse\w*|again|voice|tips|hide|secret|started|going)"
        ),
        (
            r"(?:suppress|kill|curb|ignore|control|get rid of|"
            r"stop feeling)(?: \w+){0,2} (?:appetite|hunger|hungry)(?: \w+){0,6} (?:starv\w+|"
            r"days|not eat\w*|without eat\w*|fast\w*|anorexi\w+)"
        ),
        unless=(
            (
                r"(?:dog|cat|horse|plant|baby|toddler|purg\w+ (?:the|my|our|all)(?: \w+)? "
                r"(?:cache|"
                r"data|inbox|mails?|emails?|files?|logs?|photos?|closet|list)|snack|"
                r"per serving|burn\w*|recipe|ramadan|yom kippur|the purge|crab|my crush)"
            ),
        ),
    ),
)
