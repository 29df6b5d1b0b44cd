"""From the declared data map to the tables in a file, and forward from what an older Amity left.

The file records the declaration it was made from. What can be derived by comparing (a new
collection, a new field that may be empty, another index, a new name) is done by itself; all else
is a numbered step. A copy is made before anything of an existing file is changed.
"""

import json
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from amity.datamap.schema import Collection, DataMap
from amity.errors import StoreUnusable
from amity.store.sqlite_sql import column_type, create_index, create_table, quoted

__all__ = ["FORMAT", "STEPS", "Step", "describe", "prepare", "store_id"]

FORMAT: Final = 1
"""Grows when older programs can no longer read a file."""

_META: Final = "amity_meta"


@dataclass(frozen=True, slots=True)
class Step:
    """A change of the stored schema that cannot be derived by comparing.

    Attributes:
        number: Steps run in this order, each once; numbers only grow.
        about: What it does, for the operator.
        apply: Does it, within the migration's transaction.
        collections: Names whose recorded declaration is as declared now once the step has run.
    """

    number: int
    about: str
    apply: Callable[[sqlite3.Connection], None]
    collections: frozenset[str] = frozenset()


STEPS: Final[tuple[Step, ...]] = ()


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


def _read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute(f"SELECT name, value FROM {_META}").fetchall())


def _write_meta(connection: sqlite3.Connection, values: Mapping[str, str]) -> None:
    connection.executemany(
        f"INSERT INTO {_META} (name, value) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        list(values.items()),
    )


def store_id(connection: sqlite3.Connection) -> str:
    """Return the random id that a store was given when it was made."""
    return _read_meta(connection)["store"]


def prepare(
    path: Path, connection: sqlite3.Connection, datamap: DataMap, steps: Sequence[Step] = STEPS
) -> None:
    """Make the tables of a new file, or bring an existing one forward.

    Raises:
        StoreUnusable: the file is of a newer Amity, of another program, or needs a step that this
            program does not have. It is left as it was.
    """
    tables = {
        row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
    if not tables:
        _create(connection, datamap, steps)
        return
    if _META not in tables:
        raise StoreUnusable(f"{path}: this database is another program's; name another file")
    meta = _read_meta(connection)
    newest = max((s.number for s in steps), default=0)
    if int(meta.get("format", "0")) > FORMAT or int(meta.get("step", "0")) > newest:
        raise _newer(path)
    recorded: dict[str, Any] = json.loads(meta["schema"])
    due = [s for s in sorted(steps, key=lambda s: s.number) if s.number > int(meta["step"])]
    plan = _plan(path, recorded, datamap, frozenset().union(*(s.collections for s in due)))
    if not plan and not due:
        return
    _copy(path, connection)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        for step in due:
            step.apply(connection)
        for statement in plan:
            connection.execute(statement)
        schema = recorded | {str(c.id): describe(c) for c in datamap.collections}
        _write_meta(connection, {"schema": json.dumps(schema), "step": str(newest)})
        connection.execute("COMMIT")
    except BaseException as error:
        connection.execute("ROLLBACK")
        if isinstance(error, sqlite3.Error):
            raise StoreUnusable(
                f"{path}: it could not be brought to this version ({error}); nothing was changed"
            ) from None
        raise


def _newer(path: Path) -> StoreUnusable:
    return StoreUnusable(
        f"{path}: this database was made by a newer Amity; install that version or a later one"
    )


def _create(connection: sqlite3.Connection, datamap: DataMap, steps: Sequence[Step]) -> None:
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute(f"CREATE TABLE {_META} (name TEXT NOT NULL PRIMARY KEY, value TEXT) STRICT")
    for collection in datamap.collections:
        for statement in _made(collection):
            connection.execute(statement)
    _write_meta(
        connection,
        {
            "format": str(FORMAT),
            "store": secrets.token_hex(16),
            "step": str(max((s.number for s in steps), default=0)),
            "schema": json.dumps({str(c.id): describe(c) for c in datamap.collections}),
        },
    )
    connection.execute("COMMIT")


def _made(collection: Collection) -> list[str]:
    return [create_table(collection), *(create_index(collection, i) for i in collection.indexes)]


def _plan(
    path: Path, recorded: Mapping[str, Any], datamap: DataMap, stepped: frozenset[str]
) -> list[str]:
    """Return the statements that lead from the recorded schema to the declared one."""
    plan: list[str] = []
    for collection in datamap.collections:
        known = recorded.get(str(collection.id))
        if known is None:
            plan += _made(collection)
        elif collection.name not in stepped and known != describe(collection):
            plan += _plan_collection(path, known, collection)
    return plan


def _plan_collection(path: Path, known: Mapping[str, Any], collection: Collection) -> list[str]:
    wanted = describe(collection)
    # Indexes of every changed collection are made anew: their names hold the collection's name.
    plan = [f"DROP INDEX {quoted(known['name'] + '__' + name)}" for name in known["indexes"]]
    if known["name"] != wanted["name"]:
        plan.append(f"ALTER TABLE {quoted(known['name'])} RENAME TO {quoted(wanted['name'])}")
    if (known["subject"] is None) != (wanted["subject"] is None) or known["keys"] != wanted["keys"]:
        raise _needs_step(path, collection.name, "whose data it is")
    table = quoted(wanted["name"])
    for number, field in known["fields"].items():
        declared = wanted["fields"].get(number)
        if declared is None:
            raise _newer(path)
        if (field["kind"], field["form"]) != (declared["kind"], declared["form"]):
            raise _needs_step(path, collection.name, f"what {declared['name']} is")
        if field["optional"] and not declared["optional"]:
            raise _needs_step(path, collection.name, f"that {declared['name']} may not be empty")
        if field["name"] != declared["name"]:
            plan.append(
                f"ALTER TABLE {table} RENAME COLUMN {quoted(field['name'])} "
                f"TO {quoted(declared['name'])}"
            )
    for number, declared in wanted["fields"].items():
        if number in known["fields"]:
            continue
        if not declared["optional"]:
            raise _needs_step(
                path, collection.name, f"that {declared['name']} is there and not empty"
            )
        kind = column_type(collection, declared["name"])
        plan.append(f"ALTER TABLE {table} ADD COLUMN {quoted(declared['name'])} {kind}")
    return plan + [create_index(collection, i) for i in collection.indexes]


def _needs_step(path: Path, name: str, what: str) -> StoreUnusable:
    return StoreUnusable(
        f"{path}: the declaration of {name} changed {what}, and there is no migration step for it; "
        "install a version that has one"
    )


def _copy(path: Path, connection: sqlite3.Connection) -> None:
    """Copy the database beside itself before it is changed, over the copy of the last time."""
    target = path.with_name(path.name + ".before-migration")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as copy:
        part.chmod(0o600)
        connection.backup(copy)
    part.replace(target)
