"""Every collection of the engine, declared once.

From here come the tables and indexes, the retention sweep, export and erasure, ``/datamap.json``
and the tables of the privacy policy. A field's or collection's number is never reused.
"""

from amity.datamap.schema import (
    Basis,
    Category,
    Collection,
    DataMap,
    Field,
    Form,
    Index,
    KeyScope,
    Kind,
    Purpose,
)

__all__ = [
    "ADAPTER_STATE",
    "ADMISSIONS",
    "CHATS",
    "CONSENTS",
    "CONVERSATIONS",
    "COUNTERS",
    "CREDENTIALS",
    "DECISIONS",
    "ENGINE",
    "ERASURES",
    "IDENTITIES",
    "LEASES",
    "MEDIA",
    "MESSAGES",
    "PEOPLE",
    "TOMBSTONES",
]

_PERSON_PURPOSES = frozenset(
    {
        Purpose.SERVICE,
        Purpose.DELIVERY,
        Purpose.SAFETY,
        Purpose.SECURITY,
        Purpose.RIGHTS,
        Purpose.ACCOUNTABILITY,
        Purpose.RETENTION,
        Purpose.OPERATION,
    }
)

PEOPLE = Collection(
    id=1,
    name="people",
    about="One row for each person: state, age statement, settings.",
    subject="id",
    keys=KeyScope.PERSON,
    category=Category.ACCOUNT,
    purposes=_PERSON_PURPOSES,
    basis=Basis.CONTRACT,
    retention="account",
    fields=(
        Field(id=1, name="state", about="new, active, paused, restricted, minor_blocked, terminated or deleted."),
        Field(id=2, name="created_at", kind=Kind.INTEGER, about="When the person first answered."),
        Field(id=3, name="seen_at", kind=Kind.INTEGER, about="When they last wrote, for the inactivity period."),
        Field(id=4, name="adult_at", kind=Kind.INTEGER, optional=True, about="When they said that they are 18 or over."),
        Field(id=5, name="scopes", category=Category.CONSENT, about="Scopes of consent in force, comma separated."),
        Field(id=6, name="policy_version", optional=True, category=Category.CONSENT, about="The policy version they agreed to."),
        Field(id=7, name="language", optional=True, category=Category.SETTINGS, about="The language they chose."),
        Field(id=8, name="locale", optional=True, category=Category.TECHNICAL, about="The language their platform declared."),
        Field(id=9, name="country", optional=True, category=Category.SETTINGS, about="The country they gave for helplines; ISO 3166 alpha-2."),
        Field(id=10, name="time_zone", optional=True, category=Category.SETTINGS, about="The IANA time zone they chose."),
        Field(id=11, name="call_name", form=Form.SEALED, optional=True, category=Category.SETTINGS, about="What they want to be called."),
        Field(id=12, name="restricted_until", kind=Kind.INTEGER, optional=True, category=Category.MODERATION, about="When a restriction ends."),
        Field(id=13, name="revision", kind=Kind.INTEGER, category=Category.TECHNICAL, about="Counts changes, so that two at once cannot overwrite each other."),
        Field(id=14, name="expires_at", kind=Kind.INTEGER, optional=True, category=Category.TECHNICAL, about="When an unfinished or declined gate is forgotten."),
        Field(id=15, name="awaiting", optional=True, category=Category.TECHNICAL, about="Which answer a dialogue of the service waits for."),
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
    purposes=_PERSON_PURPOSES,
    basis=Basis.CONTRACT,
    retention="account",
    fields=(
        Field(id=1, name="person", category=Category.ACCOUNT, about="The person's id here."),
        Field(id=2, name="realm", about="The platform."),
        Field(id=3, name="kind", about="account, or key (a bearer key for programs)."),
        Field(id=4, name="platform_id", form=Form.SEALED, about="The platform's id of the account, for sending."),
        Field(id=5, name="created_at", kind=Kind.INTEGER, about="When it was first seen."),
        Field(id=6, name="label", form=Form.SEALED, optional=True, about="A name the person gave to a key."),
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
    about="The consent log: each entry is hashed over the one before.",
    subject="person",
    category=Category.CONSENT,
    purposes=frozenset({Purpose.ACCOUNTABILITY, Purpose.RIGHTS, Purpose.RETENTION}),
    basis=Basis.OBLIGATION,
    retention="consents",
    fields=(
        Field(id=1, name="person", about="The person's id here; after an erasure it leads to nobody."),
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
        Field(id=13, name="ended_at", kind=Kind.INTEGER, optional=True, about="When the account ended; the period of keeping starts here."),
    ),
    indexes=(
        Index(name="person", fields=("person", "number"), unique=True),
        Index(name="ended", fields=("ended_at",), sparse=True),
    ),
)

CHATS = Collection(
    id=5,
    name="chats",
    about="Which persona is active in a chat.",
    subject="person",
    category=Category.SETTINGS,
    purposes=_PERSON_PURPOSES,
    basis=Basis.CONTRACT,
    retention="account",
    fields=(
        Field(id=1, name="person", optional=True, category=Category.ACCOUNT, about="Whose chat it is; nobody's in a group."),
        Field(id=2, name="channel", about="The configured channel."),
        Field(id=3, name="persona", about="The active persona."),
    ),
    indexes=(Index(name="person", fields=("person",), sparse=True),),
)

CONVERSATIONS = Collection(
    id=6,
    name="conversations",
    about="One row for each person and conversation; a conversation is channel, chat, thread and persona.",
    subject="person",
    keys=KeyScope.PERSON,
    category=Category.ACCOUNT,
    purposes=_PERSON_PURPOSES,
    basis=Basis.CONTRACT,
    retention="account",
    fields=(
        Field(id=1, name="person", about="The person's id here."),
        Field(id=2, name="room", form=Form.BLIND, category=Category.IDENTIFIER, about="Keyed hash of channel, chat, thread and persona."),
        Field(id=3, name="chat", form=Form.BLIND, category=Category.IDENTIFIER, about="Keyed hash of channel, chat and thread."),
        Field(id=4, name="channel", about="The configured channel."),
        Field(id=5, name="persona", about="The persona."),
        Field(id=6, name="private", kind=Kind.BOOLEAN, about="Whether only the person and the bot are there."),
        Field(id=7, name="address", form=Form.SEALED, category=Category.IDENTIFIER, about="Where replies go."),
        Field(id=8, name="generation", kind=Kind.INTEGER, category=Category.TECHNICAL, about="Grows with each clearing; what an older one made is thrown away."),
        Field(id=9, name="session", category=Category.TECHNICAL, about="The current session's id."),
        Field(id=10, name="session_at", kind=Kind.INTEGER, category=Category.TECHNICAL, about="When the session began."),
        Field(id=11, name="disclosed_at", kind=Kind.INTEGER, optional=True, category=Category.TECHNICAL, about="When the person was last told that this is software."),
        Field(id=12, name="active_at", kind=Kind.INTEGER, category=Category.TECHNICAL, about="When something was last said."),
        Field(id=13, name="created_at", kind=Kind.INTEGER, category=Category.TECHNICAL, about="When it began."),
        Field(id=14, name="persona_version", optional=True, category=Category.TECHNICAL, about="The persona's version that last answered."),
    ),
    indexes=(
        Index(name="person", fields=("person", "active_at")),
        Index(name="room", fields=("room",)),
    ),
)

MESSAGES = Collection(
    id=7,
    name="messages",
    about="What was said, and what was or is to be sent. Inbox, history and outbox in one.",
    subject="person",
    keys=KeyScope.CONVERSATION,
    category=Category.CONVERSATION,
    purposes=_PERSON_PURPOSES,
    basis=Basis.CONSENT,
    retention="messages",
    recipients=("AI processors", "channels"),
    fields=(
        Field(id=1, name="person", category=Category.ACCOUNT, about="Whose words, or to whom."),
        Field(id=2, name="conversation", category=Category.TECHNICAL, about="The conversation's row."),
        Field(id=3, name="generation", kind=Kind.INTEGER, category=Category.TECHNICAL, about="The conversation's generation when it was said."),
        Field(id=4, name="queue", optional=True, category=Category.TECHNICAL, about="The conversation while something is still to be done with it."),
        Field(id=5, name="direction", category=Category.TECHNICAL, about="in or out."),
        Field(id=6, name="kind", category=Category.TECHNICAL, about="What happened (in), or whose voice it is (out)."),
        Field(id=7, name="state", category=Category.TECHNICAL, about="in: waiting, in_turn, answered, unanswered, discarded. out: intent, ready, sent, partial, suppressed, failed."),
        Field(id=8, name="turn", optional=True, category=Category.TECHNICAL, about="The turn that answers it; for replies their own id."),
        Field(id=9, name="part", kind=Kind.INTEGER, category=Category.TECHNICAL, about="Number of the part within a reply."),
        Field(id=10, name="body", form=Form.SEALED, optional=True, about="The parts: words, captions, buttons."),
        Field(id=11, name="verb", optional=True, category=Category.TECHNICAL, about="The command, if it is one."),
        Field(id=12, name="dedupe", form=Form.BLIND, optional=True, category=Category.IDENTIFIER, about="Keyed hash of the platform's message id."),
        Field(id=13, name="platform_id", form=Form.SEALED, optional=True, category=Category.IDENTIFIER, about="The platform's message id, for edits and quotes."),
        Field(id=14, name="position", optional=True, category=Category.TECHNICAL, about="Place in the person's journal."),
        Field(id=15, name="time", kind=Kind.INTEGER, category=Category.TECHNICAL, about="When, as the platform said."),
        Field(id=16, name="cut", kind=Kind.BOOLEAN, category=Category.TECHNICAL, about="Whether a reply ended early."),
        Field(id=17, name="attempts", kind=Kind.INTEGER, category=Category.TECHNICAL, about="How often sending was tried."),
        Field(id=18, name="session", optional=True, category=Category.TECHNICAL, about="The session it belongs to."),
        Field(id=19, name="sensitivity", optional=True, about="Marked if it holds special categories of data."),
        Field(id=20, name="policy_version", optional=True, category=Category.CONSENT, about="The policy the person had agreed to."),
        Field(id=21, name="persona_version", optional=True, category=Category.TECHNICAL, about="The persona's version that said it."),
        Field(id=22, name="engine_version", category=Category.TECHNICAL, about="The program's version."),
        Field(id=23, name="expires_at", kind=Kind.INTEGER, optional=True, category=Category.TECHNICAL, about="When it is deleted, where that is earlier than the period."),
        Field(id=24, name="standalone", kind=Kind.BOOLEAN, category=Category.TECHNICAL, about="Whether it must be a turn of its own."),
        Field(id=26, name="replaces", optional=True, category=Category.TECHNICAL, about="The reply that this one stands in for."),
        Field(id=25, name="model", optional=True, category=Category.TECHNICAL, about="Which configured model answered."),
    ),
    indexes=(
        Index(name="conversation", fields=("conversation",)),
        Index(name="queue", fields=("queue",), sparse=True),
        Index(name="dedupe", fields=("dedupe",), unique=True, sparse=True),
        Index(name="journal", fields=("person", "position")),
        Index(name="expiry", fields=("expires_at",), sparse=True),
    ),
)

COUNTERS = Collection(
    id=8,
    name="counters",
    about="Messages, tokens and money used a day, for the ceilings.",
    subject="person",
    category=Category.TECHNICAL,
    purposes=_PERSON_PURPOSES,
    basis=Basis.LEGITIMATE,
    retention="technical",
    fields=(
        Field(id=1, name="person", optional=True, category=Category.ACCOUNT, about="Whose; nobody's for the service's own."),
        Field(id=2, name="name", about="What is counted."),
        Field(id=3, name="day", about="The UTC day."),
        Field(id=4, name="amount", kind=Kind.NUMBER, about="How much."),
    ),
    indexes=(
        Index(name="person", fields=("person",), sparse=True),
        Index(name="day", fields=("day", "name")),
    ),
)

ADAPTER_STATE = Collection(
    id=9,
    name="adapter_state",
    about="What adapters must remember over a restart, such as how far they have read.",
    purposes=frozenset({Purpose.OPERATION, Purpose.DELIVERY}),
    fields=(
        Field(id=1, name="channel", about="The configured channel."),
        Field(id=2, name="value", form=Form.SEALED, about="The adapter's value."),
        Field(id=3, name="updated_at", kind=Kind.INTEGER, about="When it was written."),
    ),
    indexes=(Index(name="channel", fields=("channel",)),),
    exported=False,
)

CREDENTIALS = Collection(
    id=10,
    name="credentials",
    about="Hashes of recovery codes.",
    subject="person",
    category=Category.ACCOUNT,
    purposes=_PERSON_PURPOSES,
    basis=Basis.CONTRACT,
    retention="account",
    fields=(
        Field(id=1, name="person", about="The person's id here."),
        Field(id=2, name="kind", about="recovery."),
        Field(id=3, name="created_at", kind=Kind.INTEGER, about="When it was made."),
        Field(id=4, name="expires_at", kind=Kind.INTEGER, optional=True, about="Until when it works."),
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
        Field(id=3, name="created_at", kind=Kind.INTEGER, category=Category.TECHNICAL, about="When the code was given."),
    ),
    indexes=(Index(name="identity", fields=("identity",)),),
)

MEDIA = Collection(
    id=12,
    name="media",
    about="Files on their way to a person, such as an export; deleted after a short time.",
    subject="person",
    keys=KeyScope.PERSON,
    category=Category.MEDIA,
    purposes=_PERSON_PURPOSES,
    basis=Basis.CONTRACT,
    retention="media",
    exported=False,
    fields=(
        Field(id=1, name="person", category=Category.ACCOUNT, about="Whose file it is."),
        Field(id=2, name="media_type", category=Category.TECHNICAL, about="IANA media type."),
        Field(id=3, name="name", category=Category.TECHNICAL, about="File name."),
        Field(id=4, name="content", kind=Kind.BYTES, form=Form.SEALED, about="The bytes."),
        Field(id=5, name="size", kind=Kind.INTEGER, category=Category.TECHNICAL, about="Bytes."),
        Field(id=6, name="expires_at", kind=Kind.INTEGER, category=Category.TECHNICAL, about="When it is deleted."),
    ),
    indexes=(
        Index(name="person", fields=("person",)),
        Index(name="expiry", fields=("expires_at",)),
    ),
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

ERASURES = Collection(
    id=14,
    name="erasures",
    about="What was cleared or erased and when, so that a restored backup is cleared again.",
    purposes=frozenset({Purpose.RIGHTS, Purpose.ACCOUNTABILITY, Purpose.RETENTION, Purpose.OPERATION}),
    category=Category.ACCOUNT,
    basis=Basis.OBLIGATION,
    retention="erasures",
    exported=False,
    fields=(
        Field(id=1, name="scope", about="person, conversation or messages."),
        Field(id=2, name="target", form=Form.BLIND, about="Keyed hash of what was erased."),
        Field(id=3, name="time", kind=Kind.INTEGER, about="When."),
        Field(id=4, name="finished", kind=Kind.BOOLEAN, about="Whether every row was gone when it was last looked at."),
    ),
    indexes=(Index(name="time", fields=("time",)),),
)

LEASES = Collection(
    id=15,
    name="leases",
    about="Which process works on what.",
    purposes=frozenset({Purpose.OPERATION, Purpose.DELIVERY, Purpose.SERVICE}),
    exported=False,
    fields=(
        Field(id=1, name="owner", about="The process."),
        Field(id=2, name="until", kind=Kind.INTEGER, about="Until when."),
        Field(id=3, name="fence", kind=Kind.INTEGER, about="Grows with each change of owner."),
    ),
)

ENGINE = DataMap(
    (
        PEOPLE,
        IDENTITIES,
        TOMBSTONES,
        CONSENTS,
        CHATS,
        CONVERSATIONS,
        MESSAGES,
        COUNTERS,
        ADAPTER_STATE,
        CREDENTIALS,
        ADMISSIONS,
        MEDIA,
        DECISIONS,
        ERASURES,
        LEASES,
    )
)
