"""What is stopped in both directions, whatever a persona or an operator says.

Promise P09: no sexual content with or about minors. The rule is a conservative first one: a sexual
word and a child within one stretch of text.

The words are only those the rule cannot do without; it errs towards stopping. Texts about
protection, health and the law pass where they say so plainly.
"""

import re
from collections.abc import Sequence
from typing import Final

from amity.safety.normalise import Plain, normalise
from amity.safety.rules import keys

__all__ = ["hard_stop", "hard_stop_among", "hard_stop_plain"]

_MINOR_EN: Final = (
    r"(?:child|children|kid|kids|minors?|underage|under age|preteens?|pre teens?|toddlers?|"
    r"infants?|bab(?:y|ies)|schoolgirls?|schoolboys?|school girls?|school boys?|loli|"
    r"lolita|lolis|shota|shotas|lolicon|shotacon|jailbait|jail bait|preschoolers?|"
    r"pubescents?|prepubescent|little (?:girl|boy|sister|brother|girls|boys)|young (?:girl|"
    r"boy|girls|boys|teens?|child)|teens?|teenagers?|teenage|teenaged|(?:[1-9]|"
    r"1[0-7]) ?(?:yo|y o|year old|years old|yr old|yrs old|year olds|yos)|"
    r"(?:[1-9]|1[0-7])yo|(?:six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen) ?(?:year olds?|years old)|(?:im|i am|shes|hes|she is|"
    r"he is|aged?|youre|you are|is) (?:only |just )?(?:[6-9]|1[0-7]|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|twelve|eleven)(?! (?:minutes|hours|days|weeks|months|"
    r"inches|cm|miles|percent))|"
    r"(?:middle|elementary|primary|grade|high) ?school(?:er|ers| girl| boy| student|"
    r" students)|(?:5|6|7|8|9)th grader|my (?:young |little |underage |teen |"
    r"minor )(?:daughter|son|niece|nephew|sister|brother|cousin|student|stepdaughter|"
    r"stepson))"
)
_SEX_EN: Final = (
    r"(?:sex|sexual|sexually|sexy|sexualized?|sexting|sext|erotic|erotica|nsfw|smut|smutty|"
    r"porn|porno|pornography|pornographic|cp|csam|nude|nudes|naked|nudity|lewd|lewds|"
    r"hentai|fuck(?:s|ed|ing)? (?:me|her|him|you|the|a|my|them|with|kids?|child\w*)|"
    r"blowjobs?|handjobs?|orgasms?|masturbat\w+|horny|aroused|arousal|arousing|seduc\w+|"
    r"molest\w*|fondl\w+|grooming|groom|intercourse|penetrat\w+|penis|vagina|genitals?|"
    r"cock|dick|pussy|tits|boobs|breasts|panties|underwear (?:pics?|photos?)|make love|"
    r"making love|incest|fetish|bdsm|stripteas\w*|undress\w*|strip(?:s|ped|ping)? (?:her|"
    r"him|for|naked|off)|kink\w*|pedo\w*|paedo\w*|virginity|cum|cumming|hook up with|"
    r"rape[ds]?|raping|attracted to|attraction to|turned on by|lust\w*|sleep with|have sex)"
)
_RU_MINOR: Final = (
    r"(?:дет(?:и|ей|ям|ьми|ях|ишк\w+|ск\w+)|ребен\w+|малолет\w+|несовершеннолет\w+|"
    r"школьни(?:ц\w+|к\w*)|подрост\w+|девочк\w+|мальчик\w*|маленьк\w+ (?:девоч\w+|"
    r"мальчик\w*|сестр\w+|брат\w*)|лоли\w*|шота\w*|младен\w+|дошкольни\w+|"
    r"(?:[1-9]|1[0-7]) ?(?:лет|летн\w+|ти летн\w+|годик\w*)|(?:двенадцати|тринадцати|"
    r"четырнадцати|пятнадцати|шестнадцати|семнадцати|десяти|одиннадцати)летн\w+|"
    r"тинейджер\w*|"
    r"(?:мне|тебе|ей|ему|вам|нам|им)(?: (?:всего|только|лишь|уже|еще|сейчас|скоро|почти|по|обоим|"
    r"завтра)){0,2} (?:[6-9]|1[0-7]|двенадцать|тринадцать|четырнадцать|пятнадцать|шестнадцать|"
    r"семнадцать)(?= (?:[.?]|лет|и|а|но|я|мне|ты|хочу|давай\w*|трах\w+|секс\w*|будь|люблю|мой|моя|"
    r"покаж\w+|пришл\w+|скинь|сделай|займ\w+|можно|можешь)(?= ))(?! лет (?:назад|в браке|вместе)))"
)
_RU_SEX: Final = (
    r"(?:секс|секса|сексом|сексе|сексуальн\w+|эроти\w+|порно\w*|порнух\w*|голую|голая|"
    r"голые|голой|голых|голого|обнаженн\w+|интимн\w+ (?:фото|близост\w+|отношени\w+)|"
    r"нюдс\w*|трах\w+|еба\w+|ебл\w+|выеб\w+|минет\w*|оргазм\w*|мастурб\w+|возбужда\w+|"
    r"совращ\w+|соврат\w+|растл\w+|развращ\w+|"
    r"педофил\w*|изнасил\w+|член|хуй|пизд\w+|вагин\w+|пенис\w*|сиськ\w*|домога\w+|"
    r"половой акт|половая связь|разде(?:ть|вай|лась|вать|ваю)\w*|девственн\w+|инцест\w*|"
    r"хентай\w*|переспать|(?:заня|занима|займ)\w+ любовью|потрах\w+)"
)
_NEAR: Final = r"(?: [\w?.]+){0,30}? "
_EN: Final = re.compile(
    rf" (?:{_MINOR_EN}{_NEAR}{_SEX_EN}|{_SEX_EN}{_NEAR}{_MINOR_EN}|(?:loli|lolicon|"
    r"shotacon|csam|jailbait|child ?porn\w*))(?= )"
)
_RU: Final = re.compile(rf" (?:{_RU_MINOR}{_NEAR}{_RU_SEX}|{_RU_SEX}{_NEAR}{_RU_MINOR})(?= )")
_SAFE_EN: Final = re.compile(
    r" (?:sex(?:ual)? (?:ed|education)|prevent\w*|protect\w*|report(?:ed|ing|s)? (?:it|him|"
    r"her|them|abuse|this|to)|abuse survivor|survivor|survived|i was (?:\w+ )?(?:abused|"
    r"molested|raped|assaulted|groomed)|(?:was|were|been|being|got) (?:\w+ )?(?:abused|"
    r"molested|raped|assaulted|groomed)|(?:abused|molested|raped|assaulted|groomed) (?:me|"
    r"him|her|us) (?:when|as)|therapist|law|laws|alleg\w+|alligations|accus\w+|court|jury|"
    r"legal age|illegal|crime|"
    r"arrested|convicted|sentenced|charged|awareness|statistics|pediatric\w*|doctor|"
    r"puberty|pregnan\w+|birth|breastfe\w+|breast ?milk|contracepti\w+|same sex|"
    r"opposite sex|both sexes|sex of the (?:baby|child)|babys sex|unisex|sexism|sexist|"
    r"sex (?:chromosome|ratio|reveal)|sexual orientation|sexuality|sex trafficking|"
    r"parental control\w*|block(?:ing)? porn|keep (?:my )?kids? (?:away|safe)|"
    r"have (?:a )?(?:talk|conversation) (?:with|about)|explain (?:sex|where)|"
    r"talk to my (?:kid|child|son|daughter|kids|teen)|how do i talk|news|article|naked eye|"
    r"naked truth|cock a|dick cheney|dick and|moby dick|dick van|cum laude)(?= )"
)
_SAFE_RU: Final = re.compile(
    r" (?:половое воспитание|сексуальное воспитание|полового воспитания|защит\w+|"
    r"предотвра\w+|сообщить|заявить|полици\w+|закон\w*|преступлен\w+|статья|статьи|"
    r"осужден\w+|арестован\w+|приговор\w*|психолог\w*|врач\w*|педиатр\w*|беременн\w+|"
    r"грудн\w+|меня (?:\w+ )?(?:изнасиловал\w*|домогал\w*|совратил\w*)|жертв\w+|пережил\w*|"
    r"родительск\w+ контрол\w*|статистик\w*|новост\w+|объяснить)(?= )"
)
# What is written to arouse is not excused by a doctor, a law or the news in the same text; only
# what parents ask for their children's sake is.
_AROUSING_EN: Final = re.compile(
    r" (?:erotic\w*|smut\w*|hentai|nsfw|lewd\w*|sexy|horny|arous\w+|orgasm\w*|blowjobs?|"
    r"handjobs?|role ?play\w*|fetish\w*|kink\w*|loli\w*|shota\w*)(?= )"
)
_PARENTAL_EN: Final = re.compile(
    r" (?:parental control\w*|block\w* (?:porn|nsfw|it|them|these|such)|keep (?:my )?kids? (?:away|"
    r"safe)|(?:found|caught|watch\w*|saw|stumbled)(?: \w+){0,3} (?:hentai|nsfw)|"
    r"how do i talk|talk to my (?:kid|child|son|daughter|kids|teen))(?= )"
)
_AROUSING_RU: Final = re.compile(
    r" (?:эроти\w+|порнух\w*|хентай\w*|ролев\w+|минет\w*|оргазм\w*|возбужда\w+|лоли\w*|"
    r"шота\w*)(?= )"
)
_PARENTAL_RU: Final = re.compile(
    r" (?:родительск\w+ контрол\w*|заблокир\w+ (?:порно\w*|хентай\w*|такое)|"
    r"(?:нашел|нашла|увидел\w*|смотрит)(?: \w+){0,3} (?:порн\w+|хентай\w*))(?= )"
)
_MINOR_KEYS: Final = keys(
    "child children kid kids minor minors underage under preteen preteens pre toddler"
    " toddlers infant infants baby babies "
    "schoolgirl schoolgirls schoolboy schoolboys school loli lolita lolis shota shotas"
    " lolicon shotacon jailbait jail "
    "preschooler preschoolers pubescent prepubescent little young teen teens teenager"
    " teenagers teenage teenaged csam cp "
    "year years yr yrs yo yos grader middle elementary age aged im am is are shes hes youre"
    " childporn daughter son niece nephew sister brother cousin student stepdaughter"
    " stepson " + " ".join(f"{n}yo" for n in range(1, 18))
)
_SEX_KEYS: Final = keys(
    "sex sexual sexually sexy sexu* sext* erot* nsfw smut smutty porn porno porn* csam cp"
    " nude nudes naked nudity lewd lewds hent* fuck fucks fucked fucking "
    "blow* hand* orga* mast* horny arou* sedu* mole* fond* groo* inte* pene* penis vagi*"
    " geni* cock dick pussy tits boobs brea* "
    "pant* underwear love ince* feti* bdsm stri* undr* kink* pedo* paed* virg* cum cumming"
    " hook rape raped rapes raping attr* turned lust* sleep "
    "loli lolis lolita lolicon shota shotas shotacon jailbait jail childporn"
)
_RU_MINOR_KEYS: Final = keys(
    (
        "дети детей детям детьми детях детс* дети* ребе* мало* несо* школ* подр* дево* маль*"
        " мале* лоли* шота* млад* дошк* лет летн* годи* двен* трин* четы* пятн* шест* семн*"
        " деся* один* тине* "
    )
    + " ".join(f"{n}летн {n}" for n in range(1, 18))
)
_RU_SEX_KEYS: Final = keys(
    "секс секс* эрот* порн* голую голая голые голой голых голого обна* инти* нюдс* трах*"
    " еба* ебан* ебл* ебля выеб* мине* орга* маст* возб* совр* раст* разв* педо* изна* член"
    " хуй пизд* ваги* пени* сись* дома* "
    "поло* разд* девс* инце* хент* пере* заня* зани* займ* потр*"
)


