"""Everything about a person, as a file that programs can read and a page that people can read.

The ZIP holds ``export.json`` (format and version stated in it, described by ``schema.json``) and
``export.html``. Every declared collection about people is in it by itself, with the data map's
notes.
"""

import asyncio
import base64
import io
import zipfile
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import orjson

from amity import __version__
from amity.clock import at
from amity.datamap.declarations import IDENTITIES, MESSAGES
from amity.datamap.schema import Collection, DataMap, Purpose
from amity.people import Person
from amity.privacy.walk import about_people, of_account, of_subject
from amity.sealed import SealedText
from amity.store.contract import EVERYONE, Access, Get

if TYPE_CHECKING:
    from amity.clock import Clock
    from amity.privacy.policy import Policy
    from amity.store.vault import Vault

__all__ = ["FORMAT", "VERSION", "export"]

FORMAT: Final = "amity-export"
VERSION: Final = 1
_SLICE: Final = 100


async def export(
    vault: "Vault",
    datamap: DataMap,
    person: Person,
    policy: "Policy",
    *,
    clock: "Clock",
    language: str | None = None,
    personas: Mapping[str, str] | None = None,
) -> bytes:
    """Return a ZIP with everything about a person.

    Args:
        vault: The store.
        datamap: What may be stored.
        person: Whose data.
        policy: For service, version, periods and words.
        clock: For the time of the export.
        language: Of the page; the person's own if not given.
        personas: Names of personas by id, for the page.

    Raises:
        ValueError: the person is a ghost, of whom nothing is stored.
    """
    if not person.stored:
        raise ValueError("of this person only a tombstone is left")
    tongue = policy.language(language or person.language or person.locale)
    document = _heading(person, policy, tongue, clock) | await _collected(
        vault, datamap, person.id, policy
    )
    # Packing and rendering are work for the processor: other people's turns go on meanwhile.
    return await asyncio.to_thread(_packed, document, policy, tongue, dict(personas or {}))


def _heading(person: Person, policy: "Policy", language: str, clock: "Clock") -> dict[str, Any]:
    facts = policy.facts
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": at(clock.now()).isoformat(),
        "engine_version": __version__,
        "language": language,
        "person": person.id,
        "service": {
            "name": facts.service,
            "controller": facts.controller,
            "contact": facts.contact,
            "region": facts.region,
        },
        "policy": {
            "version": policy.version,
            "date": policy.date,
            "hash": policy.hash(language),
            "agreed": person.policy_version,
        },
        "processors": [
            {"name": p.name, "purpose": p.purpose, "region": p.region} for p in facts.processors
        ],
    }


async def _collected(
    vault: "Vault", datamap: DataMap, person: str, policy: "Policy"
) -> dict[str, Any]:
    collections: dict[str, Any] = {}
    left_out: dict[str, Any] = {}
    for collection in about_people(datamap):
        notes = _notes(collection, policy)
        if collection.exported:
            collections[collection.name] = notes | {"rows": await _rows(vault, collection, person)}
        else:
            index, subject = of_subject(collection)
            access = Access(Purpose.RIGHTS, person)
            number = await vault.count(collection, index, access, equal={subject: person})
            left_out[collection.name] = notes | {"count": number}
    return {"collections": collections, "left_out": left_out}


def _notes(collection: Collection, policy: "Policy") -> dict[str, Any]:
    return {
        "about": collection.about,
        "category": collection.category.value,
        "purposes": sorted(purpose.value for purpose in collection.purposes),
        "basis": collection.basis.value,
        "retention": {
            "key": collection.retention,
            "words": policy.kept_for(collection, "en"),
            "milliseconds": policy.facts.retention.get(collection.retention),
        },
        "recipients": list(collection.recipients),
        "fields": {
            field.name: {
                "about": field.about,
                "category": (field.category or collection.category).value,
                "kind": field.kind.value,
                "form": field.form.value,
            }
            for field in collection.all_fields
        },
    }


async def _rows(vault: "Vault", collection: Collection, person: str) -> list[dict[str, Any]]:
    access = Access(Purpose.RIGHTS, person)
    index, subject = of_subject(collection)
    raw = await vault.store.find(collection, index, access, equal={subject: person}, only=("id",))
    own = of_account(collection)
    if own is not None:
        # What came from their accounts and is kept as nobody's else is theirs, too.
        access = Access(Purpose.RIGHTS, EVERYONE)
        for account in await _accounts(vault, person):
            equal = {own[1]: account}
            raw += await vault.store.find(collection, own[0], access, equal=equal, only=("id",))
    ids = sorted({str(row["id"]) for row in raw})
    rows = []
    # Opened in slices, so that a long history does not hold everybody up.
    for start in range(0, len(ids), _SLICE):
        gets = [Get(collection, id_) for id_ in ids[start : start + _SLICE]]
        opened = await vault.read(gets, access)
        rows += [_plain(collection, row) for row in opened if row is not None]
        await asyncio.sleep(0)
    return rows


async def _accounts(vault: "Vault", person: str) -> list[str]:
    index, subject = of_subject(IDENTITIES)
    access = Access(Purpose.RIGHTS, person)
    rows = await vault.store.find(IDENTITIES, index, access, equal={subject: person}, only=("id",))
    return [str(row["id"]) for row in rows]


def _plain(collection: Collection, row: Mapping[str, object]) -> dict[str, Any]:
    """Return a row as JSON has it: text opened, bytes in base64, a message's parts as they are."""
    plain: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, SealedText):
            plain[name] = value.reveal()
        elif isinstance(value, bytes):
            plain[name] = base64.b64encode(value).decode()
        else:
            plain[name] = value
    if collection is MESSAGES and plain.get("body"):
        plain["body"] = orjson.loads(plain["body"])
    return plain


def _packed(
    document: dict[str, Any], policy: "Policy", language: str, personas: Mapping[str, str]
) -> bytes:
    from amity.privacy.export_page import page

    schema = resources.files("amity.privacy").joinpath("export.schema.json").read_bytes()
    files: Sequence[tuple[str, bytes]] = (
        ("export.json", orjson.dumps(document, option=orjson.OPT_INDENT_2)),
        ("export.html", page(document, policy, language, personas).encode()),
        ("schema.json", schema),
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()
