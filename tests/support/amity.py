"""Amity itself, as a separate process: the command that an operator types."""

import asyncio
import http.client
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.ports import free_port
from tests.support.program import Program, clean_environment

__all__ = ["AmityProcess", "Finished", "amity_command", "run_amity", "start_amity"]


def amity_command() -> str:
    """Return the path of the `amity` command that belongs to this Python."""
    return str(Path(sys.executable).with_name("amity"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """What a command left behind."""

    code: int
    out: str
    err: str


class AmityProcess(Program):
    """`amity run` with a data folder, a HOME and two free ports of its own."""

    def __init__(
        self,
        home: Path,
        *args: str,
        config: Mapping[str, Any] | str | None = None,
        environment: Mapping[str, str] | None = None,
        measured: bool = False,
    ) -> None:
        """Start it; `ready` or `aready` waits until it serves.

        Args:
            home: A folder of this process's own; the same one again restarts it on its data.
            *args: More arguments of `amity run`.
            config: The configuration, as a mapping or as YAML; without one, Amity's defaults. The
                addresses that it binds are always this object's.
            environment: More variables, or other values.
            measured: Whether its coverage counts, as for `clean_environment`.
        """
        self.home = home
        self.data = home / "data"
        self.port = free_port()
        self.admin_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.admin_url = f"http://127.0.0.1:{self.admin_port}"
        super().__init__(
            [amity_command(), "run", *args],
            folder=home,
            environment={
                **_environment(home, config, measured=measured),
                "AMITY__HTTP__BIND": f"127.0.0.1:{self.port}",
                "AMITY__HTTP__ADMIN_BIND": f"127.0.0.1:{self.admin_port}",
                **(environment or {}),
            },
        )

    def ready(self, *, seconds: float = 30) -> None:
        """Wait until it says that it is ready, and all its channels are up."""
        self.wait_until(self._whole, "being ready with all channels", seconds=seconds)

    async def aready(self, *, seconds: float = 30) -> None:
        """Do what `ready` does, without holding the loop."""
        await self.await_until(self._whole, "being ready with all channels", seconds=seconds)

    def _whole(self) -> bool:
        status, said = self.readiness()
        return status == 200 and all(c["state"] == "up" for c in said["channels"].values())

    def readiness(self) -> tuple[int, dict[str, Any]]:
        """Return what `/readyz` answers, with its status; 0 where nobody answers."""
        host = f"127.0.0.1:{self.admin_port}"
        connection = http.client.HTTPConnection(host, timeout=10)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            return 0, {}
        finally:
            connection.close()


def _environment(
    home: Path, config: Mapping[str, Any] | str | None, *, measured: bool
) -> dict[str, str]:
    home.mkdir(parents=True, exist_ok=True)
    environment = {**clean_environment(home, measured=measured), "AMITY_DATA": str(home / "data")}
    if config is not None:
        path = home / "amity.yaml"
        path.write_text(config if isinstance(config, str) else yaml.safe_dump(dict(config)))
        environment["AMITY_CONFIG"] = str(path)
    return environment


def start_amity(
    home: Path,
    *args: str,
    config: Mapping[str, Any] | str | None = None,
    environment: Mapping[str, str] | None = None,
    measured: bool = False,
) -> AmityProcess:
    """Start `amity run` and return once it is ready to serve."""
    process = AmityProcess(home, *args, config=config, environment=environment, measured=measured)
    try:
        process.ready()
    except BaseException:
        if process.code is None:
            process.kill()
        raise
    return process


async def run_amity(
    home: Path,
    *args: str,
    config: Mapping[str, Any] | str | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
    seconds: float = 50,
) -> Finished:
    """Run an `amity` command to its end and return what it said."""
    result = await asyncio.to_thread(
        subprocess.run,
        [amity_command(), *args],
        cwd=home,
        env={**_environment(home, config, measured=True), **(environment or {})},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Finished(code=result.returncode, out=result.stdout, err=result.stderr)
