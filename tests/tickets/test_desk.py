"""The operators' chat: who answers there, and what is not its business."""

from pathlib import Path

from tests.promises.people import canary
from tests.support.files import files_with, rows_of
from tests.support.model_server import ModelServer
from tests.support.sample import SampleChannel
from tests.tickets.conftest import DESK, Town, on_sqlite, plain, text_of
from tests.tickets.test_states import reach

pytestmark = on_sqlite


async def test_what_is_no_business_of_the_desk_is_neither_answered_nor_stored(
    town: Town, model: ModelServer
) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    await person.say("/support hello")
    await town.at_desk("Ticket 1", "/close 1")
    shown, people = len(town.platform.shown()), rows_of(town.process.data / "amity.db", "people")
    said = [canary("chatter") for _ in range(3)]
    town.operator(said[0])
    town.operator(f"/i_am_18 {said[1]}")
    town.operator(said[2], reply_to="shown-something-else")
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


async def test_operators_list_show_answer_and_close(town: Town) -> None:
    await town.run()
    ann, bob = town.somebody(), town.somebody()
    await ann.enter()
    first, second = canary("first"), canary("second")
    await ann.say(f"/support {first}")
    await bob.say(f"/support {second}")
    await town.at_desk(second)
    town.operator("/tickets")
    await town.at_desk("1 · A question · open", "2 · A question · open")
    answer = canary("answer")
    town.operator(f"/reply 2 {answer}")
    await town.told(bob, answer)
    assert answer not in text_of(town.platform.shown(ann.id))
    town.operator("/ticket 2")
    await town.at_desk(second, answer, "The person, ", "You, ")
    town.operator("close 1", part="choice")
    await town.told(ann, "Your request 1 was closed")
    await town.at_desk("Ticket 1 is closed")
    town.operator("/close 1")
    await town.at_desk("Ticket 1 is closed already")
    town.operator("/tickets all")
    await town.at_desk("1 · A question · closed", "2 · A question · answered")
    for word in ("/close 77", "/ticket 77", "/reply 77 hello"):
        town.operator(word)
    await town.at_desk("There is no ticket 77")
    town.operator("/reply 2")
    await town.at_desk("there is nothing to pass on")


async def test_an_answer_that_cannot_be_brought_is_told_and_found_again(town: Town) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    await person.say("/support hello")
    post = await town.at_desk("Ticket 1")
    answer = canary("answer")
    town.platform.close(f"chat of {person.id}")
    town.reply(post[0], answer)
    await town.at_desk("Ticket 1", "does not let your answer through")
    town.platform.close()
    await person.say("/support")
    await town.told(person, answer)


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


async def test_without_a_desk_requests_wait_until_there_is_one(town: Town) -> None:
    await town.run(support={})
    person = town.somebody()
    mark = canary("question")
    assert "number 1" in plain(await person.say(f"/support {mark}"))
    await town.process.astop()
    await town.run()
    await town.at_desk(mark)


async def test_a_person_who_deletes_a_request_deletes_it_at_the_desk(town: Town) -> None:
    await town.run()
    for state in ("active", "gate", "minor"):
        person = await reach(town, state)
        mark = canary("question")
        await person.say(f"/support {mark}")
        post = await town.at_desk(mark)
        assert "everything that was written" in plain(await person.say("/support delete"))
        assert "Deleted for good" in plain(await person.say("/support delete yes"))
        await town.at_desk("the person deleted it")
        await town.taken_back(post)
        assert "no open request" in plain(await person.say("/support close"))
    await town.process.astop()
    database = town.process.data / "amity.db"
    assert rows_of(database, "tickets") == []
    assert rows_of(database, "ticket_messages") == []


async def test_a_channel_for_support_alone(town: Town, tmp_path: Path, model: ModelServer) -> None:
    bot = SampleChannel(tmp_path / "bot", name="helpers")
    await town.run(
        channels=[town.platform.config, {**bot.config, "support": True}],
    )
    mark = canary("question")
    told = await bot.answered(bot.say("ann", "/start"))
    assert "Example Ltd" in text_of(told)
    assert "adults only" not in text_of(told)
    told = await bot.answered(bot.say("ann", f"just so: {mark}"))
    assert "number 1" in text_of(told)
    post = await town.at_desk(mark)
    town.reply(post[0], "of course")
    await bot.until(lambda lines: any("of course" in line["text"] for line in lines), "the answer")
    # Rights work there; the persona does not.
    assert "Responsible" in text_of(await bot.answered(bot.say("ann", "/privacy")))
    assert "Example Ltd" in text_of(await bot.answered(bot.say("ann", "/persona")))
    assert model.seen([mark, "of course"]) == []
