"""Legal pages as files: versioned Markdown with a front matter of YAML.

A folder holds ``en.md`` (the policy), ``terms.en.md`` and ``crisis-protocol.en.md``, and beside
each its translations. Earlier versions lie in folders of their own below it.
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources.abc import Traversable
from typing import Any, Final

import yaml

from amity.errors import ConfigError

__all__ = ["PAGES", "Edition", "Source", "find_edition"]

PAGES: Final = ("privacy", "terms", "crisis-protocol")
"""The pages, as they are called in addresses."""

ENGLISH: Final = "en"
_NAME: Final = re.compile(r"(?:([a-z-]+)\.)?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.md\Z")
_FRONT: Final = re.compile(r"---\n(.*?)\n---\n(.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One page in one language, as it was written.

    Attributes:
        page: Which page.
        language: In which language.
        version: The version it says it is.
        date: Since when it is in force, as ``2026-11-23``.
        title: Its title.
        body: Markdown with placeholders.
        material: Whether people have to agree anew.
        summary: What changed, for the announcement.
        english_hash: Of a translation: the hash of the English text that it translates.
        words: Words for the tables, of the policy only.
    """

    page: str
    language: str
    version: str
    date: str
    title: str
    body: str
    material: bool = True
    summary: str = ""
    english_hash: str = ""
    words: dict[str, Any] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """SHA-256 of the text as written, by which a translation names what it translates."""
        return sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """All pages of one version."""

    version: str
    date: str
    sources: dict[tuple[str, str], Source]

    @property
    def languages(self) -> tuple[str, ...]:
        """The policy's languages, English first."""
        found = sorted(language for page, language in self.sources if page == PAGES[0])
        return (ENGLISH, *(language for language in found if language != ENGLISH))


def find_edition(folder: Traversable, version: str = "") -> Edition:
    """Return a version of the pages; the newest if none is named.

    Raises:
        ConfigError: the folder holds no such version, a page lacks its English text, or a file is
            not written as it should be.
    """
    editions = [e for e in map(_read_folder, [folder, *_subfolders(folder)]) if e is not None]
    if not editions:
        raise ConfigError(f"{folder.name}: there is no policy here; the English text is en.md")
    if not version:
        return max(editions, key=lambda e: (e.date, e.version))
    for edition in editions:
        if edition.version == version:
            return edition
    known = ", ".join(sorted(e.version for e in editions))
    raise ConfigError(f"privacy.policy_version: there is no version {version}; there are: {known}")


def _subfolders(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        return []
    return sorted((f for f in folder.iterdir() if f.is_dir()), key=lambda f: f.name)


def _read_folder(folder: Traversable) -> Edition | None:
    if not folder.is_dir():
        return None
    sources: dict[tuple[str, str], Source] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        named = _NAME.match(file.name)
        page = (named[1] or PAGES[0]) if named else ""
        if named and page in PAGES:
            sources[page, named[2]] = _read(file, page, named[2])
    policy = sources.get((PAGES[0], ENGLISH))
    if policy is None:
        return None
    for page in PAGES:
        if (page, ENGLISH) not in sources:
            raise ConfigError(f"{folder.name}: the page {page} is missing; write {page}.en.md")
    return Edition(version=policy.version, date=policy.date, sources=sources)


def _read(file: Traversable, page: str, language: str) -> Source:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file.name}: cannot be read: {type(error).__name__}") from None
    parts = _FRONT.match(text.replace("\r\n", "\n"))
    if parts is None:
        raise ConfigError(f"{file.name}:1: begin with a front matter between two lines of ---")
    try:
        front = yaml.safe_load(parts[1])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise ConfigError(f"{file.name}:{line}: the front matter is not YAML") from None
    if not isinstance(front, dict):
        raise ConfigError(f"{file.name}:1: the front matter holds no keys")
    missing = [key for key in ("version", "date", "title") if not front.get(key)]
    if missing:
        raise ConfigError(f"{file.name}: the front matter lacks {', '.join(missing)}")
    return Source(
        page=page,
        language=language,
        version=str(front["version"]),
        date=str(front["date"]),
        title=str(front["title"]),
        body=parts[2].strip() + "\n",
        material=bool(front.get("material", True)),
        summary=str(front.get("summary") or ""),
        english_hash=str(front.get("english_hash") or ""),
        words=front.get("words") or {},
    )
