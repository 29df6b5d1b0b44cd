"""Every error that Amity raises on purpose, split by who must act.

AmityError
├── OperatorError            the operator: config, keys, data folder; one sentence with the mend
│   ├── ConfigError          a file, line and key
│   ├── KeyringError         the master key is missing, wrong, or does not fit the store
│   │   └── WrongMasterKey   it is a key, and not the one this store was made with
│   ├── StoreUnusable        the database cannot be opened, is locked, corrupt or too new
│   └── PluginError          an adapter or plugin cannot be loaded
├── StoreError               the program or the store
│   ├── Conflict             a precondition of a write did not hold; nothing was written
│   ├── Duplicate            a row with that id or unique value is there already
│   ├── Undeclared           a field, index, purpose or collection that the data map does not know
│   └── StoreUnavailable     the backend does not answer; trying again later may work
├── TooManyKeys              the person: they have as many keys as one may have
├── KeyDestroyed             nobody: the key was destroyed on purpose, the content is gone
├── DeliveryError            the platform: sending did not work
│   ├── RetryAfter           wait the given seconds, then send again
│   ├── Forbidden            the person does not want us (blocked the bot): stop sending
│   ├── Gone                 the chat or message does not exist any more
│   ├── Refused              the platform does not take this content as it is
│   └── Unknown              it may or may not have arrived
└── ProcessorError           an AI processor; see amity.models.contract for its children

An ``AmityError``'s message never holds text of people or platform ids: it goes to logs.
"""

__all__ = [
    "AmityError",
    "ConfigError",
    "Conflict",
    "DeliveryError",
    "Duplicate",
    "Forbidden",
    "Gone",
    "KeyDestroyed",
    "KeyringError",
    "OperatorError",
    "PluginError",
    "Refused",
    "RetryAfter",
    "StoreError",
    "StoreUnavailable",
    "StoreUnusable",
    "TooManyKeys",
    "Undeclared",
    "Unknown",
    "WrongMasterKey",
]


class AmityError(Exception):
    """Raised when something goes wrong in a way that Amity foresaw."""


class OperatorError(AmityError):
    """Raised when only the operator can mend it; the message is one sentence that says how."""


class ConfigError(OperatorError):
    """Raised when the configuration is wrong; the message starts with file, line and key."""


class KeyringError(OperatorError):
    """Raised when the master key is missing, malformed, or not the one this store was made with."""


class WrongMasterKey(KeyringError):
    """Raised when the master key is well formed and opens nothing of this store."""


class StoreUnusable(OperatorError):
    """Raised when the database cannot be used: unreadable, locked, corrupt, or of a newer Amity."""


class PluginError(OperatorError):
    """Raised when an adapter or plugin cannot be loaded; the others still run."""


class StoreError(AmityError):
    """Raised when a store call fails."""


class Conflict(StoreError):
    """Raised when a precondition of a write did not hold. Nothing was written."""


class Duplicate(StoreError):
    """Raised when an added row's id or unique value is there already. Nothing was written."""


class Undeclared(StoreError):
    """Raised when a call names a field, index, purpose or collection that is not declared."""


class StoreUnavailable(StoreError):
    """Raised when the backend does not answer; the same call may work later."""


class TooManyKeys(AmityError):
    """Raised when a person who has as many keys as one may have asks for one more."""


class KeyDestroyed(AmityError):
    """Raised when content is asked for whose key was destroyed, or never made."""


class DeliveryError(AmityError):
    """Raised when a platform did not take what was sent."""


class RetryAfter(DeliveryError):
    """Raised when the platform asks to wait.

    Attributes:
        seconds: How long to wait, as the platform said it.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the platform asks to wait {seconds:g} s")
        self.seconds = seconds


class Forbidden(DeliveryError):
    """Raised when the person or chat does not let us write: nothing more is sent there."""


class Gone(DeliveryError):
    """Raised when the chat or message is not there any more."""


class Refused(DeliveryError):
    """Raised when the platform does not take this content as it is (too long, bad markup)."""


class Unknown(DeliveryError):
    """Raised when nobody can say whether it arrived: the connection broke after sending."""
