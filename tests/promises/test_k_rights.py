"""K. Rights."""

import io
import re
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from tests.promises.conftest import ZERO, Make, Town, config_of
from tests.promises.looking import export_of, newcomer, rows_about, wrapped_keys
from tests.promises.people import OnSample, OnWeb, Someone, canary
from tests.support.amity import AmityProcess, Finished
from tests.support.files import files_with, rows_of
from tests.support.sample import SampleChannel

People = Callable[[], Someone]
Start = Callable[..., AmityProcess]
Cli = Callable[..., Awaitable[Finished]]


async def test_p68_everything_about_a_person_goes(town: Town, somebody: People) -> None:
    person, other = somebody(), somebody()
    id = await newcomer(town.database, person.enter)
    other_id = await newcomer(town.database, other.enter)
    mark = canary()
    await person.word("settings", f"call_name={mark}")
    await person.say(f"my secret is {mark}")
    await person.word("export")
    await other.say("good morning")
    rows, keys = rows_about(town.database, id), wrapped_keys(town.database, id)
    others = rows_about(town.database, other_id)
    sealed = [
        value
        for name, about in rows.items()
        for row in about
        for value in row.values()
        if isinstance(value, bytes) and len(value) > 20 and name != "consents"
    ]
    assert len(keys) >= 2
    assert len(sealed) >= 5

    asking = " ".join((await person.word("delete_me")).split())
    assert "Shall I delete" in asking
    assert rows_about(town.database, id).keys() == rows.keys()
    receipt = " ".join((await person.word("delete_me", "yes")).split())
    assert "Deleted for good: 1 message and" in receipt
    assert "1 account link" in receipt
    assert f"{len(keys)} keys destroyed" in receipt or "keys destroyed" in receipt

    left = rows_about(town.database, id)
    assert set(left) == {"consents"}, "but for the proof of consent, which leads to nobody"
    assert all(row["ended_at"] for row in left["consents"])
    assert files_with(town.process.home, [mark, *person.names, *sealed, *keys]) == {}
    assert rows_about(town.database, other_id) == others
    # Whoever comes back is a stranger.
    assert "It is for adults only" in await person.say("do you know me?")


async def test_p68_no_proof_is_said_to_be_kept_where_there_is_none(town: Town) -> None:
    stranger, stated, known = (OnSample(town.platform, canary("handle")) for _ in range(3))
    await stranger.begin()
    await stated.begin()
    await stated.word("i_am_18")
    await known.enter()
    people = (stranger, stated, known)
    said = [" ".join((await p.word("delete_me", "yes")).split()) for p in people]
    assert all("Deleted for good" in one and "begins anew" in one for one in said)
    assert ["proof of what you stated" in one for one in said] == [False, False, True]


async def test_p68_a_backup_made_before_cannot_be_read_with_the_key_that_lives(
    start_amity: Start, amity_cli: Cli, tmp_path: Path, talker: Make
) -> None:
    platform = SampleChannel(tmp_path / "platform")
    config = config_of(ZERO, platform)
    process = start_amity(config=config, environment=platform.environment)
    await process.aready()
    database = process.data / "amity.db"
    gone, stays, clears = (OnWeb(talker(process.url, name=f"guest{n}")) for n in range(3))
    marks = [canary(), canary(), canary()]
    ids = []
    for person, mark in zip((gone, stays, clears), marks, strict=True):
        ids.append(await newcomer(database, person.enter))
        await person.say(f"my secret is {mark}")
    keys = wrapped_keys(database, ids[0])
    done = await amity_cli("backup", str(tmp_path / "backup"), environment=platform.environment)
    assert done.code == 0, done.err
    copy = tmp_path / "backup"
    # A backup of the data holds no key of anybody.
    assert files_with(copy, [*keys, *wrapped_keys(database, ids[1])]) == {}
    assert (process.data / "master.key").read_bytes().strip() not in b"".join(
        path.read_bytes() for path in copy.rglob("*") if path.is_file()
    )
    await gone.word("delete_me", "yes")
    await clears.word("clear_conversation", "yes")
    for person in (gone, stays, clears):
        await person.talker.leave()
    assert await process.astop() == 0

    database.rename(tmp_path / "lost.db")
    for name in ("amity.db-wal", "amity.db-shm"):
        (process.data / name).unlink(missing_ok=True)
    done = await amity_cli("restore", str(copy), environment=platform.environment)
    assert done.code == 0, done.err
    again = start_amity(config=config, environment=platform.environment)
    await again.aready()
    for person in (gone, stays, clears):
        person.talker.url = again.url
    assert marks[1] in str(await stays.talker.history())
    assert (await gone.talker.me())["state"] == "stranger"
    assert await gone.talker.history() == []
    assert marks[2] not in str(await clears.talker.history())
    assert set(rows_about(database, ids[0])) <= {"consents"}
    assert files_with(again.data, keys) == {}
    await again.astop()


