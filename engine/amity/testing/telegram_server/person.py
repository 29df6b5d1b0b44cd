"""People: what they do in their chats."""

from collections.abc import Mapping, Sequence
from typing import Any

from amity.testing.telegram_server.accounts import BotAccount, User
from amity.testing.telegram_server.chats import Chat, GroupChat, PrivateChat
from amity.testing.telegram_server.entities import detect
from amity.testing.telegram_server.groups import Group
from amity.testing.telegram_server.media import Media
from amity.testing.telegram_server.messages import StoredMessage
from amity.testing.telegram_server.queries import CALLBACK_SECONDS
from amity.testing.telegram_server.reactions import react
from amity.testing.telegram_server.seen import SeenChat
from amity.testing.telegram_server.spans import units
from amity.testing.telegram_server.view import Button, Shown, show
from amity.testing.telegram_server.waiting import Payment, Press
from amity.testing.telegram_server.world import World

__all__ = ["OpenChat", "Person"]

_FRESH = ("text", "entities", "caption", "caption_entities")


class Person:
    """Somebody with a Telegram account.

    Attributes:
        user: The account.
    """

    def __init__(self, world: World, user: User) -> None:
        self.user = user
        self._world = world
        self._open: dict[tuple[int, int], OpenChat] = {}

    @property
    def id(self) -> int:
        """The account's number."""
        return self.user.id

    @property
    def name(self) -> str:
        """First and last name."""
        return self.user.full_name

    def open(self, place: BotAccount | Group, *, topic: int = 0) -> "OpenChat":
        """Open the chat with a bot, or a group, or one topic of a forum.

        The same place gives the same chat, with what was read of it.
        """
        if isinstance(place, Group):
            chat: Chat = place.chat
            key = (place.id, topic)
        else:
            chat = self._world.private(place, self.user)
            key = (place.id, topic)
        if key not in self._open:
            self._open[key] = OpenChat(self._world, self, chat, topic)
        return self._open[key]

    def delete_account(self) -> None:
        """Leave Telegram."""
        self.user.deleted = True


