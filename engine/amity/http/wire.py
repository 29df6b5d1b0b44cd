"""The contract's values as JSON, for a terminal in another process than its engine.

Only classes of the contract are known, and what a platform keeps for itself (``raw``) stays behind.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, Final

from amity import adapter, errors, message
from amity.sealed import SealedText

__all__ = ["decode", "encode"]

_KNOWN: Final[Mapping[str, type]] = {
    name: value
    for module in (message, adapter)
    for name in module.__all__
    if isinstance(value := getattr(module, name), type)
    and (is_dataclass(value) or issubclass(value, Enum))
}
_LEFT_OUT: Final = frozenset({"raw"})
_ERRORS: Final[Mapping[str, type[errors.DeliveryError]]] = {
    kind.__name__: kind for kind in (errors.Forbidden, errors.Gone, errors.Refused, errors.Unknown)
}


def encode(value: Any) -> Any:
    """Return a value of the contract as JSON has it.

    Raises:
        TypeError: it is none.
    """
    if isinstance(value, SealedText):
        return {"sealed": value.reveal()}
    if isinstance(value, errors.RetryAfter):
        return {"wait": value.seconds}
    if isinstance(value, errors.DeliveryError):
        name = type(value).__name__
        return {"error": name if name in _ERRORS else "Unknown", "text": str(value)}
    kind = type(value)
    if _KNOWN.get(kind.__name__) is kind:
        if isinstance(value, Enum):
            return {"enum": kind.__name__, "value": value.value}
        return {"is": kind.__name__, "with": _fields_of(value)}
    if isinstance(value, list | tuple | frozenset | set):
        plural = "list" if isinstance(value, list) else "set" if _is_set(value) else "tuple"
        return {plural: [encode(item) for item in value]}
    if isinstance(value, Mapping):
        return {"map": {str(k): encode(v) for k, v in value.items()}}
    if isinstance(value, bytes):
        return {"bytes": b64encode(value).decode()}
    if value is None or kind in {bool, int, float, str}:
        return value
    raise TypeError(f"{kind.__name__} is no value of the contract")


def _is_set(value: object) -> bool:
    return isinstance(value, set | frozenset)


def _fields_of(value: Any) -> dict[str, Any]:
    return {
        field.name: encode(held)
        for field in fields(value)
        if field.name not in _LEFT_OUT
        and ((held := getattr(value, field.name)) != field.default or field.default is MISSING)
    }


def decode(value: Any) -> Any:
    """Return what ``encode`` was given.

    Raises:
        ValueError: it is not such JSON.
    """
    try:
        return _decode(value)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise ValueError("not a value of the contract") from error


def _decode(value: Any) -> Any:
    if not isinstance(value, dict):
        if isinstance(value, list):
            raise TypeError
        return value
    match value:
        case {"is": str(name), "with": dict(held)}:
            return _KNOWN[name](**{k: _decode(v) for k, v in held.items()})
        case {"list": list(items)}:
            return [_decode(item) for item in items]
        case {"tuple": list(items)}:
            return tuple(_decode(item) for item in items)
        case {"set": list(items)}:
            return frozenset(_decode(item) for item in items)
        case {"map": dict(held)}:
            return {k: _decode(v) for k, v in held.items()}
        case _:
            return _decode_one(value)


def _decode_one(value: dict[str, Any]) -> Any:
    match value:
        case {"sealed": str(text)}:
            return SealedText(text)
        case {"bytes": str(text)}:
            return b64decode(text, validate=True)
        case {"wait": int() | float() as seconds}:
            return errors.RetryAfter(seconds)
        case {"error": str(name), "text": str(text)}:
            return _ERRORS[name](text)
        case {"enum": str(name), "value": held}:
            return _KNOWN[name](held)
        case _:
            raise TypeError
