"""What the adapter of the plaza says of itself, which can be made to say something else."""

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict

from amity.adapter import Adapter, AdapterFactory, Capabilities, Manifest, PlatformRules
from amity.message import (
    Audio,
    Choice,
    Command,
    File,
    Image,
    Location,
    Sticker,
    Text,
    Video,
    Voice,
)

LIMIT = 1000


class Config(BaseModel):
    """Where the plaza is, and who we are there."""

    model_config = ConfigDict(extra="forbid")
    plaza: str
    token: str


CAPABILITIES = Capabilities(
    text_limit=LIMIT,
    buttons=True,
    takes=(Text, Image, Voice, Audio, Video, File, Sticker, Location, Choice, Command),
    groups=True,
    threads=True,
    quotes=True,
    edits=True,
    deletions=True,
    reactions=True,
    private_replies=True,
    draft_interval=0.05,
    idempotent_send=True,
)


def manifest(
    make: Callable[[str, Config], Adapter] | None = None,
    capabilities: Capabilities = CAPABILITIES,
) -> Manifest:
    """Return the manifest of an adapter of the plaza."""

    def load() -> AdapterFactory:
        from tests.kit.plaza_adapter import PlazaAdapter

        def factory(channel: str, config: BaseModel) -> Adapter:
            assert isinstance(config, Config)
            return (make or PlazaAdapter)(channel, config)

        return factory

    return Manifest(
        name="plaza",
        realm="plaza",
        config=Config,
        capabilities=capabilities,
        load=load,
        rules=PlatformRules(adult_only_in_marked_channels=True),
        connects=True,
    )


PLAZA = manifest()
