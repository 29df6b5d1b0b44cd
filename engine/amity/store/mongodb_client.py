"""The connection to MongoDB: PyMongo's asynchronous client, or Motor with the same calls."""

import asyncio
import contextlib
import importlib
import inspect
from collections.abc import Iterator
from typing import Any, Final, Self
from urllib.parse import urlsplit

from amity.errors import OperatorError, StoreUnavailable, StoreUnusable, Undeclared
from amity.store.contract import Operation

__all__ = ["MissingDriver", "MongoClient"]

_MOTOR: Final = "mongodb+motor"
_DEFAULT_DATABASE: Final = "amity"
_WAIT_MILLISECONDS: Final = 5000


class MissingDriver(OperatorError, ImportError):
    """Raised when the package that an address needs is not installed."""


class MongoClient:
    """A client and one of its databases.

    Attributes:
        where: Hosts and database without credentials.
        database: The driver's database; its calls are the same in both drivers.
        duplicate: The driver's error for a value that is there already.
        refused: The driver's error for what the server does not do.
    """

    def __init__(self, client: Any, name: str, hosts: str, errors: Any) -> None:
        self._client = client
        self._name = name
        self._hosts = hosts
        self._errors = errors
        self.where = f"mongodb://{hosts}/{name}"
        # What was acknowledged must survive the loss of a server.
        concern = importlib.import_module("pymongo.write_concern").WriteConcern(
            w="majority", j=True
        )
        self.database: Any = client.get_database(name, write_concern=concern)
        self.duplicate: type[Exception] = errors.DuplicateKeyError
        self.refused: type[Exception] = errors.OperationFailure
        self._calls = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect.

        Raises:
            MissingDriver: the driver is not installed.
            StoreUnusable: the address is malformed, or no server answers at it.
        """
        motor = urlsplit(url).scheme == _MOTOR
        make, errors = _driver(motor=motor)
        parts = urlsplit(url)
        hosts = parts.netloc.rpartition("@")[2]
        name = parts.path.strip("/") or _DEFAULT_DATABASE
        address = "mongodb" + url[len(_MOTOR) :] if motor else url
        options: dict[str, Any] = {"uuidRepresentation": "standard", "tz_aware": True}
        if "serverselectiontimeoutms" not in parts.query.lower():
            options["serverSelectionTimeoutMS"] = _WAIT_MILLISECONDS
        try:
            client = make(address, **options)
        except (errors.PyMongoError, ValueError, TypeError) as error:
            raise StoreUnusable(
                f"mongodb://{hosts}: the address cannot be used ({type(error).__name__}); "
                "see mongodb.com/docs/manual/reference/connection-string"
            ) from None
        opened = cls(client, name, hosts, errors)
        try:
            with opened.unusable():
                await client.admin.command("ping")
        except BaseException:
            await opened.aclose()
            raise
        return opened

    def sibling(self, ending: str) -> "MongoClient":
        """Return the same client over another database; closing that one closes nothing."""
        return _Sibling(self._client, self._name + ending, self._hosts, self._errors)

    @contextlib.contextmanager
    def unusable(self) -> Iterator[None]:
        """Turn the driver's errors while opening into one sentence for the operator."""
        try:
            yield
        except self._errors.OperationFailure as error:
            raise StoreUnusable(
                f"{self.where}: the server refuses it (code {error.code}); "
                "look at the user, its password and its rights"
            ) from None
        except self._errors.PyMongoError as error:
            raise StoreUnusable(
                f"{self.where}: no MongoDB server answers ({type(error).__name__}); "
                "start it or mend store.url"
            ) from None

    @contextlib.contextmanager
    def unavailable(self) -> Iterator[None]:
        """Turn the driver's errors into ours; its messages can hold values, so none is kept."""
        try:
            yield
        except self._errors.PyMongoError as error:
            code = getattr(error, "code", None)
            raise StoreUnavailable(
                f"{self.where}: the server did not do it ({type(error).__name__}, code {code})"
            ) from None

    def check_encodes(self, operation: Operation) -> None:
        """See that every value can be sent, before anything of a batch is.

        Raises:
            Undeclared: a number is too large, or a text is none.
        """
        for part in ("row", "set", "when", "owner", "equal"):
            for value in (getattr(operation, part, None) or {}).values():
                if isinstance(value, int) and not -(2**63) <= value < 2**63:
                    raise Undeclared("a whole number does not fit into 64 bits")
                if isinstance(value, str) and not _is_text(value):
                    raise Undeclared(
                        "a plain field holds a half of a surrogate pair, which is no text"
                    )

    async def size(self) -> int:
        """Return the size of the data in bytes; 0 where the server does not say."""
        try:
            return int((await self.database.command("dbStats")).get("dataSize", 0))
        except self._errors.OperationFailure:
            return 0

    def begin(self) -> None:
        """Note that a call runs."""
        self._calls += 1
        self._idle.clear()

    def end(self) -> None:
        """Note that a call is over."""
        self._calls -= 1
        if self._calls == 0:
            self._idle.set()

    async def aclose(self) -> None:
        """Wait for the calls that run and close the connection."""
        await self._idle.wait()
        closing = self._client.close()
        if inspect.isawaitable(closing):
            await closing


class _Sibling(MongoClient):
    async def aclose(self) -> None:
        await self._idle.wait()


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _driver(*, motor: bool) -> tuple[Any, Any]:
    """Return the class of the client, and the module of its errors."""
    try:
        errors = importlib.import_module("pymongo.errors")
        if motor:
            return importlib.import_module("motor.motor_asyncio").AsyncIOMotorClient, errors
        return importlib.import_module("pymongo").AsyncMongoClient, errors
    except (ImportError, AttributeError):
        line = 'pip install "amity[mongo]"' + (" motor" if motor else "")
        raise MissingDriver(f"store.url: the driver for MongoDB is missing: {line}") from None