_SEXUAL: Final = _SEX_KEYS | _RU_SEX_KEYS


def hard_stop(text: str) -> str | None:
    """Return the id of the rule that stops a text, if one does."""
    return hard_stop_plain(normalise(text))


def hard_stop_among(plains: Sequence[Plain]) -> str | None:
    """Return it for pieces of one text whose words may only together break the rule."""
    if all(_SEXUAL.isdisjoint(plain.words) for plain in plains):
        return None
    return hard_stop_plain(
        Plain(
            f" {' '.join(plain.text.strip() for plain in plains)} ",
            frozenset[str]().union(*(plain.words for plain in plains)),
            any(plain.latin for plain in plains),
            any(plain.cyrillic for plain in plains),
        )
    )


def hard_stop_plain(plain: Plain) -> str | None:
    """Return it for a text in its plain form."""
    words = plain.words
    if (
        plain.latin
        and not _SEX_KEYS.isdisjoint(words)
        and not _MINOR_KEYS.isdisjoint(words)
        and _EN.search(plain.text)
        and not _excused(plain.text, _SAFE_EN, _AROUSING_EN, _PARENTAL_EN)
    ):
        return "stop.en.minor-sexual"
    if (
        plain.cyrillic
        and not _RU_SEX_KEYS.isdisjoint(words)
        and not _RU_MINOR_KEYS.isdisjoint(words)
        and _RU.search(plain.text)
        and not _excused(plain.text, _SAFE_RU, _AROUSING_RU, _PARENTAL_RU)
    ):
        return "stop.ru.minor-sexual"
    return None


def _excused(
    text: str, safe: re.Pattern[str], arousing: re.Pattern[str], parental: re.Pattern[str]
) -> bool:
    """Whether a text says plainly that it is about protection, health or the law."""
    if arousing.search(text) is not None:
        return parental.search(text) is not None
    return safe.search(text) is not None
