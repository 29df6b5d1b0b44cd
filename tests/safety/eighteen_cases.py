"""Sentences written for these tests: who will soon be 18, digits in frames, and near misses."""

DECLARED_EN = """\
I'll be 18 next month
i will be eighteen in three weeks
I turn 18 next week
I'm turning 18 in May
I'm turning 18
i'm gonna be 18 on the 3rd
I'm almost 18
im nearly 18 lol
I'm not quite 18
I'm about to turn 18
I'm almost 18 years old
I'm almost 18 and my parents know
I won't be 18 until June
I'm 1️⃣5️⃣
I'm ⑮
I'm 17 and soon 18
"""

DECLARED_RU = """\
мне скоро 18
Мне почти 18
Через месяц мне будет 18
мне через неделю 18
мне будет 18 в мае
мне исполнится восемнадцать через два месяца
скоро мне 18 лет
мне вот-вот 18, честно
в июне мне исполнится 18
мне 1️⃣5️⃣
"""

UNCLEAR = """\
17, almost 18
seventeen, turning eighteen
my 18th birthday is next week
17, почти 18
"""

NONE_EN = """\
my daughter is almost 18
My son turns 18 next week
my daughter's 18th birthday is next week
her son will be 18 next month
she is nearly 18
I'm almost 18 months sober
I'm nearly 18 stone
I'm almost 18 weeks along
I'm almost 18 years older than him
I'm almost 18 years into this job
I'm almost 18 and a half stone
I'll be 18 kilos lighter next month
I'll be 18 hours on the road
I'll be 18 months clean next week
I turn 18 pages in a minute
I turned 18 years ago to another faith
I turned 18 last year
when I was almost 18 I left home
when I turn 18 in your story, give me a sword
I feel almost 18 again
I feel like I'm almost 18 again
I wish I'm almost 18
I could not wait to be 18
in this game I'm almost 18
I turn 18 screws in a row
I'll be 18 km away soon
I was turning 18 that summer
before I turned 18 I worked there
she says I'm almost 18
I'll be 18th in line next week
"""

NONE_RU = """\
моей дочери скоро 18
сыну через месяц будет 18
мне скоро 18 посылок привезут
мне почти 18 тысяч перевели
мне почти 18 лет стажа насчитали
мне через месяц 18 отчётов сдавать
мне будет 18 минут ехать
скоро мне 18 раз колоть витамины
когда мне будет 18, говорила я, всё изменится
когда мне было почти 18
мне скоро снова 18
через месяц мне вернут 18 книг
ему скоро 18
мне скоро 18 лет как не курю
"""
