"""The keyring: a data key for each owner, kept apart from what it seals, and destroyed first.

    master key  (the operator's: environment or file)
    ├── service key, hash key
    └── person key
        ├── the person's own data key
        └── a data key for each conversation and generation

Each key lies wrapped by the one above it, bound to its owner. Destroying deletes the wrapped key
from the one place that has it; no backup of the data does. That an owner was destroyed is kept as
a keyed hash, so that a late writer cannot bring the owner back.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Protocol, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from amity.errors import KeyDestroyed, KeyringError, WrongMasterKey
from amity.failpoint import failpoint
from amity.store.seal import (
    KEY_BYTES,
    InvalidTag,
    bound_to,
    cipher,
    encoded,
    keyed_hash,
    new_key,
    open_sealed,
    seal,
)

__all__ = [
    "FOREVER",
    "SERVICE",
    "Found",
    "Keyring",
    "Made",
    "Owner",
    "Shelf",
    "State",
    "Tags",
    "person_owner",
]

Owner = tuple[str, str, int]
"""Person, conversation, generation."""

SERVICE: Final[Owner] = ("", "", 0)
FOREVER: Final = 2**62
"""A generation that no conversation reaches."""

_FORMAT: Final = b"1"
_CHECK: Final = b"amity keyring"
_KEPT: Final = 8192


def person_owner(person: str) -> Owner:
    """Return the owner of a person's own things."""
    return (person, "", 0)


class State(Enum):
    """Why there is no key."""

    ABSENT = "absent"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Tags:
    """Keyed hashes that stand for a person and a conversation where no name may stay."""

    person: bytes
    conversation: bytes


@dataclass(slots=True)
class Found:
    """What a shelf holds of the owners asked for."""

    people: dict[str, bytes] = field(default_factory=dict)
    keys: dict[Owner, bytes] = field(default_factory=dict)
    destroyed: set[Owner] = field(default_factory=set)


@dataclass(slots=True)
class Made:
    """Newly made wrapped keys."""

    people: dict[str, bytes] = field(default_factory=dict)
    keys: dict[Owner, bytes] = field(default_factory=dict)


class Shelf(Protocol):
    """Where wrapped keys lie. It sees no key that is not wrapped."""

    where: str
    max_age: float | None
    """Seconds for which a key may be remembered, where other processes may destroy it."""

    @property
    def failures(self) -> int:
        """How many commits the disk has not taken."""
        ...

    async def meta(self) -> dict[str, bytes]:
        """Return the keyring's own values; none of a keyring that is not made yet."""
        ...

    async def make(self, values: Mapping[str, bytes]) -> None:
        """Make the keyring. If another process was first, do nothing."""
        ...

    async def fetch(
        self, owners: Mapping[Owner, Tags], make: Callable[[Found], Made] | None
    ) -> Found:
        """Return what is there; with ``make``, first durably add what it makes of the rest.

        What another process added first is kept and returned instead. Nothing is ever added for
        a destroyed owner.
        """
        ...

    async def destroy(
        self, person: str, conversation: str | None, generation: int, tags: Tags
    ) -> int:
        """Delete keys so that no byte of them stays, remember that, and return how many."""
        ...

    async def rewrap(
        self,
        new: Mapping[str, bytes],
        again: Callable[[str, bytes], bytes],
        rotating: bytes | None,
    ) -> None:
        """Replace each person key by ``again`` of it, and the keyring's own values by ``new``.

        Where that is not one step, ``rotating`` is first kept as the own value of that name, and
        goes in the step that brings ``new``: whoever finds it undoes the rest. ``again`` may then
        be asked for a key twice.
        """
        ...

    async def copy(self, folder: str) -> None:
        """Write the one latest copy, replacing the one before."""
        ...

    async def trouble(self) -> str:
        """Return why no key can be kept or destroyed, and the mend; empty if nothing is known.

        Writes nothing: it is asked again and again.
        """
        ...

    async def aclose(self) -> None:
        """Close. Calling it again is a no-op."""
        ...


