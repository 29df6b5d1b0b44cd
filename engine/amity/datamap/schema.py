"""The words in which a stored collection is declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

__all__ = [
    "PERSON_PURPOSES",
    "Basis",
    "Category",
    "Collection",
    "DataMap",
    "Field",
    "Form",
    "Index",
    "KeyScope",
    "Kind",
    "Purpose",
]


class Kind(StrEnum):
    """A field's type. Times are ``INTEGER`` milliseconds since the epoch."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    BYTES = "bytes"


class Form(StrEnum):
    """How a field lies in the store."""

    PLAIN = "plain"
    SEALED = "sealed"  # encrypted for its person; never queried
    BLIND = "blind"  # keyed hash; equality only


class KeyScope(StrEnum):
    """Which data key seals a collection's content."""

    PERSON = "person"  # the person's own things
    CONVERSATION = "conversation"  # one key for each person, conversation and generation
    SERVICE = "service"  # nobody's: the service's own


class Category(StrEnum):
    """What kind of data about a person a field is, in the privacy policy's words."""

    ACCOUNT = "account"
    IDENTIFIER = "platform identifier"
    SETTINGS = "settings"
    CONSENT = "consent record"
    CONVERSATION = "conversation content"
    TECHNICAL = "technical data"
    MODERATION = "moderation record"
    MEDIA = "media"
    SUPPORT = "support request"
    NONE = "not about a person"


class Purpose(StrEnum):
    """Why a store call is made. A collection declares which purposes may touch it."""

    SERVICE = "providing the conversation"
    DELIVERY = "delivering messages"
    SAFETY = "keeping people safe"
    SECURITY = "preventing abuse"
    RIGHTS = "answering people's rights"
    ACCOUNTABILITY = "proving consent and compliance"
    RETENTION = "deleting on time"
    OPERATION = "running the service"


PERSON_PURPOSES: Final = frozenset(Purpose)
"""For what is about a person: every purpose may touch it, each under its own rules."""


class Basis(StrEnum):
    """The legal basis, in the GDPR's sense."""

    CONSENT = "consent, Art. 6(1)(a) GDPR"
    CONTRACT = "performance of the service, Art. 6(1)(b) GDPR"
    OBLIGATION = "legal obligation, Art. 6(1)(c) GDPR"
    LEGITIMATE = "legitimate interest, Art. 6(1)(f) GDPR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a collection.

    Attributes:
        id: Number within the collection, never reused: sealed values are bound to it, so that a
            rename does not break them.
        name: Its name in rows.
        kind: Its type.
        form: How it lies in the store.
        optional: True if it may be ``None``.
        category: What it is, where that differs from the collection's category.
        about: One sentence for the data map that people read.
    """

    id: int
    name: str
    kind: Kind = Kind.STRING
    form: Form = Form.PLAIN
    optional: bool = False
    category: Category | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A way in which rows are found.

    Attributes:
        name: Its name, unique within the collection.
        fields: Compared for equality in this order, the last ones may be ranged over and order
            the result. Rows of equal fields come in the order of their id.
        unique: True if no two rows share the values (rows with a ``None`` in them are exempt).
        sparse: True if rows with ``None`` in the first field are left out of the index.
    """

    name: str
    fields: tuple[str, ...]
    unique: bool = False
    sparse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One stored collection. Each has a plain string field ``id``, its key, as field 0.

    Attributes:
        id: Number, never reused: sealed values are bound to it.
        name: Table or collection name.
        about: One sentence for the data map that people read.
        fields: Without ``id``, which is added.
        indexes: Ways to find rows.
        subject: The field that holds the person's id, or ``None`` if rows are about nobody.
        holders: Names of the collections among whose ids the subject is. Others than ``people``
            are for rows about somebody of whom nothing else is kept: such a row is its own subject.
        account: For these rows, the blind field with the id of the account they came from. Whoever
            has that account has them, too. Empty where there are none.
        part_of: A field, and the collection whose row it names: rows go when that row goes.
        keys: Which data key seals the sealed fields.
        category: What the rows are.
        purposes: Which purposes may touch them.
        basis: The legal basis.
        retention: The key of ``privacy.retention`` in the config, or ``account`` (kept while the
            account exists) or ``none`` (nothing about a person).
        recipients: Who gets the content besides the service: ``AI processors``, ``channels`` (the
            platform the person writes on), ``operators`` (the platform the operators read on).
        exported: True if a person's export holds the rows.
    """

    id: int
    name: str
    about: str
    fields: tuple[Field, ...]
    indexes: tuple[Index, ...] = ()
    subject: str | None = None
    holders: tuple[str, ...] = ("people",)
    account: str = ""
    part_of: tuple[str, str] | None = None
    keys: KeyScope = KeyScope.SERVICE
    category: Category = Category.NONE
    purposes: frozenset[Purpose] = frozenset()
    basis: Basis = Basis.LEGITIMATE
    retention: str = "none"
    recipients: tuple[str, ...] = ()
    exported: bool = True
    by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    index_by_name: Mapping[str, Index] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fields = (Field(id=0, name="id", about="The row's key."), *self.fields)
        for part, ids in (
            ("field id", [f.id for f in fields]),
            ("field name", [f.name for f in fields]),
            ("index name", [i.name for i in self.indexes]),
        ):
            if len(set(ids)) != len(ids):
                raise ValueError(f"collection {self.name}: a {part} is given twice")
        by_name = {f.name: f for f in fields}
        for index in self.indexes:
            for name in index.fields:
                if name not in by_name:
                    raise ValueError(
                        f"collection {self.name}: index {index.name} names no field {name}"
                    )
                if by_name[name].form is Form.SEALED:
                    raise ValueError(
                        f"collection {self.name}: sealed field {name} cannot be indexed"
                    )
        if self.subject is not None and self.subject not in by_name:
            raise ValueError(f"collection {self.name}: subject {self.subject} is no field")
        object.__setattr__(self, "by_name", MappingProxyType(by_name))
        object.__setattr__(
            self, "index_by_name", MappingProxyType({i.name: i for i in self.indexes})
        )

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """Every field, ``id`` first."""
        return tuple(self.by_name.values())

    @property
    def sealed(self) -> tuple[Field, ...]:
        """The sealed fields."""
        return tuple(f for f in self.by_name.values() if f.form is Form.SEALED)


@dataclass(frozen=True)
class DataMap:
    """All collections of an installation: the engine's and its plugins'."""

    collections: tuple[Collection, ...]

    def __post_init__(self) -> None:
        for part in ("id", "name"):
            values = [getattr(c, part) for c in self.collections]
            if len(set(values)) != len(values):
                raise ValueError(f"two collections share a {part}")

    @cached_property
    def by_name(self) -> Mapping[str, Collection]:
        """Collections by name."""
        return MappingProxyType({c.name: c for c in self.collections})
