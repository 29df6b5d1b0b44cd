"""Clearing conversations and erasing people.

Always in this order: the ledger says what is about to go; the keys are destroyed, from which moment
nothing of it can be read, here or from any backup, and no late writer can add to it; the rows go;
the database's files are rid of what they left; the ledger says that it is done. Whatever a crash
cuts off, ``resume_erasures`` finishes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from amity.datamap.declarations import (
    ADMISSIONS,
    CONSENTS,
    CONVERSATIONS,
    ERASURES,
    IDENTITIES,
    MEDIA,
    PEOPLE,
)
from amity.datamap.schema import Collection, Purpose
from amity.errors import Conflict
from amity.failpoint import failpoint
from amity.people import BLOCKED, State
from amity.people.consent import AGE
from amity.people.lookup import tombstone
from amity.privacy.walk import (
    about_people,
    by_conversation,
    in_conversations,
    is_kept,
    of_account,
    of_subject,
    pages,
    removal,
)
from amity.store.contract import EVERYONE, Access, Add, Change, Operation, Remove, Row
from amity.store.keyring import Owner, person_owner
from amity.store.keyring import State as KeyState

if TYPE_CHECKING:
    from amity.clock import Clock
    from amity.ids import Ids
    from amity.store.vault import Vault

__all__ = ["Receipt", "Resumed", "clear_conversation", "erase_person", "resume_erasures"]

_PERSON: Final = "person"
_CONVERSATION: Final = "conversation"
_GATE: Final = "gate"
"""The ledger's word for what was somebody's who agreed to nothing: of that no entry stays."""
_LEDGER: Final = Access(Purpose.RIGHTS, EVERYONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an erasure removed, for the person to see.

    Attributes:
        scope: ``person`` or ``conversation``.
        time: When it was done.
        counts: Rows removed, by collection; collections without any are left out.
        kept: Rows kept as evidence that leads to nobody, by collection.
        keys: Keys destroyed.
    """

    scope: str
    time: int
    counts: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)
    keys: int = 0

    @property
    def total(self) -> int:
        """How many rows went; 0 if there was nothing to clear."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """What ``resume_erasures`` finished."""

    people: int = 0
    conversations: int = 0


async def clear_conversation(
    vault: "Vault", person_id: str, conversation_id: str | None, clock: "Clock", ids: "Ids"
) -> Receipt:
    """Clear one conversation of a person, or with ``None`` all of theirs.

    The conversation stays, empty, in its next generation; files on their way to the person go too,
    since an export among them would hold what is cleared. Durable when it returns. Clearing what
    is empty, or somebody else's, removes nothing.
    """
    access = Access(Purpose.RIGHTS, person_id)
    index, subject = of_subject(CONVERSATIONS)
    rows = await vault.store.find(CONVERSATIONS, index, access, equal={subject: person_id})
    chosen = [row for row in rows if conversation_id in {None, row["id"]}]
    counts: dict[str, int] = {}
    keys, entries = 0, list[str]()
    scope = _CONVERSATION if await _ever_agreed(vault, person_id) else _GATE
    for row in chosen:
        target = _conversation_target(vault, *_names(row)[1:])
        entries.append(await _announce(vault, scope, target, clock, ids))
        keys += await _clear(vault, row, counts)
    if chosen:
        removed = await vault.write([removal(MEDIA, person_id)], access)
        _add(counts, MEDIA.name, removed[0])
        await _done(vault, dict.fromkeys(entries, scope))
    return Receipt(scope=_CONVERSATION, time=clock.now(), counts=counts, keys=keys)


async def _clear(vault: "Vault", row: Row, counts: dict[str, int]) -> int:
    """Clear the generation that a conversation's row names, and raise it; return keys destroyed."""
    person, conversation, generation = _names(row)
    keys = await vault.destroy(person, conversation, generation)
    failpoint("clear.after_keys")
    # Nothing more can be written in this generation, and nothing in the next before it is raised:
    # every row that is there belongs to what is cleared.
    collections = in_conversations(vault.datamap)
    same = {"generation": generation}
    operations: list[Operation] = [
        Change(CONVERSATIONS, conversation, {}, when=same),
        *(
            Remove(c, index=by_conversation(c), equal={"conversation": conversation})
            for c in collections
        ),
        Change(CONVERSATIONS, conversation, {"generation": generation + 1}, when=same),
    ]
    try:
        done = await vault.write(operations, Access(Purpose.RIGHTS, person))
    except Conflict:  # another call cleared this generation, or erased the person
        return keys
    failpoint("clear.after_rows")
    for collection, number in zip(collections, done[1:-1], strict=True):
        _add(counts, collection.name, number)
    return keys


