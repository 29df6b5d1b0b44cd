"""Finds, reads and validates the configuration."""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel

from amity.clock import Clock, FileClock, SystemClock
from amity.config.channels import read_channels
from amity.config.explain import Model, failure, guess, raise_for, validate
from amity.config.interpolate import Interpolation
from amity.config.overrides import apply_overrides
from amity.config.settings import ChannelSettings, Settings
from amity.config.strict import check_declarations
from amity.config.tree import Problem, Tree, parse
from amity.defaults.files import MAX_BYTES
from amity.errors import ConfigError

__all__ = ["DEFAULT_FILE", "LoadedConfig", "data_folder", "find_config", "load_config", "section"]

DEFAULT_FILE: Final = Path("config/amity.yaml")
SECTIONS_ABOVE: Final = ("models", "limits")
_ENVIRONMENT: Final = (
    "AMITY_CONFIG",
    "AMITY_DATA",
    "AMITY_MASTER_KEY",
    "AMITY_ENV",
    "AMITY_CLOCK_FILE",
)
_DEFAULT_CHANNELS: Final = ({"name": "web", "adapter": "web", "persona": "mia"},)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedConfig:
    """A configuration that was read, with where it came from.

    Attributes:
        config: The engine's own sections.
        channels: Every configured channel with its common keys; ``amity.config.validate_channels``
            adds what is its adapter's.
        source: The file, or ``None`` for the built-in defaults.
        data: The data folder, absolute.
        production: Whether ``AMITY_ENV=production``.
        warnings: Sentences for the operator; nothing stops for them.
        clock_file: ``AMITY_CLOCK_FILE``, never in production.
        environ: The environment it was read with.
        tree: The values as written, with their places.
        brought: Channels that a command brought in place of the configured ones; see ``only``.
    """

    config: Settings
    channels: tuple[ChannelSettings, ...]
    source: Path | None
    data: Path
    production: bool
    warnings: tuple[str, ...] = ()
    clock_file: Path | None = None
    environ: Mapping[str, str] = field(repr=False)
    tree: Tree = field(repr=False)
    brought: tuple[dict[str, Any], ...] | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path:
        """What the operator's own relative paths are relative to: the folder of the file."""
        return self.source.parent if self.source else self.data

    @property
    def personas(self) -> Path | None:
        """The operator's folder of personas; ``None`` where there are only the built-in ones."""
        return self._beside(self.config.personas)

    @property
    def policy(self) -> Path | None:
        """The operator's folder of policy texts; ``None`` where the built-in ones are used."""
        return self._beside(self.config.privacy.policy)

    def _beside(self, name: str | None) -> Path | None:
        return None if name is None else (self.folder / Path(name).expanduser()).absolute()

    @property
    def store_url(self) -> str:
        """The store's address; a relative SQLite file lies in the data folder, made absolute here.

        ``sqlite:///data/amity.db`` means the data folder too, wherever ``AMITY_DATA`` puts it.
        """
        url = self.config.store.url.get_secret_value()
        prefix = "sqlite:///"
        if not url.startswith(prefix):
            return url
        name = url.removeprefix(prefix)
        if name.startswith("/"):
            return url
        # Percent signs in what the operator wrote stay as they are; the folder's name is a path.
        parts = [part for part in name.split("/") if part not in {"", "."}]
        if parts[0] == "data" and len(parts) > 1:
            parts = parts[1:]
        return "/".join((prefix + quote(str(self.data)), *parts))

    @property
    def base_url(self) -> str:
        """The public address, without a slash at its end."""
        return self.config.service.base_url or f"http://{self.config.http.bind}"

    def clock(self) -> Clock:
        """Return the clock that this configuration asks for."""
        return FileClock(self.clock_file) if self.clock_file else SystemClock()

    def only(self, channels: list[dict[str, Any]]) -> "LoadedConfig":
        """Return this configuration with other channels, for a command that brings its own.

        Raises:
            ConfigError: one of them is wrong.
        """
        tree = Tree("channels", {**self.tree.value, "channels": channels}, dict(self.tree.places))
        tree.secrets = set(self.tree.secrets)
        problems: list[Problem] = []
        common = read_channels(tree, problems)
        raise_for(problems)
        return replace(self, channels=common, tree=tree, brought=tuple(channels))

    def again(self, environ: Mapping[str, str] | None = None) -> "LoadedConfig":
        """Read the same file anew, for a reload; without one, look whether there is one by now."""
        environ = self.environ if environ is None else environ
        loaded = load_config(self.source or find_config(None, environ), environ, self.data)
        return loaded if self.brought is None else loaded.only(list(self.brought))


