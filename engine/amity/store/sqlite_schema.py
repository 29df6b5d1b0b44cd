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

from amity.datamap.schema import DataMap
from amity.errors import StoreUnusable
from amity.store.schema_changes import (
    AddField,
    DropIndex,
    MakeCollection,
    MakeIndex,
    RenameCollection,
    RenameField,
    SchemaChange,
    describe,
    newer,
    schema_changes,
)
from amity.store.sqlite_sql import column_type, create_index, create_table, index_name, quoted

__all__ = ["FORMAT", "STEPS", "Step", "copy_before_migration", "prepare", "store_id"]

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
        raise newer(str(path))
    recorded: dict[str, Any] = json.loads(meta["schema"])
    due = [s for s in sorted(steps, key=lambda s: s.number) if s.number > int(meta["step"])]
    stepped = frozenset[str]().union(*(s.collections for s in due))
    plan = [_statement(c) for c in schema_changes(str(path), recorded, datamap, stepped)]
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


def _create(connection: sqlite3.Connection, datamap: DataMap, steps: Sequence[Step]) -> None:
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute(f"CREATE TABLE {_META} (name TEXT NOT NULL PRIMARY KEY, value TEXT) STRICT")
    for change in schema_changes("", {}, datamap):
        connection.execute(_statement(change))
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


def _statement(change: SchemaChange) -> str:
    match change:
        case MakeCollection(collection):
            return create_table(collection)
        case RenameCollection(old, collection):
            return f"ALTER TABLE {quoted(old)} RENAME TO {quoted(collection.name)}"
        case RenameField(collection, old, field):
            new = quoted(field.name)
            return f"ALTER TABLE {quoted(collection.name)} RENAME COLUMN {quoted(old)} TO {new}"
        case AddField(collection, field):
            column = f"{quoted(field.name)} {column_type(collection, field.name)}"
            return f"ALTER TABLE {quoted(collection.name)} ADD COLUMN {column}"
        case DropIndex(owner, name):
            return f"DROP INDEX {quoted(index_name(owner, name))}"
        case MakeIndex(collection, index):
            return create_index(collection, index)


def copy_before_migration(path: Path) -> Path:
    """Return the file that a database is copied to before it is changed."""
    return path.with_name(path.name + ".before-migration")


def _copy(path: Path, connection: sqlite3.Connection) -> None:
    """Copy the database beside itself before it is changed, over the copy of the last time."""
    target = copy_before_migration(path)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as copy:
        part.chmod(0o600)
        connection.backup(copy)
    part.replace(target)
