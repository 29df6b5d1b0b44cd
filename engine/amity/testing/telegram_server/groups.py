"""Groups as a test handles them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from amity.testing.telegram_server.accounts import BotAccount, User
from amity.testing.telegram_server.chats import ADMINISTRATOR_RIGHTS, GroupChat, Topic
from amity.testing.telegram_server.view import Shown, show
from amity.testing.telegram_server.world import World

if TYPE_CHECKING:
    from amity.testing.telegram_server.person import Person

__all__ = ["Group"]


class Group:
    """A group, a supergroup or a forum. Who does something in it is always somebody who is in it.

    Attributes:
        chat: What the server keeps of it.
    """

    def __init__(self, world: World, chat: GroupChat) -> None:
        self.chat = chat
        self._world = world

    @property
    def id(self) -> int:
        """Its number, as bots know it."""
        return self.chat.id

    @property
    def title(self) -> str:
        """Its name."""
        return self.chat.title

    @property
    def messages(self) -> Sequence[Shown]:
        """What everybody can read in it now."""
        shown = (show(message) for message in self.chat.messages.values())
        return [one for one in shown if one is not None]

    def _creator(self) -> User:
        """Return who does what nobody is named for: the creator, or else any member."""
        inside = [member for member in self.chat.members.values() if member.inside]
        for member in inside:
            if member.status == "creator":
                return member.user
        if not inside:
            raise ValueError("nobody is in this group who could do that")
        return inside[0].user

    def add(self, who: "Person | BotAccount", *, by: "Person | None" = None) -> None:
        """Bring somebody into the group; a person who is not brought by another joins.

        The first person in a group is its creator.
        """
        user = who.user
        first = not any(member.inside for member in self.chat.members.values())
        if isinstance(who, BotAccount) and not who.joins_groups:
            raise ValueError("this bot cannot be added to groups")
        actor = by.user if by is not None else user
        if isinstance(who, BotAccount) and by is None:
            actor = self._creator()
        status = "creator" if first else "member"
        self._world.set_member(self.chat, user, actor, status=status)
        if not first:
            self._service(actor, {"new_chat_members": [user.as_json()]})

    def remove(self, who: "Person | BotAccount", *, by: "Person | None" = None) -> None:
        """Throw somebody out for good."""
        actor = by.user if by is not None else self._creator()
        self._service(actor, {"left_chat_member": who.user.as_json()})
        self._world.set_member(self.chat, who.user, actor, status="kicked")

    def leave(self, who: "Person | BotAccount") -> None:
        """Let somebody leave."""
        self._service(who.user, {"left_chat_member": who.user.as_json()})
        self._world.set_member(self.chat, who.user, who.user, status="left")

    def promote(
        self,
        who: "Person | BotAccount",
        *,
        rights: Sequence[str] = ADMINISTRATOR_RIGHTS,
        by: "Person | None" = None,
    ) -> None:
        """Make somebody an administrator with these rights."""
        self._set(who, by, status="administrator", rights=dict.fromkeys(rights, True))

    def demote(self, who: "Person | BotAccount", *, by: "Person | None" = None) -> None:
        """Make somebody a plain member again."""
        self._set(who, by, status="member")

    def mute(self, who: "Person | BotAccount", *, by: "Person | None" = None) -> None:
        """Let somebody read but not write."""
        self._set(who, by, status="restricted")

    def _set(self, who: "Person | BotAccount", by: "Person | None", **place: Any) -> None:
        actor = by.user if by is not None else self._creator()
        self._world.set_member(self.chat, who.user, actor, **place)

    def topic(self, name: str, *, by: "Person | None" = None) -> Topic:
        """Open a topic in a forum.

        Raises:
            ValueError: This group is no forum.
        """
        if not self.chat.forum:
            raise ValueError("this group is no forum: make it with forum=True")
        actor = by.user if by is not None else self._creator()
        return self._world.open_topic(self.chat, actor, name)

    def upgrade(self) -> "Group":
        """Turn a basic group into a supergroup, which is another chat with another number."""
        old = self.chat
        new = self._world.add_group(old.title, supergroup=True, forum=False)
        new.members = dict(old.members)
        new.bots = dict(old.bots)
        creator = self._creator()
        self._service(creator, {"migrate_to_chat_id": new.id})
        old.became = new
        self._world.post(new, creator, {"migrate_from_chat_id": old.id}, service=True)
        return Group(self._world, new)

    def _service(self, actor: User, content: dict[str, Any]) -> None:
        self._world.post(self.chat, actor, content, service=True)
