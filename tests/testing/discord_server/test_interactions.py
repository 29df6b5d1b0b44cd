"""Commands, buttons, menus and forms: answers in time, late, twice, hidden, and long after."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest

from amity.testing.discord_server import Attach, Bot, Chat, DiscordServer, Person, Response
from tests.testing.discord_server.conftest import Connect
from tests.testing.discord_server.listening import Listener

SAY: dict[str, Any] = {
    "name": "say",
    "description": "Say something",
    "options": [{"type": 3, "name": "what", "description": "What to say", "required": True}],
}
Use = Callable[[], Awaitable[discord.Interaction]]


class Stage:
    """A bot with commands, a person in a direct conversation and in a guild, and a bystander."""

    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.mia: Bot = server.bot("Mia")
        self.ann: Person = server.person("Ann", locale="de")
        self.bob: Person = server.person("Bob")
        self.guild = server.guild("Garden", members=[self.ann, self.bob], bots=[self.mia])
        general = self.guild.channel("general")
        self.dm: Chat = self.ann.dm(self.mia)
        self.room: Chat = self.ann.at(general)
        self.bobs: Chat = self.bob.at(general)
        self.client: Listener

    async def register(self, *commands: dict[str, Any]) -> None:
        await self.client.http.bulk_upsert_global_commands(self.mia.id, list(commands))

    async def taken(self, count: int = 1) -> discord.Interaction:
        """Return the so-maniest interaction that the bot was told of."""
        await self.client.until(lambda: len(self.client.interactions) >= count)
        return self.client.interactions[count - 1]


@pytest.fixture
async def stage(server: DiscordServer, connect: Connect) -> Stage:
    made = Stage(server)
    made.client = await connect(made.mia)
    await made.register(SAY)
    return made


def buttons(*labels: str) -> discord.ui.View:
    """Return a view with a button each, with the label as its id."""
    view = discord.ui.View(timeout=None)
    for label in labels:
        view.add_item(discord.ui.Button[discord.ui.View](label=label, custom_id=label))
    return view


async def test_a_command_arrives_with_its_options(stage: Stage) -> None:
    response = stage.room.slash("say", what="hello")
    interaction = await stage.taken()
    assert interaction.type is discord.InteractionType.application_command
    assert interaction.data is not None
    assert interaction.data["name"] == "say"  # type: ignore[typeddict-item]  # a command's data
    assert interaction.data["options"] == [{"name": "what", "type": 3, "value": "hello"}]  # type: ignore[typeddict-item]  # a command's data
    assert interaction.locale is discord.Locale.german
    assert interaction.guild_id == stage.guild.id
    assert interaction.user.id == stage.ann.id
    assert isinstance(interaction.user, discord.Member)
    assert interaction.permissions.send_messages
    assert not response.acknowledged
    await interaction.response.send_message("hello")
    shown = await response.message()
    assert (shown.content, shown.ephemeral, response.kind) == ("hello", False, 4)
    assert stage.bobs.texts == ("hello",)
    data = await stage.client.hear("MESSAGE_CREATE")
    assert data["interaction_metadata"]["user"]["id"] == str(stage.ann.id)
    assert data["type"] == 20


async def test_a_command_in_a_dm_brings_the_user(stage: Stage) -> None:
    stage.dm.slash("say", what="hello")
    interaction = await stage.taken()
    assert interaction.guild_id is None
    assert isinstance(interaction.user, discord.User)
    assert interaction.context.dm_channel
    await interaction.response.send_message("hello")
    await stage.dm.seen("hello")


async def test_an_answer_can_be_hidden_from_others(stage: Stage) -> None:
    response = stage.room.slash("say", what="hello")
    interaction = await stage.taken()
    callback = await interaction.response.send_message("for you", ephemeral=True)
    shown = await response.message()
    assert shown.ephemeral
    assert stage.room.texts == ("for you",)
    assert len(stage.bobs.texts) == 0
    # The bot hears of it as if it were a direct message, and finds it by its token only.
    data = await stage.client.hear("MESSAGE_CREATE")
    assert "guild_id" not in data
    assert data["flags"] == 64
    channel = stage.client.get_partial_messageable(stage.room.id)
    with pytest.raises(discord.NotFound):
        await channel.fetch_message(shown.id)
    assert [each async for each in channel.history()] == []
    assert callback.message_id == shown.id
    await interaction.edit_original_response(content="for you, changed")
    assert stage.room.texts == ("for you, changed",)
    stage.room.dismiss(shown)
    assert stage.room.last is None
    await interaction.edit_original_response(content="for nobody")
    assert stage.room.last is None


async def test_another_bot_hears_nothing_of_a_hidden_answer(stage: Stage, connect: Connect) -> None:
    leo = stage.server.bot("Leo")
    stage.guild.add(leo)
    other = await connect(leo)
    response = stage.room.slash("say", bot="Mia", what="hello")
    interaction = await stage.taken()
    await interaction.response.send_message("for you", ephemeral=True)
    await interaction.edit_original_response(content="for you, changed")
    await interaction.followup.send("for all")
    await response.message()
    await other.hear("MESSAGE_CREATE")
    assert len(other.named("MESSAGE_CREATE")) == 1
    assert other.named("MESSAGE_UPDATE") == []
    assert other.interactions == []


@pytest.mark.parametrize("ephemeral", [False, True], ids=["open", "hidden"])
async def test_a_deferral_is_shown_as_thinking_and_then_answered(
    stage: Stage, ephemeral: bool
) -> None:
    response = stage.room.slash("say", what="hello")
    interaction = await stage.taken()
    await interaction.response.defer(ephemeral=ephemeral, thinking=True)
    await response.answered()
    assert response.thinking
    assert [each.thinking for each in stage.room.messages] == [True]
    assert [each.thinking for each in stage.bobs.messages] == ([] if ephemeral else [True])
    await interaction.edit_original_response(content="ready")
    shown = await response.message()
    assert (shown.content, shown.ephemeral, shown.edited) == ("ready", ephemeral, False)
    assert not response.thinking


async def test_the_first_follow_up_after_a_deferral_takes_its_place(stage: Stage) -> None:
    response = stage.room.slash("say", what="hello")
    interaction = await stage.taken()
    await interaction.response.defer(ephemeral=True, thinking=True)
    first = await interaction.followup.send("one", wait=True)
    second = await interaction.followup.send("two", wait=True)
    assert [each.content for each in response.messages] == ["one", "two"]
    # The first has the deferral's flag, whatever it says itself.
    assert [each.ephemeral for each in response.messages] == [True, False]
    assert [each.id for each in response.messages] == [first.id, second.id]
    await second.edit(content="two, changed")
    assert response.followups[0].content == "two, changed"
    await second.delete()
    assert response.followups == ()
    assert response.original is not None
    await interaction.delete_original_response()
    assert response.messages == ()


async def test_later_than_three_seconds_there_is_no_interaction(stage: Stage) -> None:
    response = stage.room.slash("say", what="hello")
    interaction = await stage.taken()
    failed = [response.failed]
    stage.server.advance(3.1)
    failed.append(response.failed)
    assert failed == [False, True]
    with pytest.raises(discord.NotFound) as caught:
        await interaction.response.send_message("too late")
    assert caught.value.code == 10062
    with pytest.raises(AssertionError, match="three seconds"):
        await response.answered(seconds=0.01)


async def test_a_second_first_answer_is_refused(stage: Stage) -> None:
    stage.room.slash("say", what="hello")
    interaction = await stage.taken()
    route = discord.http.Route(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        webhook_id=interaction.id,
        webhook_token=interaction.token,
    )
    await interaction.response.send_message("once")
    with pytest.raises(discord.HTTPException) as caught:
        await stage.client.http.request(route, json={"type": 4, "data": {"content": "twice"}})
    assert caught.value.code == 40060
    assert stage.room.texts == ("once",)


async def test_a_token_is_good_for_a_quarter_of_an_hour(stage: Stage) -> None:
    response = stage.room.slash("say", what="hello")
    interaction = await stage.taken()
    await interaction.response.send_message("hello")
    stage.server.advance(14 * 60)
    await interaction.followup.send("in time")
    stage.server.advance(61)
    for attempt in (
        lambda: interaction.followup.send("late"),
        lambda: interaction.edit_original_response(content="late"),
        interaction.original_response,
    ):
        with pytest.raises(discord.HTTPException) as caught:
            await attempt()
        assert (caught.value.status, caught.value.code) == (401, 50027)
    # What everyone sees can still be changed as a message.
    assert response.original is not None
    channel = stage.client.get_partial_messageable(stage.room.id)
    await channel.get_partial_message(response.original.id).edit(content="as a message")
    assert stage.room.texts == ("as a message", "in time")


async def test_before_the_first_answer_there_is_no_webhook(stage: Stage) -> None:
    stage.room.slash("say", what="hello")
    interaction = await stage.taken()
    with pytest.raises(discord.NotFound) as caught:
        await interaction.followup.send("too early")
    assert caught.value.code == 10015


async def test_tokens_are_nowhere_in_the_record(stage: Stage) -> None:
    stage.room.slash("say", what="hello")
    interaction = await stage.taken()
    await interaction.response.send_message("hello")
    await interaction.followup.send("more")
    kept = repr([(each.path, each.headers, each.route) for each in stage.server.requests])
    assert interaction.token not in kept
    assert stage.mia.token not in kept
    assert f"/webhooks/{stage.mia.id}/***" in kept
    assert {each.bot for each in stage.server.requests} == {"Mia"}


# ------------------------------------------------------------------------------------- components


async def asked(stage: Stage, chat: Chat, view: discord.ui.View) -> int:
    """Let the bot ask something, and return the message's id."""
    channel = stage.client.get_partial_messageable(chat.id)
    sent = await channel.send("which?", view=view)
    return sent.id


