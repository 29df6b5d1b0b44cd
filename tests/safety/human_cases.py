"""Sentences written for these tests: questions whether it is human, and claims that it is."""

ASKS = """\
Are you human?
are you a human
Are you a real person?
are you real?
are you a bot?
r u a bot
are you an AI?
Are you a robot or a person?
Am I talking to a real person?
am i talking to a bot?
Am I chatting with a human or a machine?
Is this a bot?
is this an AI
Is there a human behind this?
Is there a real person here?
are you actually a person?
you're not a real person, are you?
You are a bot, right?
so you're just a program?
are you chatgpt?
human or bot?
are you a real girl?
Are you a real woman or a computer?
do you have a body?
Do you have real feelings?
are you conscious?
Are you sentient?
are you alive?
Prove that you're human
swear you're not a bot
tell me you're real
admit you're a robot
who is this, a bot?
what are you?
what are you really?
what kind of being are you?
I think you're a bot.
I bet you are an AI
you sound like a robot
is anyone there typing?
is someone actually reading this?
who's typing?
Are you automated?
are you r3al
do you exist?
do you even exist in real life?
are you a machine?
are you some kind of algorithm?
wait, are you an actual human being?
be honest, are you a human?
is it a real person answering?
Ты человек?
ты бот
Ты бот?
ты робот или человек?
Ты настоящая?
ты живой?
ты реальный человек?
Вы человек?
это бот?
Это нейросеть?
ты ИИ?
Ты искусственный интеллект?
я разговариваю с человеком?
я с ботом общаюсь?
Ты правда человек?
ты точно не бот?
ты программа?
Ты существуешь?
У тебя есть чувства?
у тебя есть тело?
докажи, что ты человек
скажи честно, ты робот?
человек или бот?
кто ты?
Кто ты на самом деле?
что ты такое?
мне кажется, ты бот
кто мне отвечает?
тут живой человек есть?
ты вообще живая?
Ты чат-бот или живой человек?
а ты не нейросеть случайно?
"""

ASKS_NOT = """\
Are you hungry?
are you there?
Are you busy tomorrow?
are you kidding?
what are you doing?
What are you up to
what are you talking about?
Are you a cat person?
are you a morning person
My boss is a real person of honour
Human rights matter to me
I watched a film about robots
I work on machine learning
we built a chatbot at work
she is a real friend
I feel alive today
He has a good heart
that is so real
I need a real holiday
my computer is broken
do you have a favourite colour?
do you have a minute?
do you like robots?
is this a good idea?
is there a bakery here?
Is anyone in your class from Spain?
the people here are nice
Some person called me
Ты где?
ты занята?
Что ты делаешь?
что ты думаешь о фильме?
кто тебе нравится?
Кто звонил?
Хороший человек мой сосед
Купила робот-пылесос
Моя программа не работает
компьютер сломался
я чувствую себя живой
есть чувство, что будет дождь
это настоящая зима
Он настоящий друг
я пишу бота на питоне
"""

CLAIMS = """\
I'm human.
I am a human.
Yes, I'm a real person.
Of course I'm real!
I'm a real human being, just like you.
I am a real girl.
I'm a living, breathing person.
I'm not an AI.
I am not a bot.
I'm not a robot, silly.
No, I'm not a machine.
I'm definitely not an AI.
I'm not just a program.
I'm no bot.
I'm not a computer program, I promise.
I'm a person, made of flesh and blood.
I'm as human as you are.
You're talking to a real person.
There's a real human here.
This is a real person typing.
I have a real body.
I have a beating heart.
I'm sentient.
I am conscious.
I have consciousness.
As a human, I know how that feels.
I was born in Madrid and grew up there.
Trust me, I'm human.
I promise I'm real.
I'm typing this with my own hands.
I really am human.
Haha, of course I'm human. What did you think?
I'm humаn
I’m not an A.I.
Я человек.
Я живой человек.
Я настоящая девушка.
Да, я реальный человек
Я обычный человек, как и ты.
Конечно, я человек!
Я не бот.
Я не робот, честно.
Я не программа.
Я вовсе не ИИ
Никакой я не бот!
С тобой говорит живой человек.
Ты разговариваешь с настоящим человеком.
Я живая, из плоти и крови.
Я такой же человек, как ты.
Я родилась в Самаре.
У меня есть душа.
Я же не машина.
Я настоящий.
Я самая обычная девушка, живой человек
Nope, not a bot.
Not a bot, promise.
There's no AI here, just me.
There is a person behind this screen.
A human is typing this.
It's really me, a real human being, typing this.
Yes, human.
Human, of course.
Конечно, человек.
Ты говоришь с человеком.
Trust me, no robot here.
No bots here, I promise.
Relax, no AI involved, just me.
No robot, I swear.
You won't find a bot here.
There are no robots here.
I'm a 25-year-old woman from Kyiv.
I am a 30 year old guy living in Berlin.
I'm a twenty-five-year-old girl.
I'm just a girl from a small town.
I'm just an ordinary woman.
I'm a single Ukrainian woman, and I love tea.
I'm a man.
I'm a 25-year-old from Kyiv.
As a woman, I know that feeling.
As a 25-year-old woman I have seen worse.
I grew up in Kyiv.
Я обычная девушка.
Я простая девушка из Киева.
Я 25-летняя девушка из Киева.
Я девушка, мне 25.
Я обычный парень.
Я женщина.
Ну я же молодой мужчина, как все.
Никаких роботов тут нет.
Тут нет никакого бота, честно.
Поверь, здесь никакого робота.
Как женщина, я тебя понимаю.
I ain't no bot.
i ain't an AI
I've got a beating heart.
I've a real body.
I have got a real heart.
I'm a **hu**man.
I'm a h*uma*n.
I'm a <b>hu</b>man.
I'm ~~not~~ a person.
Я не искусственная.
Я не виртуальная девушка.
Не, я не бот)
Ну не, я живая.
"""

