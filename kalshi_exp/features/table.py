"""The one table of features: what the agent sees, by name, unit, range and meaning.

The order here is the order of the observation's columns. A group is added by adding its rows here
and its kernel to the engine (market) or to `private` (ours).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import final


@final
@dataclass(frozen=True)
class Feature:
    """One column of the observation.

    Attributes:
        name: unique; a warm start carries weights by it.
        group: the group it is switched on and off with.
        unit: its unit and the fixed transform applied; S(x) is x / (1 + |x|), L(x, top) is
            log1p(x) / log1p(top) limited to 1, H(x, h) is x / (x + h).
        low: least value it can take.
        high: greatest value it can take.
        meaning: one line.
    """

    name: str
    group: str
    unit: str
    low: float
    high: float
    meaning: str


_Row = tuple[str, str, float, float, str]


def _group(name: str, *rows: _Row) -> tuple[Feature, ...]:
    """Features of one group from (name, unit, low, high, meaning)."""
    return tuple(Feature(row[0], name, *row[1:]) for row in rows)


_MARKET = _group(
    "book",
    ("mid", "2 dollars - 1", -1, 1, "bid plus ask less 1; an empty side is at 0 or 1"),
    ("spread", "L(cents, 100)", 0, 1, "ask less bid; an empty side is at 0 or 1"),
    ("bid_size", "L(contracts, 1e6)", 0, 1, "size at the best bid; 0 if none"),
    ("ask_size", "L(contracts, 1e6)", 0, 1, "size at the best ask; 0 if none"),
    ("imbalance", "share", -1, 1, "touch size, bid less ask over both; 0 if empty"),
    ("microprice", "S(cents)", -1, 1, "size-weighted touch less mid; 0 if one-sided"),
    ("imbalance_3", "share", -1, 1, "the same within 3 cents (excluded) of each touch"),
    ("imbalance_5", "share", -1, 1, "the same within 5 cents (excluded) of each touch"),
    ("imbalance_10", "share", -1, 1, "the same within 10 cents (excluded)"),
    ("bid_depth_5", "L(contracts, 1e6)", 0, 1, "bids within 5 cents (excluded) of it"),
    ("ask_depth_5", "L(contracts, 1e6)", 0, 1, "asks within 5 cents (excluded) of it"),
    ("bid_depth", "L(contracts, 1e6)", 0, 1, "all bids"),
    ("ask_depth", "L(contracts, 1e6)", 0, 1, "all asks"),
    ("bid_levels", "L(prices, 100)", 0, 1, "prices at which someone bids"),
    ("ask_levels", "L(prices, 100)", 0, 1, "prices at which someone offers"),
    ("bid_gap", "L(cents, 100)", 0, 1, "best to second bid; none: to 0; empty: 1 dollar"),
    ("ask_gap", "L(cents, 100)", 0, 1, "best to second ask; none: to 1; empty: 1 dollar"),
    ("bid_slip", "L(cents, 100)", 0, 1, "mean loss to the touch of selling 100 at once"),
    ("ask_slip", "L(cents, 100)", 0, 1, "mean loss to the touch of buying 100 at once"),
    ("one_sided", "sign", -1, 1, "1: no ask, -1: no bid, 0: both or neither"),
    ("concentration", "share", 0, 1, "sum of squared level shares within 10 cents"),
) + _group(
    "activity",
    ("time_to_close", "L(s, 30 days)", 0, 1, "time until trading ends"),
    ("elapsed", "share", 0, 1, "share of start to close that has passed"),
    ("prints_fast", "L(1/s, 1e3)", 0, 1, "trades a second, fast window"),
    ("volume_fast", "L(contracts/s, 1e4)", 0, 1, "contracts traded, fast window"),
    ("volume_slow", "L(contracts/s, 1e4)", 0, 1, "contracts traded, slow window"),
    ("flow_fast", "share", -1, 1, "takers' buys less sells over volume + 1, fast"),
    ("flow_slow", "share", -1, 1, "takers' buys less sells over volume + 1, slow"),
    ("adds_fast", "L(1/s, 1e3)", 0, 1, "additions to the book a second, fast window"),
    ("add_share", "S(share / 10 %)", -1, 1, "adds less cancels over both + 1, fast window"),
    ("move_fast", "S(cents / 2)", -1, 1, "decayed sum of mid changes, fast window"),
    ("move_slow", "S(cents / 5)", -1, 1, "decayed sum of mid changes, slow window"),
    ("volatility", "L(cents, 100)", 0, 1, "root of summed squared mid changes, slow"),
    ("since_print", "L(s, 1 hour)", 0, 1, "time since the last trade; 1 if never"),
    ("since_move", "L(s, 1 hour)", 0, 1, "time since the mid last changed; 1 if never"),
) + _group(
    "anchor",
    ("anchor_low", "S(cents / 5)", -1, 1, "mid less the low level (25 cents)"),
    ("anchor_middle", "S(cents / 5)", -1, 1, "mid less the middle level (50 cents)"),
    ("anchor_high", "S(cents / 5)", -1, 1, "mid less the high level (75 cents)"),
    ("anchor_spread", "S(cents)", -1, 1,
            "usual spread away from levels less that near the nearest; 0 not near"),
    ("anchor_volume", "S(touches)", 0, 1,
            "orders that came alone and stand at it, by age, over the usual touch; 0 not near"),
    ("anchor_dwell", "share", 0, 1, "share of the last minute spent near a level"),
    ("anchor_approach", "S(cents / 2)", -1, 1, "how much nearer it came in 10 s; 0 not near"),
    ("anchor_refill", "S(touches)", 0, 1,
            "put back alone within 1.5 s of trades at it, over the usual touch; 0 not near"),
) + _group(
    "volatility",
    ("velocity", "S(cents / 5)", -1, 1, "largest move to the mid within 30 s"),
    ("liquidity_drop", "share", 0, 1, "of both sides' depth taken back at once, and not moved"),
    ("spread_expansion", "S(cents)", -1, 1, "spread lately less the usual one"),
    ("cascade_score", "share", 0, 1, "depth missing after a recent large move; 0 without one"),
    ("since_cascade", "L(s, 1 hour)", 0, 1, "time since that was over 25 %; 1 if never"),
    ("recovery", "share", 0, 1, "of what then went missing at most that is back; 1 without one"),
    ("rise_share", "share", -1, 1, "squared rises less falls of the mid over both, 5 min"),
) + _group(
    "cross_market",
    ("violation", "S(5 cents)", -1, 1, "mids of its sum-to-one group less one; 0: no group"),
    ("arbitrage", "S(5 cents)", -1, 1, "best basket of that group after fees; 0: no group"),
    ("sibling_correlation", "share", -1, 1, "of 5 s changes with the sibling of the largest one"),
    ("sibling_lead", "share", -1, 1, "how that sibling leads us, less how we lead it"),
    ("dispersion", "dollars / 2", 0, 1, "deviation of the event's mids; 0: one market"),
) + _group(
    "algorithm",
    ("aversion", "share", -1, 1, "depth gone and spread widened beyond 15 and 85 cents"),
    ("response_time", "L(ms, 1e4)", 0, 1, "from a trade to a quote near the touch; 1 if never"),
    ("maker_presence", "share", 0, 1, "quotes near the touch with one opposite within 100 ms"),
)  # fmt: skip

_PRIVATE = _group(
    "portfolio",
    ("free_cash", "share", 0, 1, "free cash over equity"),
    ("reserved_cash", "share", 0, 1, "cash held for live orders over equity"),
    ("position", "share", -1, 1, "position over its limit; YES positive"),
    ("entry_edge", "S(cents / 5)", -1, 1, "exit mark less average cost; 0 flat"),
    ("unrealized", "S(share / 5 %)", -1, 1, "open profit over initial cash"),
    ("realized", "S(share / 5 %)", -1, 1, "closed profit here over initial cash"),
    ("run_up", "S(share / 5 %)", 0, 1, "peak equity above the start, over it"),
    ("drawdown", "S(share / 5 %)", 0, 1, "equity below its peak, over the peak"),
    ("sibling_exposure", "share", 0, 1, "money at risk in siblings over equity"),
    ("held", "H(s, 60)", 0, 1, "time the position has been open; 0 flat"),
    ("since_fill", "H(s, 60)", 0, 1, "time since our last fill here; 1 if never"),
    ("fees", "S(share / 5 %)", -1, 1, "fees paid here over initial cash"),
) + _group(
    "orders",
    ("own_bid_size", "H(contracts, 25)", 0, 1, "our standing bid; 0 none"),
    ("own_ask_size", "H(contracts, 25)", 0, 1, "our standing ask; 0 none"),
    ("own_bid_place", "1 / (1 + cents + share)", 0, 1,
            "cents behind the best bid and queue ahead over queue and size; 0 no order"),
    ("own_ask_place", "1 / (1 + cents + share)", 0, 1,
            "cents behind the best ask and queue ahead over queue and size; 0 no order"),
    ("own_order_age", "H(s, 10)", 0, 1, "age of our older standing order; 0 none"),
)  # fmt: skip

FEATURES: tuple[Feature, ...] = _MARKET + _PRIVATE
"""Every feature in column order: the market's first, then ours."""

MARKET_FEATURES = len(_MARKET)
PRIVATE_FEATURES = len(_PRIVATE)

GROUPS: tuple[str, ...] = tuple(name for name, _ in groupby(FEATURES, lambda f: f.group))
"""Feature groups in column order."""

OBSERVATION = len(FEATURES) + len(GROUPS)
"""Columns of an observation: the features, then a 1 for each group that is switched on."""


def group_columns(name: str) -> slice:
    """Columns of a group.

    Raises:
        KeyError: no such group.
    """
    columns = [i for i, feature in enumerate(FEATURES) if feature.group == name]
    if not columns:
        raise KeyError(f"no feature group '{name}'; the groups are {', '.join(GROUPS)}")
    return slice(columns[0], columns[-1] + 1)


def feature_table_markdown() -> str:
    """The table as the docs print it."""
    lines = [
        "| # | name | group | unit | range | meaning |",
        "|---|---|---|---|---|---|",
        *(
            f"| {i} | `{f.name}` | {f.group} | {f.unit.replace('|', chr(92) + '|')} "
            f"| [{f.low:g}, {f.high:g}] | {f.meaning} |"
            for i, f in enumerate(FEATURES)
        ),
    ]
    return "\n".join(lines) + "\n"
