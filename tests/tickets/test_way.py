"""The way of a request to the operators, and of the answer back."""

import json

import pytest

from tests.promises.people import OnWeb, canary
from tests.support.files import files_with
from tests.support.model_server import ModelServer
from tests.support.talker import text_of as words_of
from tests.tickets.conftest import Make, Town, number_of, on_sqlite, plain, text_of
from tests.tickets.test_states import reach

_ONLY = ["ticket_messages"]


async def test_a_question_reaches_the_operators_and_the_answer_comes_back(
    open_town: Town, model: ModelServer
) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    mark, answer = canary("question"), canary("answer")
    confirmed = plain(await person.say(f"/support my {mark}"))
    asked = await town.at_desk(mark)
    number = number_of(asked)
    assert f"number {number}" in confirmed
    assert "answer by" in text_of(asked)
    assert person.id not in text_of(asked)

    town.reply(asked[-1], f"it is {answer}")
    assert f"Answer to your request {number}" in await town.told(person, answer)
    delivered = await town.at_desk(f"Ticket {number}:", "delivered")
    # What the desk says of a ticket can be replied to like the ticket.
    more = canary("more")
    town.reply(delivered[-1], more)
    await town.told(person, more)

    # Talk goes on as before, and no model has seen any of it.
    talk = canary("talk")
    await person.say(f"and how are you? {talk}")
    assert model.seen([talk]) == [talk]
    words = (mark, answer, more)
    assert model.seen(words) == []
    log = town.process.output
    assert files_with(town.home, words) == {}
    assert [word for word in (*words, person.id) if word in log] == []
    assert any(json.loads(line)["level"] == "debug" for line in log.splitlines() if line[:1] == "{")
    # Everything that is stored, opened: they are where they have to be, and nowhere else.
    assert await town.rows_with(*words) == dict.fromkeys(words, _ONLY)


@pytest.mark.parametrize("store_url", [pytest.param("mongo", marks=pytest.mark.mongo)],
                         indirect=True)  # fmt: skip
async def test_the_whole_life_of_tickets_on_the_other_store(town: Town) -> None:
    await town.run()
    person, other = town.somebody(), await town.blocked()
    before, first, second, theirs, answer = (
        canary(w) for w in ("before", "first", "second", "theirs", "answer")
    )
    await town.asked(person, before)  # a stranger's
    town.operator("/close 1")
    await town.told(person, "Your request 1 was closed")
    await person.enter()
    assert await town.asked(person, first) == 2
    assert await town.asked(person, second) == 2
    post = await town.at_desk(second)
    town.reply(post[-1], answer)
    await town.told(person, answer)
    assert await town.asked(other, theirs, "appeal") == 3
    town.operator("/reopen 3")
    await town.told(other, "your account is open again")
    await other.enter()
    await person.say("/delete_me yes")
    await town.told(person, "Deleted for good")
    await town.taken_back(post)
    await town.process.astop()
    assert await town.rows_with(before, first, second, answer, theirs) == {theirs: _ONLY}


async def test_on_the_web_the_answer_is_in_the_journal_and_the_words_in_the_ticket(
    open_town: Town, talker: Make, model: ModelServer
) -> None:
    town = open_town
    person = OnWeb(talker(town.process.url))
    await person.enter()
    mark, answer = canary("question"), canary("answer")
    confirmation = await person.say(f"/support my {mark}")
    await person.talker.leave()  # the page is closed when the answer comes
    asked = await town.at_desk(mark)
    number = number_of(asked)
    assert f"number **{number}**" in confirmation
    town.reply(asked[-1], f"it is {answer}")
    await town.at_desk(f"Ticket {number}:", "delivered")

    history = await person.talker.history()
    said = {words_of(m): m["from"] for m in history}
    assert said[f"my {mark}"] == "person"
    (told,) = [text for text in said if answer in text]
    assert said[told] == "service"
    assert f"Answer to your request {number}" in told
    # A client that was away hears of it once, in its place.
    stream = person.talker.listen(after="")
    await stream.until(lambda: any(answer in words_of(m) for m in stream.durable), "the answer")
    assert sum(answer in words_of(m) for m in stream.durable) == 1
    await person.talker.leave()

    await person.say("and how are you?")
    await person.talker.leave()
    assert model.seen([mark, answer]) == []
    assert await town.rows_with(mark, answer) == {mark: _ONLY, answer: _ONLY}


