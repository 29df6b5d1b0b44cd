"""The list of channels: common keys here, the rest by the adapter's own model."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from amity.adapter import Manifest
from amity.config.explain import guess, raise_for, validate
from amity.config.settings import ChannelSettings
from amity.config.tree import Problem, Tree

if TYPE_CHECKING:
    from amity.config.load import LoadedConfig

__all__ = ["Channel", "read_channels", "validate_channels"]

_COMMON = frozenset(ChannelSettings.model_fields)
_NONE = "names no channel, so nobody could talk; name one, or leave the key out for the web page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel that can be started.

    Attributes:
        settings: The keys that every channel has.
        manifest: Its adapter.
        options: The keys of its adapter, validated by the adapter's model.
    """

    settings: ChannelSettings
    manifest: Manifest
    options: BaseModel = field(repr=False)

    @property
    def name(self) -> str:
        """The channel's name."""
        return self.settings.name


def read_channels(tree: Tree, problems: list[Problem]) -> tuple[ChannelSettings, ...]:
    """Read the common keys of every channel; names must differ."""
    raw = tree.value.get("channels")
    if raw == []:
        problems.append(tree.problem(("channels",), _NONE))
        return ()
    if not isinstance(raw, list):
        problems.append(tree.problem(("channels",), "must be a list; each item starts with a -"))
        return ()
    channels: list[ChannelSettings] = []
    for number, item in enumerate(raw):
        path = ("channels", number)
        common = _part(item, common=True)
        found = validate(tree, path, common, ChannelSettings, problems)
        if found is None:
            continue
        if any(other.name == found.name for other in channels):
            problems.append(
                tree.problem((*path, "name"), f'two channels are called "{found.name}"')
            )
        channels.append(found)
    return tuple(channels)


def _part(item: Any, *, common: bool) -> Any:
    """Return the common keys, or the adapter's."""
    if isinstance(item, dict):
        return {k: v for k, v in item.items() if (k in _COMMON) is common}
    return item


def validate_channels(loaded: "LoadedConfig", manifests: Iterable[Manifest]) -> tuple[Channel, ...]:
    """Return the channels that are switched on, each with its adapter's keys validated.

    Raises:
        ConfigError: an adapter is not installed, or its keys are wrong.
    """
    by_name = {manifest.name: manifest for manifest in manifests}
    problems: list[Problem] = []
    channels: list[Channel] = []
    for number, settings in enumerate(loaded.channels):
        if not settings.enabled:
            continue
        path = ("channels", number)
        manifest = by_name.get(settings.adapter)
        if manifest is None:
            problems.append(_no_adapter(loaded.tree, (*path, "adapter"), settings.adapter, by_name))
            continue
        raw = _part(loaded.tree.value["channels"][number], common=False)
        wrong: list[Problem] = []
        options = validate(loaded.tree, path, raw, manifest.config, wrong)
        problems += [_guess_common(p) for p in wrong]
        if options is not None:
            channel = Channel(settings=settings, manifest=manifest, options=options)
            problems += _shared(loaded.tree, path, channel, channels)
            problems += _paths_taken(loaded.tree, path, channel, channels)
            channels.append(channel)
    raise_for(problems)
    return tuple(channels)


def _shared(
    tree: Tree, path: tuple[str | int, ...], channel: Channel, others: Iterable[Channel]
) -> Iterator[Problem]:
    """Say if another channel uses this one's account: each would take the other's events."""
    account = _account(channel)
    if account is None:
        return
    for other in others:
        if other.manifest.realm == channel.manifest.realm and _account(other) == account:
            yield tree.problem(
                path,
                f'"{channel.name}" uses the same account of {channel.manifest.name} as'
                f' "{other.name}", and each would take what is said to the other; give it an'
                " account of its own, or switch one of them off (enabled: false)",
            )
            return


def _account(channel: Channel) -> str | None:
    account = channel.manifest.account
    return None if account is None else account(channel.options)


def _paths_taken(
    tree: Tree, path: tuple[str | int, ...], channel: Channel, others: Iterable[Channel]
) -> list[Problem]:
    mine = channel.manifest.paths(channel.options)
    return [
        tree.problem(
            path,
            f"the pages of {channel.name} lie under {taken}, as those of {other.name} do; give one"
            " of them another path, or switch it off (enabled: false)",
        )
        for other in others
        for taken in mine
        if taken in other.manifest.paths(other.options)
    ]


def _no_adapter(
    tree: Tree, path: tuple[str | int, ...], name: str, known: Iterable[str]
) -> Problem:
    names = sorted(known)
    close = guess(name, names)
    meant = f'did you mean "{close}"?' if close else f"there are: {', '.join(names) or 'none'}"
    return tree.problem(path, f'no adapter "{name}" is installed ({meant})')


def _guess_common(problem: Problem) -> Problem:
    """An unknown key may be a misspelt common one, which the adapter's model does not know."""
    if problem.message != "unknown key":
        return problem
    close = guess(str(problem.path[-1]), _COMMON)
    words = f'unknown key (did you mean "{close}"?)' if close else problem.message
    return Problem(problem.place, problem.path, words)
