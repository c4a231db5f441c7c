"""Prints, and the orders that made them: prints of one millisecond and side are one order's."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import MILLISECOND
from kalshi_exp.tape.session import Kind


class TakerOrders(NamedTuple):
    """Taking orders in the order of their first prints, arrays [K].

    Attributes:
        first: int64, index of the first print among the prints.
        side: int8, side of the book that was taken from.
        size: int64, 1e-2 contracts.
        swept: bool, whether it took more than one level.
    """

    first: np.ndarray
    side: np.ndarray
    size: np.ndarray
    swept: np.ndarray


def prints_of(messages: np.ndarray) -> np.ndarray:
    """Indices of the prints among messages (MESSAGE[T]): int64."""
    kinds = messages["kind"]
    return np.flatnonzero((kinds == Kind.FILL) | (kinds == Kind.PRINT))


@kernel
def _merge(
    prints: np.ndarray, first: np.ndarray, size: np.ndarray, swept: np.ndarray, level: np.ndarray
) -> int:
    current = np.full(2, -1, np.int64)
    orders = 0
    for i in range(len(prints)):
        side = prints[i].side
        k = current[side]
        when = prints[i].ts // MILLISECOND
        if k < 0 or prints[first[k]].ts // MILLISECOND != when:
            k = orders
            current[side] = k
            first[k] = i
            level[k] = prints[i].level
            orders += 1
        size[k] += abs(prints[i].size)
        if prints[i].level != level[k]:
            swept[k] = True
    return orders


def taker_orders(prints: np.ndarray) -> TakerOrders:
    """Merge prints into orders.

    Args:
        prints: MESSAGE[P], FILL and PRINT messages by time.
    """
    total = len(prints)
    first, size, level = (np.zeros(total, np.int64) for _ in range(3))
    swept = np.zeros(total, np.bool_)
    orders = _merge(prints, first, size, swept, level)
    first = first[:orders]
    return TakerOrders(first, prints["side"][first], size[:orders], swept[:orders])
