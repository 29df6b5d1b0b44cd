"""``amity ticket …``: reading and answering what people asked the operators."""

import argparse
import sys

from amity.cli.output import show, table
from amity.cli.session import answer

__all__ = ["close", "list_tickets", "refuse", "reopen", "reply", "show_ticket"]


def list_tickets(options: argparse.Namespace) -> int:
    """List tickets; 1 where one is overdue. What was written is not shown."""
    said = answer(options, "ticket.list", {"closed": options.all})
    tickets = said["tickets"]
    rows = [
        [
            t["number"],
            t["topic"],
            "overdue" if t["overdue"] else t["state"],
            t["opened"],
            t["due"] or "",
            t["language"],
        ]
        for t in tickets
    ]
    headings = ["NUMBER", "TOPIC", "STATE", "OPENED", "DUE", "LANGUAGE"]
    show(options, said, table(headings, rows) if rows else ["there are no tickets"])
    return 1 if any(t["overdue"] for t in tickets) else 0


def show_ticket(options: argparse.Namespace) -> int:
    """Show a ticket with all that was written in it."""
    said = answer(options, "ticket.show", {"number": options.number})
    lines = [f"ticket {said['number']}: {said['topic']}, {said['state']}"]
    if said["due"]:
        lines.append(f"to be answered by {said['due']}")
    for message in said["messages"]:
        lines += ["", f"{message['from']}, {message['time']}:", message["words"]]
    show(options, said, lines)
    return 0


def reply(options: argparse.Namespace) -> int:
    """Answer a ticket, with words from the command line or, for ``-``, from standard input."""
    words = sys.stdin.read() if options.text == "-" else options.text
    said = answer(options, "ticket.reply", {"number": options.number, "words": words})
    where = "" if said["running"] else "; it is sent when Amity runs"
    show(options, said, [f"ticket {said['number']}: the answer is on its way{where}"])
    return 0


def close(options: argparse.Namespace) -> int:
    """End a ticket; the person is told."""
    said = answer(options, "ticket.close", {"number": options.number})
    show(options, said, [f"ticket {said['number']} is closed"])
    return 0


def reopen(options: argparse.Namespace) -> int:
    """Say yes to an appeal: the account is open again."""
    said = answer(options, "ticket.reopen", {"number": options.number})
    show(options, said, [f"ticket {said['number']}: the account is open again"])
    return 0


def refuse(options: argparse.Namespace) -> int:
    """Say no to an appeal: the account stays as it is."""
    said = answer(options, "ticket.refuse", {"number": options.number})
    show(options, said, [f"ticket {said['number']}: the account stays as it is"])
    return 0