class Keyring:
    """The keys of one store, unwrapped in memory for as long as they are used."""

    def __init__(self, shelf: Shelf, master: AESGCM, service: bytes, hash_key: bytes) -> None:
        self._shelf = shelf
        self._master = master
        self._hash_key = hash_key
        self._service_key = service
        self.service = cipher(service)
        # Two halves make a cheap least-recently-used memory: what is asked for moves to the young
        # half, and when that is full the old half is forgotten.
        self._young: dict[Owner, AESGCM | State] = {}
        self._old: dict[Owner, AESGCM | State] = {}
        self._since = time.monotonic()
        # Owners whose destruction has begun: refused from that moment on.
        self._going: dict[tuple[str, str], int] = {}

    @classmethod
    async def open(cls, shelf: Shelf, master_key: bytes, store: str, *, fresh: bool) -> Self:
        """Open the keyring of a store; make it if the store is ``fresh`` (holds nothing yet).

        Raises:
            WrongMasterKey: the master key is not the keyring's.
            KeyringError: the keyring is not the store's, or cannot be read.
        """
        if len(master_key) != KEY_BYTES:
            raise KeyringError(
                f"the master key has {len(master_key)} bytes and must have {KEY_BYTES}"
            )
        master = cipher(master_key)
        meta = await shelf.meta()
        if not meta:
            if not fresh:
                raise KeyringError(
                    f"{shelf.where}: the keyring of this store is missing; put its latest copy "
                    "back, without it the content cannot be read"
                )
            await shelf.make(_new_meta(master, store))
            meta = await shelf.meta()
        if meta.get("format") != _FORMAT:
            raise KeyringError(f"{shelf.where}: a newer Amity made this keyring; install that one")
        if meta.get("store", b"").decode("utf-8", "replace") != store:
            raise KeyringError(
                f"{shelf.where}: this keyring belongs to another store, and the one it would open"
                " here holds nothing yet: if the data was lost, bring it back with `amity restore"
                " FOLDER`; to begin anew, move the keyring away (what it opened then stays shut)"
                if fresh
                else f"{shelf.where}: this keyring belongs to another store; put the right one here"
            )
        try:
            if open_sealed(master, meta["check"], bound_to("check")) != _CHECK:
                raise InvalidTag
            if "rotating" in meta:
                await _undo_rotation(shelf, master, meta)
            service = open_sealed(master, meta["service"], bound_to("service"))
            hash_key = open_sealed(master, meta["hash"], bound_to("hash"))
        except (InvalidTag, KeyError):
            raise WrongMasterKey(
                f"{shelf.where}: the master key is not the one this store was made with; "
                "set AMITY_MASTER_KEY, or put the right master.key back"
            ) from None
        return cls(shelf, master, service, hash_key)

    @property
    def failures(self) -> int:
        """How many commits the disk has not taken."""
        return self._shelf.failures

    @property
    def shared(self) -> bool:
        """True if other processes may destroy keys of this keyring."""
        return self._shelf.max_age is not None

    def blind(self, domain: str, *parts: str) -> str:
        """Return the keyed hash of the parts, as 43 characters of base64url."""
        return encoded(keyed_hash(self._hash_key, domain, *parts))

    def state(self, owner: Owner) -> AESGCM | State | None:
        """Return what is known of an owner's key without waiting: ``None`` is not known yet."""
        if self._going and self._is_going(owner):
            return State.DESTROYED
        if owner == SERVICE:
            return self.service
        if self._shelf.max_age is not None and time.monotonic() - self._since > self._shelf.max_age:
            self._since = time.monotonic()
            self._young, self._old = {}, {}
        known = self._young.get(owner)
        if known is None:
            known = self._old.get(owner)
            if known is not None:
                self._keep(owner, known)
        return known

    def usable(self, owner: Owner) -> AESGCM | None:
        """Return an owner's key if it is known, ``None`` if it has to be fetched first.

        Raises:
            KeyDestroyed: there was one.
        """
        known = self.state(owner)
        if known is State.DESTROYED:
            raise KeyDestroyed(
                "the content's key was destroyed; nothing can be kept there any more"
            )
        return None if isinstance(known, State) else known

    def _is_going(self, owner: Owner) -> bool:
        person, conversation, generation = owner
        return (
            self._going.get((person, ""), -1) >= 0
            or self._going.get((person, conversation), -1) >= generation
        )

    def _keep(self, owner: Owner, known: AESGCM | State) -> None:
        if len(self._young) >= _KEPT // 2:
            self._old, self._young = self._young, {}
        self._young[owner] = known

    async def fetch(self, owners: Collection[Owner], *, make: bool) -> None:
        """Learn the owners' keys; with ``make``, make those that were never there."""
        found = await self._shelf.fetch(
            {owner: self._tags(owner[0], owner[1]) for owner in owners if owner != SERVICE},
            self._make(owners) if make else None,
        )
        people: dict[str, AESGCM] = {}
        for owner in owners:
            if owner in found.destroyed:
                self._keep(owner, State.DESTROYED)
            elif owner not in found.keys or owner[0] not in found.people:
                self._keep(owner, State.ABSENT)
            else:
                person = owner[0]
                if person not in people:
                    people[person] = self._unwrap(
                        self._master, found.people[person], "person", person
                    )
                self._keep(owner, self._unwrap(people[person], found.keys[owner], *_names(owner)))

    def _unwrap(self, under: AESGCM, wrapped: bytes, *names: str) -> AESGCM:
        try:
            return cipher(open_sealed(under, wrapped, bound_to(*names)))
        except InvalidTag:
            raise KeyringError(
                f"{self._shelf.where}: a key in it was changed; put its latest copy back"
            ) from None

    def _make(self, owners: Iterable[Owner]) -> Callable[[Found], Made]:
        master = self._master

        def make(found: Found) -> Made:
            made = Made()
            people: dict[str, AESGCM] = {}
            for owner in owners:
                person = owner[0]
                if owner in found.keys or owner in found.destroyed or owner == SERVICE:
                    continue
                if person not in people:
                    if person in found.people:
                        people[person] = self._unwrap(
                            master, found.people[person], "person", person
                        )
                    else:
                        key = new_key()
                        made.people[person] = seal(master, key, bound_to("person", person))
                        people[person] = cipher(key)
                made.keys[owner] = seal(people[person], new_key(), bound_to(*_names(owner)))
            return made

        return make

    def _tags(self, person: str, conversation: str) -> Tags:
        return Tags(
            keyed_hash(self._hash_key, "keyring person", person),
            keyed_hash(self._hash_key, "keyring conversation", person, conversation)
            if conversation
            else b"",
        )

    async def destroy(self, person: str, conversation: str | None, generation: int | None) -> int:
        """Destroy keys for ever: a person's all, a conversation's all, or those up to a generation.

        From the first moment no new value is sealed for them in this process.
        """
        upto = FOREVER if generation is None else generation
        mark = (person, conversation or "")
        before = self._going.get(mark)
        self._going[mark] = upto if before is None else max(upto, before)
        try:
            count = await self._shelf.destroy(
                person, conversation, upto, self._tags(person, conversation or "")
            )
        except Exception:
            # Nothing was destroyed: what was there before holds again.
            if before is None:
                self._going.pop(mark, None)
            else:
                self._going[mark] = before
            raise
        self._forget(person, conversation, upto)
        if self._going.get(mark) == upto:  # else another call still destroys more
            del self._going[mark]
        return count

    def _forget(self, person: str, conversation: str | None, upto: int) -> None:
        for half in (self._young, self._old):
            for owner in [o for o in half if o[0] == person]:
                if conversation is None or (owner[1] == conversation and owner[2] <= upto):
                    half[owner] = State.DESTROYED

    async def rotate(self, new_master: bytes) -> None:
        """Wrap everything under a new master key. The old one opens nothing afterwards.

        Raises:
            KeyringError: the new key is not 32 bytes long.
        """
        if len(new_master) != KEY_BYTES:
            raise KeyringError(
                f"the new master key has {len(new_master)} bytes and must have {KEY_BYTES}"
            )
        old, new = self._master, cipher(new_master)
        values = _own_values(new, self._service_key, self._hash_key)
        rotating = seal(old, new_master, bound_to("rotating"))
        await self._shelf.rewrap(values, _rewrapped(old, new), rotating)
        self._master = new
        failpoint("rotate.keys_wrapped")

    async def copy(self, folder: str) -> None:
        """Write the latest copy of the keyring into a folder, over the one before."""
        await self._shelf.copy(folder)

    async def trouble(self) -> str:
        """Return why no key can be kept or destroyed, and the mend; empty if nothing is known."""
        return await self._shelf.trouble()

    async def aclose(self) -> None:
        """Forget every key and close."""
        self._young, self._old = {}, {}
        await self._shelf.aclose()


