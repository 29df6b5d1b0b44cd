"""Every text that the program asks for is there, and gets the values it needs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from amity.locales import Locales
from amity.locales.catalogue import placeholders

LOCALES = Locales.load(strict=True)
ROOT = Path(__file__).resolve().parents[2]
GROUPS = {key.partition(".")[0] for key in LOCALES.keys("en")}
# Names by which the program reaches ``Locales.text``.
SPEAKERS = {"text", "say", "notice", "_say", "_text"}
# What the engine fills in everywhere: the installation's own facts (amity.setup).
FACTS = {
    "service", "controller", "contact", "policy_url", "terms_url", "recipients",
    "authority", "messages_kept", "policy_version", "policy_date", "region", "support", "age",
}  # fmt: skip


def calls() -> Iterator[tuple[str, str, set[str] | None]]:
    """Yield each call of a speaker with a key: where, the key, and the names of its values."""
    for folder in ("engine", "adapters", "plugins"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in SPEAKERS:
                    for argument in node.args:
                        key = argument.value if isinstance(argument, ast.Constant) else None
                        if isinstance(key, str) and key in LOCALES.keys("en"):
                            names = {word.arg for word in node.keywords}
                            given = None if None in names else {n for n in names if n}
                            yield f"{path.relative_to(ROOT)}:{node.lineno}", key, given


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


USES = list(calls())


def test_uses_are_found() -> None:
    assert len(USES) > 20


@pytest.mark.parametrize("where, key, given", USES, ids=[f"{use[0]}-{use[1]}" for use in USES])
def test_a_text_gets_the_values_it_needs(where: str, key: str, given: set[str] | None) -> None:
    if given is not None:
        assert placeholders(LOCALES.entry("en", key)) <= given | FACTS, where
