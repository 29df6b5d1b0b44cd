"""People's rights, as the words and the operator's commands use them."""

import asyncio
from collections.abc import Callable, Mapping

from amity.clock import Clock, day_of
from amity.datamap.declarations import CONSENTS, CONVERSATIONS, IDENTITIES, MESSAGES
from amity.datamap.schema import Purpose
from amity.ids import Ids
from amity.memory.history import is_talk
from amity.people import People, Person
from amity.privacy import (
    Policy,
    clear_conversation,
    erase_person,
    export,
    resume_erasures,
    sweep,
)
from amity.store.contract import Access
from amity.store.vault import Vault
from amity.support import Support
from amity.turn.services import Counts

__all__ = ["OwnRights"]


class OwnRights:
    """Clears, erases and exports through the privacy room."""

    def __init__(
        self,
        vault: Vault,
        people: People,
        clock: Clock,
        ids: Ids,
        *,
        policy: Callable[[], Policy],
        forget: Callable[[], None],
        erased: Callable[[str], None],
        names: Callable[[str], Mapping[str, str]],
        support: Callable[[], Support],
    ) -> None:
        self._vault = vault
        self._people = people
        self._clock = clock
        self._ids = ids
        self._policy = policy
        self._forget = forget
        self._erased = erased
        self._names = names
        self._support = support
        # One after the other: however many people want theirs, the others are answered.
        self._exporting = asyncio.Semaphore(1)

    async def clear(self, person: str, conversation: str | None) -> Counts:
        """Clear one conversation, or all; the keys are destroyed when this returns."""
        said = await self._said(person, conversation)
        receipt = await clear_conversation(
            self._vault, person, conversation, self._clock, self._ids
        )
        self._forget()
        return Counts(messages=said[0], replies=said[1], conversations=said[2], keys=receipt.keys)

    async def erase(self, person: str) -> Counts:
        """Erase a person; everything is gone when this returns."""
        said = await self._said(person, None)
        async with self._support().erasing(person):
            receipt = await erase_person(self._vault, person, self._clock, self._ids)
            self._people.forget(person)
            self._erased(person)
            self._forget()
        return Counts(
            messages=said[0],
            replies=said[1],
            conversations=receipt.counts.get(CONVERSATIONS.name, 0),
            keys=receipt.keys,
            identities=receipt.counts.get(IDENTITIES.name, 0),
            proofs=receipt.kept.get(CONSENTS.name, 0),
        )

    async def resume(self) -> None:
        """Finish every erasure that a crash cut off."""
        await resume_erasures(self._vault, self._clock, self._ids)

    async def export(self, person: Person, language: str) -> tuple[str, bytes]:
        """Return a ZIP with everything about a person, and what to call it."""
        policy = self._policy()
        async with self._exporting:
            content = await export(
                self._vault,
                self._vault.datamap,
                person,
                policy,
                clock=self._clock,
                language=language,
                personas=self._names(language),
            )
        return f"{policy.facts.service}-{day_of(self._clock.now())}.zip", content

    async def sweep(
        self, retention: Mapping[str, int | None], *, dry_run: bool, thorough: bool = False
    ) -> Mapping[str, int]:
        """Delete what is past its time; ``thorough`` looks for rows of erased people, too."""
        removed = await sweep(
            self._vault,
            self._vault.datamap,
            retention,
            self._clock,
            dry_run=dry_run,
            thorough=thorough,
        )
        if removed and not dry_run:
            self._forget()
        return removed

    async def _said(self, person: str, conversation: str | None) -> tuple[int, int, int]:
        """Count the messages, replies and conversations that are about to go."""
        rows = await self._vault.store.find(
            MESSAGES, "journal", Access(Purpose.RIGHTS, person), equal={"person": person}
        )
        chosen = [
            row for row in rows if conversation in (None, row["conversation"]) and is_talk(row)
        ]
        inward = sum(1 for row in chosen if row["direction"] == "in")
        touched = {row["conversation"] for row in chosen}
        return inward, len(chosen) - inward, len(touched)
