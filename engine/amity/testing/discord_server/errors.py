"""Discord's refusals, by name: status, code and text as its API gives them."""

from typing import Any

__all__ = ["Api", "ApiError", "invalid_form"]


class ApiError(Exception):
    """Raised where a request is refused; it becomes the response.

    Attributes:
        status: The HTTP status.
        code: The JSON error code.
        message: The text beside it.
        errors: The tree of an invalid form.
    """

    def __init__(
        self, status: int, code: int, message: str, errors: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    @property
    def body(self) -> dict[str, Any]:
        """The JSON body."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


def invalid_form(*problems: tuple[str, str, str]) -> ApiError:
    """Return error 50035 with its tree.

    Args:
        problems: For each a dotted path to the field, the problem's code, and its text.
    """
    tree: dict[str, Any] = {}
    for path, code, message in problems:
        node = tree
        for part in path.split("."):
            node = node.setdefault(part, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})
    return ApiError(400, 50035, "Invalid Form Body", tree)


class Api:
    """The refusals that have no parameters."""

    @staticmethod
    def unauthorized() -> ApiError:
        """Return 401: no token, or a wrong one."""
        return ApiError(401, 0, "401: Unauthorized")

    @staticmethod
    def not_found() -> ApiError:
        """Return 404 for an address that there is not."""
        return ApiError(404, 0, "404: Not Found")

    @staticmethod
    def wrong_method() -> ApiError:
        """Return 405."""
        return ApiError(405, 0, "405: Method Not Allowed")

    @staticmethod
    def bad_json() -> ApiError:
        """Return 400 for a body that cannot be read."""
        return ApiError(400, 50109, "The request body contains invalid JSON.")

    @staticmethod
    def unknown(what: str) -> ApiError:
        """Return 404 for a thing that there is not, such as a ``channel`` or a ``message``."""
        codes = {
            "application": 10002,
            "channel": 10003,
            "guild": 10004,
            "member": 10007,
            "message": 10008,
            "role": 10011,
            "user": 10013,
            "emoji": 10014,
            "webhook": 10015,
            "sticker": 10060,
            "interaction": 10062,
            "application command": 10063,
        }
        return ApiError(404, codes[what], f"Unknown {what[0].upper()}{what[1:]}")

    @staticmethod
    def missing_access() -> ApiError:
        """Return 403 for a channel or guild that the bot does not see."""
        return ApiError(403, 50001, "Missing Access")

    @staticmethod
    def missing_permissions() -> ApiError:
        """Return 403 for what the bot may not do where it is."""
        return ApiError(403, 50013, "Missing Permissions")

    @staticmethod
    def cannot_dm() -> ApiError:
        """Return 403: the person takes no messages from this bot."""
        return ApiError(403, 50007, "Cannot send messages to this user")

    @staticmethod
    def no_mutual_guild() -> ApiError:
        """Return 403: the bot never met this person."""
        return ApiError(
            403, 50278, "Cannot send messages to this user due to having no mutual guilds"
        )

    @staticmethod
    def empty_message() -> ApiError:
        """Return 400 for a message with nothing in it."""
        return ApiError(400, 50006, "Cannot send an empty message")

    @staticmethod
    def anothers_message() -> ApiError:
        """Return 403 for an edit of what somebody else wrote."""
        return ApiError(403, 50005, "Cannot edit a message authored by another user")

    @staticmethod
    def not_in_dm() -> ApiError:
        """Return 400 for what cannot be done in a direct conversation."""
        return ApiError(400, 50003, "Cannot execute action on a DM channel")

    @staticmethod
    def too_large() -> ApiError:
        """Return 413 for a file or a request beyond the limit."""
        return ApiError(413, 40005, "Request entity too large")

    @staticmethod
    def already_answered() -> ApiError:
        """Return 400 for a second first answer."""
        return ApiError(400, 40060, "Interaction has already been acknowledged.")

    @staticmethod
    def expired_token() -> ApiError:
        """Return 401 for a webhook's token that is wrong or too old."""
        return ApiError(401, 50027, "Invalid Webhook Token")
