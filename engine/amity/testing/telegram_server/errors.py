"""Refusals, worded as Telegram words them."""

from typing import Any

__all__ = [
    "ApiError",
    "Unsupported",
    "bad_request",
    "conflict",
    "flood",
    "forbidden",
    "not_found",
    "unauthorized",
]

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class ApiError(Exception):
    """Raised when a request is refused.

    Attributes:
        code: The HTTP status, repeated in the answer as ``error_code``.
        description: Telegram's sentence.
        parameters: The answer's ``parameters``, such as ``retry_after``.
    """

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class Unsupported(ApiError):
    """Raised for what Telegram has and this server has not.

    Attributes:
        what: What that is.
    """

    def __init__(self, what: str) -> None:
        super().__init__(400, f"Bad Request: this server knows nothing of {what}")
        self.what = what


def bad_request(reason: str, **parameters: Any) -> ApiError:
    """Return the refusal of a wrong request, with status 400."""
    return ApiError(400, f"Bad Request: {reason}", **parameters)


def unauthorized() -> ApiError:
    """Return the refusal of a token that belongs to no bot, with status 401."""
    return ApiError(401, "Unauthorized")


def forbidden(reason: str) -> ApiError:
    """Return the refusal of what the bot may not do, with status 403."""
    return ApiError(403, f"Forbidden: {reason}")


def not_found() -> ApiError:
    """Return the answer to a method or a path that does not exist, with status 404."""
    return ApiError(404, "Not Found")


def conflict(reason: str) -> ApiError:
    """Return the refusal of two ways of getting updates at once, with status 409."""
    return ApiError(409, f"Conflict: {reason}")


def flood(seconds: int) -> ApiError:
    """Return the refusal of too many requests, with status 429."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
