"""The strategies that fill models are tried with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from kalshi_exp.probes.families import FAMILIES


@final
@dataclass(frozen=True)
class Strategy:
    """One family with its parameters.

    Attributes:
        name: unique.
        family: name of its family.
        aggressive: whether it means to take.
        size: contracts of an order.
        every: decisions between two of its turns.
        own: the family's other parameters.
    """

    name: str
    family: str
    aggressive: bool
    size: int
    every: int
    own: tuple[tuple[str, float], ...]

    @property
    def parameters(self) -> dict[str, float]:
        """What its family reads."""
        return {"size": self.size, "every": self.every} | dict(self.own)


def _some(
    family: str, label: str, sizes: tuple[int, ...], every: int, **own: float
) -> tuple[Strategy, ...]:
    aggressive = {one.name: one.aggressive for one in FAMILIES}[family] or own.get("take") == 1
    return tuple(
        Strategy(f"{label} {size}", family, aggressive, size, every, tuple(own.items()))
        for size in sizes
    )


_SHORT = {"window": 1, "threshold": 1, "limit": 300, "reach": 0}
_MIDDLE = {"window": 10, "threshold": 2, "limit": 500, "reach": 1}
_LONG = {"window": 60, "threshold": 4, "limit": 500, "reach": 1}
_TOUCH = {"threshold": 0.6, "limit": 500, "reach": 0}
_ORDER = {"total": 500, "period": 300}

STRATEGIES: tuple[Strategy, ...] = (
    *_some("joiner", "join", (1, 5, 20, 50, 100, 500), 10, behind=0),
    *_some("joiner", "improve", (1, 10, 50, 200), 10, behind=-1),
    *_some("joiner", "join a tick behind", (5, 50), 20, behind=1),
    *_some("joiner", "join two ticks behind", (20, 200), 30, behind=2),
    *_some("maker", "make", (1, 10, 50, 100), 1, limit=200, lean=0),
    *_some("maker", "make slowly", (10, 100), 5, limit=500, lean=0),
    *_some("maker", "make with the imbalance", (5, 50), 1, limit=200, lean=1),
    *_some("maker", "make against the imbalance", (5, 50), 1, limit=200, lean=-1),
    *_some("fader", "fade at 25, 50, 75", (10, 100), 1, limit=300, cents=25, reach=5),
    *_some("fader", "fade at fives", (5, 50), 1, limit=200, cents=5, reach=2),
    *_some("slicer", "slice at the touch", (10, 50), 5, take=0, reach=0, **_ORDER),
    *_some("random", "join at random", (20, 200), 1, chance=0.1, take=0, reach=0),
    *_some("momentum", "follow 1 s", (5, 50), 1, way=1, **_SHORT),
    *_some("momentum", "follow 10 s", (10, 100), 5, way=1, **_MIDDLE),
    *_some("momentum", "follow 60 s", (20, 200), 10, way=1, **_LONG),
    *_some("momentum", "revert 1 s", (5, 50), 1, way=-1, **_SHORT),
    *_some("momentum", "revert 10 s", (10, 100), 5, way=-1, **_MIDDLE),
    *_some("momentum", "revert 60 s", (20, 200), 10, way=-1, **_LONG),
    *_some("imbalance", "take with the imbalance", (5, 50), 5, way=1, **_TOUCH),
    *_some("imbalance", "take against the imbalance", (5, 50), 5, way=-1, **_TOUCH),
    *_some("slicer", "slice through the touch", (20, 100), 5, take=1, reach=1, **_ORDER),
    *_some("random", "take at random", (1, 20, 100, 500), 1, chance=0.05, take=1, reach=2),
)
"""All of them, passive ones first."""
