"""The server's world: accounts, chats, files and the clock, and how something gets into it."""

import re
from collections.abc import Iterator
from typing import Any, Final

from amity.testing.telegram_server.accounts import BotAccount, User, make_token
from amity.testing.telegram_server.chats import Chat, GroupChat, Member, PrivateChat, Topic
from amity.testing.telegram_server.clock import Changes, ServerClock
from amity.testing.telegram_server.errors import ApiError
from amity.testing.telegram_server.files import FileStore
from amity.testing.telegram_server.messages import StoredMessage, Writer
from amity.testing.telegram_server.payments import Charge, Invoice, Payments
from amity.testing.telegram_server.queries import CHECKOUT_SECONDS, CheckoutAnswer, Queries, Query
from amity.testing.telegram_server.updates import UpdateQueue
from amity.testing.telegram_server.webhook import Webhooks

__all__ = ["World"]

# Numbers that do not fit into 32 bits, as most are today.
_FIRST_PERSON: Final = 7_100_000_001
_FIRST_BOT: Final = 8_200_000_001
_FIRST_GROUP: Final = -5_300_000_001
_FIRST_SUPERGROUP: Final = -1_002_400_000_001
_FIRST_UPDATE: Final = 510_000_001


class World:
    """Everything that the server knows; nothing of it outlives the process.

    Attributes:
        changes: Wakes whoever waits for something to happen.
        clock: The server's clock.
        files: The files.
        people: The people, by number.
        bots: The bots, by token.
        groups: The groups, by number.
        privates: The private chats, by the numbers of bot and person.
        queries: What bots must answer in time.
        payments: What was asked for and paid.
        webhooks: What brings updates to the bots that do not poll.
        download_limit: The greatest size in bytes of a file that ``getFile`` gives.
    """

    def __init__(self) -> None:
        self.changes = Changes()
        self.clock = ServerClock(self.changes)
        self.files = FileStore()
        self.people: dict[int, User] = {}
        self.bots: dict[str, BotAccount] = {}
        self.groups: dict[int, GroupChat] = {}
        self.privates: dict[tuple[int, int], PrivateChat] = {}
        self.queries = Queries(self.clock)
        self.payments = Payments()
        self.webhooks = Webhooks(self.clock, self.changes)
        self.download_limit = 20 * 1024 * 1024
        self._numbers = 0
        self._checkouts: dict[str, tuple[Invoice, Chat]] = {}

    def number(self) -> int:
        """Return a number that was not given out before, for queries, albums and the like."""
        self._numbers += 1
        return self._numbers

    def add_person(self, user_name: str, **about: Any) -> User:
        """Open an account for a person."""
        first, _, last = user_name.partition(" ")
        user = User(id=_FIRST_PERSON + len(self.people), first_name=first, last_name=last, **about)
        self.people[user.id] = user
        return user

    def add_bot(self, name: str, *, username: str, token: str, **about: Any) -> BotAccount:
        """Make a bot.

        Raises:
            ValueError: The token has another form than Telegram's, or is taken.
        """
        number = _FIRST_BOT + len(self.bots)
        if token:
            head, colon, tail = token.partition(":")
            if not colon or not head.isdigit() or not tail:
                raise ValueError("a token is a number, a colon and a secret")
            number = int(head)
        if any(bot.id == number for bot in self.bots.values()):
            raise ValueError("this bot exists already")
        bot = BotAccount(
            user=User(
                id=number,
                first_name=name,
                username=username or self._free_username(name),
                is_bot=True,
            ),
            token=token or make_token(number),
            updates=UpdateQueue(
                self.clock, self.changes, first=_FIRST_UPDATE + 1_000_000 * len(self.bots)
            ),
            **about,
        )
        self.bots[bot.token] = bot
        return bot

    def _free_username(self, name: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "some"
        taken = {bot.username.lower() for bot in self.bots.values()}
        wanted = [f"{base}_bot", *(f"{base}{number}_bot" for number in range(2, 1000))]
        return next(username for username in wanted if username not in taken)

    def add_group(self, title: str, *, supergroup: bool, forum: bool) -> GroupChat:
        """Make a group that nobody is in."""
        first = _FIRST_SUPERGROUP if supergroup else _FIRST_GROUP
        group = GroupChat(first - len(self.groups), title=title, supergroup=supergroup, forum=forum)
        self.groups[group.id] = group
        return group

    def private(self, bot: BotAccount, person: User) -> PrivateChat:
        """Return what a person and a bot share, also when neither has written yet."""
        key = (bot.id, person.id)
        if key not in self.privates:
            self.privates[key] = PrivateChat(bot, person, self.clock)
        return self.privates[key]

    def bot_of(self, user: User) -> BotAccount | None:
        """Return the bot that an account belongs to; ``None`` for a person's."""
        return next((bot for bot in self.bots.values() if bot.user is user), None)

    def writer(self, bot: BotAccount) -> Writer:
        """Return what writes messages as this bot gets them."""
        return Writer(self.files, bot.id)

    def post(
        self, chat: Chat, sender: User, content: dict[str, Any], *, ago: float = 0, **about: Any
    ) -> StoredMessage:
        """Put a message into a chat and tell the bots that hear it.

        Args:
            chat: Where.
            sender: Who writes.
            content: What, as ``StoredMessage.content``.
            ago: How many seconds the message lies back already.
            about: More fields of ``StoredMessage``.
        """
        message = StoredMessage(
            chat=chat,
            id=chat.take_id(),
            sender=sender,
            date=int(self.clock.time() - ago),
            content=content,
            **about,
        )
        self._place(message)
        chat.messages[message.id] = message
        if isinstance(chat, GroupChat) and sender.is_bot and not message.service:
            chat.last_bot = self.bot_of(sender)
        elif isinstance(chat, PrivateChat) and sender is chat.bot.user:
            chat.drafts.message_came(message.thread)
        self.files.remember(content)
        for bot in list(chat.hearers(message)):
            self.tell(bot, "message", message)
        self.changes.notify()
        return message

    def _place(self, message: StoredMessage) -> None:
        """Give a message its thread, and the reply that Telegram adds within topics."""
        chat = message.chat
        if message.thread in chat.topics:
            message.topic = True
            if message.reply_to is None and not message.service:
                # What stands in a topic answers the message that tells of the topic's creation.
                message.reply_to = chat.find(message.thread)
        elif isinstance(chat, GroupChat) and chat.supergroup and not message.thread:
            replied = message.reply_to
            if replied is not None and replied.chat is chat and not chat.forum:
                message.thread = replied.thread or replied.id

    def tell(self, bot: BotAccount, kind: str, message: StoredMessage) -> None:
        """Tell a bot of a message, under an update of this kind."""
        bot.updates.add(kind, self.writer(bot).message(message), lane=message.chat.id)

    def changed(self, message: StoredMessage) -> None:
        """Tell the bots that hear a message that it was edited."""
        for bot in list(message.chat.hearers(message)):
            self.tell(bot, "edited_message", message)
        self.changes.notify()

    def knows(self, bot: BotAccount, person: User) -> bool:
        """Say whether a bot has met a person: in private, or in a group that both are in."""
        chat = self.privates.get((bot.id, person.id))
        if chat is not None and chat.started:
            return True
        return any(
            group.member(bot.user).inside and group.member(person).inside
            for group in self.groups.values()
        )

    def set_member(self, group: GroupChat, user: User, by: User, **place: Any) -> None:
        """Change somebody's place in a group and tell the bots that may know."""
        old = group.member(user)
        new = Member(user=user, **place)
        if old.status == new.status and old.rights == new.rights:
            return
        group.members[user.id] = new
        bot = self.bot_of(user)
        if bot is not None:
            group.bots[bot.id] = bot
        body = {
            "chat": group.as_json(),
            "from": by.as_json(),
            "date": self.clock.now(),
            "old_chat_member": old.as_json(),
            "new_chat_member": new.as_json(),
        }
        if bot is not None:
            bot.updates.add("my_chat_member", body, lane=group.id)
        for other in self._administrators(group):
            if other is not bot:
                other.updates.add("chat_member", body, lane=group.id)
        self.changes.notify()

    def _administrators(self, group: GroupChat) -> Iterator[BotAccount]:
        for bot in group.bots.values():
            if group.member(bot.user).status == "administrator":
                yield bot

    def open_topic(
        self, chat: Chat, by: User, name: str, *, color: int = 0x6FB9F0, emoji: str = ""
    ) -> Topic:
        """Open a topic: a service message tells of it, and its number is the topic's."""
        created: dict[str, Any] = {"name": name, "icon_color": color}
        if emoji:
            created["icon_custom_emoji_id"] = emoji
        number = chat.next_number()
        topic = Topic(id=number, name=name, color=color, emoji=emoji)
        chat.topics[number] = topic
        self.post(chat, by, {"forum_topic_created": created}, service=True, thread=number)
        return topic

    def set_blocked(self, chat: PrivateChat, *, blocked: bool) -> None:
        """Let a person block a bot or take that back, and tell the bot."""
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        chat.bot.updates.add(
            "my_chat_member",
            {
                "chat": chat.as_json(),
                "from": chat.person.as_json(),
                "date": self.clock.now(),
                "old_chat_member": Member(user=chat.bot.user, status=old).as_json(),
                "new_chat_member": Member(user=chat.bot.user, status=new).as_json(),
            },
            lane=chat.id,
        )
        self.changes.notify()

    def check_out(self, person: User, invoice: Invoice, chat: Chat) -> Query:
        """Ask a bot whether a person may pay an invoice."""
        bot = invoice.bot
        query = self.queries.ask(self.number(), bot, person, seconds=CHECKOUT_SECONDS)
        self._checkouts[query.id] = invoice, chat
        bot.updates.add(
            "pre_checkout_query",
            {
                "id": query.id,
                "from": person.as_json(),
                "currency": "XTR",
                "total_amount": invoice.amount,
                "invoice_payload": invoice.payload,
            },
            lane=person.id,
        )
        return query

    def settle(self, query: Query) -> None:
        """Make the payment that a bot has agreed to, or leave it."""
        invoice, chat = self._checkouts.pop(query.id)
        assert isinstance(query.answer, CheckoutAnswer)
        if query.answer.ok:
            number = self.number()
            charge = Charge(
                id=f"stxCharge{number:012d}",
                invoice=invoice,
                person=query.person,
                date=self.clock.now(),
            )
            self.payments.charges[charge.id] = charge
            invoice.bot.stars += invoice.amount
            content = {"successful_payment": charge.as_json()}
            self.post(chat, query.person, content, service=True)
        self.changes.notify()


def refusal(error: ApiError) -> dict[str, Any]:
    """Return a refusal as the body of an answer."""
    body: dict[str, Any] = {
        "ok": False,
        "error_code": error.code,
        "description": error.description,
    }
    if error.parameters:
        body["parameters"] = error.parameters
    return body
