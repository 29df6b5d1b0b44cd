"""What running the service needs."""

from amity.datamap.schema import (
    PERSON_PURPOSES,
    Basis,
    Category,
    Collection,
    Field,
    Form,
    Index,
    Kind,
    Purpose,
)

__all__ = ["ADAPTER_STATE", "COUNTERS", "ERASURES", "LEASES"]

COUNTERS = Collection(
    id=8,
    name="counters",
    about="Messages, tokens and money used a day, for the ceilings.",
    subject="person",
    category=Category.TECHNICAL,
    purposes=PERSON_PURPOSES,
    basis=Basis.LEGITIMATE,
    retention="technical",
    fields=(
        Field(
            id=1,
            name="person",
            optional=True,
            category=Category.ACCOUNT,
            about="Whose; nobody's for the service's own.",
        ),
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
    about="What channels must remember over a restart, such as how far they have read.",
    purposes=frozenset({Purpose.OPERATION, Purpose.DELIVERY}),
    fields=(
        Field(id=1, name="channel", about="The configured channel."),
        Field(id=2, name="value", form=Form.SEALED, about="The value."),
        Field(id=3, name="updated_at", kind=Kind.INTEGER, about="When it was written."),
    ),
    indexes=(Index(name="channel", fields=("channel",)),),
    exported=False,
)


ERASURES = Collection(
    id=14,
    name="erasures",
    about="What was cleared or erased and when, so that a restored backup is cleared again.",
    purposes=frozenset(
        {Purpose.RIGHTS, Purpose.ACCOUNTABILITY, Purpose.RETENTION, Purpose.OPERATION}
    ),
    category=Category.ACCOUNT,
    basis=Basis.OBLIGATION,
    retention="erasures",
    exported=False,
    fields=(
        Field(
            id=1,
            name="scope",
            about="person, conversation, or gate: of who had agreed to nothing, until it is done.",
        ),
        Field(id=2, name="target", form=Form.BLIND, about="Keyed hash of what was erased."),
        Field(id=3, name="time", kind=Kind.INTEGER, about="When."),
        Field(
            id=4,
            name="finished",
            kind=Kind.BOOLEAN,
            about="Whether every row was gone when it was last looked at.",
        ),
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
