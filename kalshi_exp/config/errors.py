"""The one way a configuration is refused."""

from __future__ import annotations

from typing import final


@final
class ConfigError(ValueError):
    """A configuration that can't be run; its message is one sentence for the reader."""
