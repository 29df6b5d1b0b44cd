"""Live commands against something that answers on the socket, as the running process does."""

import base64
import json
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from amity.errors import OperatorError
from amity.http import SOCKET_NAME, ControlServer

Cli = Callable[..., Any]


class Running:
    """A process that has canned answers and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Any] = {
            "status": {
                "version": "0.1.0",
                "channels": [
                    {"name": "web", "adapter": "web", "state": "up", "error": ""},
                    {"name": "second", "adapter": "x", "state": "down", "error": "wrong token"},
                ],
                "models": [{"name": "main", "state": "ready", "error": "", "sentence": ""}],
                "store": {"messages": 3, "media": 0},
                "lanes": 1,
                "swept_at": 0,
            },
            "reload": {"changes": ["personas"]},
            "person.list": {
                "people": [
                    {
                        "id": "01A",
                        "state": "active",
                        "since": "2026-01-01T00:00:00+00:00",
                        "seen": "2026-01-02",
                        "scopes": ["service"],
                    }
                ]
            },
            "person.export": {
                "name": "export.zip",
                "content": base64.b64encode(b"PK-everything").decode(),
            },
            "person.erase": {"messages": 4, "keys": 2},
            "person.key": {"key": "amk_canary"},
            "persona.list": {
                "personas": [{"id": "mia", "name": "Mia", "about": "warm", "version": "1"}]
            },
            "policy.show": {"version": "2026-11-01", "hashes": {"en": "ab", "ru": "cd"}},
            "retention.run": {"dry_run": True, "rows": {"messages": 3, "media": 0}},
            "keys.rotate": {"rotated": True},
            "backup": {"folder": "x"},
        }

    def handlers(self) -> dict[str, Any]:
        return {name: self._handler(name) for name in self.answers}

    def _handler(self, name: str) -> Any:
        async def handle(arguments: dict[str, Any]) -> Any:
            self.asked.append((name, arguments))
            answer = self.answers[name]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return handle


@pytest.fixture
async def running(amity_home: Path) -> AsyncIterator[Running]:
    (amity_home / "data").mkdir()
    process = Running()
    server = ControlServer(amity_home / "data" / SOCKET_NAME, process.handlers())
    await server.start()
    yield process
    await server.stop()


async def test_status(running: Running, amity_here: Cli, amity_cli: Cli) -> None:
    done = await amity_cli("status")
    assert done.code == 1
    assert "Amity 0.1.0 is running" in done.out
    assert "second   x        down   wrong token" in done.out
    assert "store: 3 messages\n" in done.out
    running.answers["status"]["channels"].pop()
    assert (await amity_here("status")).code == 0
    told = json.loads((await amity_here("status", "--json")).out)
    assert told["running"] is True
    assert told["models"][0]["name"] == "main"


async def test_reload(running: Running, amity_here: Cli) -> None:
    assert (await amity_here("reload")).out == "changed: personas\n"
    running.answers["reload"] = {"changes": []}
    assert (await amity_here("reload")).out == "nothing changed\n"
    running.answers["reload"] = OperatorError("amity.yaml:3: http.bind: must be text")
    done = await amity_here("reload")
    assert (done.code, done.err) == (1, "amity.yaml:3: http.bind: must be text\n")


async def test_people(running: Running, amity_here: Cli, amity_home: Path) -> None:
    listed = await amity_here("person", "list", "--limit", "5")
    assert "01A  active" in listed.out
    key = await amity_here("person", "key", "01A", "--label", "bot")
    assert key.out == "amk_canary\n"
    assert running.asked == [
        ("person.list", {"limit": 5}),
        ("person.key", {"person": "01A", "label": "bot"}),
    ]


async def test_an_export_is_for_the_operator_only(
    running: Running, amity_here: Cli, amity_home: Path
) -> None:
    assert (await amity_here("person", "export", "01A")).out == "export.zip\n"
    path = amity_home / "export.zip"
    assert path.read_bytes() == b"PK-everything"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = await amity_here("person", "export", "01A")
    assert (again.code, again.err) == (
        1,
        "export.zip: is there already; name another file with --output\n",
    )
    nowhere = await amity_here("person", "export", "01A", "--output", "gone/x.zip")
    assert "cannot be written" in nowhere.err


async def test_erasing_is_never_an_accident(running: Running, amity_here: Cli) -> None:
    done = await amity_here("person", "erase", "01A")
    assert done.code == 2
    assert not running.asked
    done = await amity_here("person", "erase", "01A", "--yes")
    assert done.out == "messages: 4 erased\nkeys: 2 erased\n"


async def test_lists(running: Running, amity_here: Cli) -> None:
    assert "mia  Mia   warm" in (await amity_here("persona", "list")).out
    policy = await amity_here("policy", "show")
    assert policy.out.startswith("version 2026-11-01\n")
    kept = await amity_here("retention", "run", "--dry-run")
    assert kept.out == "messages: 3 would be deleted\n"
    running.answers["retention.run"] = {"rows": {}}
    assert "nothing deleted" in (await amity_here("retention", "run")).out


async def test_a_key_in_the_data_folder_is_replaced_there(
    running: Running, amity_here: Cli, amity_home: Path
) -> None:
    path = amity_home / "data" / "master.key"
    path.write_text(base64.b64encode(b"a" * 32).decode())
    done = await amity_here("keys", "rotate")
    assert done.code == 0, done.err
    ((_, arguments),) = running.asked
    assert path.read_text().strip() == arguments["key"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(p.name for p in path.parent.iterdir()) == ["control.sock", "master.key"]
    assert arguments["key"] not in done.out


async def test_a_rotation_cut_off_goes_on_with_the_same_key(
    running: Running, amity_here: Cli, amity_home: Path
) -> None:
    path = amity_home / "data" / "master.key"
    path.write_text(base64.b64encode(b"a" * 32).decode())
    running.answers["keys.rotate"] = OperatorError("the disk is full")
    assert (await amity_here("keys", "rotate")).code == 1
    tried = running.asked[-1][1]["key"]
    assert path.read_text() == base64.b64encode(b"a" * 32).decode()
    running.answers["keys.rotate"] = {"rotated": True}
    assert (await amity_here("keys", "rotate")).code == 0
    assert running.asked[-1][1]["key"] == tried == path.read_text().strip()


async def test_a_rotation_says_what_becomes_of_copies_of_the_keyring(
    running: Running, amity_here: Cli, amity_home: Path
) -> None:
    path = amity_home / "data" / "master.key"
    path.write_text(base64.b64encode(b"a" * 32).decode())
    done = await amity_here("keys", "rotate")
    assert "open only with the old master key" in done.out
    assert "amity backup FOLDER --keyring FOLDER" in done.out
    done = await amity_here("keys", "rotate", "--keyring", "apart")
    assert running.asked[-1][1]["keyring"] == str(amity_home / "apart")
    assert "apart holds the latest keys, for the new master key" in done.out
    assert "amity backup" not in done.out
    # The key is exchanged all the same, and in its place.
    running.answers["keys.rotate"] = {"rotated": True, "keyring_error": "apart: is full"}
    done = await amity_here("keys", "rotate", "--keyring", "apart")
    assert done.code == 1
    assert "was not written anew: apart: is full" in done.out
    assert "amity backup FOLDER --keyring FOLDER" in done.out
    assert path.read_text().strip() == running.asked[-1][1]["key"]


async def test_a_key_of_the_environment_is_replaced_by_one_of_the_environment(
    running: Running, amity_here: Cli
) -> None:
    done = await amity_here("keys", "rotate")
    assert done.code == 1
    assert "--new-key-env" in done.err
    key = base64.b64encode(b"b" * 32).decode()
    done = await amity_here("keys", "rotate", "--new-key-env", "NEW", environment={"NEW": key})
    assert done.code == 0, done.err
    assert running.asked == [("keys.rotate", {"key": key, "keyring": ""})]
    done = await amity_here("keys", "rotate", "--new-key-env", "NEW", environment={"NEW": "short"})
    assert done.code == 1
    assert "NEW must hold 32 bytes" in done.err


async def test_a_backup_lies_where_the_caller_stands(
    running: Running, amity_here: Cli, amity_home: Path
) -> None:
    done = await amity_here("backup", "today")
    assert done.code == 0
    assert running.asked == [("backup", {"folder": str(amity_home / "today"), "keyring": ""})]


async def test_restoring_under_a_running_process_is_refused(
    running: Running, amity_here: Cli
) -> None:
    done = await amity_here("restore", "today")
    assert (done.code, done.err) == (
        1,
        "Amity is running with this data folder; stop it, then restore\n",
    )


@pytest.mark.parametrize("command", ["status", "reload"])
async def test_nothing_runs(amity_here: Cli, amity_home: Path, command: str) -> None:
    done = await amity_here(command)
    assert done.code == 1
    sentence = f"Amity is not running with the data folder {amity_home / 'data'}"
    assert (done.out + done.err).startswith(sentence)


async def test_without_a_data_folder_there_is_nothing_to_ask(amity_cli: Cli) -> None:
    done = await amity_cli("person", "list")
    assert done.code == 1
    assert "there is no data folder yet" in done.err


@pytest.mark.parametrize(
    "command",
    [
        ("ticket", "list"),
        ("ticket", "show", "1"),
        ("person", "list"),
        ("person", "export", "nobody"),
        ("persona", "list"),
        ("policy", "show"),
        ("retention", "run", "--dry-run"),
        ("backup", "kept"),
        ("check", "--offline"),
        ("config", "show"),
        ("status",),
    ],
    ids=" ".join,
)
async def test_looking_at_an_empty_data_folder_makes_nothing_there(
    amity_here: Cli, amity_home: Path, command: tuple[str, ...]
) -> None:
    (amity_home / "data").mkdir()
    done = await amity_here(*command)
    assert list((amity_home / "data").iterdir()) == []
    assert "Traceback" not in done.err
    if command[0] not in {"check", "config", "status"}:
        sentence = f"{amity_home / 'data'}: there is no data here yet; start Amity once,"
        assert (done.code, done.err.startswith(sentence)) == (1, True), done


async def test_a_folder_without_a_backup_is_said_before_a_missing_key(
    amity_here: Cli, amity_home: Path
) -> None:
    done = await amity_here("restore", "wrong")
    assert (done.code, done.err) == (
        1,
        f"{amity_home / 'wrong'}: there is no backup here (no manifest.json)\n",
    )


async def test_a_process_of_another_version(amity_here: Cli, amity_home: Path) -> None:
    import asyncio

    async def old(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b'{"error": {"kind": "version", "message": "the running Amity is older"}}\n')
        writer.close()

    (amity_home / "data").mkdir()
    server = await asyncio.start_unix_server(old, amity_home / "data" / SOCKET_NAME)
    done = await amity_here("status")
    server.close()
    assert done.code == 1
    assert "restart it, then try again" in done.err


async def test_a_process_that_ends_before_it_answers(amity_here: Cli, amity_home: Path) -> None:
    import asyncio

    async def gone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    (amity_home / "data").mkdir()
    server = await asyncio.start_unix_server(gone, amity_home / "data" / SOCKET_NAME)
    done = await amity_here("status")
    server.close()
    assert (done.code, done.err) == (1, "the running Amity ended before it answered\n")
