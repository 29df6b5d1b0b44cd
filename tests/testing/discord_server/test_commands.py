"""Commands are registered, replaced and offered: in whose language, where, and to whom."""

from typing import Any

import discord
import pytest

from amity.testing.discord_server import Bot, DiscordServer, Guild, Permission, Person
from tests.testing.discord_server.conftest import Connect
from tests.testing.discord_server.listening import Listener

HELP: dict[str, Any] = {
    "name": "help",
    "description": "How to get help",
    "name_localizations": {"de": "hilfe"},
    "description_localizations": {"de": "Wie man Hilfe bekommt"},
}
Scene = tuple[DiscordServer, Bot, Guild, Listener]


@pytest.fixture
async def scene(server: DiscordServer, connect: Connect) -> Scene:
    mia = server.bot("Mia")
    guild = server.guild("Garden", bots=[mia])
    return server, mia, guild, await connect(mia)


def joined(scene: Scene, name: str, locale: str = "en-US") -> Person:
    person = scene[0].person(name, locale=locale)
    scene[2].add(person)
    return person


async def test_people_see_commands_in_their_language(scene: Scene) -> None:
    _, mia, _, client = scene
    await client.http.bulk_upsert_global_commands(mia.id, [HELP])
    ann, bob = joined(scene, "Ann", "de"), joined(scene, "Bob", "fr")
    (for_ann,) = ann.dm(mia).commands()
    (for_bob,) = bob.dm(mia).commands()
    assert (for_ann.name, for_ann.description) == ("hilfe", "Wie man Hilfe bekommt")
    assert (for_bob.name, for_bob.description) == ("help", "How to get help")
    ann.dm(mia).slash("hilfe")
    bob.dm(mia).slash("help")
    await client.until(lambda: len(client.interactions) == 2)
    names = [each.data["name"] for each in client.interactions if each.data is not None]  # type: ignore[typeddict-item]  # a command's data
    assert names == ["help", "help"]


async def test_a_replaced_command_keeps_its_id(scene: Scene) -> None:
    _, mia, _, client = scene
    more = {"name": "more", "description": "More"}
    first = await client.http.bulk_upsert_global_commands(mia.id, [HELP, more])
    second = await client.http.bulk_upsert_global_commands(mia.id, [HELP])
    assert [each["id"] for each in second] == [first[0]["id"]]
    assert second[0]["version"] != first[0]["version"]
    assert [each["name"] for each in mia.commands()] == ["help"]


async def test_single_commands_are_made_changed_and_deleted(scene: Scene) -> None:
    _, mia, guild, client = scene
    rest = client.http
    made = await rest.upsert_guild_command(mia.id, guild.id, HELP)
    id = int(made["id"])
    changed = await rest.edit_guild_command(mia.id, guild.id, id, {"description": "Another"})
    assert changed["description"] == "Another"
    assert (await rest.get_guild_command(mia.id, guild.id, id))["description"] == "Another"
    assert [each["id"] for each in await rest.get_guild_commands(mia.id, guild.id)] == [str(id)]
    await rest.delete_guild_command(mia.id, guild.id, id)
    with pytest.raises(discord.NotFound) as caught:
        await rest.get_guild_command(mia.id, guild.id, id)
    assert caught.value.code == 10063
    with pytest.raises(discord.Forbidden):
        await rest.get_global_commands(5)


async def test_a_guild_s_command_hides_the_common_one_of_its_name(scene: Scene) -> None:
    _, mia, guild, client = scene
    ann = joined(scene, "Ann")
    await client.http.bulk_upsert_global_commands(mia.id, [HELP])
    own = {**HELP, "description": "Here"}
    await client.http.bulk_upsert_guild_commands(mia.id, guild.id, [own])
    at = ann.at(guild.channel("general"))
    assert [each.description for each in at.commands()] == ["Here"]
    assert [each.description for each in ann.dm(mia).commands()] == ["How to get help"]


async def test_commands_are_offered_where_they_belong(scene: Scene) -> None:
    _, mia, guild, client = scene
    ann, boss = joined(scene, "Ann"), joined(scene, "Boss")
    guild.role("boss", Permission.MANAGE_GUILD, members=[boss])

    def command(name: str, **more: Any) -> dict[str, Any]:
        return {"name": name, "description": name, **more}

    await client.http.bulk_upsert_global_commands(
        mia.id,
        [
            command("everywhere"),
            command("here", contexts=[0]),
            command("dm", contexts=[1]),
            command("old-here", dm_permission=False),
            command("adult", nsfw=True),
            command("manage", default_member_permissions=str(int(Permission.MANAGE_GUILD))),
            command("nobody", default_member_permissions="0"),
        ],
    )

    def offered(person: Person, channel: str | None) -> set[str]:
        chat = person.dm(mia) if channel is None else person.at(guild.channel(channel))
        return {each.name for each in chat.commands()}

    guild.channel("adults", nsfw=True)
    plain = {"everywhere", "here", "old-here"}
    assert offered(ann, "general") == plain
    assert offered(ann, "adults") == plain | {"adult"}
    assert offered(boss, "general") == plain | {"manage"}
    assert offered(ann, None) == {"everywhere", "dm", "manage", "nobody"}
    guild.remove(mia)
    assert offered(ann, None) == {"everywhere", "dm", "manage", "nobody"}


