"""The store: its contract, the backends, and the vault that seals content before it gets there."""

from amity.store.contract import (
    EVERYONE,
    NOBODY,
    UNBOUNDED,
    Access,
    Add,
    Change,
    Get,
    Increment,
    Operation,
    Put,
    Range,
    Remove,
    Row,
    Store,
    Value,
)
from amity.store.master_key import MasterKey, load_master_key
from amity.store.open import open_vault, store_exists
from amity.store.vault import ManagedStore, Vault

__all__ = [
    "EVERYONE",
    "NOBODY",
    "UNBOUNDED",
    "Access",
    "Add",
    "Change",
    "Get",
    "Increment",
    "ManagedStore",
    "MasterKey",
    "Operation",
    "Put",
    "Range",
    "Remove",
    "Row",
    "Store",
    "Value",
    "Vault",
    "load_master_key",
    "open_vault",
    "store_exists",
]
