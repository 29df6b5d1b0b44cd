"""``${NAME}``, ``${NAME:-otherwise}`` and ``${file:path}`` in the texts of the configuration."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

__all__ = ["Interpolation"]

_REFERENCE: Final = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MAX_FILE: Final = 64 * 1024


class Interpolation:
    """Replaces references. ``$${`` is a literal ``${``; what comes out is not looked at again."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        """Take variables from ``environ``; relative files lie in ``folder``."""
        self._environ = environ
        self._folder = folder

    def __call__(self, text: str) -> tuple[str, bool]:
        """Return the text with every reference replaced, and whether there was one.

        Raises:
            LookupError: what a reference names is not there; its argument is a sentence.
        """
        found = False

        def replace(match: re.Match[str]) -> str:
            nonlocal found
            if match[0] == "$${":
                return "${"
            if match[1] is None:
                raise LookupError("a ${ has no } of its own; write $${ for a literal ${")
            found = True
            return self._value(match[1])

        return _REFERENCE.sub(replace, text), found

    def _value(self, reference: str) -> str:
        if reference.startswith("file:"):
            return self._file(reference[5:].strip())
        name, with_default, default = reference.partition(":-")
        if not _NAME.fullmatch(name):
            raise LookupError("between ${ and } stands the name of a variable, or file:PATH")
        value = self._environ.get(name, "")
        if value:
            return value
        if with_default:
            return default
        raise LookupError(
            f"the variable {name} is not set; set it, or give a value for that case:"
            f" ${{{name}:-value}}"
        )

    def _file(self, name: str) -> str:
        path = self._folder / Path(name).expanduser()
        try:
            with path.open("rb") as file:
                content = file.read(_MAX_FILE + 1)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no such name"
            raise LookupError(f"the file {name} cannot be read: {reason}") from None
        if len(content) > _MAX_FILE:
            raise LookupError(f"the file {name} is too large for a value")
        try:
            return content.decode().strip("\r\n")
        except UnicodeDecodeError:
            raise LookupError(f"the file {name} is not UTF-8 text") from None