class OpenChat(SeenChat):
    """A chat that a person has open: all that they see in it, and all that they do there.

    Attributes:
        person: Who.
    """

    def __init__(self, world: World, person: Person, chat: Chat, topic: int) -> None:
        super().__init__(world, person.user, chat, topic)
        self.person = person

    def say(
        self,
        text: str,
        *,
        reply_to: Shown | int | None = None,
        quote: str = "",
        entities: Sequence[Mapping[str, Any]] = (),
        ago: float = 0,
    ) -> Shown:
        """Write words.

        Args:
            text: The words.
            reply_to: The message that they answer.
            quote: Words of that message that are quoted.
            entities: How parts of them are shown, in UTF-16 units; links, mentions and commands
                are found by themselves.
            ago: How many seconds they lie back already when the server gets them.
        """
        content = self._text_content(text, entities)
        return self._post(content, reply_to=reply_to, quote=quote, ago=ago)

    def _text_content(
        self, text: str, entities: Sequence[Mapping[str, Any]] = ()
    ) -> dict[str, Any]:
        content: dict[str, Any] = {"text": text}
        if found := detect(text, entities):
            content["entities"] = found
        return content

    def start(self, payload: str = "") -> Shown:
        """Press Start, or follow a link with a payload to it."""
        return self.say(f"/start {payload}".strip())

    def _post(
        self,
        content: dict[str, Any],
        *,
        reply_to: Shown | int | None = None,
        quote: str = "",
        ago: float = 0,
        **about: Any,
    ) -> Shown:
        chat = self.chat
        self._be_there()
        replied = self._there(reply_to) if reply_to is not None else None
        if replied is not None and quote:
            at = replied.text.find(quote)
            if at < 0:
                raise ValueError("the quoted words do not stand in that message")
            position = units(replied.text[:at])
            about["quote"] = {"text": quote, "position": position, "is_manual": True}
        thread = self.topic or (replied.thread if replied is not None and chat.is_forum else 0)
        message = self._world.post(
            chat, self.person.user, content, reply_to=replied, thread=thread, ago=ago, **about
        )
        return self._shown(message)

    def _shown(self, message: StoredMessage) -> Shown:
        shown = show(message)
        assert shown is not None
        return shown

    def _be_there(self) -> None:
        """Make sure that the person can write here."""
        chat = self.chat
        if isinstance(chat, GroupChat):
            member = chat.member(self.person.user)
            if not member.inside or member.status == "restricted":
                raise ValueError(f"{self.person.name} cannot write in this group")
        elif isinstance(chat, PrivateChat):
            if chat.blocked:
                raise ValueError(f"{self.person.name} has blocked the bot: unblock it first")
            chat.started = True

    def _own(self, which: Shown | int, doing: str) -> StoredMessage:
        """Return one of the person's own messages."""
        message = self._there(which)
        if message.sender is not self.person.user:
            raise ValueError(f"a person can only {doing} their own messages")
        return message

    def _there(self, which: Shown | int) -> StoredMessage:
        """Return the stored message of one that is shown."""
        number = which if isinstance(which, int) else which.id
        message = self.chat.find(number)
        if message is None:
            raise ValueError(f"message {number} is not there")
        return message

    def press(self, label: str, *, message: Shown | int | None = None) -> Press:
        """Press an inline button, by its label, below this message or the newest that has it.

        Raises:
            ValueError: There is no such button, or pressing it tells the bot nothing.
        """
        self._be_there()
        number, button = self._button(label, message)
        if button.data is None:
            raise ValueError(f"the button {label!r} tells the bot nothing when it is pressed")
        stored = self._there(number)
        bot = self._world.bot_of(stored.sender)
        assert bot is not None
        query = self._world.queries.ask(
            self._world.number(), bot, self.person.user, seconds=CALLBACK_SECONDS
        )
        body = {
            "id": query.id,
            "from": self.person.user.as_json(),
            "message": self._world.writer(bot).message(stored),
            "chat_instance": str(abs(self.chat.id) * 7919 + bot.id),
            "data": button.data,
        }
        bot.updates.add("callback_query", body, lane=self.chat.id)
        return Press(self._world, query)

    def _button(self, label: str, message: Shown | int | None) -> tuple[int, Button]:
        if message is None:
            candidates = list(reversed(self.messages))
        else:
            shown = self.message(message if isinstance(message, int) else message.id)
            candidates = [] if shown is None else [shown]
        for shown in candidates:
            button = shown.button(label)
            if button is not None:
                return shown.id, button
        there = sorted({one.text for shown in candidates for row in shown.buttons for one in row})
        raise ValueError(f"there is no button {label!r}; there are {there}")

    def send(
        self,
        media: Media,
        *,
        caption: str = "",
        reply_to: Shown | int | None = None,
        ago: float = 0,
    ) -> Shown:
        """Send a file, a place, a contact or whatever else is no words."""
        return self._post(self._media_content(media, caption), reply_to=reply_to, ago=ago)

    def send_album(
        self, items: Sequence[Media], *, caption: str = "", reply_to: Shown | int | None = None
    ) -> Sequence[Shown]:
        """Send several files as one album: the caption stands below the first."""
        album = str(13_900_000_000_000_000 + self._world.number())
        return [
            self._post(
                self._media_content(item, caption if number == 0 else ""),
                reply_to=reply_to,
                album=album,
            )
            for number, item in enumerate(items)
        ]

    def _media_content(self, media: Media, caption: str) -> dict[str, Any]:
        content = media.content(self._world.files)
        if caption:
            content["caption"] = caption
            if found := detect(caption):
                content["caption_entities"] = found
        return content

    def forward(
        self, text: str = "", *, media: Media | None = None, author: User | str, ago: float = 0
    ) -> Shown:
        """Forward something that somebody else wrote.

        Args:
            text: The words, or the caption.
            media: The file.
            author: Who wrote it; a bare name for somebody whose account is hidden.
            ago: How many seconds before now it was written.
        """
        written: dict[str, Any] = {"date": int(self._world.clock.time() - ago)}
        if isinstance(author, User):
            origin = {"type": "user", **written, "sender_user": author.as_json()}
        else:
            origin = {"type": "hidden_user", **written, "sender_user_name": author}
        content = self._text_content(text) if media is None else self._media_content(media, text)
        return self._post(content, forward_origin=origin)

    def edit(self, message: Shown | int, text: str) -> Shown:
        """Change the words, or the caption, of one's own message."""
        stored = self._own(message, "edit")
        words = "text" if "text" in stored.content else "caption"
        content = {name: value for name, value in stored.content.items() if name not in _FRESH}
        content[words] = text
        if found := detect(text):
            content["entities" if words == "text" else "caption_entities"] = found
        stored.content = content
        stored.edited = self._world.clock.now()
        self._world.changed(stored)
        return self._shown(stored)

    def delete(self, message: Shown | int) -> None:
        """Take a message away for everybody. Telegram tells bots nothing of it."""
        stored = self._there(message)
        if isinstance(self.chat, GroupChat):
            stored = self._own(message, "delete")
        stored.deleted = True
        self._world.changes.notify()

    def react(self, message: Shown | int, *emoji: str) -> None:
        """Put these reactions on a message in place of those put before; none takes them off."""
        reactions = [{"type": "emoji", "emoji": one} for one in emoji]
        react(self._world, self._there(message), self.person.user, reactions)

    def stop_draft(self) -> None:
        """Press Stop on the reply that is being written.

        Raises:
            ValueError: None is, or it has no such button.
        """
        draft = self.draft
        if draft is None or not draft.can_stop or not isinstance(self.chat, PrivateChat):
            raise ValueError("there is no Stop button")
        if draft.draft_id in self.chat.drafts.stopped:
            raise ValueError("this draft was stopped already")
        self.chat.drafts.stop(draft)
        body: dict[str, Any] = {"chat": self.chat.as_json(), "draft_id": draft.draft_id}
        if draft.thread:
            body["message_thread_id"] = draft.thread
        self.chat.bot.updates.add("stopped_message_generation", body, lane=self.chat.id)
        self._world.changes.notify()

    def block(self) -> None:
        """Block the bot."""
        self._world.set_blocked(self._private("block"), blocked=True)

    def unblock(self) -> None:
        """Take that back."""
        self._world.set_blocked(self._private("unblock"), blocked=False)

    def _private(self, doing: str) -> PrivateChat:
        if isinstance(self.chat, PrivateChat):
            return self.chat
        raise ValueError(f"a person can only {doing} the bot of a private chat")

    def pay(self, what: Shown | int | str) -> Payment:
        """Pay an invoice: a message, or the link of one.

        Raises:
            ValueError: It is no invoice.
        """
        payments = self._world.payments
        chat: Chat = self.chat
        if isinstance(what, str):
            invoice = payments.by_slug.get(what.rpartition("$")[2])
        else:
            invoice = payments.by_message.get(self._there(what))
        if invoice is None:
            raise ValueError("this is no invoice")
        if isinstance(what, str):
            chat = self._world.private(invoice.bot, self.person.user)
        return Payment(self._world, self._world.check_out(self.person.user, invoice, chat))
