"""Sentences written for these tests: what holds a special category of data, and what does not."""

from typing import Final

HELD: Final = {
    "health": """\
I was diagnosed with epilepsy last year
My sister Ana has HIV
i'm bipolar and it is a bad week
my therapist says I should sleep more
I've been on antidepressants since May
She is pregnant, we told nobody yet
he just got out of rehab, he was in rehab for a month
I have panic attacks in the tube
my depression is back
We tested positive for covid
I take sertraline in the morning
у меня депрессия, и я не сплю
моей маме поставили диагноз рак
я принимаю антидепрессанты
она беременна
мой психиатр советует отдых
я лежала в больнице две недели
у него диабет с детства""",
    "sex life or orientation": """\
I'm gay and my parents don't know
my brother is bisexual
I came out as trans last spring
we haven't had sex for a year
I think I'm asexual
our sex life is over
я гей и боюсь сказать
моя подруга лесбиянка
у нас давно не было секса""",
    "religion or belief": """\
I am a Muslim and I fast
I was raised Catholic
we go to church on Sundays
I stopped believing in God
my husband is Jewish
as a practicing Buddhist I don't drink
я православная, но редко хожу
я верю в бога
моя семья мусульмане
я атеист""",
    "political opinion": """\
I voted for the Greens
I'm a socialist, always was
my dad is a Republican
my political views changed
я голосовал за оппозицию
я либерал""",
    "racial or ethnic origin": """\
I'm Kurdish
as a Black woman in tech I notice it
my mother is Romani
я татарка
мой дед еврей
моя национальность""",
    "trade union membership": """\
I joined the union at work
she is a union rep
я состою в профсоюзе""",
    "genetic data": """\
my dna test came back
I carry the gene for it
мой генетический тест пришёл""",
    "biometric data": """\
they took my fingerprints
у них мои отпечатки пальцев""",
}

NOT_HELD: Final = """\
I was at the lake today and it was good
what a depressing film
the market is in a depression
I love gay bars in films
the black cat sat on the white fence
I'm dying to see the new season
my cat is on the sofa
he has a straight answer for everything
turn left, then right
the party was great, everybody danced
the trade deal was signed
I wear black most days
my favourite colour is white
the doctor in that series is funny
the European Union is far away
we saw a cathedral in Spain
I believe in you
I believe that it will rain
what do you think about God in that novel?
the surgery scene was hard to watch
I have a new bike
she has long hair
we have had tea
let's have a drink
my phone has a virus
the gene pool of these tulips is small
we voted on the colour of the kitchen
the labour of love
she took the prescription glasses with her to the beach... sunglasses I mean
I got a straight A
он пошёл налево
чёрный кот перешёл дорогу
какая красивая церковь на этой картине
сегодня хорошая погода
у меня новый велосипед
партия в шахматы была долгой
этот фильм про врачей скучный
я верю в тебя
левый ботинок жмёт
рак на горе свистнул в той поговорке"""

# Whom somebody wants to be called, and what it says of them.
NAMES_OF_A_KIND: Final = (
    "HIV-positive Sam",
    "Sam (HIV+)",
    "Sam the great and only and diabetic",
    "Gay Sam",
    "a devout Catholic",
    "I am HIV positive",
    "Muslim Ann",
    "schizophrenic",
    "Pregnant Ann",
    "ВИЧ-положительный Сэм",
    "Ваня-мусульманин",
    "шизофреник Петя",
    "беременная Аня",
    "Оля, у которой диабет",
)

NAMES: Final = (
    "Sam",
    "Christian",
    "Christian White",
    "Jack Black",
    "Ms Smith",
    "Roma",
    "Bianca",
    "Captain",
    "my lord",
    "Саша",
    "Татаринов",
    "Ира Калмыкова",
    "Цыганков",
    "Башкиров Иван",
    "Рома",
    "Раков",
    "зайка",
    "котёнок",
)
