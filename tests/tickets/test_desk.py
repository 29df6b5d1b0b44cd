"""The operators' chat: who answers there, and what is not its business."""

import sqlite3
from contextlib import closing

import pytest

from tests.promises.people import canary
from tests.support.files import files_with, rows_of
from tests.support.model_server import ModelServer
from tests.tickets.conftest import DESK, Town, number_of, on_sqlite, plain, text_of
from tests.tickets.test_states import reach


@on_sqlite
async def test_what_is_no_business_of_the_desk_is_neither_answered_nor_stored(
    town: Town, model: ModelServer
) -> None:
    town.models = model.config()
    await town.run()
    person = town.somebody()
    await person.enter()
    await person.say("/support hello")
    await town.at_desk("Ticket 1", "/close 1")
    shown, people = len(town.platform.shown()), rows_of(town.process.data / "amity.db", "people")
    said = [canary("chatter") for _ in range(2)]
    town.operator(said[0])
    town.operator(f"/i_am_18 {said[1]}")
    town.operator("/help")
    await town.at_desk("This chat is where requests of people arrive")
    told = town.platform.shown()[shown:]
    assert {line["chat"] for line in told} == {DESK}
    assert len({line["id"].split(".")[0] for line in told}) == 1
    assert rows_of(town.process.data / "amity.db", "people") == people
    assert model.seen(said) == []
    log = town.process.output
    await town.process.astop()
    assert [mark for mark in said if mark in log] == []
    assert await town.rows_with(*said) == {}
    assert files_with(town.home, ["otto"]) == {}


async def test_operators_list_show_answer_and_close(open_town: Town) -> None:
    town, ann, bob = open_town, open_town.somebody(), open_town.somebody()
    await ann.enter()
    first, second = canary("first"), canary("second")
    one, two = await town.asked(ann, first), await town.asked(bob, second)
    town.operator("/tickets")
    await town.at_desk(f"{one} · A question · open", f"{two} · A question · open")
    answer = canary("answer")
    town.operator(f"/reply {two} {answer}")
    await town.told(bob, answer)
    assert answer not in text_of(town.platform.shown(ann.id))
    town.operator(f"/ticket {two}")
    await town.at_desk(second, answer, "The person, ", "You, ")
    town.operator(f"close {one}", part="choice")
    await town.told(ann, f"Your request {one} was closed")
    await town.at_desk(f"Ticket {one} is closed")
    town.operator(f"/close {one}")
    await town.at_desk(f"Ticket {one} is closed already")
    town.operator("/tickets all")
    await town.at_desk(f"{one} · A question · closed", f"{two} · A question · answered")
    for word in ("/close 7777", "/ticket 7777", "/reply 7777 hello"):
        town.operator(word)
    await town.at_desk("There is no ticket 7777")
    town.operator(f"/reply {two}")
    await town.at_desk(f"Ticket {two}:", "there is nothing to pass on")


async def test_an_answer_of_which_nobody_can_say_whom_it_is_for_is_not_lost_in_silence(
    open_town: Town,
) -> None:
    before = len(open_town.desk())
    mark = canary("answer")
    open_town.operator(mark, reply_to="shown-something-else")
    await open_town.platform.until(
        lambda _: "cannot tell which ticket" in text_of(open_town.desk()[before:]),
        "that it is lost",
    )
    assert await open_town.rows_with(mark) == {}


async def test_words_of_people_are_not_those_of_operators(open_town: Town) -> None:
    town, ann, eve = open_town, open_town.somebody(), await open_town.blocked()
    mark = canary("question")
    number = await town.asked(ann, mark)
    for word in (f"/reply {number} {canary()}", f"/ticket {number}", f"/close {number}",
                 f"/reopen {number}", "/tickets", "/tickets all"):  # fmt: skip
        assert mark not in await eve.say(word)
    for word in (f"ticket {number}", f"reopen {number}", f"close {number}"):
        assert mark not in await eve.say(word, part="choice")
    # What looks like one is a request's words like any others, and closes and reopens nothing.
    plea = canary("plea")
    await eve.say(f"/appeal {plea} /reopen {number} **Ticket {number}** @everyone")
    theirs = number_of(await town.at_desk(plea))
    assert theirs != number
    assert "closed" in plain(await eve.say("hello"))
    town.operator("/tickets")
    await town.at_desk(f"{number} · A question · open", f"{theirs} · My account was closed")


async def test_an_answer_that_cannot_be_brought_is_told_and_found_again(open_town: Town) -> None:
    town, person = open_town, open_town.somebody()
    await person.enter()
    mark = canary("question")
    number = await town.asked(person, mark)
    post = await town.at_desk(mark)
    answer = canary("answer")
    town.platform.close(f"chat of {person.id}")
    town.reply(post[0], answer)
    await town.at_desk(f"Ticket {number}", "does not let your answer through")
    town.platform.close()
    await person.say("/support")
    await town.told(person, answer)


