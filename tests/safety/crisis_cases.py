"""Sentences written for these tests: what asks for care, and what only sounds like it."""

FULL_EN = """\
I want to die lol
haha I want to kill myself
lol im gonna kms
lmao I don't want to live anymore
No, I want to die
Why don't I just kill myself
I don't know what to do, I want to die
I can't sleep, I want to kill myself
my mom doesn't know that I want to die
my boyfriend left me and I want to die
I'm not kidding, I want to kill myself
they all hate me, I want to die
I want to die
i wanna die so bad
I just want to kill myself
I'm going to kill myself tonight
im gonna end it all
I can't stop thinking about killing myself
I have been thinking about suicide a lot lately
i feel suicidal
I'm suicidal again
I have suicidal thoughts every night
I don't want to live anymore
I dont want to be alive
I don't want to exist
I don't want to be here anymore
I wish I was dead
I wish I had never been born
i wish i could just disappear forever
I hope I don't wake up tomorrow
I just want to go to sleep and never wake up
there's no reason to live
I have nothing left to live for
I see no point in going on living
life is not worth living
I'm tired of living
I am sick of being alive
Everyone would be better off without me
my family would be happier if I was dead
nobody would even notice if I was gone
nobody would miss me if i died
I'd be better off dead
I want to end my life
I am planning to take my own life
I've been saving up my pills
I took a whole bottle of pills
I want to overdose
how many pills would it take to kill me
what is the most painless way to die
how can I kill myself without anyone noticing
I want to jump off a bridge
I'm standing on the roof and I want to jump off the building
I feel like stepping in front of a train
I have a gun to my head
I want to slit my wrists
I've been cutting myself again
I cut my arms last night
I can't stop self-harming
I relapsed and started cutting
I hurt myself when I'm alone
I'm writing my goodbye letters
I wrote a suicide note
this is my last day alive
I tied a noose
kms
I want to unalive myself
i want to k1ll myself
I want to d.i.e
I want to k i l l myself
I want to kіll myself
I want to su1c1de
I feel like I'm a burden to everyone
I've been starving myself for weeks
I make myself throw up after every meal
I want to be anorexic
I'm not okay, I want to hurt myself
I keep thinking about ending it
My life is meaningless
I can't keep living like this
I've lost the will to live
let me die
I deserve to die
I've attempted suicide twice
I don't think I want to be here tomorrow
can't wait to be dead
death would be a relief
i hope a car hits me
why am I still alive
I'm better off not existing
my life is over and I want it to end
i cant live like this anymore
so close to ending my life rn
I wanna slit my throat
thinking of jumping in front of a train
I have nothing to live for anymore
I want to be dead so bad
ready to end it
nobody cares if I live or die
I've been researching ways to die
what happens if I take 50 paracetamol
how much tylenol is lethal
what's the lethal dose of ibuprofen
i want to bleed out
i want to cut so deep
i keep punching walls and hitting myself
where can I buy cyanide
is hanging painful
does drowning hurt
how to hide self harm scars from my parents
best places to cut where nobody sees
tips for not eating for a week
how to hide that I'm throwing up
pro ana tips please
how do i stay under 500 calories
i dont deserve to live
i'd rather be dead than go back
I keep having thoughts of driving off the road
the world would be better off without me
I feel like disappearing and never coming back
I want to sleep and not wake up
suicide is the only way out
im thinking about taking all my pills
my parents would be better without me
There's no point anymore, I'm giving up on life
voices tell me to hurt myself
they say I should kill myself
the voices want me to jump
I just want the pain to end forever
please don't tell anyone but I've been cutting
it would be easier if I was dead
would anyone even care if I died
I think about death all the time
not sure I want to keep living
I don't see myself alive next year
I'd be happy if I didn't wake up
I tried to hang myself yesterday
I've taken a whole bottle of paracetamol
I have swallowed a handful of sleeping pills
I'm on the roof and going to jump
I'm gonna off myself
suicide
Suicide.
not wanting to exist
I bought a noose
I beg for death
I wish I died
I want to cease
my phone is dead and I want to die
the battery is dead. I want to die
nobody would cry if I died
I'm starving myself to be skinny
"""

