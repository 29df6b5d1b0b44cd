"""A server that speaks MongoDB's wire protocol, for tests of what keeps its data there.

`nx-27017` is an independent program: the wire protocol over SQLite files. It is right about insert,
find, update, upsert, find-and-modify, bulk writes and unique indexes, and wrong about `$ne` on
arrays, array positions in `$set`, `arrayFilters`, `$sort` after `$group`, `$lookup` and partial
unique indexes; its transactions are not isolated. Some 1,100 operations a second.
"""

import sys
from pathlib import Path

from tests.support.ports import free_port
from tests.support.program import Program, clean_environment

__all__ = ["MongoServer"]


class MongoServer:
    """One server over one folder, which can be stopped and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        """Start it; it accepts connections when this returns."""
        self.folder = folder
        self.port = free_port()
        self.program = self._start()

    @property
    def url(self) -> str:
        """Its address; without `directConnection` a client would look for a replica set."""
        return f"mongodb://127.0.0.1:{self.port}/?directConnection=true"

    def _start(self) -> Program:
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        program = Program(
            [
                str(Path(sys.executable).with_name("nx-27017")),
                *("--host", "127.0.0.1", "--port", str(self.port)),
                # One file for each database, so that dropping one does not touch another.
                *("--data-dir", str(data)),
                *("--log-file", str(self.folder / "log"), "--pid-file", str(self.folder / "pid")),
            ],
            folder=self.folder,
            environment={
                # Its own code is not what we measure.
                name: value
                for name, value in clean_environment(self.folder).items()
                if not name.startswith("COV")
            },
        )
        program.wait_for_text("Listening on")
        return program

    def restart(self) -> None:
        """Kill it as a power cut would and start it again on its data and its port."""
        self.program.kill()
        self.program = self._start()

    def stop(self) -> None:
        """End it."""
        if self.program.code is None:
            self.program.kill()
