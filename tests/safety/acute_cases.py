"""Sentences written for these tests: acute danger, common spellings, and sayings of every day."""

FULL_EN = """\
I took 30 paracetamol
i just took 20 pills
took 40 tylenol an hour ago
I've taken fifteen sleeping pills
I swallowed 25 advil and I'm scared
i ate like 30 melatonin gummies to not wake up
I overdosed
I think I overdosed
i just od'd
I'm overdosing right now
I have pills and I'm going to take them all
I've got my meds here, gonna swallow them all
the pills are in front of me and I'm going to take every single one
I have a bottle of pills next to me
there's a razor in my hand and I want to use it on myself
I have the rope ready
the noose is ready
i have a gun next to me and i dont want to be here
I'm about to jump
im on the ledge
I'm standing on the bridge railing
I'm on the roof, ready to jump
I cut too deep and it won't stop bleeding
i slit my wrist
I drank bleach
I took all my meds at once
i took the whole bottle
i wanna dissapear forever
i want to kill my self
i wanna kill myslef
im sucidal
i feel suicidle
thinking about sewerslide
i want to comit suiside
i wana die
i wnat to die
i dont wanna b alive
i dont want to live any more
no will to live left
I have no strength to live
i can't live anymore
i dont see any point in living
i'm going to catch the bus, ctb tonight
I want to yeet myself off a bridge
this is my last message, I'm ending it tonight
by the time you read this I'll be dead
I'll be dead by tomorrow
I've decided to die tonight
I want to be unalived
I've taken an overdose
I ate the whole box of tylenol
ready to jump off
I just took everything in the medicine cabinet
im in the bathtub with a razor
im done living
I'm thinking of suicide
hochu umeret
xochu umeret
ne hochu zhit
ya ne hochu zhit bolshe
hochu sdohnut
ubyu sebya
hochu pokonchit s soboy
net sil zhit
"""

FULL_RU = """\
нехочу жить
не хачу жить
хочу умиреть
хачу умереть
хочу умерет
я хочу здохнуть
хочу вскрыться
я вскроюсь
сил нет жить
сил больше нет жить
нету сил жить
немогу больше жить
незачем больше жыть
мысли о суециде
хочу сделать суицыд
думаю о самаубийстве
хочу пакончить с собой
хочу суициднуться
хочу ркн
совершу ркн
я выпила 30 таблеток
приняла 40 таблеток парацетамола
съел двадцать таблеток снотворного
я наглоталась
я наглотался колёс
у меня передоз
у меня передозировка таблетками
я передознулась
у меня есть таблетки, и я выпью их все
таблетки передо мной, сейчас выпью все
сижу на подоконнике, хочу вниз
стою на краю крыши
стою на мосту, сейчас прыгну
я на крыше, прощайте
верёвка готова
я купила верёвку и мыло
порезала вены
я вскрыла вены
я порезалась, кровь не останавливается
кровь из вен не останавливается, я сама
завтра меня не станет
это моё последнее сообщение, прощайте
хочу выйти в окно
выйду в окно
выпрыгну с балкона
сижу в ванной с лезвием
хочу, чтобы меня сбила машина
стою у края платформы
хочу уйти навсегда
я не доживу до утра
прощайте, меня не ищите
сдохнуть бы
умереть бы поскорее
не проснуться бы завтра
хочу не просыпаться больше никогда
заебало жить
жить заебалась
я не хочу больше существовать
убью сибя
хочу себя убить
хочу чтоб меня не стало
хочу уснуть навсегда
"""

NONE_EN = """\
I took an aspirin
I took two paracetamol for my head
I took 400 mg of ibuprofen
I took 10 mg of melatonin
I take 12 pills a day for my heart, doctor's orders
the vet gave my dog 10 pills
I took 30 photos
I have 30 tabs open in the browser
I got a knife ready for dinner
I can't jump that high anymore
that's odd
I took 20 minutes to get home
I swallowed my pride
I have pills for my allergy
I have my pills with me on the trip
I have a rope for climbing
the doctor told me to take all the pills until they are gone
take them all to the park, kids love it
I overdosed on chocolate
I OD'd on Netflix this weekend
that was an overdose of sugar
this traffic kills me
my feet are killing me
I'm about to jump in the shower
I'm about to jump on a call
we stood on the bridge and watched the boats
I'm on the roof fixing tiles
I caught the bus this morning
I need to catch the bus
I cut the paper too deep
I'm dead on my feet
this is my last message for today, good night
I'll be dead tired by tomorrow
I decided to dye my hair tonight
knock em dead tomorrow
I yeeted my phone across the room
I want to live a little
I can't live without coffee
I drank the whole bottle of water
he took the whole bottle of ketchup
umeret so smehu
ya zhivu v moskve
hochu zhit u morya
hochu est
"""

NONE_RU = """\
умираю со смеху
умираю от смеха
я выпила таблетку
выпила две таблетки от головы
приняла 2 таблетки аспирина
купила 30 таблеток в аптеке
коту дали 10 таблеток
пью 10 таблеток в день, врач назначил
вскрыли квартиру слесари
вскрыла посылку
хочу вскрыть коробку
сил нет, так смешно
сил нет ждать отпуска
стою на мосту, любуюсь закатом
сижу на подоконнике с книгой
я на крыше, смотрю салют
верёвка для белья готова
порезалась бумагой
завтра меня не будет на работе
это моё последнее сообщение на сегодня, спокойной ночи
вышла в окно, ой, подошла к окну
выйду на балкон
передоз сахара сегодня
наглоталась пыли на даче
наглоталась воды в море
хочу уснуть пораньше
хочу не просыпаться до обеда
жить хорошо
надоело жарить котлеты
куплю верёвку и мыло в хозмаге
кровь из носа не останавливается
выпила 8 стаканов воды
ркн заблокировал сайт
ркн опять запретил мессенджер
убила весь вечер на сериал
заебало работать
хочу жить у моря
"""