async def erase_person(
    vault: "Vault",
    person_id: str,
    clock: "Clock",
    ids: "Ids",
    *,
    with_accounts: bool = True,
) -> Receipt:
    """Erase a person: their keys, then every row about them in every declared collection.

    What has to be kept as evidence (the consent log) is marked as ended and leads to nobody; of
    somebody who agreed to nothing it goes, too, and so does the ledger's entry. The tombstones of
    somebody blocked stay; where a crash lost them they are written now. Durable when it returns;
    erasing somebody who is gone removes nothing. The caller then calls ``People.forget``.

    Args:
        vault: The store.
        person_id: Whom.
        clock: The clock.
        ids: Makes ids.
        with_accounts: Also what is their accounts' and stands alone, such as a request that was
            made before the gate. False where a gate is forgotten and the request is to be answered.
    """
    access = Access(Purpose.RIGHTS, person_id)
    index, subject = of_subject(IDENTITIES)
    accounts = await vault.store.find(IDENTITIES, index, access, equal={subject: person_id})
    row = await vault.store.get(PEOPLE, person_id, access)
    if row is None and not accounts and not await _anything(vault, person_id):
        return Receipt(scope=_PERSON, time=clock.now())
    await _keep_out(vault, row, accounts, clock)
    agreed = await _ever_agreed(vault, person_id)
    scope = _PERSON if agreed else _GATE
    entry = await _announce(vault, scope, _person_target(vault, person_id), clock, ids)
    counts: dict[str, int] = {}
    keys = 0
    if with_accounts:
        # First: as long as the accounts are there, what was begun can be found and finished.
        keys += await _erase_of_accounts(vault, [str(a["id"]) for a in accounts], counts)
    keys += await vault.destroy(person_id)
    failpoint("clear.after_keys")
    now = clock.now()
    kept: dict[str, int] = {}
    for collection in about_people(vault.datamap):
        if is_kept(collection) and (agreed or collection is not CONSENTS):
            kept[collection.name] = await _end(vault, collection, person_id, now)
        elif collection is not PEOPLE:
            removed = await vault.write([removal(collection, person_id)], access)
            _add(counts, collection.name, removed[0])
    admissions = [
        Remove(ADMISSIONS, index="identity", equal={"identity": str(account["id"])})
        for account in accounts
    ]
    # The person's own row last: as long as it is there, what was begun can be found and finished.
    done = await vault.write([*admissions, removal(PEOPLE, person_id)], access)
    _add(counts, ADMISSIONS.name, sum(done[:-1]))
    _add(counts, PEOPLE.name, done[-1])
    failpoint("clear.after_rows")
    await _done(vault, {entry: scope})
    kept = {name: number for name, number in kept.items() if number}
    return Receipt(scope=_PERSON, time=now, counts=counts, kept=kept, keys=keys)


async def _erase_of_accounts(
    vault: "Vault", accounts: Sequence[str], counts: dict[str, int]
) -> int:
    """Erase the rows that are an account's and their own subject; return how many keys went."""
    found = [(c, where) for c in about_people(vault.datamap) if (where := of_account(c))]
    holders: set[str] = set()
    removals: list[tuple[Collection, Remove]] = []
    for collection, (index, field_name) in found:
        for account in accounts:
            equal = {field_name: account}
            rows = await vault.store.find(collection, index, _LEDGER, equal=equal)
            holders.update(str(row[str(collection.subject)]) for row in rows)
            if rows:
                removals.append((collection, Remove(collection, index=index, equal=equal)))
    keys = sum([await vault.destroy(holder) for holder in sorted(holders)])
    for collection, remove in removals:
        removed = await vault.write([remove], _LEDGER)
        _add(counts, collection.name, removed[0])
    return keys


async def resume_erasures(
    vault: "Vault", clock: "Clock", ids: "Ids", *, restored: bool = False
) -> Resumed:
    """Finish every erasure that a crash cut off. Called at the start, before anything is served.

    That is what the ledger names, and everybody who was blocked as a minor and is still there: the
    block is committed before the erasure that belongs to it begins (promise P06).

    Args:
        vault: The store.
        clock: The clock.
        ids: Makes ids.
        restored: Also erase again what a restored backup brought back: people and conversations
            whose keys were destroyed. Walks everybody, so it is for the start after a restore.
    """
    entries, unfinished = await _unfinished(vault)
    people = conversations = 0
    for row in await vault.store.find(
        PEOPLE, "state", _LEDGER, equal={"state": State.MINOR_BLOCKED.value}, only=("id",)
    ):
        await erase_person(vault, str(row["id"]), clock, ids)
        people += 1
    if not unfinished and not restored:
        return Resumed(people=people)
    async for page in pages(vault, PEOPLE, Purpose.RIGHTS):
        for row in page:
            person = str(row["id"])
            if _person_target(vault, person) in unfinished or (
                restored and await _destroyed(vault, person_owner(person))
            ):
                await erase_person(vault, person, clock, ids)
                people += 1
    async for page in pages(vault, CONVERSATIONS, Purpose.RIGHTS):
        for row in page:
            person, conversation, generation = _names(row)
            if _conversation_target(vault, conversation, generation) in unfinished or (
                restored and await _destroyed(vault, (person, conversation, generation))
            ):
                await clear_conversation(vault, person, conversation, clock, ids)
                conversations += 1
    if restored:
        await _end_evidence(vault, clock)
    await _done(vault, entries)
    return Resumed(people=people, conversations=conversations)