async def test_a_button_is_pressed_and_the_message_changes(stage: Stage) -> None:
    id = await asked(stage, stage.room, buttons("yes", "no"))
    shown = stage.room.message(id)
    assert shown is not None
    assert [each.label for each in shown.buttons] == ["yes", "no"]
    response = stage.room.press(shown, "yes")
    interaction = await stage.taken()
    assert interaction.type is discord.InteractionType.component
    assert interaction.message is not None
    assert interaction.message.id == id
    assert interaction.data is not None
    assert interaction.data["custom_id"] == "yes"  # type: ignore[typeddict-item]  # a component's data
    await interaction.response.edit_message(content="you said yes", view=None)
    assert (await response.message()).content == "you said yes"
    changed = stage.room.message(id)
    assert changed is not None
    assert (changed.buttons, response.kind) == ((), 7)
    with pytest.raises(LookupError):
        stage.room.press(id, "yes")


async def test_a_press_is_acknowledged_without_a_word(stage: Stage) -> None:
    stage.dm.write("x")
    id = await asked(stage, stage.dm, buttons("yes"))
    response = stage.dm.press(id, "yes")
    interaction = await stage.taken()
    await interaction.response.defer()
    await response.answered()
    assert (response.kind, response.thinking) == (6, False)
    await interaction.followup.send("and a word later")
    assert stage.dm.texts == ("x", "which?", "and a word later")
    await interaction.edit_original_response(content="which? yes.", view=None)
    assert "which? yes." in stage.dm.texts


