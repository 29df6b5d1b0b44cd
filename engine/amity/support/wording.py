"""How tickets are worded, for the person and for the operators."""

from collections.abc import Sequence

from amity.clock import day_of
from amity.message import Button, Buttons, Part, Text
from amity.render import Block, Break, Document, Inline, Paragraph, Quote, Run, to_markdown
from amity.sealed import SealedText
from amity.support.ports import SupportPlan, Texts
from amity.support.ticket import Kind, Ticket, TicketMessage
from amity.support.topics import TicketState

__all__ = ["Wording", "literal", "quoted"]


def literal(text: str) -> str:
    """Return somebody's words as Markdown that shows them as they wrote them, line by line."""
    return to_markdown(Document(_paragraphs(text)))


def quoted(text: str) -> str:
    """Return somebody's words as a quotation that shows them as they wrote them."""
    blocks = _paragraphs(text)
    return to_markdown(Document((Quote(blocks),) if blocks else ()))


def _paragraphs(text: str) -> tuple[Block, ...]:
    found: list[Block] = []
    lines: list[Inline] = []
    for line in [*map(str.strip, text.splitlines()), ""]:
        if line:
            lines += [Break(), Run(line)] if lines else [Run(line)]
        elif lines:
            found.append(Paragraph(tuple(lines)))
            lines = []
    return tuple(found)


class Wording:
    """Words tickets. Whose words are quoted can mark nothing up."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def _facts(self, language: str, ticket: Ticket) -> dict[str, str | int]:
        return {
            "number": ticket.number,
            "topic": self._texts.text(language, f"support.topic.{ticket.topic}"),
            "due": day_of(ticket.due_at) if ticket.due_at is not None else "–",
            "state": self._texts.text(language, f"desk.state.{ticket.state}"),
        }

    # ------------------------------------------------------------------ to the person

    def to_person(self, ticket: Ticket, message: TicketMessage) -> tuple[Part, ...]:
        """Return an answer or a notice as the person reads it."""
        language = self._texts.best(ticket.language)
        facts = self._facts(language, ticket)
        if message.kind is Kind.NOTICE:
            return _text(self._texts.text(language, f"support.{message.verb}", **facts))
        heading = self._texts.text(language, "support.answer", **facts)
        hint = self._texts.text(language, "support.answer.hint", **facts)
        words = literal(message.body.reveal() if message.body is not None else "")
        return _text(f"{heading}\n\n{words}\n\n{hint}")

    def own_words(self, message: TicketMessage) -> tuple[Part, ...]:
        """Return the person's own words as they wrote them."""
        return (Text(message.body),) if message.body is not None else ()

    # ------------------------------------------------------------------ to the operators

    def to_desk(
        self, plan: SupportPlan, ticket: Ticket, message: TicketMessage, *, blocked: bool
    ) -> tuple[Part, ...]:
        """Return a request or a note as the operators read it: no name, no account."""
        language = plan.language
        facts = self._facts(language, ticket)
        if message.kind is Kind.NOTE:
            return _text(self._texts.text(language, f"desk.{message.verb}", **facts))
        key = "desk.request" if message.revised == 0 else "desk.corrected"
        if message.body is None:
            return _text(self._texts.text(language, "desk.taken_back", **facts))
        speaks = self._texts.text(self._texts.best(ticket.language), "language.name")
        heading = self._texts.text(language, key, **facts, language=speaks)
        words = f"{heading}\n\n{quoted(message.body.reveal())}"
        hints = ("desk.hint", "desk.blocked") if blocked else ("desk.hint",)
        words = "\n\n".join([words, *(self._texts.text(language, hint) for hint in hints)])
        return (*_text(words), self._buttons(language, ticket, blocked=blocked))

    def _buttons(self, language: str, ticket: Ticket, *, blocked: bool) -> Buttons:
        number = str(ticket.number)
        names = ("reopen", "refuse") if blocked else ("close",)
        return Buttons(
            (
                tuple(
                    Button(
                        label=self._texts.text(language, f"desk.{name}.label"),
                        command=name,
                        argument=number,
                    )
                    for name in names
                ),
            )
        )

    def line(self, language: str, ticket: Ticket, *, now: int) -> str:
        """Return a ticket as a line of a list."""
        overdue = ticket.due_at is not None and ticket.due_at <= now
        key = "desk.line.overdue" if overdue else "desk.line"
        if ticket.state is not TicketState.OPEN:
            key = "desk.line.settled"
        return self._texts.text(language, key, **self._facts(language, ticket))

    def whole(self, language: str, ticket: Ticket, messages: Sequence[TicketMessage]) -> str:
        """Return a ticket with all that was written in it."""
        heading = self._texts.text(language, "desk.whole", **self._facts(language, ticket))
        said = [
            f"{self._texts.text(language, f'desk.by.{m.kind}', day=day_of(m.time))}\n"
            f"{quoted(m.body.reveal())}"
            for m in messages
            if m.body is not None
        ]
        return "\n\n".join([heading, *said])


def _text(words: str) -> tuple[Part, ...]:
    return (Text(SealedText(words)),)
