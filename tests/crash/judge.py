"""Judges what an installation has on its disk: every message answered once, in order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.files import rows_of

__all__ = ["faults", "faults_of_journal"]

_ENDED = frozenset({"answered", "unanswered", "discarded"})
_GONE_OUT = frozenset({"sent", "partial", "failed", "suppressed"})

Row = Mapping[str, Any]


def faults(database: Path, *, cleared: bool = False) -> list[str]:
    """Return what is wrong with the messages of an installation that has nothing left to do.

    Args:
        database: The database's file.
        cleared: Whether people used words: cleared, paused, stopped, asked anew.
    """
    rows: Sequence[Row] = rows_of(database, "messages")
    inward = [row for row in rows if row["direction"] == "in"]
    outward = [row for row in rows if row["direction"] == "out"]
    found = [f"{_name(row)} is still in a queue" for row in rows if row["queue"] is not None]
    found += [f"{_name(row)} came to no end" for row in inward if row["state"] not in _ENDED]
    found += [f"{_name(row)} did not go out" for row in outward if row["state"] not in _GONE_OUT]
    # What answered a word that cleared the conversation, itself included, stands alone.
    turns = {row["turn"] for row in inward}
    spoken = [row for row in outward if row["kind"] == "reply" and not cleared]
    found += [f"{_name(row)} answers nothing" for row in spoken if row["turn"] not in turns]
    found += _answered_once(inward, outward, cleared=cleared)
    if cleared:
        rows = _mere_talk(rows)
    by_conversation: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_conversation[f"{row['conversation']} {row['generation']}"].append(row)
    for conversation in by_conversation.values():
        found += _in_order(conversation)
    return found


def faults_of_journal(journal: Sequence[Row], accepted: Iterable[str]) -> list[str]:
    """Return what is wrong with a person's journal, as the API gives it.

    Args:
        journal: All of it, oldest first.
        accepted: The ids of what they said after consent, in order.
    """
    said = [m["id"] for m in journal if m["from"] == "person"]
    wanted = list(accepted)
    found = []
    if said != wanted:
        lost = [id for id in wanted if id not in said]
        twice = [id for id in said if said.count(id) > 1]
        found.append(f"said {wanted}, kept {said}; lost {lost}, twice {twice}")
    positions = [m["position"] for m in journal]
    if positions != sorted(set(positions)):
        found.append(f"positions out of order or twice: {positions}")
    return found


def _name(row: Row) -> str:
    what = f"{row['state']}, {row['verb']}, generation {row['generation']}, turn {row['turn']}"
    return f"{row['direction']} {row['kind']} {row['id']} ({what})"


def _answered_once(inward: Sequence[Row], outward: Sequence[Row], *, cleared: bool) -> list[str]:
    """Judge what was asked of the persona: one reply, or none where it says so."""
    said: dict[str, list[Row]] = defaultdict(list)
    for row in outward:
        if row["part"] == 0 and row["kind"] == "reply":
            said[row["turn"]].append(row)
    found = []
    for row in inward:
        if row["body"] is None or row["verb"] is not None:
            continue
        wanted = {1} if row["state"] == "answered" else {0}
        if cleared:
            wanted.add(0)  # who has paused is answered by the gate
        if (replies := len(said[row["turn"]])) not in wanted:
            found.append(f"{_name(row)} has {replies} replies")
    return found


def _mere_talk(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of turns that are talk: words overtake, what is asked anew is late."""
    words = {row["turn"] for row in rows if row["direction"] == "in" and row["verb"] is not None}
    return [row for row in rows if row["turn"] not in words]


def _in_order(rows: Sequence[Row]) -> list[str]:
    """Judge one conversation: turns follow each other as their messages came."""
    inward = [row for row in rows if row["direction"] == "in" and row["body"] is not None]
    inward.sort(key=lambda row: str(row["position"]))
    order: list[str] = []
    for row in inward:
        if not order or order[-1] != row["turn"]:
            order.append(row["turn"])
    if len(order) != len(set(order)):
        return [f"messages of one turn are not neighbours: {order}"]
    first: dict[str, str] = {}
    for row in rows:
        if row["direction"] == "out" and row["turn"] in order:
            position = str(row["position"])
            first[row["turn"]] = min(position, first.get(row["turn"], position))
    answers = [first[turn] for turn in order if turn in first]
    return [] if answers == sorted(answers) else [f"answers out of order: {order}"]
