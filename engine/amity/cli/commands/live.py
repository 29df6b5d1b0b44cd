"""Commands that the running process answers: status, reload, policy, personas, retention."""

import argparse
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from amity.cli.output import show, table
from amity.cli.session import answer, ask_running, data_of
from amity.errors import OperatorError

__all__ = ["personas", "policy", "reload", "retention", "status"]


_HOUSEKEEPING: Final = frozenset({"leases"})
"""Rows that are nobody's and always there."""


def status(options: argparse.Namespace) -> int:
    """Show how everything is; 1 where something is not as it should be."""
    said = ask_running(options, "status")
    if said is None:
        folder = data_of(options)
        show(options, {"running": False, "data": str(folder)}, [_not_running(folder)])
        return 1
    show(options, {"running": True, **said}, _status_lines(said))
    down = [c for c in said.get("channels", []) if c.get("state") not in {"up", "starting"}]
    ill = [m for m in said.get("models", []) if m.get("error")]
    overdue = (said.get("support") or {}).get("overdue")
    return 1 if down or ill or overdue or said.get("store_error") else 0


def _not_running(folder: Path) -> str:
    return f"Amity is not running with the data folder {folder}; start it with: amity run"


def _status_lines(said: Mapping[str, Any]) -> Iterator[str]:
    yield f"Amity {said.get('version', '')} is running"
    for title, key, columns in (
        ("CHANNEL", "channels", ("adapter", "state", "error")),
        ("MODEL", "models", ("state", "sentence")),
    ):
        rows = [[row.get("name", ""), *(row.get(c) or "" for c in columns)] for row in said[key]]
        if rows:
            yield ""
            yield from table([title, *(column.upper() for column in columns)], rows)
    yield ""
    figures = said.get("store") or {}
    shown = [
        f"{value} {name.replace('_', ' ')}"
        for name, value in figures.items()
        if value and name not in _HOUSEKEEPING
    ]
    yield f"store: {', '.join(shown) or 'empty'}"
    if error := said.get("store_error"):
        yield f"store: {error}"
    yield f"conversations being answered: {said.get('lanes', 0)}"
    yield _support_line(said.get("support") or {})
    swept = said.get("swept_at")
    yield f"deleted on time, last at: {_time(swept) if swept else 'not yet'}"


def _support_line(support: Mapping[str, Any]) -> str:
    counts = [
        f"{support.get('open', 0)} open",
        f"{support.get('overdue', 0)} overdue",
        f"{support.get('undelivered', 0)} to be delivered",
    ]
    desk = support.get("desk")
    where = f"operators' chat on {desk}" if desk else "no operators' chat is configured"
    if support.get("desk_moved"):
        where += ", which has another id now: `amity check` says what to write"
    return f"support tickets: {', '.join(counts)}; {where}"


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def reload(options: argparse.Namespace) -> int:
    """Have the running process read its configuration anew."""
    said = ask_running(options, "reload")
    if said is None:
        raise OperatorError(_not_running(data_of(options)))
    changes = said.get("changes") or []
    show(options, said, [f"changed: {change}" for change in changes] or ["nothing changed"])
    return 0


def personas(options: argparse.Namespace) -> int:
    """List the personas."""
    said = answer(options, "persona.list")
    rows = [[p["id"], p["name"], p["about"]] for p in said["personas"]]
    show(options, said, table(["ID", "NAME", "ABOUT"], rows))
    return 0


def policy(options: argparse.Namespace) -> int:
    """Show which policy is in force."""
    said = answer(options, "policy.show")
    rows = sorted(said["hashes"].items())
    lines = [f"version {said['version']}", *table(["LANGUAGE", "SHA-256 OF THE TEXT"], rows)]
    show(options, said, lines)
    return 0


def retention(options: argparse.Namespace) -> int:
    """Delete what is past its time, or count it."""
    said = answer(options, "retention.run", {"dry_run": options.dry_run})
    verb = "would be deleted" if options.dry_run else "deleted"
    rows = {name: count for name, count in said["rows"].items() if count}
    lines = [f"{name}: {count} {verb}" for name, count in sorted(rows.items())]
    show(options, said, lines or [f"nothing {verb}: nothing is past its time"])
    return 0
