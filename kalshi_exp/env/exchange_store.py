"""The arrays of the exchange world's simulations as a flat dict of plain arrays, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kalshi_exp.exchange.exchange import Exchange
from kalshi_exp.exchange.orders import new_pool


def _mapped(function: Callable[[str, np.ndarray], np.ndarray], tree: Any, path: str) -> Any:
    """The same named tuple with each array replaced by `function` of its path and itself."""
    parts = (
        _mapped(function, part, f"{path}.{name}")
        if isinstance(part, tuple)
        else function(f"{path}.{name}", part)
        for name, part in zip(tree._fields, tree, strict=True)
    )
    return type(tree)(*parts)


def _in_use(tree: Any) -> dict[str, int]:
    """Of the arrays that only fill up: how much of them any of the exchanges uses."""
    if not isinstance(tree, Exchange):
        return {}
    return {
        "Exchange.events": int(tree.agenda["waiting"].max()),
        "Exchange.labels": int(tree.noted.max()),
        "Exchange.engine.log": int(tree.engine.counts["logged"].max()),
    }


_FILLING = ("Exchange.events", "Exchange.labels", "Exchange.engine.log")


def packed(tree: Any) -> dict[str, np.ndarray]:
    """Copies of a named tuple's arrays by path; of those that only fill up, the part in use."""
    out: dict[str, np.ndarray] = {}
    used = _in_use(tree)

    def note(path: str, array: np.ndarray) -> np.ndarray:
        out[path] = (array[:, : used[path]] if path in used else array).copy()
        return array

    _mapped(note, tree, type(tree).__name__)
    return out


def unpacked(arrays: dict[str, np.ndarray], tree: Any) -> Any:
    """The named tuple that `packed` took apart.

    Args:
        arrays: what `packed` gave.
        tree: one of the same kind; its arrays are used where they have room.
    """

    def put(path: str, old: np.ndarray) -> np.ndarray:
        kept = arrays[path]
        if path not in _FILLING:
            if old.shape != kept.shape:
                return kept.copy()
            old[...] = kept
            return old
        if kept.shape[1] >= old.shape[1]:
            old = np.zeros((len(old), 2 * kept.shape[1] + 1), old.dtype)
        old[:, : kept.shape[1]] = kept
        return old

    return _mapped(put, tree, type(tree).__name__)


def fitting(blank: Exchange, batch: Exchange) -> Exchange:
    """The blank exchange with a pool as large as the batch's are."""
    pool = batch.engine.orders.shape[1]
    if blank.engine.orders.size == pool:
        return blank
    return blank._replace(engine=blank.engine._replace(orders=new_pool(pool)))
