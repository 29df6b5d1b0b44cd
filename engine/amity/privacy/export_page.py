"""The readable half of an export: one HTML page without scripts, in the person's language."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import yaml

from amity.clock import at
from amity.datamap.declarations import CONVERSATIONS, MESSAGES, PEOPLE
from amity.privacy.html import STYLE

if TYPE_CHECKING:
    from amity.privacy.policy import Policy

__all__ = ["page"]

_TIMES: Final = ("_at", "time", "until")
_EARLIEST: Final = 1_000_000_000_000  # any number below is no time of ours
_SPOKEN: Final = ("text", "caption")


def page(
    document: Mapping[str, Any], policy: "Policy", language: str, personas: Mapping[str, str]
) -> str:
    """Return the page for an export's content."""
    words = _words(language)
    return _Page(document, policy, language, personas, words).whole()


def _words(language: str) -> Mapping[str, str]:
    text = resources.files("amity.privacy").joinpath("export_words.yaml").read_text("utf-8")
    tables: dict[str, dict[str, str]] = yaml.safe_load(text)
    return {**tables["en"], **tables.get(language, {})}


class _Page:
    def __init__(
        self,
        document: Mapping[str, Any],
        policy: "Policy",
        language: str,
        personas: Mapping[str, str],
        words: Mapping[str, str],
    ) -> None:
        self._document = document
        self._policy = policy
        self._language = language
        self._personas = personas
        self._words = words
        self._collections: Mapping[str, Any] = document["collections"]
        people = self._collections.get(PEOPLE.name, {}).get("rows", [])
        self._zone = _zone(people[0].get("time_zone") if people else None)
        self._names = {c.name: c for c in policy.datamap.collections}

    def whole(self) -> str:
        words, document = self._words, self._document
        service = escape(str(document["service"]["name"]))
        title = f"{escape(words['title'])} – {service}"
        facts = {
            words["made_at"]: self._time(datetime.fromisoformat(document["made_at"])),
            words["controller"]: document["service"]["controller"] or "–",
            words["contact"]: document["service"]["contact"] or "–",
            words["region"]: document["service"]["region"] or "–",
            words["policy"]: f"{document['policy']['version']} ({document['policy']['date']})",
            words["processors"]: ", ".join(p["name"] for p in document["processors"]) or "–",
        }
        parts = [f"<h1>{title}</h1>", f"<p>{escape(words['intro'])}</p>", _list(facts)]
        parts += [self._conversations()]
        parts += [
            self._collection(name, notes)
            for name, notes in self._collections.items()
            if name != MESSAGES.name
        ]
        return (
            f'<!doctype html>\n<html lang="{escape(self._language)}">\n<head>\n'
            '<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
            + "\n".join(parts)
            + "\n</main>\n</body>\n</html>\n"
        )

    def _conversations(self) -> str:
        rows = self._collections.get(MESSAGES.name, {}).get("rows", [])
        where = {
            row["id"]: row for row in self._collections.get(CONVERSATIONS.name, {}).get("rows", [])
        }
        spoken: dict[str, list[str]] = {}
        for row in rows:
            text = _said(row.get("body"))
            if text:
                spoken.setdefault(row["conversation"], []).append(self._line(row, text, where))
        parts = [f"<h2>{escape(self._words['conversations'])}</h2>"]
        if not spoken:
            parts.append(f"<p>{escape(self._words['nothing'])}</p>")
        for conversation, lines in spoken.items():
            persona = self._persona(where.get(conversation))
            channel = where.get(conversation, {}).get("channel", "")
            parts.append(f"<h3>{escape(persona)} ({escape(str(channel))})</h3>")
            parts.append("<dl>" + "\n".join(lines) + "</dl>")
        return "\n".join(parts)

    def _line(self, row: Mapping[str, Any], text: str, where: Mapping[str, Any]) -> str:
        if row["direction"] == "in":
            who = self._words["you"]
        elif row["kind"] == "reply":
            who = self._persona(where.get(row["conversation"]))
        else:
            who = self._words["service"]
        paragraphs = "<br>".join(escape(text).splitlines())
        return f"<dt>{escape(who)}, {self._time(at(row['time']))}</dt><dd>{paragraphs}</dd>"

    def _persona(self, row: Mapping[str, Any] | None) -> str:
        persona = str(row["persona"]) if row else "–"
        return self._personas.get(persona, persona)

    def _collection(self, name: str, notes: Mapping[str, Any]) -> str:
        collection = self._names[name]
        policy, language, words = self._policy, self._language, self._words
        about = policy.described(collection, language)
        facts = {
            words["basis"]: policy.basis(collection, language),
            words["kept"]: policy.kept_for(collection, language),
            words["recipients"]: policy.recipients(collection, language),
        }
        rows = notes["rows"]
        body = "".join(f"<li>{_list(self._cells(row))}</li>" for row in rows)
        listed = f"<ul>{body}</ul>" if rows else f"<p>{escape(words['nothing'])}</p>"
        # Their meaning field by field is in the data map, which is in English; names are kept as
        # they are there, so that both can be read side by side.
        return f"<h2>{escape(about)} <small>({escape(name)})</small></h2>{_list(facts)}{listed}"

    def _cells(self, row: Mapping[str, Any]) -> dict[str, str]:
        return {
            name: self._value(name, value)
            for name, value in row.items()
            if value is not None and value != ""
        }

    def _value(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return self._words["yes"] if value else self._words["no"]
        if isinstance(value, int) and value >= _EARLIEST and name.endswith(_TIMES):
            return self._time(at(value))
        return str(value)

    def _time(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M %Z")


def _zone(name: str | None) -> tzinfo:
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def _said(body: Any) -> str:
    """Return the words of a message's parts; for a part without words what it is."""
    if not isinstance(body, list):
        return ""
    said = []
    for part in body:
        words = [str(part[key]) for key in _SPOKEN if part.get(key)]
        if part.get("type") in {"command", "choice"}:
            words = [
                f"/{part.get('name') or part.get('command')} {part.get('argument', '')}".strip()
            ]
        said.append("\n".join(words) or f"[{part.get('type')}]")
    return "\n".join(said)


def _list(facts: Mapping[str, str]) -> str:
    items = "".join(f"<dt>{escape(k)}</dt><dd>{escape(str(v))}</dd>" for k, v in facts.items())
    return f"<dl>{items}</dl>"
