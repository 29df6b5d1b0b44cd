"""What the data map allows, for every backend alike: purposes, subjects, fields, indexes.

A backend asks here before it touches anything, so that all of them refuse the same calls with the
same sentences. Rows that a program writes come in few shapes (the same keys, the same types), so
a shape that was found good is remembered and the next row of it costs a look-up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from amity.datamap.schema import Collection, DataMap, Field, Form, Kind
from amity.errors import Undeclared
from amity.store.contract import (
    EVERYONE,
    Access,
    Add,
    Change,
    Increment,
    Operation,
    Put,
    Range,
    Remove,
    Value,
)

__all__ = ["CheckedRow", "Checks", "Query", "Shape", "checked_increment_row"]

# Programs have a handful of shapes; a caller that makes them without end must not fill the memory.
_MOST_SHAPES: Final = 1024
_ID: Final = "id"

_TYPES: Mapping[Kind, tuple[type, ...]] = {
    Kind.STRING: (str,),
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: (bool,),
    Kind.BYTES: (bytes,),
}


@dataclass(slots=True)
class CheckedRow:
    """A set of field names that was found good, and the value types seen with it."""

    names: tuple[str, ...]
    subject: str | None
    """The subject's field, if it is among them."""
    types: set[tuple[type, ...]] = field(default_factory=set)
    made: dict[str, object] = field(default_factory=dict)
    """What a backend made for rows of these fields, by what it is for."""


@dataclass(frozen=True, slots=True)
class Query:
    """A checked look-up: equal fields in the index's order, then one that is ranged over."""

    fields: tuple[str, ...]
    equal: tuple[tuple[str, Value], ...]
    ranged: str
    after: Value
    before: Value
    present: str | None
    """The first field of a sparse index: rows with ``None`` in it are not found."""