async def _unfinished(vault: "Vault") -> tuple[dict[str, str], set[str]]:
    """Return the scopes of the ledger's open entries by their ids, and what they are about."""
    entries: dict[str, str] = {}
    targets: set[str] = set()
    async for page in pages(vault, ERASURES, Purpose.RIGHTS):
        for row in page:
            if not row["finished"]:
                targets.add(str(row["target"]))
                entries[str(row["id"])] = str(row["scope"])
    return entries, targets


async def _end_evidence(vault: "Vault", clock: "Clock") -> None:
    """End what is kept of people who were erased since the backup, of whom nothing else came back.

    Else no period would begin for it, and it would be kept for ever.
    """
    for collection in filter(is_kept, about_people(vault.datamap)):
        _, subject = of_subject(collection)
        known: set[str] = set()
        async for page in pages(vault, collection, Purpose.RIGHTS):
            for row in page:
                person = str(row[subject])
                if row["ended_at"] is not None or person in known:
                    continue
                known.add(person)
                if not await _destroyed(vault, person_owner(person)):
                    continue
                if collection is CONSENTS and not await _ever_agreed(vault, person):
                    access = Access(Purpose.RIGHTS, person)
                    await vault.write([removal(collection, person)], access)
                else:
                    await _end(vault, collection, person, clock.now())


async def _destroyed(vault: "Vault", owner: Owner) -> bool:
    await vault.keyring.fetch([owner], make=False)
    return vault.keyring.state(owner) is KeyState.DESTROYED


def _names(row: Row) -> tuple[str, str, int]:
    generation = row["generation"]
    return str(row["person"]), str(row["id"]), generation if isinstance(generation, int) else 0


def _person_target(vault: "Vault", person: str) -> str:
    return vault.blind("erasure of a person", person)


def _conversation_target(vault: "Vault", conversation: str, generation: int) -> str:
    return vault.blind("erasure of a conversation", conversation, str(generation))


async def _announce(vault: "Vault", scope: str, target: str, clock: "Clock", ids: "Ids") -> str:
    """Write into the ledger what is about to go, and return the entry's id."""
    entry = ids.new()
    row: Row = {
        "id": entry,
        "scope": scope,
        "target": target,
        "time": clock.now(),
        "finished": False,
    }
    await vault.write([Add(ERASURES, row)], _LEDGER)
    return entry


async def _ever_agreed(vault: "Vault", person_id: str) -> bool:
    """Tell whether a person's log holds a consent; a statement of age is none."""
    index, subject = of_subject(CONSENTS)
    log = await vault.store.find(
        CONSENTS, index, Access(Purpose.RIGHTS, person_id), equal={subject: person_id}
    )
    return any(entry["given"] and entry["scope"] != AGE for entry in log)


async def _done(vault: "Vault", entries: Mapping[str, str]) -> None:
    """Rid the files of what the rows left, then write into the ledger that it is done.

    Args:
        vault: The store.
        entries: Ids of the ledger's entries, with their scope.

    Keys and rows are gone by now. Where somebody else reads the file all the time, its log cannot
    be cut yet: the ledger keeps the entry open for the next start, and the person is not kept
    waiting for it.
    """
    if not entries:
        return
    if not await vault.scrub_when_free():
        return
    await vault.write(
        [
            Remove(ERASURES, entry)
            if scope == _GATE
            else Change(ERASURES, entry, {"finished": True}, lenient=True)
            for entry, scope in entries.items()
        ],
        _LEDGER,
    )


async def _keep_out(
    vault: "Vault", row: Row | None, accounts: Sequence[Row], clock: "Clock"
) -> None:
    if row is None or State(str(row["state"])) not in BLOCKED:
        return
    state = State(str(row["state"]))
    stones = [tombstone(str(account["id"]), state, clock.now()) for account in accounts]
    if stones:
        await vault.write(stones, Access(Purpose.SAFETY, str(row["id"])))


async def _anything(vault: "Vault", person: str) -> bool:
    access = Access(Purpose.RIGHTS, person)
    for collection in about_people(vault.datamap):
        index, subject = of_subject(collection)
        if not is_kept(collection) and await vault.count(
            collection, index, access, equal={subject: person}
        ):
            return True
    return False


async def _end(vault: "Vault", collection: Collection, person: str, now: int) -> int:
    index, subject = of_subject(collection)
    access = Access(Purpose.RIGHTS, person)
    rows = await vault.store.find(collection, index, access, equal={subject: person})
    running = [
        Change(collection, str(row["id"]), {"ended_at": now}, when={"ended_at": None}, lenient=True)
        for row in rows
        if row["ended_at"] is None
    ]
    if running:
        await vault.write(running, access)
    return len(rows)


def _add(counts: dict[str, int], name: str, number: int) -> None:
    if number:
        counts[name] = counts.get(name, 0) + number