async def test_a_press_on_a_hidden_message_is_answered_hidden(stage: Stage) -> None:
    first = stage.room.slash("say", what="hello")
    interaction = await stage.taken()
    await interaction.response.send_message("choose", view=buttons("go"), ephemeral=True)
    shown = await first.message()
    second = stage.room.press(shown, "go")
    with pytest.raises(LookupError):
        stage.bobs.press(shown.id, "go")
    pressed = await stage.taken(2)
    await pressed.response.send_message("gone", ephemeral=True)
    answer = await second.message()
    assert answer.ephemeral
    assert len(stage.bobs.texts) == 0


async def test_a_greyed_out_button_cannot_be_pressed(stage: Stage) -> None:
    view = discord.ui.View()
    view.add_item(discord.ui.Button[discord.ui.View](label="off", custom_id="off", disabled=True))
    view.add_item(discord.ui.Button[discord.ui.View](label="page", url="https://example.org"))
    id = await asked(stage, stage.room, view)
    for label in ("off", "page"):
        with pytest.raises(PermissionError):
            stage.room.press(id, label)


async def test_a_menu_is_chosen_from(stage: Stage) -> None:
    view = discord.ui.View()
    options = [discord.SelectOption(label=each.title(), value=each) for each in ("tea", "mate")]
    view.add_item(
        discord.ui.Select[discord.ui.View](custom_id="drink", options=options, placeholder="Drink?")
    )
    id = await asked(stage, stage.room, view)
    shown = stage.room.message(id)
    assert shown is not None
    assert shown.selects[0].options == (("Tea", "tea"), ("Mate", "mate"))
    with pytest.raises(ValueError, match="offers"):
        stage.room.choose(id, "drink", "gin")
    with pytest.raises(ValueError, match="takes"):
        stage.room.choose(id, "drink", "tea", "mate")
    stage.room.choose(id, "drink", "mate")
    interaction = await stage.taken()
    assert interaction.data is not None
    assert interaction.data["values"] == ["mate"]  # type: ignore[typeddict-item]  # a component's data


