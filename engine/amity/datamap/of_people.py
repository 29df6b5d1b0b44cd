"""Who people are, what they agreed to, where they stand."""

from amity.datamap.schema import (
    PERSON_PURPOSES,
    Basis,
    Category,
    Collection,
    Field,
    Form,
    Index,
    KeyScope,
    Kind,
    Purpose,
)

__all__ = [
    "ADMISSIONS",
    "CONSENTS",
    "CREDENTIALS",
    "DECISIONS",
    "IDENTITIES",
    "INVITATIONS",
    "PEOPLE",
    "TOMBSTONES",
]

PEOPLE = Collection(
    id=1,
    name="people",
    about="One row for each person: state, age statement, settings.",
    subject="id",
    keys=KeyScope.PERSON,
    category=Category.ACCOUNT,
    purposes=PERSON_PURPOSES,
    basis=Basis.CONTRACT,
    retention="account",
    fields=(
        Field(
            id=1,
            name="state",
            about="new, active, paused, restricted, minor_blocked, terminated or deleted.",
        ),
        Field(id=2, name="created_at", kind=Kind.INTEGER, about="When the person first answered."),
        Field(
            id=3,
            name="seen_at",
            kind=Kind.INTEGER,
            about="When they last wrote, for the inactivity period.",
        ),
        Field(
            id=4,
            name="adult_at",
            kind=Kind.INTEGER,
            optional=True,
            about="When they said that they are 18 or over.",
        ),
        Field(
            id=5,
            name="scopes",
            category=Category.CONSENT,
            about="Scopes of consent in force, comma separated.",
        ),
        Field(
            id=6,
            name="policy_version",
            optional=True,
            category=Category.CONSENT,
            about="The policy version they agreed to.",
        ),
        Field(
            id=7,
            name="language",
            optional=True,
            category=Category.SETTINGS,
            about="The language they chose.",
        ),
        Field(
            id=8,
            name="locale",
            optional=True,
            category=Category.TECHNICAL,
            about="The language their platform declared.",
        ),
        Field(
            id=9,
            name="country",
            optional=True,
            category=Category.SETTINGS,
            about="The country they gave for helplines; ISO 3166 alpha-2.",
        ),
        Field(
            id=10,
            name="time_zone",
            optional=True,
            category=Category.SETTINGS,
            about="The IANA time zone they chose.",
        ),
        Field(
            id=11,
            name="call_name",
            form=Form.SEALED,
            optional=True,
            category=Category.SETTINGS,
            about="What they want to be called.",
        ),
        Field(
            id=12,
            name="restricted_until",
            kind=Kind.INTEGER,
            optional=True,
            category=Category.MODERATION,
            about="When a restriction ends.",
        ),
        Field(
            id=13,
            name="revision",
            kind=Kind.INTEGER,
            category=Category.TECHNICAL,
            about="Counts changes, so that two at once cannot overwrite each other.",
        ),
        Field(
            id=14,
            name="expires_at",
            kind=Kind.INTEGER,
            optional=True,
            category=Category.TECHNICAL,
            about="When an unfinished or declined gate is forgotten.",
        ),
        Field(
            id=15,
            name="awaiting",
            optional=True,
            category=Category.TECHNICAL,
            about="Which answer a dialogue of the service waits for.",
        ),
        Field(
            id=16,
            name="renamed_at",
            kind=Kind.INTEGER,
            optional=True,
            category=Category.TECHNICAL,
            about="When they last changed or removed the call-name.",
        ),
        Field(
            id=17,
            name="recipients",
            optional=True,
            category=Category.CONSENT,
            about="Who produced replies by the policy they agreed to: names and regions, as JSON.",
        ),
    ),
    indexes=(
        Index(name="expiry", fields=("expires_at",), sparse=True),
        Index(name="state", fields=("state",)),
    ),
)


IDENTITIES = Collection(
    id=2,
    name="identities",
    about="Which accounts and keys a person uses; found by a keyed hash of the account's id.",
    subject="person",
    keys=KeyScope.PERSON,
    category=Category.IDENTIFIER,
    purposes=PERSON_PURPOSES,
    basis=Basis.CONTRACT,
    retention="account",
    fields=(
        Field(id=1, name="person", category=Category.ACCOUNT, about="The person's id here."),
        Field(id=2, name="realm", about="The platform."),
        Field(id=3, name="kind", about="account, or key (a bearer key for programs)."),
        Field(
            id=4,
            name="platform_id",
            form=Form.SEALED,
            about="The platform's id of the account, for sending.",
        ),
        Field(id=5, name="created_at", kind=Kind.INTEGER, about="When it was first seen."),
        Field(
            id=6,
            name="label",
            form=Form.SEALED,
            optional=True,
            about="A name the person gave to a key.",
        ),
    ),
    indexes=(Index(name="person", fields=("person",)),),
)


