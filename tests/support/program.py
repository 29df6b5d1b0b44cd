"""Real programs, started as an operator would start them, and ended by their own process id."""

import asyncio
import http.client
import os
import signal
import subprocess
import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

__all__ = ["Program", "clean_environment", "http_status"]

_KEPT: Final = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TZ")
# coverage starts itself in a child that has these.
_KEPT_PREFIXES: Final = ("COVERAGE_", "COV_CORE_")


def clean_environment(home: Path, *, measured: bool = False) -> dict[str, str]:
    """Return an environment without this shell's keys, proxies and settings, with its own HOME.

    Args:
        home: The HOME.
        measured: Whether the program's coverage counts. It adds half to what the program costs, so
            it is for programs that many tests share, and for short ones.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or (measured and name.startswith(_KEPT_PREFIXES))
    }
    return {**kept, "HOME": str(home), "PYTHONUNBUFFERED": "1"}


def http_status(url: str) -> int | None:
    """Return the status that a GET of this URL is answered with, None when nobody answers."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Program:
    """A running program with its output in a file.

    The waits come twice: the plain ones for fixtures and for tests without a loop, those with a
    leading `a` for tests that run in one.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        stdin: int | None = subprocess.DEVNULL,
    ) -> None:
        """Start the command in this folder, with this environment and nothing else."""
        self.command = list(command)
        self.stdout = folder / "stdout"
        self.stderr = folder / "stderr"
        with self.stdout.open("wb") as out, self.stderr.open("wb") as err:
            self._process = subprocess.Popen(
                self.command,
                cwd=folder,
                env=dict(environment),
                stdin=stdin,
                stdout=out,
                stderr=err,
                # Ctrl-C in the terminal is for pytest, which then ends its programs in order.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit code, None while it runs."""
        return self._process.poll()

    @property
    def output(self) -> str:
        """All that it has written so far, errors last."""
        parts = (path.read_text(errors="replace") for path in (self.stdout, self.stderr))
        return "\n".join(part for part in parts if part)

    def _check(self, what: str, deadline: float) -> None:
        if self.code is not None:
            raise AssertionError(f"{self.command} ended with {self.code} {what}:\n{self.output}")
        if time.monotonic() > deadline:
            raise AssertionError(f"{self.command} took too long {what}:\n{self.output}")

    def wait_until(self, ready: Callable[[], bool], what: str, *, seconds: float = 30) -> None:
        """Wait until `ready` says so; an AssertionError with the output when it does not come."""
        deadline = time.monotonic() + seconds
        while not ready():
            self._check(f"before {what}", deadline)
            time.sleep(0.02)

    async def await_until(
        self, ready: Callable[[], bool], what: str, *, seconds: float = 30
    ) -> None:
        """Do what `wait_until` does, without holding the loop."""
        deadline = time.monotonic() + seconds
        while not await asyncio.to_thread(ready):
            self._check(f"before {what}", deadline)
            await asyncio.sleep(0.02)

    def wait_for_url(self, url: str, *, status: int = 200, seconds: float = 30) -> None:
        """Wait until a GET of this URL is answered with this status."""
        self.wait_until(lambda: http_status(url) == status, f"answering {url}", seconds=seconds)

    async def await_url(self, url: str, *, status: int = 200, seconds: float = 30) -> None:
        """Do what `wait_for_url` does, without holding the loop."""
        await self.await_until(
            lambda: http_status(url) == status, f"answering {url}", seconds=seconds
        )

    def wait_for_text(self, text: str, *, seconds: float = 30) -> None:
        """Wait until it has written this text."""
        self.wait_until(lambda: text in self.output, f"writing {text!r}", seconds=seconds)

    async def await_text(self, text: str, *, seconds: float = 30) -> None:
        """Do what `wait_for_text` does, without holding the loop."""
        await self.await_until(lambda: text in self.output, f"writing {text!r}", seconds=seconds)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        self._process.send_signal(number)

    def kill(self) -> int:
        """End it as a power cut would (SIGKILL) and return its exit code."""
        self._process.kill()
        return self._process.wait(10)

    def stop(self, *, seconds: float = 20) -> int:
        """Ask it to end (SIGTERM) and return its exit code.

        One that has ended already just returns its code. One that does not end in time is killed,
        and an AssertionError says so.
        """
        if self.code is None:
            self._process.terminate()
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            message = f"{self.command} did not end within {seconds} s of SIGTERM:\n{self.output}"
            raise AssertionError(message) from None

    async def astop(self, *, seconds: float = 20) -> int:
        """Do what `stop` does, without holding the loop."""
        return await asyncio.to_thread(self.stop, seconds=seconds)
