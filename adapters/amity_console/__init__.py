"""A chat in the terminal: an adapter like any other, and the one that needs no network.

The person is the user of the operating system who runs it, on the data folder that they run it
with. Nothing is kept by the adapter itself. With a terminal on both ends it asks with a prompt,
shows replies as they are written, and Ctrl-C stops a reply; with pipes it reads and writes lines.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from amity.adapter import AdapterFactory, Capabilities, Manifest
from amity.markup import Markup

__all__ = ["Config", "Console"]


class Config(BaseModel):
    """What a channel of this adapter takes in the config, beside the keys of every channel.

    Attributes:
        input: The file descriptor to read from; standard input if not given.
        output: The file descriptor to write to; standard output if not given.
        patience: Seconds after which an answer is no longer waited for.
        settle: Seconds of silence after an answer that end the wait for more of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Annotated[int, Field(ge=0)] | None = None
    output: Annotated[int, Field(ge=0)] | None = None
    patience: Annotated[float, Field(gt=0, le=3600)] = 180.0
    settle: Annotated[float, Field(ge=0, le=10)] = 0.4


def _load() -> AdapterFactory:
    from amity_console.terminal import Terminal

    def factory(name: str, config: BaseModel) -> Terminal:
        return Terminal(name, config if isinstance(config, Config) else Config())

    return factory


Console = Manifest(
    name="console",
    realm="console",
    config=Config,
    capabilities=Capabilities(markup=Markup.MARKDOWN, buttons=True, draft_interval=0.05),
    load=_load,
)