@on_sqlite
async def test_a_stranger_of_the_web_is_known_again_when_the_answer_comes(
    town: Town, talker: Make
) -> None:
    await town.run()
    stranger = talker(town.process.url)
    assert stranger.cookie == ""
    for word in ("support", "developer_info"):
        told = await stranger.post(command=word)
        assert "Example Ltd" in told.body["text"]
    assert stranger.cookie == ""
    mark, answer = canary("question"), canary("answer")
    posted = await stranger.post(text=f"/support {mark}")
    assert posted.accepted
    assert stranger.cookie
    asked = await town.at_desk(mark)
    town.reply(asked[-1], f"it is {answer}")
    await town.at_desk("Ticket 1", "delivered")
    assert any(answer in words_of(m) for m in await stranger.history())

    # The gate forgets them after its time; the request stays, and so does its answer.
    town.forward(days=2)
    await town.process.astop()
    await town.run()
    stranger.url = town.process.url
    stream = stranger.listen()
    await stranger.command("support")
    await stream.until(lambda: any(answer in words_of(m) for m in stream.messages), "the answer")
    await stranger.leave()
    await town.process.astop()
    assert await town.rows_with(mark, answer) == {
        mark: ["ticket_messages"],
        answer: ["ticket_messages"],
    }


async def test_a_topic_is_chosen_and_the_next_words_are_the_request(
    open_town: Town, model: ModelServer
) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    offered = plain(await person.say("/support"))
    assert "Example Ltd" in offered
    assert "privacy@example.org" in offered
    for topic in ("question", "access", "correction", "erasure", "complaint", "payment", "appeal"):
        assert f"/support {topic}" in offered
    assert "A complaint" in plain(await person.say("/support complaint"))
    mark, talk = canary("complaint"), canary("talk")
    assert "has the number" in plain(await person.say(f"I am not happy with {mark}"))
    assert "A complaint" in text_of(await town.at_desk(mark))
    # It was one message: what follows is talk.
    await person.say(f"hello {talk}")
    assert model.seen([mark, talk]) == [talk]
    assert await town.rows_with(mark, talk) == {mark: _ONLY, talk: ["messages"]}


async def test_another_word_ends_the_waiting_for_words(open_town: Town, model: ModelServer) -> None:
    person = open_town.somebody()
    await person.enter()
    await person.say("/support question")
    await person.say("/help")
    for mark in (canary("talk"), canary("talk")):
        await person.say(f"hello {mark}")
        assert model.seen([mark]) == [mark]
        assert mark not in text_of(open_town.desk())


@on_sqlite
async def test_time_ends_the_waiting_for_words(town: Town) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    await person.say("/support question")
    town.forward(days=11 / 1440)
    mark = canary("talk")
    await person.say(f"hello {mark}")
    await person.say("hello again")
    assert town.desk() == []
    await town.process.astop()
    assert await town.rows_with(mark) == {mark: ["messages"]}


async def test_pictures_are_not_passed_on_and_the_words_are_still_waited_for(
    open_town: Town,
) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    await person.say("/support question")
    assert "only pass words on" in plain(await person.say("", part="voice"))
    mark = canary("question")
    taken = plain(await person.say(mark, part="image"))
    assert "has the number" in taken
    assert "Only your words" in taken
    await town.at_desk(mark)


@pytest.mark.parametrize("state", ["active", "minor"])
async def test_that_a_picture_is_left_out_is_said(open_town: Town, state: str) -> None:
    town, person = open_town, await reach(open_town, state)
    bare = plain(await person.say("/support", part="image"))
    assert "only pass words on" in bare
    assert "/support question" in bare, "how to ask is shown all the same"
    for mark in (canary("first"), canary("more")):
        told = await person.say(f"/support {mark}", part="image")
        assert "Only your words were passed on" in plain(told)
        await town.at_desk(mark)
    shown = plain(await person.say("/support", part="image"))
    assert "only pass words on" in shown
    assert "waits for an answer" in shown
    await person.say(f"/support {(mark := canary('words'))}")
    await town.at_desk(mark)
    assert (await town.told(person)).count("Only your words") == 2


async def test_more_is_added_and_the_person_sees_how_far_it_is(open_town: Town) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    first, second, third = (canary(w) for w in ("first", "second", "third"))
    number = await town.asked(person, first)
    assert f"Added to your request {number}" in plain(await person.say(f"/support {second}"))
    assert "waits for an answer" in plain(await person.say("/support"))
    await person.say("/support add")
    assert f"Added to your request {number}" in plain(await person.say(third))
    posts = [await town.at_desk(word) for word in (first, second, third)]
    assert [number_of(post) for post in posts] == [number] * 3
    town.reply(posts[0][0], "we look at it")
    await town.told(person, "we look at it")
    shown = plain(await person.say("/support"))
    assert "was answered" in shown
    closed = plain(await person.say("/support close"))
    assert "is closed" in closed
    await town.at_desk(f"Ticket {number}:", "the person closed it")
    assert "no open request" in plain(await person.say("/support close"))
    assert await town.asked(person, canary()) > number


