"""An export holds everything of one person, and nothing of anybody else."""

import io
import json
import zipfile
from dataclasses import replace
from importlib import import_module, resources
from typing import Any

import pytest

from amity.people import Person, State
from amity.privacy import Policy, export
from amity.privacy.walk import about_people
from amity.store.vault import Vault
from tests.privacy.conftest import DATAMAP, NOTES, World
from tests.privacy.test_policy import FACTS

# It comes with litellm and is published without types.
jsonschema: Any = import_module("jsonschema")


async def exported(world: World, person: Person, **options: Any) -> dict[str, bytes]:
    policy = Policy.load(FACTS, DATAMAP)
    content = await export(
        world.vault, DATAMAP, person, policy, clock=world.clock, personas={"mia": "Mia"}, **options
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def test_every_canary_of_a_person_and_of_nobody_else(world: World) -> None:
    one, other = await world.member("1", "Katrin"), await world.member("2", "Bartholomew")
    await world.everything(one, "canary-one")
    await world.everything(other, "canary-two")
    files = await exported(world, one)
    assert set(files) == {"export.json", "export.html", "schema.json"}
    everything = b"".join(files.values()).decode()
    for mine in ("first canary-one", "second canary-one", "note canary-one", "Katrin"):
        assert mine in files["export.json"].decode()
    for said in ("first canary-one", "second canary-one", "Katrin", "platform-1", "Mia"):
        assert said in files["export.html"].decode()
    for theirs in ("canary-two", "Bartholomew", "platform-2", other.id):
        assert theirs not in everything


async def test_every_declared_collection_is_in_it_with_its_rows(world: World, vault: Vault) -> None:
    """A collection that is declared and forgotten here fails: each must have got a row."""
    person = await world.member("1", "Katrin")
    await world.everything(person, "word")
    data = json.loads((await exported(world, person))["export.json"])
    declared = about_people(DATAMAP)
    assert {*data["collections"], *data["left_out"]} == {c.name for c in declared}
    for collection in declared:
        if collection.exported:
            shown = data["collections"][collection.name]
            assert shown["rows"], f"no row of {collection.name}: add one to World.everything"
            for row in shown["rows"]:
                assert set(row) == set(collection.by_name)
        else:
            shown = data["left_out"][collection.name]
            assert shown["count"] == 1
        assert set(shown["fields"]) == set(collection.by_name)
        assert shown["basis"] == collection.basis.value
        assert shown["category"] == collection.category.value
        assert shown["recipients"] == list(collection.recipients)
        assert shown["retention"]["key"] == collection.retention
        assert shown["purposes"]
    assert data["collections"][NOTES.name]["rows"][0]["note"] == "note word"


@pytest.mark.may_block("jsonschema validates on the loop, and is slow under coverage")
async def test_the_form_is_the_documented_one(world: World) -> None:
    person = await world.member("1", "Katrin")
    await world.everything(person, "word")
    files = await exported(world, person)
    schema = json.loads(files["schema.json"])
    packaged = resources.files("amity.privacy").joinpath("export.schema.json").read_bytes()
    assert files["schema.json"] == packaged
    jsonschema.Draft202012Validator.check_schema(schema)
    data = json.loads(files["export.json"])
    jsonschema.validate(data, schema)
    assert (data["format"], data["version"], data["person"]) == ("amity-export", 1, person.id)
    assert data["policy"]["hash"] == Policy.load(FACTS, DATAMAP).hash("en")
    messages = data["collections"]["messages"]["rows"]
    assert messages[0]["body"] == [{"type": "text", "text": "first word"}]
    wrong: list[dict[str, Any]] = [{"version": 2}, {"collections": {"people": {}}}, {"surplus": 1}]
    for broken in wrong:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**data, **broken}, schema)


async def test_the_page_speaks_the_persons_language(world: World) -> None:
    person = await world.people.set(await world.member("1", "Katrin"), language="ru")
    await world.everything(person, "<script>alert(1)</script> & more")
    html = (await exported(world, person))["export.html"].decode()
    assert '<html lang="ru">' in html
    assert "Ваши данные" in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    english = (await exported(world, person, language="en"))["export.html"].decode()
    assert "Your data" in english


async def test_times_are_the_persons_own(world: World) -> None:
    person = await world.member("1", "Katrin")
    await world.everything(person, "word")
    assert "UTC" in (await exported(world, person))["export.html"].decode()
    person = await world.people.set(person, time_zone="Asia/Tokyo")
    html = (await exported(world, person))["export.html"].decode()
    assert "JST" in html
    assert "UTC</dd>" not in html


async def test_an_empty_account_can_be_exported(world: World) -> None:
    person = await world.member("1", "Katrin")
    data = json.loads((await exported(world, person))["export.json"])
    assert data["collections"]["messages"]["rows"] == []


async def test_a_ghost_has_nothing_to_export(world: World) -> None:
    with pytest.raises(ValueError, match="tombstone"):
        await exported(world, Person(id="", state=State.MINOR_BLOCKED))


async def test_a_language_that_is_not_there_is_english(world: World) -> None:
    person = replace(await world.member("1", "Katrin"), language="pt")
    assert b'<html lang="en">' in (await exported(world, person))["export.html"]
