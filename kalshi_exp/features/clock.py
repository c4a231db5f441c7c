"""When the decisions of a session are: one grid that all its markets share."""

from __future__ import annotations

import numpy as np

from kalshi_exp.config import Clock, Decision
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape import Kind, Pack


def _first_two_sided(pack: Pack, market: int) -> int | None:
    """Time at which a market first has both a bid and an ask; None if it never does."""
    row = pack.markets[market]
    first, last = int(row["first"]), int(row["last"])
    both = (pack.bid[first:last] >= 0) & (pack.ask[first:last] < row["levels"])
    return int(pack.messages["ts"][first + int(both.argmax())]) if both.any() else None


def decision_times(pack: Pack, markets: np.ndarray, decision: Decision) -> np.ndarray:
    """Decision times of one session.

    The first is the first moment at which any of its markets is two-sided; all lie before the last
    close. In messages, one decision falls on every n-th message of all its markets together, and
    sees every message of that same time; decisions of one time are one decision.

    Args:
        pack: the pack.
        markets: int64[m], the session's market numbers in the pack.
        decision: how often.

    Returns:
        int64[K], ns, strictly rising; empty when no market is ever two-sided.

    Raises:
        ValueError: a number of messages that is not whole.
    """
    if decision.unit is Clock.messages and decision.every != int(decision.every):
        raise ValueError(
            f"world.decision.every is {decision.every} messages; give a whole number of messages"
        )
    starts = [ts for m in markets if (ts := _first_two_sided(pack, int(m))) is not None]
    if not starts:
        return np.zeros(0, np.int64)
    start, end = min(starts), int(pack.markets["close"][markets].max())
    if decision.unit is Clock.seconds:
        return np.arange(start, end, max(round(decision.every * SECOND), 1), dtype=np.int64)
    parts = [pack.messages[pack.markets["first"][m] : pack.markets["last"][m]] for m in markets]
    merged = np.sort(np.concatenate([part["ts"][part["kind"] != Kind.GAP] for part in parts]))
    at = int(np.searchsorted(merged, start, side="right")) - 1
    times = merged[at :: int(decision.every)]
    fresh = np.ones(len(times), np.bool_)
    fresh[1:] = times[1:] > times[:-1]
    return times[fresh & (times < end)]
