"""Words by which people use their rights: consent, export, clear, delete, pause, resume."""

import secrets
from collections.abc import Sequence
from typing import cast

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
    """Hand the person a file with everything about them.

    It is never refused: who asks again and again is given the latest one until a new one is due.
    """
    former, wait = await _latest_export(services, turn)
    again = ""
    if former is None:
        name, content = await services.rights.export(turn.person, turn.language)
    else:
        name, content = str(former["name"]), cast("bytes", former["content"])
        minutes = max(1, round(wait / 60_000))
        again = "\n\n" + services.text(turn.language, "export.again", wait=minutes)
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
    earlier = Remove(MEDIA, index="person", equal={"person": turn.person.id})
    await services.vault.write([earlier, Add(MEDIA, row)], Access(Purpose.RIGHTS, turn.person.id))
    if not shown:
        url = f"{services.facts.base_url}/download/{token}"
        hours = max(1, services.facts.media_ttl // 3_600_000)
        turn.say(services.text(turn.language, "export.link", url=url, hours=hours) + again)
        return Flow.DELIVER
    ref = MediaRef(key=id, media_type="application/zip", size=len(content), name=name)
    turn.say(services.text(turn.language, "export.ready") + again, File(media=ref))
    return Flow.DELIVER


async def _latest_export(services: Services, turn: Turn) -> tuple[OpenRow | None, int]:
    """Return the export to give once more, where there were many, and when a new one is due.

    Clearing a conversation removes it: what is cleared is not given out again.
    """
    empty = services.exports.take(turn.person.id)
    if empty is None:
        return None, 0
    rows = await services.vault.find(
        MEDIA,
        "person",
        Access(Purpose.RIGHTS, turn.person.id),
        equal={"person": turn.person.id},
        limit=1,
    )
    return (rows[0] if rows else None), services.exports.wait(empty)


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
        if not counts:
            await _ask_to_clear_elsewhere(services, turn)
            return Flow.DELIVER
        turn.say(
            services.text(
                turn.language,
                "clear.done",
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
        await _ask_to_clear_elsewhere(services, turn)
        return
    text = services.text(
        turn.language, "clear.ask", persona=turn.persona.name(turn.language), messages=count
    )
    answers = (("clear.confirm", "yes"), ("clear.all", "all"), ("clear.cancel", "no"))
    turn.say(text, _clearing(services, turn, answers))


async def _ask_to_clear_elsewhere(services: Services, turn: Turn) -> None:
    """Say that there is nothing here, and offer what is elsewhere.

    Who asks in a group is led to their own chat, where that group's conversation is elsewhere.
    """
    nothing = services.text(turn.language, "clear.nothing")
    conversations = await services.conversations.of_person(turn.person.id)
    counts = [await services.history.count(conversation) for conversation in conversations]
    if not any(counts):
        turn.say(nothing)
        return
    elsewhere = services.text(
        turn.language,
        "clear.elsewhere",
        messages=sum(counts),
        conversations=sum(count > 0 for count in counts),
    )
    answers = (("clear.all", "all"), ("clear.cancel", "no"))
    turn.say(f"{nothing} {elsewhere}", _clearing(services, turn, answers))


def _clearing(services: Services, turn: Turn, answers: Sequence[tuple[str, str]]) -> Buttons:
    return Buttons(
        tuple(
            (
                Button(
                    label=services.text(turn.language, key),
                    command="clear_conversation",
                    argument=argument,
                ),
            )
            for key, argument in answers
        )
    )


async def delete_me(services: Services, turn: Turn, argument: str) -> Flow:
    """Ask, then erase the person."""
    if argument in _YES:
        counts = await services.rights.erase(turn.person.id)
        turn.keep = False
        done = services.text(
            turn.language,
            "delete.done",
            messages=counts.messages,
            replies=counts.replies,
            conversations=counts.conversations,
            keys=counts.keys,
            identities=counts.identities,
        )
        kept = services.text(turn.language, "delete.kept") if counts.proofs else ""
        goodbye = services.text(turn.language, "delete.goodbye")
        turn.say(f"{done}\n\n{f'{kept} {goodbye}'.strip()}")
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
