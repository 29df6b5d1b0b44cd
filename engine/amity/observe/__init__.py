"""Logs without content, metrics without names."""

from amity.observe.exceptions import describe, name_of
from amity.observe.foreign import ALLOWED, clamp_foreign_loggers
from amity.observe.identifiers import Pseudonyms, error_id, short_id
from amity.observe.logs import LEVELS, configure_logging, get_logger, loop_exception_handler
from amity.observe.metrics import Metrics

__all__ = [
    "ALLOWED",
    "LEVELS",
    "Metrics",
    "Pseudonyms",
    "clamp_foreign_loggers",
    "configure_logging",
    "describe",
    "error_id",
    "get_logger",
    "loop_exception_handler",
    "name_of",
    "short_id",
]
