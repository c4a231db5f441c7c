"""What a strategy did in a session, in sums: what every realism figure is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from kalshi_exp.market.units import BID, MONEY_ONE, SECOND, SIZE_ONE
from kalshi_exp.probes.play import Played

HORIZONS = (1, 5, 30, 60)
"""Seconds after an order's arrival within which it is asked whether it was filled at all."""

MARKOUTS = (1, 10, 60)
"""Seconds after a fill at which it is valued."""

SIZE_CLASSES = ((0, 20), (20, 100), (100, 10**9))
"""Contracts of an order: small, medium and large, upper ends left out."""

WAITS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
"""Seconds to the first fill: upper ends of the classes; the last class is open."""

SUMS: tuple[str, ...] = (
    "orders",
    "offered",  # contracts
    "filled",  # contracts
    "profit",  # cents: fills against the mid 60 s later, less fees
    "fees",  # cents
    *(f"within_{h}" for h in HORIZONS),  # orders with a fill within so many seconds
    "passive",  # contracts filled while resting
    "aggressive",  # contracts filled on arrival
    *(f"passive_markout_{s}" for s in MARKOUTS),  # cents times contracts, before fees
    *(f"aggressive_markout_{s}" for s in MARKOUTS),
    *(f"taken_{k}" for k in range(len(SIZE_CLASSES))),  # contracts, by size of the order
    *(f"slippage_{k}" for k in range(len(SIZE_CLASSES))),  # cents times contracts, against the mid
    *(f"waited_{k}" for k in range(len(WAITS) + 1)),  # orders, by time to their first fill
    "violations",  # fills beyond the evidence
)
"""Columns of a tally."""

COLUMN = {name: number for number, name in enumerate(SUMS)}
NEVER_FILLED = np.iinfo(np.int64).max
_DECISIONS = 1 << 24  # more than a session has


@final
@dataclass(frozen=True)
class Orders:
    """Orders that reached the exchange, and what became of them.

    Attributes:
        environment: int64[K].
        key: int64[K], names row, decision and side: the same order in another world.
        level: int64[K].
        placed: float64[K], contracts.
        waited: int64[K], ns from arrival to the first fill; NEVER_FILLED.
    """

    environment: np.ndarray
    key: np.ndarray
    level: np.ndarray
    placed: np.ndarray
    waited: np.ndarray

    def within(self, seconds: float) -> np.ndarray:
        """bool[K]: filled at least in part so soon after arrival."""
        soon: np.ndarray = self.waited <= seconds * SECOND
        return soon


def orders_of(played: Played, slots: int, every: int) -> Orders:
    """The orders of a play.

    Args:
        played: what the rows did.
        slots: rows of an environment.
        every: ns between two decisions.
    """
    sent, rows = played.orders, played.order_rows
    environment = rows // slots
    tick = (sent["sent"] - played.times[0, environment]) // every
    waited = np.full(len(sent), NEVER_FILLED)
    at = _order_of_each_fill(played)
    np.minimum.at(waited, at, played.fills["ts"] - sent["arrive"][at])
    return Orders(
        environment,
        (rows * _DECISIONS + tick) * 2 + sent["side"],
        sent["level"].astype(np.int64),
        sent["placed"] / SIZE_ONE,
        waited,
    )


def _order_of_each_fill(played: Played) -> np.ndarray:
    """int64[F]: index of the order that each fill is of."""
    top = max(int(played.orders["serial"].max(initial=0)), 1) + 1
    keys = played.order_rows * top + played.orders["serial"]  # ascending, as they were logged
    found: np.ndarray = np.searchsorted(keys, played.fill_rows * top + played.fills["serial"])
    return found


def tally(played: Played, slots: int, every: int) -> np.ndarray:
    """Sums of every environment, float64[E, len(SUMS)].

    A fill is valued at the mid of the first decision so many seconds after it, or at the session's
    end where that comes before; without our own orders, each touch as it was last known.

    Args:
        played: what the rows did.
        slots: rows of an environment.
        every: ns between two decisions.
    """
    environments = played.times.shape[1]
    out = np.zeros((environments, len(SUMS)))

    def add(name: str, where: np.ndarray, values: np.ndarray | float = 1.0) -> None:
        weights = np.broadcast_to(values, where.shape)
        out[:, COLUMN[name]] += np.bincount(where, weights, environments)

    orders = orders_of(played, slots, every)
    add("orders", orders.environment)
    add("offered", orders.environment, orders.placed)
    for horizon in HORIZONS:
        add(f"within_{horizon}", orders.environment[orders.within(horizon)])
    seen = orders.waited < NEVER_FILLED
    wait = np.searchsorted(np.array(WAITS) * SECOND, orders.waited[seen])
    for k in range(len(WAITS) + 1):
        add(f"waited_{k}", orders.environment[seen][wait == k])

    fills, rows = played.fills, played.fill_rows
    where, size = rows // slots, fills["size"] / SIZE_ONE
    sign = np.where(fills["side"] == BID, 1.0, -1.0)
    passive = fills["passive"] == 1
    since = fills["ts"] - played.times[0, where]

    def gain(at: np.ndarray) -> np.ndarray:
        """Cents a contract against the mid of a decision."""
        later = played.mids[np.clip(at, 0, len(played.mids) - 1), rows]
        cents: np.ndarray = sign * (later / 2.0 - fills["price"]) / 100.0
        return cents

    fee = fills["fee"] * (100.0 / MONEY_ONE)
    add("filled", where, size)
    add("fees", where, fee)
    for seconds in MARKOUTS:
        cents = gain(-(-(since + seconds * SECOND) // every)) * size
        add(f"passive_markout_{seconds}", where[passive], cents[passive])
        add(f"aggressive_markout_{seconds}", where[~passive], cents[~passive])
        if seconds == MARKOUTS[-1]:
            add("profit", where, cents - fee)
    add("passive", where[passive], size[passive])
    add("aggressive", where[~passive], size[~passive])
    at = _order_of_each_fill(played)
    placed = played.orders["placed"][at] / SIZE_ONE
    paid = -gain((played.orders["sent"][at] - played.times[0, where]) // every)
    for k, (low, high) in enumerate(SIZE_CLASSES):
        chosen = ~passive & (placed >= low) & (placed < high)
        add(f"taken_{k}", where[chosen], size[chosen])
        add(f"slippage_{k}", where[chosen], (paid * size)[chosen])
    out[:, COLUMN["violations"]] = played.violations
    return out
