"""``POST api/v1/messages``: the one way in for everything a person says, presses or asks for."""

import asyncio
import re
import secrets
from collections import OrderedDict
from dataclasses import replace
from typing import Any, Final

from aiohttp import web

from amity.adapter import Acceptance, Accepted, JournalEntry, key_sender
from amity.message import Address, Choice, Command, Event, Inbound, Part, Sender, Text, text_of
from amity.sealed import SealedText
from amity_web.context import Context
from amity_web.responses import ApiError, error_json, json_body, json_response
from amity_web.session import (
    Caller,
    caller_of,
    check_origin,
    new_secret,
    set_cookie,
)

__all__ = ["FIRST_ANSWERS", "Messages", "refused", "tell"]

# Only these make a stranger a guest; whatever else a stranger sends is answered with the gate.
FIRST_ANSWERS: Final = frozenset({"i_am_18", "under_18"})
# What everybody is told who asks, whoever they are, without anything being kept of it.
TOLD_TO_ANYBODY: Final = frozenset({"help", "privacy", "terms", "support", "developer_info"})
# With words of their own these make a stranger a guest as well: they have to be known again to be
# answered.
REQUESTS: Final = frozenset({"support", "appeal", "paysupport"})
_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_VERB: Final = re.compile(r"[a-z0-9_]{1,32}")
_KINDS: Final = ("text", "command", "choice")
_FIELDS: Final = frozenset({"id", "text", "command", "choice", "argument", "persona", "edited"})
_ARGUMENT: Final = 1_000
_REMEMBERED: Final = 20_000
_NOTICE: Final = 0.5  # seconds to wait for the words of a refusal


def _string(body: dict[str, Any], field: str, limit: int | None = None) -> str | None:
    value = body.get(field)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ApiError(400, "bad_field", f'"{field}" must be a string.')
    if limit is not None and len(value) > limit:
        raise ApiError(400, "bad_field", f'"{field}" may have at most {limit} characters.')
    return value


def _part(body: dict[str, Any]) -> Part:
    """Return what the request says, presses or asks for."""
    given = [kind for kind in _KINDS if body.get(kind) is not None]
    if len(given) != 1:
        raise ApiError(400, "bad_field", 'Give exactly one of "text", "command" and "choice".')
    argument = _string(body, "argument", _ARGUMENT) or ""
    if given[0] == "text":
        text = _string(body, "text") or ""
        if not text.strip():
            raise ApiError(400, "empty", '"text" says nothing.')
        if argument:
            raise ApiError(400, "bad_field", '"argument" goes with a command or a choice.')
        return Text(SealedText(text))
    verb = _string(body, given[0]) or ""
    if not _VERB.fullmatch(verb):
        raise ApiError(400, "bad_field", f'"{given[0]}" must be a verb such as "help".')
    if given[0] == "command":
        return Command(name=verb, argument=SealedText(argument))
    return Choice(command=verb, argument=argument)


def tell(context: Context, acceptance: Acceptance, inbound: Inbound) -> None:
    """Let the person's open pages know of what they said."""
    if acceptance.status is not Accepted.ACCEPTED or not acceptance.chat:
        return
    if not acceptance.position or inbound.persona is None:
        context.hub.news(acceptance.chat)  # the journal knows more
        return
    entry = JournalEntry(
        position=acceptance.position,
        persona=inbound.persona,
        thread=inbound.address.thread,
        time=inbound.time,
        inbound=inbound.parts,
        message_id=inbound.id,
        state="waiting",
    )
    context.hub.said(acceptance.chat, entry)


async def refused(context: Context, acceptance: Acceptance, inbound: Inbound) -> ApiError:
    """Return the error for a message that the inbox did not take, in the notice's own words.

    The notice is on its way to the person; a moment is waited for it.
    """
    chat, thread = acceptance.chat, inbound.address.thread
    waiter = context.hub.expect(chat, thread, inbound.id)
    try:
        async with asyncio.timeout(_NOTICE):
            await waiter.wake.wait()
    except TimeoutError:
        pass
    finally:
        context.hub.forget(chat, thread, inbound.id, waiter)
    error = _refusal(acceptance.reason)
    if waiter.arrived and (words := text_of(waiter.arrived[0].parts)):
        error.message = words.reveal()
    return error


def _refusal(reason: str) -> ApiError:
    if reason == "too_long":
        return ApiError(413, "too_long", "The message is longer than this service takes.")
    if reason == "too_many":
        return ApiError(
            429,
            "too_many",
            "Too many messages for now. Please wait a little.",
            headers={"Retry-After": "10"},
        )
    return ApiError(403, "refused", "The service did not take this message.")


