"""What LiteLLM does by itself when it is left alone, and must not do here.

Each test runs a program of its own, because a process imports LiteLLM once.
"""

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from amity.models import library

ROOT = Path(__file__).parents[2]

# A hook in the program sees every connection and every look-up of a name, whichever library asks.
_WATCH = """
import asyncio, gc, json, logging, sys
calls = []
def watch(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        calls.append(list(address) if isinstance(address, tuple) else [str(address)])
    elif event == "socket.getaddrinfo":
        calls.append([str(arguments[0]), arguments[1]])
sys.addaudithook(watch)
"""

_TALK = """
from amity.models import Models, ModelsConfig, ZeroProcessor
from amity.testing.fake_model import Answer, FakeModel
from tests.models.asking import ask, entry, section

async def talk(models, answers):
    async with FakeModel() as fake:
        for answer in answers:
            fake.always(answer)
            for model in models:
                made = Models(
                    ModelsConfig.read(section(entry("main", fake.url, model))),
                    offline=ZeroProcessor(),
                )
                said = await ask(made)
                assert (said.error is None) == (answer.status == 200), (model, answer, said)
                await made.aclose()
        return fake.port
"""


def run(code: str, *, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program with a HOME of its own and no settings of LiteLLM's."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("LITELLM", "HF_"))
    }
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT,
        env=inherited | {"HOME": str(folder), "TMPDIR": str(folder)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def result(code: str, *, folder: Path, **environment: str) -> Any:
    done = run(code, folder=folder, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_importing_the_models_imports_no_litellm(tmp_path: Path) -> None:
    code = """
        import json, sys
        import amity.models
        from amity.models import Models, ModelsConfig, ZeroProcessor
        entry = {"model_name": "main", "litellm_params": {"model": "openai/x"}}
        Models(ModelsConfig.read({"model_list": [entry]}), offline=ZeroProcessor())
        foreign = {"litellm", "openai", "httpx", "anthropic", "tiktoken", "tokenizers", "boto3"}
        print(json.dumps(sorted(foreign & set(sys.modules))))
    """
    assert result(code, folder=tmp_path) == []


@dataclass(frozen=True)
class Watched:
    """What a program did that loaded LiteLLM and talked to a server in several dialects."""

    said: str
    """Everything it printed and logged, every logger at debug level."""
    imported: list[list[Any]]
    """Connections and look-ups of names while LiteLLM was imported."""
    talked: list[list[Any]]
    tried: list[list[Any]]
    ports: tuple[int, int]
    late: list[str]
    """Modules that the first call imported."""
    whole: bool
    """Whether prompts travel past openai's checks."""
    spared: list[int]
    """How many objects the garbage collector no longer looks through, and whether it works."""


TALKING = ["openai/llama-3", "hosted_vllm/llama-3", "groq/llama-3-8b", "openai/gpt-5-mini"]
# The server answers 404 in these dialects, which is an answer too.
OTHERS = ["ollama_chat/llama-3", "anthropic/claude-haiku-4-5", "gemini/gemini-2.5-flash"]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    code = (
        _WATCH
        + """
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
from amity.models import library
library.load()
spared = [gc.get_freeze_count(), gc.isenabled()]
for name in list(logging.root.manager.loggerDict):
    logging.getLogger(name).setLevel(logging.DEBUG)
imported = list(calls)
calls.clear()
before = set(sys.modules)
"""
        + _TALK
        + f"""
first = asyncio.run(talk(["openai/gpt-fake"], [Answer()]))
late = sorted(set(sys.modules) - before)
calls.clear()
answers = [Answer(), Answer(usage=None), Answer.failing(500), Answer.failing(401)]
first = asyncio.run(talk({TALKING!r}, answers))
talked = list(calls)
calls.clear()
second = asyncio.run(talk({OTHERS!r}, [Answer.failing(404)]))
whole = library.takes_whole_messages()
print(json.dumps([imported, talked, calls, [first, second], late, whole, spared]))
"""
    )
    folder = tmp_path_factory.mktemp("home")
    done = run(code, folder=folder, LITELLM_LOG="DEBUG", OPENAI_LOG="debug")
    assert done.returncode == 0, done.stderr
    imported, talked, tried, ports, late, whole, spared = json.loads(done.stdout.splitlines()[-1])
    return Watched(
        said=done.stdout + done.stderr,
        imported=imported,
        talked=talked,
        tried=tried,
        ports=(ports[0], ports[1]),
        late=late,
        whole=whole,
        spared=spared,
    )


@pytest.mark.slow
def test_what_the_import_made_is_not_looked_through_again(watched: Watched) -> None:
    objects, enabled = watched.spared
    assert objects > 100_000
    assert enabled


@pytest.mark.slow
def test_neither_import_nor_calls_open_a_socket_but_the_configured_one(watched: Watched) -> None:
    assert watched.imported == []
    assert len(watched.talked) >= 4 * len(TALKING), "the hook sees connections"
    assert {tuple(call) for call in watched.talked} == {("127.0.0.1", watched.ports[0])}
    assert {tuple(call) for call in watched.tried} == {("127.0.0.1", watched.ports[1])}


@pytest.mark.slow
def test_nothing_is_printed_or_logged_at_debug_level(watched: Watched) -> None:
    assert "canary-7f3a" not in watched.said
    assert "sk-test" not in watched.said
    assert "Give Feedback" not in watched.said
    assert "asyncio" in watched.said, "other loggers speak"
    for logger in library._SILENT:
        assert f"{logger}:" not in watched.said, "a silent logger spoke"


@pytest.mark.slow
def test_what_openai_builds_at_first_use_is_built_while_loading(watched: Watched) -> None:
    # In the event loop it would hold everybody up for half a second.
    assert [name for name in watched.late if name.startswith("openai")] == []


@pytest.mark.slow
def test_prompts_travel_past_openais_checks(watched: Watched) -> None:
    # Should this fail with newer versions, everything works, but a call costs three times as much.
    assert watched.whole
