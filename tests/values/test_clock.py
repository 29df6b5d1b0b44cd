"""The clock that a file moves."""

from pathlib import Path

import pytest

from amity.clock import FileClock, SystemClock, at, day_of

HOUR = 3_600_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "offset"


def moved(file: Path) -> int:
    """Return by how much the clock of a file differs from the machine's, to whole minutes."""
    return round((FileClock(file).now() - SystemClock().now()) / 60_000) * 60_000


@pytest.mark.parametrize(
    "text, offset", [("3600", HOUR), ("-7200\n", -2 * HOUR), (" 5400.5 ", HOUR * 3 // 2)]
)
def test_the_file_moves_it(file: Path, text: str, offset: int) -> None:
    file.write_text(text)
    assert moved(file) == offset


def test_it_is_read_at_each_look(file: Path) -> None:
    clock = FileClock(file)
    before = clock.now()
    file.write_text("3600")
    assert clock.now() - before >= HOUR
    file.unlink()
    assert clock.now() - before < HOUR


@pytest.mark.parametrize("bytes_", [b"", b"soon", b"nan", b"inf", b"-inf", b"1e999", b"\xff\xfe"])
def test_what_is_no_offset_counts_as_none(file: Path, bytes_: bytes) -> None:
    file.write_bytes(bytes_)
    assert moved(file) == 0


def test_no_file_and_a_folder_count_as_none(tmp_path: Path) -> None:
    assert moved(tmp_path / "none") == 0
    assert moved(tmp_path) == 0


def test_days_are_those_of_utc() -> None:
    assert day_of(0) == "1970-01-01"
    assert day_of(86_399_999) == "1970-01-01"
    assert day_of(86_400_000) == "1970-01-02"
    assert at(1500).isoformat() == "1970-01-01T00:00:01.500000+00:00"
