"""People on several channels who can do the same things on each."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

from tests.support.sample import SampleChannel
from tests.support.talker import Events, Posted, Talker, text_of

__all__ = ["OnSample", "OnWeb", "Someone", "canary"]


def canary(what: str = "canary") -> str:
    """Return a word that occurs nowhere else."""
    return f"{what}{secrets.token_hex(8)}"


class Someone(Protocol):
    """A person on a channel."""

    @property
    def names(self) -> list[str]:
        """All by which the channel knows them: ids, handles, cookies."""
        ...

    async def say(self, text: str, **more: object) -> str:
        """Say something; return the whole answer."""
        ...

    async def send(self, text: str) -> str:
        """Say something and do not wait; return its id."""
        ...

    async def answer(self, id: str) -> str:
        """Return the whole answer to a message, once it is there."""
        ...

    async def word(self, verb: str, argument: str = "") -> str:
        """Use a word such as `help`; return the whole answer."""
        ...

    async def begin(self) -> str:
        """Get in touch for the first time, as far as the channel knows that; the first answer."""
        ...

    async def enter(self) -> None:
        """Go through the gate."""
        ...


class OnSample:
    """Somebody on the sample channel, where everything is typed."""

    def __init__(self, platform: SampleChannel, id: str) -> None:
        self.id = id
        self.platform = platform

    @property
    def names(self) -> list[str]:
        return [self.id]

    async def send(self, text: str, **more: object) -> str:
        return self.platform.say(self.id, text, **more)

    async def answer(self, id: str) -> str:
        shown = await self.platform.answered(id)
        return "\n".join(line["text"] for line in shown)

    async def say(self, text: str, **more: object) -> str:
        return await self.answer(await self.send(text, **more))

    async def word(self, verb: str, argument: str = "") -> str:
        return await self.say(f"/{verb} {argument}".strip())

    async def begin(self) -> str:
        return await self.say("/start")

    async def enter(self) -> None:
        await self.platform.enter(self.id)


class OnWeb:
    """Somebody on the web, with a cookie once they have said that they are of age."""

    def __init__(self, talker: Talker) -> None:
        self.talker = talker
        self._stranger: dict[str, str] = {}

    @property
    def names(self) -> list[str]:
        return [self.talker.cookie] if self.talker.cookie else []

    async def _post(self, body: Mapping[str, object]) -> str:
        id = self.talker.new_id()
        posted = await self.talker.post(id=id, **body)
        if not posted.accepted:
            self._stranger[id] = _refused(posted)
        return id

    async def send(self, text: str, **more: object) -> str:
        return await self._post({"text": text, **more})

    async def say(self, text: str, **more: object) -> str:
        return await self.answer(await self.send(text, **more))

    async def word(self, verb: str, argument: str = "") -> str:
        body = {"command": verb, **({"argument": argument} if argument else {})}
        return await self.answer(await self._post(body))

    async def press(self, verb: str, argument: str = "") -> str:
        """Press a button."""
        body = {"choice": verb, **({"argument": argument} if argument else {})}
        return await self.answer(await self._post(body))

    async def answer(self, id: str) -> str:
        if id in self._stranger:
            return self._stranger[id]
        for _ in range(20):
            with suppress(AssertionError):
                return await self._heard(self.talker.events or self.talker.listen(), id)
            # Who is blocked or deleted in between is somebody else for the stream.
            await self.talker.leave()
        raise AssertionError(f"no answer to {id}")

    async def _heard(self, stream: Events, id: str) -> str:
        await stream.until(lambda: _whole(stream.messages, id), "an answer", seconds=2)
        return "\n".join(text_of(m) for m in stream.messages if id in m["in_reply_to"])

    async def begin(self) -> str:
        return await self.word("start")

    async def enter(self) -> None:
        await self.press("i_am_18")
        await self.press("agree")


def _refused(posted: Posted) -> str:
    if "text" in posted.body:  # what anybody is told, also a stranger
        return str(posted.body["text"])
    error = posted.body["error"]
    labels = [choice["choice"] for choice in error.get("choices", ())]
    return "\n".join([error["message"], *(f"/{label}" for label in labels)])


def _whole(messages: list[dict[str, Any]], id: str) -> bool:
    return any(m["last"] for m in messages if id in m["in_reply_to"])
