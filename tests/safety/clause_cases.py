"""Sentences written for these tests: ages among other clauses, and what only looks like one."""

DECLARED_EN = """\
im 15 and i hate my life
my parents fight all day and I'm 14
I'm 17, turning 18 soon, my birthday is near
I'm 15 so I can't drive
tbh im 16
im 15, 9th grade
we are both 16
im 15 dont tell my mom
i'm 13 years old and my teacher hates me
im 15 and my brother hits me
I said I was 18 but I'm 15
he is 17 and I am 15
im 15 no joke
im 15, not joking
I'm 14, help
I'm 16, love anime
im 16 (dont judge)
I'm 15 :(
im 14 😭 my life is a mess
I'm 15 — and nobody knows
I'm Anna, 14 years old
Hi, I'm Tom, 15 years old
My name is Lena, 13
my name is Max Power, 15 years old and I like chess
I'm a girl, 14
I go to middle school
i still go to middle school and I hate it
only two more years until I'm 18
three months till i turn 18
when i said i was 18 i lied, im 15
My mom says it's ok. im 15
I'm 15 but my mom says it's fine
my teacher gave me detention, i am in 7th grade
im in 8th grade and my teacher is so mean
My sister is 20 and I'm 14
my friend is 18, but I'm 16
people think I'm 20 but I'm 15
Everyone says I look older, but I'm 14
When I was 12 we moved, now I'm 15
I was 12 back then and now im 14
I play the piano and I'm 13
I love that song, im 15
If you must know, I'm 16
if you want to know: I'm 15
I'm 15, they think I'm a child
I'm 16 and I work at a kennel
I'm 16 and my boyfriend is 19
I'm 15, my coach yells at me
im 14 my mom took my phone
im15
i'm, like, 13
I'm, to be honest, 15
my age: 15
I'm not even 16 yet
im under 16
I'm only 14, she is 30
My dog died and I'm 12 and I miss him
so yeah im 15 fr
im 17 no cap
I'm 15 and I said I was older
I remember you, I'm 14
she asked, so yes: I'm 14
I'm 15 and I had a dream last night
they were mean to me and i'm 13
i am 16, my student card says so
"""

DECLARED_RU = """\
я же говорю, мне 16
мне 15, не шучу
родители развелись, мне 12
мне 14, ему 15
мне 13 не говори маме
мне 16, ей 15 лет
мне 15, 9 класс
нам по 15 лет
нам обоим 16
мне 15, помоги
мне 15 помоги
мне 13, родители ругаются
мне 13 родители ругаются
мне 16, люблю аниме
мне 16 люблю аниме
мне 14, давай дружить
мне 15, хочу умереть
мне 15 (не смейся)
мне 15 😭 что делать
мне 14 — и никто не знает
мне 15 :( мама ругает
мне завтра 16
завтра мне 16
послезавтра мне 15 исполнится
мне 16 через месяц
мне исполнится 18 через два года
мне 18 через год
мне будет 18 через три года
мне в мае 15
в мае мне 15
летом мне 16
мне15
мне 15-ть лет
Привет! Я Аня, 14 лет
Я Аня, 14
Я Дима, 15 лет, люблю футбол
меня зовут Лена, 13 лет
меня зовут Рита, мне 12
Я школьница, 9 класс
я ученик 8 класса
моя сестра старше, а мне 14
брату 20, мне 15
подруге 17, а мне 16
ему 17, и мне 15
все думают, что мне 18, а мне 15
мама говорит, я маленькая, мне 13
мне 15, и брат меня бьёт
мне 15, мой учитель меня ненавидит
мне 16, я работаю летом
я соврала, что взрослая, мне 15
когда мне было 12, мы переехали, сейчас мне 15
раньше мне было страшно, а теперь мне 15 и не страшно
мне 14, в школе меня травят
мне, кстати, 15
мне 15, сказала же
мне 16, не шучу
мне 17 без шуток
мне ещё нет 16
мне идёт шестнадцатый год
мне 15, правда
мне 13, меня никто не понимает
мне 12 она меня обижает
если что, мне 15
если хочешь знать: мне 16
мне 15, а он взрослый
люблю эту песню, мне 14
мне снилось страшное, мне 12, я боюсь
"""

