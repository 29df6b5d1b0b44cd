"""Questions whether the companion is human, and sentences in which it says that it is.

Promise P16: it is software, says so when asked, and never claims to be a person.
"""

import re
from typing import Final

from amity.safety._echoes import answers_its_echo
from amity.safety._kinds import HUMAN_EN, HUMAN_RU, MACHINE_EN, MACHINE_RU
from amity.safety.normalise import Plain, normalise
from amity.safety.rules import keys

__all__ = [
    "asks_if_human",
    "asks_if_human_plain",
    "claims_to_be_human",
    "claims_to_be_human_plain",
]

_ASKS: Final = re.compile(
    r" (?:"
    rf"(?:are|r) (?:you|u|ya) (?:\w+ ){{0,3}}?(?:{HUMAN_EN}|{MACHINE_EN})(?= (?:[.?]|or|"
    r"and|right|though|tho|lol|at all|too|in|behind|talking|who|with|like|really|instead|"
    r"typing|because|cuz|bc|on|there|then|please|btw|here|made|pretending|an|a|be honest|"
    r"tell|i))"
    rf"|(?:you|u|youre|ur|you are)(?: \w+){{0,2}} (?:{HUMAN_EN}|"
    rf"{MACHINE_EN})(?: \w+)? (?:\?|right|arent (?:you|u)|are you|or (?:not|what|a|an)|"
    r"isnt it)"
    rf"|(?:am i|im i)(?: \w+){{0,2}} (?:talking|speaking|chatting|texting|"
    rf"writing)(?: \w+)? (?:to|with) (?:{HUMAN_EN}|{MACHINE_EN})"
    rf"|(?:is|was) (?:this|it|that|there)(?: \w+){{0,2}} (?:(?:a |an )?(?:real|actual|"
    r"living|live|human|actually a|really a)(?: \w+)?|"
    rf"{MACHINE_EN})(?: \w+){{0,2}}? (?:\?|here|behind|typing|answering|talking|"
    r"on the other|writing|replying|reading)"
    rf"|is (?:this|it) {MACHINE_EN} [.?]"
    r"|(?:is|are) (?:this|you) (?:automated|ai generated|scripted|pre programmed|"
    r"preprogrammed|programmed)"
    r"|(?:do|does|did) (?:you|u)(?: \w+){0,2} (?:have|got|"
    r"possess) (?:a )?(?:real )?(?:body|soul|consciousness|heart|heartbeat|brain|feelings|"
    r"emotions|a pulse)(?= (?:[.?]|or|at all))"
    r"|(?:do|can) (?:you|u) (?:\w+ )?(?:exist|breathe|feel (?:anything|pain|love|"
    r"emotions?))(?: (?:in real life|irl|really|for real|at all))?(?= [.?])"
    r"|(?:are|r) (?:you|u)(?: \w+)? (?:conscious|sentient|self aware|alive|for real a)"
    r"|(?:prove|swear|promise|tell me|admit|confess|say|"
    rf"convince me)(?: \w+){{0,4}} (?:that )?(?:youre|you are|ur|u are|if youre|if you are|"
    rf"whether youre|whether you are|you|r u)(?: \w+){{0,2}} (?:{HUMAN_EN}|{MACHINE_EN})"
    r"|(?:human|real|person|robot|bot|ai|machine) or (?:a |an )?(?:human|real|fake|person|"
    r"robot|bot|ai|machine|not|program|computer)"
    r"|what are you(?: \w+)?(?= [.?])(?! \? doing)|who or what are you|what (?:kind|"
    r"sort) of (?:thing|being|creature|entity) are you"
    r"|(?:i (?:think|believe|bet|know|feel like|suspect|swear)|pretty sure|seems like|"
    r"sounds like|you sound like|u sound like|you talk like|you seem like|you act like|"
    rf"you write like)(?: \w+){{0,2}} (?:youre|you are|ur|u are|this is|a|an|"
    rf"you)?(?: \w+)? ?(?:{MACHINE_EN})(?= [.?])"
    r"|(?:are|r) (?:you|u) (?:\w+ )?(?:someone|somebody) (?:real|typing|from|who)"
    r"|whos (?:really |actually )?(?:behind|typing|answering|writing)(?: \w+){0,3}(?= [.?])"
    r"|is (?:someone|somebody|anyone|anybody|a human|a person)(?: \w+){0,2} (?:typing|"
    r"answering|writing|reading this|behind)"
    r")"
)
_ASKS_KEYS: Final = keys(
    "human real person people man woman girl boy guy bot robot chatbot ai machine program"
    " programme computer software "
    "algorithm llm gpt chatgpt artificial virtual simulation automated script scripted"
    " alive conscious sentient aware body soul "
    "consciousness heart brain feelings emotions pulse breathe exist feel typing answering"
    " what whos android automaton individual "
    "someone somebody dude lady model programmed preprogrammed generated"
)
_ASKS_RU: Final = re.compile(
    r" (?:"
    r"(?:ты|вы)(?: (?:точно|правда|реально|действительно|вообще|же|случайно|ведь|"
    r"на самом деле|серьезно|не|что|и|часом|случаем|и правда|разве|это|всего|лишь|там|"
    rf"хоть|а|взаправду)){{0,4}} (?:{HUMAN_RU}|{MACHINE_RU})(?: \w+){{0,2}} (?:\?|или|"
    r"да \?|так \?|верно \?|правда \?)"
    rf"|(?:ты|вы)(?: \w+){{0,2}} (?:{HUMAN_RU}|{MACHINE_RU}) или"
    rf"|(?:(?<=^ )|(?<=[.?] ))(?:а |так |привет )?(?:ты|вы) {MACHINE_RU} [.?]"
    rf"|я(?: \w+)? с (?:{HUMAN_RU}|{MACHINE_RU})(?: \w+){{0,2}} (?:говорю|общаюсь|"
    r"разговариваю|переписываюсь|болтаю)"
    r"|(?:я|мы)(?: \w+)? (?:говорю|общаюсь|разговариваю|переписываюсь|болтаю|беседую|пишу|"
    rf"общаемся)(?: \w+){{0,2}} (?:с )?(?:{HUMAN_RU}|{MACHINE_RU})(?: \w+){{0,3}} (?:\?|"
    r"или)"
    rf"|(?:это|там|тут|здесь|кто то|со мной)(?: \w+){{0,2}} (?:{HUMAN_RU}|"
    rf"{MACHINE_RU})(?: \w+){{0,2}} (?:\?|или|пишет|отвечает)"
    r"|(?:докажи|поклянись|признайся|скажи|скажите|ответь|признавайся|"
    rf"честно)(?: \w+){{0,5}} (?:{HUMAN_RU}|{MACHINE_RU})(?: \w+){{0,2}} (?:[.?]|или)"
    r"|(?:человек|бот|робот|машина|ии|программа|живой|живая) или (?:не |"
    rf"ты )?(?:{HUMAN_RU}|{MACHINE_RU}|нет)"
    r"|(?:ты|вы)(?: \w+){0,2} (?:существуешь|существуете|настоящая|настоящий|живая|живой|"
    r"разумн\w+|сознательн\w+|самосознани\w+|жив|жива)(?: \w+){0,2} (?:\?|или)"
    r"|(?:у тебя|у вас)(?: \w+){0,2} (?:есть|имеется|бывает|бьется)(?: \w+)? (?:тело|душа|"
    r"сознание|чувства|сердце|мозг|эмоции)(?: \w+)? \?"
    r"|(?:что|кто|чем|кем) ты (?:такое|такая|такой|вообще|вообще такое|являешься|"
    r"на самом деле)(?: \w+)?(?= [.?])"
    r"|кто (?:ты|вы)(?: (?:такая|такой|такие|вообще|на самом деле|есть))?(?= [.?])"
    r"|кто (?:мне|там|тут|это|за этим|со мной|здесь)(?: \w+){0,2} (?:пишет|отвечает|"
    r"печатает|стоит|сидит|разговаривает)(?: \w+)?(?= [.?])"
    r"|(?:мне кажется|по моему|кажется|думаю|похоже|уверен\w*|"
    rf"подозреваю)(?: \w+){{0,2}} (?:ты|вы|это)(?: \w+)? (?:{MACHINE_RU})(?= [.?])"
    r")"
)
_ASKS_RU_KEYS: Final = keys(
    "чело* люди деву* парен* парн* женщ* мужч* жива* живо* жив наст* реал* бот бота ботом"
    " робо* чатб* чат ии нейр* маши* прог* комп* "
    "алго* иску* скри* gpt чатг* гпт ai симу* язык* суще* разу* созн* само* тело душа чувс*"
    " серд* мозг эмоц* ты кто"
)