def find_config(option: str | None, environ: Mapping[str, str]) -> Path | None:
    """Return the configuration file that counts, ``None`` for the built-in defaults.

    Raises:
        ConfigError: a file was named that is not there.
    """
    for name, said in (("--config", option), ("AMITY_CONFIG", environ.get("AMITY_CONFIG"))):
        if said:
            path = Path(said).expanduser().absolute()
            if not path.is_file():
                raise ConfigError(f"{said}: there is no such configuration file ({name})")
            return path
    default = DEFAULT_FILE.absolute()
    return default if default.is_file() else None


def data_folder(option: str | None, environ: Mapping[str, str]) -> Path:
    """Return the data folder, absolute; it need not exist yet."""
    return Path(option or environ.get("AMITY_DATA") or "data").expanduser().absolute()


def load_config(path: Path | None, environ: Mapping[str, str], data: Path) -> LoadedConfig:
    """Read a configuration file, or the built-in defaults where ``path`` is ``None``.

    Raises:
        ConfigError: something in it is wrong; all of it is said, one line each.
    """
    source = None if path is None else path.absolute()
    data = data.absolute()
    tree = Tree(source.name if source else "configuration")
    resolve = Interpolation(environ, source.parent if source else data)
    if source is not None:
        _read(tree, source, resolve)
    raise_for(tree.problems)
    apply_overrides(tree, environ, resolve)
    raise_for(tree.problems)

    production, clock_file = _mode(environ)
    problems: list[Problem] = []
    own = {k: v for k, v in tree.value.items() if k not in {*SECTIONS_ABOVE, "channels"}}
    config = validate(tree, (), own, _Whole, problems)
    if tree.value.get("channels") is None:
        tree.value["channels"] = deepcopy(list(_DEFAULT_CHANNELS))
    channels = read_channels(tree, problems)
    problems += [
        tree.problem((name,), "must hold keys of its own")
        for name in SECTIONS_ABOVE
        if not isinstance(tree.value.get(name) or {}, dict)
    ]
    needed = _needed(tree)
    problems = [p for p in problems if not _follows_from(p, needed)] + needed
    if config is None or problems:
        raise failure(problems)
    settings = Settings.model_validate({n: getattr(config, n) for n in Settings.model_fields})
    _check_binds(tree, settings, problems)
    _check_desk(tree, settings, channels, problems)
    problems += check_declarations(tree, settings, strict=production)
    raise_for(problems)
    return LoadedConfig(
        config=settings,
        channels=channels,
        source=source,
        data=data,
        production=production,
        warnings=tuple(_warnings(tree, environ, settings, channels)),
        clock_file=clock_file,
        environ=environ,
        tree=tree,
    )


class _Whole(Settings):
    """``Settings`` with the other sections' names, so that a misspelt one can be guessed."""

    models: Any = None
    limits: Any = None
    channels: Any = None


def _read(tree: Tree, source: Path, resolve: Interpolation) -> None:
    try:
        with source.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{tree.label}: cannot be read: {error.strerror}") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{tree.label}:{line}: is not UTF-8 text") from None
    value = parse(tree, text, resolve)
    if value is not None and not isinstance(value, dict):
        tree.problems.append(tree.problem((), "a configuration holds sections, such as service:"))
    tree.value = value if isinstance(value, dict) else {}


