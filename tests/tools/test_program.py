"""Programs that tests start are clean, waited for, and ended."""

import signal
import sys
import time
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.program import Program, clean_environment, http_status

SERVE = (
    "import http.server as h, sys;"
    "h.test(h.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')"
)
SHOW = "import os; print(sorted(os.environ), os.getcwd())"


def python(folder: Path, code: str, *args: str) -> Program:
    return Program(
        [sys.executable, "-c", code, *args], folder=folder, environment=clean_environment(folder)
    )


def test_a_program_sees_nothing_of_this_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-developer")
    monkeypatch.setenv("AMITY_DATA", "elsewhere")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    program = python(tmp_path, SHOW)
    program.wait_for_text(str(tmp_path))
    program.stop()
    for name in ("OPENAI_API_KEY", "AMITY_DATA", "HTTPS_PROXY"):
        assert name not in program.output
    assert "'HOME'" in program.output


async def test_it_waits_for_an_address_and_ends_the_program(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    assert http_status(url) is None
    program = python(tmp_path, SERVE, str(port))
    await program.await_url(url)
    assert program.code is None
    assert await program.astop() == -signal.SIGTERM
    assert http_status(url) is None


def test_a_program_that_dies_early_is_reported_with_its_words(tmp_path: Path) -> None:
    program = python(tmp_path, "import sys; print('out'); sys.exit('no token')")
    with pytest.raises(AssertionError, match=r"(?s)ended with 1 .*out.*no token"):
        program.wait_for_url(f"http://127.0.0.1:{free_port()}/")


def test_a_program_that_does_not_answer_in_time_is_reported(tmp_path: Path) -> None:
    program = python(tmp_path, "import time; time.sleep(60)")
    with pytest.raises(AssertionError, match="took too long before writing 'ready'"):
        program.wait_for_text("ready", seconds=0.3)
    assert program.kill() == -signal.SIGKILL


def test_a_program_that_ignores_the_signal_is_killed_and_that_is_a_failure(tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf')\n"
    program = python(tmp_path, code + "time.sleep(60)")
    program.wait_for_text("deaf")
    started = time.monotonic()
    with pytest.raises(AssertionError, match="did not end within"):
        program.stop(seconds=0.3)
    assert time.monotonic() - started < 10
    assert program.code == -signal.SIGKILL