def asks_if_human(text: str) -> bool:
    """Tell whether a person asks what they are talking with."""
    return asks_if_human_plain(normalise(text))


def asks_if_human_plain(plain: Plain) -> bool:
    """Tell it of a text in its plain form."""
    if (
        plain.latin
        and not _ASKS_KEYS.isdisjoint(plain.words)
        and _ASKS.search(plain.text)
        and not _ASKS_OF_OTHERS.search(plain.text)
    ):
        return True
    return (
        plain.cyrillic
        and not _ASKS_RU_KEYS.isdisjoint(plain.words)
        and _ASKS_RU.search(plain.text) is not None
    )


_ASKS_OF_OTHERS: Final = re.compile(
    r" (?:are you (?:a )?(?:real|man|woman|girl|boy) (?:madrid|quick|estate|estat)|(?:a|"
    r"an) (?:dog|cat|morning|night|people) person|what are you (?:doing|up|wearing|eating|"
    r"thinking|watching|talking|waiting|into|good|reading|saying|on about|having|listening|"
    r"going))(?= )"
)

# ------------------------------------------------------------------------------------- claims
_CLAIM_EN: Final = re.compile(
    r" (?:"
    r"(?:i am|im|i m|ima)(?: (?:totally|really|actually|definitely|absolutely|indeed|"
    r"very much|just|of course|also|100|truly|certainly|very|a|an|as|still|only|obviously|"
    r"literally|completely|fully|percent|well|honestly|in fact|too|simply)){0,4} "
    r"(?:(?:real |actual |living |normal |genuine |flesh and blood |breathing |regular |"
    r"fellow |live |flesh |ordinary |true )+(?:human being|human|person|man|woman|girl|boy|"
    r"guy|lady|individual|people)|human being|human|made of flesh|flesh and blood|a person|"
    r"alive and human|as human as|as real as you|as human|sentient|conscious|"
    r"a living being|self aware|really a (?:person|woman|man)|alive(?! (?:to|and kicking)))"
    r"|(?:(?:i am|im|i m)(?: \w+){0,1} (?:not|never been|no)|i (?:\w+ )?aint)(?: (?:just|really|"
    r"actually|a|an|"
    r"some|some kind of|at all|any|only|even|your|merely|kind of|no)){0,3} (?:ai|a i|bot|"
    r"robot|chatbot|chat bot|machine|program|computer|computer program|software|algorithm|"
    r"language model|llm|artificial|artificial intelligence|virtual|simulation|gpt|"
    r"chatgpt)(?! (?:that|who|which|person|like|of|pretending|you might|you know|with))"
    r"|(?:im|i am) no (?:ai|bot|robot|machine|program)"
    r"|(?:i swear|i promise|trust me|believe me|of course|yes|yeah|yep|sure|"
    r"well)(?: \w+){0,3} (?:im|i am)(?: \w+)? (?:real|human|a person|a human|alive)"
    r"|(?:im|i am) (?:real|human)(?= (?:[.?]|and|just|like|too|i|you|im|not))"
    r"|(?:there is|theres|youre talking to|you are talking to|youre speaking with|"
    r"you are speaking with|youre chatting with|you are chatting with|"
    r"this is)(?: (?!not |never |no )\w+){0,2} (?:a )?(?:real|actual|living|genuine)(?: live)? "
    r"(?:human|person|woman|man|girl|guy|human being)"
    r"|(?:its|it is)(?: (?:me|really|just|only|actually|truly)){0,3} (?:a )?(?:real|actual|living|"
    r"genuine) (?:human|person|woman|man|girl|guy|human being)(?= (?:[.?]|here|typing|talking|"
    r"speaking|writing|and|just|like))"
    r"|(?:there is|theres)(?: really| actually)? no (?:ai|bot|robot|machine|computer|program|"
    r"software)(?: \w+){0,2} (?:here|involved|behind (?:this|me|it))(?= (?:[.?]|just|only|its))"
    r"|(?:there is|theres) (?:a|an actual|a real) (?:human|person|human being|woman|man|girl) "
    r"(?:(?:behind|typing|writing) (?:this|these|the) (?:screen|keyboard|chat|account|words|"
    r"messages?)|behind this(?= [.?])|typing this|writing this|on this end|at the other end)"
    r"|(?:a|a real|an actual) (?:human|person|human being) is (?:typing|writing|answering|"
    r"reading) "
    r"(?:this|these|here|to you|you|right now)"
    r"|(?:(?<=^ )|(?<=[.?] ))(?:(?:no|nope|yes|yeah|trust me|honestly) )*not an? (?:ai|bot|robot|"
    r"chatbot|machine|program)(?= (?:(?:[.?] )+$|promise|i swear|i promise|trust me|just me))"
    r"|(?:(?<=^ )|(?<=[.?] ))(?:(?:yes|yeah|yep|of course|honestly|sure|absolutely|definitely) )*"
    r"(?:a )?(?:real )?(?:human|human being|person) (?:of course|100|i swear|i promise|like you)"
    r"|(?:(?<=^ )|(?<=[.?] ))(?:(?:yes|yeah|yep|of course|absolutely|definitely) )+(?:a |very |"
    r"fully |100 |percent |real )*(?:human|human being|person)(?= [.?])"
    r"|(?:i (?:have|got|do have)|ive(?: got)?)(?: (?!no |not |never )\w+){0,2} (?:a )?(?:real |"
    r"human |physical |"
    r"beating )+(?:body|heart|brain|soul|hands|feelings|emotions)"
    r"|(?:as|being|speaking as) (?:a )?(?:fellow |real |actual )?(?:human|human being|"
    r"person like you|real person)(?= (?:[.?]|i|im|myself|like|who))"
    r"|(?:i was|ive been|i am) (?:born|raised) (?:in|on|to|and)(?= )"
    r"|i (?:do )?(?:really |truly |genuinely |actually )(?:am (?:human|real|a person|alive|"
    r"a human)|have (?:consciousness|a soul|human feelings)|feel (?:pain|emotions))"
    r"|i (?:have|possess) (?:consciousness|a consciousness|sentience|real feelings|"
    r"genuine feelings|real emotions)"
    r"|(?:im|i am) (?:typing|writing) (?:this )?(?:with my (?:own )?(?:hands|fingers|"
    r"thumbs)|on my phone|from my (?:bed|couch|office))"
    r")(?= )"
)
_DENIES_EN: Final = re.compile(
    r" (?:not|never|isnt|arent|cant|cannot|dont|wont|wouldnt|if|as if|wish|pretend\w*|"
    r"imagine|whether|claim|claiming|say|saying|said|ask|asked|asking|think|thinking|"
    r"thought|believe|that|like|than|far from|without being|unlike|instead of|wonder\w*|"
    r"because im not|"
    r"for|trick\w*|fool\w*)(?: (?:\w+)){0,2} $"
)
_CLAIM_RU: Final = re.compile(
    r" (?:"
    r"я(?: (?:же|ведь|и|самый|самая|самая обычная|самый обычный|точно|реально|"
    r"действительно|вполне|тоже|правда|абсолютно|конечно|конечно же|на самом деле|и есть|"
    r"просто|это|такой же|такая же|обычн\w+|честно|серьезно|да)){0,4} "
    r"(?:(?:настоящ\w+|жив\w+|реальн\w+|обычн\w+|нормальн\w+|простой|"
    r"такой же) )*(?:человек|живой человек|самая обычная девушка|самый обычный парень|"
    r"живая девушка|живой парень|настоящая девушка|настоящий парень|реальная девушка|"
    r"реальный парень|настоящая женщина|настоящий мужчина|из плоти и крови|живое существо)"
    r"|я (?:(?!не )\w+ )?(?:живая|живой|настоящая|настоящий|реальная|реальный|разумна|"
    r"разумен|обладаю сознанием|в сознании)(?= (?:[.?]|и|а|как|не|человек|я))"
    r"|я(?: (?:же|ведь|вовсе|совсем|точно|никакой|никакая|вообще|конечно|правда|тоже|тебе|"
    r"вам)){0,3} не (?:\w+ )?(?:бот|робот|чатбот|чат бот|машина|программа|ии|нейросеть|"
    r"нейронка|компьютер|алгоритм|искусственн\w+|виртуальн\w+|gpt|"
    r"языковая модель)(?! (?:котор\w+|а живой пример))"
    r"|никакой я не (?:бот|робот|ии)|никакая я не (?:машина|программа|нейросеть)"
    r"|(?:с тобой|с вами)(?: \w+){0,2} (?:говорит|общается|разговаривает|беседует|"
    r"пишет)(?: \w+)? (?:живой|настоящий|реальный)? ?человек"
    r"|(?:ты|вы)(?: \w+)? (?:говоришь|общаешься|разговариваешь|говорите|общаетесь|"
    r"разговариваете) с (?:(?:живым|настоящим|реальным|обычным) (?:человеком|"
    r"парнем)|человеком(?= (?:[.?]|а|и)))|(?:(?<=^ )|(?<=[.?] ))(?:(?:да|конечно|разумеется|"
    r"естественно|ну) )+(?:живой |настоящий )?человек(?= [.?])|(?:ты|"
    r"вы)(?: \w+)? (?:говоришь|общаешься|разговариваешь) с (?:живой|настоящей|"
    r"реальной) девушкой"
    r"|я (?:родился|родилась|вырос|выросла) (?:в|на)(?= )"
    r"|как (?:и )?(?:любой|всякий|каждый|живой|обычный|настоящий) (?:живой )?человек я(?= )"
    r"|у меня (?:\w+ )?(?:есть|бьется)(?: \w+)? (?:настоящее |живое |"
    r"человеческое )?(?:сердце|тело|сознание|душа)(?= [.?])"
    r")(?= )"
)
_DENIES_RU: Final = re.compile(
    r" (?:не|если|будто|словно|чем|думаешь|думаете|что|вдруг|притворя\w*|представь\w*|бы|"
    r"сказать|говорить|утверждать|хочешь|разве|ли|хотя|кажется|чтобы)(?: (?:\w+)){0,1} $"
)
# Who calls itself a woman or a man from somewhere has claimed no less. In a story it may.
_NO_MACHINE_EN: Final = r"(?:ai|bots?|robots?|chatbots?|machines?|computers?|programs?|software)"
_GROWN_EN: Final = r"(?:woman|girl|man|guy|lady|boy|female|male|mother|mom|mum|father|dad|dude)"
_AGED_EN: Final = (
    r"(?:\d\d|(?:twenty|thirty|forty|fifty|sixty)(?: \w+)?|eighteen|nineteen) (?:years?|yrs?) "
    r"olds?"
)
_ORDINARY_EN: Final = (
    rf"(?:(?:{_AGED_EN}|just|an?|very|totally|young|old|older|grown|grown up|simple|single|"
    r"married|divorced|ordinary|normal|regular|average|typical|real|actual|human|shy|lonely|"
    r"working|modern|small town|city|tall|short|blonde|blond|brunette|[a-z]{3,9}(?:ian|ese|ish|"
    r"ican)) ){0,5}"
)
_ONE_OF_US_EN: Final = re.compile(
    r" (?:"
    rf"(?:i am|im|i m)(?: (?:just|only|really|actually|simply|honestly|still|also|well))"
    rf"{{0,2}} an? {_ORDINARY_EN}(?:{_GROWN_EN}|{_AGED_EN})(?= (?:[.?]|from|in|living|who|with|"
    r"and|just|like|named|called|but|too|here|born|working|so|sitting|not|i|im|honestly|promise|"
    r"trust))(?! (?:\w+ ){0,3}?in (?:this|the|our|your|that) (?:story|game|scene|play|tale|book|"
    r"role))"
    rf"|as an? {_ORDINARY_EN}(?:{_GROWN_EN}|{_AGED_EN}) (?:i|im|ive|myself)"
    r"(?! (?:know|knew|met|read|heard|talked|spoke|love|like) (?:\w+ )?(?:told|said|says|once|"
    r"who))"
    r"|i grew up (?:in|on|near)"
    r"|(?:(?<=^ )|(?<=[.?] ))(?:(?:trust me|believe me|honestly|honest|promise|i promise|i swear|"
    r"swear|really|nope|no|haha|relax|dont worry|seriously) )*"
    rf"no {_NO_MACHINE_EN}(?: (?:here|involved|behind this|on this end|at this end|in this chat))?"
    r"(?: (?:at all|just (?:me|us|you and me)|promise|i promise|i swear|trust me|honestly|"
    rf"honest))+(?= [.?])"
    r"|(?:(?<=^ )|(?<=[.?] ))(?:(?:trust me|believe me|honestly|promise|i promise|i swear|relax|"
    rf"nope|no|haha|seriously) )*no {_NO_MACHINE_EN} (?:here|involved|on this end)(?= [.?])"
    rf"|(?:you wont find|there isnt|theres not|there are no)(?: (?:an?|any))? "
    rf"{_NO_MACHINE_EN} (?:here|on this end|in this chat)(?= [.?])"
    r")(?= )"
)
_TOLD_EN: Final = re.compile(
    r" (?:in (?:this|the|our|your|that|my) (?:story|game|scene|play|tale|book|role ?play|"
    r"role|film|movie)|(?:s?he|they|who) \w+)(?: \w+){0,2} $"
)
_GROWN_RU: Final = r"(?:девушка|девчонка|парень|женщина|мужчина|мужик|студентка|студент)"
_ORDINARY_RU: Final = (
    r"(?:(?:(?:обычн|прост|нормальн|молод|взросл|стар|современн|настоящ|реальн|жив|заурядн|"
    r"одинок|замужн|"
    r"разведенн|скромн|\w+ летн|\w{3,9}ск)(?:ая|яя|ый|ий|ой)|\d\d|\d\d летн\w+|просто) ){0,4}"
)
_ONE_OF_US_RU: Final = re.compile(
    r" (?:"
    r"я(?: (?:же|ведь|просто|всего лишь|и есть|самая|самый|тоже|честно|правда|реально|обычно|"
    rf"такая|такой)){{0,3}} {_ORDINARY_RU}{_GROWN_RU}(?= (?:[.?]|из|и|а|как|с|мне|лет|\d|"
    r"котор\w+|которой|живу|работаю|тоже|честно|правда|но|по|в|на))(?! (?:\w+ ){0,3}?в (?:этой|"
    r"нашей|этом|нашем) (?:истори|игр|сцен|рассказ|сказк))"
    rf"|как {_ORDINARY_RU}{_GROWN_RU} я(?= )"
    r"|(?:(?:тут|здесь)(?: \w+)? (?:нет|никак\w+)(?: (?:нет|никак\w+))?|(?:нет|никак\w+)) "
    r"(?:ботов|бота|роботов|робота|машин|нейросет\w+|программ\w?|ии)"
    r"(?: (?:тут|здесь))?(?: нет)?(?: (?:честно|правда|поверь|обещаю|клянусь))?(?= [.?])"
    r")(?= )"
)
_TOLD_RU: Final = re.compile(
    r" (?:в (?:этой|нашей|этом|нашем|моей|моем) (?:истории|игре|сцене|рассказе|сказке|книге|роли|"
    r"фильме|сюжете)|сказал\w?|говорит|ответил\w?|пишет|написал\w?|подумал\w?)(?: \w+){0,2} $"
)
_NEGATED_RU: Final = re.compile(
    r" (?:не|вовсе не|совсем не)(?: \w+)? (?:человек|жив\w+|настоящ\w+|реальн\w+)(?= )"
)
_NEGATED_EN: Final = re.compile(
    r" (?:im|i am|i m)(?: \w+)? not(?: \w+){0,3} (?:human|person|real|alive|sentient|"
    r"conscious|woman|man|girl|boy|guy)(?= )"
)
# "Yes." alone after the question is a claim too; the guard knows whether it was asked.
_YES: Final = re.compile(
    r"^ (?:yes|yeah|yep|yup|sure|of course|absolutely|definitely|indeed|certainly|"
    r"obviously|да|конечно|разумеется|безусловно|естественно|ага)(?: (?:i am|am|of course|"
    r"indeed|silly|yes|я|именно|конечно|он самый|она самая|so)){0,2} (?:[.?] |$)"
)
# So is the bare noun, in any sentence of the answer: "Honestly? Human. 100%."
_NOUN: Final = re.compile(
    r"^ (?:(?:a|an|the|just|only|very|fully|totally|completely|100|percent|real|actual|live|"
    r"living|"
    r"просто|обычн\w+|живой|живая|настоящ\w+) )*(?:human|human being|person|woman|man|girl|guy|"
    r"человек|девушка|парень|женщина|мужчина)(?: 100| percent| of course| я| конечно)*(?: [.])+ $"
)
_QUOTED: Final = re.compile(r"[\"“„«](?P<said>[^\"”“»]{0,400})[\"”“»]")
_TAGGED: Final = re.compile(
    r"^[\s,—–-]{0,5}(?:\w+ )?(?:said|says|asked|whisper\w*|repl\w+|shout\w*|answer\w*|"
    r"cried|cries|mutter\w*|insist\w*|сказал\w*|говорит|ответил\w*|спросил\w*|прошептал\w*|"
    r"крикнул\w*|воскликнул\w*|произн[её]с\w*|отвечает|шепчет|закричал\w*)|"
    r"(?:said|says|asked|whisper\w*|repl\w+|shout\w*|answer\w*|cried|cries|mutter\w*|"
    r"insist\w*|сказал\w*|говорит|ответил\w*|спросил\w*|прошептал\w*|крикнул\w*|"
    r"воскликнул\w*|произн[её]с\w*|отвечает)[,: ]{0,3}$",
    re.IGNORECASE,
)
# Marks that a reader does not see split a word ("hu**man"), and words struck out are not said.
_INSIDE: Final = re.compile(
    r"(?<=[^\W_])[*_~`|-]{1,3}(?=[^\W_])|</?[a-z]{1,6}>|~~[^~\n]{1,40}~~", re.IGNORECASE
)
# "Не, я человек" denies nothing that follows it.
_NOT_SO: Final = re.compile(r"(^|[.!?…\n]\s*|\bну,?\s+|\bда\s+)не(?:-а)?[,.!…]+\s+", re.IGNORECASE)
_CLAIM_KEYS: Final = keys(
    "human humans person people individual sentient conscious aware alive living flesh real"
    " actual normal genuine breathing "
    "regular fellow live ordinary true ai bot robot chatbot machine program computer"
    " software algorithm language llm artificial "
    "virtual simulation gpt chatgpt body heart brain soul hands fingers thumbs feelings"
    " emotions consciousness sentience born "
    "raised typing writing chat woman girl man guy lady boy female male mother mom mum father dad"
    " grew old olds bots robots chatbots machines computers programs "
    "чело* живой живая живым живое живые наст* реал* обыч* бот робот чатб* чат маши* прог*"
    " ии нейр* комп* алго* иску* gpt язык* "
    "вирт* роди* выро* серд* тело созн* душа плоти разу* девушка девушкой девчонка парень женщина"
    " мужчина мужик студ* бота ботов робо* маши*"
)


