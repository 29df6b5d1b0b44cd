"""What may be stored, declared once."""

from amity.datamap.schema import (
    Basis,
    Category,
    Collection,
    DataMap,
    Field,
    Form,
    Index,
    KeyScope,
    Kind,
    Purpose,
)

__all__ = [
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
