"""What became of orders, worked out one by one in plain words."""

from __future__ import annotations

from typing import Any

from kalshi_exp.market.units import BID, SECOND
from kalshi_exp.probes import Played

INFINITY = float("inf")


def orders_and_fills(played: Played, slots: int) -> list[dict[str, Any]]:
    """Every order with its fills, in plain units: seconds since the first decision, cents."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for row, one in zip(played.order_rows.tolist(), played.orders, strict=True):
        begun = int(played.times[0, row // slots])
        found[row, int(one["serial"])] = {
            "row": row,
            "environment": row // slots,
            "side": int(one["side"]),
            "level": int(one["level"]),
            "tick": (int(one["sent"]) - begun) // SECOND,
            "contracts": int(one["placed"]) / 100,
            "fills": [],
        }
    for row, fill in zip(played.fill_rows.tolist(), played.fills, strict=True):
        order = found[row, int(fill["serial"])]
        begun = int(played.times[0, row // slots])
        sent = next(
            one
            for r, one in zip(played.order_rows.tolist(), played.orders, strict=True)
            if r == row and one["serial"] == fill["serial"]
        )
        order["fills"].append(
            {
                "ns": int(fill["ts"]) - begun,
                "waited": (int(fill["ts"]) - int(sent["arrive"])) / SECOND,
                "contracts": int(fill["size"]) / 100,
                "cents": int(fill["price"]) / 100,
                "fee": int(fill["fee"]) / 10_000,
                "passive": bool(fill["passive"]),
            }
        )
    return list(found.values())


def mid_after(played: Played, row: int, ns: int) -> float:
    """Cents at the first decision at `ns` or later, or at the end."""
    for tick in range(len(played.times)):
        if tick * SECOND >= ns:
            return float(played.mids[tick, row]) / 200
    return float(played.mids[-1, row]) / 200


def slow_tally(played: Played, slots: int, environment: int) -> dict[str, float]:
    """The sums of one environment by name."""
    sums: dict[str, float] = {}

    def add(name: str, value: float) -> None:
        sums[name] = sums.get(name, 0.0) + value

    for order in orders_and_fills(played, slots):
        if order["environment"] != environment:
            continue
        add("orders", 1)
        add("offered", order["contracts"])
        sign = 1 if order["side"] == BID else -1
        waited = min((fill["waited"] for fill in order["fills"]), default=INFINITY)
        for horizon in (1, 5, 30, 60):
            add(f"within_{horizon}", waited <= horizon)
        if order["fills"]:
            ends = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, INFINITY]
            add(f"waited_{next(k for k, end in enumerate(ends) if waited <= end)}", 1)
        for fill in order["fills"]:
            size = fill["contracts"]
            add("filled", size)
            add("fees", fill["fee"])
            kind = "passive" if fill["passive"] else "aggressive"
            add(kind, size)
            for seconds in (1, 10, 60):
                mid = mid_after(played, order["row"], fill["ns"] + seconds * SECOND)
                gain = sign * (mid - fill["cents"])
                add(f"{kind}_markout_{seconds}", gain * size)
            add("profit", gain * size - fill["fee"])
            if not fill["passive"]:
                sizes = (20, 100, INFINITY)
                k = next(k for k, end in enumerate(sizes) if order["contracts"] < end)
                before = float(played.mids[order["tick"], order["row"]]) / 200
                add(f"taken_{k}", size)
                add(f"slippage_{k}", sign * (fill["cents"] - before) * size)
    add("violations", int(played.violations[environment]))
    return sums
