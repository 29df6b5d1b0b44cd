"""The clock is an hour earlier after a restart: what is said next still comes last."""

from collections.abc import Callable
from pathlib import Path

from tests.support.amity import AmityProcess
from tests.support.model_server import ModelServer
from tests.support.talker import talking, text_of


async def test_new_messages_stand_below_the_old_ones_everywhere(
    start_amity: Callable[..., AmityProcess], amity_home: Path
) -> None:
    clock = amity_home / "clock"
    clock.write_text("3600")
    environment = {"AMITY_CLOCK_FILE": str(clock)}
    with ModelServer() as server:
        config = {
            "models": server.config(),
            "channels": [{"name": "web", "adapter": "web", "persona": "mia"}],
        }
        amity = start_amity(config=config, environment=environment)
        await amity.aready()
        async with talking() as person:
            talker = person(amity.url)
            await talker.enter()
            await talker.say("what was said before")
            await talker.settled()
            cursor = (await talker.me())["cursor"]
            await amity.astop()
            clock.write_text("0")
            amity = start_amity(config=config, environment=environment)
            await amity.aready()
            talker.url = amity.url
            await talker.say("what was said after")
            journal = await talker.settled()
            texts = [text_of(message) for message in journal if message["from"] == "person"]
            assert texts[-2:] == ["what was said before", "what was said after"]
            assert journal[-1]["from"] == "persona"
            # A page that was away goes on with the cursor that it had.
            events = talker.listen(after=cursor)
            await events.until(lambda: len(events.durable) >= 2, "what was said since")
            assert events.durable == journal[-2:]
            # The model gets the newest words as the last ones.
            asked = [message["content"] for message in server.asked[-1].body["messages"]]
            assert "what was said after" in asked[-1]
            assert "what was said before" in "".join(asked[1:-1])
