"""`amity config …`, and what every command says of a wrong configuration."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from tests.support.amity import amity_command
from tests.support.program import clean_environment

Cli = Callable[..., Any]

EXAMPLES = Path(__file__).parents[2] / "config"


async def test_show_masks_secrets(amity_cli: Cli) -> None:
    done = await amity_cli(
        "config",
        "show",
        config={
            "service": {"name": "Ami", "contact": "${CONTACT}"},
            "channels": [
                {"name": "web", "adapter": "web", "access": "code", "code": "canary-code"}
            ],
        },
        environment={"CONTACT": "canary-contact"},
    )
    assert done.code == 0, done.err
    assert "canary" not in done.out
    values = yaml.safe_load(done.out)
    assert values["service"]["name"] == "Ami"
    assert values["channels"][0]["code"] == "********"
    assert values["http"]["bind"] == "127.0.0.1:8080"


async def test_show_as_json(amity_cli: Cli) -> None:
    done = await amity_cli("config", "show", "--json")
    assert json.loads(done.out)["channels"][0]["adapter"] == "web"


async def test_the_schema_takes_the_example_and_refuses_a_misspelling(amity_cli: Cli) -> None:
    done = await amity_cli("config", "schema")
    assert done.code == 0, done.err
    schema = json.loads(done.out)
    jsonschema.Draft202012Validator.check_schema(schema)
    example = yaml.safe_load((EXAMPLES / "amity.example.yaml").read_text())
    jsonschema.validate(example, schema)
    example["channels"][0]["persna"] = "leo"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(example, schema)


@pytest.mark.parametrize("command", [["run"], ["config", "show"], ["check"], ["chat"]])
async def test_a_wrong_file_is_one_sentence(amity_cli: Cli, command: list[str]) -> None:
    done = await amity_cli(*command, config="service:\n  nmae: Ami\n")
    assert done.code == 1
    said = (done.out + done.err).strip()
    assert said.endswith('amity.yaml:2: service.nmae: unknown key (did you mean "name"?)')
    assert "\n" not in said


async def test_a_file_that_is_not_there(amity_cli: Cli) -> None:
    done = await amity_cli("config", "show", "--config", "gone.yaml")
    assert (done.code, done.err) == (
        1,
        "gone.yaml: there is no such configuration file (--config)\n",
    )
    done = await amity_cli("config", "show", environment={"AMITY_CONFIG": "gone.yaml"})
    assert "(AMITY_CONFIG)" in done.err


async def test_options_stand_before_and_after_the_command(amity_cli: Cli, amity_home: Path) -> None:
    (amity_home / "a.yaml").write_text("service: {name: A}")
    for arguments in (
        ["--config", "a.yaml", "config", "show"],
        ["config", "show", "--config", "a.yaml"],
    ):
        done = await amity_cli(*arguments)
        assert yaml.safe_load(done.out)["service"]["name"] == "A"


async def test_the_file_beside_is_found(amity_cli: Cli, amity_home: Path) -> None:
    (amity_home / "config").mkdir()
    (amity_home / "config" / "amity.yaml").write_text("service: {name: Beside}")
    done = await amity_cli("config", "show")
    assert yaml.safe_load(done.out)["service"]["name"] == "Beside"


def test_a_reader_that_goes_away_is_no_error(amity_home: Path) -> None:
    with subprocess.Popen(
        [amity_command(), "config", "schema"],
        cwd=amity_home,
        env=clean_environment(amity_home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0
