"""A view made by hand, and what a family asks for when it sees it."""

from __future__ import annotations

from typing import Any

import numpy as np

from kalshi_exp.market.orders import CALL_BACK, INTENT, PLACE
from kalshi_exp.market.units import SIZE_ONE
from kalshi_exp.probes.families import Desk, Family
from kalshi_exp.probes.view import NO_ORDER, View

CENTS = (np.arange(1, 100) * 100).astype(np.int32)


def level(cents: float) -> int:
    """Ladder level of a price in whole cents."""
    return int(cents) - 1


def view(rows: int = 1, **seen: Any) -> View:
    """An open market at 40 to 42 cents, nothing held and nothing standing, but for what is given.

    `bid` and `ask` are cents, `standing` levels by side, `mids` cents a decision so far.
    """

    def wide(values: Any, kind: type) -> np.ndarray:
        return np.broadcast_to(np.asarray(values, kind), rows).copy()

    tick = seen.pop("tick", 0)
    mids = np.asarray(seen.pop("mids", [41.0] * (tick + 1)), float) * 200
    made = View(
        tick=tick,
        open=wide(seen.pop("open", True), bool),
        bid=wide(np.asarray(seen.pop("bid", 40)) - 1, int),
        ask=wide(np.asarray(seen.pop("ask", 42)) - 1, int),
        mids=np.repeat(mids.astype(np.int64)[:, None], rows, 1),
        imbalance=wide(seen.pop("imbalance", 0.0), float).astype(np.float32),
        position=wide(seen.pop("position", 0.0), float),
        standing=np.broadcast_to(seen.pop("standing", (NO_ORDER, NO_ORDER)), (rows, 2)).copy(),
        luck=np.broadcast_to(seen.pop("luck", (0.0, 0.0, 0.0)), (rows, 3)).astype(float),
        ladder=CENTS,
    )
    assert not seen
    return made


def asked(family: Family, seen: View, **own: float) -> list[Any]:
    """What each side of the first row asks for: None, "back", or (cents, contracts, immediate)."""
    rows = len(seen.open)
    parameters = {name: np.full(rows, float(value)) for name, value in own.items()}
    desk = Desk(np.zeros((rows, 2), INTENT), seen)
    family.decide(seen, parameters, desk)
    told: list[Any] = []
    for side in range(2):
        one = desk.intents[0, side]
        if one["asked"] == PLACE:
            contracts = one["size"] / SIZE_ONE
            told.append((int(one["level"]) + 1, contracts, bool(one["immediate"])))
        else:
            told.append("back" if one["asked"] == CALL_BACK else None)
    return told