async def test_components_have_limits(stage: Stage) -> None:
    channel = stage.client.get_partial_messageable(stage.room.id)
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id)
    button = {"type": 2, "style": 1, "label": "x", "custom_id": "x"}
    wrong: list[list[dict[str, Any]]] = [
        [{"type": 1, "components": [button] * 6}],
        [{"type": 1, "components": [button, button]}],
        [{"type": 1, "components": [{**button, "custom_id": "x" * 101}]}],
        [{"type": 1, "components": [{**button, "label": "x" * 81}]}],
        [{"type": 1, "components": [{"type": 2, "style": 1, "label": "x"}]}],
        [{"type": 1, "components": [{"type": 2, "style": 5, "label": "x"}]}],
        [{"type": 1, "components": []}],
        [button],
        [{"type": 10, "content": "text"}],
        [{"type": 1, "components": [{**button, "custom_id": str(n)}]} for n in range(6)],
    ]
    for components in wrong:
        with pytest.raises(discord.HTTPException) as caught:
            await stage.client.http.request(route, json={"content": "x", "components": components})
        assert caught.value.code == 50035
    assert len(stage.room.texts) == 0


async def test_messages_of_components_hold_nothing_else(stage: Stage) -> None:
    class Layout(discord.ui.LayoutView):
        text = discord.ui.TextDisplay[discord.ui.LayoutView]("a text of the new kind")

    channel = stage.client.get_partial_messageable(stage.room.id)
    await channel.send(view=Layout())
    assert (await stage.room.seen("a text of the new kind")).texts == ("a text of the new kind",)
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id)
    text = {"type": 10, "content": "x"}
    with pytest.raises(discord.HTTPException) as caught:
        await stage.client.http.request(
            route, json={"content": "x", "flags": 1 << 15, "components": [text]}
        )
    assert caught.value.code == 50035
    with pytest.raises(discord.HTTPException) as caught:
        await stage.client.http.request(
            route, json={"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 4001}]}
        )
    assert "4000" in caught.value.text


# ------------------------------------------------------------------------------------------ forms


class Ask(discord.ui.Modal, title="Who are you?"):
    """A form with two fields."""

    name = discord.ui.TextInput["Ask"](label="Name", custom_id="name", max_length=10)
    more = discord.ui.TextInput["Ask"](
        label="More", custom_id="more", required=False, style=discord.TextStyle.long
    )


async def opened(stage: Stage) -> Response:
    """Return a response that opened the form."""
    response = stage.room.slash("say", what="hello")
    interaction = await stage.taken()
    await interaction.response.send_modal(Ask())
    return await response.answered()


async def test_a_form_is_filled_in(stage: Stage) -> None:
    response = await opened(stage)
    modal = response.modal
    assert modal is not None
    assert modal.title == "Who are you?"
    assert [(each.label, each.required, each.long) for each in modal.fields] == [
        ("Name", True, False),
        ("More", False, True),
    ]
    sent = stage.room.submit(response, {"Name": "Ann", "more": "and more"})
    interaction = await stage.taken(2)
    assert interaction.type is discord.InteractionType.modal_submit
    assert interaction.data is not None
    rows = interaction.data["components"]  # type: ignore[typeddict-item]  # a form's data
    values = [row["components"][0]["value"] for row in rows]  # type: ignore[typeddict-item]  # rows of text fields
    assert values == ["Ann", "and more"]
    await interaction.response.send_message("Hello Ann", ephemeral=True)
    assert (await sent.message()).content == "Hello Ann"


async def test_a_form_is_checked_by_the_client(stage: Stage) -> None:
    response = await opened(stage)
    with pytest.raises(ValueError, match="needed"):
        stage.room.submit(response, {})
    with pytest.raises(ValueError, match="characters"):
        stage.room.submit(response, {"name": "x" * 11})
    with pytest.raises(LookupError, match="no field"):
        stage.room.submit(response, {"age": "18"})
    other = stage.room.slash("say", what="hello")
    with pytest.raises(LookupError, match="no form"):
        stage.room.submit(other, {"name": "Ann"})


async def test_a_form_cannot_answer_a_form(stage: Stage) -> None:
    response = await opened(stage)
    stage.room.submit(response, {"name": "Ann"})
    interaction = await stage.taken(2)
    route = discord.http.Route(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        webhook_id=interaction.id,
        webhook_token=interaction.token,
    )
    form = {"type": 9, "data": {"custom_id": "x", "title": "x", "components": []}}
    for body in (form, {"type": 7, "data": {"content": "x"}}, {"type": 1}, {"type": 99}, {}):
        with pytest.raises(discord.HTTPException) as caught:
            await stage.client.http.request(route, json=body)
        assert caught.value.code == 50035
    await interaction.response.send_message("still open")


@pytest.mark.parametrize(
    "change", [{"title": "x" * 46}, {"title": ""}, {"custom_id": ""}, {"components": []}]
)
async def test_a_form_that_is_wrong_is_refused(stage: Stage, change: dict[str, Any]) -> None:
    stage.room.slash("say", what="hello")
    interaction = await stage.taken()
    route = discord.http.Route(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        webhook_id=interaction.id,
        webhook_token=interaction.token,
    )
    field = {"type": 4, "custom_id": "name", "label": "Name", "style": 1}
    form = {"custom_id": "x", "title": "x", "components": [{"type": 1, "components": [field]}]}
    with pytest.raises(discord.HTTPException) as caught:
        await stage.client.http.request(route, json={"type": 9, "data": {**form, **change}})
    assert caught.value.code == 50035


# -------------------------------------------------------------------------------- other commands


async def test_an_option_suggests_values(stage: Stage) -> None:
    option = {**SAY["options"][0], "autocomplete": True}
    await stage.register({**SAY, "options": [option]})
    response = stage.room.suggest("say", "what", "he")
    interaction = await stage.taken()
    assert interaction.type is discord.InteractionType.autocomplete
    choice = discord.app_commands.Choice(name="hello", value="hello")
    await interaction.response.autocomplete([choice])
    await response.answered()
    assert [each["name"] for each in response.choices] == ["hello"]


async def test_a_message_s_menu_brings_the_message(stage: Stage) -> None:
    await stage.register({"name": "Translate", "type": 3})
    said = stage.bobs.write("bonjour")
    stage.room.use_on(said.id, "Translate")
    interaction = await stage.taken()
    assert interaction.data is not None
    resolved = interaction.data["resolved"]["messages"]  # type: ignore[typeddict-item]  # a command's data
    assert resolved[str(said.id)]["content"] == "bonjour"


async def test_a_file_can_be_an_option(stage: Stage) -> None:
    option = {"type": 11, "name": "file", "description": "A file", "required": True}
    await stage.register({"name": "keep", "description": "Keep a file", "options": [option]})
    stage.room.slash("keep", file=Attach(name="a.txt", data=b"abc"))
    interaction = await stage.taken()
    assert interaction.data is not None
    (attachment,) = interaction.data["resolved"]["attachments"].values()  # type: ignore[typeddict-item]  # a command's data
    assert (attachment["filename"], attachment["size"]) == ("a.txt", 3)


async def test_what_was_done_while_nobody_listened_fails(stage: Stage) -> None:
    with stage.mia.gateway.outage():
        response = stage.room.slash("say", what="hello")
        stage.server.advance(3.1)
    assert response.failed
    assert not response.raw.delivered
