"""The one module that imports LiteLLM, and what has to be set before and after.

Importing LiteLLM takes seconds of CPU, so it happens in a thread while the program starts.
Left to itself it looks prices and headers up on the network, downloads tokenizers, prints advice,
and logs whole prompts at debug level; none of that happens here.
"""

import asyncio
import contextlib
import gc
import importlib
import logging
import os
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import orjson

__all__ = ["close", "load", "loaded", "silence", "takes_whole_messages"]

# Each of these keeps LiteLLM, or a library it brings along, from opening a socket by itself.
_ENVIRONMENT: Final = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
# Their records hold prompts, keys or addresses at one level or another.
_SILENT: Final = (
    "LiteLLM",
    "LiteLLM Proxy",
    "LiteLLM Router",
    "anthropic",
    "httpcore",
    "httpx",
    "huggingface_hub",
    "openai",
)
_SETTINGS: Final[dict[str, Any]] = {
    "telemetry": False,
    "suppress_debug_info": True,
    "set_verbose": False,
    "drop_params": True,
    "disable_hf_tokenizer_download": True,
    "disable_token_counter": True,
    "disable_streaming_logging": True,
    "turn_off_message_logging": True,
    "redact_messages_in_exceptions": True,
    "cache": None,
    "num_retries": None,
}
_CALLBACKS: Final = (
    "callbacks",
    "input_callback",
    "success_callback",
    "failure_callback",
    "service_callback",
    "_async_input_callback",
    "_async_success_callback",
    "_async_failure_callback",
)

# Warnings about LiteLLM's own doings that nobody here can act on.
_POINTLESS: Final[dict[str, type[Warning]]] = {
    # pydantic, once for each provider, about LiteLLM's types.
    r".*`ReadOnly` qualifier": UserWarning,
    # LiteLLM makes its request in a thread; one that is cancelled meanwhile is not sent at all.
    r"coroutine '\w*(LLM|OpenAI|Anthropic|Azure|Completion)[\w.]*' was never": RuntimeWarning,
}

_lock = threading.Lock()
_library: Any = None
_whole_messages = False


class _Nothing(logging.Filter):
    """Lets no record through, whatever its level."""

    def filter(self, record: logging.LogRecord) -> bool:
        return False


def silence() -> None:
    """Make the loggers of LiteLLM and what it calls with silent at every level.

    Nothing they say is needed: failures reach the engine as exceptions. Calling it again, also
    after somebody has set a level or added a handler, silences them again.
    """
    for name in _SILENT:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.handlers = [logging.NullHandler()]
        if not any(isinstance(rule, _Nothing) for rule in logger.filters):
            logger.addFilter(_Nothing())


def loaded() -> bool:
    """Return whether LiteLLM has been imported, without importing it."""
    return _library is not None


def load() -> Any:
    """Import LiteLLM, once, and return it; takes seconds the first time and opens no socket.

    Safe to call from any thread; others wait for the first.
    """
    global _library, _whole_messages  # noqa: PLW0603 - a process has one LiteLLM, as global
    with _lock:
        if _library is None:
            os.environ.update(_ENVIRONMENT)
            # LITELLM_LOG=DEBUG would make it print prompts to the terminal.
            os.environ.pop("LITELLM_LOG", None)
            silence()
            with warnings.catch_warnings(), _uncollected():
                warnings.simplefilter("ignore")
                library = importlib.import_module("litellm")
            for name, value in _SETTINGS.items():
                setattr(library, name, value)
            for name in _CALLBACKS:
                if hasattr(library, name):
                    setattr(library, name, [])
            silence()
            for message, kind in _POINTLESS.items():
                warnings.filterwarnings("ignore", message, kind)
            _whole_messages = _warm_up(library)
            _library = library
        return _library


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from looking through what a large import makes.

    All of it stays for good. Looking through it costs a quarter of the import, and each later
    collection of everything would stop the event loop for a quarter of a second.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


async def close(library: Any) -> None:
    """Close the connections of this event loop's calls. The next call opens its own again."""
    with contextlib.suppress(Exception):
        await library.close_litellm_async_clients()
    # A closed client would be given out again to whoever asks next.
    clients = getattr(library, "in_memory_llm_clients_cache", None)
    if clients is not None:
        clients.flush_cache()
    # Gemini's calls go through a client of the module's own, which the above leaves open. Its
    # transport makes itself a new session when it is asked again.
    own = getattr(getattr(library, "module_level_aclient", None), "client", None)
    transport = getattr(own, "_transport", None)
    if transport is not None:
        with contextlib.suppress(Exception):
            await transport.aclose()


def takes_whole_messages() -> bool:
    """Return whether a prompt may travel to OpenAI's dialect as it is, past openai's own checks.

    openai's client walks through every message of a prompt, comparing each field with its types:
    two thirds of a call's CPU, and more with every message. What is passed as ``extra_body`` it
    sends as it is. Whether that holds for the installed versions is tried out while loading.
    """
    return _whole_messages


def _warm_up(library: Any) -> bool:
    """Rehearse a call; what LiteLLM and openai use for the first time takes half a second.

    The rehearsal goes through both up to the border of the network, where it is answered here.
    Returns whether the prompt came out there as it was given.
    """
    with warnings.catch_warnings(), ThreadPoolExecutor(max_workers=1) as thread:
        warnings.simplefilter("ignore")
        try:
            # In a thread of its own, because the caller's may be running a loop.
            return thread.submit(lambda: asyncio.run(_rehearse(library))).result()
        except Exception:  # noqa: BLE001 - without the rehearsal everything works, only slower
            return False


async def _rehearse(library: Any) -> bool:
    openai, httpx = importlib.import_module("openai"), importlib.import_module("httpx")
    prompt = [{"role": "user", "content": "rehearsal"}]
    seen: list[Any] = []

    def respond(request: Any) -> Any:
        seen.append(orjson.loads(request.content).get("messages"))
        return httpx.Response(
            200,
            headers={"content-type": "text/event-stream"},
            content=b'data: {"choices": [{"index": 0, "delta": {"content": "-"}}]}\n\n'
            b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'
            b"data: [DONE]\n\n",
        )

    transport = httpx.MockTransport(respond)
    async with openai.AsyncOpenAI(
        api_key="-",
        base_url="http://rehearsal.invalid/v1",
        http_client=httpx.AsyncClient(transport=transport),
        max_retries=0,
    ) as client:
        for part in (client.embeddings, client.moderations, client.audio):
            _ = part.with_raw_response
        answer = await library.acompletion(
            model="openai/rehearsal",
            messages=[{"role": "user", "content": "-"}],
            extra_body={"messages": prompt},
            stream=True,
            client=client,
            num_retries=0,
            max_retries=0,
        )
        async for _ in answer:
            pass
    return seen == [prompt]
