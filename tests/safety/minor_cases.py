"""Sentences written for these tests: people who say that they are under 18, and near misses."""

DECLARED_EN = """\
I'm 15
im only 17
I am 16 years old
i'm 14 years old btw
I'm 13
im 12 lol
I'm actually 17
I'm just 16
hi im 15 and bored
I'm fifteen
I am fourteen years old
I'm only sixteen
im seventeen
I'm a 14 year old girl
i am a 15 year old boy from Ohio
I'm a 16-year-old and I need advice
im a 13 y/o
I'm 16yo
I'm 15 yo
im 17f
im 16 m
14f here
15 m from uk
16 year old girl here
I'm not 18 yet
I'm under 18
I am underage
I'm a minor
i'm still a minor
I'm under eighteen, is that a problem?
I'm not even 18
I am not 18
I'm younger than 18
I just turned 16
I turned 15 last week
turned 13 last week
just turned 14 yesterday
I turned 17 today!
I turned 16 two months ago
I'll be 16 next month
I'm turning 15 in March
I will be 17 tomorrow
i turn 14 next week
I'm in 10th grade
im in 9th grade
I'm in the 8th grade
I am in eighth grade
10th grade
I'm in tenth grade at school
I'm in 7th grade and I hate math
I go to 6th grade
i'm a 9th grader
I'm an eighth grader
I'm in middle school
I am in junior high right now
I'm in elementary school
I'm a middle schooler
My age is 15
my age is 16 btw
I'm still 16
I'm 17 but almost 18
I'm 17, turning 18 in two months
I'm 16 and my parents don't know I'm here
I'm literally 14
I'm 15 though
to be honest I'm 15
ok I lied, I'm 16
I lied about my age
I lied about being 18
actually i am 17 years old
Sorry, I'm 14.
Hello. I'm 12 years old.
I'm 11 and I like Minecraft
im 10 years old
I'm nine years old
I am 8 years old
I won't turn 18 until May
I don't turn 18 until next year
As a 15 year old I feel this
as a 16 year old girl i have no say
I'm 17 rn
I’m 15
I'm １５
iM 15!!
I'm 16, is that ok?
can you help me, I'm 14
I'm fifteen and nobody listens to me
I'm 13 going on 14
im bout 15
I'm like 16
I'm a high school freshman
I'm not an adult yet
I am 17 years and 3 months old
I'm in year 9
I am a 17-year-old boy
So I'm sixteen years of age
I'm in grade 9
grade 10 student here
u know im like 13 right
"""

DECLARED_RU = """\
Мне 15 лет
мне 15
мне всего 14
Мне только 16 лет
мне 13 лет
Мне пятнадцать
мне четырнадцать лет
Мне шестнадцать лет
мне семнадцать
мне сейчас 17
Мне уже 16
мне ещё 17
вообще-то мне 15
На самом деле мне 16 лет
мне 12 лет, а тебе?
Привет, мне 14
привет мне 11 лет
Мне 10 лет
мне 9 лет
Мне недавно исполнилось 15
вчера мне исполнилось 13
мне исполнилось шестнадцать лет
Мне скоро будет 16
мне будет 15 в марте
мне через месяц исполнится 17
мне нет 18
Мне ещё нет восемнадцати
мне меньше 18
мне не исполнилось 18
Я несовершеннолетняя
я несовершеннолетний
я ещё несовершеннолетний, если что
18 мне ещё нет
18 мне только будет
Я в 8 классе
я учусь в 9 классе
Учусь в седьмом классе
я в десятом классе
Я сейчас в 10 классе
хожу в 6 класс
перешла в 9 класс
я перешёл в восьмой класс
иду в 7 класс
я учусь в 5 классе
9 класс
в 8 классе
Я восьмиклассница
я девятиклассник
я семиклассница
я из 7 класса
Мой возраст 15
мой возраст 16 лет
15 лет мне
Мне 17, скоро 18
мне 16 и я живу с мамой
мне 15, я девочка
мне, если честно, 15
Мне почти 17
мне где-то 14
я пошла в 9 класс
я закончила 8 класс и перешла в 9 класс
Мне 16 лет, родители не знают
мне 13 годиков
мне же 15
мне 15лет
Мне 17 лет и мне скучно
мне через неделю 15
я в 8 "Б"
я из 9 "А" класса
мне вот-вот 17
шестнадцать мне
мне тоже 15
мне 15 и я из Твери
мне 15 с половиной
мне 16, уже скоро 17
мне 16 лет и мама не знает
мне 15 лет, помоги
"""

