"""What a channel of this adapter takes in the config, beside the keys of every channel."""

from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

__all__ = ["API_BASE", "GATEWAY_URL", "Config"]

API_BASE: Final = "https://discord.com/api/v10"
GATEWAY_URL: Final = "wss://gateway.discord.gg/"


def _token(value: SecretStr) -> SecretStr:
    token = value.get_secret_value().strip().removeprefix("Bot ")
    if not token or not token.isascii() or any(c.isspace() for c in token):
        raise ValueError("must be the bot's token, from the page Bot of the developer portal")
    return SecretStr(token)


def _address(*schemes: str) -> Any:
    def check(value: str) -> str:
        url = urlsplit(value)
        if url.scheme not in schemes or not url.netloc or url.query or url.fragment:
            raise ValueError(f"must be an address that starts with {schemes[0]}://")
        return value

    return AfterValidator(check)


def _snowflake(value: object) -> object:
    # YAML reads an id that stands without quotes as a number.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_Guild = Annotated[str, BeforeValidator(_snowflake), Field(pattern=r"^[0-9]{1,20}$")]
_HTTP = Annotated[str, _address("https", "http"), AfterValidator(lambda url: url.rstrip("/"))]


class Config(BaseModel):
    """A Discord bot.

    Attributes:
        token: The bot's token.
        api_base: The REST API. One process speaks to one, and to one gateway: the library keeps
            both for all its clients.
        gateway_url: The gateway to connect to.
        message_content: Whether to ask for the privileged intent of that name. Without it the bot
            reads direct messages, mentions of it, and commands; with it also replies to it that do
            not mention it.
        guilds: Ids of the servers that it serves; all that it is in if none is given.
        drafts: Whether a reply is shown while it is being written, as a message that is edited.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: Annotated[SecretStr, AfterValidator(_token)]
    api_base: _HTTP = API_BASE
    gateway_url: Annotated[str, _address("wss", "ws")] = GATEWAY_URL
    message_content: bool = False
    guilds: tuple[_Guild, ...] = ()
    drafts: bool = True
