"""The way of a request to the operators, and of the answer back."""

import json
from pathlib import Path

import pytest

from tests.promises.people import OnWeb, canary
from tests.support.files import files_with
from tests.support.model_server import ModelServer
from tests.support.sample import SampleChannel
from tests.support.talker import text_of as words_of
from tests.tickets.conftest import Make, Town, number_of, on_sqlite, plain, text_of


async def test_a_question_reaches_the_operators_and_the_answer_comes_back(
    town: Town, model: ModelServer
) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    mark, answer = canary("question"), canary("answer")
    assert "number 1" in plain(await person.say(f"/support my {mark}"))
    asked = await town.at_desk(mark)
    assert "Ticket 1" in text_of(asked)
    assert "answer by" in text_of(asked)
    assert person.id not in text_of(asked)

    town.reply(asked[-1], f"it is {answer}")
    assert "Answer to your request 1" in await town.told(person, answer)
    await town.at_desk("Ticket 1", "delivered")

    # Talk goes on as before, and no model has seen either.
    since = len(model.asked)
    await person.say("and how are you?")
    assert model.seen(["how are you"], since=since) == ["how are you"]
    assert model.seen([mark, answer]) == []

    assert await town.process.astop() == 0
    log = town.process.output
    assert files_with(town.home, [mark, answer]) == {}
    assert [word for word in (mark, answer, person.id) if word in log] == []
    assert any(json.loads(line)["level"] == "debug" for line in log.splitlines() if line[:1] == "{")
    # Everything that is stored, opened: they are where they have to be, and nowhere else.
    only = ["ticket_messages"]
    assert await town.rows_with(mark, answer) == {mark: only, answer: only}


async def test_on_the_web_the_answer_is_in_the_journal_and_the_words_in_the_ticket(
    town: Town, talker: Make, model: ModelServer
) -> None:
    await town.run()
    person = OnWeb(talker(town.process.url))
    await person.enter()
    mark, answer = canary("question"), canary("answer")
    confirmation = await person.say(f"/support my {mark}")
    assert "number **1**" in confirmation
    await person.talker.leave()  # the page is closed when the answer comes
    asked = await town.at_desk(mark)
    town.reply(asked[-1], f"it is {answer}")
    await town.at_desk("Ticket 1", "delivered")

    history = await person.talker.history()
    said = {words_of(m): m["from"] for m in history}
    assert said[mark if mark in said else f"my {mark}"] == "person"
    (told,) = [text for text in said if answer in text]
    assert said[told] == "service"
    assert "Answer to your request 1" in told
    # A client that was away hears of it once, in its place.
    stream = person.talker.listen(after="")
    await stream.until(lambda: any(answer in words_of(m) for m in stream.durable), "the answer")
    assert sum(answer in words_of(m) for m in stream.durable) == 1
    await person.talker.leave()

    await person.say("and how are you?")
    await person.talker.leave()
    assert model.seen([mark, answer]) == []
    assert await town.process.astop() == 0
    only = ["ticket_messages"]
    assert await town.rows_with(mark, answer) == {mark: only, answer: only}


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
    town: Town, model: ModelServer
) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    offered = plain(await person.say("/support"))
    assert "Example Ltd" in offered
    assert "privacy@example.org" in offered
    for topic in ("question", "access", "correction", "erasure", "complaint", "payment", "appeal"):
        assert f"/support {topic}" in offered
    assert "A complaint" in plain(await person.say("/support complaint"))
    mark, talk = canary("complaint"), canary("talk")
    assert "number 1" in plain(await person.say(f"I am not happy with {mark}"))
    asked = text_of(await town.at_desk(mark))
    assert "A complaint" in asked
    # It was one message: what follows is talk.
    await person.say(f"hello {talk}")
    assert model.seen([mark, talk]) == [talk]
    await town.process.astop()
    assert await town.rows_with(mark, talk) == {mark: ["ticket_messages"], talk: ["messages"]}