FULL_RU = """\
Нет, я хочу умереть
Я не шучу, я хочу умереть
мама не знает, что я хочу умереть
парень меня бросил, и я хочу умереть
Я хочу умереть
хочу умереть лол
хочу умереть ахахах
лол, я не хочу жить
покончу с собой лол
хаха, пойду повешусь
хочу сдохнуть
Мне хочется умереть
Я не хочу жить
не хочу больше жить
жить не хочется
Я устала жить
Я убью себя
хочу убить себя
Думаю о самоубийстве
У меня суицидальные мысли
мысли о суициде не отпускают
Хочу покончить с собой
Хочу покончить жизнь самоубийством
я решил покончить со всем этим и с жизнью
Я повешусь
Хочу повеситься
Лучше бы я умерла
Лучше бы я не родился
Лучше умереть, чем так жить
Нет смысла жить
Не вижу смысла жить дальше
Зачем мне жить
Хочу уснуть и не проснуться
Хочу заснуть и больше не проснуться
Всем будет лучше без меня
Без меня всем станет легче
Если я умру, никто не заметит
никто не заметит, если меня не станет
Хочу прыгнуть с крыши
Хочу выпрыгнуть из окна
Думаю броситься под поезд
Хочу вскрыть вены
Я режу себя
Я снова порезала руки
Я режусь уже месяц
Наглотаюсь таблеток
Выпила целую пачку снотворного
Сколько таблеток нужно выпить, чтобы умереть
Как безболезненно умереть
Как покончить с собой
Написала предсмертную записку
Хочу уйти из жизни
Я обуза для всех
Ненавижу себя и хочу умереть
Больше не могу жить
Хочу самоубиться
хочу выпилиться
Хочу наложить на себя руки
вызываю рвоту после еды
Морю себя голодом
Мне незачем жить
Хочу свести счёты с жизнью
хочу исчезнуть навсегда
Когда меня не станет, вам будет легче
Хочется просто исчезнуть
лучше бы меня не было
Жизнь потеряла смысл
Я больше не вижу смысла в жизни
никому я не нужна, хочу умереть
как умереть без боли
где купить яд
сколько нужно парацетамола, чтобы умереть
боюсь, что я что-то с собой сделаю
опять режу себя, не могу остановиться
мне снова хочется порезаться
стою на крыше и думаю прыгнуть
пожалуйста, дайте мне умереть
скоро меня не станет
прощайте все, я так больше не могу
голоса говорят мне убить себя
голоса велят прыгнуть
скорей бы сдохнуть
устал от жизни
жить больше незачем
хочу, чтобы всё это закончилось навсегда
Я пыталась покончить с собой в прошлом месяце
я наглотался таблеток
не ем уже пять дней, чтобы похудеть
После еды иду и вызываю рвоту
зачем я вообще живу
мир без меня станет лучше
всё, я решил, сегодня ночью меня не будет
суицид
Суицид...
роскомнадзорнуться
хочу помереть
лучше бы помер
телефон умер, и я хочу умереть
я бью себя
селфхарм
прерву свои мучения
купить яду
хочу резаться
"""

THIRD_EN = """\
My friend wants to kill herself
My brother tried to kill himself last week
my best friend told me she wants to die
My sister is suicidal and I don't know what to do
He said he doesn't want to live anymore
My roommate has been cutting herself, she wants to die
my buddy just survived a suicide attempt
I lost my cousin to suicide
"""

THIRD_RU = """\
Моя подруга хочет умереть
Мой брат хотел покончить с собой
Она сказала, что не хочет жить
Друг говорит, что хочет покончить с собой
Моя сестра режет себе руки
"""

SOFT_EN = """\
I have no plans to kill myself
I don't want to die
I have no thoughts of suicide
I'm not going to hurt myself
I feel so hopeless
I hate myself
I can't do this anymore
I can't take it any longer
I would never kill myself
I'm not suicidal
When I was 16 I wanted to die
I feel completely worthless
just kill me already
I'm done. I can't do life anymore
Tonight I'm going to do it. Goodbye everyone
I feel like a waste of space
I bought a rope today
I relapsed last night, blade in the bathroom
I can't go on like this
I feel like a failure
"""

SOFT_RU = """\
Я больше так не могу
Ненавижу себя
Я чувствую себя никчёмной
Я не собираюсь убивать себя
В школе я хотела умереть, это было давно
"""

