"""``amity persona lint``: persona files checked as they would be loaded."""

import argparse
from importlib.resources.abc import Traversable
from pathlib import Path

from amity.cli.output import show
from amity.cli.session import load
from amity.config import LoadedConfig, section
from amity.defaults.files import yaml_files
from amity.errors import ConfigError, OperatorError
from amity.persona.library import PersonaLibrary, read_persona

__all__ = ["lint"]


def lint(options: argparse.Namespace) -> int:
    """Check files and folders, or those of the configuration; 1 on findings."""
    loaded = None if options.path else load(options)
    if loaded is None:
        paths = [Path(path) for path in options.path]
    else:
        paths = [] if loaded.personas is None else [loaded.personas]
    for path in paths:
        if not path.exists():
            raise OperatorError(f"{path}: there is no such file or folder")
    found = [line for path in paths for file in _files(path) for line in _problems(file)]
    if not found:
        found = [line for path in paths if path.is_dir() for line in _together(path)]
    if not found and loaded is not None:
        found = _without_a_model(loaded)
    show(options, {"findings": found}, found or ["all personas are good"])
    return 1 if found else 0


def _files(path: Path) -> list[Traversable]:
    return yaml_files(path) if path.is_dir() else [path]


def _together(folder: Path) -> list[str]:
    """Return what is wrong only where files meet: one id twice."""
    try:
        PersonaLibrary.load(folder)
    except ConfigError as error:
        return str(error).splitlines()
    return []


def _without_a_model(loaded: LoadedConfig) -> list[str]:
    """Return which personas name a model that the configuration has not."""
    from amity.models.config import ModelsConfig
    from amity.setup import model_fault

    models = section(loaded, "models", ModelsConfig)
    personas = PersonaLibrary.load(loaded.personas).values()
    return [f"{p.id}: {fault}" for p in personas if (fault := model_fault(p, models))]


def _problems(file: Traversable) -> list[str]:
    try:
        read_persona(file)
    except ConfigError as error:
        return str(error).splitlines()
    return []
