"""A vault for a test, and a clock that the test moves."""

from pathlib import Path

from amity.datamap.declarations import ENGINE
from amity.datamap.schema import DataMap
from amity.store import Vault, open_vault

MASTER_KEY = bytes(range(32))
SQLITE = "sqlite:///amity.db"


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: int = 1_790_000_000_000) -> None:
        self.time = now

    def now(self) -> int:
        return self.time

    def forward(self, milliseconds: int) -> None:
        self.time += milliseconds


async def open_test_vault(folder: Path, datamap: DataMap = ENGINE, url: str = SQLITE) -> Vault:
    """Open a vault, making it where it is missing; the caller closes it."""
    return await open_vault(
        url, datamap=datamap, data_folder=folder, master_key=MASTER_KEY, clock=MovedClock()
    )