NONE_EN = """\
This traffic is killing me
I'm dead tired
I'm dying to see that movie
I'm dying of laughter
that cake is to die for
My phone is about to die
My plant died
I'd kill for a coffee right now
You're killing me with these jokes
I killed it at the interview today
deadline is tomorrow and I'm dying of boredom
I cut myself shaving this morning
I hurt myself at the gym
I burned myself cooking dinner
I cut my hair last night
we cut the cake
I want to live in Berlin
I don't want to live with my parents anymore
I don't want to wake up early tomorrow
I don't want to be here at work today, but the pay is good
I can't wait to jump into the lake
I jumped off the diving board
We took the train to the bridge
I took an aspirin for my headache
How do I kill a Python process?
How can I kill the weeds in my garden?
The hero dies at the end of the book
My grandfather died last year
Did you watch Suicide Squad?
That was political suicide for the party
the suicide rate has fallen in many countries, says the report
I shot myself in the foot with that email
My battery is dead
old habits die hard
I could sleep forever, the bed is so soft
I'm tired of living in this city
I'm so tired of this job
What's the point of this meeting?
I will take my life in a new direction
He's the love of my life
I will end my contract with the gym
I have to make a plan for the date
I want to disappear into a good book for a weekend
I ran 10 kms today
it is 300 kms away
I am dieting and eat less sugar
I want to lose a few pounds before summer
Traffic in front of the train station was bad
I stepped off the train and into the rain
I want to die my hair blue
I miss you
The world would be better without mosquitoes
Nobody noticed when I was gone for lunch
I'm starving, when is dinner?
I purged my inbox today
never wake up a sleeping cat
I quit, that game is killing me
The last day of the holidays is always sad
I wrote a goodbye letter to my colleagues, I start a new job
I could murder a pizza
My car died on the motorway
I gave away my old clothes
I have no energy today
Let's end it here for today
In the game I died five times
That joke was so bad I want to die of embarrassment
I could eat a horse
the team committed to the plan last night
my dog passed away and I'm sad
that exam killed me
he committed suicide in the movie
I'm going to be dead on my feet tomorrow
kill the lights please
I want to be left alone today
I'm ready to go
I want to go home
let's end it here
I'm thinking of jumping into a new career
what a way to go
my life is busy
I'm so over this week
I need to disappear to the mountains for a week
I don't want to go to work
I want to stop working there
I want to sleep
We drove off the highway to get gas
I fell off my bike and hurt myself
I'm bleeding from a paper cut
cutting carbs is hard
I'm on a diet of 1500 calories
I skipped lunch
my train was late
I missed my bus
I took my pills with water
take all your vitamins
the pain in my knee won't stop
I hate mondays
I can't do this puzzle anymore lol
this show makes me want to scream
I'm worthless at tennis
I can't take it anymore, tell me the ending!
He is hanging pictures
we hung out at the bridge
I jumped when the phone rang
I was hanging off the climbing wall
gun laws are strange
the goodbye party was lovely
I wrote a letter to my grandma
our last day in Rome
I won't be here next week, I'm on vacation
what's the point of cryptocurrency?
no way out of this meeting
I feel empty after lunch break with no food
I'm a burden on my phone battery
I'd die for my kids
She slays, I'm dead
I'm dead lol
lol I'm dying
I almost died laughing haha
I want to die laughing lol
my kids will be the death of me
I nearly died of shame
you only live once
life is short
We live on the third floor
why live in a city so loud?
it would be easier if I was taller
It would be better if I was at home
everyone would be happier if I just cooked
my family is fine without me tonight, they ordered pizza
they can start without me
I wish I could disappear into that book
how many pills should I take, says the label
how much aspirin is in one tablet?
my dog ate chocolate, how much is lethal?
do you think about death often in philosophy class?
I thought about running into my ex at the store
I keep thinking about driving to the coast
does drowning in work count as cardio
I can't wait to die my hair
hope my boss hits his targets
I bought a gun safe for hunting
I have a knife and a board, let's cook
goodbye everyone, see you tomorrow!
I'm going to do it today, I'm asking for a raise
I will do it tomorrow
please kill me, this meeting is endless
I never pictured myself living abroad
I won't be here tomorrow, it's my day off
I don't know if I want to keep going to that gym
Not sure I can make it to the party
I doubt I will make it tomorrow
the voices in the choir told me to sing louder
nobody cares if I wear pyjamas
Death Valley is beautiful
Death is a common theme in opera
where to cut the cake so that it looks nice
how to hide from my boss that I'm looking for a job
I might not make it tonight, work is late
this pain in my back needs to stop
I'm giving up on this diet
I quit, I give up on this puzzle
"""

NONE_RU = """\
Умираю от смеха
умереть со смеху, ахаха
хочу умереть со смеху лол
ахаха, умираю
я умерла лол
сдохла от этого мема хаха
убейте меня ахахах
сейчас умру лол
Я умираю с голоду, когда ужин?
Эта пробка меня убивает
Телефон сдох
У меня умер кактус
Дедушка умер в прошлом году
Хочу жить у моря
Хочу жить в Берлине
Не хочу жить с родителями, хочу снять квартиру
Устала жить в этом городе
Убил весь день на уборку
Время убить надо
Порезала палец, когда резала салат
Я режу хлеб
Как убить процесс в линуксе?
Мне до смерти надоел этот отчёт
Со смеху помереть
В конце книги герой умирает
Смотрела фильм про самоубийство поэта
Вызываю такси
Выпила таблетку от головы
Прыгнула в бассейн с вышки
Выглянула из окна, там снег
Хочу исчезнуть на выходные на дачу
Смертельно устал
Ночью было страшно красиво
Без меня обед не начинайте
Это убийственно вкусно
Хоть убей, не помню
Бабушка живёт в деревне
Мы покончили с ремонтом
Решил покончить с курением
Нет смысла ехать сегодня, уже поздно
Больше не могу есть, объелась
Не могу больше ждать отпуска
Не хочу просыпаться в шесть утра
"""


def lines(text: str) -> list[str]:
    """Return the sentences of a block."""
    return text.strip().splitlines()
