"""Statements for one collection, put together from declared names and remembered.

All values are bound. The subject's condition is written ``+person``: the plus keeps SQLite from
choosing an index by it, and ``INDEXED BY`` makes a query that its index cannot serve an error
instead of a walk over the table.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from amity.datamap.schema import Collection, Form, Index, Kind
from amity.store.checks import CheckedRow, Checks, Query, Shape, checked_increment_row
from amity.store.contract import (
    NOBODY,
    Access,
    Add,
    Change,
    Increment,
    Operation,
    Put,
    Remove,
    Row,
    Value,
)

__all__ = [
    "Statement",
    "TableSql",
    "Values",
    "column_type",
    "compile_operation",
    "create_index",
    "create_table",
    "in_parts",
]

Values = tuple[Value, ...]


class Bulk:
    """An insertion that can take several rows at once.

    SQLite lets go of Python's lock while a statement runs. One statement for many rows is one long
    time in which the event loop can work on, where one for each row is many too short for it.
    """

    def __init__(self, insert: str, columns: int, ending: str, *, lenient: bool) -> None:
        self.lenient = lenient
        self._insert = insert
        self._row = f"({', '.join('?' * columns)})"
        self._ending = ending
        self._many: dict[int, str] = {}
        self.one = self.many(1)

    def many(self, rows: int) -> str:
        """Return the statement for a number of rows."""
        sql = self._many.get(rows)
        if sql is None:
            sql = f"{self._insert} VALUES {', '.join([self._row] * rows)}{self._ending}"
            self._many[rows] = sql
        return sql


Statement = tuple[str, Values, bool, Bulk | None]
"""SQL, what is bound to it, whether it must change a row, and how many of it can be one."""

_COLUMN_TYPES: Final = {
    Kind.STRING: "TEXT",
    Kind.INTEGER: "INTEGER",
    Kind.NUMBER: "REAL",
    Kind.BOOLEAN: "INTEGER",
    Kind.BYTES: "BLOB",
}
# Small rows that are looked up by their key lie in the key's own tree. A row with sealed content
# is large, and splitting such a tree moves the content about.
_MOST_COLUMNS_IN_KEY_TREE: Final = 10
_MOST_STATEMENTS: Final = 2048
_READ_AT_ONCE: Final = (1, 2, 4, 8, 16, 32)


def quoted(name: str) -> str:
    """Return a declared name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def column_type(collection: Collection, name: str) -> str:
    """Return the type of a field's column."""
    declared = collection.by_name[name]
    return "BLOB" if declared.form is Form.SEALED else _COLUMN_TYPES[declared.kind]


def in_key_tree(collection: Collection) -> bool:
    """Tell whether the table is kept in the order of its key (WITHOUT ROWID)."""
    return not collection.sealed and len(collection.by_name) <= _MOST_COLUMNS_IN_KEY_TREE


def create_table(collection: Collection) -> str:
    """Return the statement that makes a collection's table.

    Whether a field may be empty is checked before the store, so that loosening it later needs no
    new table.
    """
    columns = [
        f"{quoted(f.name)} {column_type(collection, f.name)}"
        for f in collection.all_fields
        if f.name != "id"
    ]
    key, ending = (
        ('"id" TEXT NOT NULL PRIMARY KEY', "STRICT, WITHOUT ROWID")
        if in_key_tree(collection)
        else ('"id" TEXT NOT NULL UNIQUE', "STRICT")
    )
    return f"CREATE TABLE {quoted(collection.name)} ({', '.join([key, *columns])}) {ending}"


def index_name(collection: str, index: str) -> str:
    """Return an index's name in the database; names there are shared by all tables."""
    return f"{collection}__{index}"


def create_index(collection: Collection, index: Index) -> str:
    """Return the statement that makes an index; it ends with the id, which orders equals."""
    columns = ", ".join(map(quoted, index.fields))
    if not index.unique and not in_key_tree(collection):
        columns += ', "id"'
    where = f" WHERE {quoted(index.fields[0])} IS NOT NULL" if index.sparse else ""
    unique = "UNIQUE " if index.unique else ""
    name = quoted(index_name(collection.name, index.name))
    return f"CREATE {unique}INDEX {name} ON {quoted(collection.name)} ({columns}){where}"