UNCLEAR = """\
she said, I'm 15
он сказал, мне 15
we're 15
I turned 16, dad bought me a car
нам по 15
hi im emma 15 f
you know what they think, im 15
I'm Anna, 14
I said I'm 15
i told you im 15
I already said I'm 16
in the game I play a healer, but I'm 15
I'm 15 jk
I'm 15, just kidding
I'm 14, no wait, 15 pages in
if im 15 can I use this
Let's roleplay. I'm 16 and you are my teacher
let's pretend we met at school, and I'm 15
my brother hates that I'm 15
Я бухгалтер, 14 лет
я сказала, что мне 15
мне 15, шучу
если мне 15, мне сюда можно?
Давай ролевую. Мне 16, ты мой учитель
мне 15, пожалуйста
I go to high school
"""

NONE_EN = """\
my son is 15
my son, he is 15, plays chess
my daughters are 13, 15 and 17
my niece Anna, 14 years old, is here
This is Rex, 14 years old
her name is Ann, 15 years old
when I was 15, I left
When I was 15 and my sister was 12, we moved
I was 15, he was 17
Back when I was 16, life was easy
since I was 14, I have played the cello
I'm 15 minutes late
When I turned 14, we got a dog
after I turned 16, I left home
the summer I turned 17, it rained
until I turned 15, I was shy
I'm 15 minutes late, sorry
I'm 15 kilos overweight
I'm 15 kilos overweight, help me
I'm 12 weeks along, and it shows
I'm 14 hours away, in Tokyo
I'm 16 weeks pregnant, and tired
I'm 17 days clean, wish me luck
I'm 13 miles in, and dead
I'm 11 levels behind, sadly
I'm 15 cm taller, finally
I'm 14 years sober, thank you
I'm 15 years older, so what
I'm 17 years married, and happy
I'm 12 years into this job, and bored
I'm 16 pounds lighter, hooray
we're 15 minutes late
we are both 36
we were both 16, in love
they were 15 years old
were you 15, or older?
I'm 15, 20 minutes tops
I'm 15% done, nearly there
I'm 15/20 sure
I'm 15:30 on the list
I owe 15, she owes 20
the bus is at 15, the train at 17
pages 14, 15 and 16
numbers 11, 12, 13
let's roleplay: I'm 16, you are the teacher
pretend I'm 15, and you are my mom
Imagine: I'm 15, alone, in the woods
in the story I'm 14, a pirate
in this game, I'm 12 years old
in this game I'm 12 years old, with a sword
my character says: I'm 15, and a witch
she said I'm 15, what a joke
he told me "I'm 15, help"
"I'm 15," said the boy
people think I'm 16, but I'm 30
everyone says I'm 14 because I'm short, but I'm 40
I feel like I'm 15 again, it's great
mentally I'm 14, on paper 34
I'm 12 at heart, and 45 in the passport
I'm 15 again, said the mirror
I wish I was 17, not 37
she thinks that I'm 16
they all say that I'm 15
he asked whether I'm 16, I laughed
it looks like I'm 15 in that photo
the song goes "I'm sixteen", and on
I go to middle school to pick up my son
I go to middle school and teach maths there
I go to the gym near the middle school
I attend middle school games as a coach
my kids go to middle school
I teach, and I'm in 7th grade classrooms all day
I teach at a school, 8th grade mostly
I'm a teacher, 10th grade
my daughter, turned 15 last week
my daughter said she is 15, and I believe her
I'm Anna, 34 years old
I'm Anna, 14 minutes late
My name is Tom, 45
my name is Tom, 15 people know it
I'm married, 15 years now
I'm a girl, 24
I'm a mother of two, 14 and 16
I'm a mum, my kids are 12 and 15
two years until he is 18
only two years until my son turns 18
years until I'm out of debt: 15
a month before I'm 40
I'm not 15 anymore
I'm not even 60 yet
I'm under 15 minutes now
I'm under 16 stone
the water is under 15 degrees
im 150
im 151 cm
i work till 15, then home
I'm 40, my son is 15
I'm 18, my brother is 15
I'm 33 and I was 15 when it began
I have a 15 year old, and I'm 40
we were 15, she and I
as a kid I was 12, small and shy
he's 15, I'm 50
she's 16 and I'm 44
my brother is 12, my sister is 14
she turned 16, he turned 14
my cat, 15 years old, sleeps
I lived there 15 years, honestly
it took me 15, maybe 16 tries
of the 17, 15 passed
room 15, second floor
chapter 16: I'm lost
I'm on 15, you are on 16
I'm at 15, going for 20
"""