TOMBSTONES = Collection(
    id=3,
    name="tombstones",
    about="Keyed hashes of accounts that are blocked, and nothing else about them.",
    category=Category.MODERATION,
    purposes=frozenset({Purpose.SAFETY, Purpose.SECURITY, Purpose.RETENTION, Purpose.OPERATION}),
    basis=Basis.LEGITIMATE,
    retention="tombstones",
    exported=False,
    fields=(
        Field(id=1, name="reason", about="Why: minor or terminated."),
        Field(id=2, name="created_at", kind=Kind.INTEGER, about="Since when."),
    ),
)


CONSENTS = Collection(
    id=4,
    name="consents",
    about=(
        "The consent log: each entry is hashed over the one before. "
        "Of somebody who agreed to nothing it goes with the account."
    ),
    subject="person",
    category=Category.CONSENT,
    purposes=frozenset({Purpose.ACCOUNTABILITY, Purpose.RIGHTS, Purpose.RETENTION}),
    basis=Basis.OBLIGATION,
    retention="consents",
    fields=(
        Field(
            id=1, name="person", about="The person's id here; after an erasure it leads to nobody."
        ),
        Field(id=2, name="number", kind=Kind.INTEGER, about="Place in the person's log, from 1."),
        Field(id=3, name="scope", about="age, service, memory, special, analytics or proactive."),
        Field(id=4, name="given", kind=Kind.BOOLEAN, about="Given or withdrawn."),
        Field(id=5, name="policy_version", about="The policy in force."),
        Field(id=6, name="policy_hash", about="SHA-256 of the text shown."),
        Field(id=7, name="language", about="The language shown."),
        Field(id=8, name="time", kind=Kind.INTEGER, about="When."),
        Field(id=9, name="channel", about="On which channel."),
        Field(id=10, name="method", about="How: button, or the typed command."),
        Field(id=11, name="engine_version", about="The program's version."),
        Field(id=12, name="hash", about="Keyed hash over this entry and the one before."),
        Field(
            id=13,
            name="ended_at",
            kind=Kind.INTEGER,
            optional=True,
            about="When the account ended; the period of keeping starts here.",
        ),
    ),
    indexes=(
        Index(name="person", fields=("person", "number"), unique=True),
        Index(name="ended", fields=("ended_at",), sparse=True),
    ),
)


CREDENTIALS = Collection(
    id=10,
    name="credentials",
    about="Hashes of recovery codes.",
    subject="person",
    category=Category.ACCOUNT,
    purposes=PERSON_PURPOSES,
    basis=Basis.CONTRACT,
    retention="account",
    fields=(
        Field(id=1, name="person", about="The person's id here."),
        Field(id=2, name="kind", about="recovery, or used: one that is being used up."),
        Field(id=3, name="created_at", kind=Kind.INTEGER, about="When it was made."),
        Field(
            id=4, name="expires_at", kind=Kind.INTEGER, optional=True, about="Until when it works."
        ),
    ),
    indexes=(
        Index(name="person", fields=("person", "kind")),
        Index(name="expiry", fields=("expires_at",), sparse=True),
    ),
)


ADMISSIONS = Collection(
    id=11,
    name="admissions",
    about="Keyed hashes of accounts that gave a channel's access code.",
    category=Category.IDENTIFIER,
    purposes=frozenset({Purpose.SECURITY, Purpose.RIGHTS, Purpose.RETENTION, Purpose.OPERATION}),
    basis=Basis.LEGITIMATE,
    retention="account",
    exported=False,
    fields=(
        Field(id=1, name="channel", category=Category.TECHNICAL, about="The configured channel."),
        Field(id=2, name="identity", about="Keyed hash of the account's id."),
        Field(
            id=3,
            name="created_at",
            kind=Kind.INTEGER,
            category=Category.TECHNICAL,
            about="When the code was given.",
        ),
    ),
    indexes=(Index(name="identity", fields=("identity",)),),
)


INVITATIONS = Collection(
    id=16,
    name="invitations",
    about="Keyed hashes of accounts that were shown the way to the gate in a shared chat.",
    category=Category.IDENTIFIER,
    purposes=frozenset({Purpose.SECURITY, Purpose.RETENTION}),
    basis=Basis.LEGITIMATE,
    retention="technical",
    exported=False,
    fields=(
        Field(
            id=1,
            name="time",
            kind=Kind.INTEGER,
            category=Category.TECHNICAL,
            about="When it was shown; it is shown once.",
        ),
    ),
    indexes=(Index(name="time", fields=("time",)),),
)


DECISIONS = Collection(
    id=13,
    name="decisions",
    about="Why a person's state was changed by the service: rule and time, no content.",
    subject="person",
    category=Category.MODERATION,
    purposes=frozenset({Purpose.SAFETY, Purpose.RIGHTS, Purpose.RETENTION}),
    basis=Basis.LEGITIMATE,
    retention="decisions",
    fields=(
        Field(id=1, name="person", category=Category.ACCOUNT, about="The person's id here."),
        Field(id=2, name="rule", about="The rule's id."),
        Field(id=3, name="state", about="The state it led to."),
        Field(id=4, name="time", kind=Kind.INTEGER, about="When."),
    ),
    indexes=(Index(name="person", fields=("person", "time")),),
)
