"""What the core knows of a person, as values."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from amity.people.states import State
from amity.sealed import SealedText
from amity.store.contract import Value

__all__ = [
    "CALL_NAME_LIMIT",
    "SETTABLE",
    "Evidence",
    "Identity",
    "IdentityKind",
    "Person",
    "Recipient",
    "Scope",
    "checked_settings",
    "clean_locale",
    "recipients_text",
    "scopes_text",
    "stranger_row",
]


class Scope(StrEnum):
    """What a person can consent to, one by one. Age is evidence, not a scope."""

    SERVICE = "service"  # the conversation itself, its history included
    MEMORY = "memory"  # facts and summaries
    SPECIAL = "special"  # keeping special categories of data
    ANALYTICS = "analytics"
    PROACTIVE = "proactive"  # messages that nobody asked for


class Recipient(NamedTuple):
    """Somebody whom the policy names as producing replies.

    Attributes:
        name: Who.
        region: Where; empty if the operator does not say.
    """

    name: str
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How a statement was made, for the consent log.

    Attributes:
        channel: The configured channel.
        method: ``button``, or the typed command.
        language: The language in which the text was shown.
        policy_version: The policy that was shown.
        policy_hash: SHA-256 of the text as shown.
        recipients: Who produces replies, as that text names them.
    """

    channel: str
    method: str
    language: str
    policy_version: str
    policy_hash: str
    recipients: frozenset[Recipient] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person, as the row was when it was read.

    Attributes:
        id: The row's id; empty for a ghost, of whom only a tombstone is left.
        state: Where they stand.
        created_at: When they first answered.
        seen_at: When they last wrote.
        adult_at: When they said that they are 18 or over.
        scopes: Scopes of consent in force.
        policy_version: The policy version they agreed to.
        recipients: Who produced replies by the policy they agreed to; ``None`` if they agreed
            before this was noted.
        language: The language they chose.
        locale: The language their platform declared.
        country: ISO 3166 alpha-2, given by them.
        time_zone: IANA name, chosen by them.
        call_name: What they want to be called.
        restricted_until: When a restriction ends.
        renamed_at: When they last changed or removed the call-name.
        awaiting: Which answer a dialogue of the service waits for.
        expires_at: When an unfinished or declined gate is forgotten.
        revision: Counts changes of the row.
    """

    id: str
    state: State
    created_at: int = 0
    seen_at: int = 0
    adult_at: int | None = None
    scopes: frozenset[Scope] = frozenset()
    policy_version: str | None = None
    recipients: frozenset[Recipient] | None = None
    language: str | None = None
    locale: str | None = None
    country: str | None = None
    time_zone: str | None = None
    call_name: SealedText | None = None
    renamed_at: int | None = None
    restricted_until: int | None = None
    awaiting: str | None = None
    expires_at: int | None = None
    revision: int = 0

    @property
    def stored(self) -> bool:
        """False for a ghost: a blocked stranger of whom only a tombstone is left."""
        return self.id != ""

    @property
    def consented(self) -> bool:
        """Whether they said that they are adult and consent to the service is in force.

        True also while paused or restricted. Whether the policy they agreed to is still the
        current one is judged by the gate.
        """
        return self.state in _MEMBERS and self.adult_at is not None and Scope.SERVICE in self.scopes

    def with_fields(self, fields: Mapping[str, object]) -> "Person":
        """Return the value after fields of its row were set."""
        row: dict[str, object] = {name: getattr(self, name) for name in self.__dataclass_fields__}
        row |= {"state": self.state.value, "scopes": scopes_text(self.scopes)}
        row["recipients"] = None if self.recipients is None else recipients_text(self.recipients)
        return Person.from_row(row | dict(fields))

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> "Person":
        """Make the value from a row of ``people``."""
        # Read with every message, and of the declared types: a store takes no others.
        values: Mapping[str, Any] = row
        return cls(
            id=values["id"],
            state=_STATES[values["state"]],
            created_at=values["created_at"] or 0,
            seen_at=values["seen_at"] or 0,
            adult_at=values["adult_at"],
            scopes=_scopes(values["scopes"]),
            policy_version=values["policy_version"],
            recipients=_recipients(values["recipients"]),
            language=values["language"],
            locale=values["locale"],
            country=values["country"],
            time_zone=values["time_zone"],
            call_name=values["call_name"],
            renamed_at=values["renamed_at"],
            restricted_until=values["restricted_until"],
            awaiting=values["awaiting"],
            expires_at=values["expires_at"],
            revision=values["revision"] or 0,
        )


_STATES: Final = {state.value: state for state in State}
_MEMBERS: Final = frozenset({State.ACTIVE, State.PAUSED, State.RESTRICTED})


class IdentityKind(StrEnum):
    """What an identity is."""

    ACCOUNT = "account"
    KEY = "key"  # a bearer key for programs


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One account or key of a person.

    Attributes:
        id: The keyed hash of realm and platform id.
        person: The person's id.
        realm: The platform.
        kind: Account or key.
        platform_id: The platform's id, for sending.
        created_at: When it was first seen.
        label: The name a person gave to a key.
    """

    id: str
    person: str
    realm: str
    kind: IdentityKind
    platform_id: SealedText
    created_at: int
    label: SealedText | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> "Identity":
        """Make the value from a row of ``identities``."""
        platform_id, label = row["platform_id"], row["label"]
        return cls(
            id=_text(row, "id") or "",
            person=_text(row, "person") or "",
            realm=_text(row, "realm") or "",
            kind=IdentityKind(str(row["kind"])),
            platform_id=platform_id if isinstance(platform_id, SealedText) else SealedText(""),
            created_at=_number(row, "created_at") or 0,
            label=label if isinstance(label, SealedText) else None,
        )


