"""``amity init``: a few questions, then a configuration that loads."""

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from amity.adapter import Manifest
from amity.cli.session import data_of
from amity.config import DEFAULT_FILE, load_config
from amity.errors import ConfigError, OperatorError
from amity.persona import PersonaLibrary
from amity.plugin import find_adapters

__all__ = ["init"]

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(slots=True, kw_only=True)
class Answers:
    """What the file will say."""

    name: str = "Amity"
    controller: str = ""
    contact: str = ""
    region: str = ""
    model: str = ""
    key_env: str = ""
    persona: str = "mia"
    channels: list[str] = field(default_factory=lambda: ["web"])


def init(options: argparse.Namespace) -> int:
    """Write a configuration file."""
    path = Path(options.config or os.environ.get("AMITY_CONFIG") or DEFAULT_FILE).absolute()
    if path.exists() and not options.force:
        raise OperatorError(f"{path}: is there already; --force replaces it")
    manifests = find_adapters().manifests
    try:
        answers = _from_options(options) if options.yes else _ask(options, manifests)
    except EOFError:
        print("nobody answers here; give the answers as options and add --yes", file=sys.stderr)
        return 2
    _check(answers, manifests)
    text, variables = _write(answers, manifests)
    _must_load(text, path, data_of(options))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"{path}: cannot be written: {error.strerror}") from None
    print(f"{path} is written")
    missing = [name for name in variables if not os.environ.get(name)]
    if missing:
        print(f"set before the start: {', '.join(missing)}")
    print("next: amity check, then amity run")
    return 0


def _from_options(options: argparse.Namespace) -> Answers:
    said = {
        "name": options.name,
        "controller": options.controller,
        "contact": options.contact,
        "region": options.region,
        "model": options.model,
        "key_env": options.key_env,
        "persona": options.persona,
        "channels": options.channel,
    }
    answers = Answers(**{key: value for key, value in said.items() if value is not None})
    if answers.model and not answers.key_env:
        answers.key_env = _usual_variable(answers.model)
    return answers


def _ask(options: argparse.Namespace, manifests: Mapping[str, Manifest]) -> Answers:
    """Ask for each answer, with what the options said as the default."""
    answers = _from_options(options)
    print("A few questions; Enter takes what stands in brackets.")
    answers.name = _question("What is the service called?", answers.name)
    answers.controller = _question("Who answers for the data (name, address)?", answers.controller)
    answers.contact = _question("How do people reach you about privacy?", answers.contact)
    answers.region = _question("Where is the data stored, such as EU?", answers.region)
    print("A model in LiteLLM's spelling, such as openai/gpt-5-mini, or nothing: then the small")
    print("offline voice speaks, and needs no key.")
    answers.model = _question("Which model?", answers.model)
    if answers.model:
        usual = answers.key_env or _usual_variable(answers.model)
        answers.key_env = _question("Which environment variable holds its key?", usual)
    answers.persona = _question("Who speaks first?", answers.persona)
    names = ", ".join(sorted(manifests))
    chosen = _question(f"Which channels, of {names}?", ", ".join(answers.channels))
    answers.channels = [name.strip() for name in chosen.split(",") if name.strip()]
    return answers


def _question(words: str, default: str) -> str:
    said = input(f"{words} [{default or 'nothing'}] ").strip()
    return said or default


def _usual_variable(model: str) -> str:
    provider = re.sub(r"[^A-Za-z0-9]+", "_", model.partition("/")[0]).strip("_")
    return f"{provider or 'MODEL'}_API_KEY".upper()


def _check(answers: Answers, manifests: Mapping[str, Manifest]) -> None:
    for name in answers.channels:
        if name not in manifests:
            there = ", ".join(sorted(manifests)) or "none"
            raise OperatorError(f'no adapter "{name}" is installed; there are: {there}')
    personas = list(PersonaLibrary.load())
    if answers.persona not in personas:
        raise OperatorError(
            f'there is no persona "{answers.persona}"; there are: {", ".join(personas)}; one of'
            " your own goes into a folder that the key personas names, and then to the channel"
        )
    for name in answers.channels:
        manifest = manifests[name]
        alike = answers.channels.count(name) > 1 and not _required(manifest)
        if alike and manifest.paths(manifest.config()):
            raise OperatorError(
                f"two channels of {name} would lie under one path; write one here, and the other"
                " into the file, with a path of its own"
            )
    if answers.key_env and not _VARIABLE.fullmatch(answers.key_env):
        raise OperatorError("--key-env takes the name of a variable, never the key itself")


def _quoted(text: str) -> str:
    """Write a text so that YAML reads it back, and ``${`` in it stays what it is."""
    return json.dumps(text.replace("${", "$${"), ensure_ascii=False)


def _write(answers: Answers, manifests: Mapping[str, Manifest]) -> tuple[str, list[str]]:
    """Return the file's text and the variables that it wants."""
    variables: list[str] = []
    provider = answers.model.partition("/")[0]
    lines = [
        "# Written by `amity init`. `amity check` says what is wrong, by line.",
        "service:",
        f"  name: {_quoted(answers.name)}",
        f"  controller: {_quoted(answers.controller)}",
        f"  contact: {_quoted(answers.contact)}",
        f"  region: {_quoted(answers.region)}",
        "",
    ]
    if answers.model:
        variables.append(answers.key_env)
        lines += [
            "models:",
            "  model_list:",
            "    - model_name: main",
            "      litellm_params:",
            f"        model: {_quoted(answers.model)}",
            f'        api_key: "${{{answers.key_env}}}"',
            "  roles: {chat: main}",
            "  # People read this in the policy; production wants region and contract as well.",
            "  processors:",
            f"    main: {{name: {_quoted(provider)}, trains_on_data: false}}",
            "",
        ]
    lines.append("channels:")
    for number, adapter in enumerate(answers.channels):
        name = adapter if adapter not in answers.channels[:number] else f"{adapter}_{number + 1}"
        lines += [f"  - name: {name}", f"    adapter: {adapter}"]
        for key in _required(manifests[adapter]):
            variable = re.sub(r"[^A-Z0-9]+", "_", f"{name}_{key}".upper())
            variables.append(variable)
            lines.append(f'    {key}: "${{{variable}}}"')
        lines.append(f"    persona: {_quoted(answers.persona)}")
    return "\n".join(lines) + "\n", variables


def _required(manifest: Manifest) -> list[str]:
    """Return the keys an adapter cannot do without: most are secrets, all are the operator's."""
    return [name for name, info in manifest.config.model_fields.items() if info.is_required()]


def _must_load(text: str, path: Path, data: Path) -> None:
    """Refuse to write what would not load.

    What an adapter's own keys take is not asked: their values are in variables, not set yet.
    """
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        draft.write_text(text, encoding="utf-8")
        try:
            load_config(draft, _SetLater(), data)
        except ConfigError as error:
            raise OperatorError(f"these answers make no configuration: {error}") from None


class _SetLater(dict[str, str]):
    """An environment in which every variable has a value."""

    def get(self, name: str, default: object = None) -> str:
        return "" if name.startswith("AMITY_") else "set-later"