class Shape:
    """One collection, made ready for checking."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.name = collection.name
        self.fields: dict[str, Field] = dict(collection.by_name)
        self.names = tuple(self.fields)
        self.subject = collection.subject
        self.subject_optional = (
            collection.subject is not None and self.fields[collection.subject].optional
        )
        self.purposes = collection.purposes
        self._rows: dict[tuple[str, ...], CheckedRow] = {}
        self._parts: dict[tuple[str, ...], CheckedRow] = {}
        self._chosen: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._required = frozenset(f.name for f in self.fields.values() if not f.optional)

    def chosen(self, only: Sequence[str]) -> tuple[str, ...]:
        """Check the fields that a look-up asks for and return them with the id; all for none."""
        if not only:
            return self.names
        asked = tuple(only)
        chosen = self._chosen.get(asked)
        if chosen is None:
            for name in asked:
                if name not in self.fields:
                    raise Undeclared(f"{self.name}: no field {name} is declared")
            if len(self._chosen) >= _MOST_SHAPES:
                self._chosen.clear()
            chosen = self._chosen[asked] = tuple(dict.fromkeys((_ID, *asked)))
        return chosen

    def row(self, row: Mapping[str, Value]) -> CheckedRow:
        """Check a whole row: declared fields only, all that are required, each of its type."""
        names = tuple(row)
        checked = self._rows.get(names)
        if checked is None:
            checked = self._remember(self._rows, names)
            missing = self._required.difference(names)
            if missing:
                del self._rows[names]
                raise Undeclared(f"{self.name}: a row lacks {', '.join(sorted(missing))}")
        self._check_types(checked, row)
        return checked

    def part(self, values: Mapping[str, Value]) -> CheckedRow:
        """Check some fields of a row."""
        names = tuple(values)
        checked = self._parts.get(names)
        if checked is None:
            checked = self._remember(self._parts, names)
        self._check_types(checked, values)
        return checked

    def _remember(
        self, memory: dict[tuple[str, ...], CheckedRow], names: tuple[str, ...]
    ) -> CheckedRow:
        for name in names:
            if name not in self.fields:
                raise Undeclared(f"{self.name}: no field {name} is declared")
        if len(memory) >= _MOST_SHAPES:
            memory.clear()
        checked = memory[names] = CheckedRow(names, self.subject if self.subject in names else None)
        return checked

    def _check_types(self, checked: CheckedRow, values: Mapping[str, Value]) -> None:
        types = tuple(map(type, values.values()))
        if types in checked.types:
            return
        for name, value in values.items():
            self._check_type(self.fields[name], value)
        if len(checked.types) >= _MOST_SHAPES:
            checked.types.clear()
        checked.types.add(types)

    def _check_type(self, declared: Field, value: object) -> None:
        if value is None:
            if not declared.optional:
                raise Undeclared(f"{self.name}: field {declared.name} may not be empty")
            return
        wanted = (bytes,) if declared.form is Form.SEALED else _TYPES[declared.kind]
        # A bool is an int to Python, not to a store.
        if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
            raise Undeclared(
                f"{self.name}: field {declared.name} takes {wanted[0].__name__}, "
                f"not {type(value).__name__}"
            )


class Checks:
    """The rules of one data map."""

    def __init__(self, datamap: DataMap) -> None:
        self.shapes = {c.name: Shape(c) for c in datamap.collections}

    def shape(self, collection: Collection, access: Access) -> Shape:
        """Return the collection's shape.

        Raises:
            Undeclared: the data map has no such collection, or it does not allow the purpose.
        """
        shape = self.shapes.get(collection.name)
        if shape is None or (shape.collection is not collection and shape.collection != collection):
            raise Undeclared(f"the data map has no collection {collection.name} like this")
        if access.purpose not in shape.purposes:
            raise Undeclared(f"{shape.name}: the purpose “{access.purpose}” is not declared")
        if not access.subject:
            raise Undeclared(f"{shape.name}: the call names no subject")
        return shape

    def subject_of(self, shape: Shape, access: Access) -> str | None:
        """Return whose rows to keep to: a person, ``NOBODY``, or ``None`` for no restriction."""
        if shape.subject is None or access.subject == EVERYONE:
            return None
        return access.subject

    def operation(self, operation: Operation, access: Access) -> tuple[Shape, CheckedRow | None]:
        """Check one write; also return what is known of its row's fields, if it writes a whole one.

        Raises:
            Undeclared: it names what is not declared, or writes a row of another subject.
        """
        shape = self.shape(operation.collection, access)
        match operation:
            case Add() | Put():
                checked = shape.row(operation.row)
                if checked.subject is not None:
                    self._own(shape, operation.row[checked.subject], access)
                return shape, checked
            case Change():
                self._change(shape, operation, access)
            case Increment():
                self._increment(shape, operation, access)
            case Remove():
                if operation.id is None:
                    if operation.index is None:
                        raise Undeclared(
                            f"{shape.name}: a removal names neither an id nor an index"
                        )
                    self.query(shape, operation.index, operation.equal, operation.range)
                elif operation.index is not None:
                    raise Undeclared(f"{shape.name}: a removal names both an id and an index")
        return shape, None

    def _own(self, shape: Shape, owner: object, access: Access) -> None:
        """Refuse to write a row about another subject than the call names."""
        if (
            shape.subject is None
            or access.subject == EVERYONE
            or owner is None
            or owner == access.subject
        ):
            return
        raise Undeclared(f"{shape.name}: a row of another subject than the call names")

    def _change(self, shape: Shape, change: Change, access: Access) -> None:
        checked = shape.part(change.set)
        if _ID in checked.names:
            raise Undeclared(f"{shape.name}: a row's id cannot change")
        if checked.subject is not None:
            self._own(shape, change.set[checked.subject], access)
        for conditions in (change.when, change.owner):
            if conditions:
                shape.part(conditions)
                self._comparable(shape, conditions)

    def _comparable(self, shape: Shape, names: Iterable[str]) -> None:
        for name in names:
            if shape.fields[name].form is Form.SEALED:
                raise Undeclared(f"{shape.name}: sealed field {name} cannot be compared")

    def _increment(self, shape: Shape, increment: Increment, access: Access) -> None:
        declared = shape.fields.get(increment.name)
        if declared is None or declared.kind not in {Kind.INTEGER, Kind.NUMBER}:
            raise Undeclared(f"{shape.name}: no number field {increment.name} is declared")
        if declared.form is Form.SEALED:
            raise Undeclared(f"{shape.name}: sealed field {increment.name} cannot be counted in")
        row = checked_increment_row(increment)
        checked = shape.row(row)
        if row[_ID] != increment.id:
            raise Undeclared(f"{shape.name}: an increment's row has another id than the increment")
        if checked.subject is not None:
            self._own(shape, row[checked.subject], access)

    def query(self, shape: Shape, index: str, equal: Mapping[str, Value], range_: Range) -> Query:
        """Check a look-up by an index.

        Raises:
            Undeclared: no such index, or ``equal`` is not a leading run of its fields.
        """
        present = None
        if index == _ID:
            fields: tuple[str, ...] = (_ID,)
        else:
            declared = shape.collection.index_by_name.get(index)
            if declared is None:
                raise Undeclared(f"{shape.name}: no index {index} is declared")
            fields = declared.fields
            if declared.sparse:
                present = fields[0]
        leading = fields[: len(equal)]
        if len(equal) > len(fields) or any(name not in equal for name in leading):
            raise Undeclared(f"{shape.name}: {', '.join(equal)} is not where index {index} begins")
        for name in leading:
            if equal[name] is not None:
                shape.part({name: equal[name]})
        ranged = fields[len(leading)] if len(leading) < len(fields) else _ID
        for bound in (range_.after, range_.before):
            if bound is not None:
                shape.part({ranged: bound})
        if present is not None and equal.get(present) is not None:
            present = None  # said already
        return Query(
            fields,
            tuple((n, equal[n]) for n in leading),
            ranged,
            range_.after,
            range_.before,
            present,
        )


def checked_increment_row(increment: Increment) -> dict[str, Value]:
    """Return the row that an increment makes where there is none."""
    return {_ID: increment.id, **increment.row, increment.name: increment.amount}
