"""Changing a person's row when several may do so at once."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from amity.datamap.declarations import PEOPLE
from amity.datamap.schema import Purpose
from amity.errors import Conflict, Duplicate
from amity.people.consent import ConsentLog, Statement, Tried
from amity.people.person import Evidence, Person, Recipient, Scope, recipients_text
from amity.store.contract import Access, Add, Change, Remove

if TYPE_CHECKING:
    from amity.store.vault import Vault

__all__ = ["Changes", "Fields"]

TRIES: Final = 20
"""How often a change is tried anew after somebody else changed the same person."""

Fields = Mapping[str, Any]
"""Some fields of a person's row."""


class Changes:
    """Writes ``people`` by compare-and-set."""

    def __init__(self, vault: "Vault", consents: ConsentLog) -> None:
        self._vault = vault
        self._consents = consents

    async def read(self, person_id: str) -> Person | None:
        """Return the person as they are now."""
        row = await self._vault.get(PEOPLE, person_id, Access(Purpose.SERVICE, person_id))
        return None if row is None else Person.from_row(row)

    async def apply(
        self,
        person: Person,
        purpose: Purpose,
        change: Callable[[Person], Fields],
        *,
        before: Callable[[Person], Awaitable[Sequence[Add]]] | None = None,
        after: Sequence[Add | Remove] = (),
    ) -> Person:
        """Set what ``change`` says; if somebody else was faster, read the person and ask it again.

        Args:
            person: As known to the caller; may be out of date.
            purpose: Why.
            change: Says what to set for a person as they are. Its errors pass through.
            before: Says what to add in the same batch, before the row changes.
            after: What to write in the same batch, after the row changed.

        Raises:
            ValueError: the person is a ghost, or ``change`` says so.
            Conflict: the person is not there any more.
        """
        if not person.stored:
            raise ValueError("of this person only a tombstone is left")
        current: Person | None = person
        for _ in range(TRIES):
            if current is None:
                raise Conflict("the person is not there any more")
            fields = {**change(current), "revision": current.revision + 1}
            update = Change(
                PEOPLE,
                current.id,
                fields,
                when={"revision": current.revision},
                owner={"id": current.id},
            )
            first = await before(current) if before else ()
            try:
                await self._vault.write([*first, update, *after], Access(purpose, current.id))
            except (Conflict, Duplicate):
                current = await self.read(person.id)
                continue
            return current.with_fields(fields)
        raise Conflict("the person changes faster than it can be written")

    async def apply_logged(
        self,
        person: Person,
        evidence: Evidence,
        change: Callable[[Person], Fields],
        said: Callable[[Person], Sequence[Statement]],
    ) -> Person:
        """Append to the consent log and set fields, in one batch; errors as ``apply``."""
        tried: Tried = {}

        async def entries(current: Person) -> Sequence[Add]:
            # The entries go first: where a backend cannot do all or nothing, a crash leaves a true
            # record of what was said and a person who is asked again, never a scope without proof.
            return await self._consents.prepare(current.id, said(current), evidence, tried)

        return await self.apply(person, Purpose.ACCOUNTABILITY, change, before=entries)

    async def note_recipients(
        self, person: Person, shown: Callable[[str], str], recipients: Iterable[Recipient]
    ) -> Person:
        """Note whom somebody agreed to who agreed before this was noted with each consent.

        Nothing is noted unless their consent names the very text that is shown now.

        Args:
            person: Who.
            shown: Returns the SHA-256 of the policy as shown in a language.
            recipients: Who produces replies by that policy.

        Raises:
            Conflict: the person is not there any more.
        """
        entries = await self._consents.entries(person.id)
        given = [entry for entry in entries if entry.scope == Scope.SERVICE and entry.given]
        if not given or given[-1].policy_hash != shown(given[-1].language):
            return person
        noted = recipients_text(recipients)

        def change(p: Person) -> Fields:
            return {"recipients": noted} if p.recipients is None else {}

        return await self.apply(person, Purpose.ACCOUNTABILITY, change)
