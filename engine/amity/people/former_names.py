"""What a person was called before.

A name that was changed still stands in what was said, and a prompt holds what was said. So it is
kept, sealed under the key of each conversation in which it may stand, and goes with it.
"""

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from amity.datamap.declarations import CONVERSATIONS, FORMER_NAMES, MESSAGES
from amity.datamap.schema import Purpose
from amity.people.changes import Fields
from amity.people.person import Person
from amity.sealed import SealedText
from amity.store.contract import Access, Add, Row
from amity.store.keyring import State

if TYPE_CHECKING:
    from amity.clock import Clock
    from amity.ids import Ids
    from amity.store.vault import Vault

__all__ = ["FormerNames"]


class FormerNames:
    """Reads and keeps former call-names."""

    def __init__(self, vault: "Vault", clock: "Clock", ids: "Ids") -> None:
        self._vault = vault
        self._clock = clock
        self._ids = ids

    async def of(self, person: Person) -> list[SealedText]:
        """Return each name that is kept and not the present one, the oldest first."""
        found: dict[str, SealedText] = {}
        for row in sorted(await self._rows(person), key=lambda row: str(row["id"])):
            name = row["name"]
            if isinstance(name, SealedText):
                found.setdefault(_folded(name), name)
        if person.call_name is not None:
            found.pop(_folded(person.call_name), None)
        return list(found.values())

    def dated(self, person: Person, fields: Fields) -> Fields:
        """Return what is to be set, with the time if it takes the present name away."""
        if not _gives_up(person, fields):
            return fields
        return {**fields, "renamed_at": self._clock.now()}

    async def keep(self, person: Person, fields: Fields) -> Sequence[Add]:
        """Return what keeps a name that is taken away, for each conversation that holds words."""
        if not _gives_up(person, fields):
            return ()
        name = person.call_name
        kept = {
            (row["conversation"], row["generation"])
            for row in await self._rows(person)
            if row["name"] == name
        }
        access = Access(Purpose.SERVICE, person.id)
        conversations = await self._vault.store.find(
            CONVERSATIONS, "person", access, equal={"person": person.id}, only=("id", "generation")
        )
        rows: list[Row] = []
        for conversation in conversations:
            place = {"conversation": conversation["id"], "generation": conversation["generation"]}
            if tuple(place.values()) not in kept and await self._holds_words(place, access):
                rows.append({"id": self._ids.new(), "person": person.id, **place, "name": name})
        return [Add(FORMER_NAMES, row) for row in rows if not self._cleared(row)]

    def _cleared(self, row: Row) -> bool:
        """Whether a conversation is being cleared at this moment, with all that it holds."""
        owner = (str(row["person"]), str(row["conversation"]), int(str(row["generation"])))
        return self._vault.keyring.state(owner) is State.DESTROYED

    async def _rows(self, person: Person) -> list[Row]:
        return await self._vault.find(
            FORMER_NAMES,
            "person",
            Access(Purpose.SERVICE, person.id),
            equal={"person": person.id},
        )

    async def _holds_words(self, place: Row, access: Access) -> bool:
        rows = await self._vault.store.find(
            MESSAGES,
            "conversation",
            access,
            equal={"conversation": place["conversation"]},
            limit=1,
            only=("id",),
        )
        return bool(rows)


def _gives_up(person: Person, fields: Fields) -> bool:
    name = person.call_name
    return name is not None and fields.get("call_name", name) != name


def _folded(name: SealedText) -> str:
    return unicodedata.normalize("NFC", name.reveal()).casefold()
