"""What is deleted while it waits for its platform, or is on its way, does not stay there."""

import re
from collections.abc import AsyncIterator, Sequence

import pytest

from tests.promises.people import OnSample, canary
from tests.support.files import rows_of
from tests.tickets.conftest import DESK, Line, Town

_DELETING = ["/delete_me yes", "/support delete"]


async def _delete(person: OnSample, word: str) -> None:
    """Have something deleted; a request is named by the confirmation."""
    answer = await person.say(word)
    if word == "/support delete":
        asked = re.search(r"/support delete yes \d+", answer)
        assert asked is not None
        await person.say(asked[0])


@pytest.fixture
async def calm_town(open_town: Town) -> AsyncIterator[Town]:
    """A town whose platforms take everything at once again afterwards."""
    yield open_town
    for platform in (open_town.platform, open_town.others["group"]):
        platform.busy()
        platform.slow()


def _standing(lines: Sequence[Line], found: Sequence[Line]) -> list[Line]:
    """Return those of some messages that were not deleted."""
    gone = {line["id"] for line in lines if line["kind"] == "deleted"}
    return [line for line in found if f"shown-{line['id']}" not in gone]


async def _sending(town: Town) -> None:
    """Wait until something is on its way to the operators."""
    database = town.process.data / "amity.db"
    await town.process.await_until(
        lambda: any(row["state"] == "sending" for row in rows_of(database, "ticket_messages")),
        "something was on its way",
    )


@pytest.mark.parametrize("word", _DELETING)
async def test_a_request_that_waits_and_is_deleted_is_not_posted(
    calm_town: Town, word: str
) -> None:
    town, person, other = calm_town, calm_town.somebody(), calm_town.somebody()
    await person.enter()
    mark, later = canary("question"), canary("later")
    town.platform.busy(DESK)
    await person.say(f"/support {mark}")
    await _sending(town)
    await _delete(person, word)
    town.platform.busy()
    await town.asked(other, later)  # it is behind the deleted one
    assert [line for line in town.platform.shown() if mark in line["text"]] == []


@pytest.mark.parametrize("word", _DELETING)
async def test_a_request_that_is_deleted_on_its_way_is_taken_back(
    calm_town: Town, word: str
) -> None:
    town, person = calm_town, calm_town.somebody()
    await person.enter()
    mark = canary("question")
    town.platform.slow(DESK)
    await person.say(f"/support {mark}")
    post = await town.at_desk(mark)
    await _delete(person, word)
    town.platform.slow()
    await town.taken_back(post)


@pytest.mark.parametrize("word", _DELETING)
async def test_what_is_deleted_while_the_platform_asks_to_wait_is_taken_back_later(
    calm_town: Town, word: str
) -> None:
    town, person = calm_town, calm_town.somebody()
    await person.enter()
    mark = canary("question")
    await town.asked(person, mark)
    post = await town.at_desk(mark)
    town.platform.busy(DESK)
    await _delete(person, word)
    assert _standing(town.platform.shown(), post) == post
    town.platform.busy()
    await town.taken_back(post)


async def test_what_the_desk_shows_of_a_deleted_ticket_is_taken_back(calm_town: Town) -> None:
    town, person = calm_town, calm_town.somebody()
    await person.enter()
    mark = canary("question")
    number = await town.asked(person, mark)
    posted = await town.at_desk(mark)
    town.platform.slow(DESK)
    town.operator(f"/ticket {number}")
    whole = await _shown_again(town, mark)
    await person.say("/delete_me yes")
    town.platform.slow()
    await town.taken_back([*posted, *whole])


async def _shown_again(town: Town, mark: str) -> list[Line]:
    def twice(lines: Sequence[Line]) -> list[Line]:
        found = [line for line in lines if mark in line["text"] and line["chat"] == DESK]
        return found if len({line["id"] for line in found}) > 1 else []

    return twice(await town.platform.until(twice, "the ticket is shown"))


@pytest.mark.parametrize("word", ["/delete_me yes", "/clear_conversation all"])
@pytest.mark.parametrize("how", ["busy", "slow"])
async def test_a_reply_that_is_on_its_way_when_all_is_cleared_elsewhere_does_not_stay(
    calm_town: Town, word: str, how: str
) -> None:
    town, here = calm_town, calm_town.somebody()
    there = OnSample(town.others["group"], here.id)
    await here.enter()
    getattr(town.platform, how)(f"chat of {here.id}")
    said = await here.send("tell me something")

    def replies(lines: Sequence[Line]) -> list[Line]:
        found = [line for line in lines if said in line["answers"] and line["kind"] == "reply"]
        return _standing(lines, found)

    if how == "slow":
        await town.platform.until(replies, "the reply is shown")
    else:
        await _ready(town)
    await there.say(word)
    getattr(town.platform, how)()
    await here.say("/help")  # it is answered behind the reply
    assert replies(town.platform.shown()) == []


async def _ready(town: Town) -> None:
    """Wait until a reply is on its way."""
    database = town.process.data / "amity.db"
    await town.process.await_until(
        lambda: any(
            row["direction"] == "out" and row["state"] == "ready"
            for row in rows_of(database, "messages")
        ),
        "a reply was on its way",
    )
