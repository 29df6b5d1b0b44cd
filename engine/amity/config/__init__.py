"""The configuration: one YAML file, checked to the line, with variables and overrides.

Paths: what an operator writes (personas, policy texts, ``${file:…}``) lies beside the file; what
Amity writes (the SQLite database) lies in the data folder. Never in the working folder by accident.
"""

from amity.config.channels import Channel, validate_channels
from amity.config.durations import Duration
from amity.config.load import (
    DEFAULT_FILE,
    LoadedConfig,
    data_folder,
    find_config,
    load_config,
    section,
)
from amity.config.settings import (
    Access,
    Bind,
    ChannelSettings,
    HttpSettings,
    PrivacySettings,
    Retention,
    Section,
    ServiceSettings,
    Settings,
    StoreSettings,
    SupportSettings,
)
from amity.config.show import MASK, effective, json_schema
from amity.config.strict import undeclared

__all__ = [
    "DEFAULT_FILE",
    "MASK",
    "Access",
    "Bind",
    "Channel",
    "ChannelSettings",
    "Duration",
    "HttpSettings",
    "LoadedConfig",
    "PrivacySettings",
    "Retention",
    "Section",
    "ServiceSettings",
    "Settings",
    "StoreSettings",
    "SupportSettings",
    "data_folder",
    "effective",
    "find_config",
    "json_schema",
    "load_config",
    "section",
    "undeclared",
    "validate_channels",
]
