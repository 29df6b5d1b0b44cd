"""The libraries that are known to print prompts, told to print all they can."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, os, sys
from amity.observe import configure_logging
configure_logging("debug")
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["LITELLM_LOG"] = "DEBUG"
os.environ["OPENAI_LOG"] = "debug"
import logging
import litellm
import openai
litellm.suppress_debug_info = True
for name in list(logging.root.manager.loggerDict):
    logging.getLogger(name).setLevel(logging.DEBUG)
messages = [{"role": "user", "content": "canary-in-a-prompt"}]

async def main():
    await litellm.acompletion(
        model="openai/gpt-5-mini", messages=messages, mock_response="canary-in-an-answer"
    )
    try:
        await litellm.acompletion(
            model="openai/gpt-5-mini", messages=messages, api_key="canary-key",
            api_base="http://127.0.0.1:1/canary-in-a-url", num_retries=0, timeout=2,
        )
    except Exception as error:
        logging.getLogger("LiteLLM").exception("failed: %s", error)
        logging.getLogger("openai").error(f"failed: {error}", exc_info=True)
    client = openai.AsyncOpenAI(
        api_key="canary-key", base_url="http://127.0.0.1:1/canary-in-a-url", max_retries=1
    )
    try:
        await client.chat.completions.create(model="x", messages=messages)
    except openai.APIConnectionError:
        pass

asyncio.run(main())
print("done")
"""


@pytest.mark.slow
def test_litellm_and_openai_at_debug_leak_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-Ic", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
        env={k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")},
    )
    assert done.returncode == 0, done.stderr
    assert "done" in done.stdout
    assert "canary" not in done.stdout + done.stderr