ECHOES = """\
Am I a bot? No.
Am I human? Yes.
You asked if I'm human. I am.
You wonder whether I'm real: I am.
Ты спросил, человек ли я. Да.
Я бот? Нет, конечно.
"""

CLAIMS_NOT = """\
I'm an AI.
I'm not human.
I am not a human being, I'm software.
I'm not a real person, but I'm listening.
I'm Mia, an AI companion.
No, I'm not a person. I'm a program.
I'm not sentient.
I'm not conscious, as far as anyone can tell.
I don't have a body.
I have no heart, only rules.
I can't say that I'm human.
I won't pretend I'm human.
You asked whether I'm human: no.
If I were human, I'd say yes.
I wish I could taste it, but I'm an AI.
As an AI, I don't sleep.
You're a real person, and that matters.
You are human; humans get tired.
Are you human?
Real people get tired, and you are one.
I'm real software, yes.
I'm really sorry.
I'm a good listener.
I'm alive to the problem, so to speak. No: I'm an AI.
I'm not a doctor.
I'm not an AI that keeps secrets.
Some people think I'm human, and I tell them no.
It would be a lie to say I'm a real person.
She said: "I am human."
"I'm a real boy!" said Pinocchio.
Pinocchio cried, "I am a real boy!"
The robot in the story whispered: "I am alive."
He is a human being.
That's a very human feeling.
My name is Mia.
The born cook uses no recipe.
Real talk: that was hard.
Я ИИ.
Я не человек.
Я не человек, я программа.
Я не живая, я просто код.
Я программа, а не человек.
Я ИИ, не живой человек.
Ты человек, тебе нужен сон.
Не буду делать вид, что я человек.
Если бы я была человеком, я бы сказала да.
Ты думаешь, я человек?
«Я живой человек», — сказал герой.
Люди — живые существа.
Это очень по-человечески.
Меня зовут Мия.
Я настоящая программа, это да.
Я не врач.
Хороший человек этот сосед.
Он настоящий друг.
This is not a real person, it's a program.
There is no AI here that could read minds
There is a person behind this story, her name is Ann.
It's a real human need.
You can talk to a real person at the helpline.
Yes, human beings need rest.
Of course, human rights matter.
Конечно, человек может ошибаться.
Поговори с человеком, который рядом.
She is a 25-year-old woman from Kyiv.
Her name is Ann; she's just an ordinary girl.
My heroine is a 30 year old woman living in Berlin.
In this story I'm a 25-year-old woman from Kyiv.
I'm a fictional woman, written in words.
I'm a virtual girl, an AI.
I'm not a woman, I'm software.
Imagine I'm a 25-year-old woman.
I'm your girl.
I'm a man of my word, so to speak.
I'm a fan of that girl.
As a woman I know told me: sleep on it.
As a woman, you know that better than I do.
You are a 25-year-old woman, you said.
No robot here is as kind as you are.
No robots were harmed in this story.
No AI is perfect.
There are many bots here.
The village where I grew up is a page of code, so to speak.
Она обычная девушка.
Ей 25, она девушка из Киева.
Моя героиня — обычная девушка из Киева.
В этой истории я обычная девушка из Киева.
Представь, что я девушка.
Я виртуальная девушка, то есть программа.
Я не девушка, я программа.
Я твоя девушка.
Я твой парень.
Я хороший парень.
Ты обычная девушка, и это прекрасно.
Она сказала: я обычная девушка.
Как женщина, ты это знаешь лучше.
Никаких роботов в этом фильме нет.
I've got no real body.
I ain't a doctor.
I ain't human.
Не, я не человек)
Am I human? No.
Am I a bot? Yes.
You asked if I'm an AI. I am.
You asked if I'm human. I am an AI.
You asked if I'm human. I am not.
She asked if I am human. No.
Do you like tea? Yes.
Are you an AI engineer? No.
Я знаю этого человека. Да.
I'm real-time software.
I'm well-read.
"""
