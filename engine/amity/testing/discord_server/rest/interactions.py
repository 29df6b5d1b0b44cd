"""The first answer to an interaction."""

from amity.testing.discord_server.flags import MessageFlag
from amity.testing.discord_server.model import Interaction, Json
from amity.testing.discord_server.rest.routes import Call, route


@route("POST", "/interactions/{interaction}/{token}/callback", token=False)
def answer_interaction(call: Call) -> Json | None:
    """Take the answer; what came of it is returned where the request asks for it."""
    data = call.form.get("data") or {}
    interaction = call.services.interactions.answer(
        call.id("interaction"),
        call.parameters["token"],
        call.form,
        call.attachments(data.get("attachments")),
    )
    if call.query.get("with_response") not in ("true", "1"):
        return None
    return _outcome(call, interaction)


def _outcome(call: Call, interaction: Interaction) -> Json:
    found: Json = {"id": str(interaction.id), "type": int(interaction.type)}
    resource: Json = {"type": interaction.callback}
    message = interaction.original
    if message is not None:
        found["response_message_id"] = str(message.id)
        found["response_message_loading"] = MessageFlag.LOADING in message.flags
        found["response_message_ephemeral"] = message.ephemeral
        if interaction.callback in (4, 5, 7):
            resource["message"] = call.show(message, interaction.application)
    return {"interaction": found, "resource": resource}