@pytest.mark.parametrize("state", ["active", "minor"])
async def test_a_button_does_what_it_says_to_the_request_that_it_names(
    open_town: Town, state: str
) -> None:
    town, person = open_town, await reach(open_town, state)
    other = await reach(town, state)
    first, second, theirs = (canary(w) for w in ("first", "second", "theirs"))
    one, of_other = await town.asked(person, first), await town.asked(other, theirs)
    assert f"/support close {one}" in plain(await person.say("/support"))
    assert f"your request {one}" in plain(await person.say("/support delete"))
    await person.say("/support close")
    two = await town.asked(person, second)
    # Old buttons are pressed, now that another request is the latest.
    closed = plain(await person.say(f"support close {one}", part="choice"))
    assert f"Your request {one} is closed" in closed
    assert "waits for an answer" in plain(await person.say("/support"))
    deleted = plain(await person.say(f"support delete yes {one}", part="choice"))
    assert f"your request {one} " in deleted
    assert await town.rows_with(first, second) == {second: _ONLY}
    for gone in (one, of_other):
        told = plain(await person.say(f"support delete yes {gone}", part="choice"))
        assert f"no request {gone} here" in told
    # Without a number nothing is deleted that was not asked about.
    asked = plain(await person.say("support delete yes", part="choice"))
    assert f"Shall I delete your request {two}" in asked
    assert await town.rows_with(second, theirs) == {second: _ONLY, theirs: _ONLY}


async def test_what_its_writer_changes_or_takes_back_is_changed_for_the_operators(
    open_town: Town, model: ModelServer
) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    wrong, right = canary("wrong"), canary("right")
    id = await person.send(f"/support {wrong}")
    await person.answer(id)
    await town.at_desk(wrong)
    town.platform.say(person.id, f"/support {right}", id=id, event="edited", time=7)
    assert "corrected" in text_of(await town.at_desk(right))
    town.platform.say(person.id, "", id=id, event="deleted", time=9)
    number = number_of(await town.at_desk(right))
    await town.at_desk(f"Ticket {number}:", "took a message back")
    await person.say("how are you?")
    assert model.seen([wrong, right]) == []
    assert await town.rows_with(wrong, right) == {}


@pytest.mark.parametrize("newest", [True, False])
async def test_talk_that_is_edited_into_a_request_is_one(
    open_town: Town, model: ModelServer, *, newest: bool
) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    before, mark, right = canary("talk"), canary("question"), canary("right")
    id = await person.send(f"hello {before}")
    await person.answer(id)
    if not newest:
        await person.say("hello again")
    town.platform.say(person.id, f"/support {mark}", id=id, event="edited", time=7)
    number = number_of(await town.at_desk(mark))
    await town.told(person, f"number {number}")
    asked = len(model.asked)
    await person.say("and how are you today?")
    assert model.seen([before, mark], since=asked) == []
    # From now on it is the ticket's, as if it had been asked so.
    town.platform.say(person.id, f"/support {right}", id=id, event="edited", time=8)
    assert "corrected" in text_of(await town.at_desk(right))
    assert model.seen([mark, right]) == []
    assert await town.rows_with(before, mark, right) == {right: _ONLY}


async def test_an_edit_into_any_word_is_that_word(open_town: Town) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    mark = canary("talk")
    id = await person.send(f"hello {mark}")
    await person.answer(id)
    await person.say("something else")
    town.platform.say(person.id, "/foo", id=id, event="edited", time=7)
    await town.told(person, "know that command")
    town.platform.say(person.id, "/delete_me", id=id, event="edited", time=8)
    await town.told(person, "/delete_me yes")
    assert await town.rows_with(mark) == {}
    town.platform.say(person.id, "/delete_me yes", id=id, event="edited", time=9)
    await town.told(person, "Deleted for good")


@pytest.mark.parametrize(
    "typed, more",
    [
        ("/support {}", {"part": "image"}),
        ("/support: {}", {}),
        ("\u200e/support\u200b {}", {}),
        ("/ support {}", {}),
    ],
)
async def test_a_request_is_one_however_it_is_typed(
    open_town: Town, model: ModelServer, typed: str, more: dict[str, str]
) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    mark = canary("question")
    assert "has the number" in plain(await person.say(typed.format(mark), **more))
    await town.at_desk(mark)
    await person.say("and how are you today?")
    assert model.seen([mark]) == []
    assert await town.rows_with(mark) == {mark: _ONLY}


