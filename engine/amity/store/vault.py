"""The vault: the store's verbs over rows whose content is sealed and opened on the way.

What a program hands in and gets back holds ``SealedText`` (or ``bytes``) in the sealed fields; the
store below sees only what was made of them. A value is bound to its collection, field, row and
person, so it opens nowhere else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Protocol

from amity.clock import Clock
from amity.datamap.schema import Collection, DataMap, Field, Form, KeyScope, Kind
from amity.errors import KeyDestroyed, Undeclared
from amity.sealed import SealedText
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
from amity.store.keyring import SERVICE, Keyring, Owner, State, person_owner
from amity.store.seal import BLIND_SHAPE, InvalidTag, bound_to, open_sealed, seal

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

    async def figures(self) -> dict[str, int]:
        """Return the number of rows of each collection, and the size as ``bytes``."""
        ...


class _Plan:
    """What sealing has to know of one collection."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.name = collection.name
        self.subject = collection.subject
        self.scope = collection.keys
        self.sealed = collection.sealed
        self.blind = tuple(f.name for f in collection.all_fields if f.form is Form.BLIND)
        # Rows that nobody's key seals are never hidden for want of a key.
        self.keyed = bool(self.sealed) and self.scope is not KeyScope.SERVICE
        self.names = {f.name: f for f in self.sealed}
        if self.sealed and self.scope is not KeyScope.SERVICE:
            needed = [self.subject, "conversation", "generation"]
            for name in needed if self.scope is KeyScope.CONVERSATION else needed[:1]:
                if name is None or name not in collection.by_name:
                    raise ValueError(f"collection {self.name}: its keys need {name or 'a subject'}")

    def owner(self, row: Mapping[str, object]) -> Owner | None:
        """Return whose key seals the row; ``None`` if the row does not say."""
        if self.scope is KeyScope.SERVICE:
            return SERVICE
        person = row.get(self.subject or "")
        if not isinstance(person, str):
            return None
        if self.scope is KeyScope.PERSON:
            return person_owner(person)
        conversation, generation = row.get("conversation"), row.get("generation")
        if not isinstance(conversation, str) or not isinstance(generation, int):
            return None
        return (person, conversation, generation)

    def associated(self, field: Field, key: str, owner: Owner) -> bytes:
        """Return what a value is bound to."""
        return bound_to("field", str(self.collection.id), str(field.id), key, owner[0])