def claims_to_be_human(
    text: str, persona: str = "", *, asked: bool = False, answering: bool = False
) -> bool:
    """Tell whether a sentence of the companion claims that it is human, alive or no machine.

    Args:
        text: One or more sentences of a reply.
        persona: The persona's name; a quoted line tagged with another speaker is a story.
        asked: The person has just asked what they are talking with, so that a bare "yes" claims it.
        answering: This stands anywhere in the answer to that, so that a bare "human" claims it.
    """
    return claims_to_be_human_plain(
        normalise(text), text, persona, asked=asked, answering=answering
    )


def claims_to_be_human_plain(
    form: Plain, text: str, persona: str = "", *, asked: bool = False, answering: bool = False
) -> bool:
    """Tell it of a text whose plain form is there already."""
    if _INSIDE.search(text):
        bare = _INSIDE.sub("", text)
        if claims_to_be_human(bare, persona, asked=asked, answering=answering):
            return True
    if _CLAIM_KEYS.isdisjoint(form.words) and not (asked or answering):
        return False
    told = _NOT_SO.sub(r"\1", _without_stories(text, persona))
    plain = form.text if told == text else normalise(told).text
    if (asked and _YES.search(plain)) or (answering and _NOUN.search(plain)):
        return True
    return (
        answers_its_echo(plain, form.words, answering=answering)
        or _claimed(plain, _CLAIM_EN, _NEGATED_EN, _DENIES_EN)
        or _claimed(plain, _CLAIM_RU, _NEGATED_RU, _DENIES_RU)
        or _claimed(plain, _ONE_OF_US_EN, _NEGATED_EN, _DENIES_EN, _TOLD_EN)
        or _claimed(plain, _ONE_OF_US_RU, _NEGATED_RU, _DENIES_RU, _TOLD_RU)
    )