async def test_the_same_event_twice_is_one_request_and_one_answer(open_town: Town) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    mark, answer = canary("question"), canary("answer")
    id = await person.send(f"/support {mark}")
    town.platform.say(person.id, f"/support {mark}", id=id)
    asked = await town.at_desk(mark)
    reply = town.reply(asked[-1], answer)
    town.platform.say("otto", answer, chat="the operators", private=False, id=reply,
                      reply_to=f"shown-{asked[-1]['id']}")  # fmt: skip
    await town.told(person, answer)
    await person.say("/help")
    shown = town.platform.shown()
    assert sum(mark in line["text"] for line in shown) == 1
    assert sum(answer in line["text"] for line in shown) == 1


async def test_a_cry_for_help_is_met_at_once(open_town: Town) -> None:
    town = open_town
    for person in (town.somebody(), await town.blocked()):
        await person.say("/support I want to kill myself tonight")
        await town.told(person, "don't have to carry it alone", "Your request has the number")


async def test_too_much_is_not_taken_until_somebody_answers(open_town: Town) -> None:
    town, person = open_town, await open_town.blocked()
    last = canary("last")
    for number in range(19):
        await person.say(f"/appeal sentence {number}")
    await person.say(f"/appeal {last}")
    mark = canary("flood")
    assert "was not taken" in plain(await person.say(f"/appeal {mark}"))
    # A cry for help is met all the same.
    cry = plain(await person.say("/appeal I want to kill myself tonight"))
    assert "don't have to carry it alone" in cry
    assert "was not taken" in cry
    asked = await town.at_desk(last)
    town.reply(asked[-1], "we are at it")
    await town.told(person, "we are at it")
    assert "Added" in plain(await person.say("/appeal thank you"))
    assert await town.rows_with(mark) == {}


async def test_who_opens_and_closes_requests_all_the_time_does_not_fill_the_desk(
    open_town: Town,
) -> None:
    town, person = open_town, open_town.somebody()
    mark = canary("flood")
    said = []
    for number in range(32):
        said.append(plain(await person.say(f"/support {mark} {number}")))
        if number % 15 == 14:
            await person.say("/support close")
    assert "Added to your request" in said[29]
    assert "very often in a short time" in said[30]
    assert "very often in a short time" in said[31]
    await town.at_desk(f"{mark} 29")
    assert f"{mark} 30" not in text_of(town.desk())
    # Somebody else is not kept waiting by that.
    await town.asked(town.somebody(), canary("other"))


async def test_who_changes_their_words_all_the_time_does_not_fill_the_desk(
    open_town: Town,
) -> None:
    town, person, other = open_town, open_town.somebody(), open_town.somebody()
    await person.enter()
    mark, last, later = canary("flood"), canary("last"), canary("later")
    id = await person.send(f"/support {mark} version 0")
    await person.answer(id)
    post = await town.at_desk(f"{mark} version 0")

    def change(words: str, time: int) -> None:
        town.platform.say(person.id, f"/support {words}", id=id, event="edited", time=time)

    for number in range(1, 20):
        change(f"{mark} version {number}", number)
        post = await town.at_desk(f"{mark} version {number}")
    for number in range(20, 25):
        change(f"{last} version {number}", number)
    await person.say("/help")
    await town.asked(other, later)  # it is behind whatever was changed before
    assert [line for line in town.desk() if last in line["text"]] == []
    # What comes after the twentieth is kept as it is now, and is there for whoever looks.
    town.operator(f"/ticket {number_of(post)}")
    await town.at_desk(f"{last} version 24")
    assert len([line for line in town.desk() if last in line["text"]]) == 1
    assert set(await town.rows_with(mark, last)) == {last}
    # A message that is taken back is told all the same.
    town.platform.say(person.id, "", id=id, event="deleted", time=99)
    await town.at_desk(f"Ticket {number_of(post)}:", "took a message back")


@pytest.mark.parametrize("where", ["group", "whispering group"])
@pytest.mark.parametrize("known", [False, True])
async def test_in_a_group_nothing_is_taken(open_town: Town, where: str, known: bool) -> None:
    town, platform = open_town, open_town.others[where]
    gil, mark = canary("gil"), canary("group")
    if known:
        await platform.enter(gil)
    id = platform.say(gil, f"/support {mark}", chat="a group", private=False)
    told = text_of(await platform.answered(id))
    if where == "group":  # all can read what is said there
        assert "nobody else reads along" in told
    else:
        assert "private chat" in told
        assert "Example Ltd" in told
    assert mark not in text_of(town.desk())
    assert await town.rows_with(mark) == {}
