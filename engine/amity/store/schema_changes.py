"""What has to happen to a store that was made from an older declaration.

A store records the declaration it was made from. Comparing it with the present one gives the
changes that can be done without knowing anything more: something new that may be empty, another
name, other indexes. All else is refused here and needs a migration step of its own.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

from amity.datamap.schema import Collection, DataMap, Field, Index
from amity.errors import StoreUnusable

__all__ = [
    "AddField",
    "DropIndex",
    "MakeCollection",
    "MakeIndex",
    "RenameCollection",
    "RenameField",
    "SchemaChange",
    "describe",
    "newer",
    "schema_changes",
]


@dataclass(frozen=True, slots=True)
class MakeCollection:
    """A collection that was not there; its indexes follow by themselves."""

    collection: Collection


@dataclass(frozen=True, slots=True)
class RenameCollection:
    """A collection with another name."""

    old: str
    collection: Collection


@dataclass(frozen=True, slots=True)
class RenameField:
    """A field with another name."""

    collection: Collection
    old: str
    field: Field


@dataclass(frozen=True, slots=True)
class AddField:
    """A field that was not there; it is empty in every row."""

    collection: Collection
    field: Field


@dataclass(frozen=True, slots=True)
class DropIndex:
    """An index that is not as declared; ``owner`` is its collection's recorded name."""

    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class MakeIndex:
    """An index to make."""

    collection: Collection
    index: Index


SchemaChange = MakeCollection | RenameCollection | RenameField | AddField | DropIndex | MakeIndex

_NO_STEPS: Final[frozenset[str]] = frozenset()


def describe(collection: Collection) -> dict[str, Any]:
    """Return what is recorded of a collection."""
    return {
        "name": collection.name,
        "subject": collection.subject,
        "keys": collection.keys.value,
        "fields": {
            str(f.id): {
                "name": f.name,
                "kind": f.kind.value,
                "form": f.form.value,
                "optional": f.optional,
            }
            for f in collection.all_fields
        },
        "indexes": {i.name: [list(i.fields), i.unique, i.sparse] for i in collection.indexes},
    }


def newer(where: str) -> StoreUnusable:
    """Return the refusal of a store that a newer program made."""
    return StoreUnusable(
        f"{where}: this database was made by a newer Amity; install that version or a later one"
    )


def schema_changes(
    where: str,
    recorded: Mapping[str, Any],
    datamap: DataMap,
    stepped: Set[str] = _NO_STEPS,
) -> list[SchemaChange]:
    """Return what leads from the recorded declaration to the present one, in order.

    Args:
        where: The store, for messages.
        recorded: ``describe`` of each collection by its number. One that is not declared any more
            (a plugin's that was removed) is left alone.
        datamap: What is declared.
        stepped: Names of collections that a migration step takes care of.

    Raises:
        StoreUnusable: a change is not one of these, or the store is newer than the declaration.
    """
    changes: list[SchemaChange] = []
    for collection in datamap.collections:
        known = recorded.get(str(collection.id))
        if known is None:
            changes.append(MakeCollection(collection))
            changes += [MakeIndex(collection, index) for index in collection.indexes]
        elif collection.name not in stepped and known != describe(collection):
            changes += _of_collection(where, known, collection)
    return changes


def _of_collection(
    where: str, known: Mapping[str, Any], collection: Collection
) -> list[SchemaChange]:
    wanted = describe(collection)
    subjects = [_number(d["fields"], d["subject"]) for d in (known, wanted)]
    if subjects[0] != subjects[1] or known["keys"] != wanted["keys"]:
        raise _needs_step(where, collection.name, "whose data it is")
    # Indexes of a changed collection are made anew: names of fields stand in them.
    changes: list[SchemaChange] = [DropIndex(known["name"], name) for name in known["indexes"]]
    if known["name"] != collection.name:
        changes.append(RenameCollection(known["name"], collection))
    fields = {str(f.id): f for f in collection.all_fields}
    for number, field in known["fields"].items():
        declared = fields.get(number)
        if declared is None:
            raise newer(where)
        if (field["kind"], field["form"]) != (declared.kind.value, declared.form.value):
            raise _needs_step(where, collection.name, f"what {declared.name} is")
        if field["optional"] and not declared.optional:
            raise _needs_step(where, collection.name, f"that {declared.name} may not be empty")
        if field["name"] != declared.name:
            changes.append(RenameField(collection, field["name"], declared))
    for number, declared in fields.items():
        if number not in known["fields"]:
            if not declared.optional:
                raise _needs_step(where, collection.name, f"that {declared.name} is never empty")
            changes.append(AddField(collection, declared))
    return changes + [MakeIndex(collection, index) for index in collection.indexes]


def _number(fields: Mapping[str, Any], name: str | None) -> str | None:
    return next((number for number, field in fields.items() if field["name"] == name), None)


def _needs_step(where: str, name: str, what: str) -> StoreUnusable:
    return StoreUnusable(
        f"{where}: the declaration of {name} changed {what}, and there is no migration step for "
        "it; install a version that has one"
    )