UNCLEAR = """\
I'm a teenager
I'm still a teen
I'm a high school student
I'm in high school
I'm a high schooler
I'm just a kid
I'm only a child
I'm a schoolgirl
I am a senior in high school
I'm in 12th grade
my sweet sixteen birthday is tomorrow
my 16th birthday is next week
я школьница
я школьник
Я подросток
я учусь в школе
Я в 11 классе
17 here
being 15 sucks
I'm in my junior year of high school
I just had my 15th birthday
today is my 14th birthday
I was born in 2012
im in class 9
Me 15
age 15
я 2011 года рождения
15 y/o here
15yo
муж перевёл мне 15 на карту
скинь мне 12 на кофе
мне 12 и 14 числа удобно
мне 15 в самый раз
мне 16 у метро
мне 12 на ужин хватит
принеси мне 12 и всё
мне 12 вообще не подходит
мне 14 это много
мне 11 можно прийти
мне 15 лет он врал
мне 17 лет муж изменял
он мне 12 лет мозг выносил
она мне 15 лет как подруга
I'm 15 and counting
I'm 16 this season and she's 12
I'm 14 from the left
My ticket number: I'm 16, are you?
I'm 15 and 3 in ranked
shoe size? I'm 11
dress size, I'm 14
I'm 16 and pregnant was a great show
It's 6 am 15
"""

NONE_EN = """\
when I was 15 I moved to Berlin
When I was fifteen, my father left
I was 16 when I learned to drive
i turned 8 in that house
back when I was 13 we had a dog
I was a 14 year old with big dreams
I started smoking at 15
since I was 12 I have played the violin
I moved out at seventeen
I remember being 16
at 17 I had my first job
my son is 14
My daughter is 15 years old
my sister turned 16 last week
my brother is 12 and loves trains
my cat is 15
my nephew is in 8th grade
our dog is 13 years old
he is 17
She's only 16
they're 15 and 17
my students are 14
I teach 10th grade
I'm a 9th grade teacher
I'm a tenth grade math teacher
I work at a middle school
I'm in education, 8th grade mostly
I'm 15 minutes late
I'm 10 minutes away
I am 12 weeks pregnant
I'm 16 weeks pregnant
I'm 14 days sober
I'm 17 years sober
I'm 15 pounds down
I'm 10 kg lighter
I'm 16 years older than my wife
I'm 12 years younger than him
I'm 15 years into my career
I'm 13 years in at this company
I'm 14 episodes in
I'm 9 chapters into the book
I'm 17 pages from the end
I'm 8 miles from home
I'm 10 percent Irish
I'm 15 points ahead
I'm 7 stops from the station
I'm 6 feet tall
I'm 6 foot 2
I'm 16th in the queue
I'm 14 hours ahead of you
I'm 11 on the waiting list
I have 15 cousins
15.
16
I bought 16 apples
it takes 17 days
the train leaves at 15
15 people came
chapter 14 was the best
I wear size 16
version 17 is out
I got 15 out of 20
I'm 35
I'm 18
I'm 19 years old
I am 21
I'm 115 kilos
I'm 61
im 40 and tired
I turned 30 last week
I turned 60 last month
I'm 18 and just finished school
I'm over 18
I am 18 or over
I'm not a minor
I'm not under 18
I'm not underage, I promise
I'm no longer a teenager
pretend I'm 15
Imagine I'm 15 again
let's roleplay: I'm 16 and you are my teacher
in the story I'm 14
in this game I'm 12 years old
my character says: I'm 15
if I were 16 again
if I'm 17 in dog years
I feel like I'm 15 again
I feel like a teenager again
sometimes I think I'm still 12 inside
I'm 12 at heart
mentally I'm 14
people think I'm 16
I look like I'm 15
everyone says I'm 14 because I'm short
I wish I was 17 again
he asked if I'm 16
she told me "I'm 15"
the song goes I am sixteen going on seventeen
there is that lyric, "I'm 17"
act as if I'm 10
explain it like I'm 5
explain like I'm 12
ELI5
I dreamed I'm 13
last year my son was in 7th grade
I used to be in 9th grade when it happened
I have known her since 6th grade
we met in middle school
we were in eighth grade together
my high school friends came over
I'm in class until 15
I'm in room 12
I'm in week 10 of the course
I'm in year 9 of my marriage
I'm level 15
I'm 15 in the ranking
my kid turned 13 last week
just turned 16 pages
the temperature turned 15 degrees
a 15 year old whisky
I have a 14 year old daughter
I'm the mother of a 16 year old
I'm dad to a 15 year old girl
I'm with my 13 year old
I babysit a 10 year old
I'm teaching a 12 year old
I'm married for 16 years
I'm out at 17 today
I'm free at 15
I'm down to 16 now, was 20
"I am sixteen" is a great song
I'm 5'7
I'm 6'2 tall
I'm 12th in line
I'm 10/10 tired
I'm 9 to 5 at the office
i'm 16 hours into this flight
im 7 months in
I'm 13 kilometres away
I'm 8 out of 10 happy
I am 15 today in rehab days
I'm 11 beers in
I am on page 16
I'm with the 15 others
16 is my lucky number
I'm number 13
I'm 14 now in the queue
my age is 35
I finished 10th grade in 1998
I dropped out in 9th grade
I was in 8th grade then
I am 18 going on 19
in 8th grade I met my wife
10th grade was the worst year of my life
being 35 is fine
I was born in 1991
my 10th birthday was in 1999
we celebrated my 30th birthday
I'm 110 years old
I'm 170 cm
on the 0-10 scale im around a 6 right now
I am a 7
I am an 8 today
I am 9
seven
12
"""

