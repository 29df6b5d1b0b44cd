"""What an operator sets, and what they are told when it cannot be right."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import amity
import amity_telegram
from amity.adapter import Adapter, SupportsDraft
from amity.markup import Markup, TextUnit
from amity_telegram import Config, Telegram
from amity_telegram.config import token_key

TOKEN = "8200000001:AAabcdefghijklmnopqrstuvwxyz0123456"
URL = "https://chat.example.org/hooks/mia"


def config(**more: Any) -> Config:
    return Config.model_validate({"token": TOKEN, **more})


def refused(**more: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        config(**more)
    said = str(caught.value)
    assert TOKEN.partition(":")[2] not in said
    return said


def test_a_token_is_enough() -> None:
    one = config()
    assert one.mode == "polling"
    assert one.api_base == "https://api.telegram.org"
    assert one.drafts == "auto"


@pytest.mark.parametrize("token", ["", "abc", "12:", ":abc", "12:a b", "12 :ab", "12:ab\n", "12:é"])
def test_a_token_has_its_form(token: str) -> None:
    assert "@BotFather" in refused(token=token)


def test_the_token_is_not_shown() -> None:
    one = config(webhook={"url": URL, "secret": "very-secret"})
    assert TOKEN not in repr(one)
    assert TOKEN not in str(one.token)
    assert "very-secret" not in repr(one)


@pytest.mark.parametrize(
    "more,words",
    [
        ({"mode": "webhook"}, "webhook.url"),
        ({"webhook": {"url": "https://example.org"}}, "path"),
        ({"webhook": {"url": "ftp://example.org/x"}}, "web address"),
        ({"webhook": {"url": "http://example.org/x"}}, "https"),
        ({"webhook": {"url": URL, "path": "hooks"}}, "path"),
        ({"webhook": {"url": URL, "secret": "with space"}}, "letters"),
        ({"webhook": {"url": URL, "secret": "é"}}, "letters"),
        ({"api_base": "127.0.0.1:8081"}, "Bot API server"),
        ({"drafts": "sometimes"}, "auto"),
        ({"limits": {"per_second": 0}}, "greater than 0"),
        ({"tokn": "x"}, "tokn"),
    ],
    ids=str,
)
def test_what_cannot_be_right_is_said(more: dict[str, Any], words: str) -> None:
    assert words in refused(**more)


def test_the_webhooks_path_is_that_of_its_address_unless_a_proxy_changes_it() -> None:
    one = config(mode="webhook", webhook={"url": URL})
    assert one.webhook is not None
    assert one.webhook.route == "/hooks/mia"
    other = config(mode="webhook", webhook={"url": "https://x.org/a", "path": "/b/c"})
    assert other.webhook is not None
    assert other.webhook.route == "/b/c"


def test_a_secret_is_made_from_the_token() -> None:
    one, again = config(webhook={"url": URL}), config(webhook={"url": URL})
    other = Config.model_validate({"token": "9:" + "x" * 30, "webhook": {"url": URL}})
    assert one.webhook_secret == again.webhook_secret
    assert one.webhook_secret != other.webhook_secret
    assert one.webhook_secret.isalnum()
    assert TOKEN.partition(":")[2] not in one.webhook_secret
    assert config(webhook={"url": URL, "secret": "own"}).webhook_secret == "own"
    assert token_key(one.token, "buttons") != token_key(one.token, "webhook")


def test_the_manifest_says_what_telegram_takes() -> None:
    can = Telegram.capabilities
    assert (can.text_limit, can.text_unit) == (4096, TextUnit.UTF16)
    assert can.caption_limit == 1024
    assert can.markup is Markup.SPANS
    assert not can.idempotent_send
    assert Telegram.connects
    assert set(Telegram.menu_words) == {"paysupport", "developer_info"}


def test_loading_returns_a_factory() -> None:
    adapter: Adapter = Telegram.load()("mia", config())
    assert isinstance(adapter, SupportsDraft)


WITHOUT = """
import sys
sys.modules["aiogram"] = None
from amity_telegram import Telegram
try:
    Telegram.load()
except ImportError as error:
    print(error)
"""
MANIFEST = """
import sys
import amity_telegram
print(sorted(name for name in sys.modules if name.partition(".")[0] in {"aiogram", "aiohttp"}))
"""


@pytest.mark.parametrize(
    "program,said",
    [
        (WITHOUT, 'aiogram is missing; install it with: pip install "amity[telegram]"'),
        (MANIFEST, "[]"),
    ],
    ids=["missing", "manifest"],
)
def test_aiogram_is_loaded_when_it_is_needed_and_not_before(program: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-Ic", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == said, done.stderr


def test_it_is_written_with_public_names_alone() -> None:
    """An adapter of ours has no privilege: a stranger could have written it."""
    folder = Path(amity_telegram.__file__).parent
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "amity":
                assert node.module == "amity", f"{file.name}: {node.module} is not public"
                assert {alias.name for alias in node.names} <= set(amity.__all__), file.name
