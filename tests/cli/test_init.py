"""`amity init` writes a file that loads, asked or unattended."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Cli = Callable[..., Any]


def _written(home: Path) -> Any:
    return yaml.safe_load((home / "config" / "amity.yaml").read_text())


async def test_unattended_with_nothing_said(amity_cli: Cli, amity_home: Path) -> None:
    done = await amity_cli("init", "--yes")
    assert done.code == 0, done.err
    assert _written(amity_home)["channels"] == [{"name": "web", "adapter": "web", "persona": "mia"}]
    assert "models" not in _written(amity_home)
    assert (await amity_cli("config", "show")).code == 0


async def test_unattended_with_everything_said(amity_cli: Cli, amity_home: Path) -> None:
    done = await amity_cli(
        *("init", "--yes", "--name", 'Ami "the" ${HOME}: #1', "--controller", "Ami Ltd, Riga"),
        *("--contact", "a@example.org", "--region", "EU", "--model", "openai/gpt-5-mini"),
        *("--persona", "leo", "--channel", "web", "--channel", "telegram"),
    )
    assert done.code == 0, done.err
    assert "OPENAI_API_KEY" in done.out
    environment = {"OPENAI_API_KEY": "canary", "TELEGRAM_TOKEN": "1:a"}
    shown = await amity_cli("config", "show", environment=environment)
    values = yaml.safe_load(shown.out)
    assert values["service"]["name"] == 'Ami "the" ${HOME}: #1'
    assert values["models"]["model_list"][0]["litellm_params"]["api_key"] == "********"
    assert [(c["name"], c["persona"]) for c in values["channels"]] == [
        ("web", "leo"),
        ("telegram", "leo"),
    ]
    refused = await amity_cli("config", "show")
    assert refused.code == 1
    assert "the variable OPENAI_API_KEY is not set" in refused.err


async def test_channels_of_messengers_whose_tokens_are_set_later(
    amity_cli: Cli, amity_home: Path
) -> None:
    chosen = ("web", "telegram", "telegram", "discord")
    done = await amity_cli("init", "--yes", *(f"--channel={name}" for name in chosen))
    assert done.code == 0, done.err
    wanted = ("TELEGRAM_TOKEN", "TELEGRAM_3_TOKEN", "DISCORD_TOKEN")
    assert f"set before the start: {', '.join(wanted)}\n" in done.out
    tokens = dict(zip(wanted, ("1:a", "2:b", "c.d.e"), strict=True))
    assert (await amity_cli("check", "--offline", environment=tokens)).code == 0
    wrong = {**tokens, "TELEGRAM_TOKEN": "hunter2"}
    refused = await amity_cli("check", "--offline", environment=wrong)
    assert refused.code == 1
    assert "channels[1].token: must be a bot's token from @BotFather" in refused.out
    assert "hunter2" not in refused.out


async def test_asked(amity_cli: Cli, amity_home: Path) -> None:
    answers = [
        "Ami",
        "Ami Ltd",
        "a@example.org",
        "EU",
        "anthropic/claude-haiku-4-5",
        "",
        "",
        "",
        "",
    ]
    done = await amity_cli("init", stdin="\n".join(answers) + "\n")
    assert done.code == 0, done.err
    written = _written(amity_home)
    assert written["service"]["controller"] == "Ami Ltd"
    assert written["models"]["model_list"][0]["litellm_params"]["api_key"] == "${ANTHROPIC_API_KEY}"


async def test_a_file_is_never_replaced_unasked(amity_cli: Cli, amity_home: Path) -> None:
    (amity_home / "config").mkdir()
    path = amity_home / "config" / "amity.yaml"
    path.write_text("service: {name: Mine}")
    done = await amity_cli("init", "--yes")
    assert done.code == 1
    assert done.err.endswith("is there already; --force replaces it\n")
    assert "Mine" in path.read_text()
    assert (await amity_cli("init", "--yes", "--force")).code == 0
    assert "Mine" not in path.read_text()


async def test_nobody_there_to_ask(amity_cli: Cli, amity_home: Path) -> None:
    done = await amity_cli("init")
    assert done.code == 2
    assert "--yes" in done.err
    assert not (amity_home / "config").exists()


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--channel", "pigeon"], 'no adapter "pigeon" is installed; there are: '),
        (["--model", "x/y", "--key-env", "sk-123"], "never the key itself"),
        (["--persona", "nope"], 'there is no persona "nope"; there are: leo, mia; '),
        (["--channel=web", "--channel=web"], "two channels of web would lie under one path; "),
    ],
)
async def test_answers_that_make_no_configuration(
    amity_cli: Cli, amity_home: Path, arguments: list[str], words: str
) -> None:
    done = await amity_cli("init", "--yes", *arguments)
    assert done.code == 1
    assert words in done.err
    assert not (amity_home / "config").exists()
