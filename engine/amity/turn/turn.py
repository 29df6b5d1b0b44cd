"""One turn: what the stages hand on to each other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from amity.memory.conversations import Conversation, Place
from amity.message import OutboundKind, Part, Text, text_of
from amity.models.contract import ChatMessage, ChatRequest, Usage
from amity.people import Person
from amity.persona import Persona, Rating
from amity.privacy import Pseudonyms
from amity.sealed import SealedText
from amity.store.contract import Operation
from amity.turn.channel import Channel
from amity.turn.words import Heard

__all__ = ["Flow", "Incoming", "Saying", "Stage", "Turn"]


class Flow(StrEnum):
    """What a stage says about the way on."""

    ON = "on"
    DELIVER = "deliver"  # the service has answered; go straight to deliver
    DROP = "drop"  # nothing is to be said and nothing kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message in its lane.

    Attributes:
        id: The row's id; empty if the message is not kept (from somebody who is blocked).
        event: ``message``, ``edited`` or ``deleted``.
        parts: What was said; empty for an envelope.
        heard: The word, if it is one.
        platform_id: The platform's message id.
        time: When it was said, as the platform says.
        generation: The conversation's generation when it was committed.
        standalone: True if it must be a turn of its own.
        position: Its place in the journal.
        ephemeral: True if what answers it can be shown to the person alone, in a shared chat.
        adult: True if it was said in a place that is marked as one for adults.
        reply_to: The platform's id of the message that it replies to; empty for none.
        edits: The rows of the edits that came while it waited; the last one's words are in
            ``parts``. Those of a message that became a word or was deleted go on with that event.
    """

    id: str
    event: str
    parts: tuple[Part, ...]
    heard: Heard | None
    platform_id: str
    time: int = 0
    generation: int = 0
    standalone: bool = False
    position: str = ""
    ephemeral: bool = False
    adult: bool = False
    reply_to: str = ""
    edits: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Saying:
    """Something the service, or the persona without a model, says in a turn."""

    parts: tuple[Part, ...]
    kind: OutboundKind = OutboundKind.NOTICE
    private: bool = False


