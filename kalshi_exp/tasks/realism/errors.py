"""What a realism report refuses."""

from __future__ import annotations

from typing import final


@final
class RealismError(ValueError):
    """What can't be compared, in one sentence."""