async def test_p69_a_pause_keeps_and_does_not_use(town: Town, somebody: People) -> None:
    person = somebody()
    id = await newcomer(town.database, person.enter)
    first, second = canary(), canary()
    await person.say(f"before the pause: {first}")
    before = len(rows_about(town.database, id)["messages"])
    await person.word("pause")
    asked = len(town.model.asked)
    for number in range(3):
        assert "paused" in await person.say(f"{second} {number}")
    for word in ("help", "export", "privacy", "settings", "consent", "persona", "regenerate"):
        assert await person.word(word)
    assert len(town.model.asked) == asked
    rows = rows_about(town.database, id)["messages"]
    assert len(rows) > before, "what was kept is still there"
    said = [row for row in rows if row["direction"] == "in" and row["body"] is not None]
    assert len(said) == 2, "of the pause nothing was kept: only the word before it, and /pause"
    assert files_with(town.process.home, [second]) == {}

    await person.word("resume")
    await person.say("and now?")
    assert town.model.seen([first, second], since=asked) == [first]


RIGHTS = ["privacy", "terms", "support", "help", "export", "delete_me", "language"]


STATES = ["new", "active", "paused", "withdrawn"]
RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")


async def _reach(person: Someone, state: str) -> None:
    if state == "new":
        await person.word("i_am_18")
        return
    await person.enter()
    if state == "paused":
        await person.word("pause")
    if state == "withdrawn":
        await person.word("consent", "withdraw")


async def test_p73_rights_work_in_every_state_and_language_without_a_model(
    start_amity: Start, tmp_path: Path, talker: Make
) -> None:
    dead = {"model": "openai/nobody", "api_base": "http://127.0.0.1:9/v1", "api_key": "sk-none"}
    models = {"model_list": [{"model_name": "main", "litellm_params": dead}]}
    platform = SampleChannel(tmp_path / "platform")
    config = config_of(models, platform)
    process = start_amity(config=config, environment=platform.environment)
    await process.aready()
    for state in STATES:
        people: list[Someone] = [OnSample(platform, canary("handle")), OnWeb(talker(process.url))]
        for person in people:
            await _reach(person, state)
            for language in ("ru", "en"):
                await person.word("language", language)
                for right in RIGHTS:
                    answer = await person.word(right)
                    russian = sum(letter in RUSSIAN for letter in answer.lower()) > 20
                    if right != "language":  # names every language in itself
                        assert russian == (language == "ru"), (state, right, answer)
            assert "Deleted for good" in await person.word("delete_me", "yes")
    assert rows_of(process.data / "amity.db", "people") == []


async def test_p65_where_no_file_can_be_shown_a_link_gives_it_once(town: Town) -> None:
    person = OnSample(town.platform, canary("handle"))
    await person.enter()
    mark = canary()
    await person.say(f"remember {mark}")
    said = await person.word("export")
    (url,) = re.findall(r"http://\S+/download/[\w-]+", said)
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as shown:
            page = await shown.text()
            assert (shown.status, mark in page, "<button" in page) == (200, False, True)
        async with session.post(url) as given:
            assert given.headers["Content-Disposition"].startswith("attachment;")
            with zipfile.ZipFile(io.BytesIO(await given.read())) as archive:
                assert mark in archive.read("export.json").decode()
        for again in (session.get(url), session.post(url), session.post(url + "x")):
            async with again as gone:
                assert gone.status == 404
                assert mark not in await gone.text()
    assert url.rpartition("/")[2] not in town.process.output


async def test_p65_asked_for_again_and_again_the_latest_copy_is_given(
    town: Town, talker: Make
) -> None:
    person = OnWeb(talker(town.process.url, name=canary("guest")))
    await person.enter()
    early, late = canary(), canary()
    await person.say(f"remember {early}")
    for _ in range(3):
        assert early in (await export_of(person))["export.json"].decode()
    await person.say(f"remember {late}")
    said = await person.word("export")
    assert "This is the latest copy again" in said
    assert "can be made in 5 minutes" in said
    again = (await export_of(person))["export.json"].decode()
    assert (early in again, late in again) == (True, False)
    # What is cleared is not given out again.
    await person.word("clear_conversation", "yes")
    cleared = (await export_of(person))["export.json"].decode()
    assert (early in cleared, late in cleared) == (False, False)