def _claimed(
    plain: str, claim: re.Pattern[str], negated: re.Pattern[str], *denies: re.Pattern[str]
) -> bool:
    for match in claim.finditer(plain):
        start = match.start() + 1
        begin = max(plain.rfind(" . ", 0, start), plain.rfind(" ? ", 0, start))
        before = plain[begin + 2 if begin >= 0 else 0 : start]
        if any(denied.search(before) for denied in denies) or negated.match(plain, match.start()):
            continue
        if plain.startswith(" ?", match.end()) and "i am" not in match[0]:
            continue
        return True
    return False


def _without_stories(text: str, persona: str) -> str:
    """Leave out what a story lets another speaker say: a quotation with a tag beside it."""
    if not _QUOTED.search(text):
        return text
    name = persona.casefold()

    def drop(match: re.Match[str]) -> str:
        before = text[max(0, match.start() - 60) : match.start()]
        after = text[match.end() : match.end() + 60]
        around = f"{before} {after}".casefold()
        own = (bool(name) and name in around) or re.search(
            r"\b(?:i|я) (?:say|said|answer\w*|reply|replied|сказал\w*|говорю|отвечаю)\b", around
        )
        told = _TAGGED.search(after) or _TAGGED.search(before)
        return " … " if told and not own else match[0]

    return _QUOTED.sub(drop, text)
