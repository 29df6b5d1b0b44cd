"""P42: nothing goes to somebody whom a person did not agree to, also after a change of models."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.promises.conftest import ZERO, Make, config_of
from tests.promises.people import OnSample, OnWeb, Someone, canary
from tests.support.amity import AmityProcess, Finished
from tests.support.files import files_with, rows_of
from tests.support.model_server import ModelServer
from tests.support.sample import SampleChannel

Start = Callable[..., AmityProcess]
Cli = Callable[..., Awaitable[Finished]]

FAR = {"name": "FarAway Inc", "region": "US", "trains_on_data": False, "contract": "signed"}
NEAR = {**FAR, "name": "Nearby AG", "region": "EU"}
REGENERATE = "regenerate"


def answered_by(server: ModelServer, *, spare: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return models of which FarAway Inc is one, and another stands in where one is given."""
    models: dict[str, Any] = {**server.config(), "processors": {"main": FAR}}
    if spare is not None:
        (main,) = models["model_list"]
        models["model_list"] = [main, {**main, "model_name": "spare"}]
        models["processors"] = {"main": FAR, "spare": spare}
        models["router_settings"] = {"fallbacks": [{"main": ["spare"]}]}
    return models


async def test_p42_a_model_connected_later_hears_nothing_before_people_have_agreed_to_it(
    start_amity: Start, amity_cli: Cli, tmp_path: Any, talker: Make
) -> None:
    platform = SampleChannel(tmp_path / "platform")
    environment = platform.environment
    process = start_amity(config=config_of(ZERO, platform), environment=environment)
    await process.aready()
    people: list[Someone] = [OnSample(platform, canary("h")), OnWeb(talker(process.url))]
    mark, later = canary(), canary()
    for person in people:
        await person.enter()
        assert await person.say(f"only this server knows {mark}")
    await people[1].word("language", "ru")

    async def change(models: dict[str, Any]) -> tuple[str, str]:
        config = config_of(models, platform)
        checked = await amity_cli("check", "--offline", config=config, environment=environment)
        reloaded = await amity_cli("reload", config=config, environment=environment)
        assert reloaded.code == 0, reloaded.err
        return checked.out, reloaded.out

    with ModelServer() as server:
        checked, reloaded = await change(answered_by(server))
        warning = "people are asked to agree before anything of theirs goes to FarAway Inc (US)"
        assert f"{warning}; have yet to agree: 2" in checked
        assert f"recipients ({warning})" in reloaded
        new = ("Messages are now also answered by FarAway Inc (US)", "также: FarAway Inc (US)")
        for person, said in zip(people, new, strict=True):
            for text in (f"and you? {later}", f"hello? {later}"):
                assert said in " ".join((await person.say(text)).split())
            assert said in " ".join((await person.word(REGENERATE)).split())
        assert len(server.asked) == 0
        assert files_with(process.home, [later]) == {}

        # Rights work meanwhile; who declines keeps what there is, and is asked again.
        assert "withdraw" in await people[0].word("consent")
        assert "What was said before is still there" in await people[0].word("decline")
        assert new[0] in " ".join((await people[0].say("well?")).split())
        assert len(server.asked) == 0

        for person in people:
            assert "FarAway" not in await person.word("agree")
            assert await person.say("now you may")
        assert len(server.asked) == 2
        assert server.seen([mark]) == [mark]
        for row in rows_of(process.data / "amity.db", "people"):
            assert row["recipients"] == '[["FarAway Inc", "US"]]'

        # A model that stands in is a recipient, too; less of them needs no new answer.
        await change(answered_by(server, spare=NEAR))
        assert "also answered by Nearby AG (EU)" in await people[0].say("hello again")
        assert len(server.asked) == 2
        await people[0].word("agree")
        assert await people[0].say("hello both of you")
        checked, reloaded = await change(answered_by(server))
        assert "recipients" not in reloaded
        assert "asked to agree" not in checked
        for person in people:
            asked = len(server.asked)
            assert await person.say("and with fewer?")
            assert len(server.asked) == asked + 1


async def test_p42_the_same_company_in_another_region_is_another_recipient(
    start_amity: Start, talker: Make
) -> None:
    with ModelServer() as server:
        config: dict[str, Any] = {"models": answered_by(server)}
        process = start_amity(config=config)
        await process.aready()
        person = OnWeb(talker(process.url))
        await person.enter()
        process.stop()
        config["models"] = answered_by(server, spare={**FAR, "region": "BR"})
        process = start_amity(config=config)
        await process.aready()
        person.talker.url = process.url
        assert "also answered by FarAway Inc (BR)" in await person.say("hello")
        assert len(server.asked) == 0
