"""Walking the data map: every row about a person, in whatever collection it lies.

What is declared is covered; there is no list of collections to be kept up to date. Rows are looked
at as they lie in the store, so that one whose key is gone is walked too.
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from amity.datamap.schema import Collection, DataMap, KeyScope, Purpose
from amity.store.contract import EVERYONE, Access, Range, Remove, Row

if TYPE_CHECKING:
    from amity.store.vault import Vault

__all__ = [
    "about_people",
    "by_conversation",
    "in_conversations",
    "index_on",
    "is_kept",
    "of_account",
    "of_subject",
    "pages",
    "parts_of",
    "removal",
    "stands_alone",
    "subjects",
]

_PAGE: Final = 500


def about_people(datamap: DataMap) -> list[Collection]:
    """Return the collections about people, in the order in which their rows have to go.

    Accounts first, so that nobody finds the person any more; the person's own row last, so that
    what was begun can be found and finished.
    """
    found = [c for c in datamap.collections if c.subject is not None]
    return sorted(found, key=lambda c: (c.subject == "id", c.name != "identities"))


def in_conversations(datamap: DataMap) -> list[Collection]:
    """Return the collections whose rows belong to one generation of a conversation."""
    return [c for c in about_people(datamap) if c.keys is KeyScope.CONVERSATION]


def is_kept(collection: Collection) -> bool:
    """Whether rows outlive the person, as evidence without a name, for the declared period."""
    return "ended_at" in collection.by_name


def of_account(collection: Collection) -> tuple[str, str] | None:
    """Return the index by which an account's rows are found, and the field they are found by.

    ``None`` where rows are found by the person alone.
    """
    name = collection.account
    return (index_on(collection, name), name) if name else None


def parts_of(datamap: DataMap, whole: Collection) -> list[tuple[Collection, str]]:
    """Return the collections whose rows go with a row of ``whole``, and the field that names it."""
    return [
        (c, c.part_of[0])
        for c in datamap.collections
        if c.part_of is not None and c.part_of[1] == whole.name
    ]


def stands_alone(collection: Collection, row: Row) -> bool:
    """Whether a row is its own subject, so that a key is destroyed with it."""
    return collection.subject not in {None, "id"} and (
        row[str(collection.subject)] == row["id"] and collection.name in collection.holders
    )


def index_on(collection: Collection, field: str) -> str:
    """Return the name of an index that begins with a field.

    Raises:
        ValueError: there is none; the declaration is incomplete.
    """
    if field == "id":
        return "id"
    for index in collection.indexes:
        if index.fields[0] == field:
            return index.name
    raise ValueError(f"collection {collection.name}: no index begins with {field}")


def of_subject(collection: Collection) -> tuple[str, str]:
    """Return the index by which a person's rows are found, and the field they are found by.

    Raises:
        ValueError: the collection is about nobody, or no index begins with its subject.
    """
    if collection.subject is None:
        raise ValueError(f"collection {collection.name} is about nobody")
    return index_on(collection, collection.subject), collection.subject


def by_conversation(collection: Collection) -> str:
    """Return the index by which a conversation's rows are found."""
    return index_on(collection, "conversation")


def removal(collection: Collection, person: str) -> Remove:
    """Return the operation that removes every row about a person."""
    index, field = of_subject(collection)
    return Remove(collection, index=index, equal={field: person})


async def pages(
    vault: "Vault",
    collection: Collection,
    purpose: Purpose,
    *,
    size: int = _PAGE,
    after: str | None = None,
) -> AsyncIterator[list[Row]]:
    """Walk a collection as it lies in the store, in pages, by id; whole, or what is ``after``."""
    while True:
        rows = await vault.store.find(
            collection, "id", Access(purpose, EVERYONE), range=Range(after=after), limit=size
        )
        if not rows:
            return
        yield rows
        after = str(rows[-1]["id"])


async def subjects(vault: "Vault", collection: Collection, purpose: Purpose) -> AsyncIterator[str]:
    """Yield each person that a collection holds rows about, once."""
    index, field = of_subject(collection)
    after = ""  # past the rows about nobody
    while True:
        # One row of each person: their id bounds the next look.
        rows = await vault.store.find(
            collection, index, Access(purpose, EVERYONE), range=Range(after=after), limit=1
        )
        if not rows:
            return
        after = str(rows[0][field])
        yield after
