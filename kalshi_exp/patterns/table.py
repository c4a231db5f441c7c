"""The one table of pattern state: what the detectors say of a market at a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True)
class Pattern:
    """One column of the pattern state.

    Attributes:
        name: unique.
        unit: its unit.
        meaning: one line.
    """

    name: str
    unit: str
    meaning: str


PATTERNS: tuple[Pattern, ...] = (
    Pattern("anchor", "probability", "the nearest anchor level is defended or feared now"),
    Pattern("anchor_level", "cents", "that level"),
    Pattern("anchor_distance", "cents", "mid less that level"),
    Pattern("anchor_early", "probability", "so it is, and most of its time is still to come"),
    Pattern("cascade", "probability", "liquidity has withdrawn after a move and is not back"),
    Pattern("cascade_side", "sign", "way of the move that began it; 0: none under way"),
    Pattern("cascade_depth", "share", "of the usual liquidity that is missing now"),
    Pattern("cascade_recovering", "0 or 1", "1: liquidity is coming back"),
    Pattern("aversion", "probability", "liquidity shuns the extreme price"),
    Pattern("presence", "share", "of quotes near the touch that a market maker keeps up"),
    Pattern("group", "number", "the sum-to-one group the market seems to be in; -1: none"),
    Pattern("violation", "cents", "by how much that group's mids sum to more than a dollar"),
    Pattern("arbitrage", "cents", "of its best basket after fees; 0: no group, or one-sided"),
    Pattern("correlation", "signed", "of mid changes with the closest sibling; 0: none"),
    Pattern("partner", "ordinal", "that sibling's place in the event; -1: none"),
)
"""Columns of the pattern state, float32; point in time, and never from a label or a ticker."""

PATTERN: dict[str, int] = {pattern.name: column for column, pattern in enumerate(PATTERNS)}
"""Column of each name."""

NEUTRAL: tuple[float, ...] = tuple(
    -1.0 if pattern.name in ("group", "partner") else 0.0 for pattern in PATTERNS
)
"""What a market shows of which nothing is known."""
