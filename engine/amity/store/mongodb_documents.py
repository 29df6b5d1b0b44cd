"""Rows as MongoDB documents, and look-ups as filters.

The row's id is the document's ``_id``, and ``id`` again: the copy ends the indexes, so that they
order what is equal, and not every server takes ``_id`` into an index. A field that is empty is
left out of the document: a sparse unique index then passes over it on every server, without
partial indexes. Where a unique index has several fields of which one may be empty, a field of its
own holds them joined.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from amity.datamap.schema import Collection, Form, Index, Kind
from amity.store.checks import Query, Shape
from amity.store.contract import NOBODY, Row, Value

__all__ = ["DocumentShape", "Filter", "IndexKeys", "joined_name", "together"]

Filter = dict[str, Any]
IndexKeys = list[tuple[str, int]]

# No declared name begins like this.
_JOINED: Final = "_unique_"


def joined_name(index: str) -> str:
    """Return the name of the field, and of its index, that joins an index's fields."""
    return _JOINED + index


class DocumentShape:
    """How one collection's rows look as documents."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.collection: Collection = shape.collection
        # The server returns 64-bit numbers as a type of its own, and whole floats as they came.
        self._convert: dict[str, type[int] | type[float]] = {}
        for field in shape.fields.values():
            if field.form is not Form.SEALED and field.kind is Kind.INTEGER:
                self._convert[field.name] = int
            elif field.form is not Form.SEALED and field.kind is Kind.NUMBER:
                self._convert[field.name] = float
        self.joined = tuple(i for i in self.collection.indexes if self._needs_joining(i))

    def _needs_joining(self, index: Index) -> bool:
        if not index.unique or len(index.fields) < 2:
            return False
        return any(self.shape.fields[name].optional for name in index.fields)

    def indexes(self) -> list[tuple[str, IndexKeys, dict[str, bool]]]:
        """Return name, keys and options of each index that the server is to have."""
        found: list[tuple[str, IndexKeys, dict[str, bool]]] = []
        for index in self.collection.indexes:
            keys: IndexKeys = [(name, 1) for name in index.fields]
            if not index.unique or index in self.joined:
                # Ends with the id, so that it also orders what is equal.
                ordering = keys if "id" in index.fields else [*keys, ("id", 1)]
                found.append((index.name, ordering, {}))
            if index in self.joined:
                name = joined_name(index.name)
                found.append((name, [(name, 1)], {"unique": True, "sparse": True}))
            elif index.unique:
                optional = self.shape.fields[index.fields[0]].optional
                options = {"unique": True} | ({"sparse": True} if optional else {})
                found.append((index.name, keys, options))
        return found

    def document(self, row: Mapping[str, Value]) -> dict[str, Any]:
        """Return a whole row as a document."""
        document = {n: self.stored(n, v) for n, v in row.items() if v is not None}
        document["_id"] = document["id"]
        for index in self.joined:
            joined = self._join(index, row)
            if joined is not None:
                document[joined_name(index.name)] = joined
        return document

    def replacement(self, row: Mapping[str, Value]) -> dict[str, Any]:
        """Return the server's words for making a document hold this row and nothing else.

        In the form of an update: not every server can replace a document that holds bytes.
        """
        document = self.document(row)
        del document["_id"]
        names = (*self.shape.names, *(joined_name(index.name) for index in self.joined))
        gone = {name: "" for name in names if name not in document}
        return {"$set": document} | ({"$unset": gone} if gone else {})

    def stored(self, name: str, value: Value) -> Any:
        """Return a value as it is kept."""
        convert = self._convert.get(name)
        return value if convert is None else convert(value)  # type: ignore[arg-type]  # checked

    def row(self, document: Mapping[str, Any], names: Sequence[str]) -> Row:
        """Return a document as a row of the named fields."""
        row: Row = {name: document.get(name) for name in names}
        for name, convert in self._convert.items():
            value = row.get(name)
            if value is not None:
                row[name] = convert(value)  # type: ignore[arg-type]  # checked when it was written
        return row

    def _join(self, index: Index, row: Mapping[str, Value]) -> str | None:
        values = [row.get(name) for name in index.fields]
        if any(value is None for value in values):
            return None
        return json.dumps([v.hex() if isinstance(v, bytes) else v for v in values])

    def joins(self, names: Mapping[str, Value]) -> list[Index]:
        """Return the joined indexes that a change of these fields touches."""
        return [index for index in self.joined if any(name in names for name in index.fields)]

    def update(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """Return the server's words for setting fields."""
        set_ = {n: self.stored(n, v) for n, v in values.items() if v is not None}
        unset = {n: "" for n, v in values.items() if v is None}
        return ({"$set": set_} if set_ else {}) | ({"$unset": unset} if unset else {})

    def joined_update(self, index: Index, row: Mapping[str, Value]) -> dict[str, Any]:
        """Return the server's words for what an index's joined field has to be for a row."""
        joined = self._join(index, row)
        name = joined_name(index.name)
        return {"$unset": {name: ""}} if joined is None else {"$set": {name: joined}}

    def same(self, values: Mapping[str, Value]) -> list[Filter]:
        """Return conditions that fields have these values; ``None`` is: not there."""
        return [
            {n: {"$exists": False} if v is None else self.stored(n, v)} for n, v in values.items()
        ]

    def restriction(self, subject: str | None) -> list[Filter]:
        """Return the conditions that keep to one subject's documents."""
        field = self.shape.subject
        if subject is None or field is None:
            return []
        nobody: Filter = {field: {"$exists": False}}
        if subject == NOBODY:
            return [nobody]
        own: Filter = {field: subject}
        return [{"$or": [own, nobody]}] if self.shape.subject_optional else [own]

    def filter(self, query: Query, subject: str | None) -> Filter:
        """Return a look-up's filter."""
        conditions = self.same(dict(query.equal))
        bounds = {"$gt": query.after, "$lt": query.before}
        bounds = {word: bound for word, bound in bounds.items() if bound is not None}
        if bounds:
            conditions.append({query.ranged: bounds})
        if query.present is not None:
            conditions.append({query.present: {"$exists": True}})
        return together([*conditions, *self.restriction(subject)])

    def by_id(self, key: str, subject: str | None) -> Filter:
        """Return the filter for one row."""
        return together([{"_id": key}, *self.restriction(subject)])

    def order(self, query: Query, *, descending: bool) -> IndexKeys:
        """Return the order of a look-up's result."""
        names = [*query.fields[len(query.equal) :]]
        if "id" not in names:
            names.append("id")
        return [(name, -1 if descending else 1) for name in names]

    def projection(self, names: Sequence[str]) -> dict[str, int]:
        """Return which fields the server is to send."""
        return dict.fromkeys(names, 1)


def together(conditions: list[Filter]) -> Filter:
    """Return one filter for several conditions, in which a field may come twice."""
    if not conditions:
        return {}
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}
