"""What an operator can ask of a running engine; the same over the socket and in-process."""

import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from amity.clock import at, day_of
from amity.datamap.declarations import PEOPLE
from amity.datamap.schema import Purpose
from amity.errors import OperatorError, TooManyKeys
from amity.people import Person, Recipient, State
from amity.setup import asked_again
from amity.store.contract import EVERYONE, Access
from amity.turn.services import Services
from amity.turn.tickets import TicketCommands

__all__ = ["Admin", "Engineroom"]

Arguments = Mapping[str, Any]
Result = dict[str, Any]


class Engineroom(Protocol):
    """What of the engine the commands need."""

    services: Services

    def status(self) -> Awaitable[Result]:
        """Return the state of everything."""
        ...

    def reload(self) -> Awaitable[list[str]]:
        """Read the configuration anew; return what changed, in words."""
        ...

    def sweep(self, *, dry_run: bool) -> Awaitable[Mapping[str, int]]:
        """Delete what is past its time; return how many rows of each collection."""
        ...

    def rotate(self, new_key: bytes, keyring: str) -> Awaitable[Result]:
        """Wrap all keys with another master key, and copy them anew if a folder is named."""
        ...

    def backup(self, folder: str, keyring: str) -> Awaitable[Result]:
        """Write a backup, and the latest keyring into a folder of its own if one is named."""
        ...

    def check(self, *, offline: bool) -> Awaitable[list[Result]]:
        """Look at everything and return findings; with ``offline`` no model is asked."""
        ...


class Admin:
    """The commands."""

    def __init__(self, engine: Engineroom) -> None:
        self._engine = engine
        self._commands: dict[str, Callable[[Arguments], Awaitable[Result]]] = {
            "status": self._status,
            "reload": self._reload,
            "check": self._check,
            "person.list": self._list,
            "person.export": self._export,
            "person.erase": self._erase,
            "person.key": self._key,
            "persona.list": self._personas,
            "policy.show": self._policy,
            "retention.run": self._sweep,
            "keys.rotate": self._rotate,
            "backup": self._backup,
            **TicketCommands(engine.services).by_name,
        }

    @property
    def names(self) -> list[str]:
        """The commands there are."""
        return list(self._commands)

    async def call(self, name: str, arguments: Arguments) -> Result:
        """Run a command.

        Raises:
            OperatorError: there is no such command, or it cannot be done; one sentence says why.
        """
        command = self._commands.get(name)
        if command is None:
            raise OperatorError(f"there is no command {name}; there are {', '.join(self.names)}")
        return await command(arguments)

    async def _status(self, _arguments: Arguments) -> Result:
        return await self._engine.status()

    async def _reload(self, _arguments: Arguments) -> Result:
        return {"changes": await self._engine.reload()}

    async def _check(self, arguments: Arguments) -> Result:
        offline = bool(arguments.get("offline", False))
        findings = await self._engine.check(offline=offline)
        named = arguments.get("recipients")
        recipients = frozenset(Recipient(*map(str, each)) for each in named or ())
        if named is None:
            recipients = self._engine.services.facts.recipients
        return {"findings": [*findings, *await self._to_be_asked(recipients)]}

    async def _to_be_asked(self, recipients: frozenset[Recipient]) -> list[Result]:
        """Say how many people have yet to agree to somebody of these."""
        access = Access(Purpose.OPERATION, EVERYONE)
        rows = await self._engine.services.vault.find(
            PEOPLE, "state", access, equal={"state": State.ACTIVE.value}
        )
        people = [Person.from_row(row) for row in rows]
        lacking = [
            recipients - p.recipients for p in people if p.consented and p.recipients is not None
        ]
        new = frozenset[Recipient]().union(*lacking)
        if not new:
            return []
        count = sum(1 for each in lacking if each)
        sentence = f"{asked_again(new)}; have yet to agree: {count}"
        return [{"level": "note", "part": "people", "sentence": sentence}]

    async def _list(self, arguments: Arguments) -> Result:
        rows = await self._engine.services.vault.find(
            PEOPLE,
            "id",
            Access(Purpose.OPERATION, EVERYONE),
            limit=int(arguments.get("limit", 100)),
        )
        return {"people": [_shown(Person.from_row(row)) for row in rows]}

    async def _person(self, arguments: Arguments) -> Person:
        id = str(arguments.get("person", ""))
        person = await self._engine.services.people.by_id(id)
        if person is None:
            raise OperatorError("there is no person with that id; `amity person list` shows ids")
        return person

    async def _export(self, arguments: Arguments) -> Result:
        person = await self._person(arguments)
        services = self._engine.services
        name, content = await services.rights.export(person, services.language(person))
        return {"name": name, "content": base64.b64encode(content).decode()}

    async def _erase(self, arguments: Arguments) -> Result:
        person = await self._person(arguments)
        counts = await self._engine.services.rights.erase(person.id)
        return {
            "messages": counts.messages,
            "replies": counts.replies,
            "conversations": counts.conversations,
            "keys": counts.keys,
            "identities": counts.identities,
        }

    async def _key(self, arguments: Arguments) -> Result:
        person = await self._person(arguments)
        if not person.consented:
            raise OperatorError("that person has not consented, so no key can stand for them")
        label = str(arguments.get("label") or "made by the operator")
        try:
            return {"key": await self._engine.services.people.issue_key(person, label)}
        except TooManyKeys as error:
            raise OperatorError(f"{error}; the person does that on the chat page") from None

    async def _personas(self, _arguments: Arguments) -> Result:
        services = self._engine.services
        personas, you = services.personas.values(), services.called(None, "en")
        return {
            "personas": [
                {"id": p.id, "name": p.name(), "about": p.about_in("en", you), "version": p.version}
                for p in personas
            ]
        }

    async def _policy(self, _arguments: Arguments) -> Result:
        facts = self._engine.services.facts
        languages = self._engine.services.texts.languages
        return {
            "version": facts.policy_version,
            "hashes": {language: facts.policy_hash(language) for language in languages},
        }

    async def _sweep(self, arguments: Arguments) -> Result:
        dry_run = bool(arguments.get("dry_run", False))
        removed = await self._engine.sweep(dry_run=dry_run)
        return {"dry_run": dry_run, "rows": dict(removed)}

    async def _rotate(self, arguments: Arguments) -> Result:
        try:
            key = base64.b64decode(str(arguments.get("key", "")), validate=True)
        except ValueError:
            key = b""
        if len(key) != 32:
            raise OperatorError("the new master key must be 32 bytes in base64")
        return await self._engine.rotate(key, str(arguments.get("keyring", "")))

    async def _backup(self, arguments: Arguments) -> Result:
        folder = str(arguments.get("folder", ""))
        if not folder:
            raise OperatorError("name the folder to back up into")
        return await self._engine.backup(folder, str(arguments.get("keyring", "")))


def _shown(person: Person) -> Result:
    return {
        "id": person.id,
        "state": person.state.value,
        "since": at(person.created_at).isoformat(timespec="seconds"),
        "seen": day_of(person.seen_at),
        "scopes": sorted(person.scopes),
    }
