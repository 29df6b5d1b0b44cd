"""A request's fields, however they came: query, form, JSON or multipart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import orjson
from aiohttp import web

from amity.testing.telegram_server.errors import bad_request

__all__ = ["Fields", "Upload"]

_ATTACHED = "attach://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came with a request."""

    name: str
    mime: str
    data: bytes


class Fields:
    """What a request says, read as leniently as Telegram reads it.

    Attributes:
        values: The fields; those that came as JSON keep their types.
        uploads: The files by their field's name.
    """

    def __init__(self, values: Mapping[str, Any], uploads: Mapping[str, Upload]) -> None:
        self.values = values
        self.uploads = uploads

    @classmethod
    async def read(cls, request: web.Request) -> Self:
        """Read the fields of a request.

        Raises:
            ApiError: The body cannot be read.
        """
        values: dict[str, Any] = dict(request.query)
        uploads: dict[str, Upload] = {}
        try:
            if request.content_type == "application/json":
                body = orjson.loads(await request.read() or b"{}")
                if not isinstance(body, dict):
                    raise bad_request("can't parse JSON object")
                values.update(body)
            else:
                _read_form(await request.post(), values, uploads)
        except (orjson.JSONDecodeError, UnicodeDecodeError, ValueError) as error:
            raise bad_request("can't parse the request") from error
        return cls(values, uploads)

    @property
    def shown(self) -> dict[str, Any]:
        """The fields for the record: JSON is decoded, files are their bytes."""
        shown: dict[str, Any] = {name: _decoded(value) for name, value in self.values.items()}
        shown.update({name: upload.data for name, upload in self.uploads.items()})
        return shown

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """Return a field as text; empty where it is missing."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return value
        if isinstance(value, int | float):
            return str(value)
        return orjson.dumps(value).decode()

    def required(self, name: str) -> str:
        """Return a field as text.

        Raises:
            ApiError: It is missing or empty.
        """
        text = self.text(name)
        if not text:
            raise bad_request(f'parameter "{name}" is required')
        return text

    def number(self, name: str, default: int = 0) -> int:
        """Return a field as a number; the default where it is missing or is none."""
        try:
            return int(self.text(name).strip() or default)
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """Return a field as yes or no."""
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def json(self, name: str) -> Any:
        """Return a field that holds JSON; ``None`` where it is missing.

        Raises:
            ValueError: It is not JSON.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        return orjson.loads(value)

    def sequence(self, name: str) -> Sequence[Any] | None:
        """Return a field that holds a JSON array; ``None`` where it is missing or is none."""
        try:
            value = self.json(name)
        except ValueError:
            return None
        return value if isinstance(value, list) else None

    def mapping(self, name: str, what: str) -> Mapping[str, Any] | None:
        """Return a field that holds a JSON object; ``None`` where it is missing.

        Raises:
            ApiError: It holds something else.
        """
        try:
            value = self.json(name)
        except ValueError as error:
            raise bad_request(f"can't parse {what} JSON object") from error
        if value is None:
            return None
        if not isinstance(value, dict):
            raise bad_request(f"object expected as {what}")
        return value

    def upload(self, name: str, value: str | None = None) -> Upload | None:
        """Return the file of a field, sent in it or named in it as ``attach://…``."""
        if value is None:
            if name in self.uploads:
                return self.uploads[name]
            value = self.text(name)
        if value.startswith(_ATTACHED):
            return self.uploads.get(value.removeprefix(_ATTACHED))
        return None


def _read_form(
    form: Mapping[str, str | bytes | bytearray | web.FileField],
    values: dict[str, Any],
    uploads: dict[str, Upload],
) -> None:
    for name, value in form.items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(
                name=value.filename, mime=value.content_type, data=value.file.read()
            )
        elif isinstance(value, str):
            values[name] = value
        else:
            uploads[name] = Upload(name="", mime="", data=bytes(value))


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value