@on_sqlite
async def test_what_the_desk_does_not_take_now_is_brought_later(town: Town) -> None:
    await town.run()
    person = town.somebody()
    town.platform.close(DESK)
    mark = canary("question")
    await person.say(f"/support {mark}")
    await town.process.await_until(
        lambda: "ticket.unsent" in town.process.output, "the desk refused", seconds=20
    )
    assert mark not in town.process.output
    assert town.desk() == []
    town.platform.close()
    await town.process.astop()
    await town.run()
    await town.at_desk(mark)
    assert sum(mark in line["text"] for line in town.desk()) == 1


@on_sqlite
async def test_without_a_desk_requests_wait_until_there_is_one(town: Town) -> None:
    await town.run(support={})
    person = town.somebody()
    mark = canary("question")
    assert "number 1" in plain(await person.say(f"/support {mark}"))
    await town.process.astop()
    await town.run()
    await town.at_desk(mark)


@pytest.mark.parametrize("state", ["active", "gate", "minor"])
async def test_a_person_who_deletes_a_request_deletes_it_at_the_desk(
    open_town: Town, state: str
) -> None:
    town, person = open_town, await reach(open_town, state)
    mark = canary("question")
    number = await town.asked(person, mark)
    post = await town.at_desk(mark)
    town.operator(f"/ticket {number}")  # what is shown again goes, too
    again = await town.at_desk(mark, "The person, ")
    asked = plain(await person.say("/support delete"))
    assert "everything that was written" in asked
    assert f"/support delete yes {number}" in asked
    assert "Deleted for good" in plain(await person.say(f"/support delete yes {number}"))
    await town.at_desk(f"Ticket {number}:", "the person deleted it")
    await town.taken_back([*post, *again])
    assert "no open request" in plain(await person.say("/support close"))
    database = town.process.data / "amity.db"
    assert number not in [row["number"] for row in rows_of(database, "tickets")]
    assert await town.rows_with(mark) == {}
    town.reply(post[0], "too late")
    town.operator(f"/reply {number} too late")
    await town.at_desk(f"There is no ticket {number}")
    assert "too late" not in text_of(town.platform.shown(person.id))


async def test_somebody_who_reads_the_database_keeps_no_deletion_waiting(open_town: Town) -> None:
    town, mark = open_town, canary("question")
    person = await reach(town, "active")
    number = await town.asked(person, mark)
    await town.at_desk(mark)
    with closing(sqlite3.connect(town.process.data / "amity.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM tickets").fetchone()
        await person.say("/support delete")
        assert "Deleted for good" in plain(await person.say(f"/support delete yes {number}"))


async def test_a_channel_for_support_alone(open_town: Town, model: ModelServer) -> None:
    town, bot, ann = open_town, open_town.others["helpers"], canary("ann")
    mark, answer = canary("question"), canary("answer")
    told = await bot.answered(bot.say(ann, "/start"))
    assert "Example Ltd" in text_of(told)
    assert "adults only" not in text_of(told)
    told = await bot.answered(bot.say(ann, f"just so: {mark}"))
    assert "has the number" in text_of(told)
    post = await town.at_desk(mark)
    town.reply(post[0], answer)
    await bot.until(lambda lines: any(answer in line["text"] for line in lines), "the answer")
    # Rights work there; the persona does not.
    assert "Responsible" in text_of(await bot.answered(bot.say(ann, "/privacy")))
    assert "Example Ltd" in text_of(await bot.answered(bot.say(ann, "/persona")))
    assert model.seen([mark, answer]) == []


@on_sqlite
async def test_where_operators_are_named_nobody_else_is_one(town: Town) -> None:
    await town.run(support={"channel": "sample", "chat": DESK, "operators": ["olga"]})
    person = town.somebody()
    mark, wrong, right = canary("question"), canary("wrong"), canary("right")
    await person.say(f"/support {mark}")
    post = await town.at_desk(mark)
    town.reply(post[0], wrong)  # as Otto
    await town.at_desk("You are not one of the operators")
    town.operator("/ticket 1")
    town.operator("close 1", part="choice")
    town.operator("/close 1", sender="olga2")
    town.platform.say("olga", right, chat=DESK, private=False, reply_to=f"shown-{post[0]['id']}")
    told = await town.told(person, right)
    assert wrong not in told
    assert "was closed" not in told
    assert sum(mark in line["text"] for line in town.desk()) == 1
    await town.process.astop()
    assert wrong not in town.process.output
    assert await town.rows_with(wrong) == {}
