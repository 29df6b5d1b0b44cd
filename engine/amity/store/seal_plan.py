"""How rows of one collection are sealed and opened."""

from collections.abc import Mapping, Sequence
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from amity.datamap.schema import Collection, Field, Form, KeyScope, Kind
from amity.errors import Undeclared
from amity.sealed import SealedText
from amity.store.contract import Change, Row, Value
from amity.store.keyring import SERVICE, Owner, State
from amity.store.seal import BLIND_SHAPE, InvalidTag, bound_to, bound_to_two, open_sealed, seal

__all__ = ["SealPlan"]

# People can send halves of surrogate pairs; they come back as they were.
_HALVES: Final = "surrogatepass"


class SealedField:
    """What sealing has to know of one field."""

    __slots__ = ("bytes", "name", "prefix", "where")

    def __init__(self, collection: Collection, field: Field) -> None:
        self.name = field.name
        self.where = f"{collection.name}: sealed field {field.name}"
        self.bytes = field.kind is Kind.BYTES
        # Bound to numbers that never change, so that collections and fields can be renamed.
        self.prefix = bound_to("field", str(collection.id), str(field.id))

    def content(self, value: Value) -> bytes:
        """Return what is to be sealed."""
        if self.bytes and isinstance(value, bytes):
            return value
        if not self.bytes and isinstance(value, SealedText):
            return value.reveal().encode("utf-8", _HALVES)
        wanted = "bytes" if self.bytes else "a SealedText"
        raise Undeclared(f"{self.where} takes {wanted}, not {type(value).__name__}")


class SealPlan:
    """What sealing has to know of one collection."""

    def __init__(self, collection: Collection) -> None:
        self.name = collection.name
        self.subject = collection.subject or ""
        self.sealed = tuple(SealedField(collection, f) for f in collection.sealed)
        self._opening = tuple((f.name, f.prefix, f.bytes) for f in self.sealed)
        self.names = frozenset(f.name for f in self.sealed)
        self.blind = tuple(f.name for f in collection.all_fields if f.form is Form.BLIND)
        # Rows that nobody's key seals are never hidden for want of a key.
        self.keyed = bool(self.sealed) and collection.keys is not KeyScope.SERVICE
        self.by_conversation = self.keyed and collection.keys is KeyScope.CONVERSATION
        self.owner_fields: tuple[str, ...] = ()
        if self.keyed:
            self.owner_fields = (
                (self.subject, "conversation", "generation")
                if self.by_conversation
                else (self.subject,)
            )
        for name in self.owner_fields:
            if name not in collection.by_name:
                raise ValueError(f"collection {self.name}: its keys need {name or 'a subject'}")

    def says_owner(self, names: Sequence[str]) -> bool:
        """Whether these fields of a row are enough to say which key opens it."""
        return all(name in names for name in self.owner_fields)

    def owner(self, row: Mapping[str, Value]) -> Owner | None:
        """Return whose key seals the row; ``None`` if the row does not say."""
        if not self.keyed:
            return SERVICE
        person = row.get(self.subject)
        if not isinstance(person, str):
            return None
        if not self.by_conversation:
            return (person, "", 0)
        conversation, generation = row.get("conversation"), row.get("generation")
        if not isinstance(conversation, str) or not isinstance(generation, int):
            return None
        return (person, conversation, generation)

    def owner_of_change(self, change: Change) -> Owner:
        """Return whose key seals what a change sets.

        Raises:
            Undeclared: the change does not say whose the row is.
        """
        known = {**change.when, **change.set, **change.owner}
        if self.subject == "id":
            known["id"] = change.id
        owner = self.owner(known)
        if owner is None:
            raise Undeclared(
                f"{self.name}: a change of a sealed field must say whose the row is (owner)"
            )
        return owner

    def check_blind(self, row: Mapping[str, Value]) -> None:
        """See that blind fields hold hashes, and nothing that could be read."""
        for name in self.blind:
            value = row.get(name)
            if value is not None and not (isinstance(value, str) and BLIND_SHAPE.fullmatch(value)):
                raise Undeclared(f"{self.name}: blind field {name} takes what blind() returns")

    def seal(
        self, row: Mapping[str, Value], key: str, owner: Owner | None, under: AESGCM | None
    ) -> dict[str, Value]:
        """Return the row with its content sealed."""
        sealed = dict(row)
        rest: bytes | None = None
        for field in self.sealed:
            value = row.get(field.name)
            if value is None:
                continue
            content = field.content(value)
            if owner is None or under is None:
                raise Undeclared(f"{field.where} is set in a row that is nobody's")
            if rest is None:
                rest = bound_to_two(key, owner[0])
            sealed[field.name] = seal(under, content, field.prefix + rest)
        return sealed

    def open(self, row: Row, owner: Owner | None, under: AESGCM | State | None) -> bool:
        """Open the row's content in place; false if its key is gone.

        Raises:
            InvalidTag: the key is there and does not open it.
        """
        if under is State.DESTROYED:
            return False
        rest: bytes | None = None
        for name, prefix, is_bytes in self._opening:
            value = row.get(name)
            if value is None:
                continue
            if owner is None or under is None or isinstance(under, State):
                return False
            if not isinstance(value, bytes):
                raise InvalidTag
            if rest is None:
                rest = bound_to_two(str(row["id"]), owner[0])
            content = open_sealed(under, value, prefix + rest)
            # A history opens hundreds of these: what is written out here is not a call each.
            row[name] = content if is_bytes else SealedText(content.decode("utf-8", _HALVES))
        return True
