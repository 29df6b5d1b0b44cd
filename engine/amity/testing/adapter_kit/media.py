"""Media: what people send can be fetched, what is sent to them is shown."""

import io
import zipfile
from dataclasses import replace
from typing import Final

from amity.adapter import SupportsMedia
from amity.errors import Gone, Refused
from amity.message import (
    Audio,
    File,
    Image,
    Location,
    MediaRef,
    Part,
    Sticker,
    Video,
    Voice,
)
from amity.testing.adapter_kit.base import FILES, AdapterKitBase
from amity.testing.adapter_kit.gate import content_of
from amity.testing.adapter_kit.people import Person
from amity.testing.adapter_kit.world import World, fail, words_of
from amity.testing.platform import HasMedia

__all__ = ["MediaKit"]

_KINDS: Final[tuple[type[Part], ...]] = (*FILES, Sticker, Location)
_Medium = Image | Voice | Audio | Video | File


class MediaKit(AdapterKitBase):
    """What an adapter does with more than words."""

    async def test_what_people_send_is_taken(self, world: World) -> None:
        """Each kind in ``takes`` arrives as that kind, and no other kind arrives at all."""
        if not self.has(world, HasMedia):
            return
        ann = await self.person(world)
        for kind in _KINDS:
            if await self._send(world, ann, kind) is None:
                continue
            parts = await self._parts_until_marker(world, ann)
            declared = kind in world.manifest.capabilities.takes
            arrived = [part for part in parts if type(part) is kind]
            if declared and not arrived:
                fail(
                    f"{world.name} takes {kind.__name__}, but one that was sent never reached the"
                    " core"
                )
            if not declared and arrived:
                fail(f"{world.name} hands in {kind.__name__}, but does not take it")
            if arrived and kind is Sticker and arrived[0] != Sticker(emoji="👋"):
                fail(f"{world.name}: of a sticker its emoji was lost")

    async def test_captions_are_words(self, world: World) -> None:
        """The words under a medium reach the core with it."""
        if not self.has(world, HasMedia):
            return
        ann = await self.person(world)
        for kind in FILES:
            if kind not in world.manifest.capabilities.takes:
                continue
            word = world.word()
            await self._send(world, ann, kind, caption=f"Look at this {word}")
            taken = await world.arrived(
                word, f"{world.name}: the caption of {kind.__name__} never reached the core"
            )
            if not any(type(part) is kind for part in taken.inbound.parts):
                fail(f"{world.name}: a caption came without the {kind.__name__} that it belongs to")
            await world.idle()

    async def test_media_can_be_fetched(self, world: World) -> None:
        """``fetch`` returns the bytes, refuses what is too long, and says what is gone."""
        adapter: object = world.adapter
        if not isinstance(adapter, SupportsMedia) or not self.has(world, HasMedia):
            return
        assert isinstance(world.platform, HasMedia)
        ann = await self.person(world)
        for kind in FILES:
            if kind not in world.manifest.capabilities.takes:
                continue
            content = f"{kind.__name__} {world.word()}".encode() * 50
            message = await world.platform.send(ann.name, kind, content, name="thing.bin")
            part = (await self._parts_until_marker(world, ann, kind))[-1]
            assert isinstance(part, _Medium)
            if await adapter.fetch(part.media, limit=len(content)) != content:
                fail(f"{world.name}: fetch returns other bytes than were sent")
            if part.media.size not in (None, len(content)):
                fail(f"{world.name}: MediaRef.size is not the number of bytes that were sent")
            # The size may be unknown or a lie: the limit is for what really comes.
            for media in (part.media, replace(part.media, size=None)):
                await self._refuses(world, adapter, media, len(content) - 1)
            await world.platform.lose(message)
            try:
                await adapter.fetch(part.media, limit=len(content))
            except Gone:
                continue
            except Exception as error:  # noqa: BLE001 -- it is named
                fail(f"{world.name}: of a file that is gone, fetch says {type(error).__name__}")
            fail(f"{world.name}: fetch returns a file that the platform does not have any more")

    @staticmethod
    async def _refuses(world: World, adapter: SupportsMedia, media: MediaRef, limit: int) -> None:
        try:
            await adapter.fetch(media, limit=limit)
        except Refused:
            return
        except Exception as error:  # noqa: BLE001 -- it is named
            fail(
                f"{world.name}: of a file beyond the limit, fetch says {type(error).__name__}"
                " instead of Refused"
            )
        fail(f"{world.name}: fetch returns more bytes than its limit allows")

    async def test_coordinates_stay_outside(self, world: World) -> None:
        """That a place was shared may be told; where it is, never (promise P26)."""
        if not self.has(world, HasMedia):
            return
        ann = await self.person(world)
        if await self._send(world, ann, Location, content=b"52.5163,13.3777") is None:
            return
        await self._parts_until_marker(world, ann)
        everything = world.log + world.printed.getvalue()
        everything += "".join(words_of(taken) for taken in world.record.taken)
        if "52.51" in everything or "13.37" in everything:
            fail(f"{world.name}: the coordinates of a place reached the core")

    async def test_a_file_is_shown(self, world: World) -> None:
        """A person who asks for their data gets the file, whole and by its name."""
        if world.manifest.capabilities.media_limit == 0:
            return
        ann = await self.person(world)
        word = await ann.talk()
        await ann.use("export")
        shown = await ann.sees(
            lambda m: m.media,
            "asked for their data and was not shown the file; an adapter that cannot show files"
            " says media_limit=0",
        )
        medium = shown.media[0]
        try:
            names = zipfile.ZipFile(io.BytesIO(medium.content)).namelist()
        except zipfile.BadZipFile:
            fail(f"{world.name}: a file that was sent is not whole")
        if not names or word in medium.name:
            fail(f"{world.name}: a file that was sent is empty")
        sent = [
            part.media.name
            for item in world.record.sent
            for part in item.outbound.parts
            if isinstance(part, File)
        ]
        if medium.name and medium.name not in sent:
            fail(f"{world.name}: a file is shown under another name than it was sent with")

    async def _send(
        self,
        world: World,
        person: Person,
        kind: type[Part],
        *,
        caption: str = "",
        content: bytes = b"",
    ) -> str | None:
        """Send a medium; ``None`` where people cannot send such a one there."""
        assert isinstance(world.platform, HasMedia)
        content = content or content_of(kind, world.word())
        try:
            return await world.platform.send(person.name, kind, content, caption=caption)
        except LookupError:
            if kind in world.manifest.capabilities.takes:
                fail(
                    f"{world.name} takes {kind.__name__}, but its driver cannot send one"
                    " (HasMedia.send)"
                )
            return None

    async def _parts_until_marker(
        self, world: World, person: Person, kind: type[Part] | None = None
    ) -> list[Part]:
        """Return what reached the core until something that is said now; of one kind only."""
        marker = world.word()
        await person.say(f"Did you see it {marker}")
        await world.arrived(marker)
        await world.idle()
        parts = [part for taken in world.record.taken for part in taken.inbound.parts]
        found = [part for part in parts if kind is None or type(part) is kind]
        if not found:
            fail(
                f"{world.name} takes {kind.__name__ if kind else 'media'}, but one that was sent"
                " never reached the core"
            )
        return found
