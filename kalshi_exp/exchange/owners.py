"""Who owns an account: every kind of trader has one of its own, then come the makers, then us."""

from __future__ import annotations

import numpy as np

NOISE, INFORMED, ANCHORS, MOMENTUM, PINGERS, ARBITRAGE = np.arange(6)
MAKER = np.int64(8)  # the first maker; the others follow
MAKERS = 8  # at most

AGENT = 16  # first account that no trader of a scenario uses

TRADERS = {
    int(NOISE): "noise",
    int(INFORMED): "informed",
    int(ANCHORS): "anchors",
    int(MOMENTUM): "momentum",
    int(PINGERS): "pingers",
    int(ARBITRAGE): "arbitrage",
} | {int(MAKER) + k: f"maker {k}" for k in range(MAKERS)}
"""Names of accounts, as labels tell them."""