async def test_options_are_checked_as_a_client_does(scene: Scene) -> None:
    _, mia, _, client = scene
    ann = joined(scene, "Ann")
    options = [
        {"type": 3, "name": "word", "description": "x", "required": True, "max_length": 5},
        {"type": 4, "name": "count", "description": "x", "min_value": 1, "max_value": 9},
        {"type": 5, "name": "loud", "description": "x"},
        {"type": 3, "name": "tone", "description": "x", "choices": [{"name": "A", "value": "a"}]},
        {"type": 6, "name": "who", "description": "x"},
    ]
    command = {"name": "say", "description": "x", "options": options}
    await client.http.bulk_upsert_global_commands(mia.id, [command])
    chat = ann.dm(mia)
    wrong: dict[str, Any]
    for wrong in (
        {},
        {"word": 5},
        {"word": "toolong"},
        {"word": "x", "count": "x"},
        {"word": "x", "count": 10},
        {"word": "x", "loud": 1},
        {"word": "x", "tone": "b"},
    ):
        with pytest.raises(ValueError, match="the option"):
            chat.slash("say", **wrong)
    with pytest.raises(LookupError, match="no option"):
        chat.slash("say", word="x", other=1)
    with pytest.raises(LookupError, match="offers"):
        chat.slash("none")
    chat.slash("say", word="x", count=9, loud=True, tone="a", who=ann.id)
    await client.until(lambda: client.interactions)
    (interaction,) = client.interactions
    assert interaction.data is not None
    values = {each["name"]: each["value"] for each in interaction.data["options"]}  # type: ignore[typeddict-item]  # a command's data
    assert values == {"word": "x", "count": 9, "loud": True, "tone": "a", "who": str(ann.id)}
    assert str(ann.id) in interaction.data["resolved"]["users"]  # type: ignore[typeddict-item]  # a command's data


async def test_a_subcommand_is_used_by_its_path(scene: Scene) -> None:
    _, mia, _, client = scene
    ann = joined(scene, "Ann")
    language = {"type": 3, "name": "language", "description": "x", "required": True}
    group = {
        "type": 2,
        "name": "show",
        "description": "x",
        "options": [{"type": 1, "name": "all", "description": "x", "options": [language]}],
    }
    command = {"name": "settings", "description": "x", "options": [group]}
    await client.http.bulk_upsert_global_commands(mia.id, [command])
    ann.dm(mia).slash("settings show all", language="de")
    await client.until(lambda: client.interactions)
    data = client.interactions[0].data
    assert data is not None
    assert data["options"] == [  # type: ignore[typeddict-item]  # a command's data
        {
            "name": "show",
            "type": 2,
            "options": [
                {
                    "name": "all",
                    "type": 1,
                    "options": [{"name": "language", "type": 3, "value": "de"}],
                }
            ],
        }
    ]
    with pytest.raises(LookupError, match="no part"):
        ann.dm(mia).slash("settings nothing")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Help"},
        {"name": "two words"},
        {"name": "x" * 33},
        {"name": ""},
        {"description": ""},
        {"description": "x" * 101},
        {"name_localizations": {"xx": "help"}},
        {"name_localizations": {"de": "Hilfe!"}},
        {"description_localizations": {"de": "x" * 101}},
        {"options": [{"type": 99, "name": "x", "description": "x"}]},
        {"options": [{"type": 3, "name": "x"}]},
        {"options": [{"type": 3, "name": "x", "description": "x"}] * 2},
        {"options": [{"type": 3, "name": f"x{n}", "description": "x"} for n in range(26)]},
        {
            "options": [
                {"type": 3, "name": "a", "description": "x"},
                {"type": 3, "name": "b", "description": "x", "required": True},
            ]
        },
    ],
)
async def test_a_command_that_is_wrong_changes_nothing(
    scene: Scene, change: dict[str, Any]
) -> None:
    _, mia, _, client = scene
    await client.http.bulk_upsert_global_commands(mia.id, [HELP])
    with pytest.raises(discord.HTTPException) as caught:
        await client.http.bulk_upsert_global_commands(mia.id, [HELP, {**HELP, **change}])
    assert caught.value.code == 50035
    assert len(mia.commands()) == 1
    assert mia.commands()[0]["description"] == HELP["description"]


async def test_more_than_a_hundred_commands_are_refused(scene: Scene) -> None:
    _, mia, _, client = scene
    commands: list[Any] = [{"name": f"x{n}", "description": "x"} for n in range(101)]
    with pytest.raises(discord.HTTPException) as caught:
        await client.http.bulk_upsert_global_commands(mia.id, commands)
    assert caught.value.code == 50035
    await client.http.bulk_upsert_global_commands(mia.id, commands[:100])
