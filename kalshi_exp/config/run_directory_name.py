"""What keeps two launches of the same second in two directories."""

from __future__ import annotations

import secrets

from omegaconf import OmegaConf


def register_unique() -> None:
    """Make `${unique:}` known: six random hexadecimal digits, the same all through one launch.

    A launch names its directory, it draws nothing that a figure depends on; a clock alone gives
    two launches of one second the same name, and the second would write over the first.
    """
    OmegaConf.register_new_resolver(
        "unique", lambda: secrets.token_hex(3), use_cache=True, replace=True
    )
