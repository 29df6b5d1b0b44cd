"""What the page shows and does beside talking: who I am, my keys, my recovery code, my files."""

from typing import Any, Final

from aiohttp import web

from amity.adapter import Profile, Settings, key_sender
from amity.errors import TooManyKeys
from amity.message import Sender
from amity.sealed import SealedText
from amity_web.context import Context, known
from amity_web.responses import API_HEADERS, ApiError, json_body, json_response
from amity_web.session import (
    Caller,
    caller_of,
    check_origin,
    forget_cookie,
    new_secret,
    set_cookie,
)
from amity_web.texts import CORE_WORDS, best_language, languages, page_words

__all__ = ["Account"]

_BODY: Final = 4_096
_BLOCKED: Final = frozenset({"minor_blocked", "terminated", "restricted"})
_STRANGER: Final = Profile(state="stranger", chat="", language="")


def _settings_json(settings: Settings) -> dict[str, str | None]:
    name = settings.call_name
    return {
        "call_name": name.reveal() if isinstance(name, SealedText) else None,
        "language": settings.language,
        "time_zone": settings.time_zone,
        "country": settings.country,
    }


def _strings(body: dict[str, Any], **limits: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, limit in limits.items():
        value = body.get(field, "")
        if not isinstance(value, str) or len(value) > limit:
            raise ApiError(
                400, "bad_field", f'"{field}" must be a string of at most {limit} characters.'
            )
        found[field] = value.strip()
    return found


class Account:
    """Handlers for everything about the person that is not a message."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._host = context.host

    # -------------------------------------------------------------------- reading

    async def me(self, request: web.Request) -> web.StreamResponse:
        """Tell how the core knows the caller, and the words to show it in."""
        caller = caller_of(request)
        sender = caller.sender
        profile = await self._host.profile(sender) if sender is not None else _STRANGER
        if caller.by_key and profile.state == "stranger":
            raise ApiError(401, "bad_key", "This key is not known here.")
        asked = request.query.get("language")
        wanted = (asked, profile.settings.language, profile.language or None, caller.locale)
        language = best_language(*wanted, *self._host.languages[:1])
        keys = [] if sender is None or caller.by_key else await self._host.keys(sender)
        latest = [] if sender is None else await self._host.journal(sender, limit=1)
        answer: dict[str, Any] = {
            "state": profile.state,
            "adult": profile.adult,
            "scopes": sorted(profile.scopes),
            "settings": _settings_json(profile.settings),
            "persona": profile.persona,
            "personas": [
                {"id": card.id, "name": card.name, "about": card.about, "gender": card.gender}
                for card in self._host.personas(language)
            ],
            "conversations": profile.personas,
            "recovery": profile.recovery,
            "keys": [{"id": k.id, "label": k.label, "created_at": k.created_at} for k in keys],
            "cursor": latest[-1].position if latest else "",
            "language": language,
            "languages": languages(),
            "links": {"privacy": "/privacy", "terms": "/terms", "crisis": "/crisis-protocol"},
            "openai": f"{self._context.base}v1" if self._context.config.openai else None,
        }
        if "words" in request.query:
            core = self._host.words(language, *CORE_WORDS)
            answer["words"] = {**page_words(language), **core}
        return json_response(answer)

    async def media(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file that was made for the caller."""
        sender = known(caller_of(request))
        found = await self._host.media.open(sender, request.match_info["key"])
        if found is None:
            raise ApiError(404, "no_file", "There is no such file for you, or it has expired.")
        media, content = found
        response = web.Response(body=content, headers=API_HEADERS)
        response.headers["Content-Type"] = media.media_type
        name = "".join(
            c for c in media.name or "file" if c.isascii() and (c.isalnum() or c in "._-")
        )
        response.headers["Content-Disposition"] = f'attachment; filename="{name or "file"}"'
        return response

    # -------------------------------------------------------------------- keys

    async def make_key(self, request: web.Request) -> web.StreamResponse:
        """Make a bearer key and show it, this once."""
        sender = self._browser(request)
        body = await json_body(request, _BODY)
        label = _strings(body, label=60)["label"]
        before = {key.id for key in await self._host.keys(sender)}
        try:
            key = await self._host.issue_key(sender, label)
        except TooManyKeys:
            raise ApiError(
                409,
                "too_many_keys",
                "You have as many keys as one person may have. Revoke one that you no longer use.",
            ) from None
        if key is None:
            raise ApiError(403, "no_consent", "A key needs a person who has agreed to the service.")
        new = [k.id for k in await self._host.keys(sender) if k.id not in before]
        return json_response({"id": new[0] if new else "", "label": label, "key": key}, status=201)

    async def drop_key(self, request: web.Request) -> web.StreamResponse:
        """Make a key worthless."""
        sender = self._browser(request)
        if not await self._host.revoke_key(sender, request.match_info["id"]):
            raise ApiError(404, "no_key", "There is no such key of yours.")
        return json_response({"revoked": True})

    # -------------------------------------------------------------------- recovery

    async def make_recovery(self, request: web.Request) -> web.StreamResponse:
        """Make a recovery code and show it, this once."""
        sender = self._browser(request)
        code = await self._host.issue_recovery(sender)
        if code is None:
            raise ApiError(
                403, "no_consent", "A recovery code needs a person who has agreed to the service."
            )
        return json_response({"code": code}, status=201)

    async def recover(self, request: web.Request) -> web.StreamResponse:
        """Make this browser the person whose recovery code it is.

        A browser that is a guest already is asked first: that guest is erased.
        """
        caller = self._browser_caller(request)
        body = await json_body(request, _BODY)
        code = _strings(body, code=200)["code"]
        if not code:
            raise ApiError(400, "bad_field", 'Give the recovery code as "code".')
        secret: str | None = None
        sender = caller.sender
        if sender is None:
            self._context.guests.take()
            secret = new_secret()
            sender = Sender(id=key_sender(secret).id, locale=caller.locale)
        else:
            await self._may_leave(sender, replace=body.get("replace") is True)
        if not await self._host.recover(sender, code):
            raise ApiError(404, "wrong_code", "This recovery code is wrong or was used up.")
        response = json_response({"recovered": True})
        if secret is not None:
            set_cookie(request, response, secret, self._context.config.cookie_days)
        return response

    async def _may_leave(self, sender: Sender, *, replace: bool) -> None:
        state = (await self._host.profile(sender)).state
        if state in _BLOCKED:
            raise ApiError(403, "blocked", "This browser cannot become somebody else.")
        if state != "stranger" and not replace:
            raise ApiError(
                409,
                "guest_exists",
                "This browser is somebody already; recovering another person erases that one. "
                'Ask, then send "replace": true.',
            )

    async def end_session(self, request: web.Request) -> web.StreamResponse:
        """Take the cookie back once nobody is behind it any more."""
        caller = self._browser_caller(request)
        if caller.sender is not None:
            state = (await self._host.profile(caller.sender)).state
            if state != "stranger":
                raise ApiError(
                    409, "guest_exists", "Somebody is behind this cookie; delete the account first."
                )
        response = json_response({"ended": True})
        forget_cookie(request, response)
        return response

    # -------------------------------------------------------------------- who

    def _browser_caller(self, request: web.Request) -> Caller:
        """Return the caller of what only the page itself may do: a key makes no other keys."""
        check_origin(request, self._context.config.origins)
        caller = caller_of(request)
        if caller.by_key:
            raise ApiError(403, "page_only", "This is done on the page, not with a key.")
        return caller

    def _browser(self, request: web.Request) -> Sender:
        return known(self._browser_caller(request))
