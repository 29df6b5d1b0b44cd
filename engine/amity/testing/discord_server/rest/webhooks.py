"""Follow-ups and later changes of an interaction's messages, by its token."""

from amity.testing.discord_server.checks import check_allowed_mentions
from amity.testing.discord_server.model import Interaction, Json
from amity.testing.discord_server.rest.routes import Call, route


def _interaction(call: Call) -> Interaction:
    token = call.parameters["token"]
    return call.services.interactions.by_webhook(call.id("application"), token)


@route("POST", "/webhooks/{application}/{token}", token=False)
def create_followup(call: Call) -> Json:
    """Write a follow-up; it is always waited for."""
    interaction = _interaction(call)
    check_allowed_mentions(call.form.get("allowed_mentions"))
    files = call.attachments(call.form.get("attachments"))
    message = call.services.interactions.follow_up(interaction, call.form, files)
    return call.show(message, interaction.application)


@route("GET", "/webhooks/{application}/{token}/messages/{message}", token=False)
def get_followup(call: Call) -> Json:
    """Return the first answer or a follow-up."""
    interaction = _interaction(call)
    message = call.services.interactions.message(interaction, call.parameters["message"])
    return call.show(message, interaction.application)


@route("PATCH", "/webhooks/{application}/{token}/messages/{message}", token=False)
def edit_followup(call: Call) -> Json:
    """Change the first answer or a follow-up."""
    interaction = _interaction(call)
    message = call.services.interactions.message(interaction, call.parameters["message"])
    files = call.attachments(call.form.get("attachments"))
    call.services.interactions.edit(message, call.form, files)
    return call.show(message, interaction.application)


@route("DELETE", "/webhooks/{application}/{token}/messages/{message}", token=False)
def delete_followup(call: Call) -> None:
    """Take the first answer or a follow-up away."""
    interaction = _interaction(call)
    message = call.services.interactions.message(interaction, call.parameters["message"])
    call.services.interactions.delete(message)
