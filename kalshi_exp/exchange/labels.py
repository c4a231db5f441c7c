"""What is planted, written down as it happens: the truth that a detector is held against."""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.jit import lean_kernel

ANCHOR, CASCADE, WITHDRAWAL, VIOLATION, AVERSION = np.arange(5)

FAMILIES = {
    int(ANCHOR): "anchor",
    int(CASCADE): "cascade",
    int(WITHDRAWAL): "withdrawal",
    int(VIOLATION): "violation",
    int(AVERSION): "aversion",
}
"""Names of the codes, as labels.parquet tells them."""

LABEL = np.dtype(
    [
        ("start", np.int64),  # ns
        ("end", np.int64),  # ns
        ("family", np.int64),  # one of the codes above
        ("market", np.int64),
        ("side", np.int64),  # BID, ASK; -1 both
        ("price", np.int64),  # 1e-4 dollars; -1 none
        ("value", np.float64),  # strength or depth, as the family says
    ],
    align=True,
)
"""One planted episode."""


@lean_kernel
def note(labels, noted, family, market, start, end, side, price, value):
    """Write an episode down; one that finds no room is counted, and the exchange grows.

    Args:
        labels: LABEL[capacity].
        noted: int64[1], how many are written.
        family: code of this module.
        market: number of the market.
        start: ns.
        end: ns.
        side: BID, ASK or -1.
        price: 1e-4 dollars, or -1.
        value: strength or depth.

    Returns:
        Its index, for a later correction of its end.
    """
    at = noted[0]
    label = labels[at]
    label.start, label.end = start, end
    label.family, label.market, label.side, label.price = family, market, side, price
    label.value = value
    noted[0] = at + 1
    return at
