"""Accounts, bearer keys and recovery codes: what leads to a person."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from amity.adapter import KeyInfo, key_sender
from amity.datamap.declarations import CREDENTIALS, IDENTITIES, PEOPLE, TOMBSTONES
from amity.datamap.schema import Purpose
from amity.errors import Conflict, Duplicate, TooManyKeys
from amity.people.codes import new_key, new_recovery_code, normalise_recovery_code
from amity.people.lookup import KEY_REALM, Lookup
from amity.people.person import Identity, IdentityKind, Person
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Add, Change, Get, Operation, Remove, Value

if TYPE_CHECKING:
    from amity.clock import Clock
    from amity.store.vault import Vault

__all__ = ["Accounts"]

_RECOVERY: Final = "recovery"
_USED: Final = "used"
_LABEL_LIMIT: Final = 100
_KEYS_EACH: Final = 20
_LOOK_UP: Final = Access(Purpose.SECURITY, EVERYONE)


class Accounts:
    """Writes and reads identities and credentials."""

    def __init__(self, vault: "Vault", clock: "Clock", lookup: Lookup) -> None:
        self._vault = vault
        self._clock = clock
        self._lookup = lookup
        self._making_key = asyncio.Lock()

    def row(
        self,
        realm: str,
        sender_id: str,
        person_id: str,
        kind: IdentityKind,
        label: SealedText | None,
    ) -> dict[str, Any]:
        """Return the row of an identity."""
        return {
            "id": self._lookup.identity_id(realm, sender_id),
            "person": person_id,
            "realm": realm,
            "kind": kind.value,
            "platform_id": SealedText(sender_id),
            "created_at": self._clock.now(),
            "label": label,
        }

    async def owner(self, identity: str) -> str | None:
        """Return the id of the person an identity names, whether or not that person is there."""
        row = await self._vault.get(IDENTITIES, identity, _LOOK_UP)
        return None if row is None else str(row["person"])

    async def of(self, person_id: str) -> list[Identity]:
        """Return a person's identities, in the order of their ids."""
        rows = await self._vault.find(
            IDENTITIES, "person", Access(Purpose.SERVICE, person_id), equal={"person": person_id}
        )
        return [Identity.from_row(row) for row in rows]

    async def add(
        self,
        realm: str,
        sender_id: str,
        person: Person,
        kind: IdentityKind,
        label: SealedText | None,
    ) -> Identity:
        """Add an identity; see ``People.add_identity``."""
        if label is not None and len(label) > _LABEL_LIMIT:
            raise ValueError("the label is too long")
        row = self.row(realm, sender_id, person.id, kind, label)
        identity = str(row["id"])
        await self._refuse_blocked(identity)
        # The precondition: whoever was blocked or erased meanwhile gets no new way in.
        still = Change(PEOPLE, person.id, {}, when={"state": person.state.value})
        try:
            await self._vault.write([still, Add(IDENTITIES, row)], _service(person.id))
        except Duplicate:
            if await self.owner(identity) != person.id:
                raise
        return Identity.from_row(row)

    async def move(
        self, realm: str, sender_id: str, person: Person, *, using: Sequence[Operation] = ()
    ) -> str | None:
        """Move an identity, and do what is ``using`` with it; see ``People.move_identity``."""
        identity = self._lookup.identity_id(realm, sender_id)
        await self._refuse_blocked(identity)
        former = await self.owner(identity)
        if former == person.id:
            return None
        row = self.row(realm, sender_id, person.id, IdentityKind.ACCOUNT, None)
        still = Change(PEOPLE, person.id, {}, when={"state": person.state.value})
        if former is None:
            await self._vault.write([still, *using, Add(IDENTITIES, row)], _service(person.id))
            return None
        # Sealed for one person, the platform's id is sealed anew for the other.
        moved = {name: row[name] for name in ("person", "platform_id", "label", "created_at")}
        change = Change(IDENTITIES, identity, moved, when={"person": former})
        await self._vault.write([still, *using, change], Access(Purpose.SERVICE, EVERYONE))
        self._lookup.forget_identity(identity)
        left = [i for i in await self.of(former) if i.kind is IdentityKind.ACCOUNT]
        return None if left else former

    async def _refuse_blocked(self, identity: str) -> None:
        rows = await self._vault.read([Get(TOMBSTONES, identity)], _LOOK_UP)
        if rows[0] is not None:
            raise Conflict("the account is blocked")

    # ------------------------------------------------------------------ keys

    async def issue_key(self, person: Person, label: SealedText) -> str:
        """Make a bearer key; see ``People.issue_key``."""
        key = new_key()
        # Two processes in one moment can make one more between them, which does no harm.
        async with self._making_key:
            if len(await self.keys(person.id)) >= _KEYS_EACH:
                raise TooManyKeys(
                    f"a person may have at most {_KEYS_EACH} keys; one has to be revoked first"
                )
            await self.add(KEY_REALM, key_sender(key).id, person, IdentityKind.KEY, label)
        return key

    async def keys(self, person_id: str) -> list[KeyInfo]:
        """Return a person's keys, oldest first."""
        keys = [i for i in await self.of(person_id) if i.kind is IdentityKind.KEY]
        keys.sort(key=lambda i: (i.created_at, i.id))
        return [
            KeyInfo(id=i.id, label=i.label.reveal() if i.label else "", created_at=i.created_at)
            for i in keys
        ]

    async def revoke_key(self, person_id: str, key_id: str) -> bool:
        """Remove a key; false if it is not a key of this person."""
        row = await self._vault.get(IDENTITIES, key_id, _service(person_id))
        if row is None or row["person"] != person_id or row["kind"] != IdentityKind.KEY:
            return False
        removed = await self._vault.write([Remove(IDENTITIES, key_id)], _service(person_id))
        self._lookup.forget_identity(key_id)
        return removed[0] > 0

    # ------------------------------------------------------------------ recovery

    async def issue_recovery(self, person: Person) -> str:
        """Make a recovery code; see ``People.issue_recovery``."""
        code = new_recovery_code()
        row: dict[str, Value] = {
            "id": self._recovery_id(normalise_recovery_code(code) or ""),
            "person": person.id,
            "kind": _RECOVERY,
            "created_at": self._clock.now(),
            "expires_at": None,
        }
        former = Remove(CREDENTIALS, index="person", equal={"person": person.id, "kind": _RECOVERY})
        still = Change(PEOPLE, person.id, {}, when={"state": person.state.value})
        await self._vault.write([still, former, Add(CREDENTIALS, row)], _service(person.id))
        return code

    async def has_recovery(self, person_id: str) -> bool:
        """Whether a recovery code exists."""
        found = await self._vault.count(
            CREDENTIALS,
            "person",
            _service(person_id),
            equal={"person": person_id, "kind": _RECOVERY},
        )
        return found > 0

    async def recover(self, realm: str, sender_id: str, code: str) -> str | None:
        """Use a recovery code up; see ``People.recover``."""
        letters = normalise_recovery_code(code)
        if letters is None:
            return None
        id = self._recovery_id(letters)
        owner = await self._code_of(id)
        row = None if owner is None else await self._vault.get(PEOPLE, owner, _service(owner))
        if row is None:
            return None
        person = Person.from_row(row)
        # Where a store applies a batch one by one, the first of several who marks it has it.
        spent: dict[str, Value] = {"kind": _USED, "expires_at": self._clock.now()}
        use = Change(CREDENTIALS, id, spent, when={"kind": _RECOVERY})
        try:
            await self.move(realm, sender_id, person, using=[use, Remove(CREDENTIALS, id)])
        except Conflict:
            if await self._code_of(id) is None:
                return None  # another process was faster
            raise
        return person.id

    async def _code_of(self, id: str) -> str | None:
        """Return the id of the person whose unused code this is."""
        row = await self._vault.get(CREDENTIALS, id, _LOOK_UP)
        if row is None or row["kind"] != _RECOVERY:
            return None
        until = row["expires_at"]
        if isinstance(until, int) and until <= self._clock.now():
            return None
        return str(row["person"])

    def _recovery_id(self, letters: str) -> str:
        return self._vault.blind("recovery code", letters)


def _service(person_id: str) -> Access:
    return Access(Purpose.SERVICE, person_id)
