"""People: who they are, where they stand, what they agreed to."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from amity.adapter import KeyInfo
from amity.datamap.declarations import DECISIONS, IDENTITIES, PEOPLE, TOMBSTONES
from amity.datamap.schema import Purpose
from amity.errors import Conflict, Duplicate
from amity.message import Sender
from amity.people.accounts import Accounts
from amity.people.changes import Changes, Fields
from amity.people.consent import AGE, ConsentLog, Problem, Statement
from amity.people.former_names import FormerNames
from amity.people.lookup import Account, Lookup, tombstone
from amity.people.person import (
    Evidence,
    Identity,
    IdentityKind,
    Person,
    Recipient,
    Scope,
    checked_settings,
    clean_locale,
    recipients_text,
    scopes_text,
    stranger_row,
)
from amity.people.states import BLOCKED, State, StateEvent, transition
from amity.sealed import SealedText
from amity.store.contract import Access, Add, Remove

if TYPE_CHECKING:
    from amity.clock import Clock
    from amity.ids import Ids
    from amity.store.vault import Vault

__all__ = ["People"]

_TRIES: Final = 20

_BLOCKING: Final = {
    State.MINOR_BLOCKED: StateEvent.DECLARED_MINOR,
    State.TERMINATED: StateEvent.TERMINATED,
}


class People:
    """The people of an installation.

    What it returns are values as they were read; every change reads the person anew if somebody
    else was faster, so a caller may pass a value that is out of date.

    Args:
        vault: The store.
        clock: The clock.
        ids: Makes ids.
        gate_ttl_ms: After how long an unfinished or declined gate is forgotten.
        remembered: How many accounts are kept in mind (only whose they are).
    """

    def __init__(
        self,
        vault: "Vault",
        clock: "Clock",
        ids: "Ids",
        *,
        gate_ttl_ms: int,
        remembered: int = 10_000,
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._ids = ids
        self._gate_ttl = gate_ttl_ms
        self._lookup = Lookup(vault, remembered)
        self._accounts = Accounts(vault, clock, self._lookup)
        self.consents: Final = ConsentLog(vault, clock, ids)
        self._changes = Changes(vault, self.consents)
        self._former_names = FormerNames(vault, clock, ids)

    # ------------------------------------------------------------------ finding

    def identity_id(self, realm: str, sender_id: str) -> str:
        """Return the keyed hash under which an account is known; also its tombstone's id."""
        return self._lookup.identity_id(realm, sender_id)

    async def find(self, realm: str, sender_id: str) -> Person | None:
        """Return whose account it is.

        ``None`` for a stranger. For a blocked account of which only a tombstone is left a ghost:
        a ``Person`` with an empty id and the state ``minor_blocked`` or ``terminated``. A sender
        made by ``amity.adapter.key_sender`` is known in every realm.
        """
        return await self._lookup.find(realm, sender_id)

    async def find_all(self, realm: str, sender_ids: Collection[str]) -> dict[str, Account]:
        """Return whose accounts these are, each as ``find`` does, in one round trip."""
        return await self._lookup.find_all(realm, sender_ids)

    async def by_id(self, person_id: str) -> Person | None:
        """Return the person with this id, or ``None``."""
        return await self._changes.read(person_id) if person_id else None

    async def meet(self, realm: str, sender: Sender) -> Person:
        """Return whose account it is, making a new person for a stranger.

        The new person is forgotten after the gate's time unless they agree. Two calls at once make
        one person. A blocked account's ghost is returned as ``find`` does.

        Raises:
            Conflict: the account is being erased at this moment.
        """
        for _ in range(_TRIES):
            found = await self.find(realm, sender.id)
            if found is not None:
                return found
            row = self._new_row(sender)
            identity = self._accounts.row(
                realm, sender.id, str(row["id"]), IdentityKind.ACCOUNT, None
            )
            try:
                await self._vault.write(
                    [Add(IDENTITIES, identity), Add(PEOPLE, row)],
                    Access(Purpose.SERVICE, str(row["id"])),
                )
            except Duplicate:
                await self._mend(realm, sender)
                continue
            return Person.from_row(row)
        raise Conflict("the account is being erased")

    def _new_row(self, sender: Sender) -> dict[str, str | int | None]:
        now = self._clock.now()
        locale = clean_locale(sender.locale)
        return stranger_row(self._ids.new(), locale, now=now, expires_at=now + self._gate_ttl)

    async def _mend(self, realm: str, sender: Sender) -> None:
        """Add the person that an identity names but a crash (or a faster call) left out so far."""
        owner = await self._accounts.owner(self.identity_id(realm, sender.id))
        if owner is not None and await self.by_id(owner) is None:
            row = self._new_row(sender) | {"id": owner}
            await self._vault.write(
                [Add(PEOPLE, row, ignore_duplicate=True)], Access(Purpose.SERVICE, owner)
            )

    # ----------------------------------------------------------------- changing

    async def set(self, person: Person, **fields: object) -> Person:
        """Change settings: language, locale, country, time_zone, call_name, awaiting, seen_at.

        Raises:
            ValueError: another field, or a value that it cannot have.
            Conflict: the person is not there any more.
        """
        checked = checked_settings(fields)
        return await self._changes.apply(
            person,
            Purpose.SERVICE,
            lambda p: self._former_names.dated(p, checked),
            before=lambda p: self._former_names.keep(p, checked),
        )

    async def former_names(self, person: Person) -> list[SealedText]:
        """Return what somebody was called before, as far as words are kept that may hold it."""
        return [] if person.renamed_at is None else await self._former_names.of(person)

    async def state_adult(self, person: Person, evidence: Evidence) -> Person:
        """Record that they said they are 18 or over. Saying it again keeps the first time.

        Raises:
            ValueError: they are blocked or deleted.
            Conflict: the person is not there any more.
        """
        now = self._clock.now()

        def change(p: Person) -> Fields:
            if p.state in BLOCKED or p.state is State.DELETED:
                raise ValueError(f"a person who is {p.state} cannot state their age")
            return {"adult_at": p.adult_at if p.adult_at is not None else now}

        return await self._changes.apply_logged(
            person, evidence, change, lambda _: [Statement(AGE, given=True)]
        )

    async def agree(self, person: Person, scopes: Iterable[Scope], evidence: Evidence) -> Person:
        """Record consent to scopes under the policy of the evidence.

        Scopes agreed to earlier stay in force: a caller that asks anew under a new policy names
        all that it asked for, and withdraws the rest.

        Raises:
            ValueError: they did not state their age, they are blocked, or the service is not among
                the scopes that would be in force.
            Conflict: the person is not there any more.
        """
        asked = frozenset(scopes)
        if not asked:
            raise ValueError("no scope to agree to")

        def change(p: Person) -> Fields:
            if p.adult_at is None:
                raise ValueError("consent needs a statement of age first")
            after = p.scopes | asked
            if Scope.SERVICE not in after:
                raise ValueError("consent to the service comes first")
            return {
                "state": transition(p.state, StateEvent.AGREED).value,
                "scopes": scopes_text(after),
                "policy_version": evidence.policy_version,
                "recipients": recipients_text(evidence.recipients),
                "expires_at": None,
            }

        said = [Statement(scope.value, given=True) for scope in sorted(asked)]
        return await self._changes.apply_logged(person, evidence, change, lambda _: said)

    async def note_recipients(
        self, person: Person, shown: Callable[[str], str], recipients: Iterable[Recipient]
    ) -> Person:
        """Note whom they agreed to who agreed before that was noted; see ``Changes``."""
        return await self._changes.note_recipients(person, shown, recipients)

    async def decline(self, person: Person, evidence: Evidence) -> Person:
        """Record that they do not agree; somebody new is forgotten after the gate's time.

        Scopes in force under an earlier policy are left: withdrawing them is ``withdraw``.

        Raises:
            ValueError: they are blocked or deleted.
            Conflict: the person is not there any more.
        """
        now = self._clock.now()

        def change(p: Person) -> Fields:
            after = transition(p.state, StateEvent.DECLINED)
            fields: dict[str, str | int] = {"state": after.value}
            if after is State.NEW and not p.scopes:
                fields["expires_at"] = now + self._gate_ttl
            return fields

        said = [Statement(Scope.SERVICE.value, given=False)]
        return await self._changes.apply_logged(person, evidence, change, lambda _: said)

    async def withdraw(self, person: Person, scopes: Iterable[Scope], evidence: Evidence) -> Person:
        """Record that they take consent back.

        Without the service nothing else stands, so withdrawing it withdraws every scope and leads
        back to the gate; the statement of age stays. Scopes that are not in force are recorded too.

        Raises:
            ValueError: they are blocked or deleted.
            Conflict: the person is not there any more.
        """
        asked = frozenset(scopes)

        def gone(p: Person) -> frozenset[Scope]:
            return asked | p.scopes if Scope.SERVICE in asked else asked

        def change(p: Person) -> Fields:
            left = transition(p.state, StateEvent.WITHDREW)
            state = left if Scope.SERVICE in asked else p.state
            return {"state": state.value, "scopes": scopes_text(p.scopes - gone(p))}

        return await self._changes.apply_logged(
            person,
            evidence,
            change,
            lambda p: [Statement(scope.value, given=False) for scope in sorted(gone(p))],
        )

    async def pause(self, person: Person) -> Person:
        """Keep what is there and use nothing of it until they resume.

        Raises:
            ValueError: they have not consented, or are blocked.
            Conflict: the person is not there any more.
        """
        return await self._changes.apply(
            person,
            Purpose.RIGHTS,
            lambda p: {"state": transition(p.state, StateEvent.PAUSED).value},
        )

    async def resume(self, person: Person) -> Person:
        """End a pause. A restriction that still runs shows again.

        Raises:
            ValueError: they have not consented, are restricted or blocked.
            Conflict: the person is not there any more.
        """
        now = self._clock.now()

        def change(p: Person) -> Fields:
            after = transition(p.state, StateEvent.RESUMED)
            if p.restricted_until is not None and p.restricted_until > now:
                after = transition(after, StateEvent.RESTRICTED)
            return {"state": after.value}

        return await self._changes.apply(person, Purpose.RIGHTS, change)

    async def restrict(self, person: Person, until: int, rule: str) -> Person:
        """Restrict a person until a time, because of a rule; the decision is kept.

        Raises:
            ValueError: they have not consented, or are blocked.
            Conflict: the person is not there any more.
        """
        decision = self._decision(person.id, rule, State.RESTRICTED)
        return await self._changes.apply(
            person,
            Purpose.SAFETY,
            lambda p: {
                "state": transition(p.state, StateEvent.RESTRICTED).value,
                "restricted_until": until,
            },
            after=[decision],
        )

    async def end_restriction(self, person: Person) -> Person:
        """End a restriction: back to active, to the pause, or, without consent, to the gate.

        Raises:
            ValueError: they are at the gate or blocked.
            Conflict: the person is not there any more.
        """

        def change(p: Person) -> Fields:
            after = transition(p.state, StateEvent.RESTRICTION_ENDED)
            if Scope.SERVICE not in p.scopes:
                after = transition(after, StateEvent.WITHDREW)
            return {"state": after.value, "restricted_until": None}

        return await self._changes.apply(person, Purpose.SAFETY, change)

    async def block(self, person: Person, state: State, rule: str) -> list[str]:
        """Block a person and every account and key they have, until a human reopens it.

        Writes the tombstones, which outlive the erasure that the caller does next (for a minor, of
        everything). Blocking again is harmless and covers accounts that came in between.

        Args:
            person: Whom.
            state: ``State.MINOR_BLOCKED`` or ``State.TERMINATED``.
            rule: The rule's id, for the person and for an appeal.

        Returns:
            The ids of the tombstones, which are those of the identities.

        Raises:
            ValueError: another state, or one that cannot follow.
            Conflict: the person is not there any more.
        """
        if state not in BLOCKED:
            raise ValueError(f"{state} is no block")
        event = _BLOCKING[state]
        stones: list[str] = []

        async def tombstones(current: Person) -> Sequence[Add]:
            nonlocal stones
            stones = [i.id for i in await self.identities(current.id)]
            return [tombstone(stone, state, self._clock.now()) for stone in stones]

        await self._changes.apply(
            person,
            Purpose.SAFETY,
            lambda p: {"state": transition(p.state, event).value, "expires_at": None},
            before=tombstones,
            after=[self._decision(person.id, rule, state)],
        )
        return stones

    async def reinstate(self, realm: str, sender_id: str) -> bool:
        """Lift a block after a human decided so. What was erased stays erased.

        False if the account was not blocked. A person whose row is still there is at the gate
        again.
        """
        identity = self.identity_id(realm, sender_id)
        owner = await self._accounts.owner(identity)
        person = await self.by_id(owner) if owner else None
        removal = Remove(TOMBSTONES, identity)
        if person is None or person.state not in BLOCKED:
            done = await self._vault.write([removal], Access(Purpose.SAFETY, owner or "-"))
            return done[0] > 0
        now = self._clock.now()

        def change(p: Person) -> Fields:
            after = transition(p.state, StateEvent.REINSTATED)
            return {"state": after.value, "scopes": "", "expires_at": now + self._gate_ttl}

        others = [Remove(TOMBSTONES, i.id) for i in await self.identities(person.id)]
        await self._changes.apply(person, Purpose.SAFETY, change, after=[removal, *others])
        return True

    def _decision(self, person_id: str, rule: str, state: State) -> Add:
        return Add(
            DECISIONS,
            {
                "id": self._ids.new(),
                "person": person_id,
                "rule": rule,
                "state": state.value,
                "time": self._clock.now(),
            },
        )

    # ----------------------------------------------------------------- accounts

    async def identities(self, person_id: str) -> list[Identity]:
        """Return a person's accounts and keys."""
        return await self._accounts.of(person_id)

    async def add_identity(
        self,
        realm: str,
        sender_id: str,
        person: Person,
        kind: str = IdentityKind.ACCOUNT,
        label: SealedText | None = None,
    ) -> Identity:
        """Make an account or key lead to a person. It leading there already is no error.

        Raises:
            Duplicate: it is somebody else's.
            Conflict: it is blocked, or the person's state changed or they are gone.
        """
        return await self._accounts.add(realm, sender_id, person, IdentityKind(kind), label)

    async def move_identity(self, realm: str, sender_id: str, person: Person) -> str | None:
        """Make an account lead to a person, whoever it led to before.

        Returns:
            The id of a former person who has no account left, for the caller to erase.

        Raises:
            Conflict: it is blocked, or a person's state changed or they are gone.
        """
        return await self._accounts.move(realm, sender_id, person)

    async def issue_key(self, person: Person, label: SealedText | str) -> str:
        """Make a bearer key of 256 bits and return it, this once; only a hash is stored.

        Raises:
            ValueError: the label is longer than 100 characters.
            Conflict: the person's state changed or they are gone.
            TooManyKeys: they have 20 keys.
        """
        sealed = label if isinstance(label, SealedText) else SealedText(label)
        return await self._accounts.issue_key(person, sealed)

    async def keys(self, person: Person) -> list[KeyInfo]:
        """Return their keys, oldest first, without the keys themselves."""
        return await self._accounts.keys(person.id)

    async def revoke_key(self, person: Person, key_id: str) -> bool:
        """Make a key worthless at once. False if it is not a key of theirs."""
        return await self._accounts.revoke_key(person.id, key_id)

    async def issue_recovery(self, person: Person) -> str:
        """Make a recovery code of 128 bits and return it, this once; it replaces the former.

        Raises:
            Conflict: the person's state changed or they are gone.
        """
        return await self._accounts.issue_recovery(person)

    async def has_recovery(self, person: Person) -> bool:
        """Whether they have a recovery code."""
        return await self._accounts.has_recovery(person.id)

    async def recover(self, realm: str, sender_id: str, code: str) -> str | None:
        """Make an account lead to the person whose recovery code this is; return their id.

        The code is used up with that; of several who use it at once one comes in. Whose account
        leads there already keeps the code. Case, spaces, hyphens and look-alike letters make no
        difference. ``None`` for a code that is wrong or used up. The caller limits how often
        somebody may try, and erases who has no account left.

        Raises:
            Conflict: the account is blocked, or a person's state changed or they are gone.
        """
        return await self._accounts.recover(realm, sender_id, code)

    def forget(self, person_id: str) -> None:
        """Forget whose accounts these were, after an erasure."""
        self._lookup.forget_person(person_id)

    async def verify(self, person: Person) -> list[Problem]:
        """Return what is wrong with a person's consent log; empty if all is well."""
        current = await self.by_id(person.id)
        return await self.consents.verify(person.id, current)
