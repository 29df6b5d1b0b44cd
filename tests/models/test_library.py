"""What LiteLLM does by itself when it is left alone, and must not do here.

Each test runs a program of its own, because a process imports LiteLLM once.
"""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

# A hook in the program sees every connection and every look-up of a name, whichever library asks.
_WATCH = """
import asyncio, json, logging, sys
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


@pytest.mark.slow
def test_neither_import_nor_calls_open_a_socket_but_the_configured_one(tmp_path: Path) -> None:
    talking = ["openai/llama-3", "hosted_vllm/llama-3", "groq/llama-3-8b", "openai/gpt-5-mini"]
    # The server answers 404 in these dialects, which is an answer too.
    others = ["ollama_chat/llama-3", "anthropic/claude-haiku-4-5", "gemini/gemini-2.5-flash"]
    code = (
        _WATCH
        + _TALK
        + f"""
from amity.models import library
library.load()
imported = list(calls)
calls.clear()
answers = [Answer(), Answer(usage=None), Answer.failing(500), Answer.failing(429)]
first = asyncio.run(talk({talking!r}, answers))
talked = list(calls)
calls.clear()
second = asyncio.run(talk({others!r}, [Answer.failing(404)]))
print(json.dumps([imported, talked, first, calls, second]))
"""
    )
    imported, talked, first, tried, second = result(code, folder=tmp_path)
    assert imported == []
    assert len(talked) >= 4 * len(talking), "the hook sees connections"
    assert {tuple(call) for call in talked} == {("127.0.0.1", first)}
    assert {tuple(call) for call in tried} == {("127.0.0.1", second)}


@pytest.mark.slow
def test_nothing_is_printed_or_logged_at_debug_level(tmp_path: Path) -> None:
    code = (
        _WATCH
        + """
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
import warnings; warnings.simplefilter("default")
from amity.models import library
library.load()
for name in list(logging.root.manager.loggerDict):
    logging.getLogger(name).setLevel(logging.DEBUG)
"""
        + _TALK
        + """
port = asyncio.run(talk(["openai/gpt-fake", "hosted_vllm/fake"], [Answer(), Answer.failing(500),
    Answer.failing(401), Answer(usage=None)]))
print(json.dumps(sorted(library._SILENT)))
"""
    )
    done = run(code, folder=tmp_path, LITELLM_LOG="DEBUG", OPENAI_LOG="debug")
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    assert "canary-7f3a" not in said
    assert "sk-test" not in said
    assert "Give Feedback" not in said
    for logger in json.loads(done.stdout.splitlines()[-1]):
        assert f":{logger}" not in done.stderr, "a silent logger spoke"


def test_what_openai_builds_at_first_use_is_built_while_loading(tmp_path: Path) -> None:
    # In the event loop it would hold everybody up for half a second. And the rehearsal finds that
    # a prompt may travel past openai's checks, which cost more than the rest of a call.
    code = (
        _WATCH
        + _TALK
        + """
from amity.models import library
library.load()
before = set(sys.modules)
asyncio.run(talk(["openai/gpt-fake"], [Answer()]))
late = set(sys.modules) - before
slow = sorted(name for name in late if name.startswith("openai"))
print(json.dumps([slow, library.takes_whole_messages()]))
"""
    )
    assert result(code, folder=tmp_path) == [[], True]
