"""Nothing that a person wrote, and nobody's id, gets into a log, at any level, by any library."""

import asyncio
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from amity.errors import StoreUnavailable
from amity.observe import (
    Pseudonyms,
    configure_logging,
    describe,
    error_id,
    get_logger,
    loop_exception_handler,
    short_id,
)
from amity.sealed import SealedText

CANARY = "canary-i-told-you-in-confidence"


class Lines(io.BytesIO):
    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    @property
    def text(self) -> str:
        return self.getvalue().decode()


@pytest.fixture
def lines() -> Iterator[Lines]:
    stream = Lines()
    undo = configure_logging("debug", stream=stream)
    yield stream
    undo()


class Colour(StrEnum):
    RED = "red"


class Stranger:
    def __repr__(self) -> str:
        return CANARY


def test_a_log_that_cannot_be_written_stops_nobody() -> None:
    with Path("/dev/full").open("wb") as full:
        undo = configure_logging("debug", stream=full)
        try:
            for number in range(1000):
                get_logger("turn").info("a turn ended", number=number)
        finally:
            undo()
            with suppress(OSError):
                full.close()


def test_a_line_is_one_json_object(lines: Lines) -> None:
    get_logger("turn").info(
        "a turn ended", outcome=Colour.RED, ms=3.5, path=Path("/x"), names=["a", 1], none=None
    )
    (entry,) = lines.entries()
    assert entry.pop("time").endswith("+00:00")
    assert entry == {
        "event": "a turn ended",
        "part": "turn",
        "level": "info",
        "outcome": "red",
        "ms": 3.5,
        "path": "/x",
        "names": ["a", 1],
        "none": None,
    }


@pytest.mark.parametrize(
    "value",
    [SealedText(CANARY), Stranger(), CANARY.encode(), {"a": CANARY}, [SealedText(CANARY)], object],
)
def test_values_that_may_hold_content_are_dropped_and_named(lines: Lines, value: Any) -> None:
    get_logger("turn").debug("something", what=value, ok=1)
    (entry,) = lines.entries()
    assert CANARY not in lines.text
    assert "what" not in entry
    assert (entry["dropped"], entry["ok"]) == (["what"], 1)


def test_ids_of_people_are_names_of_the_day(lines: Lines) -> None:
    log = get_logger("turn")
    log.info("one", person="person-4711", chat=99887766, identity=SealedText("x"), channel="web")
    log.info("two", person="person-4711")
    first, second = lines.entries()
    assert "4711" not in lines.text
    assert "99887766" not in lines.text
    assert first["person"] == second["person"] == short_id("person-4711")
    assert first["identity"] is None
    assert first["channel"] == "web"


def test_the_salt_goes_every_day() -> None:
    now = 0.0
    names = Pseudonyms(period=10, clock=lambda: now)
    first = names.of("a")
    assert names.of("a") == first != names.of("b")
    now = 10.0
    assert names.of("a") != first
    assert Pseudonyms().of("a") != Pseudonyms().of("a")


def test_long_words_are_cut(lines: Lines) -> None:
    get_logger("x").info("e", text="y" * 5000)
    assert len(lines.entries()[0]["text"]) == 501


def _fail(secret: str) -> None:
    local = secret
    try:
        json.loads(f'{{"{local}')
    except ValueError as error:
        raise RuntimeError(f"could not read {local}") from error


def test_an_exception_is_its_type_and_place(lines: Lines) -> None:
    try:
        _fail(CANARY)
    except RuntimeError:
        get_logger("turn").exception("it broke", error=ValueError(CANARY))
    (entry,) = lines.entries()
    assert CANARY not in lines.text
    assert entry["error"] == "ValueError"
    assert len(entry["error_id"]) == 8
    exception = entry["exception"]
    assert exception["type"] == "RuntimeError"
    assert "message" not in exception
    assert exception["caused_by"][0]["type"] == "json.decoder.JSONDecodeError"


def test_our_own_errors_keep_their_words_and_our_frames() -> None:
    try:
        SealedText(CANARY).__format__("")
    except TypeError as error:
        told = describe(error)
    assert told["frames"] == [f"amity.sealed:__format__:{told['frames'][0].rpartition(':')[2]}"]
    told = describe(StoreUnavailable("the database does not answer"))
    assert told["message"] == "the database does not answer"
    group = ExceptionGroup(CANARY, [ValueError(CANARY), StoreUnavailable("x")])
    assert CANARY not in json.dumps(describe(group))
    assert [part["type"] for part in describe(group)["of"]] == [
        "ValueError",
        "amity.errors.StoreUnavailable",
    ]


