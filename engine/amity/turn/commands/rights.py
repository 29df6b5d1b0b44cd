"""Words by which people use their rights: consent, export, clear, delete, pause, resume."""

import secrets

from amity.datamap.declarations import MEDIA
from amity.datamap.schema import Purpose
from amity.message import Button, Buttons, File, MediaRef
from amity.people import Scope, State
from amity.store.contract import Access, Add, Remove
from amity.store.vault import OpenRow
from amity.turn.services import Services, download_id
from amity.turn.turn import Flow, Turn

__all__ = ["clear_conversation", "consent", "delete_me", "export", "pause", "resume"]

_YES = frozenset({"yes", "confirm"})
_NO = frozenset({"no", "cancel"})


async def consent(services: Services, turn: Turn, argument: str) -> Flow:
    """Show what was agreed to, or withdraw it."""
    person = turn.person
    if argument == "withdraw":
        turn.person = await services.people.withdraw(
            person, {Scope.SERVICE}, services.evidence(turn)
        )
        turn.say(services.text(turn.language, "consent.withdrawn"))
        return Flow.DELIVER
    on, off = (services.text(turn.language, key) for key in ("consent.on", "consent.off"))
    lines = "\n".join(
        services.text(
            turn.language,
            "consent.line",
            name=services.text(turn.language, f"consent.scope.{scope}"),
            state=on if scope in person.scopes else off,
        )
        for scope in Scope
    )
    text = services.text(
        turn.language, "consent", scopes=lines, policy_version=person.policy_version or "–"
    )
    effect = services.text(turn.language, "consent.withdraw.ask")
    withdraw = Button(
        label=services.text(turn.language, "consent.withdraw"),
        command="consent",
        argument="withdraw",
    )
    turn.say(f"{text}\n\n{effect}", Buttons(((withdraw,),)))
    return Flow.DELIVER


async def export(services: Services, turn: Turn, _argument: str) -> Flow:
    """Hand the person a file with everything about them."""
    name, content = await services.rights.export(turn.person, turn.language)
    limit = turn.channel.manifest.capabilities.media_limit
    shown = limit is None or len(content) <= limit
    token = secrets.token_urlsafe(32)
    id = services.ids.new() if shown else download_id(services.vault, token)
    row: OpenRow = {
        "id": id,
        "person": turn.person.id,
        "media_type": "application/zip",
        "name": name,
        "content": content,
        "size": len(content),
        "expires_at": services.clock.now() + services.facts.media_ttl,
    }
    # The newest says all that the earlier ones do.
    former = Remove(MEDIA, index="person", equal={"person": turn.person.id})
    await services.vault.write([former, Add(MEDIA, row)], Access(Purpose.RIGHTS, turn.person.id))
    if not shown:
        url = f"{services.facts.base_url}/download/{token}"
        hours = max(1, services.facts.media_ttl // 3_600_000)
        turn.say(services.text(turn.language, "export.link", url=url, hours=hours))
        return Flow.DELIVER
    ref = MediaRef(key=id, media_type="application/zip", size=len(content), name=name)
    turn.say(services.text(turn.language, "export.ready"), File(media=ref))
    return Flow.DELIVER


async def clear_conversation(services: Services, turn: Turn, argument: str) -> Flow:
    """Ask, then clear this conversation or all of them."""
    conversation = turn.conversation
    if conversation is None:
        return Flow.DROP
    if argument in _NO:
        turn.say(services.text(turn.language, "clear.cancelled"))
    elif argument in _YES or argument == "all":
        counts = await services.rights.clear(
            turn.person.id, None if argument == "all" else conversation.id
        )
        turn.conversation = await services.conversations.get(conversation.id, turn.person.id)
        turn.say(
            services.text(
                turn.language,
                "clear.done" if counts else "clear.nothing",
                messages=counts.messages,
                replies=counts.replies,
                conversations=counts.conversations,
                keys=counts.keys,
            )
        )
    else:
        await _ask_to_clear(services, turn)
    return Flow.DELIVER


async def _ask_to_clear(services: Services, turn: Turn) -> None:
    assert turn.conversation is not None
    count = await services.history.count(turn.conversation)
    if not count:
        turn.say(services.text(turn.language, "clear.nothing"))
        return
    rows = tuple(
        (Button(label=services.text(turn.language, key), command="clear_conversation", argument=a),)
        for key, a in (("clear.confirm", "yes"), ("clear.all", "all"), ("clear.cancel", "no"))
    )
    text = services.text(
        turn.language, "clear.ask", persona=turn.persona.name(turn.language), messages=count
    )
    turn.say(text, Buttons(rows))


async def delete_me(services: Services, turn: Turn, argument: str) -> Flow:
    """Ask, then erase the person."""
    if argument in _YES:
        counts = await services.rights.erase(turn.person.id)
        turn.keep = False
        turn.say(
            services.text(
                turn.language,
                "delete.done",
                messages=counts.messages,
                replies=counts.replies,
                conversations=counts.conversations,
                keys=counts.keys,
                identities=counts.identities,
            )
        )
    elif argument in _NO:
        turn.say(services.text(turn.language, "delete.cancelled"))
    else:
        buttons = tuple(
            Button(label=services.text(turn.language, key), command="delete_me", argument=a)
            for key, a in (("delete.confirm", "yes"), ("delete.cancel", "no"))
        )
        turn.say(services.text(turn.language, "delete.ask"), Buttons((buttons,)))
    return Flow.DELIVER


async def pause(services: Services, turn: Turn, _argument: str) -> Flow:
    """Keep everything and use nothing, until resumed."""
    turn.person = await services.people.pause(turn.person)
    resume_button = Button(label=services.text(turn.language, "resume.label"), command="resume")
    turn.say(services.text(turn.language, "pause.done"), Buttons(((resume_button,),)))
    return Flow.DELIVER


async def resume(services: Services, turn: Turn, _argument: str) -> Flow:
    """Go on after a pause."""
    was = turn.person.state
    turn.person = await services.people.resume(turn.person)
    key = "resume.done" if was is State.PAUSED else "resume.nothing"
    turn.say(services.text(turn.language, key))
    return Flow.DELIVER