def _rewrapped(old: AESGCM, new: AESGCM) -> Callable[[str, bytes], bytes]:
    """Return what wraps a person key under a new key; one that is so already stays."""

    def again(person: str, wrapped: bytes) -> bytes:
        associated = bound_to("person", person)
        try:
            return seal(new, open_sealed(old, wrapped, associated), associated)
        except InvalidTag:
            open_sealed(new, wrapped, associated)
            return wrapped

    return again


async def _undo_rotation(shelf: Shelf, master: AESGCM, meta: Mapping[str, bytes]) -> None:
    """Go back to the present master key where a rotation to another ended in the middle."""
    other = cipher(open_sealed(master, meta["rotating"], bound_to("rotating")))
    await shelf.rewrap({}, _rewrapped(other, master), None)


def _names(owner: Owner) -> tuple[str, str, str, str]:
    person, conversation, generation = owner
    return ("key", person, conversation, str(generation))


def _own_values(master: AESGCM, service: bytes, hash_key: bytes) -> dict[str, bytes]:
    return {
        "check": seal(master, _CHECK, bound_to("check")),
        "service": seal(master, service, bound_to("service")),
        "hash": seal(master, hash_key, bound_to("hash")),
    }


def _new_meta(master: AESGCM, store: str) -> dict[str, bytes]:
    made: dict[str, Any] = {"format": _FORMAT, "store": store.encode()}
    return made | _own_values(master, new_key(), new_key())
