"""The control socket as a command sees it."""

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from amity.errors import OperatorError, StoreUnavailable
from amity.http import ControlServer, Line, socket_address


async def _status(arguments: dict[str, Any]) -> dict[str, Any]:
    return {"said": arguments}


async def _count(arguments: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    for number in range(arguments["to"]):
        yield {"n": number}


async def _fail(arguments: dict[str, Any]) -> dict[str, Any]:
    raise {
        "operator": OperatorError("set the key"),
        "store": StoreUnavailable("no answer"),
        "other": ValueError("canary"),
    }[arguments["how"]]


async def _echo(arguments: dict[str, Any], line: Line) -> None:
    while (heard := await line.receive()) is not None:
        await line.send({"heard": heard["text"]})


@pytest.fixture(params=["short", "long"])
def socket_path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path
    if request.param == "long":
        folder = tmp_path / ("deep" * 20) / ("deeper" * 20)
        folder.mkdir(parents=True)
    return folder / "control.sock"


@pytest.fixture
async def server(socket_path: Path) -> AsyncIterator[ControlServer]:
    server = ControlServer(
        socket_path, {"status": _status, "count": _count, "fail": _fail}, {"echo": _echo}
    )
    await server.start()
    yield server
    await server.stop()


async def _ask(path: Path, *lines: Any, end: bool = False) -> list[Any]:
    with socket_address(path) as address:
        reader, writer = await asyncio.open_unix_connection(address)
    for line in lines:
        writer.write(line if isinstance(line, bytes) else orjson.dumps(line) + b"\n")
    if end:
        writer.write_eof()
    said = [orjson.loads(line) async for line in reader]
    writer.close()
    await writer.wait_closed()
    return said


async def test_a_command_and_its_result(server: ControlServer, socket_path: Path) -> None:
    said = await _ask(socket_path, {"v": 1, "command": "status", "arguments": {"a": 1}})
    assert said == [{"result": {"said": {"a": 1}}}]
    assert stat.S_IMODE(socket_path.stat().st_mode) == 0o600


async def test_a_command_that_tells_as_it_goes(server: ControlServer, socket_path: Path) -> None:
    said = await _ask(socket_path, {"v": 1, "command": "count", "arguments": {"to": 2}})
    assert said == [{"event": {"n": 0}}, {"event": {"n": 1}}, {"result": {}}]


async def test_a_conversation(server: ControlServer, socket_path: Path) -> None:
    said = await _ask(
        socket_path,
        {"v": 1, "command": "echo"},
        {"input": {"text": "a"}},
        {"something": "else"},
        {"input": {"text": "b"}},
        end=True,
    )
    assert said == [{"event": {"heard": "a"}}, {"event": {"heard": "b"}}, {"result": {}}]


@pytest.mark.parametrize(
    "how, kind, words",
    [("operator", "operator", "set the key"), ("store", "failed", "no answer")],
)
async def test_errors_that_were_foreseen(
    server: ControlServer, socket_path: Path, how: str, kind: str, words: str
) -> None:
    said = await _ask(socket_path, {"v": 1, "command": "fail", "arguments": {"how": how}})
    assert said == [{"error": {"kind": kind, "message": words}}]


async def test_an_error_that_was_not_foreseen_shows_an_id(
    server: ControlServer, socket_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (said,) = await _ask(socket_path, {"v": 1, "command": "fail", "arguments": {"how": "other"}})
    assert "canary" not in said["error"]["message"]
    assert "in the log)" in said["error"]["message"]
    capsys.readouterr()


@pytest.mark.parametrize(
    "line, kind",
    [
        (b"hello\n", "usage"),
        (b"[]\n", "usage"),
        ({"v": 1}, "usage"),
        ({"v": 1, "command": "nothing"}, "usage"),
        ({"v": 2, "command": "status"}, "version"),
    ],
)
async def test_what_is_no_command(
    server: ControlServer, socket_path: Path, line: Any, kind: str
) -> None:
    (said,) = await _ask(socket_path, line)
    assert said["error"]["kind"] == kind


async def test_a_second_process_is_refused(server: ControlServer, socket_path: Path) -> None:
    with pytest.raises(OperatorError, match="another Amity is running with this data folder"):
        await ControlServer(socket_path, {}).start()
    assert (await _ask(socket_path, {"v": 1, "command": "status"}))[0]["result"] == {"said": {}}


async def test_a_socket_left_behind_is_replaced(socket_path: Path) -> None:
    first = ControlServer(socket_path, {})
    await first.start()
    assert first._server is not None
    first._server.close()
    assert socket_path.exists()
    second = ControlServer(socket_path, {"status": _status})
    await second.start()
    assert await _ask(socket_path, {"v": 1, "command": "status"})
    await second.stop()
    await second.stop()
    assert not socket_path.exists()


async def test_stopping_ends_conversations(socket_path: Path) -> None:
    server = ControlServer(socket_path, {}, {"echo": _echo})
    await server.start()
    asking = asyncio.create_task(_ask(socket_path, {"v": 1, "command": "echo"}))
    while not server._running:
        await asyncio.sleep(0)
    await server.stop()
    assert await asking == []


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="the control socket cannot be made"):
        await ControlServer(tmp_path / "gone" / "control.sock", {}).start()
