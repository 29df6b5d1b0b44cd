"""From an account to a person, in one round trip where that is possible."""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from amity.datamap.declarations import IDENTITIES, PEOPLE, TOMBSTONES
from amity.datamap.schema import Purpose
from amity.people.person import Person
from amity.people.states import State
from amity.store.contract import EVERYONE, Access, Add, Get, Value

if TYPE_CHECKING:
    from amity.store.vault import OpenRow, Vault

__all__ = ["KEY_REALM", "Account", "Lookup", "tombstone"]

KEY_REALM: Final = "key"
"""The realm of bearer keys. Their senders are known on every channel, whatever its realm."""

_MINOR: Final = "minor"
_TERMINATED: Final = "terminated"
_HEX: Final = frozenset("0123456789abcdef")

_REASON: Final = ("reason",)
_OWNER: Final = ("person",)

# Who an account belongs to is not known before it is looked up: hence everyone.
_ACCESS: Final = Access(Purpose.SECURITY, EVERYONE)


@dataclass(frozen=True, slots=True)
class Account:
    """An account that was looked for.

    Attributes:
        identity: The keyed hash under which it is found.
        person: Whose it is, as ``People.find`` says.
    """

    identity: str
    person: Person | None


class Lookup:
    """Finds people by their accounts.

    Remembers under which hash an account is found and which person it belonged to, and nothing
    else: identity, tombstone and person are read each time, so that a change in another process
    counts at once.
    """

    def __init__(self, vault: "Vault", limit: int) -> None:
        self._vault = vault
        self._limit = limit
        self._known: OrderedDict[str, str] = OrderedDict()
        self._hashes = lru_cache(maxsize=limit)(partial(vault.blind, "identity"))

    def identity_id(self, realm: str, sender_id: str) -> str:
        """Return the keyed hash under which an account is found."""
        return self._hashes(realm, sender_id)

    async def find(self, realm: str, sender_id: str) -> Person | None:
        """Return who an account belongs to; ``None`` for a stranger, a ghost for a blocked one."""
        identity = self.identity_id(realm, sender_id)
        person = await self.by_identity(identity)
        if person is not None or not _looks_like_a_key(sender_id):
            return person
        key = self.identity_id(KEY_REALM, sender_id)
        return None if key == identity else await self.by_identity(key)

    async def find_all(self, realm: str, sender_ids: Collection[str]) -> dict[str, Account]:
        """Return who each of several accounts belongs to, as ``find`` does, in one round trip."""
        asked = [(id, self.identity_id(realm, id)) for id in sender_ids]
        gets = [self._gets(identity) for _, identity in asked]
        rows = iter(await self._vault.read([get for mine in gets for get in mine], _ACCESS))
        found: dict[str, Account] = {}
        for (id, identity), mine in zip(asked, gets, strict=True):
            person = await self._person(identity, [next(rows) for _ in mine])
            if person is None and _looks_like_a_key(id):
                person = await self.find(realm, id)
            found[id] = Account(identity, person)
        return found

    async def by_identity(self, identity: str) -> Person | None:
        """Return the person of an identity's id; ``None`` and ghosts as in ``find``."""
        rows = await self._vault.read(self._gets(identity), _ACCESS)
        return await self._person(identity, rows)

    def _gets(self, identity: str) -> list[Get]:
        """Return what is read of an account; with the person where it is known whose it was."""
        known = self._known.get(identity)
        gets = [Get(TOMBSTONES, identity, _REASON), Get(IDENTITIES, identity, _OWNER)]
        return gets if known is None else [*gets, Get(PEOPLE, known)]

    async def _person(self, identity: str, rows: Sequence["OpenRow | None"]) -> Person | None:
        """Return whom the rows of ``_gets`` speak of."""
        tombstone_row, account, *people = rows
        if tombstone_row is not None:
            minor = tombstone_row["reason"] == _MINOR
            return Person(id="", state=State.MINOR_BLOCKED if minor else State.TERMINATED)
        if account is None:
            self._known.pop(identity, None)
            return None
        owner = str(account["person"])
        row = people[0] if people else None
        if row is None or row["id"] != owner:
            row = await self._vault.get(PEOPLE, owner, _ACCESS)
        if row is None:
            self._known.pop(identity, None)
            return None
        self._remember(identity, owner)
        return Person.from_row(row)

    def forget_identity(self, identity: str) -> None:
        """Forget whose account it was."""
        self._known.pop(identity, None)
        self._hashes.cache_clear()

    def forget_person(self, person_id: str) -> None:
        """Forget which accounts a person had."""
        self._hashes.cache_clear()
        for identity in [i for i, p in self._known.items() if p == person_id]:
            del self._known[identity]

    def _remember(self, identity: str, person_id: str) -> None:
        self._known[identity] = person_id
        self._known.move_to_end(identity)
        while len(self._known) > self._limit:
            self._known.popitem(last=False)


def _looks_like_a_key(sender_id: str) -> bool:
    # See ``amity.adapter.key_sender``: 256 bits, so no platform's account id is taken for one.
    return len(sender_id) == 64 and _HEX.issuperset(sender_id)


def tombstone(identity: str, state: State, now: int) -> Add:
    """Return the operation that blocks an account for good, whoever it will belong to."""
    reason = _MINOR if state is State.MINOR_BLOCKED else _TERMINATED
    row: dict[str, Value] = {"id": identity, "reason": reason, "created_at": now}
    return Add(TOMBSTONES, row, ignore_duplicate=True)