class Messages:
    """Takes messages in."""

    def __init__(self, context: Context) -> None:
        self._context = context
        # Whom a cookie has led to before. Only a cookie that leads to nobody is asked about.
        self._seen: OrderedDict[str, None] = OrderedDict()

    async def post(self, request: web.Request) -> web.StreamResponse:
        """Take one message; answer 202 when it is committed."""
        check_origin(request, self._context.config.origins)
        caller = caller_of(request)
        body = await json_body(request, self._context.config.max_body)
        if unknown := body.keys() - _FIELDS:
            raise ApiError(400, "bad_field", f'Unknown field "{min(unknown)[:40]}".')
        part = _part(body)
        message_id = _string(body, "id")
        if message_id is None:
            message_id = secrets.token_hex(12)
        elif not _ID.fullmatch(message_id):
            raise ApiError(400, "bad_field", '"id" must be 1 to 64 of A-Z a-z 0-9 . _ : -')
        edited = body.get("edited", False)
        if not isinstance(edited, bool):
            raise ApiError(400, "bad_field", '"edited" must be true or false.')
        persona = self._persona(body)
        secret: str | None = None
        sender = caller.sender
        if sender is None:
            command = self._context.host.command((part,))
            verb = "" if command is None else command.name
            if verb in REQUESTS and command is not None and command.argument:
                self._context.guests.take()
            elif verb in TOLD_TO_ANYBODY:
                text = self._context.host.words(caller.locale, verb)[verb]
                return json_response({"id": message_id, "status": "told", "text": text})
            else:
                self._check_first_answer(verb, caller)
            secret = new_secret()
            sender = Sender(id=key_sender(secret).id, locale=caller.locale)
        elif caller.by_key:
            if await self._leads_to_nobody(sender):
                raise ApiError(401, "bad_key", "This key is not known here.")
        elif sender.id not in self._seen and await self._leads_to_nobody(sender):
            # Anybody can make up a cookie; whoever was not seen yet is one more guest.
            self._context.guests.take()
        inbound = Inbound(
            event=Event.EDITED if edited else Event.MESSAGE,
            address=Address(channel=self._context.channel, chat=""),
            sender=sender,
            id=message_id,
            time=self._context.host.clock.now(),
            parts=(part,),
            persona=persona,
        )
        return await self._hand_in(request, inbound, secret)

    async def _hand_in(
        self, request: web.Request, inbound: Inbound, secret: str | None
    ) -> web.StreamResponse:
        context = self._context
        (acceptance,) = await context.host.accept([inbound])
        if acceptance.chat:
            address = replace(inbound.address, chat=acceptance.chat)
            context.hub.asked(inbound.sender.id, address, inbound.id)
        if acceptance.status is Accepted.REFUSED:
            error = await refused(context, acceptance, inbound)
            if error.code != "refused":
                raise error
            # Whoever is asked for an access code has to be known again when they send it.
            response = json_response(error_json(error), status=error.status)
        else:
            answer = {"id": inbound.id, "status": acceptance.status.value}
            response = json_response(answer, status=202)
            tell(context, acceptance, inbound)
        if secret is not None:
            set_cookie(request, response, secret, context.config.cookie_days)
        return response

    async def _leads_to_nobody(self, sender: Sender) -> bool:
        if (await self._context.host.profile(sender)).state == "stranger":
            return True
        self._seen[sender.id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return False

    def _persona(self, body: dict[str, Any]) -> str | None:
        persona = _string(body, "persona", 64)
        if persona and persona not in {card.id for card in self._context.host.personas()}:
            raise ApiError(404, "no_persona", "There is no persona of that id here.")
        return persona or None

    def _check_first_answer(self, verb: str, caller: Caller) -> None:
        """Let only an answer to the gate's first question make a guest.

        Raises:
            ApiError: this is none; the error carries the question.
        """
        if verb in FIRST_ANSWERS:
            self._context.guests.take()
            return
        words = self._context.host.words(
            caller.locale, "gate.age", "gate.age.adult", "gate.age.minor"
        )
        raise ApiError(
            403,
            "gate",
            words["gate.age"],
            extra={
                "choices": [
                    {"choice": "i_am_18", "label": words["gate.age.adult"]},
                    {"choice": "under_18", "label": words["gate.age.minor"]},
                ]
            },
        )
