"""Slash commands, buttons and modals: answered at once, and then where the answer belongs."""

import asyncio
from collections.abc import Sequence

import pytest

from amity.adapter import Accepted, Draft, MenuEntry
from amity.message import Button, Buttons, Choice, Command, Inbound, Outcome
from amity.sealed import SealedText
from amity.testing.discord_server import Chat, Response, Shown
from amity_discord.custom_ids import CustomIds
from tests.discord.conftest import World
from tests.discord.host import RecordingHost, Running, running, words

MENU = {
    tag: [
        MenuEntry(command=name, description=f"{name} in {tag}")
        for name in ("start", "help", "settings", "persona", "language", "regenerate", "memory")
    ]
    for tag in ("en", "ru")
}
CALLBACK = "POST /interactions/{id}/{token}/callback"


async def with_menu(run: Running) -> None:
    """Register the commands."""
    await run.adapter.menu(MENU)


async def used(run: Running, chat: Chat, name: str, **options: str) -> tuple[Response, Inbound]:
    """Have Ann use a command and return what she sees and what the core heard."""
    count = len(run.host.taken)
    response = chat.slash(name, **options)
    event = (await run.host.took(count + 1))[count]
    await response.answered()
    return response, event


def contents(shown: Sequence[Shown]) -> list[str]:
    """Return the words of messages."""
    return [one.content for one in shown]


async def test_the_commands_are_the_menu_in_each_language_and_set_only_when_changed(
    world: World,
) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        anns = {c.name: c for c in world.dm().commands()}
        bens = {c.name: c for c in world.ben.at(world.general).commands()}
        assert set(anns) == set(bens) == {entry.command for entry in MENU["en"]}
        assert anns["help"].description == "help in en"
        assert bens["help"].description == "help in ru"
        options = {one["name"]: one for one in anns["settings"].raw["options"]}
        assert set(options) == {"setting", "value"}
        assert [c["value"] for c in options["setting"]["choices"]] == [
            "call_name",
            "language",
            "country",
            "time_zone",
        ]
        assert anns["regenerate"].raw.get("options", []) == []
        world.server.requests.clear()
        await with_menu(run)
        assert [r.method for r in world.mia.requests] == ["GET"]
        await run.adapter.menu({tag: entries[:3] for tag, entries in MENU.items()})
        assert [c.name for c in world.dm().commands()] == ["start", "help", "settings"]


