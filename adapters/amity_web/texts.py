"""The page's own words, by language. A language is added by dropping a file into ``locales``."""

from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

__all__ = ["CORE_WORDS", "best_language", "languages", "page_words"]

# Words that the core has, because other channels say them too; the page asks the host for them.
CORE_WORDS: Final = (
    "service.name",
    "gate.age",
    "gate.age.adult",
    "gate.age.minor",
    "gate.consent",
    "gate.consent.agree",
    "gate.consent.decline",
    "gate.suitability",
    "gate.declined",
    "gate.blocked.minor",
    "gate.terminated",
    "disclosure.first",
    "help",
    "privacy",
    "terms",
    "support",
)


@cache
def _catalogues() -> dict[str, dict[str, str]]:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, dict[str, str]] = {}
    for file in resources.files("amity_web").joinpath("locales").iterdir():
        if file.name.endswith(".yaml"):
            text = file.read_text("utf-8")
            found[file.name.removesuffix(".yaml").lower()] = yaml.load(text, Loader=loader)  # noqa: S506 - a SafeLoader in C
    return found


def languages() -> dict[str, str]:
    """Return the page's languages, each with its own name for itself."""
    return {tag: words["language.name"] for tag, words in sorted(_catalogues().items())}


def best_language(*wanted: str | None) -> str:
    """Return the first of the wanted languages that the page speaks; else English."""
    known = _catalogues()
    for tag in wanted:
        if not tag:
            continue
        lowered = tag.lower()
        for candidate in (lowered, lowered.split("-", 1)[0]):
            if candidate in known:
                return candidate
    return "en"


def page_words(language: str) -> dict[str, str]:
    """Return the page's words in a language; what it lacks is said in English."""
    known = _catalogues()
    return {**known["en"], **known.get(language, {})}
