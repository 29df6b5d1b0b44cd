"""The way of a request to the operators, and of the answer back."""

import json

from tests.promises.people import canary
from tests.support.files import files_with
from tests.tickets.conftest import Town, plain, text_of


async def test_a_question_reaches_the_operators_and_the_answer_comes_back(town: Town) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    mark, answer = canary("question"), canary("answer")
    confirmation = await person.say(f"/support my {mark}")
    assert "number 1" in plain(confirmation)
    asked = await town.at_desk(mark)
    assert "Ticket 1" in text_of(asked)
    assert "answer by" in text_of(asked)
    assert person.id not in text_of(asked)

    town.reply(asked[-1], f"it is {answer}")
    told = await town.told(person, answer)
    assert "Answer to your request 1" in told
    await town.at_desk("Ticket 1", "delivered")

    # Talk goes on as before, and no model has seen either.
    since = len(town.model.asked)
    await person.say("and how are you?")
    assert town.model.seen(["how are you"], since=since) == ["how are you"]
    assert town.model.seen([mark, answer]) == []

    log = town.process.output
    assert await town.process.astop() == 0
    assert files_with(town.home, [mark, answer]) == {}
    assert mark not in log
    assert answer not in log
    assert person.id not in log
    assert any(json.loads(line)["level"] == "debug" for line in log.splitlines() if line[:1] == "{")
    assert await town.rows_with(mark, answer) == {
        mark: ["ticket_messages"],
        answer: ["ticket_messages"],
    }