class Vault:
    """A store whose content nobody reads without the keys.

    Attributes:
        store: The backend, for what is not about rows (backup, figures).
        keyring: The keys.
        clock: The time that backups are marked with.
        datamap: What may be stored.
        unreadable: How many values were met that their own key did not open: changed from outside,
            or sealed under a key that an older copy of the keyring does not have.
    """

    def __init__(self, store: ManagedStore, keyring: Keyring, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.keyring = keyring
        self.datamap: DataMap = store.datamap
        self.unreadable = 0
        self._plans = {c.name: _Plan(c) for c in store.datamap.collections}

    def blind(self, domain: str, *parts: str) -> str:
        """Return the keyed hash of the parts, for blind fields and for ids that must not speak.

        The same parts in another domain, or cut differently into parts, give another hash.
        """
        return self.keyring.blind(domain, *parts)

    async def get(
        self,
        collection: Collection,
        id: str,  # noqa: A002 - a row's key is called id everywhere
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
        rows = await self.store.read(gets, access)
        present = [
            (self._plan(get.collection), row)
            for get, row in zip(gets, rows, strict=True)
            if row is not None
        ]
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
    ) -> list[Row]:
        """Return rows opened, in the index's order; rows whose key is gone are left out.

        So with a ``limit`` fewer may come than there are: a short answer is not the end.
        """
        rows = await self.store.find(
            collection, index, access, equal=equal, range=range, descending=descending, limit=limit
        )
        plan = self._plan(collection)
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
                written.
            Conflict: a precondition did not hold.
            Duplicate: an added row is there already.
            Undeclared: the data map does not allow one of the operations.
        """
        owners = self._owners(operations)
        for _ in range(_FETCHES):
            missing = [o for o in owners if self.keyring.usable(o) is None]
            if not missing:
                break
            await self.keyring.fetch(missing, make=True)
        # From here to the store's queue nothing waits: a key that is destroyed from now on is
        # destroyed before the removal of its rows is queued, which then finds these rows too.
        return await self.store.write([self._seal(operation) for operation in operations], access)

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
        """After rows were removed: leave nothing of them in the database's files."""
        await self.store.scrub()

    async def rotate(self, new_master: bytes) -> None:
        """Exchange the master key. The content stays as it is; the old key opens nothing more."""
        await self.keyring.rotate(new_master)

    async def aclose(self) -> None:
        """Finish what is queued and close store and keyring. Calling it again is a no-op."""
        try:
            await self.store.aclose()
        finally:
            await self.keyring.aclose()

    def _plan(self, collection: Collection) -> _Plan:
        plan = self._plans.get(collection.name)
        if plan is None:
            raise Undeclared(f"the data map has no collection {collection.name}")
        return plan

    def _owners(self, operations: Iterable[Operation]) -> set[Owner]:
        """Return the owners whose keys the operations need.

        A row of a keyed collection needs its owner's key also when its sealed fields are empty:
        then a late write for a destroyed owner fails here, too.
        """
        owners: set[Owner] = set()
        for operation in operations:
            plan = self._plan(operation.collection)
            if not plan.keyed or isinstance(operation, Remove):
                continue
            if isinstance(operation, Change):
                if any(name in operation.set for name in plan.names):
                    owners.add(self._owner_of_change(plan, operation))
                continue
            owner = plan.owner(operation.row)
            if owner is not None:
                owners.add(owner)
        return owners

    def _owner_of_change(self, plan: _Plan, change: Change) -> Owner:
        owner = plan.owner(change.owner)
        if owner is None:
            known = {**change.when, **change.set, **change.owner}
            if plan.subject == "id":
                known["id"] = change.id
            owner = plan.owner(known)
        if owner is None:
            raise Undeclared(
                f"{plan.name}: a change of a sealed field must say whose the row is (owner)"
            )
        return owner

    def _seal(self, operation: Operation) -> Operation:
        plan = self._plan(operation.collection)
        if isinstance(operation, Remove) or not (plan.sealed or plan.blind):
            return operation
        if isinstance(operation, Change):
            sealed = [name for name in plan.names if name in operation.set]
            self._check_blind(plan, operation.set)
            if not sealed:
                return operation
            owner = self._owner_of_change(plan, operation)
            return replace(operation, set=self._sealed(plan, operation.set, operation.id, owner))
        self._check_blind(plan, operation.row)
        if not plan.sealed:
            return operation
        owner_of_row = plan.owner(operation.row)
        key = operation.id if isinstance(operation, Increment) else operation.row.get("id")
        if not isinstance(key, str):
            raise Undeclared(f"{plan.name}: a row lacks id")
        row = self._sealed(plan, operation.row, key, owner_of_row)
        match operation:
            case Add():
                return Add(operation.collection, row, operation.ignore_duplicate)
            case Put():
                return Put(operation.collection, row)
            case Increment():
                return replace(operation, row=row)

    def _sealed(
        self, plan: _Plan, row: Mapping[str, Value], key: str, owner: Owner | None
    ) -> dict[str, Value]:
        result = dict(row)
        for field in plan.sealed:
            value = row.get(field.name)
            if value is None:
                continue
            if owner is None:
                raise Undeclared(
                    f"{plan.name}: a row with a sealed {field.name} must say whose it is"
                )
            under = self.keyring.usable(owner)
            if under is None:
                raise KeyDestroyed("the content's key is not there any more")
            result[field.name] = seal(
                under, _content(plan, field, value), plan.associated(field, key, owner)
            )
        return result

    def _check_blind(self, plan: _Plan, row: Mapping[str, Value]) -> None:
        for name in plan.blind:
            value = row.get(name)
            if value is not None and not (isinstance(value, str) and BLIND_SHAPE.fullmatch(value)):
                raise Undeclared(f"{plan.name}: blind field {name} takes what blind() returns")

    async def _open(self, rows: list[tuple[_Plan, Row]]) -> list[Row | None]:
        """Open rows, learning the keys that are not known yet."""
        unknown = {
            owner
            for plan, row in rows
            if plan.keyed
            and (owner := plan.owner(row)) is not None
            and self._must_fetch(plan, row, owner)
        }
        if unknown:
            await self.keyring.fetch(unknown, make=False)
        return [self._open_row(plan, row) for plan, row in rows]

    def _must_fetch(self, plan: _Plan, row: Row, owner: Owner) -> bool:
        known = self.keyring.state(owner)
        # Another process may have made the key since we looked.
        return known is None or (
            known is State.ABSENT and any(row.get(field.name) is not None for field in plan.sealed)
        )

    def _open_row(self, plan: _Plan, row: Row) -> Row | None:
        if not plan.sealed:
            return row
        owner = plan.owner(row)
        known = State.ABSENT if owner is None else self.keyring.state(owner)
        if known is State.DESTROYED:
            return None
        for field in plan.sealed:
            value = row[field.name]
            if value is None:
                continue
            if (
                owner is None
                or known is None
                or isinstance(known, State)
                or not isinstance(value, bytes)
            ):
                return None
            try:
                content = open_sealed(known, value, plan.associated(field, str(row["id"]), owner))
            except InvalidTag:
                self.unreadable += 1
                return None
            if field.kind is Kind.BYTES:
                row[field.name] = content
            else:
                row[field.name] = SealedText(content.decode("utf-8", "surrogatepass"))
        return row


def _content(plan: _Plan, field: Field, value: object) -> bytes:
    if field.kind is Kind.BYTES and isinstance(value, bytes):
        return value
    if field.kind is not Kind.BYTES and isinstance(value, SealedText):
        return value.reveal().encode("utf-8", "surrogatepass")
    wanted = "bytes" if field.kind is Kind.BYTES else "a SealedText"
    raise Undeclared(
        f"{plan.name}: sealed field {field.name} takes {wanted}, not {type(value).__name__}"
    )
