"""The vault: the store's verbs over rows whose content is sealed and opened on the way.

What a program hands in and gets back holds ``SealedText`` (or ``bytes``) in the sealed fields; the
store below sees only what was made of them. A value is bound to its collection, field, row and
person, so it opens nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from amity.clock import Clock
from amity.datamap.schema import Collection, DataMap
from amity.errors import KeyDestroyed, StoreUnavailable, Undeclared
from amity.observe import get_logger
from amity.store.contract import (
    UNBOUNDED,
    Access,
    Add,
    Change,
    Get,
    Increment,
    Operation,
    Put,
    Range,
    Remove,
    Row,
    Store,
    Value,
)
from amity.store.keyring import Keyring, Owner, State
from amity.store.seal import InvalidTag
from amity.store.seal_plan import SealPlan

__all__ = ["ManagedStore", "OpenRow", "Vault"]

OpenRow = Row
"""A row whose sealed fields hold a ``SealedText`` (or ``bytes``), opened by the vault."""

_NOTHING: Mapping[str, Value] = MappingProxyType({})
_FETCHES: Final = 8


class ManagedStore(Store, Protocol):
    """A backend with what its keeper needs besides the contract."""

    id: str

    async def scrub(self) -> None:
        """Leave nothing of deleted rows behind, where the backend can."""
        ...

    async def holds_nothing(self) -> bool:
        """Tell whether no collection has a row."""
        ...

    @property
    def failures(self) -> int:
        """How many commits the disk has not taken; whoever sees it grow looks at the store."""
        ...

    async def shortage(self) -> str:
        """Return why there is no room for what is written next; empty if there is."""
        ...

    async def figures(self) -> dict[str, int]:
        """Return the number of rows of each collection, and the size as ``bytes``."""
        ...


class Vault:
    """A store whose content nobody reads without the keys.

    Attributes:
        store: The backend, for what is not about rows (backup, figures).
        keyring: The keys.
        clock: The time that backups are marked with.
        datamap: What may be stored.
        unscrubbed: Whether something of removed rows may still be in the database's files.
        unreadable: How many values were met that their own key did not open: changed from outside,
            or sealed under a key that an older copy of the keyring does not have.
    """

    def __init__(self, store: ManagedStore, keyring: Keyring, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.keyring = keyring
        self.datamap: DataMap = store.datamap
        self.unscrubbed = False
        self.unreadable = 0
        self._plans = {c.name: SealPlan(c) for c in store.datamap.collections}

    @property
    def failures(self) -> int:
        """How many commits the disk has not taken, of the rows and of their keys."""
        return self.store.failures + self.keyring.failures

    def blind(self, domain: str, *parts: str) -> str:
        """Return the keyed hash of the parts, for blind fields and for ids that must not speak.

        The same parts in another domain, or cut differently into parts, give another hash.
        """
        return self.keyring.blind(domain, *parts)

    async def get(
        self,
        collection: Collection,
        id: str,
        access: Access,
    ) -> Row | None:
        """Return the row opened, or ``None``: not there, of another subject, or its key is gone."""
        row = await self.store.get(collection, id, access)
        if row is None:
            return None
        opened = await self._open([(self._plan(collection), row)])
        return opened[0]

    async def read(self, gets: Sequence[Get], access: Access) -> list[Row | None]:
        """Return several rows in one round trip, in order, as ``get`` would each."""
        plans = [self._plan(get.collection) for get in gets]
        asked = [
            get
            if not get.only or plan.says_owner(get.only)
            else Get(get.collection, get.id, (*get.only, *plan.owner_fields))
            for get, plan in zip(gets, plans, strict=True)
        ]
        rows = await self.store.read(asked, access)
        present = [(plan, row) for plan, row in zip(plans, rows, strict=True) if row is not None]
        opened = iter(await self._open(present))
        return [None if row is None else next(opened) for row in rows]

    async def find(
        self,
        collection: Collection,
        index: str,
        access: Access,
        *,
        equal: Mapping[str, Value] = _NOTHING,
        range: Range = UNBOUNDED,  # noqa: A002 - it is one, and named where it is passed
        descending: bool = False,
        limit: int | None = None,
        only: Sequence[str] = (),
    ) -> list[Row]:
        """Return rows opened, in the index's order; rows whose key is gone are left out.

        So with a ``limit`` fewer may come than there are: a short answer is not the end.
        """
        plan = self._plan(collection)
        rows = await self.store.find(
            collection,
            index,
            access,
            equal=equal,
            range=range,
            descending=descending,
            limit=limit,
            # Which key opens a row stands in the row.
            only=(*only, *plan.owner_fields) if only else (),
        )
        opened = await self._open([(plan, row) for row in rows])
        return [row for row in opened if row is not None]

    async def count(
        self,
        collection: Collection,
        index: str,
        access: Access,
        *,
        equal: Mapping[str, Value] = _NOTHING,
        range: Range = UNBOUNDED,  # noqa: A002 - it is one, and named where it is passed
    ) -> int:
        """Count rows, readable or not."""
        return await self.store.count(collection, index, access, equal=equal, range=range)

    async def write(self, operations: Sequence[Operation], access: Access) -> list[int]:
        """Seal and apply operations; see ``Store.write``.

        Keys that are not there yet are made and committed before the first row is written.

        Raises:
            KeyDestroyed: one of the rows belongs to an owner whose key was destroyed. Nothing was
                written; where another process destroyed it meanwhile, that owner's rows were not.
            Conflict: a precondition did not hold.
            Duplicate: an added row is there already.
            Undeclared: the data map does not allow one of the operations.
        """
        for _ in range(_FETCHES):
            missing: set[Owner] = set()
            sealed = [self._seal(operation, missing) for operation in operations]
            if not missing:
                # Nothing waits between sealing and the store's queue: whoever destroys a key
                # from now on queues the removal of its rows later, and that finds these too.
                counts = await self.store.write(sealed, access)
                if self.keyring.shared:
                    await self._take_back(operations, access)
                return counts
            await self.keyring.fetch(missing, make=True)
        raise StoreUnavailable("the keys of a write were forgotten again and again; try it later")

    async def _take_back(self, operations: Sequence[Operation], access: Access) -> None:
        """Remove rows that were written for an owner whom another process destroyed meanwhile.

        It marks the owner first, then deletes keys, then rows. So what we wrote before its removal
        of rows is removed by that; after it, the mark is there to be seen.
        """
        written: list[tuple[Owner, Remove]] = []
        for operation in operations:
            plan = self._plan(operation.collection)
            if plan.keyed and isinstance(operation, Add | Put | Increment):
                owner, key = plan.owner(operation.row), operation.row.get("id")
                key = operation.id if isinstance(operation, Increment) else key
                if owner is not None:
                    written.append((owner, Remove(operation.collection, str(key))))
        if not written:
            return
        await self.keyring.fetch({owner for owner, _ in written}, make=False)
        late = [r for o, r in written if self.keyring.state(o) is State.DESTROYED]
        if late:
            await self.store.write(late, access)
            raise KeyDestroyed("the content's key was destroyed while it was written")

    async def claim(self, name: str, owner: str, *, now: int, lease: int) -> int | None:
        """Take or renew a lease; see ``Store.claim``."""
        return await self.store.claim(name, owner, now=now, lease=lease)

    async def release(self, name: str, owner: str) -> None:
        """Give a lease up; see ``Store.release``."""
        await self.store.release(name, owner)

    async def destroy(
        self, person: str, conversation: str | None = None, generation: int | None = None
    ) -> int:
        """Destroy keys and return how many went.

        All of a person's, or those of one conversation, or of that up to a generation. When it
        returns, their bytes are in no file of the keyring, and nothing sealed under them opens
        again, here or from any backup; rows are for the caller to remove. It cannot be undone:
        the same person, or the same conversation in these generations, never gets a key again.
        """
        return await self.keyring.destroy(person, conversation, generation)

    async def scrub(self) -> None:
        """After rows were removed: leave nothing of them in the database's files.

        Raises:
            StoreUnavailable: somebody else reads the file all the time.
        """
        await self.store.scrub()
        self.unscrubbed = False

    async def scrub_when_free(self) -> bool:
        """Scrub, or leave it to the next sweep where somebody else reads the file all the time.

        So whoever asked for the deletion is not kept waiting by a backup. False if it was left.
        """
        try:
            await self.scrub()
        except StoreUnavailable as error:
            self.unscrubbed = True
            get_logger("store").warning("store.unscrubbed", reason=str(error))
            return False
        return True

    async def rotate(self, new_master: bytes) -> None:
        """Exchange the master key. The content stays as it is; the old key opens nothing more."""
        await self.keyring.rotate(new_master)

    async def aclose(self) -> None:
        """Finish what is queued and close store and keyring. Calling it again is a no-op."""
        try:
            await self.store.aclose()
        finally:
            await self.keyring.aclose()

    def _plan(self, collection: Collection) -> SealPlan:
        plan = self._plans.get(collection.name)
        if plan is None:
            raise Undeclared(f"the data map has no collection {collection.name}")
        return plan

    def _key(self, owner: Owner, missing: set[Owner]) -> AESGCM | None:
        under = self.keyring.usable(owner)
        if under is None:
            missing.add(owner)
        return under

    def _seal(self, operation: Operation, missing: set[Owner]) -> Operation:
        """Seal one operation; an owner whose key is not known goes to ``missing`` instead.

        A row of a keyed collection needs its owner's key also when its sealed fields are empty:
        then a late write for a destroyed owner fails here, too.
        """
        plan = self._plan(operation.collection)
        if isinstance(operation, Remove) or not (plan.sealed or plan.blind):
            return operation
        if isinstance(operation, Change):
            plan.check_blind(operation.set)
            if plan.names.isdisjoint(operation.set):
                return operation
            owner = plan.owner_of_change(operation)
            under = self._key(owner, missing)
            if under is None:
                return operation
            return replace(operation, set=plan.seal(operation.set, operation.id, owner, under))
        plan.check_blind(operation.row)
        key = operation.id if isinstance(operation, Increment) else operation.row.get("id")
        if not isinstance(key, str):
            raise Undeclared(f"{plan.name}: a row lacks id")
        whose = plan.owner(operation.row)
        under = None if whose is None else self._key(whose, missing)
        if whose is not None and under is None:
            return operation
        row = plan.seal(operation.row, key, whose, under)
        match operation:
            case Add():
                return Add(operation.collection, row, operation.ignore_duplicate)
            case Put():
                return Put(operation.collection, row)
            case Increment():
                return replace(operation, row=row)

    async def _open(self, rows: list[tuple[SealPlan, Row]]) -> list[Row | None]:
        """Open rows, learning the keys that are not known yet."""
        if not any(plan.sealed for plan, _ in rows):
            return [row for _, row in rows]
        owners = [plan.owner(row) for plan, row in rows]
        known: dict[Owner | None, AESGCM | State | None] = {
            owner: self.keyring.state(owner) for owner in set(owners) if owner is not None
        }
        unknown = {owner for owner, state in known.items() if owner is not None and state is None}
        if State.ABSENT in known.values():
            # Where there was no key, another process may have made one since we looked.
            unknown |= {
                owner
                for (plan, row), owner in zip(rows, owners, strict=True)
                if owner is not None
                and known[owner] is State.ABSENT
                and any(row.get(name) is not None for name in plan.names)
            }
        if unknown:
            await self.keyring.fetch(unknown, make=False)
            known |= {owner: self.keyring.state(owner) for owner in unknown}
        opened: list[Row | None] = []
        for (plan, row), owner in zip(rows, owners, strict=True):
            try:
                opened.append(row if plan.open(row, owner, known.get(owner)) else None)
            except InvalidTag:
                self.unreadable += 1
                opened.append(None)
        return opened