async def test_what_can_be_added_is_suggested_while_it_is_typed(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        for command, typed, suggested in (
            ("persona", "", [("Mia", "mia"), ("Leo", "leo")]),
            ("persona", " LE", [("Leo", "leo")]),
            ("persona", "nobody", []),
            ("language", "ru", [("language.name in ru", "ru")]),
        ):
            shown = await world.here().suggest(command, "text", typed).answered()
            assert [(c["name"], c["value"]) for c in shown.choices] == suggested
        _, event = await used(run, world.here(), "persona", text="somebody else")
        assert event.parts == (Command(name="persona", argument=SealedText("somebody else")),)
        assert len(run.host.taken) == 1


async def test_in_a_server_a_command_is_answered_to_one_person(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        response, event = await used(run, world.here(), "memory", text="what of my dog")
        assert event.parts == (Command(name="memory", argument=SealedText("what of my dog")),)
        assert (event.private, event.ephemeral, event.addressed) == (False, True, True)
        assert event.id == str(response.id)
        assert event.sender.locale == "en-US"
        assert (response.kind, response.thinking) == (5, True)
        for number, text in enumerate(("one", "two", "three")):
            more = {"private": True, "recipient": event.sender.id, "last": number == 2}
            receipt = await run.say(event, text, **more)
            assert receipt.outcome is Outcome.SENT
        assert contents(response.messages) == ["one", "two", "three"]
        assert all(one.ephemeral for one in response.messages)
        assert not response.thinking
        assert world.ben.at(world.general).from_bots() == ()
        assert world.dm().from_bots() == ()


async def test_in_a_direct_chat_it_is_plain(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        response, event = await used(run, world.dm(), "help")
        assert (event.private, event.ephemeral) == (True, False)
        assert response.thinking
        await run.say(event, "one", last=False)
        await run.say(event, "two")
        assert contents(world.dm().from_bots()) == ["one", "two"]
        assert not any(one.ephemeral for one in world.dm().from_bots())
        assert response.original is not None
        assert response.original.content == "one"


async def test_the_same_answer_again_is_shown_once(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        response, event = await used(run, world.here(), "memory")
        for text in ("one", "two"):
            message = run.outbound(text, to=event, private=True, recipient=event.sender.id)
            first = await run.adapter.send(event.address, message)
            assert await run.adapter.send(event.address, message) == first
        assert contents(response.messages) == ["one", "two"]


@pytest.mark.parametrize("name", ["regenerate", "memory"])
async def test_a_public_answer_to_a_command_is_seen_by_all(world: World, name: str) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        response, event = await used(run, world.here(), name)
        assert event.ephemeral is (name != "regenerate")
        shown = Draft(reply="r", text=SealedText("Once"), in_reply_to=(event.id,))
        id = await run.adapter.draft(event.address, shown)
        assert contents(world.ben.at(world.general).from_bots()) == ["Once"]
        await run.say(event, "Once upon", id="r", draft=id or "", last=False)
        await run.say(event, "a time.")
        assert contents(world.ben.at(world.general).from_bots()) == ["Once upon", "a time."]
        assert response.original is None


async def test_a_private_answer_to_a_public_command_stays_private(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        response, event = await used(run, world.here(), "regenerate")
        await run.say(event, "for you", private=True, recipient=event.sender.id)
        assert contents(response.messages) == ["for you"]
        assert response.messages[0].ephemeral


async def test_a_private_reply_grows_in_the_answer(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        response, event = await used(run, world.here(), "memory")

        async def grow(text: str, reply: str = "r") -> None:
            words = SealedText(text)
            shown = Draft(reply=reply, text=words, in_reply_to=(event.id,), private=True)
            assert await run.adapter.draft(event.address, shown) is None

        await grow("Once")
        assert contents(response.messages) == ["Once"]
        await grow("Once upon")
        more = {"private": True, "recipient": event.sender.id}
        await run.say(event, "Once upon a time.", id="r", **more)
        assert contents(response.messages) == ["Once upon a time."]
        response, event = await used(run, world.here(), "memory")
        await grow("Never", "s")
        empty = Draft(reply="s", text=SealedText(""))
        assert await run.adapter.draft(event.address, empty) is None
        assert response.messages == ()


async def test_a_reply_in_a_direct_chat_grows_in_the_answer(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        response, event = await used(run, world.dm(), "regenerate")
        shown = Draft(reply="r", text=SealedText("Once"), in_reply_to=(event.id,))
        id = await run.adapter.draft(event.address, shown)
        await run.say(event, "Once upon", id="r", draft=id or "", last=False)
        await run.say(event, "a time.")
        assert contents(world.dm().from_bots()) == ["Once upon", "a time."]
        assert response.original is not None
        assert response.original.content == "Once upon"


@pytest.mark.parametrize("shared", [True, False])
async def test_after_fifteen_minutes_it_is_an_ordinary_message(world: World, shared: bool) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        chat = world.here() if shared else world.dm()
        _, event = await used(run, chat, "help")
        world.server.advance(15 * 60 + 1)
        private = {"private": True, "recipient": event.sender.id} if shared else {}
        assert (await run.say(event, "late", **private)).outcome is Outcome.SENT
        assert contents(world.dm().from_bots())[-1] == "late"
        assert world.ben.at(world.general).from_bots() == ()
        _, event = await used(run, world.here(), "regenerate")
        world.server.advance(15 * 60 + 1)
        await run.say(event, "late for all")
        assert contents(world.ben.at(world.general).from_bots())[-1] == "late for all"


async def test_what_is_not_taken_stops_thinking(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        for verdict in (Accepted.IGNORED, Accepted.REFUSED):
            run.host.verdict = verdict
            response = await world.here().slash("help").answered()
            await world.server.until(lambda r=response: r.original is None)  # type: ignore[misc]


async def test_it_is_acknowledged_whatever_the_core_does(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        run.host.away = 1000
        response = await world.here().slash("help").answered(seconds=3)
        assert not response.failed
        run.host.away = 0
        await run.host.took(1)


async def test_an_acknowledgement_that_fails_is_made_good_by_a_message(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        world.server.faults.fail(403, route=CALLBACK)
        world.here().slash("memory")
        (event,) = await run.host.took(1)
        await run.say(event, "for you", private=True, recipient=event.sender.id)
        assert contents(world.dm().from_bots()) == ["for you"]


async def test_each_interaction_twice_is_answered_once(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        world.mia.gateway.duplicate(None)
        response, event = await used(run, world.here(), "memory")
        await run.say(event, "one", private=True, recipient=event.sender.id)
        world.dm().write("the last")
        await run.host.until(lambda: "the last" in run.host.said)
        assert len(run.host.taken) == 2
        assert contents(response.messages) == ["one"]


async def test_a_restart_keeps_what_is_open_and_what_nobody_answers_stops_thinking(
    world: World,
) -> None:
    host = RecordingHost()
    async with running(world.server, world.mia, host) as run:
        await with_menu(run)
        response, event = await used(run, world.here(), "memory")
        first = run.outbound("one", to=event, private=True, recipient=event.sender.id)
        await run.adapter.send(event.address, first)
    async with running(world.server, world.mia, RecordingHost(state=host.kept)) as run:
        await run.adapter.send(event.address, first)
        await run.say(event, "two", private=True, recipient=event.sender.id)
        assert contents(response.messages) == ["one", "two"]
        waits, _ = await used(run, world.dm(), "help")
        run.host.moved.ahead = 14 * 60 * 1000 + 40_000
        await world.server.until(lambda: waits.original is None, seconds=45)
        await run.host.until(lambda: run.host.kept.values["interactions"] == "[]", seconds=45)


async def test_an_answer_that_was_taken_away_is_followed_up(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        response, event = await used(run, world.here(), "memory")
        session = run.adapter._session
        assert session is not None
        await session.rest.delete_original(str(world.mia.id), response.raw.token)
        await run.say(event, "one", private=True, recipient=event.sender.id)
        await run.say(event, "two", private=True, recipient=event.sender.id)
        assert contents(response.followups) == ["one", "two"]


async def test_where_the_bot_may_not_write_a_command_is_answered_all_the_same(
    world: World,
) -> None:
    from amity.testing.discord_server import Permission

    async with running(world.server, world.mia) as run:
        await with_menu(run)
        world.general.allow(world.mia, deny=Permission.SEND_MESSAGES)
        response, event = await used(run, world.here(), "regenerate")
        await run.say(event, "one", last=False)
        assert (await run.say(event, "two")).outcome is Outcome.SENT
        assert contents(response.messages) == ["one", "two"]
        assert [one.ephemeral for one in response.messages] == [True, False]


async def test_a_quiet_button_is_answered_to_who_pressed_it(world: World) -> None:
    row = Buttons(
        (
            (
                Button(label="Privately", command="memory", private=True),
                Button(label="For all", command="persona", argument="leo"),
            ),
        )
    )
    async with running(world.server, world.mia) as run:
        world.here().write(f"{world.mia.mention} hello")
        (event,) = await run.host.took(1)
        await run.say(event, "Choose", row)
        shown = await world.here().seen("Choose")
        quiet = world.ben.at(world.general).press(shown, "Privately")
        loud = world.ben.at(world.general).press(shown, "For all")
        first, second = (await run.host.took(3))[1:]
        assert first.sender.id == second.sender.id == str(world.ben.id)
        assert (first.ephemeral, second.ephemeral) == (True, False)
        assert first.sender.locale == "ru"
        await run.say(first, "for Ben", private=True, recipient=first.sender.id)
        await run.say(second, "for both")
        assert contents(quiet.followups) == ["for Ben"]
        assert quiet.kind == loud.kind == 6
        assert contents(world.here().from_bots()) == ["Choose", "for both"]


async def test_buttons_of_a_private_answer_are_bound_to_its_person(world: World) -> None:
    row = Buttons(((Button(label="Agree", command="agree"),),))
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        response, event = await used(run, world.here(), "start")
        await run.say(event, "Do you?", row, private=True, recipient=event.sender.id)
        (shown,) = response.messages
        pressed = world.here().press(shown, "Agree")
        event = (await run.host.took(2))[1]
        assert event.parts == (Choice(command="agree"),)
        assert event.ephemeral
        await run.say(event, "Good.", private=True, recipient=event.sender.id)
        assert contents(pressed.followups) == ["Good."]
        assert pressed.followups[0].ephemeral


async def test_a_button_that_is_not_ours_does_nothing(world: World) -> None:
    async with running(world.server, world.mia) as run:
        forged = {"type": 2, "style": 2, "label": "Press", "custom_id": "delete_me:yes"}
        row = {"type": 1, "components": [forged]}
        world.dm().write("hello")
        (event,) = await run.host.took(1)
        session = run.adapter._session
        assert session is not None
        payload = {"content": "Press me", "components": [row]}
        await session.rest.create_message(event.address.chat, payload)
        pressed = world.dm().press(await world.dm().seen("Press me"), "Press")
        shown = await pressed.message()
        assert shown.ephemeral
        assert "command" in shown.content
        assert len(run.host.taken) == 1


async def test_a_button_for_another_person_does_nothing(world: World) -> None:
    async with running(world.server, world.mia) as run:
        world.here().write(f"{world.mia.mention} hello")
        (event,) = await run.host.took(1)
        anns = CustomIds(world.mia.token).make("delete_me", "yes", person=str(world.ann.id))
        button = {"type": 2, "style": 2, "label": "Delete", "custom_id": anns}
        session = run.adapter._session
        assert session is not None
        payload = {"content": "Ann's", "components": [{"type": 1, "components": [button]}]}
        await session.rest.create_message(event.address.chat, payload)
        shown = await world.here().seen("Ann's")
        told = await world.ben.at(world.general).press(shown, "Delete").message()
        assert told.ephemeral
        assert "команду" in told.content
        assert len(run.host.taken) == 1
        world.here().press(shown, "Delete")
        pressed = (await run.host.took(2))[1]
        assert pressed.parts == (Choice(command="delete_me", argument="yes"),)


async def test_support_leads_from_a_server_to_where_nobody_else_reads(world: World) -> None:
    row = Buttons(((Button(label="Go there", command="support", private=True),),))
    async with running(world.server, world.mia) as run:
        world.here().write(f"{world.mia.mention} hello")
        (event,) = await run.host.took(1)
        await run.say(event, "Not here.", row)
        world.here().press(await world.here().seen("Not here."), "Go there")
        pressed = (await run.host.took(2))[1]
        assert (pressed.private, pressed.ephemeral) == (True, False)
        assert pressed.address.chat == str(world.dm().id)
        await run.say(pressed, "What is it about?")
        assert contents(world.dm().from_bots()) == ["What is it about?"]
        assert contents(world.here().from_bots()) == ["Not here."]


async def test_a_setting_that_needs_words_asks_for_them(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        opened = await world.here().slash("settings", setting="call_name").answered()
        assert opened.kind == 9
        assert opened.modal is not None
        assert opened.modal.title == "settings.name.call_name in en-US"
        (field,) = opened.modal.fields
        sent = world.here().submit(opened, {field.custom_id: "Annie"})
        (event,) = await run.host.took(1)
        await sent.answered()
        assert event.parts == (Command(name="settings", argument=SealedText("call_name=Annie")),)
        assert event.ephemeral
        await run.say(event, "Saved.", private=True, recipient=event.sender.id)
        assert contents(sent.messages) == ["Saved."]
        assert sent.messages[0].ephemeral
        _, event = await used(run, world.dm(), "settings", setting="country", value="DE")
        assert event.parts == (Command(name="settings", argument=SealedText("country=DE")),)


async def test_a_button_for_a_setting_asks_for_it(world: World) -> None:
    row = Buttons(((Button(label="Name", command="settings", argument="call_name"),),))
    async with running(world.server, world.mia) as run:
        world.dm().write("hello")
        (event,) = await run.host.took(1)
        await run.say(event, "How shall I call you?", row)
        opened = await world.dm().press(await world.dm().seen("How"), "Name").answered()
        assert opened.modal is not None
        sent = world.dm().submit(opened, {"words": "Annie"})
        event = (await run.host.took(2))[1]
        await sent.answered()
        assert event.parts == (Command(name="settings", argument=SealedText("call_name=Annie")),)
        assert event.private


async def test_another_server_is_told_that_it_is_not_served(world: World) -> None:
    elsewhere = world.server.guild("Elsewhere", members=[world.ben], bots=[world.mia])
    async with running(world.server, world.mia, guilds=[world.guild.id]) as run:
        await with_menu(run)
        chat = world.ben.at(elsewhere.channel("general"))
        shown = await chat.slash("help").message()
        assert shown.ephemeral
        assert "напрямую" in shown.content
        await asyncio.sleep(0)
        assert run.host.taken == []


async def test_a_command_in_a_thread(world: World) -> None:
    async with running(world.server, world.mia) as run:
        await with_menu(run)
        adults = world.guild.channel("adults", nsfw=True)
        thread = world.ann.at(adults).start_thread("aside")
        response, event = await used(run, thread, "memory")
        assert (event.address.chat, event.address.thread) == (str(adults.id), str(thread.id))
        assert event.adult
        await run.say(event, "here", private=True, recipient=event.sender.id)
        assert contents(response.messages) == ["here"]
        assert words(event) == ""
