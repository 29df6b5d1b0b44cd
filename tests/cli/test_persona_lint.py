"""`amity persona lint` finds what would stop a persona from loading."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

Cli = Callable[..., Any]

ROOT = Path(__file__).parents[2]


async def test_the_personas_that_ship_are_good(amity_cli: Cli) -> None:
    folder = ROOT / "engine" / "amity" / "defaults" / "personas"
    done = await amity_cli("persona", "lint", str(folder))
    assert (done.code, done.out) == (0, "all personas are good\n")


async def test_a_bad_one_is_named_by_line(amity_cli: Cli, amity_home: Path) -> None:
    (amity_home / "zoe.yaml").write_text("name: Zoe\nagee: 30\n")
    done = await amity_cli("persona", "lint", "zoe.yaml")
    assert done.code == 1
    assert done.out.startswith("zoe.yaml:2: agee: ")


async def test_the_folder_of_the_config_is_the_default(amity_cli: Cli, amity_home: Path) -> None:
    assert (await amity_cli("persona", "lint")).code == 0
    (amity_home / "people").mkdir()
    (amity_home / "people" / "x.yaml").write_text("- not a persona\n")
    done = await amity_cli("persona", "lint", "--json", config={"personas": "people"})
    assert done.code == 1
    assert "x.yaml:1" in done.out


async def test_a_path_that_is_not_there(amity_cli: Cli) -> None:
    done = await amity_cli("persona", "lint", "gone.yaml")
    assert (done.code, done.err) == (1, "gone.yaml: there is no such file or folder\n")


async def test_a_model_that_is_not_there_is_told_before_people_meet_it(
    amity_cli: Cli, amity_home: Path
) -> None:
    (amity_home / "people").mkdir()
    ann = amity_home / "people" / "ann.yaml"
    text = "name: Ann\nage: 25\nabout: A test.\ncharacter: Calm.\ngreeting: Hello.\nmodel: "
    models = {"model_list": [{"model_name": "main", "litellm_params": {"model": "amity/zero"}}]}
    config = {"personas": "people", "models": models}
    for name, told in (("nosuchmodel", "nosuchmodel"), ("embed", "embed")):
        ann.write_text(text + name)
        wrong = f"ann: model: there is no model or role {told}; there are the models main, and the"
        for words in (("persona", "lint"), ("check", "--offline")):
            done = await amity_cli(*words, config=config)
            assert done.code == 1
            assert f"{wrong} roles chat, extract, summarise, moderate" in done.out
    for name in ("main", "chat"):
        ann.write_text(text + name)
        assert (await amity_cli("persona", "lint", config=config)).code == 0