@dataclass(slots=True, kw_only=True)
class Turn:
    """What one turn knows. Stages read and fill it in the order of the line.

    Attributes:
        id: The turn's id, which is also its reply's id.
        channel: Where it happens.
        place: Where on the channel.
        person: Who; may be a ghost (blocked, nothing stored).
        account: Keyed hash of a ghost's account; empty for whoever is stored.
        conversation_id: Its id; empty for a ghost.
        conversation: ``None`` for a ghost, and before arrive.
        persona: Who answers.
        language: In which the service speaks.
        messages: What is answered. Messages that join are added.
        sayings: What the service says before the reply.
        hints: Sentences for the prompt from earlier stages.
        history: The last words, filled by recall.
        request: Filled by compose.
        stream: The reply's words; set by answer, wrapped by guard, drained by deliver.
        asked: What is answered, where that is not simply ``messages``: a question asked anew.
        replaces: The reply this one stands in for.
        commit: Writes that must be committed with whatever this turn answers.
        if_answered: Writes that are committed only if the persona answers.
        after: What is to be done once the answer is committed and sent.
        keep: False if nothing of this turn may be stored, because what it would be stored with was
            erased in it.
        usage: What the reply cost, once it is known.
        model: Which model answered.
        cut: True if the reply ended early.
        failed: True if the messages stay unanswered.
        pieces: The reply's words as deliver got them.
        restarts: How often the words so far were taken back, because they were reasoning.
        closing: What the service says after the reply.
        pseudonyms: What stands for the person's names in the request.
        disclosed: True if the person is told in this turn that this is software.
        asked_if_human: True if the person asks whether they talk with a human being.
        barred: True if what was said must reach no model, neither now nor as history.
        unkept: True if what was said is used for the answer and not kept: its platform forbids it.
        revised: True if words were put in place of others to which more was said since: they are
            judged, and not answered anew.
        aloud: True if what is said may be seen by everybody in the chat, whatever it answers.
        stopped_another: True if a running reply was ended for this turn.
        shown: True once words of the reply were handed on; nothing joins from then on.
        draft: The platform's id of the message that shows the words so far, where there is one.
        announced: True once what the service says before the reply was sent; nothing joins then.
        resumed: True if a former process had begun this turn.
        intended: True once the store knows that this turn answers.
        stranded: True if the store was away when the answer was to be committed: it is tried again.
        finishing: True once the answer is complete and being committed; nothing ends it any more.
    """

    id: str
    channel: Channel
    place: Place
    person: Person
    conversation_id: str
    conversation: Conversation | None
    persona: Persona
    language: str
    messages: list[Incoming]
    started: int
    sayings: list[Saying] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    history: list[ChatMessage] = field(default_factory=list)
    request: ChatRequest | None = None
    stream: AsyncIterator[SealedText] | None = None
    asked: tuple[Incoming, ...] = ()
    replaces: str = ""
    commit: list[Operation] = field(default_factory=list)
    if_answered: list[Operation] = field(default_factory=list)
    after: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    keep: bool = True
    usage: Usage | None = None
    model: str = ""
    cut: bool = False
    failed: bool = False
    shown: bool = False
    draft: str = ""
    account: str = ""
    announced: bool = False
    resumed: bool = False
    intended: bool = False
    stranded: bool = False
    finishing: bool = False
    closing: str = ""
    restarts: int = 0
    pseudonyms: Pseudonyms | None = None
    disclosed: bool = False
    asked_if_human: bool = False
    barred: bool = False
    unkept: bool = False
    revised: bool = False
    aloud: bool = False
    stopped_another: bool = False
    pieces: list[str] = field(default_factory=list, repr=False)

    @property
    def words(self) -> SealedText | None:
        """The reply's words so far; ``None`` if there are none."""
        text = "".join(self.pieces).strip()
        return SealedText(text) if text else None

    @property
    def heard(self) -> Heard | None:
        """The word, if the turn is one."""
        return self.messages[0].heard if self.messages else None

    @property
    def joinable(self) -> bool:
        """Whether another message can still become part of what is answered."""
        return (
            not self.shown
            and not self.announced
            and not self.finishing
            and not self.sayings
            and self.heard is None
            and not any(m.standalone or m.event != "message" for m in self.messages)
        )

    @property
    def confidential(self) -> bool:
        """Whether in a shared chat nobody else may see what is said in this turn."""
        if self.place.private:
            return False
        word = self.heard.word if self.heard is not None else None
        return (word is not None and word.personal) or all(m.ephemeral for m in self.messages)

    @property
    def answers(self) -> tuple[str, ...]:
        """The platform ids of the messages that the reply answers."""
        return tuple(m.platform_id for m in self.asked or self.messages if m.platform_id)

    @property
    def quote(self) -> str | None:
        """The platform id of the message that the reply quotes: in a group, if the channel can."""
        quotes = self.channel.manifest.capabilities.quotes and not self.place.private
        return self.answers[-1] if quotes and self.answers else None

    @property
    def said(self) -> SealedText:
        """The words that are answered, one paragraph a message."""
        texts = (text_of(m.parts).reveal() for m in self.asked or self.messages)
        return SealedText("\n".join(text for text in texts if text))

    def suits(self, persona: Persona) -> bool:
        """Whether a persona may speak where this turn happens (see ``PlatformRules``)."""
        rules = self.channel.manifest.rules
        if persona.rating is not Rating.ADULT or not rules.adult_only_in_marked_channels:
            return True
        return all(message.adult for message in self.messages)

    def say(self, text: str, *more: Part, kind: OutboundKind = OutboundKind.NOTICE) -> None:
        """Add something that the service says."""
        self.sayings.append(Saying(parts=(Text(SealedText(text)), *more), kind=kind))


Stage = Callable[[Turn], Awaitable[Flow]]