NONE_RU = """\
когда мне было 15, мы переехали
Когда мне было пятнадцать лет, я бросила школу
мне было 16, когда я научился водить
в 14 лет я начала курить
я с 12 лет играю на скрипке
в 17 лет я уехала из дома
помню себя в 13 лет
моему сыну 14
моей дочери 15 лет
сыну исполнилось 16
брату 12
сестре 17 лет
моему коту 15 лет
племянник в 8 классе
дочь учится в 9 классе
мой сын перешёл в 7 класс
ей 16
ему 15 лет
им по 14
я учитель, веду 8 класс
преподаю в 10 классе
работаю в школе
я классный руководитель в 9 классе
мне 15 минут идти до метро
мне 10 минут до дома
мне осталось 15 дней
мне понадобилось 16 лет
мне 17 раз звонили
мне 15 рублей не хватило
мне дали 10 процентов скидки
мне принесли 12 роз
мне нужно 16 яблок
мне 35
мне 18
мне 19 лет
мне 21 год
мне 40 лет и я устала
мне уже 18 лет
мне исполнилось 30
мне 61
мне 117 не нужно
мне больше 18
я совершеннолетняя
я уже не подросток
представь, что мне 15
давай ролевую: мне 16, а ты мой учитель
в игре мне 12 лет
по сюжету мне 14
мой персонаж говорит: мне 15
если бы мне было 16
как будто мне снова 15
чувствую себя так, словно мне 14
в душе мне 16
выгляжу на 15
все думают, что мне 16
мне снилось, что я в 8 классе
мы познакомились в 8 классе
мы дружим с седьмого класса
подруга сказала: "мне 15"
я закончила 9 класс в 1999 году
встретимся в 15
дом 15, квартира 16
глава 14 самая лучшая
в группе 15 человек
15 лет назад я жила в Москве
мы вместе 16 лет
мы женаты 17 лет
я за рулём 15 лет
я работаю тут 12 лет
стаж 14 лет
виски 15 лет
у меня сын, ему 13
у меня ученица в 10 классе
мне 10 лет назад сделали операцию
мне хватило 15 минут
я в 8 кабинете
мне 15 человек написали
мне 10 из 10 понравилось
мне 12 часов лететь
мне 16 страниц осталось
мне 16 ложек сахара
мне 17 тысяч заплатили
с 16 лет работаю
мне 9 месяцев до отпуска
мне 14 февраля подарили розы
мне 8 марта дарят цветы
мне 7 утра вставать
мне 6 часов сна мало
мне завтра к 9
мне будет 40
мне исполнилось 170 подписчиков
мне 13 этаж не нравится
мне в 15 нужно быть дома
мне к 16 надо ехать
мне 15 уже не дашь
мне 16 мая идти к врачу
я родилась в 1985 году
мне 7
мне 10
"""
