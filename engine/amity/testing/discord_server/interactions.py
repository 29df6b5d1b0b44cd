"""Interactions: what people do with an application, and its answers in time."""

import secrets
from typing import Any, Final

from amity.testing.discord_server.checks import check_modal
from amity.testing.discord_server.errors import Api, ApiError, invalid_form
from amity.testing.discord_server.flags import (
    InteractionType,
    MessageFlag,
    MessageType,
)
from amity.testing.discord_server.messages import Draft, Messages
from amity.testing.discord_server.model import (
    Attachment,
    Channel,
    Interaction,
    Json,
    Message,
    User,
)
from amity.testing.discord_server.world import Event, View, World

__all__ = ["Interactions"]

ANSWER_WITHIN: Final = 3.0
TOKEN_LIFE: Final = 15 * 60.0
MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, AUTOCOMPLETE, MODAL = 4, 5, 6, 7, 8, 9


class Interactions:
    """The interactions of all bots."""

    def __init__(self, world: World, messages: Messages, *, upload_limit: int) -> None:
        self._world = world
        self._messages = messages
        self._upload_limit = upload_limit

    # -------------------------------------------------------------------------------- beginning

    def begin(
        self,
        kind: InteractionType,
        *,
        application: User,
        user: User,
        channel: Channel,
        data: Json,
        message: Message | None = None,
        origin: Interaction | None = None,
    ) -> Interaction:
        """Tell a bot what a person did."""
        interaction = Interaction(
            id=self._world.ids.next(),
            token=f"aW50ZXJhY3Rpb246{secrets.token_urlsafe(64)}",
            type=kind,
            application=application,
            user=user,
            channel=channel,
            data=data,
            created=self._world.clock.now(),
            message=message,
            origin=origin,
        )
        self._world.interactions[interaction.token] = interaction

        def build(_: View) -> Json:
            interaction.delivered = True
            return self._payload(interaction)

        self._world.announce(
            Event(
                name="INTERACTION_CREATE",
                build=build,
                channel=channel if channel.guild is not None else None,
                only=application,
            )
        )
        self._world.changes.pulse()
        return interaction

    def _payload(self, interaction: Interaction) -> Json:
        world = self._world
        channel, user = interaction.channel, interaction.user
        guild = channel.guild
        found: Json = {
            "id": str(interaction.id),
            "application_id": str(interaction.application.id),
            "type": int(interaction.type),
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel": {
                **world.payloads.channel(channel, interaction.application),
                "permissions": str(int(world.permissions(channel, user))),
            },
            "channel_id": str(channel.id),
            "locale": user.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": {"0": "0" if guild is None else str(guild.id)},
            "context": 1 if guild is None else 0,
            "app_permissions": str(int(world.permissions(channel, interaction.application))),
            "attachment_size_limit": self._upload_limit,
        }
        if interaction.message is not None:
            found["message"] = world.payloads.message(
                interaction.message, interaction.application, granted=False
            )
        if guild is None:
            found["user"] = world.payloads.user(user)
        else:
            found["guild_id"] = str(guild.id)
            found["guild_locale"] = guild.locale
            found["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
            found["member"] = {
                **world.payloads.member(guild.members[user.id]),
                "permissions": str(int(world.permissions(channel, user))),
            }
        return found

    # --------------------------------------------------------------------------- the first answer

    def answer(self, id: int, token: str, body: Json, attachments: list[Attachment]) -> Interaction:
        """Take a bot's first answer.

        Raises ApiError 10062 later than three seconds or for an interaction that there is not,
        40060 for a second answer, 50035 for one that does not fit.
        """
        interaction = self._world.interactions.get(token)
        if interaction is None or interaction.id != id:
            raise Api.unknown("interaction")
        if interaction.callback is not None:
            raise Api.already_answered()
        if self._world.clock.now() - interaction.created > ANSWER_WITHIN:
            raise Api.unknown("interaction")
        kind = body.get("type")
        data = body.get("data") or {}
        _check_kind(interaction, kind)
        if kind in (MESSAGE, DEFERRED_MESSAGE):
            interaction.original = self._first_message(
                interaction, data, attachments, loading=kind == DEFERRED_MESSAGE
            )
        elif kind == UPDATE:
            assert interaction.message is not None
            self._messages.edit(interaction.message, data, attachments)
            interaction.original = interaction.message
        elif kind == DEFERRED_UPDATE:
            interaction.original = interaction.message
        elif kind == MODAL:
            interaction.modal = check_modal(data)
        elif kind == AUTOCOMPLETE:
            interaction.choices = _choices(data)
        interaction.callback = int(kind) if isinstance(kind, int) else None
        self._world.changes.pulse()
        return interaction

    def _first_message(
        self, interaction: Interaction, data: Json, attachments: list[Attachment], *, loading: bool
    ) -> Message:
        kind = MessageType.DEFAULT
        reply_to = None
        if interaction.type == InteractionType.APPLICATION_COMMAND:
            chat = interaction.data.get("type", 1) == 1
            kind = MessageType.CHAT_INPUT_COMMAND if chat else MessageType.CONTEXT_MENU_COMMAND
        elif interaction.message is not None:
            kind, reply_to = MessageType.REPLY, interaction.message
        return self._write(
            interaction, data, attachments, kind=kind, reply_to=reply_to, loading=loading
        )

    def _write(
        self,
        interaction: Interaction,
        data: Json,
        attachments: list[Attachment],
        *,
        kind: MessageType,
        reply_to: Message | None,
        loading: bool = False,
    ) -> Message:
        flags = int(data.get("flags") or 0)
        ephemeral = bool(flags & MessageFlag.EPHEMERAL)
        for attachment in attachments:
            attachment.ephemeral = ephemeral
        return self._messages.create(
            Draft(
                channel=interaction.channel,
                author=interaction.application,
                content="" if loading else data.get("content"),
                embeds=None if loading else data.get("embeds"),
                components=None if loading else data.get("components"),
                attachments=[] if loading else attachments,
                flags=flags,
                allowed=data.get("allowed_mentions"),
                type=kind,
                reply_to=reply_to,
                interaction=interaction,
                only_for=interaction.user if ephemeral else None,
                loading=loading,
                tts=bool(data.get("tts")),
            )
        )

    # ------------------------------------------------------------------------------- afterwards

    def by_webhook(self, application: int, token: str) -> Interaction:
        """Return the interaction that a webhook's token stands for.

        Raises ApiError 50027 for a wrong or an old token, 10015 before the first answer.
        """
        interaction = self._world.interactions.get(token)
        if interaction is None or interaction.application.id != application:
            raise Api.expired_token()
        if self._world.clock.now() - interaction.created > TOKEN_LIFE:
            raise Api.expired_token()
        if interaction.callback is None:
            raise Api.unknown("webhook")
        return interaction

    def follow_up(
        self, interaction: Interaction, data: Json, attachments: list[Attachment]
    ) -> Message:
        """Write one more message; the first after a deferral takes the place of its loading."""
        original = interaction.original
        if original is not None and original.deleted:
            original = None
        if original is not None and MessageFlag.LOADING in original.flags:
            self._messages.edit(original, _without(data, "flags", "attachments"), attachments)
            return original
        message = self._write(
            interaction,
            data,
            attachments,
            kind=MessageType.REPLY if original is not None else MessageType.DEFAULT,
            reply_to=original,
        )
        interaction.followups.append(message)
        return message

    def message(self, interaction: Interaction, id: str) -> Message:
        """Return the message that a webhook's route means. Raises ApiError 10008."""
        if id == "@original":
            message = interaction.original
        else:
            own = [*interaction.followups, interaction.original]
            found = (each for each in own if each is not None and str(each.id) == id)
            message = next(found, None)
        if message is None or message.deleted:
            raise Api.unknown("message")
        return message

    def edit(self, message: Message, data: Json, attachments: list[Attachment]) -> None:
        """Change a message by way of its interaction."""
        for attachment in attachments:
            attachment.ephemeral = message.ephemeral
        self._messages.edit(message, data, attachments)

    def delete(self, message: Message) -> None:
        """Take a message away by way of its interaction."""
        self._messages.delete(message)

    def failed(self, interaction: Interaction) -> bool:
        """Return whether the person is told that the application did not answer."""
        late = self._world.clock.now() - interaction.created > ANSWER_WITHIN
        return interaction.callback is None and late


def _check_kind(interaction: Interaction, kind: Any) -> None:
    """Refuse an answer that is not for this kind of interaction."""
    component = interaction.message is not None
    allowed: dict[Any, bool] = {
        MESSAGE: interaction.type != InteractionType.AUTOCOMPLETE,
        DEFERRED_MESSAGE: interaction.type != InteractionType.AUTOCOMPLETE,
        DEFERRED_UPDATE: component,
        UPDATE: component,
        AUTOCOMPLETE: interaction.type == InteractionType.AUTOCOMPLETE,
        MODAL: interaction.type
        in (InteractionType.APPLICATION_COMMAND, InteractionType.MESSAGE_COMPONENT),
    }
    if kind == 1:
        raise invalid_form(
            ("type", "INTERACTION_TYPE_INVALID", "Only a ping is answered with a pong.")
        )
    if not allowed.get(kind, False):
        raise invalid_form(("type", "BASE_TYPE_CHOICES", "This is no answer to this interaction."))


def _choices(data: Json) -> list[Json]:
    choices = data.get("choices") or []
    if not isinstance(choices, list) or len(choices) > 25:
        raise ApiError(400, 50035, "Invalid Form Body", {"data": {"choices": {"_errors": []}}})
    return choices


def _without(data: Json, *names: str) -> Json:
    return {name: value for name, value in data.items() if name not in names}