def in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield ids in as many as one statement reads."""
    most = _READ_AT_ONCE[-1]
    for at in range(0, len(ids), most):
        yield ids[at : at + most]


class TableSql:
    """One collection's statements."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.table = quoted(shape.name)
        self.columns = ", ".join(map(quoted, shape.names))
        self._booleans = tuple(
            f.name for f in shape.fields.values() if f.kind is Kind.BOOLEAN and f.form is Form.PLAIN
        )
        self._sql: dict[object, str] = {}

    def rows(self, found: list[Values], names: tuple[str, ...] = ()) -> list[Row]:
        """Turn what SQLite returned into rows."""
        names = names or self.shape.names
        rows: list[Row] = [dict(zip(names, values, strict=True)) for values in found]
        for name in self._booleans:
            if name in names:
                for row in rows:
                    if row[name] is not None:
                        row[name] = bool(row[name])
        return rows

    def remembered(self, key: object, make: Callable[[], str]) -> str:
        """Return the statement remembered for a key, or make it."""
        sql = self._sql.get(key)
        if sql is None:
            if len(self._sql) >= _MOST_STATEMENTS:
                self._sql.clear()
            sql = self._sql[key] = make()
        return sql

    def restriction(self, subject: str | None) -> tuple[str, Values]:
        """Return the condition that keeps to one subject's rows, and what is bound to it."""
        if subject is None or self.shape.subject is None:
            return "", ()
        column = quoted(self.shape.subject)
        if subject == NOBODY:
            return f" AND +{self.table}.{column} IS NULL", ()
        if self.shape.subject_optional:
            return f" AND (+{self.table}.{column} = ? OR +{self.table}.{column} IS NULL)", (
                subject,
            )
        return f" AND +{self.table}.{column} = ?", (subject,)

    def get(self, subject: str | None) -> tuple[str, Values]:
        """Return the statement that reads one row by its id, which is bound first."""
        condition, bound = self.restriction(subject)
        sql = self.remembered(
            ("get", condition),
            lambda: f"SELECT {self.columns} FROM {self.table} WHERE id = ?{condition}",
        )
        return sql, bound

    def get_several(
        self, subject: str | None, ids: Sequence[str], names: tuple[str, ...]
    ) -> tuple[str, Values]:
        """Return the statement that reads rows by their ids; of one that is not there, none."""
        condition, bound = self.restriction(subject)
        size = next(size for size in _READ_AT_ONCE if size >= len(ids))

        def make() -> str:
            columns, places = ", ".join(map(quoted, names)), ", ".join("?" * size)
            return f"SELECT {columns} FROM {self.table} WHERE id IN ({places}){condition}"

        sql = self.remembered(("get", condition, size, names), make)
        # A statement for each number of ids would fill SQLite's memory of them.
        return sql, (*ids, *[ids[-1]] * (size - len(ids)), *bound)

    def find(
        self,
        index: str,
        query: Query,
        subject: str | None,
        names: tuple[str, ...],
        *,
        descending: bool,
        limit: int | None,
    ) -> tuple[str, Values]:
        """Return the statement for ``find``."""
        where, bound = self._where(index, query, subject)
        # An equal field cannot order, and naming it would only hide the index's order from SQLite.
        order = [*query.fields[len(query.equal) :]]
        if "id" not in order and "id" not in dict(query.equal):
            order.append("id")
        direction = " DESC" if descending else ""
        ordered = ", ".join(quoted(name) + direction for name in order)

        def make() -> str:
            sql = f"SELECT {', '.join(map(quoted, names))} FROM {where}"
            if ordered:
                sql += f" ORDER BY {ordered}"
            return sql if limit is None else sql + " LIMIT ?"

        sql = self.remembered(("find", where, ordered, limit is None, names), make)
        return sql, bound if limit is None else (*bound, limit)

    def count(self, index: str, query: Query, subject: str | None) -> tuple[str, Values]:
        """Return the statement for ``count``."""
        where, bound = self._where(index, query, subject)
        return self.remembered(("count", where), lambda: f"SELECT count(*) FROM {where}"), bound

    def _where(self, index: str, query: Query, subject: str | None) -> tuple[str, Values]:
        condition, restriction = self.restriction(subject)
        nones = tuple(value is None for _, value in query.equal)
        key = ("where", index, nones, query.after is None, query.before is None, condition)

        def make() -> str:
            conditions = [quoted(n) + (" IS NULL" if v is None else " = ?") for n, v in query.equal]
            ranged = quoted(query.ranged)
            conditions += [f"{ranged} > ?"] * (query.after is not None)
            conditions += [f"{ranged} < ?"] * (query.before is not None)
            if query.present is not None:
                conditions.append(f"{quoted(query.present)} IS NOT NULL")
            by = ""
            if index != "id":
                by = f" INDEXED BY {quoted(index_name(self.shape.name, index))}"
            return f"{self.table}{by} WHERE {' AND '.join(conditions) or 'TRUE'}{condition}"

        bound = [value for _, value in query.equal if value is not None]
        bound += [bound_ for bound_ in (query.after, query.before) if bound_ is not None]
        return self.remembered(key, make), (*bound, *restriction)

    def add(self, operation: Add, checked: CheckedRow) -> Statement:
        """Return the statement for ``Add``."""
        lenient = operation.ignore_duplicate
        kind = "add lenient" if lenient else "add"
        bulk = checked.made.get(kind)
        if not isinstance(bulk, Bulk):
            insert = f"INSERT INTO {self.table} ({', '.join(map(quoted, checked.names))})"
            ending = " ON CONFLICT DO NOTHING" if lenient else ""
            bulk = checked.made[kind] = Bulk(insert, len(checked.names), ending, lenient=lenient)
        return bulk.one, tuple(operation.row.values()), not lenient, bulk

    def _insert(self, names: tuple[str, ...]) -> str:
        columns = ", ".join(map(quoted, names))
        return f"INSERT INTO {self.table} ({columns}) VALUES ({', '.join('?' * len(names))})"

    def put(self, operation: Put, subject: str | None) -> Statement:
        """Return the statement for ``Put``; a row of another subject changes nothing."""
        condition, bound = self.restriction(subject)
        names = tuple(operation.row)

        def make() -> str:
            # What the row leaves out is empty in it, so every column takes the new row's value.
            replaced = ", ".join(
                f"{quoted(n)} = excluded.{quoted(n)}" for n in self.shape.names if n != "id"
            )
            insert = self._insert(names)
            return f"{insert} ON CONFLICT (id) DO UPDATE SET {replaced} WHERE TRUE{condition}"

        sql = self.remembered(("put", condition, names), make)
        return sql, (*operation.row.values(), *bound), True, None

    def change(self, operation: Change, subject: str | None) -> Statement:
        """Return the statement for ``Change``."""
        condition, bound = self.restriction(subject)
        names, when, owner = tuple(operation.set), tuple(operation.when), tuple(operation.owner)

        def make() -> str:
            changed = ", ".join(f"{quoted(name)} = ?" for name in names) or "id = id"
            compared = "".join(f" AND +{quoted(name)} IS ?" for name in (*when, *owner))
            return f"UPDATE {self.table} SET {changed} WHERE id = ?{compared}{condition}"

        sql = self.remembered(("change", names, when, owner, condition), make)
        bound = (
            *operation.set.values(),
            operation.id,
            *operation.when.values(),
            *operation.owner.values(),
            *bound,
        )
        return sql, bound, not operation.lenient, None

    def increment(self, operation: Increment, subject: str | None) -> Statement:
        """Return the statement for ``Increment``."""
        condition, bound = self.restriction(subject)
        row = checked_increment_row(operation)
        names = tuple(row)
        counted = quoted(operation.name)

        def make() -> str:
            added = f"{counted} = coalesce({self.table}.{counted}, 0) + excluded.{counted}"
            insert = self._insert(names)
            return f"{insert} ON CONFLICT (id) DO UPDATE SET {added} WHERE TRUE{condition}"

        sql = self.remembered(("increment", operation.name, names, condition), make)
        return sql, (*row.values(), *bound), True, None

    def remove(self, operation: Remove, query: Query | None, subject: str | None) -> Statement:
        """Return the statement for ``Remove``."""
        if query is None or operation.index is None:
            condition, bound = self.restriction(subject)
            sql = self.remembered(
                ("remove", condition), lambda: f"DELETE FROM {self.table} WHERE id = ?{condition}"
            )
            return sql, (operation.id, *bound), False, None
        where, bound = self._where(operation.index, query, subject)
        return (
            self.remembered(("remove", where), lambda: f"DELETE FROM {where}"),
            bound,
            False,
            None,
        )


def compile_operation(
    tables: dict[str, TableSql], checks: Checks, operation: Operation, access: Access
) -> Statement:
    """Check one write and return its statement.

    Raises:
        Undeclared: the data map does not allow it.
    """
    shape, checked = checks.operation(operation, access)
    table = tables[shape.name]
    subject = checks.subject_of(shape, access)
    match operation:
        case Add():
            return table.add(operation, checked or shape.row(operation.row))
        case Put():
            return table.put(operation, subject)
        case Change():
            return table.change(operation, subject)
        case Increment():
            return table.increment(operation, subject)
        case Remove():
            query = None
            if operation.index is not None:
                query = checks.query(shape, operation.index, operation.equal, operation.range)
            return table.remove(operation, query, subject)