def test_a_loop_of_causes_has_an_end() -> None:
    first, second = ValueError(), TypeError()
    first.__cause__, second.__cause__ = second, first
    assert [c["type"] for c in describe(first)["caused_by"]] == ["TypeError"]


@pytest.mark.parametrize(
    "name", ["LiteLLM", "openai", "httpx", "asyncio", "aiohttp.server", "root"]
)
@pytest.mark.parametrize("level", [logging.DEBUG, logging.WARNING, logging.CRITICAL])
def test_foreign_loggers_leak_nothing(lines: Lines, name: str, level: int) -> None:
    logger = logging.getLogger(None if name == "root" else name)
    own = io.StringIO()
    handler = logging.StreamHandler(own)
    before = logger.level
    # What a library does that wants to be heard.
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        logger.log(level, "prompt: %s", CANARY)
        logger.log(level, f"prompt: {CANARY}")  # noqa: G004 - libraries do
        logger.log(level, CANARY, stack_info=True)
        try:
            raise ValueError(CANARY)
        except ValueError as error:
            logger.log(level, "it failed: %r", error, exc_info=True)
            logger.log(level, Stranger(), exc_info=error)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    assert CANARY not in lines.text
    assert CANARY not in own.getvalue()
    allowed = name in {"asyncio", "aiohttp.server"} and level >= logging.WARNING
    assert bool(lines.text) is allowed
    if allowed:
        events = [entry["event"] for entry in lines.entries()]
        assert events == [
            "prompt: %s",
            "(not shown)",
            "(not shown)",
            "it failed: %r",
            "(not shown)",
        ]
        assert lines.entries()[3]["error"] == "ValueError"
        assert lines.entries()[0]["logger"] == name


def test_warnings_and_uncaught_errors_are_quiet(
    lines: Lines, capfd: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(CANARY, stacklevel=1)
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
        arguments = threading.ExceptHookArgs((ValueError, error, error.__traceback__, None))
        threading.excepthook(arguments)
        sys.unraisablehook(type("U", (), {"exc_value": error})())
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    out = capfd.readouterr()
    assert CANARY not in lines.text + out.out + out.err
    assert [entry["event"] for entry in lines.entries()] == [
        "the program ended with an error",
        "a thread ended with an error",
        "an error could not be raised",
    ]


async def test_what_reaches_the_loop_is_quiet(
    lines: Lines, capfd: pytest.CaptureFixture[str]
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(loop_exception_handler)

    async def lost() -> None:
        raise ValueError(CANARY)

    task = loop.create_task(lost())
    await asyncio.wait([task])
    loop_exception_handler(loop, {"message": CANARY, "exception": task.exception(), "task": task})
    out = capfd.readouterr()
    assert CANARY not in lines.text + out.out + out.err
    (entry,) = lines.entries()
    assert entry["task"].endswith("lost")
    assert entry["exception"]["type"] == "ValueError"


def test_on_a_terminal_lines_are_for_eyes() -> None:
    stream = Lines()
    undo = configure_logging("info", stream=stream, terminal=True)
    try:
        get_logger("turn").debug("not at this level")
        get_logger("turn").warning("a channel ended", channel="web", steer="\x1b[2Jx\ny", n=[1])
        try:
            raise StoreUnavailable("no answer")
        except StoreUnavailable:
            get_logger("turn").exception("it broke")
    finally:
        undo()
    first, second, third = stream.text.splitlines()
    assert "a channel ended  part=turn channel=web steer=�[2Jx�y n=[1]" in first
    assert "it broke" in second
    assert "amity.errors.StoreUnavailable no answer at" in third


def test_all_is_as_before_after_undo() -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.getLogRecordFactory(), sys.excepthook)
    configure_logging("info", stream=io.BytesIO())()
    assert (root.handlers, root.level, logging.getLogRecordFactory(), sys.excepthook) == before


def test_error_ids_differ_and_can_be_read_out() -> None:
    ids = {error_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert not set("".join(ids)) & set("ILOU")