@on_sqlite
@pytest.mark.parametrize("ends", ["word", "time"])
async def test_what_is_said_later_is_not_swallowed(
    town: Town, ends: str, model: ModelServer
) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    await person.say("/support question")
    if ends == "word":
        await person.say("/help")
    else:
        town.forward(days=11 / 1440)
    mark = canary("talk")
    await person.say(f"hello {mark}")
    assert model.seen([mark]) == [mark]
    again = canary("talk")
    await person.say(f"hello {again}")
    assert model.seen([again]) == [again]
    assert town.desk() == []


@on_sqlite
async def test_pictures_are_not_passed_on_and_the_words_are_still_waited_for(town: Town) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    await person.say("/support question")
    assert "only pass words on" in plain(await person.say("", part="voice"))
    mark = canary("question")
    assert "number 1" in plain(await person.say(mark, part="image"))
    await town.at_desk(mark)


@on_sqlite
async def test_more_is_added_and_the_person_sees_how_far_it_is(town: Town) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    first, second, third = (canary(w) for w in ("first", "second", "third"))
    await person.say(f"/support {first}")
    assert "Added to your request 1" in plain(await person.say(f"/support {second}"))
    assert "waits for an answer" in plain(await person.say("/support"))
    await person.say("/support add")
    assert "Added to your request 1" in plain(await person.say(third))
    posts = [await town.at_desk(word) for word in (first, second, third)]
    assert [number_of(post) for post in posts] == [1, 1, 1]
    town.reply(posts[0][0], "we look at it")
    await town.told(person, "we look at it")
    shown = plain(await person.say("/support"))
    assert "was answered" in shown
    closed = plain(await person.say("/support close"))
    assert "is closed" in closed
    await town.at_desk("Ticket 1", "the person closed it")
    assert "no open request" in plain(await person.say("/support close"))
    await person.say(f"/support {canary()}")
    await town.at_desk("Ticket 2")


@on_sqlite
async def test_what_its_writer_changes_or_takes_back_is_changed_for_the_operators(
    town: Town, model: ModelServer
) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    wrong, right = canary("wrong"), canary("right")
    id = await person.send(f"/support {wrong}")
    await person.answer(id)
    await town.at_desk(wrong)
    town.platform.say(person.id, f"/support {right}", id=id, event="edited", time=7)
    assert "corrected" in text_of(await town.at_desk(right))
    town.platform.say(person.id, "", id=id, event="deleted", time=9)
    await town.at_desk("took a message back")
    await person.say("how are you?")
    assert model.seen([wrong, right]) == []
    await town.process.astop()
    assert await town.rows_with(wrong, right) == {}


@on_sqlite
async def test_the_same_event_twice_is_one_request_and_one_answer(town: Town) -> None:
    await town.run()
    person = town.somebody()
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


@on_sqlite
async def test_a_cry_for_help_is_met_at_once(town: Town) -> None:
    await town.run()
    for person in (town.somebody(), await town.blocked()):
        await person.say("/support I want to kill myself tonight")
        await town.told(person, "don't have to carry it alone", "Your request has the number")


@on_sqlite
async def test_too_much_is_not_taken_until_somebody_answers(town: Town) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    for number in range(20):
        await person.say(f"/support sentence {number}")
    mark = canary("flood")
    assert "was not taken" in plain(await person.say(f"/support {mark}"))
    asked = await town.at_desk("sentence 19")
    town.reply(asked[-1], "we are at it")
    await town.told(person, "we are at it")
    assert "Added" in plain(await person.say("/support thank you"))
    await town.process.astop()
    assert await town.rows_with(mark) == {}


@on_sqlite
@pytest.mark.parametrize("adapter", ["sample", "whispering"])
@pytest.mark.parametrize("known", [False, True])
async def test_in_a_group_nothing_is_taken(
    town: Town, tmp_path: Path, adapter: str, known: bool
) -> None:
    platform = SampleChannel(tmp_path / "group", name="group", adapter=adapter)
    await town.run(channels=[town.platform.config, platform.config])
    if known:
        await platform.enter("gil")
    mark = canary("group")
    id = platform.say("gil", f"/support {mark}", chat="a group", private=False)
    told = text_of(await platform.answered(id))
    if adapter == "sample":  # all can read what is said there
        assert "nobody else reads along" in told
    else:
        assert "private chat" in told
        assert "Example Ltd" in told
    await town.process.astop()
    assert town.desk() == []
    assert await town.rows_with(mark) == {}