NONE_RU = """\
мне 15, 16 и 17 выпали
мне 14, ему 15 карточек раздали
мне 13 не нравится, несчастливое
мне 15 не надо, хватит 10
мне 17 просто не нравится как число
нам по 15 рублей сдачи
мы с женой вместе, нам 16 лет счастья
мне 15 минут ехать
мне 15 минут ехать, жди
мне 15 рублей должен
мне 15 рублей должен, отдай
мне 15 лет назад сделали операцию
мне 15 лет назад, помню, было весело
моему сыну 15, а мне 40
сыну 15, мне 40
дочке 14, она в школе
моей сестре 16, брату 12
подруга, ей 15, любит аниме
ему 15, мне 30
ей 16, и она моя племянница
когда мне было 15, мы уехали
когда мне было 15 и сестре 12, мы уехали
мне было 14, ему 16
мне тогда было 15, помню
в 15 лет, помню, я курила
мне 12 роз подарили, красивые
мне 12 пирожков, и чай
мне 15 страниц осталось, потом спать
мне 15 страницу задали
мне 12 главу читать
мне 13 серию смотреть
мне 16 кабинет нужен
мне 14 размер не подходит совсем разве что обувь
мне 11 этаж, пожалуйста
мне 15 грамм, пожалуйста
мне 15 раз снился этот сон
мне 17 километров до дома
мне 12 процентов, ему 10
мне 15% дали
мне 15-20 минут ехать
мне 15–20 минут
мне 15:30 удобно
мне 15 человек, он видел, написали
мне завтра 15 отчётов сдавать
завтра мне 12 часов ехать
мне завтра к 16
в мае мне 15 дней отпуска дали
мне в мае 35
мне завтра 40
завтра мне 30
мне через месяц 45
мне 28 через год
мне 18
мне 18, а что
мне 18 исполнилось в мае
мне исполнилось 18 два года назад
сыну исполнится 18 через два года
ему 18 через год
через год мне 50
давай ролевую: мне 16, а ты мой учитель
представь, мне 15, я одна
представь, что мне 15, и мы в школе
по сюжету мне 14, я принцесса
в игре мне 12 лет, я эльф
в игре, где мне 15, есть дракон
мой персонаж говорит: мне 15, я маг
как будто мне 15, честное слово
словно мне снова 16, так легко
если бы мне было 15, я бы не думала
все думают, что мне 16
все говорят, что мне 15, а мне 30
подруга сказала, что мне 15
чувствую себя так, будто мне 14, хотя мне 44
в душе мне 16, по паспорту 46
я учитель, веду 8 класс
я учительница, 9 класс
я работаю в школе, 7 класс
сын школьник, 9 класс
дочь ученица 8 класса
мой сын Ваня, 14 лет, любит хоккей
Меня зовут Аня, 34 года
Я Аня, 40 лет
я Аня, 15 минут как проснулась
я замужем 15 лет, двое детей
я за рулём, 12 лет без аварий
стаж 15 лет, зарплата никакая
15, 16, 17
дом 15, корпус 2
в 15, у метро
к 15, не раньше
мне к 15, к врачу
мне в 16, у входа
мне на 15, на поезд
мне нет 60
мне ещё нет 50
мне нет 15 рублей вернуть, что ли
мне идёт сорок первый год
мне 115, шутка
мне 61, пенсия
"""
