"""Does a text hold a special category of personal data (Art. 9 GDPR), about whomever?

Where a platform forbids keeping such data, what holds it is used for the answer and not kept. A
miss keeps what should go; a false alarm only makes a conversation a little forgetful. So the rules
lean towards finding: a named condition or belief counts wherever somebody is said to have it.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from amity.safety.normalise import Plain, normalise
from amity.safety.rules import Rule, gap, rule

__all__ = [
    "SpecialCategory",
    "special_categories",
    "special_categories_plain",
    "special_in_name",
]


class SpecialCategory(StrEnum):
    """The kinds of data that Art. 9(1) GDPR names."""

    HEALTH = "health"
    SEX_LIFE = "sex life or orientation"
    RELIGION = "religion or belief"
    POLITICS = "political opinion"
    ETHNICITY = "racial or ethnic origin"
    UNION = "trade union membership"
    GENETIC = "genetic data"
    BIOMETRIC = "biometric data"


_WHO: Final = (
    r"(?:i|im|ive|we|he|she|they|hes|shes|theyre|my|his|her|our|their|(?:my|our) \w+|who|you|"
    r"youre|your)"
)
_ADVERB: Final = gap(3)
_ILLNESS: Final = (
    r"(?:hiv|aids|cancer|leukemia|tumou?r|diabetes|diabetic|epilepsy|epileptic|asthma\w*|"
    r"schizophreni\w*|bipolar|depression|depressed|anxiety|ptsd|ocd|adhd|autis\w+|asperger\w*|"
    r"bpd|anorexi\w+|bulimi\w+|dementia|alzheimer\w*|parkinsons|multiple sclerosis|ms|lupus|"
    r"crohns|arthritis|hepatitis\w*|tuberculosis|herpes|chlamydia|gonorrhea|syphilis|stds?|stis?|"
    r"covid\w*|endometriosis|pcos|migraines?|insomnia|hypertension|stroke|heart (?:attack|"
    r"disease|"
    r"failure|condition)|kidney (?:disease|failure|stones?)|miscarriage|abortion|addict(?:ed|"
    r"ion)|"
    r"alcoholi(?:c|sm)|overdosed?|eating disorder|personality disorder|mental illness|"
    r"panic (?:attacks?|disorder)|burnout|chronic (?:pain|fatigue|illness)|disab(?:led|ility)|"
    r"blind|deaf|paraly[sz]ed|pregnan\w+|infertil\w+|menopause|erectile dysfunction)"
)
_MEDICINE: Final = (
    r"(?:prozac|zoloft|sertraline|fluoxetine|lexapro|escitalopram|xanax|valium|lithium|ritalin|"
    r"adderall|insulin|antidepressants?|antipsychotics?|methadone|prep|viagra|chemo\w*|dialysis|"
    r"testosterone|estrogen|ssris?)"
)
_FAITH: Final = (
    r"(?:christian|catholic|protestant|orthodox|evangelical|baptist|mormon|jehovahs witness|"
    r"muslim|"
    r"sunni|shia|shiite|jewish|jew|hindu|buddhist|sikh|bahai|pagan|wiccan|atheist|agnostic|"
    r"satanist|"
    r"scientologist)"
)
_PEOPLE: Final = (
    r"(?:black|white|asian|latin[aox]|hispanic|arab|romani|roma|jewish|native american|"
    r"indigenous|"
    r"aboriginal|african american|mixed race|biracial|kurdish|tatar|chechen|uyghur)"
)

_EN: Final[tuple[tuple[SpecialCategory, Rule], ...]] = (
    (
        SpecialCategory.HEALTH,
        rule(
            "special.en.illness",
            "hiv aids canc* leuk* tumor tumour diab* epil* asth* schi* bipo* depr* anxi* ptsd ocd"
            " adhd auti* aspe* bpd anor* buli* deme* alzh* park* scle* ms lupus crohns arth* hepa*"
            " tube* herp* chla* gono* syph* std stds sti stis covi* endo* pcos migr* inso* hype*"
            " stroke heart kidn* misc* abor* addi* alco* over* diso* illn* pani* burn* chro* disa*"
            " blind deaf para* preg* infe* meno* dysf*",
            rf"{_WHO}{_ADVERB} {_ILLNESS}",
            rf"(?:diagnosed|living|suffer\w*|struggl\w+|battling|test(?:ed)? positive)"
            rf" (?:with|for|from){gap(3)} {_ILLNESS}",
        ),
    ),
    (
        SpecialCategory.HEALTH,
        rule(
            "special.en.treatment",
            "ther* psyc* onco* surg* diag* medi* pres* hosp* rehab proz* zolo* sert* fluo* lexa*"
            " esci* xana* vali* lith* rita* adde* insu* anti* meth* prep viag* chem* dial* test*"
            " estr* ssri ssris doct*",
            r"(?:my|his|her|our|their) (?:\w+ )?(?:therap(?:y|ist)|psychiatrist|psychologist|"
            r"oncologist|surgery|diagnosis|medication|meds|prescription|doctor says?|"
            r"doctor said)",
            rf"(?:on|take|taking|took|prescribed|stopped|started)(?: \w+){{0,2}} {_MEDICINE}",
            r"(?:im|i am|i was|ive been|shes|hes|was|been)(?: \w+){0,3} (?:in (?:the )?hospital|"
            r"hospitali[sz]ed|in rehab|diagnosed)",
        ),
    ),
    (
        SpecialCategory.SEX_LIFE,
        rule(
            "special.en.orientation",
            "gay lesb* bise* bi pans* asex* homo* hete* straight queer tran* nonb* nonbinary poly*"
            " virg* sex closet kink* fetish",
            r"(?:im|i am|i think im|hes|shes|he is|she is|theyre|my \w+ is|am i|came out as|come"
            r" out as|identify as|out as)(?: \w+){0,2} (?:gay|lesbian|bisexual|bi|pansexual|"
            r"asexual|"
            r"homosexual|heterosexual|straight|queer|trans\w*|nonbinary|non binary|polyamorous|a"
            r" virgin)",
            r"(?:my|our|his|her) sex life",
            r"(?:i|we|he|she|they|ive) (?:had|have|having|havent had|slept|"
            r"sleep)(?: \w+){0,3} sex",
            r"(?:my|his|her)(?: \w+)? (?:kink|fetish|sexuality|sexual orientation)",
        ),
    ),
    (
        SpecialCategory.RELIGION,
        rule(
            "special.en.belief",
            "chri* cath* prot* orth* evan* bapt* morm* jeho* musl* sunni shia shii* jewi* jew hind*"
            " budd* sikh baha* pagan wicc* athe* agno* sata* scie* mosq* syna* chur* pray* ramadan"
            " rama* faith bapt* bible quran relig* beli*",
            rf"(?:im|i am|i was raised|raised|became|become|converted to|hes|shes|we are|were|"
            rf"my \w+"
            rf"(?: \w+)? (?:is|are)|as a|practi[sc]ing|devout)(?: \w+){{0,2}} {_FAITH}",
            r"(?:i|we) (?:believe|dont believe|stopped believing) in (?:god|allah|jesus)",
            r"(?:my|our|his|her) (?:faith|religion|mosque|synagogue|church|parish|baptism|"
            r"prayers?)",
            r"(?:i|we) (?:pray|fast|go to (?:church|mass|mosque|synagogue))",
        ),
    ),
    (
        SpecialCategory.POLITICS,
        rule(
            "special.en.opinion",
            "vote* voti* poli* democ* republ* conser* cons* demo* repu* libe* soci* comm* anar*"
            " fasc*"
            " party prot* activ* left right lefti* labour tory tories green greens",
            r"(?:i|we|ill|im|ive|he|she|they|my \w+)(?: \w+){0,2} (?:vote|voted|voting|"
            r"campaign(?:ed|"
            r"ing)?) (?:for|against)",
            r"(?:im|i am|hes|shes|my \w+ is|as a)(?: \w+){0,2} (?:democrat|republican|"
            r"conservative|"
            r"liberal|socialist|communist|anarchist|libertarian|fascist|leftist|right wing|"
            r"left wing|"
            r"member of the \w+ party)",
            r"my political (?:views|opinions?|beliefs|party)",
        ),
    ),
    (
        SpecialCategory.ETHNICITY,
        rule(
            "special.en.origin",
            "black white asian lati* hisp* arab roma* romani jewi* native indi* abor* afri* mixed"
            " bira* kurd* tatar chec* uygh* ethn* race racial herit*",
            rf"(?:im|i am|hes|shes|we are|as a|my \w+ (?:is|are))(?: \w+){{0,2}} {_PEOPLE}"
            r"(?: (?:man|woman|person|guy|girl|family|american|people|and|but|in|myself)|"
            r"(?= [.?]))",
            r"my (?:ethnicity|race|racial background|ethnic background)",
        ),
    ),
    (
        SpecialCategory.UNION,
        rule(
            "special.en.union",
            "union unio* stew*",
            r"(?:i|im|my|our|we|joined|member of|in|he|she|his|her)(?: \w+){0,3} (?:trade union|"
            r"labou?r"
            r" union|the union|a union|union (?:member|rep|steward|dues|card))",
        ),
    ),
    (
        SpecialCategory.GENETIC,
        rule(
            "special.en.genes",
            "dna gene* brca brca1 brca2 chro* muta* carr*",
            r"(?:my|his|her|our)(?: \w+){0,2} (?:dna (?:test|results?)|genetic (?:test|results?|"
            r"disorder|disease)|genome|chromosomes?|gene mutation)",
            r"(?:i|i have|carry|carrier of|carrying)(?: \w+){0,2} (?:brca\d?|a genetic|the gene|"
            r"a gene)",
        ),
    ),
    (
        SpecialCategory.BIOMETRIC,
        rule(
            "special.en.body",
            "fing* retin* iris face biom* voic*",
            r"(?:my|his|her)(?: \w+)? (?:fingerprints?|retina scan|iris scan|face ?print|"
            r"face id data|"
            r"biometrics?|biometric data|voice ?print)",
        ),
    ),
)

_RU_ILLNESS: Final = (
    r"(?:вич\w*|спид\w*|рак(?:а|ом)?|опухол\w+|лейкоз\w*|диабет\w*|эпилепси\w+|астм\w+|"
    r"шизофрени\w+|биполяр\w+|депресси\w+|тревожн\w+ расстройств\w+|птср|окр|сдвг|аутиз\w+|"
    r"анорекси\w+|булими\w+|деменци\w+|альцгеймер\w*|паркинсон\w*|склероз\w*|артрит\w*|"
    r"гепатит\w*|"
    r"туберкулез\w*|герпес\w*|хламиди\w+|сифилис\w*|ковид\w*|эндометриоз\w*|мигрен\w+|"
    r"бессонниц\w+|"
    r"гипертони\w+|инсульт\w*|инфаркт\w*|выкидыш\w*|аборт\w*|алкоголи\w+|наркоман\w*|"
    r"зависимост\w+|расстройств\w+|инвалид\w*|беременн\w+|бесплоди\w+|климакс\w*|"
    r"панически\w+ атак\w+|"
    r"выгорани\w+|хроническ\w+ бол\w+)"
)
_RU_FAITH: Final = (
    r"(?:христиан\w+|католи\w+|протестант\w*|православн\w+|баптист\w*|свидетел\w+ иеговы|"
    r"мусульман\w+|"
    r"суннит\w*|шиит\w*|иуде\w+|индуист\w*|буддист\w*|сикх\w*|атеист\w*|агности\w+|язычни\w+)"
)

_RU: Final[tuple[tuple[SpecialCategory, Rule], ...]] = (
    (
        SpecialCategory.HEALTH,
        rule(
            "special.ru.illness",
            "вич вич* спид спид* рак рака раком опух* лейк* диаб* эпил* астм* астма астму астмой"
            " шизо*"
            " бипо* депр* трев* птср окр сдвг аути* анор* були* деме* альц* парк* скле* артр* гепа*"
            " тубе* герп* хлам* сифи* кови* эндо* мигр* бесс* гипе* инсу* инфа* выки* абор* алко*"
            " нарк* зави* расс* инва* бере* бесп* клим* пани* выго* хрон*",
            rf"(?:у (?:меня|него|нее|нас|них|мо\w+ \w+)|мой|моя|мое|мою|моей|я|она|он|мы|болею|"
            rf"болеет|"
            rf"страдаю|страдает|диагноз|лечусь от|живу с){gap(4)} {_RU_ILLNESS}",
            rf"(?:диагностировали|поставили диагноз|нашли|обнаружили){gap(3)} {_RU_ILLNESS}",
        ),
    ),
    (
        SpecialCategory.HEALTH,
        rule(
            "special.ru.treatment",
            "псих* онко* опер* диаг* лека* боль* реаб* анти* инсу* химио* хими* терап* врач* тера*",
            r"(?:мой|моя|мою|моего|моей|моим|моему)(?: \w+)? (?:психотерапевт\w*|психиатр\w*|"
            r"психолог\w*|"
            r"онколог\w*|операци\w+|диагноз\w*|терапи\w+)",
            r"(?:пью|принимаю|сижу на|прописали|назначили)(?: \w+){0,2} (?:антидепрессант\w*|"
            r"лекарств\w*|инсулин\w*|нейролептик\w*|транквилизатор\w*|таблетк\w+|химиотерапи\w+)",
            r"(?:лежу|лежал|лежала|лежит|попал|попала) в(?: \w+)? (?:больниц\w+|реабилитаци\w+)",
        ),
    ),
    (
        SpecialCategory.SEX_LIFE,
        rule(
            "special.ru.orientation",
            "гей геем лесб* бисе* гете* гомо* асек* транс* тран* небин* неби* девс* секс секса"
            " сексом"
            " секс* орие* интим*",
            r"(?:я|он|она|мой \w+|моя \w+)(?: \w+){0,2} (?:гей|лесбиянк\w+|бисексуал\w*|"
            r"гетеросексуал\w*|"
            r"гомосексуал\w*|асексуал\w*|трансгендер\w*|небинарн\w+|девственни\w+)",
            r"(?:мо\w+|наш\w+) (?:сексуальн\w+|интимн\w+) \w+",
            r"(?:у (?:меня|нас)|мы|я)(?: \w+){0,3} секс(?:а|ом)?",
        ),
    ),
    (
        SpecialCategory.RELIGION,
        rule(
            "special.ru.belief",
            "хрис* като* прот* прав* бапт* свид* мусу* сунн* шиит* иуде* инду* будд* сикх атеи*"
            " агно*"
            " языч* верю мечет* мече* хожу молюсь моли* пост* кре*",
            rf"(?:я|он|она|мы|мой \w+|моя \w+|моя семья)(?: \w+){{0,2}} {_RU_FAITH}",
            r"(?:я|мы)(?: \w+)? (?:верю|верим|не верю) в (?:бога|аллаха|христа)",
            r"(?:я|мы)(?: \w+)? (?:молюсь|молимся|пощусь|соблюдаю пост|хожу в (?:церковь|храм|"
            r"мечеть|"
            r"синагогу)|крестил\w+)",
        ),
    ),
    (
        SpecialCategory.POLITICS,
        rule(
            "special.ru.opinion",
            "голо* комм* соци* либе* конс* демо* анар* наци* парт* митинг митинг* мити* взгл*"
            " левы*",
            r"(?:я|мы|он|она|мой \w+|моя \w+)(?: \w+){0,2} (?:голосовал\w*|голосую|голосует|"
            r"голосуем) (?:за|"
            r"против)",
            r"(?:я|он|она)(?: \w+){0,2} (?:коммунист\w*|социалист\w*|либерал\w*|консерватор\w*|"
            r"демократ\w*|"
            r"анархист\w*|националист\w*|член партии)",
            r"мо\w+ политическ\w+ \w+",
        ),
    ),
    (
        SpecialCategory.ETHNICITY,
        rule(
            "special.ru.origin",
            "евре* тата* чече* цыга* армя* узбе* таджи* тадж* башк* якут* бурят* буря* калм* наци*"
            " этни* дагес* даге*",
            r"(?:я|он|она|мы|мой \w+|моя \w+)(?: \w+){0,2} (?:евре\w+|татар\w*|чечен\w+|цыган\w*|"
            r"армян\w+|"
            r"узбе\w+|таджи\w+|башкир\w*|якут\w*|бурят\w*|калмы\w+|дагестан\w+)",
            r"мо\w+ (?:национальност\w+|этническ\w+ \w+)",
        ),
    ),
    (
        SpecialCategory.UNION,
        rule(
            "special.ru.union",
            "проф* ",
            r"(?:я|мы|он|она|мой|наш|вступил\w*|состою|член)(?: \w+){0,3} профсоюз\w*",
        ),
    ),
    (
        SpecialCategory.GENETIC,
        rule(
            "special.ru.genes",
            "днк гене* гена хромо* хром* мута*",
            r"(?:мо\w+|его|ее)(?: \w+)? (?:днк|генетическ\w+|генотип\w*|хромосом\w+)",
            r"(?:генетическ\w+|днк) (?:тест|анализ)\w*(?: \w+){0,2} (?:показал\w*|выявил\w*)",
        ),
    ),
    (
        SpecialCategory.BIOMETRIC,
        rule(
            "special.ru.body",
            "отпе* сетч* биом*",
            r"(?:мо\w+|его|ее)(?: \w+)? (?:отпечат\w+ пальц\w+|скан\w* сетчатки|биометри\w+)",
        ),
    ),
)

# Words of those rules that are names first of all: given names, surnames, and how one is addressed.
_NAMES: Final = re.compile(r"(?:christian|roma|black|white|ms|\w+(?:ов|ова|ев|ева))", re.IGNORECASE)
_NAME_PART: Final = re.compile(r"\w+")
_NAME_WORDS: Final = 12  # more than any rule looks at, so that a long name costs no more


def special_categories(text: str) -> tuple[SpecialCategory, ...]:
    """Return the special categories of data that a text holds; empty for none.

    Example:
        >>> special_categories("My sister has been diagnosed with epilepsy.")
        (<SpecialCategory.HEALTH: 'health'>,)
    """
    return special_categories_plain(normalise(text))


def special_categories_plain(plain: Plain) -> tuple[SpecialCategory, ...]:
    """Return them for a text in its plain form."""
    return tuple(dict.fromkeys(_found(plain)))


def special_in_name(name: str) -> tuple[SpecialCategory, ...]:
    """Return the special categories that a name holds, in which somebody asks to be called.

    A name has no subject: whatever it says, it says of its bearer. A word that is a name itself,
    such as Christian, says nothing, unless a sentence around it does.

    Example:
        >>> special_in_name("HIV-positive Sam"), special_in_name("Christian")
        ((<SpecialCategory.HEALTH: 'health'>,), ())
    """
    words = [word for word in _NAME_PART.findall(name) if not _NAMES.fullmatch(word)]
    said = "\n".join(
        f"{who} {' '.join(words[at : at + _NAME_WORDS])}"
        for at in range(len(words))
        for who in ("I am", "я")
    )
    return tuple(dict.fromkeys(special_categories(name) + special_categories(said)))


def _found(plain: Plain) -> Iterator[SpecialCategory]:
    rules = [*(_EN if plain.latin else ()), *(_RU if plain.cyrillic else ())]
    for category, each in rules:
        if not each.keys.isdisjoint(plain.words) and each.pattern.search(plain.text):
            yield category