def _mode(environ: Mapping[str, str]) -> tuple[bool, Path | None]:
    said = environ.get("AMITY_ENV", "").strip()
    if said not in {"", "production", "development"}:
        raise ConfigError('AMITY_ENV: must be "production" or "development"')
    clock = environ.get("AMITY_CLOCK_FILE", "")
    if said == "production" and clock:
        raise ConfigError("AMITY_CLOCK_FILE: moves the clock for tests; unset it in production")
    return said == "production", Path(clock).absolute() if clock else None


def _needed(tree: Tree) -> list[Problem]:
    """Return what a ``${…}`` did not find, but for channels that are switched off."""
    channels = tree.value.get("channels")
    off = {
        ("channels", i)
        for i, channel in enumerate(channels if isinstance(channels, list) else [])
        if isinstance(channel, dict) and channel.get("enabled") is False
    }
    return [p for p in tree.missing if p.path[:2] not in off]


def _follows_from(problem: Problem, needed: list[Problem]) -> bool:
    """Say whether a value is only wrong because a ``${…}`` in it found nothing."""
    depth = len(problem.path)
    return depth > 0 and any(other.path[:depth] == problem.path for other in needed)


def _check_binds(tree: Tree, settings: Settings, problems: list[Problem]) -> None:
    http = settings.http
    if http.bind == http.admin_bind and http.bind.port != 0:
        problems.append(tree.problem(("http", "admin_bind"), "must not be the same as http.bind"))


def _check_desk(
    tree: Tree, settings: Settings, channels: tuple[ChannelSettings, ...], problems: list[Problem]
) -> None:
    """See that the operators' chat is on a channel that runs."""
    name = settings.support.channel
    if name is None or any(c.name == name and c.enabled for c in channels):
        return
    if any(c.name == name for c in channels):
        sentence = f'channel "{name}" is switched off, so nobody would be told of requests'
    else:
        known = [c.name for c in channels if c.enabled]
        close = guess(name, known)
        meant = f'did you mean "{close}"?' if close else f"there are: {', '.join(known) or 'none'}"
        sentence = f'there is no channel "{name}" ({meant})'
    problems.append(tree.problem(("support", "channel"), sentence))


def _warnings(
    tree: Tree,
    environ: Mapping[str, str],
    settings: Settings,
    channels: tuple[ChannelSettings, ...],
) -> list[str]:
    warnings = []
    for name in sorted(environ):
        if name.startswith("AMITY_") and "__" not in name and name not in _ENVIRONMENT:
            meant = guess(name.lower(), [known.lower() for known in _ENVIRONMENT])
            if meant:
                warnings.append(f"{name}: unknown variable (did you mean {meant.upper()}?)")
    if not settings.http.admin_bind.loopback:
        place = tree.problem(("http", "admin_bind"), "can be reached from other machines")
        warnings.append(f"{place}; health and metrics are not for the public")
    if not any(channel.enabled for channel in channels):
        warnings.append(f"{tree.problem(('channels',), 'all are switched off: nobody can talk')}")
    return warnings


def section(loaded: LoadedConfig, name: str, model: type[Model]) -> Model:
    """Validate a section that belongs to a room on a higher floor.

    Its validators find the environment in ``info.context["environ"]``.

    Raises:
        ConfigError: something in it is wrong, in the same words as everywhere.
    """
    problems: list[Problem] = []
    found = validate(
        loaded.tree,
        (name,),
        loaded.tree.value.get(name),
        model,
        problems,
        context={"environ": loaded.environ},
    )
    if found is None:
        raise failure(problems)
    return found


def json_of(model: BaseModel) -> Any:
    """Return a model's values as JSON has them, secrets masked."""
    return json.loads(model.model_dump_json())
