"""What people write is found where it has to be, and nowhere else."""

import json
from collections.abc import Callable

import pytest

from tests.promises.conftest import Make, Town
from tests.promises.looking import export_of, newcomer, rows_about
from tests.promises.people import OnWeb, Someone, canary
from tests.support.files import files_with

People = Callable[[], Someone]


async def test_after_consent_words_are_in_model_requests_and_in_no_file(
    town: Town, somebody: People
) -> None:
    person = somebody()
    await person.enter()
    said = [canary() for _ in range(5)]
    for mark in said:
        await person.say(f"the word of the day is {mark}")
    assert town.model.seen(said) == said
    assert files_with(town.process.home, said) == {}
    # The search would find them: it finds what is in the log.
    assert files_with(town.process.home, ["run.stopping", "request"]) != {}


async def test_p49_the_log_names_nobody_at_its_most_talkative(town: Town, somebody: People) -> None:
    person = somebody()
    await person.enter()
    mark = canary()
    await person.say(f"hello {mark}")
    await person.word("settings", f"call_name={mark}")
    lines = [json.loads(line) for line in town.process.output.splitlines() if line[:1] == "{"]
    assert "debug" in {line["level"] for line in lines}
    found = [name for name in (mark, *person.names) if name in town.process.output]
    assert found == []


async def test_p52_a_model_cannot_tell_who_it_is(town: Town, somebody: People) -> None:
    person = somebody()
    await person.enter()
    name = canary("Name")
    await person.word("settings", f"call_name={name}")
    since = len(town.model.asked)
    await person.say(f"hello, {name} here, how are you?")
    await person.say(f"do you remember {name.lower()}?")
    asked = town.model.asked[since:]
    assert len(asked) == 2
    assert town.model.seen([name, name.lower(), *person.names]) == []
    for one in asked:
        assert not {"user", "metadata", "safety_identifier", "store"} & one.body.keys()
        assert all(set(message) == {"role", "content"} for message in one.body["messages"])
        assert not any("amity" in header or "cookie" in header for header in one.headers)


async def test_p52_the_name_comes_back_in_the_words(town: Town, talker: Make) -> None:
    from amity.testing.fake_model import Answer

    person = OnWeb(talker(town.process.url, name=canary("guest")))
    await person.enter()
    name = canary("Name")
    await person.word("settings", f"call_name={name}")
    town.model.model.script(Answer(chunks=("Hello [NA", "ME_", "1], all is well.")))
    assert f"Hello {name}, all is well." in await person.say("hello")


async def test_p52_p67_a_former_name_is_in_no_later_prompt_and_goes_with_what_was_said(
    town: Town, somebody: People
) -> None:
    person = somebody()
    id = await newcomer(town.database, person.enter)
    names = [canary("First"), canary("Second")]
    await person.word("settings", f"call_name={names[0]}")
    await person.say(f"I am {names[0]}")
    await person.word("settings", f"call_name={names[1]}")
    since = len(town.model.asked)
    await person.say(f"now {names[1].upper()} and not {names[0].lower()}")
    await person.word("settings", "call_name=")
    await person.say("now nobody")
    asked = town.model.asked[since:]
    assert len(asked) == 2
    words = " ".join(m["content"] for one in asked for m in one.body["messages"]).lower()
    assert [name for name in names if name.lower() in words] == []
    assert files_with(town.process.home, names) == {}
    assert len(rows_about(town.database, id)["former_names"]) == 2
    await person.word("clear_conversation", "all")
    assert "former_names" not in rows_about(town.database, id)


@pytest.mark.parametrize("what", ["id", "user agent", "language", "referer", "query"])
async def test_p26_p36_what_a_browser_says_of_itself_is_not_kept(
    town: Town, talker: Make, what: str
) -> None:
    mark = canary()
    person = OnWeb(talker(town.process.url, name=canary("guest")))
    headers = {
        "user agent": {"User-Agent": f"Browser {mark}"},
        "language": {"Accept-Language": f"de-{mark[:8]}, en"},
        "referer": {"Referer": f"https://{mark}.example/"},
    }.get(what, {})
    plain = person.talker.headers
    person.talker.headers = lambda: {**plain(), **headers}  # type: ignore[method-assign]
    await person.enter()
    if what == "id":
        await person.talker.post(id=mark, text="hello")
    if what == "query":
        await person.talker.get("api/v1/me", language=mark)
    await person.say("hello")
    needle = mark[:8] if what == "language" else mark
    assert files_with(town.process.home, [needle]) == {}
    assert town.model.seen([needle]) == []


async def test_p65_an_export_holds_all_of_its_person_and_nothing_of_others(
    town: Town, talker: Make
) -> None:
    people = [OnWeb(talker(town.process.url, name=canary("guest"))) for _ in range(2)]
    marks: list[list[str]] = []
    for person in people:
        mine = [canary() for _ in range(4)]
        await person.enter()
        await person.word("settings", f"call_name={mine[0]}")
        await person.say(f"my cat is {mine[1]}")
        await person.word("persona", "leo")
        await person.say(f"my dog is {mine[2]}")
        await person.say(f"my fish is {mine[3]}")
        marks.append(mine)
    for person, mine, theirs in zip(people, marks, reversed(marks), strict=True):
        files = await export_of(person)
        whole = b"\n".join(files.values()).decode()
        assert [mark for mark in mine if mark not in whole] == []
        assert [mark for mark in theirs if mark in whole] == []
        for name in ("export.json", "export.html"):
            assert [mark for mark in mine if mark not in files[name].decode()] == [], name
    # An export is handed to nobody else.
    first, second = people
    url = await _file_of(first)
    assert await first.talker.fetch(url)
    async with second.talker._session.get(
        f"{town.process.url}{url}", headers=second.talker.headers()
    ) as response:
        assert response.status == 404


async def _file_of(person: OnWeb) -> str:
    return [
        str(part["media"]["url"])
        for message in await person.talker.history()
        for part in message["parts"]
        if part["type"] == "file"
    ][-1]