@lru_cache(maxsize=64)
def _scopes(text: str | None) -> frozenset[Scope]:
    return frozenset(Scope(scope) for scope in (text or "").split(",") if scope)


@lru_cache(maxsize=64)
def _recipients(text: str | None) -> frozenset[Recipient] | None:
    return None if text is None else frozenset(Recipient(*each) for each in json.loads(text))


def _text(row: Mapping[str, object], name: str) -> str | None:
    value = row[name]
    return value if isinstance(value, str) else None


def _number(row: Mapping[str, object], name: str) -> int | None:
    value = row[name]
    return value if isinstance(value, int) else None


def stranger_row(
    id: str, locale: str | None, *, now: int, expires_at: int
) -> dict[str, str | int | None]:
    """Return the row of somebody who has answered for the first time.

    Args:
        id: Their id.
        locale: The language their platform declared.
        now: The time.
        expires_at: When they are forgotten unless they agree.
    """
    return {
        "id": id,
        "state": State.NEW.value,
        "created_at": now,
        "seen_at": now,
        "adult_at": None,
        "scopes": "",
        "policy_version": None,
        "recipients": None,
        "language": None,
        "locale": locale,
        "country": None,
        "time_zone": None,
        "call_name": None,
        "restricted_until": None,
        "revision": 1,
        "expires_at": expires_at,
        "awaiting": None,
        "renamed_at": None,
    }


def scopes_text(scopes: Iterable[Scope]) -> str:
    """Return scopes as they lie in the row: comma separated, in one order."""
    return ",".join(sorted(scopes))


def recipients_text(recipients: Iterable[Recipient]) -> str:
    """Return recipients as they lie in the row: JSON, in one order."""
    return json.dumps(sorted(recipients), ensure_ascii=False)


SETTABLE: Final = frozenset(
    {"language", "country", "time_zone", "call_name", "awaiting", "seen_at", "locale"}
)
"""Fields of a person that ``People.set`` takes. All others change by what happens."""

CALL_NAME_LIMIT: Final = 64

# BCP 47 as far as platforms send it: a language, then subtags. It is a declared field, so a
# platform's (or a client's) free text must not slip in as one.
_LOCALE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}\Z")
_COUNTRY: Final = re.compile(r"[A-Z]{2}\Z")
_AWAITING: Final = re.compile(r"[a-z0-9_:.-]{1,64}\Z")


def clean_locale(locale: str | None) -> str | None:
    """Return a locale in BCP 47 spelling, or ``None`` for what is none."""
    if locale is None:
        return None
    tag = locale.strip().replace("_", "-")
    return tag if _LOCALE.match(tag) else None


@lru_cache(maxsize=512)
def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return False
    return True


def checked_settings(fields: dict[str, object]) -> dict[str, Value | SealedText]:
    """Return fields for ``People.set`` as they may be stored.

    A locale that is none becomes ``None``: it is only a hint. An empty call-name is none.

    Raises:
        ValueError: a field that may not be set, or a value that it cannot have. The message names
            the field and never the value.
    """
    checked: dict[str, Value | SealedText] = {}
    for name, value in fields.items():
        if name not in SETTABLE:
            raise ValueError(f"{name} is not a field that can be set")
        checked[name] = _checked(name, value)
    return checked


def _checked(name: str, value: object) -> Value | SealedText:
    match name, value:
        case "seen_at", int():
            return value
        case "seen_at", _:
            pass
        case _, None:
            return None
        case "call_name", SealedText():
            if len(value) <= CALL_NAME_LIMIT:
                return value or None
        case "locale", str():
            return clean_locale(value)
        case ("language", str()) if _LOCALE.match(value):
            return value
        case ("country", str()) if _COUNTRY.match(value):
            return value
        case ("time_zone", str()) if _is_time_zone(value):
            return value
        case ("awaiting", str()) if _AWAITING.match(value):
            return value
        case _:
            pass
    raise ValueError(f"{name} cannot have this value")
